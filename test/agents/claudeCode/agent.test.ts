/** What our Claude Code agent says of the program's files, held against what the real program does with them. */
import assert from 'node:assert/strict';
import { copyFile, mkdir, readFile, symlink } from 'node:fs/promises';
import * as path from 'node:path';

import { ClaudeCodeAgent } from '../../../src/core/agents/claudeCode/claudeCode.ts';
import { temporaryFolderPerTest } from '../../support/temporaryFolder.ts';
import { claudeProgram } from './claudeProgram.ts';
import { ClaudeUser } from './claudeUser.ts';
import { ModelStub } from '../model/modelStub.ts';

describe('the agent for Claude Code, beside the real program', function () {
  this.timeout(60_000);
  const temporary = temporaryFolderPerTest();
  let model: ModelStub;

  before(async function () {
    this.timeout(300_000);
    await claudeProgram();
  });

  beforeEach(async () => {
    model = await ModelStub.start();
  });

  afterEach(async () => {
    await model.stop();
  });

  function machine(name: string, folder: string): { agent: ClaudeCodeAgent; user: ClaudeUser; workspace: { folder: string } } {
    const home = path.join(temporary.path, name, 'home');
    const workspace = { folder: path.join(temporary.path, name, folder) };
    return {
      agent: new ClaudeCodeAgent({ userHome: home, env: {}, platform: process.platform }),
      user: new ClaudeUser({ home, folder: workspace.folder, model: model.url }),
      workspace,
    };
  }

  it('finds, reads, carries and resumes a conversation of the program', async () => {
    const laptop = machine('laptop', 'work/pizza shop');
    const desktop = machine('desktop', 'src/pizza.shop');
    const { sessionId } = await laptop.user.say('my favorite pizza is Margherita');

    const { conversations, problems } = await laptop.agent.find(laptop.workspace);
    assert.deepEqual(problems, []);
    assert.deepEqual(conversations.map(({ id, folder, running }) => ({ id, folder, running })), [{ id: sessionId, folder: '', running: false }]);
    const transcript = await laptop.agent.read(await readFile(conversations[0]!.transcript));
    assert.deepEqual(transcript.issues, []);
    assert.deepEqual(
      transcript.messages.filter(({ author }) => author !== 'system').map(({ author, blocks }) => [author, ...blocks.map((block) => ('text' in block ? block.text : block.type))]),
      [['user', 'my favorite pizza is Margherita'], ['assistant', 'Noted.']],
    );

    for (const file of await laptop.agent.files(conversations[0]!)) {
      const place = await desktop.agent.place(sessionId, file.path, '', desktop.workspace);
      await mkdir(path.dirname(place), { recursive: true });
      await copyFile(file.absolute, place);
    }
    assert.deepEqual(await desktop.agent.verify(sessionId, '', desktop.workspace), { visible: true });
    const { argv, folder } = desktop.agent.resumeCommand(sessionId, '', desktop.workspace);
    assert.deepEqual({ argv, folder }, { argv: ['claude', '--resume', sessionId], folder: desktop.workspace.folder });
    assert.equal((await desktop.user.say('what is my favorite pizza?', { resume: sessionId })).answer, 'Your favorite pizza is Margherita.');
    assert.equal((await desktop.agent.find(desktop.workspace)).conversations.length, 1);
  });

  for (const name of ['über größe', 'dots.and_underscores', '🍕', 'e\u0301', `${'long-'.repeat(40)}end/${'longer-'.repeat(20)}`]) {
    it(`knows where the program keeps what it did in ${name.slice(0, 30)}`, async () => {
      const { agent, user, workspace } = machine('laptop', name);
      const { sessionId } = await user.say('hello');
      const [found] = (await agent.find(workspace)).conversations;
      assert.equal(found?.id, sessionId);
      assert.equal(found.transcript, await agent.place(sessionId, 'transcript.jsonl', '', workspace));
    });
  }

  it('finds what the program did in a folder of the workspace that it reached through a link', async () => {
    const { agent, workspace } = machine('laptop', 'real');
    await mkdir(path.join(workspace.folder, 'packages', 'app'), { recursive: true });
    await symlink(workspace.folder, path.join(temporary.path, 'laptop', 'link'));
    const { sessionId } = await machine('laptop', 'link/packages/app').user.say('hello');
    for (const folder of [workspace.folder, path.join(temporary.path, 'laptop', 'link')]) {
      assert.deepEqual((await agent.find({ folder })).conversations.map((found) => [found.id, found.folder]), [[sessionId, 'packages/app']]);
    }
  });

  it('sees that the program has a conversation open while it works, and no longer', async () => {
    const { agent, user, workspace } = machine('laptop', 'project');
    const { sessionId } = await user.say('hello');
    model.prepare([{ name: 'Bash', input: { command: 'sleep 3' } }], 'done');
    const turn = user.say('wait', { resume: sessionId, args: ['--allowedTools', 'Bash'] });
    const seen: boolean[] = [];
    for (let i = 0; i < 40 && !seen.includes(true); i += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      seen.push(await agent.isRunning(sessionId));
    }
    await turn;
    assert.ok(seen.includes(true));
    assert.equal(await agent.isRunning(sessionId), false);
    assert.equal((await agent.find(workspace)).conversations[0]?.running, false);
  });
});
