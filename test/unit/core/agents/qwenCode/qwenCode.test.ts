import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import * as path from 'node:path';

import { QwenCodeAgent } from '../../../../../src/core/agents/qwenCode/qwenCode.ts';
import { ConvoSyncError } from '../../../../../src/core/common/errors.ts';
import { adapted } from '../../../../../src/core/session/adaptation.ts';
import { line, QwenHome, record, talk } from '../../../../support/qwenHome.ts';
import { temporaryFolderPerTest } from '../../../../support/temporaryFolder.ts';

describe('the agent for Qwen Code', () => {
  const temporary = temporaryFolderPerTest();
  const id = randomUUID();
  let home: QwenHome;
  let agent: QwenCodeAgent;

  beforeEach(async () => {
    home = await QwenHome.create(temporary.path);
    agent = new QwenCodeAgent(home.environment);
  });

  const here = async (stored: string, as: string = id): Promise<string> => {
    const adaptations = await agent.adapt('transcript.jsonl', once(stored), { id: as, folder: '', workspace: home.workspace });
    return Buffer.concat(await Array.fromAsync(adapted(once(stored), adaptations))).toString('utf8');
  };

  it('makes the first record name this folder, by which the program knows its own, and leaves what the others name', async () => {
    const away = talk(id, ['/w/shop', 'two'], '/w/shop');
    assert.equal(await here(away), away.replace('"cwd":"/w/shop"', `"cwd":${JSON.stringify(home.workspace.folder)}`));
    assert.equal(await here(talk(id, ['one'], home.workspace.folder)), talk(id, ['one'], home.workspace.folder));
  });

  it('makes every record of a fork name its id, for the program reads none with two, and no word that was said', async () => {
    const of = (session: string): string => [record(0, 'user', id, { sessionId: session, cwd: home.workspace.folder }), record(1, 'assistant', `{"sessionId":"${id}"}`, { sessionId: session })].map(line).join('');
    const fork = agent.forkId();
    assert.equal(await here(of(id), fork), of(fork));
    assert.equal(await here(of(id) + of(fork), fork), of(fork) + of(fork));
  });

  it('does not list, and does not call visible, what the program does not see where it lies', async () => {
    const transcript = await home.converse(id, ['hello']);
    await home.write(transcript, talk(id, ['hello'], '/w/elsewhere'));
    assert.deepEqual(await agent.find(home.workspace), { conversations: [], problems: [] });
    assert.deepEqual(await agent.verify(id, '', home.workspace), { visible: false, reason: 'missing' });
  });

  it('keeps folders apart whose names are spelled alike', async () => {
    const other = `${path.dirname(home.workspace.folder)}/Pizza-Shop`;
    await home.converse(id, ['hello'], other);
    assert.deepEqual((await agent.find(home.workspace)).conversations, []);
    await assert.rejects(agent.place(id, 'transcript.jsonl', '', home.workspace), (error) => ConvoSyncError.is(error, 'install-failed') && error.details['reason'] === 'in-other-workspace');
    assert.deepEqual(await agent.verify(id, '', home.workspace), { visible: false, reason: 'in-other-workspace' });
    await rm(other, { recursive: true });
    await agent.place(id, 'transcript.jsonl', '', home.workspace);
  });

  it('lists what ran in a working tree of the program\'s own with the workspace', async () => {
    const transcript = await home.converse(id, ['hello']);
    await home.write(transcript, talk(id, ['hello'], path.join(home.workspace.folder, '.qwen', 'worktrees', 'oven')));
    assert.deepEqual((await agent.find(home.workspace)).conversations.map((found) => [found.id, found.folder]), [[id, '']]);
  });

  it('is open while the process that says so lives', async () => {
    const transcript = await home.converse(id, ['hello']);
    await home.write(transcript.replace(/l$/, '').replace('.json', '.runtime.json'), JSON.stringify({ schema_version: 1, pid: process.pid, session_id: id }));
    assert.equal(await agent.isRunning(id), true);
    assert.equal((await agent.find(home.workspace)).conversations[0]?.running, true);
  });

  for (const [by, env, settings] of [
    ['QWEN_HOME', { QWEN_HOME: '~/.qwen' }, undefined],
    ['QWEN_RUNTIME_DIR', { QWEN_HOME: '/nowhere', QWEN_RUNTIME_DIR: '~/.qwen' }, undefined],
    ['its settings', { QWEN_HOME: '~/moved' }, '~/.qwen'],
  ] as const) {
    it(`looks where the program is told to keep its store by ${by}`, async () => {
      await home.converse(id, ['hello']);
      if (settings !== undefined) {
        await home.write(path.join(home.environment.userHome, 'moved', 'settings.json'), JSON.stringify({ advanced: { runtimeOutputDir: settings } }));
      }
      const told = new QwenCodeAgent({ ...home.environment, env });
      assert.deepEqual((await told.find(home.workspace)).conversations.map((found) => found.id), [id]);
    });
  }

  it('is resumed by its id alone, for by itself the program would begin anew without a word where it finds none', () => {
    assert.deepEqual(agent.resumeCommand(id, '', home.workspace).argv, ['qwen', '--resume', id]);
  });
});

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(text));
}
