/** The promise in one story, with an agent's real program on both devices and ConvoSync in between. */
import assert from 'node:assert/strict';
import { createAgents } from '../../src/core/agents/registry.ts';
import { type Device, World } from '../support/device.ts';
import type { AgentProgram, AgentUser } from './agentProgram.ts';
import { ModelStub } from './model/modelStub.ts';
import { toShow } from './shown.ts';

export const statement = 'my favorite pizza is Margherita';
export const question = 'what is my favorite pizza?';
export const remembered = 'Your favorite pizza is Margherita.';

export interface Pizzeria {
  model: ModelStub;
  desktop: Device;
  laptop: Device;
  /** The agent's program on a device. */
  at: (device: Device) => AgentUser;
}

/** Two devices with other users and paths, that share a remote: fresh for each test. */
export function pizzeria(program: AgentProgram): Pizzeria {
  let world: World;
  const users = new Map<Device, AgentUser>();
  const shop = { at: (device: Device) => users.get(device) } as Pizzeria;

  before(async function () {
    this.timeout(300_000);
    await program.install();
  });

  beforeEach(async () => {
    world = new World();
    world.now = new Date();
    const remote = world.remote();
    const machineEnv = await program.environment?.() ?? {};
    Object.assign(shop, {
      model: await ModelStub.start(),
      desktop: world.device('desktop', { user: 'ada', machineEnv }).clone(remote, 'work/pizza shop'),
      laptop: world.device('laptop', { user: 'lovelace', machineEnv: { ...machineEnv } }).clone(remote, 'src/pizza.shop'),
    });
    // Both have set up their program before anything arrives.
    for (const device of [shop.desktop, shop.laptop]) {
      users.set(device, program.user({ home: device.home, folder: device.folder, model: shop.model.url }));
    }
  });

  afterEach(async () => {
    await shop.model.stop();
    world[Symbol.dispose]();
  });
  return shop;
}

export function pizzaSuite(program: AgentProgram): void {
  describe(`the pizza test: ${program.id} ${program.version}`, function () {
    this.timeout(600_000);
    const shop = pizzeria(program);
    const show = toShow(program, 'read', 'resumed', 'returned', 'parted', 'home');

    it('passes on the second device, under another user and path, and at home again', async () => {
      const { desktop, laptop, model, at } = shop;
      const { sessionId } = await at(desktop).say(statement);
      const saved = await desktop.save('Tell the favorite');
      assert.equal(saved.outcome, 'sent');
      const [told] = (await laptop.convosync.open(laptop.folder, saved.session)).conversations;
      assert.equal(told?.id, sessionId);
      assert.deepEqual(told.messages.map(({ author, blocks }) => [author, ...blocks.map((block) => ('text' in block ? block.text : block.type))]), [['user', statement], ['assistant', 'Noted.']]);
      show('read');

      const resumed = await laptop.resume();
      assert.deepEqual(resumed.verdict, { inSync: true, differences: [] });
      assert.equal(resumed.commands[0]?.agent, program.id);
      assert.ok(resumed.commands[0].argv.includes(sessionId));
      assert.deepEqual(await at(laptop).say(question, { resume: sessionId }), { answer: remembered, sessionId });
      assert.deepEqual(model.lastConversation().slice(-3), [statement, 'Noted.', question]);
      show('resumed');

      await at(laptop).say('and I drink water with it', { resume: sessionId });
      assert.equal((await laptop.save('Tell the drink')).outcome, 'sent');
      assert.deepEqual((await desktop.resume()).verdict, { inSync: true, differences: [] });
      assert.deepEqual(await at(desktop).say(question, { resume: sessionId }), { answer: remembered, sessionId });
      assert.deepEqual(model.lastConversation().slice(-7), [statement, 'Noted.', question, remembered, 'and I drink water with it', 'Noted.', question]);
      show('returned');
      const { fidelity } = createAgents(desktop.machine, '/').find(({ id }) => id === program.id) ?? assert.fail();
      show('home', fidelity === 'records' ? 'the same records' : 'the same bytes');
    });

    it('passes where both devices went on, in one conversation or in one beside it', async () => {
      const { desktop, laptop, model, at } = shop;
      const { sessionId } = await at(desktop).say(statement);
      await desktop.save('Tell the favorite');
      await laptop.resume();
      await at(laptop).say('said on the laptop', { resume: sessionId });
      await laptop.save('Go on at the laptop');
      await at(desktop).say('said on the desktop', { resume: sessionId });

      const [command] = (await desktop.resume()).commands;
      assert.ok(command);
      assert.equal((await at(desktop).say(question, { resume: command.conversation })).answer, remembered);
      assert.ok(model.lastConversation().includes('said on the laptop'));
      assert.equal((await at(desktop).say(question, { resume: sessionId })).answer, remembered);
      assert.ok(model.lastConversation().includes('said on the desktop'));
      show('parted', command.conversation === sessionId ? 'joined in one' : 'one beside the other');
    });
  });
}
