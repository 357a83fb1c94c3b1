/** The promise in one story, with the real Claude Code on both devices and ConvoSync in between. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type Device, World } from '../support/device.ts';
import { claudeProgram } from './claudeProgram.ts';
import { ClaudeUser } from './claudeSession.ts';
import { ModelStub } from './modelStub.ts';

const statement = 'my favorite pizza is Margherita';
const question = 'what is my favorite pizza?';
const remembered = 'Your favorite pizza is Margherita.';

describe('the pizza test', function () {
  this.timeout(120_000);
  let world: World;
  let model: ModelStub;
  let desktop: Device;
  let laptop: Device;

  before(async function () {
    this.timeout(300_000);
    await claudeProgram();
  });

  beforeEach(async () => {
    world = new World();
    world.now = new Date();
    model = await ModelStub.start();
    const remote = world.remote();
    desktop = world.device('desktop', { user: 'ada' }).clone(remote, 'work/pizza shop');
    laptop = world.device('laptop', { user: 'lovelace' }).clone(remote, 'src/pizza.shop');
  });

  afterEach(async () => {
    await model.stop();
    world[Symbol.dispose]();
  });

  const at = (device: Device): ClaudeUser => new ClaudeUser({ home: device.home, folder: device.folder, model: model.url });

  it('passes on the second device, under another user and path, and at home again', async () => {
    const { sessionId } = await at(desktop).say(statement);
    assert.equal((await desktop.save('Tell the favorite')).outcome, 'sent');

    const resumed = await laptop.resume();
    assert.deepEqual(resumed.verdict, { inSync: true, differences: [] });
    const [, ...args] = resumed.commands[0]?.argv ?? [];
    assert.deepEqual(args, ['--resume', sessionId]);
    const asked = await at(laptop).say(question, { resume: sessionId });
    assert.equal(asked.answer, remembered);
    assert.deepEqual(model.lastConversation(), [statement, 'Noted.', question]);

    await at(laptop).say('and I drink water with it', { resume: sessionId });
    assert.equal((await laptop.save('Tell the drink')).outcome, 'sent');
    await desktop.resume();
    assert.ok(readFileSync(desktop.transcriptPath(sessionId)).equals(readFileSync(laptop.transcriptPath(sessionId))));
    assert.equal((await at(desktop).say(question, { resume: sessionId })).answer, remembered);
    assert.deepEqual(model.lastConversation().slice(0, 5), [statement, 'Noted.', question, remembered, 'and I drink water with it']);
  });

  it('tells the agent both stories when both devices went on with the same conversation', async () => {
    const { sessionId } = await at(desktop).say(statement);
    await desktop.save('Tell the favorite');
    await laptop.resume();
    await at(laptop).say('said on the laptop', { resume: sessionId });
    await laptop.save('Go on at the laptop');
    await at(desktop).say('said on the desktop', { resume: sessionId });

    const [command] = (await desktop.resume()).commands;
    assert.equal(command?.conversation, sessionId);
    assert.equal((await at(desktop).say(question, { resume: sessionId })).answer, remembered);
    const both = [statement, 'Noted.', 'said on the desktop', 'Noted.', 'said on the laptop', 'Noted.', question];
    assert.deepEqual(model.lastConversation(), both);

    await desktop.save('Both');
    await laptop.resume();
    await at(laptop).say('and now?', { resume: sessionId });
    assert.deepEqual(model.lastConversation(), [...both, remembered, 'and now?']);
  });

  it('passes by the handoff alone, which says what the person told', async () => {
    await at(desktop).say(statement);
    const saved = await desktop.save('Tell the favorite');
    const { manifest } = await laptop.convosync.open(laptop.folder, saved.session);
    assert.match(manifest.handoff, /Margherita/);
  });
});
