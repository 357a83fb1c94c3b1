import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Device, World } from '../support/device.ts';
import { chatLog } from '../support/vscodeChatHome.ts';

describe('two devices', () => {
  let world: World;
  let remote: string;
  let desktop: Device;
  let laptop: Device;
  const pizza = randomUUID();

  beforeEach(() => {
    world = new World();
    remote = world.remote();
    desktop = world.device('desktop', { user: 'ada' }).clone(remote);
    laptop = world.device('laptop', { user: 'lovelace' }).clone(remote, 'Code/shop');
  });
  afterEach(() => world[Symbol.dispose]());

  it('go on with the same code and the same conversation, there and back', async () => {
    desktop.say(pizza, 'My favorite pizza is Margherita.');
    desktop.write('orders.js', 'export const orders = ["Margherita"];\n');
    const saved = await desktop.save('Take the first order');
    assert.equal(saved.outcome, 'sent');
    assert.equal(desktop.git('log', '-1', '--format=%s'), 'Take the first order [ConvoSync]');

    world.passMinutes(5);
    const resumed = await laptop.resume();
    assert.deepEqual(resumed.verdict, { inSync: true, differences: [] });
    assert.equal(laptop.readTranscript(pizza), desktop.readTranscript(pizza));
    assert.equal(readFileSync(path.join(laptop.folder, 'orders.js'), 'utf8'), 'export const orders = ["Margherita"];\n');
    assert.deepEqual(resumed.commands[0]?.argv, ['claude', '--resume', pizza]);

    laptop.say(pizza, 'And to drink?', 'Water.');
    laptop.write('drinks.js', 'export const drinks = ["water"];\n');
    world.passMinutes(5);
    assert.equal((await laptop.save('Serve drinks')).outcome, 'sent');

    world.passMinutes(5);
    const home = await desktop.resume();
    assert.deepEqual(home.verdict, { inSync: true, differences: [] });
    assert.equal(desktop.readTranscript(pizza), laptop.readTranscript(pizza));
    assert.equal(desktop.git('rev-parse', 'HEAD'), laptop.git('rev-parse', 'HEAD'));
  });

  it('take all of a conversation along that the other system can hold, and say what stays behind', async () => {
    desktop.say(pizza, 'My favorite pizza is Margherita.');
    const beside = (device: Device): string => path.join(path.dirname(device.transcriptPath(pizza)), pizza, 'tool-results');
    mkdirSync(beside(desktop), { recursive: true });
    for (const name of ['good.txt', 'a:b.txt', 'CON', 'dot.']) {
      writeFileSync(path.join(beside(desktop), name), name);
    }
    const left = ['CON', 'a:b.txt', 'dot.'].map((name) => `session/tool-results/${name}`);
    const { notes } = await desktop.save('Order');
    assert.deepEqual(notes.filter(({ kind }) => kind !== 'generic-device-name'), [{ kind: 'unportable-names', agent: 'claude-code', conversation: pizza, paths: left }]);

    assert.deepEqual((await laptop.resume()).notes, []);
    assert.deepEqual(readdirSync(beside(laptop)), ['CON', 'a:b.txt', 'dot.', 'good.txt']);
    const home = path.join(world.folder, 'windows state');
    const windows = world.device('windows', { user: 'ada w', machineEnv: { CONVOSYNC_HOME: home } }).clone(remote);
    windows.machine.platform = 'win32';
    const resumed = await windows.resume();
    assert.deepEqual([resumed.notes, resumed.verdict.inSync], [[{ kind: 'left-aside', agent: 'claude-code', conversation: pizza, paths: left }], true]);
    assert.deepEqual(readdirSync(beside(windows)), ['good.txt']);
    assert.equal(windows.readTranscript(pizza), desktop.readTranscript(pizza));
  });

  it('leave nothing of ConvoSync in the repository', async () => {
    desktop.say(pizza, 'Hello.');
    desktop.write('orders.js', 'export const orders = [1];\n');
    const config = desktop.git('config', '--local', '--list');
    await desktop.save('Count');
    assert.equal(desktop.git('for-each-ref', '--format=%(refname)'), 'refs/heads/main\nrefs/remotes/origin/HEAD\nrefs/remotes/origin/main');
    assert.equal(desktop.git('config', '--local', '--list'), config);
    assert.equal(desktop.git('status', '--porcelain'), '');
    assert.equal(desktop.git('rev-parse', 'origin/main'), desktop.git('rev-parse', 'main'));
    assert.equal(desktop.git('fsck', '--unreachable', '--no-reflogs'), '');
    await laptop.resume();
    assert.ok(!existsSync(path.join(laptop.folder, '.git', 'FETCH_HEAD')));
  });
});

describe('a chat of VS Code', function () {
  this.timeout(60_000);

  it('is saved, and shown on another device, whose own chats stay as they are', async () => {
    using world = new World();
    const remote = world.remote();
    const [desktop, laptop] = [world.device('desktop', { user: 'ada' }).clone(remote), world.device('laptop', { user: 'grace' }).clone(remote)];
    const storage = path.join(desktop.home, '.config/Code/User/workspaceStorage/0123');
    mkdirSync(path.join(storage, 'chatSessions'), { recursive: true });
    writeFileSync(path.join(storage, 'workspace.json'), JSON.stringify({ folder: pathToFileURL(desktop.folder).href }));
    const id = randomUUID();
    writeFileSync(path.join(storage, 'chatSessions', `${id}.jsonl`), chatLog(id, ['How hot is the oven?', 'Very.']));
    const { session, messages } = await desktop.save('Oven');
    assert.equal(messages, 2);

    const { verdict, commands, steps } = await laptop.resume();
    assert.deepEqual([verdict, commands], [{ inSync: true, differences: [] }, []]);
    assert.deepEqual(steps.flatMap((step) => (step.kind === 'install' ? [[step.agent, step.outcome]] : [])), [['vscode-chat', 'shown']]);
    assert.deepEqual(readdirSync(laptop.home).filter((name) => name === '.config'), []);
    const { conversations } = await laptop.convosync.open(laptop.folder, session);
    assert.deepEqual(conversations.map((each) => [each.agentName, each.messages.length]), [['VS Code Chat', 2]]);
  });
});
