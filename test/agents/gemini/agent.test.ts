/** What our Gemini CLI agent says of the program's files, held against what the real program does with them. */
import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import * as path from 'node:path';

import { GeminiAgent } from '../../../src/core/agents/gemini/gemini.ts';
import { adapted } from '../../../src/core/session/adaptation.ts';
import { temporaryFolderPerTest } from '../../support/temporaryFolder.ts';
import { ModelStub } from '../model/modelStub.ts';
import { pizzeria, question, remembered, statement } from '../pizzaSuite.ts';
import { gemini, geminiProgram } from './geminiProgram.ts';
import { GeminiUser } from './geminiUser.ts';

interface Machine {
  agent: GeminiAgent;
  user: GeminiUser;
  home: string;
  workspace: { folder: string };
}

describe('the agent for Gemini CLI, beside the real program', function () {
  this.timeout(300_000);
  const temporary = temporaryFolderPerTest();
  let model: ModelStub;

  before(async function () {
    this.timeout(300_000);
    await geminiProgram();
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
    return { agent: new GeminiAgent({ userHome: home, env: {}, platform: process.platform }), user: new GeminiUser({ home, folder: workspace.folder, model: model.url }), home, workspace };
  }

  /** As the core installs a transcript. */
  async function install({ agent, workspace }: Machine, stored: Buffer, id: string): Promise<string> {
    mkdirSync(workspace.folder, { recursive: true });
    const to = { id, folder: '', workspace };
    const signposts = await agent.signposts(to);
    const place = await agent.place(id, 'transcript.jsonl', '', workspace);
    const content = Buffer.concat(await Array.fromAsync(adapted(once(stored), await agent.adapt('transcript.jsonl', once(stored), to))));
    for (const [file, bytes] of [[place, content], ...signposts.map(({ absolute, content: mark }) => [absolute, mark] as const)] as const) {
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, bytes);
    }
    return place;
  }

  async function transcriptOf({ agent, workspace }: Machine, id: string): Promise<string> {
    const { conversations, problems } = await agent.find(workspace);
    assert.deepEqual(problems, []);
    return conversations.find((found) => found.id === id)?.transcript ?? assert.fail('the conversation is not found');
  }

  it('finds and reads what the program did: words, calls and results, each once, also after it was resumed', async () => {
    const here = machine('laptop', 'work/Pizza Shop');
    const { sessionId } = await here.user.say(statement);
    model.prepare([{ name: 'run_shell_command', input: { command: 'echo baked', description: 'Bake' } }], 'It is baked.');
    await here.user.say('bake it', { resume: sessionId, args: ['--yolo'] });
    const { messages, issues, title } = await here.agent.read(await readFile(await transcriptOf(here, sessionId)));
    assert.deepEqual(issues, []);
    assert.equal(title, statement);
    assert.deepEqual(
      messages.map(({ author, blocks }) => [author, ...blocks.map((block) => (block.type === 'toolCall' ? block.summary : 'text' in block ? block.text.split('\n')[0] : block.type))]),
      [['user', statement], ['assistant', 'Noted.'], ['user', 'bake it'], ['assistant', 'echo baked'], ['system', 'Output: baked'], ['assistant', 'It is baked.']],
    );
  });

  for (const name of ['über größe', '🍕', 'Ünder/-a--b_.c-']) {
    it(`knows where the program will keep what it does in ${name}`, async () => {
      const here = machine('laptop', name);
      mkdirSync(here.workspace.folder, { recursive: true });
      const place = await here.agent.place('0123456789', 'transcript.jsonl', '', here.workspace);
      const { sessionId } = await here.user.say('hello');
      const transcript = await transcriptOf(here, sessionId);
      assert.equal(path.dirname(transcript), path.dirname(place));
      assert.equal(await here.agent.place(sessionId, 'transcript.jsonl', '', here.workspace), transcript);
    });
  }

  it('takes the name that the program takes where another folder of that name came first', async () => {
    const first = machine('laptop', 'one/shop');
    const second = machine('laptop', 'two/shop');
    const { sessionId } = await machine('desktop', 'shop').user.say(statement);
    const stored = await readFile(await transcriptOf(machine('desktop', 'shop'), sessionId));
    await first.user.say('hello');
    const place = await install(second, stored, sessionId);
    assert.match(place, /tmp\/shop-1\/chats\//);
    assert.equal((await second.user.say(question, { resume: sessionId })).answer, remembered);
    assert.equal((await transcriptOf(second, sessionId)), place);
  });

  it('finds what the program did in a folder that it reached through a link', async () => {
    const { agent, workspace } = machine('laptop', 'real');
    mkdirSync(path.join(workspace.folder, 'packages', 'app'), { recursive: true });
    symlinkSync(workspace.folder, path.join(temporary.path, 'laptop', 'link'));
    const { sessionId } = await machine('laptop', 'link/packages/app').user.say('hello');
    for (const folder of [workspace.folder, path.join(temporary.path, 'laptop', 'link')]) {
      assert.deepEqual((await agent.find({ folder })).conversations.map((found) => [found.id, found.folder]), [[sessionId, 'packages/app']]);
    }
  });

  it('mends a torn transcript, on which the program goes on, and of which both tails are read', async () => {
    const [there, here] = [machine('desktop', 'shop'), machine('laptop', 'pizza shop')];
    const { sessionId } = await there.user.say(statement);
    const transcript = await transcriptOf(there, sessionId);
    appendFileSync(transcript, '{"id":"00000000-0000-4000-8000-000000000001","type":"user","content":[{"text":"l\u00f6st');
    const place = await install(here, await readFile(transcript), sessionId);
    assert.equal((await here.user.say(question, { resume: sessionId })).answer, remembered);
    assert.equal((await here.user.say('and now?', { resume: sessionId })).answer, 'Noted.');
    assert.deepEqual(model.lastConversation(), [statement, 'Noted.', question, remembered, 'and now?']);
    assert.equal(await transcriptOf(here, sessionId), place);
  });

  it('keeps a fork apart from the conversation that it was, in one folder', async () => {
    const here = machine('laptop', 'shop');
    const { sessionId } = await here.user.say(statement);
    const fork = here.agent.forkId();
    await install(here, await readFile(await transcriptOf(here, sessionId)), fork);
    assert.deepEqual(await here.user.say('only in the fork', { resume: fork }), { answer: 'Noted.', sessionId: fork });
    await here.user.say('only in the original', { resume: sessionId });
    assert.deepEqual(model.lastConversation(), [statement, 'Noted.', 'only in the original']);
    await here.user.say(question, { resume: fork });
    assert.deepEqual(model.lastConversation(), [statement, 'Noted.', 'only in the fork', 'Noted.', question]);
    assert.deepEqual((await here.agent.find(here.workspace)).conversations.map(({ id }) => id).sort(), [sessionId, fork].sort());
  });

  it('installs under a name that the program spares when it clears up what a resume left behind', async () => {
    const [there, here] = [machine('desktop', 'shop'), machine('laptop', 'shop')];
    const { sessionId } = await there.user.say(statement);
    const place = await install(here, await readFile(await transcriptOf(there, sessionId)), sessionId);
    await here.user.say('hello', { resume: sessionId });
    const left = readdirSync(path.dirname(place)).filter((name) => name !== path.basename(place));
    assert.equal(left.length, 1, 'the program leaves a file behind');
    await here.user.say('something else');
    assert.equal(existsSync(path.join(path.dirname(place), left[0]!)), false, 'the program clears it up');
    assert.equal((await here.user.say(question, { resume: sessionId })).answer, remembered);
  });

  it('has a conversation of an older version, one document, continued under its id', async () => {
    const here = machine('laptop', 'shop');
    const { sessionId } = await here.user.say(statement);
    const transcript = await transcriptOf(here, sessionId);
    const [head, ...records] = readFileSync(transcript, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    writeFileSync(transcript.replace(/l$/, ''), JSON.stringify({ ...head, messages: records.filter((record) => 'id' in record) }, null, 2));
    rmSync(transcript);
    const document = await transcriptOf(here, sessionId);
    assert.equal(path.extname(document), '.json');
    assert.equal((await here.user.say(question, { resume: sessionId })).answer, remembered);
    assert.equal(await transcriptOf(here, sessionId), transcript);
  });

  it('sees that the program has a conversation open while it works, and no longer', async () => {
    const { agent, user, workspace } = machine('laptop', 'project');
    const { sessionId: other } = await user.say('another one');
    const { sessionId } = await user.say('hello');
    model.prepare([{ name: 'run_shell_command', input: { command: 'sleep 4', description: 'Wait' } }], 'done');
    const turn = user.say('wait', { resume: sessionId, args: ['--yolo'] });
    const seen: boolean[] = [];
    while (!seen.includes(true) && seen.length < 100) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      seen.push(await agent.isRunning(sessionId));
    }
    assert.equal(await agent.isRunning(other), false);
    await turn;
    assert.ok(seen.includes(true));
    assert.equal(await agent.isRunning(sessionId), false);
    assert.deepEqual((await agent.find(workspace)).conversations.map(({ running }) => running), [false, false]);
  });
});

describe('a conversation that Gemini CLI has deleted', function () {
  this.timeout(300_000);
  const shop = pizzeria(gemini);

  it('stays in the vault through the next saves, and comes back', async () => {
    const { desktop, at } = shop;
    const { sessionId } = await at(desktop).say(statement);
    const { session } = await desktop.save('Tell the favorite');
    const chats = path.join(desktop.home, '.gemini', 'tmp', 'pizza-shop', 'chats');
    readdirSync(chats).forEach((name) => rmSync(path.join(chats, name)));
    desktop.write('menu.txt', 'Margherita\n');
    await desktop.save('Write the menu', { conversations: 'none' });
    await desktop.resume({ session });
    assert.equal((await at(desktop).say(question, { resume: sessionId })).answer, remembered);
  });
});

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
