import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { type Device, World } from '../support/device.ts';

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
  });
});
