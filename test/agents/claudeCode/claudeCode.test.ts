/** What ConvoSync relies on in Claude Code itself, stated by running the real program. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { claudeProgram } from './claudeProgram.ts';
import { ClaudeUser } from './claudeUser.ts';
import { ModelStub } from '../model/modelStub.ts';

const statement = 'my favorite pizza is Margherita';
const question = 'what is my favorite pizza?';
const remembered = 'Your favorite pizza is Margherita.';

describe('Claude Code', function () {
  this.timeout(60_000);
  let folder: string;
  let model: ModelStub;
  let laptop: ClaudeUser;
  let desktop: ClaudeUser;

  before(async function () {
    this.timeout(300_000);
    await claudeProgram();
  });

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'convosync-claude-'));
    model = await ModelStub.start();
    laptop = new ClaudeUser({ home: path.join(folder, 'laptop/home/ada'), folder: path.join(folder, 'laptop/work/pizza shop'), model: model.url });
    desktop = new ClaudeUser({ home: path.join(folder, 'desktop/Users/lovelace'), folder: path.join(folder, 'desktop/src/pizza.shop'), model: model.url });
  });

  afterEach(async () => {
    await model.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('forgets everything when nothing is carried over', async () => {
    await laptop.say(statement);
    assert.equal((await desktop.say(question)).answer, 'I do not know your favorite pizza.');
  });

  it('continues on another machine a transcript that is copied as it is', async () => {
    const { sessionId } = await laptop.say(statement);
    const transcript = await readFile(await laptop.transcriptFile(sessionId));
    await install(desktop, sessionId, transcript);

    const turn = await desktop.say(question, { resume: sessionId });

    assert.deepEqual(turn, { answer: remembered, sessionId });
    assert.deepEqual(model.lastConversation(), [statement, 'Noted.', question]);
    const grown = await readFile(await desktop.transcriptFile(sessionId));
    assert.deepEqual(grown.subarray(0, transcript.length), transcript, 'the copied bytes stay as they were');
  });

  it('knows at home what was said away, after the way back', async () => {
    const { sessionId } = await laptop.say('hello');
    await install(desktop, sessionId, await readFile(await laptop.transcriptFile(sessionId)));
    await desktop.say(statement, { resume: sessionId });
    await install(laptop, sessionId, await readFile(await desktop.transcriptFile(sessionId)));

    assert.equal((await laptop.say(question, { resume: sessionId })).answer, remembered);
  });

  for (const [inside, rewrite] of [['the old id', false], ['the new id', true]] as const) {
    it(`continues a transcript under a new file name, with ${inside} in its records, as the session of that name`, async () => {
      const { sessionId } = await laptop.say(statement);
      const text = await readFile(await laptop.transcriptFile(sessionId), 'utf8');
      const fork = randomUUID();
      const installed = rewrite ? text.replaceAll(sessionId, fork) : text;
      await install(desktop, fork, installed);

      const turn = await desktop.say(question, { resume: fork });

      assert.deepEqual(turn, { answer: remembered, sessionId: fork });
      assert.deepEqual(await desktop.sessionIds(), [fork], 'it appends to the file of the new name');
      const after = await readFile(await desktop.transcriptFile(fork), 'utf8');
      assert.ok(after.startsWith(installed), 'the installed bytes stay as they were');
      const added = after.slice(installed.length).trimEnd().split('\n').map((line) => (JSON.parse(line) as { sessionId: string }).sessionId);
      assert.deepEqual(new Set(added), new Set([fork]), 'new records carry the new id');
    });
  }

  it('keeps a conversation and its fork apart when both lie in one folder', async () => {
    const { sessionId } = await laptop.say(statement);
    const fork = randomUUID();
    await install(laptop, fork, await readFile(await laptop.transcriptFile(sessionId)));

    await laptop.say('only in the fork', { resume: fork });
    await laptop.say('only in the original', { resume: sessionId });

    assert.deepEqual(model.lastConversation(), [statement, 'Noted.', 'only in the original']);
    await laptop.say(question, { resume: fork });
    assert.deepEqual(model.lastConversation(), [statement, 'Noted.', 'only in the fork', 'Noted.', question]);
  });

  it('runs the tools that the model calls, and records call and result', async () => {
    model.prepare([{ name: 'Read', input: { file_path: path.join(folder, 'laptop/work/pizza shop/menu.txt') } }], 'It is on the menu.');
    await mkdir(path.join(folder, 'laptop/work/pizza shop'), { recursive: true });
    await writeFile(path.join(folder, 'laptop/work/pizza shop/menu.txt'), 'Margherita 9.50\n');

    const { answer, sessionId } = await laptop.say('what is on the menu?');

    assert.equal(answer, 'It is on the menu.');
    const transcript = JSON.stringify(await laptop.records(sessionId));
    assert.match(transcript, /"type":"tool_use"/);
    assert.match(transcript, /Margherita 9\.50/);
  });
});

async function install(user: ClaudeUser, sessionId: string, transcript: Uint8Array | string): Promise<void> {
  await mkdir(await user.projectFolder(), { recursive: true });
  await writeFile(await user.transcriptFile(sessionId), transcript);
}
