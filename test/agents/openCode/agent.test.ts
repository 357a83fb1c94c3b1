/** What our agent for OpenCode says of the program's database, held against what the real program does with it. */
import assert from 'node:assert/strict';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import * as path from 'node:path';

import type { FoundConversation, Workspace } from '../../../src/core/agents/agent.ts';
import { OpenCodeAgent } from '../../../src/core/agents/openCode/openCode.ts';
import { adapted } from '../../../src/core/session/adaptation.ts';
import { temporaryFolderPerTest } from '../../support/temporaryFolder.ts';
import { ModelStub } from '../model/modelStub.ts';
import { question, remembered, statement } from '../pizzaSuite.ts';
import { openCode, openCodeProgram } from './openCodeProgram.ts';
import { OpenCodeUser } from './openCodeUser.ts';

interface Machine {
  agent: OpenCodeAgent;
  user: OpenCodeUser;
  workspace: Workspace;
}

describe('the agent for OpenCode, beside the real program', function () {
  this.timeout(120_000);
  const temporary = temporaryFolderPerTest();
  let model: ModelStub;
  let env: Record<string, string>;

  before(async function () {
    this.timeout(300_000);
    await openCodeProgram();
    env = (await openCode.environment?.()) ?? {};
  });

  beforeEach(async () => {
    model = await ModelStub.start();
  });

  afterEach(async () => {
    await model.stop();
  });

  function machine(name: string, folder: string): Machine {
    const home = path.join(temporary.path, name, 'home');
    const workspace = { folder: path.join(temporary.path, name, folder) };
    return {
      agent: new OpenCodeAgent({ userHome: home, env, platform: process.platform }, path.join(temporary.path, name, 'records')),
      user: new OpenCodeUser({ home, folder: workspace.folder, model: model.url }),
      workspace,
    };
  }

  async function found({ agent, workspace }: Machine): Promise<FoundConversation> {
    const { conversations, problems } = await agent.find(workspace);
    assert.deepEqual(problems, []);
    assert.equal(conversations.length, 1);
    return conversations[0]!;
  }

  it('finds and reads what the program did: words, calls and results', async () => {
    const laptop = machine('laptop', 'work/pizza shop');
    model.prepare([{ name: 'bash', input: { command: 'echo baked', description: 'Bake' } }], 'It is baked.');
    await laptop.user.say('bake it');
    const { messages, issues } = await laptop.agent.read(await readFile((await found(laptop)).transcript));
    assert.deepEqual(issues, []);
    assert.deepEqual(
      messages.map(({ author, blocks }) => [author, ...blocks.map((block) => (block.type === 'toolCall' ? block.summary : 'text' in block ? block.text.trim() : block.type))]),
      [['user', 'bake it'], ['assistant', 'echo baked'], ['system', 'baked'], ['assistant', 'It is baked.']],
    );
  });

  it('carries a conversation that the program continues, under its own id and beside it under another', async () => {
    const [laptop, desktop] = [machine('laptop', 'work/pizza shop'), machine('desktop', 'src/pizza.shop')];
    const { sessionId } = await laptop.user.say(statement);
    await mkdir(desktop.workspace.folder, { recursive: true });
    const fork = laptop.agent.forkId();
    for (const id of [sessionId, fork]) {
      for (const { path: name, absolute } of await laptop.agent.files(await found(laptop))) {
        const content = await readFile(absolute);
        const place = await desktop.agent.place(id, name, '', desktop.workspace);
        const adaptations = await desktop.agent.adapt(name, once(content), { id, folder: '', workspace: desktop.workspace });
        await mkdir(path.dirname(place), { recursive: true });
        await writeFile(place, adapted(once(content), adaptations));
      }
      await desktop.agent.records.deliver(id);
      assert.deepEqual(await desktop.agent.verify(id, '', desktop.workspace), { visible: true });
    }
    assert.deepEqual(await desktop.user.say('only in the fork', { resume: fork }), { answer: 'Noted.', sessionId: fork });
    assert.deepEqual(await desktop.user.say(question, { resume: sessionId }), { answer: remembered, sessionId });
    assert.deepEqual(model.lastConversation().slice(-3), [statement, 'Noted.', question]);
    await desktop.user.say('still there?', { resume: fork });
    assert.deepEqual(model.lastConversation().slice(-5), [statement, 'Noted.', 'only in the fork', 'Noted.', 'still there?']);
  });

  for (const name of ['über größe 🍕', 'dots.and_e\u0301']) {
    it(`knows what the program did in ${name}`, async () => {
      const laptop = machine('laptop', name);
      const { sessionId } = await laptop.user.say('hello');
      const { id, folder, running } = await found(laptop);
      assert.deepEqual({ id, folder, running }, { id: sessionId, folder: '', running: false });
    });
  }

  it('finds what the program did in a folder of the workspace that it reached through a link', async () => {
    const { agent, workspace } = machine('laptop', 'real');
    await mkdir(path.join(workspace.folder, 'packages', 'app'), { recursive: true });
    await symlink(workspace.folder, path.join(temporary.path, 'laptop', 'link'));
    const { sessionId } = await machine('laptop', 'link/packages/app').user.say('hello');
    for (const folder of [workspace.folder, path.join(temporary.path, 'laptop', 'link')]) {
      assert.deepEqual((await agent.find({ folder })).conversations.map((one) => [one.id, one.folder]), [[sessionId, 'packages/app']]);
    }
  });

  it('sees that the program works on a conversation, and no longer', async () => {
    const { agent, user } = machine('laptop', 'project');
    const { sessionId } = await user.say('hello');
    model.prepare([{ name: 'bash', input: { command: 'sleep 2', description: 'wait' } }], 'done');
    const turn = user.say('wait', { resume: sessionId });
    const seen: boolean[] = [];
    for (let i = 0; i < 100 && !seen.includes(true); i += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      seen.push(await agent.isRunning(sessionId));
    }
    await turn;
    assert.ok(seen.includes(true));
    assert.equal(await agent.isRunning(sessionId), false);
  });
});

async function* once(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(content);
}
