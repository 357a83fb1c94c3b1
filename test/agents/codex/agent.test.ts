/** What our agent for Codex says of the program's files, held against what the real program does with them. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import * as path from 'node:path';

import type { Workspace } from '../../../src/core/agents/agent.ts';
import { CodexAgent } from '../../../src/core/agents/codex/codex.ts';
import { adapted } from '../../../src/core/session/adaptation.ts';
import { temporaryFolderPerTest } from '../../support/temporaryFolder.ts';
import { ModelStub } from '../model/modelStub.ts';
import { question, remembered, statement } from '../pizzaSuite.ts';
import { codexProgram } from './codexProgram.ts';
import { CodexUser } from './codexUser.ts';

interface Machine {
  agent: CodexAgent;
  user: CodexUser;
  workspace: Workspace;
}

describe('the agent for Codex, beside the real program', function () {
  this.timeout(60_000);
  const temporary = temporaryFolderPerTest();
  let model: ModelStub;

  before(async function () {
    this.timeout(300_000);
    await codexProgram();
  });

  beforeEach(async () => {
    model = await ModelStub.start();
  });

  afterEach(async () => {
    await model.stop();
  });

  function machine(name: string, folder: string, provider = 'stub'): Machine {
    const home = path.join(temporary.path, name, 'home');
    const workspace = { folder: path.join(temporary.path, name, folder) };
    return {
      agent: new CodexAgent({ userHome: home, env: {}, platform: process.platform }),
      user: new CodexUser({ home, folder: workspace.folder, model: model.url, provider }),
      workspace,
    };
  }

  /** Installs what one machine has of a conversation on another, as a resume does. */
  async function carry(id: string, from: Machine, to: Machine, { as = id } = {}): Promise<void> {
    const found = (await from.agent.find(from.workspace)).conversations.find((conversation) => conversation.id === id);
    assert.ok(found);
    for (const file of await from.agent.files(found)) {
      const stored = (await readFile(file.absolute)).subarray(0, file.size);
      const place = await to.agent.place(as, file.path, found.folder, to.workspace);
      const adaptations = await to.agent.adapt(file.path, once(stored), { id: as, folder: found.folder, workspace: to.workspace });
      if (file.path !== 'transcript.jsonl' && existsSync(place)) {
        continue;
      }
      await mkdir(path.dirname(place), { recursive: true });
      await writeFile(place, Buffer.concat(await Array.fromAsync(adapted(once(stored), adaptations))));
    }
  }

  it('finds, reads and carries a conversation to where another provider is set, and the program lists it as its last one there', async () => {
    const [laptop, desktop] = [machine('laptop', 'work/pizza shop'), machine('desktop', 'src/pizza.shop', 'other-name')];
    const { sessionId } = await laptop.user.say(statement);
    const { conversations, problems } = await laptop.agent.find(laptop.workspace);
    assert.deepEqual(problems, []);
    assert.deepEqual(conversations.map(({ id, folder, title, running }) => ({ id, folder, title, running })), [{ id: sessionId, folder: '', title: statement, running: false }]);
    const { messages, issues } = await laptop.agent.read(await readFile(conversations[0]!.transcript));
    assert.deepEqual(issues, []);
    assert.deepEqual(messages.map(({ author, blocks }) => [author, ...blocks.map((block) => ('text' in block ? block.text : block.type))]), [['user', statement], ['assistant', 'Noted.']]);

    await carry(sessionId, laptop, desktop);
    assert.deepEqual(await desktop.agent.verify(sessionId, '', desktop.workspace), { visible: true });
    assert.deepEqual(desktop.agent.resumeCommand(sessionId, '', desktop.workspace), { argv: ['codex', 'resume', sessionId], folder: desktop.workspace.folder });
    assert.deepEqual(await desktop.user.say(question, { resume: '--last' }), { answer: remembered, sessionId });
    assert.equal((await desktop.agent.find(desktop.workspace)).conversations.length, 1);
  });

  it('says what the program refuses: another provider, a fork without what it goes on from, an archived conversation', async () => {
    const [laptop, desktop] = [machine('laptop', 'shop'), machine('desktop', 'shop', 'other-name')];
    const { sessionId } = await laptop.user.say(statement);
    const { sessionId: fork } = await laptop.user.say('said in the fork', { fork: sessionId });
    await carry(sessionId, laptop, desktop);
    await carry(fork, laptop, desktop);
    const refused = async (id: string, reason: string, words: RegExp): Promise<void> => {
      assert.deepEqual(await desktop.agent.verify(id, '', desktop.workspace), { visible: false, reason });
      assert.match(await desktop.user.refusal('exec', '--skip-git-repo-check', 'resume', id, question), words);
    };

    const parent = await desktop.agent.place(sessionId, 'transcript.jsonl', '', desktop.workspace);
    await rename(parent, `${parent}.away`);
    await refused(fork, 'parent-missing', /missing source rollout/);
    await rename(`${parent}.away`, parent);
    const renamed = machine('desktop', 'shop', 'yet-another');
    await refused(fork, 'other-provider', /model provider/);
    assert.deepEqual(await renamed.agent.verify(sessionId, '', renamed.workspace), { visible: false, reason: 'other-provider' });
    await desktop.user.run('archive', sessionId);
    await refused(sessionId, 'archived', /is archived/);
    assert.ok((await desktop.agent.find(desktop.workspace)).conversations.some(({ id }) => id === sessionId), 'what is archived can be saved still');
  });

  it('takes along what a fork goes on from, and no more of it, and fits the fork to a parent that stands otherwise there', async () => {
    const [laptop, desktop] = [machine('laptop', 'shop'), machine('desktop', 'a/much/longer/path/to/the/same shop', 'other-name')];
    const { sessionId } = await laptop.user.say(statement);
    const { sessionId: fork } = await laptop.user.say('said in the fork', { fork: sessionId });
    await laptop.user.say('said later in the parent', { resume: sessionId });
    const { sessionId: grandchild } = await laptop.user.say('said in the fork of the fork', { fork });
    const story = [statement, 'Noted.', 'said in the fork', 'Noted.', 'said in the fork of the fork', 'Noted.', question];

    await carry(grandchild, laptop, desktop);
    assert.deepEqual(await desktop.agent.verify(grandchild, '', desktop.workspace), { visible: true });
    assert.equal((await desktop.user.say(question, { resume: grandchild })).answer, remembered);
    assert.deepEqual(model.lastConversation(), story);

    const tablet = machine('tablet', 'x', 'other-name');
    for (const id of [sessionId, fork]) {
      await carry(id, laptop, tablet);
    }
    assert.equal((await tablet.user.say(question, { resume: fork })).answer, remembered);
    assert.deepEqual(model.lastConversation(), [statement, 'Noted.', 'said in the fork', 'Noted.', question]);
    await assert.rejects(desktop.agent.place(sessionId, 'transcript.jsonl', '', desktop.workspace), /another workspace/, 'the fork needs what came along as it is');
    await tablet.user.say('goes on', { resume: sessionId });
    assert.deepEqual(model.lastConversation(), [statement, 'Noted.', 'said later in the parent', 'Noted.', 'goes on']);
  });

  it('makes a fork of its own go on under its own id, beside the first', async () => {
    const [laptop, desktop] = [machine('laptop', 'shop'), machine('desktop', 'shop')];
    const { sessionId } = await laptop.user.say(statement);
    const as = laptop.agent.forkId();
    await carry(sessionId, laptop, desktop);
    await carry(sessionId, laptop, desktop, { as });
    assert.deepEqual(await desktop.user.say('only in the fork', { resume: as }), { answer: 'Noted.', sessionId: as });
    assert.deepEqual(await desktop.user.say(question, { resume: sessionId }), { answer: remembered, sessionId });
    assert.deepEqual(model.lastConversation(), [statement, 'Noted.', question]);
    await desktop.user.say('still there?', { resume: as });
    assert.deepEqual(model.lastConversation(), [statement, 'Noted.', 'only in the fork', 'Noted.', 'still there?']);
  });

  it('gives the records of an older version the ordinals without which this one refuses, and keeps what is torn', async () => {
    const [laptop, desktop] = [machine('laptop', 'shop'), machine('desktop', 'shop')];
    const { sessionId } = await laptop.user.say(statement);
    const place = await laptop.agent.place(sessionId, 'transcript.jsonl', '', laptop.workspace);
    const before = await readFile(place, 'utf8');
    await laptop.user.say('said with an older version', { resume: sessionId });
    const older = (await readFile(place, 'utf8')).slice(before.length).replaceAll(/"ordinal":\d+,/g, '');
    for (const torn of ['', 'garbage\n', '{"timestamp":"2026']) {
      await writeFile(place, `${before}${torn === 'garbage\n' ? torn : ''}${older}${torn === 'garbage\n' ? '' : torn}`);
      await carry(sessionId, laptop, desktop);
      assert.deepEqual(await desktop.user.say(question, { resume: sessionId }), { answer: remembered, sessionId });
      assert.deepEqual(model.lastConversation(), [statement, 'Noted.', 'said with an older version', 'Noted.', question]);
    }
    await writeFile(place, `${before}${older}`);
    assert.match(await laptop.user.refusal('exec', '--skip-git-repo-check', 'resume', sessionId, question), /missing an ordinal/);
  });

  for (const name of ['über größe', 'dots.and_underscores', '🍕', 'e\u0301', `${'long-'.repeat(40)}end/${'longer-'.repeat(20)}`]) {
    it(`knows what the program did in ${name.slice(0, 30)}`, async () => {
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

  it('sees that the program works on a conversation, and no longer', async () => {
    const { agent, user, workspace } = machine('laptop', 'project');
    const { sessionId } = await user.say('hello');
    model.prepare([{ name: 'exec_command', input: { cmd: 'sleep 3' } }], 'done');
    const turn = user.say('wait', { resume: sessionId });
    const seen: boolean[] = [];
    for (let i = 0; i < 40 && !seen.includes(true); i += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      seen.push(await agent.isRunning(sessionId));
    }
    await turn;
    assert.ok(seen.includes(true));
    assert.equal(await agent.isRunning(sessionId), false);
    const [found] = (await agent.find(workspace)).conversations;
    assert.equal(found?.running, false);
    const { messages } = await agent.read(await readFile(found.transcript));
    assert.deepEqual(messages.flatMap(({ blocks }) => blocks.flatMap((block) => (block.type === 'toolCall' ? [block.summary] : block.type === 'toolResult' ? [`failed: ${block.failed}`] : []))), ['sleep 3', 'failed: false']);
  });
});

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
