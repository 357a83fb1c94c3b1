import * as assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type Device, World } from '../support/device.ts';
import { convosync, convosyncJson, placeOf } from './commandLine.ts';

const talk = randomUUID();

describe('convosync search', function () {
  this.timeout(120_000);
  let world: World;
  let desktop: Device;
  let laptop: Device;

  before(async () => {
    world = new World();
    const remote = world.remote();
    [desktop, laptop] = [world.device('desktop').clone(remote), world.device('laptop').clone(remote)];
    desktop.say(talk, 'Bake a pizza\u001b[31m with \u0007\u202eanchovies $(alert) and more');
    await desktop.save('One', { push: false });
    await laptop.resume();
    world.passMinutes(1);
    laptop.say(talk, 'No anchovies, olives');
    await laptop.save('Two', { push: false });
  });
  after(() => world[Symbol.dispose]());

  it('shows where something was said, and nothing that could steer the terminal', async () => {
    const { code, stdout } = await convosync(placeOf(desktop), 'search', 'anchovies', 'pizz');
    assert.equal(code, 0);
    assert.match(stdout, /^[0-9a-f]{8} {2}desktop, main, .*: One\n {2}You: Bake a pizza *with *anchovies \$\(alert\) and more\n/m);
    assert.doesNotMatch(stdout, /[\u0000-\u0008\u000b-\u001f\u202e]/u);
  });

  it('keeps to a device and a number, and says that there is more', async () => {
    const mine = await convosync(placeOf(desktop), 'search', 'anchovies', '--device', 'LAPTOP');
    assert.match(mine.stdout, /laptop, main/);
    assert.doesNotMatch(mine.stdout, /desktop, main/);
    assert.match((await convosync(placeOf(desktop), 'search', 'anchovies', '--limit', '1')).stdout, /There is more; see it with --limit/);
    assert.equal((await convosync(placeOf(desktop), 'search', 'anchovies', '--branch', 'other')).stdout, 'Nothing holds all of these words.\n');
  });

  it('prints one document', async () => {
    const { code, document } = await convosyncJson(placeOf(laptop), 'search', '"anchovies, olives"');
    const { found, more, missing } = document as { found: { said: string; text: string; session: { message: string }; conversation?: { id: string; message: number } }[]; more: boolean; missing: number };
    assert.deepEqual([code, more, missing], [0, false, 0]);
    const said = found.find((hit) => hit.said === 'user');
    assert.deepEqual([said?.session.message, said?.text, said?.conversation], ['Two', 'No anchovies, olives', { agent: 'claude-code', id: talk, message: 2 }]);
  });

  it('refuses what holds no word', async () => {
    const { code, stderr } = await convosync(placeOf(desktop), 'search', '"()" *');
    assert.equal(code, 2);
    assert.match(stderr, /Say which words are to be searched for\./);
  });
});
