import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import * as path from 'node:path';

import { CodexAgent } from '../../../../../src/core/agents/codex/codex.ts';
import { newRolloutPath } from '../../../../../src/core/agents/codex/store.ts';
import { adapted } from '../../../../../src/core/session/adaptation.ts';
import { line } from '../../../../support/claudeHome.ts';
import { CodexHome, metaOf, rollout, said, talk } from '../../../../support/codexHome.ts';
import { temporaryFolderPerTest } from '../../../../support/temporaryFolder.ts';

describe('Codex conversations on disk', () => {
  const temporary = temporaryFolderPerTest();
  let home: CodexHome;
  let agent: CodexAgent;
  const id = '01a20235-1ad6-72e3-a8fd-5c987b4a4dcd';

  beforeEach(async () => {
    home = await CodexHome.create(temporary.path);
    agent = new CodexAgent(home.environment);
  });

  async function list(): Promise<string[]> {
    const { conversations, problems } = await agent.find(home.workspace);
    assert.deepEqual(problems, []);
    return conversations.map((conversation) => `${conversation.folder}:${conversation.id}`);
  }

  async function adapt(text: string, as = id): Promise<string> {
    const stored = async function* (): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(Buffer.from(text));
    };
    const adaptations = await agent.adapt('transcript.jsonl', stored(), { id: as, folder: '', workspace: home.workspace });
    return Buffer.concat(await Array.fromAsync(adapted(stored(), adaptations))).toString('utf8');
  }

  describe('find', () => {
    it('looks where CODEX_HOME says', async () => {
      await home.converse(id, ['here']);
      await rename(home.base, path.join(temporary.path, 'elsewhere'));
      assert.deepEqual(await list(), []);
      agent = new CodexAgent({ ...home.environment, env: { CODEX_HOME: path.join(temporary.path, 'elsewhere') } });
      assert.deepEqual(await list(), [`:${id}`]);
    });

    it('goes by the folder of the last turn, and looks again at what has changed', async () => {
      const file = await home.converse(id, ['there'], path.join(temporary.path, 'other'));
      assert.deepEqual(await list(), []);
      await writeFile(file, line(rollout(9, 'turn_context', { cwd: path.join(home.workspace.folder, 'docs') })), { flag: 'a' });
      assert.deepEqual(await list(), [`docs:${id}`]);
    });

    it('lists what is archived, whatever its file name begins with, and takes only transcripts for conversations', async () => {
      await home.write(`archived_sessions/rollout-x-${id}.jsonl`, talk(id, ['old'], { cwd: home.workspace.folder }).map(line).join(''));
      await home.write('sessions/2026/01/02/notes.jsonl', 'x\n');
      await home.write(`sessions/2026/01/02/rollout-2026-${randomUUID()}.jsonl`, '');
      await mkdir(path.join(home.base, 'sessions', `rollout-x-${randomUUID()}.jsonl`));
      await writeFile(path.join(temporary.path, 'secret.jsonl'), 'x\n');
      await symlink(path.join(temporary.path, 'secret.jsonl'), path.join(home.base, 'sessions', `rollout-x-${randomUUID()}.jsonl`));
      assert.deepEqual(await list(), [`:${id}`]);
      assert.deepEqual(await agent.verify(id, '', home.workspace), { visible: false, reason: 'archived' });
    });

    it('lists a sub-agent only where what it works for is gone', async () => {
      const child = randomUUID();
      const parent = await home.converse(id, ['go']);
      await home.record(child, [rollout(0, 'session_meta', metaOf(child, { cwd: home.workspace.folder, parent_thread_id: id }))]);
      assert.deepEqual(await list(), [`:${id}`]);
      await rm(parent);
      assert.deepEqual(await list(), [`:${child}`]);
    });

    it('lists the longer one of two files with the same id, and names the other', async () => {
      const long = await home.converse(id, ['long', 'longer']);
      const short = await home.write(`archived_sessions/rollout-x-${id}.jsonl`, talk(id, ['short'], { cwd: home.workspace.folder }).map(line).join(''));
      const { conversations, problems } = await agent.find(home.workspace);
      assert.deepEqual(conversations.map(({ transcript }) => transcript), [long]);
      assert.deepEqual(problems, [{ kind: 'unreadable-file', file: short }]);
      assert.deepEqual(await agent.verify(id, '', home.workspace), { visible: false, reason: 'in-two-folders' });
    });

    it('is not kept from listing by folders that no file system has', async () => {
      await home.converse(id, ['fine']);
      for (const cwd of ['\u0000', '/'.padEnd(20_000, 'x'), '', '..', 'C:\\x']) {
        const other = randomUUID();
        await home.record(other, talk(other, ['odd'], { cwd }));
        await agent.verify(other, '', home.workspace);
      }
      assert.deepEqual(await list(), [`:${id}`]);
    });
  });

  describe('place', () => {
    it('gives a new one the folder and time of its id', async () => {
      const place = await agent.place(id, 'transcript.jsonl', '', home.workspace);
      assert.equal(place, path.join(home.base, 'sessions/2026/11/22', `rollout-2026-11-22T07-42-44-${id}.jsonl`));
      assert.equal(newRolloutPath('/x', '00000000-0000-4000-8000-000000000001'), path.join('/x/sessions/1970/01/01', 'rollout-1970-01-01T00-00-00-00000000-0000-4000-8000-000000000001.jsonl'));
    });

    it('makes no second copy of a conversation of another folder that is here', async () => {
      await home.converse(id, ['question'], path.join(temporary.path, 'second-clone'));
      await assert.rejects(agent.place(id, 'transcript.jsonl', '', home.workspace), /another workspace/);
      assert.deepEqual(await agent.verify(id, '', home.workspace), { visible: false, reason: 'in-other-workspace' });
    });

    it('puts what came from another machine where it lies', async () => {
      const file = await home.record(id, talk(id, ['question'], { cwd: '/nowhere/at/all' }));
      assert.equal(await agent.place(id, 'transcript.jsonl', '', home.workspace), file);
    });
  });

  describe('what stands otherwise here', () => {
    const settings = (provider: string, cwd: string): object => rollout(3, 'event_msg', { type: 'thread_settings_applied', thread_settings: { model: 'model_provider', model_provider_id: provider, cwd, runtime_workspace_roots: [cwd, '/beside'] } });

    it('is the provider, the folder and the id, where they count, and no word that was said', async () => {
      await home.write('config.toml', 'model_provider = "mine"\n');
      const words = 'cwd /a "model_provider":"theirs" 🍕';
      const records = (meta: object, cwd: string, provider: string): string => [
        rollout(0, 'session_meta', metaOf(id, { base_instructions: { text: words, cwd: '/a', model_provider: 'theirs' }, ...meta })),
        rollout(1, 'turn_context', { permission: { cwd: '/a' }, cwd }), settings(provider, cwd), rollout(4, 'response_item', said('user', words)), rollout(5, 'turn_context', { cwd: path.join(home.workspace.folder, 'docs') }),
      ].map(line).join('');
      const fork = agent.forkId();
      assert.equal(
        await adapt(records({ cwd: '/a', model_provider: 'theirs' }, '/ä', 'theirs'), fork),
        records({ session_id: fork, id: fork, cwd: home.workspace.folder, model_provider: 'mine' }, home.workspace.folder, 'mine'),
      );
    });

    it('is the missing ordinal of records in a transcript that needs them', async () => {
      const without = (record: object): object => Object.fromEntries(Object.entries(record).filter(([name]) => name !== 'ordinal'));
      const records = talk(id, ['one', 'two'], { cwd: home.workspace.folder });
      const mixed = [...records.map(line).slice(0, 4), 'garbage\n', ...records.slice(4).map((record) => line(without(record)))].join('');
      const ordinals = (text: string): unknown[] => text.split('\n').filter((each) => each.startsWith('{')).map((each) => (JSON.parse(each) as { ordinal?: number }).ordinal);
      const once = await adapt(mixed);
      assert.deepEqual(ordinals(once), records.map((_, index) => index));
      assert.equal(await adapt(once), once);
      const legacy = records.map((record, index) => line(index === 0 ? rollout(0, 'session_meta', metaOf(id, { cwd: home.workspace.folder, history_mode: undefined })) : without(record))).join('');
      assert.equal(await adapt(legacy), legacy);
    });

    it('is the same for a beginning whatever follows it', async () => {
      const records = [...talk(id, ['one', 'two', 'three', 'four'], { cwd: '/a' }), ...talk(id, ['five'], { cwd: '/b' })].map(line);
      const whole = await adapt(records.join(''));
      for (let end = 1; end <= records.length; end += 1) {
        assert.ok(whole.startsWith(await adapt(records.slice(0, end).join(''))));
      }
    });

    it('is nothing of sub-agents and of what a fork goes on from', async () => {
      const file = await home.record(id, talk(id, ['one'], { cwd: '/a' }));
      const stored = async function* (): AsyncGenerator<Uint8Array> {
        yield await readFile(file);
      };
      assert.deepEqual(await agent.adapt(`parents/${id}.jsonl`, stored(), { id, folder: '', workspace: home.workspace }), []);
    });
  });
});
