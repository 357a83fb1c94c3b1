/** What our Qwen Code agent says of the program's files, held against what the real program does with them. */
import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import * as path from 'node:path';

import { QwenCodeAgent } from '../../../src/core/agents/qwenCode/qwenCode.ts';
import { adapted } from '../../../src/core/session/adaptation.ts';
import { temporaryFolderPerTest } from '../../support/temporaryFolder.ts';
import { ModelStub } from '../model/modelStub.ts';
import { question, remembered, statement } from '../pizzaSuite.ts';
import { qwenProgram } from './qwenProgram.ts';
import { QwenUser } from './qwenUser.ts';

interface Machine {
  agent: QwenCodeAgent;
  user: QwenUser;
  workspace: { folder: string };
}

describe('the agent for Qwen Code, beside the real program', function () {
  this.timeout(300_000);
  const temporary = temporaryFolderPerTest();
  let model: ModelStub;

  before(async function () {
    this.timeout(300_000);
    await qwenProgram();
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
    return { agent: new QwenCodeAgent({ userHome: home, env: {}, platform: process.platform }), user: new QwenUser({ home, folder: workspace.folder, model: model.url }), workspace };
  }

  /** @param adapt false to copy it as it is stored */
  async function install({ agent, workspace }: Machine, stored: Buffer, id: string, adapt = true): Promise<void> {
    mkdirSync(workspace.folder, { recursive: true });
    const place = await agent.place(id, 'transcript.jsonl', '', workspace);
    const adaptations = adapt ? await agent.adapt('transcript.jsonl', once(stored), { id, folder: '', workspace }) : [];
    await mkdir(path.dirname(place), { recursive: true });
    await writeFile(place, Buffer.concat(await Array.fromAsync(adapted(once(stored), adaptations))));
  }

  async function transcriptOf({ agent, workspace }: Machine, id: string): Promise<string> {
    const { conversations, problems } = await agent.find(workspace);
    assert.deepEqual(problems, []);
    return conversations.find((found) => found.id === id)?.transcript ?? assert.fail('the conversation is not found');
  }

  it('finds and reads what the program did, in a folder of any name: words, calls and results', async () => {
    const here = machine('laptop', 'über/🍕 shop.a_b');
    model.prepare([{ name: 'run_shell_command', input: { command: 'echo baked', description: 'Bake', is_background: false } }], 'It is baked.');
    const { sessionId } = await here.user.say('bake it', { args: ['--yolo'] });
    const transcript = await transcriptOf(here, sessionId);
    assert.equal(await here.agent.place(sessionId, 'transcript.jsonl', '', here.workspace), transcript);
    const { messages, issues, title } = await here.agent.read(await readFile(transcript));
    assert.deepEqual(issues, []);
    assert.equal(title, 'bake it');
    assert.deepEqual(
      messages.map(({ author, blocks }) => [author, ...blocks.map((block) => (block.type === 'toolCall' ? block.summary : block.type === 'toolResult' ? block.text.includes('baked') : 'text' in block ? block.text : block.type))]),
      [['user', 'bake it'], ['assistant', 'echo baked'], ['system', true], ['assistant', 'It is baked.']],
    );
  });

  it('has the program continue what it would not find as it is stored, torn or not', async () => {
    const [there, here] = [machine('desktop', 'shop'), machine('laptop', 'pizza shop')];
    const { sessionId } = await there.user.say(statement);
    const transcript = await transcriptOf(there, sessionId);
    appendFileSync(transcript, '{"uuid":"00000000-0000-4000-8000-000000000001","type":"user","message":{"parts":[{"text":"l\u00f6st');
    const stored = await readFile(transcript);
    await install(here, stored, sessionId, false);
    assert.deepEqual(await here.agent.verify(sessionId, '', here.workspace), { visible: false, reason: 'missing' });
    await assert.rejects(here.user.say(question, { resume: sessionId }), /No saved session/);
    await install(here, stored, sessionId);
    assert.deepEqual(await here.agent.verify(sessionId, '', here.workspace), { visible: true });
    assert.equal((await here.user.say(question, { resume: sessionId })).answer, remembered);
    await here.user.say('and now?', { resume: sessionId });
    assert.deepEqual(model.lastConversation(), [statement, 'Noted.', question, remembered, 'and now?']);
  });

  it('keeps a fork apart from the conversation that it was, in one folder', async () => {
    const here = machine('laptop', 'shop');
    const { sessionId } = await here.user.say(statement);
    const fork = here.agent.forkId();
    await install(here, await readFile(await transcriptOf(here, sessionId)), fork);
    assert.deepEqual(await here.user.say('only in the fork', { resume: fork }), { answer: 'Noted.', sessionId: fork });
    await here.user.say('only in the original', { resume: sessionId });
    assert.deepEqual(model.lastConversation(), [statement, 'Noted.', 'only in the original']);
  });

  it('sees that the program has a conversation open while it works, and no longer', async () => {
    const { agent, user } = machine('laptop', 'project');
    const { sessionId } = await user.say('hello');
    model.prepare([{ name: 'run_shell_command', input: { command: 'sleep 4', description: 'Wait', is_background: false } }], 'done');
    const turn = user.say('wait', { resume: sessionId, args: ['--yolo'] });
    const seen: boolean[] = [];
    while (!seen.includes(true) && seen.length < 100) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      seen.push(await agent.isRunning(sessionId));
    }
    await turn;
    assert.ok(seen.includes(true));
    assert.equal(await agent.isRunning(sessionId), false);
  });
});

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
