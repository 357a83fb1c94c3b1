import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Backend } from '../../../../src/core/storage/backend.ts';
import { VaultWorld, type VaultDevice } from '../../../support/vaultDevices.ts';

class Killed extends Error {}

/** Runs something before or after the n-th call of a backend. */
function at(number: number, when: 'before' | 'after', action: () => void | Promise<void>, count = { calls: 0 }): (backend: Backend) => Backend {
  return (backend) => new Proxy(backend, {
    get: (target, name: keyof Backend): unknown => {
      const { [name]: value } = target as unknown as Record<string, unknown>;
      if (typeof value !== 'function' || name === 'describe') {
        return value;
      }
      return async (...args: unknown[]): Promise<unknown> => {
        const call = (...all: unknown[]): unknown => Reflect.apply(value, target, all);
        count.calls += 1;
        const isNow = count.calls === number;
        if (isNow && when === 'before') {
          await action();
        }
        const result = await call(...args);
        if (isNow && when === 'after') {
          await action();
        }
        return result;
      };
    },
  });
}

describe('a cleaning', function () {
  this.timeout(60_000);
  let world: VaultWorld;
  let desktop: VaultDevice;
  let laptop: VaultDevice;
  let tablet: VaultDevice;
  let deleted: string;
  let restore: () => void;

  /** The desktop has condemned what the laptop may go on from, long enough ago, and has more to condemn. */
  before(async () => {
    world = new VaultWorld();
    [desktop, laptop, tablet] = [world.device('desktop'), world.device('laptop'), world.device('tablet')];
    deleted = await desktop.save('menu', 'A long beginning. '.repeat(40));
    await desktop.save('orders');
    const vault = await laptop.look();
    await laptop.resume(vault.state.sessions.find(({ summary }) => summary.id === deleted) ?? assert.fail(), vault);
    await tablet.save('other');
    await desktop.say({ type: 'deleted', session: deleted, now: true });
    assert.equal((await desktop.clean()).condemned, 2);
    const more = await desktop.save('lunch');
    await desktop.say({ type: 'deleted', session: more, now: true });
    world.pass(15);
    await tablet.save('other');
    restore = world.checkpoint();
  });
  beforeEach(() => {
    restore();
    desktop.through = (backend) => backend;
    laptop.texts.set('menu', world.texts.get(deleted) ?? '');
  });
  after(() => world[Symbol.dispose]());

  /** How many calls of the store one takes. */
  const calls = async (): Promise<number> => {
    const count = { calls: 0 };
    desktop.through = at(0, 'before', () => undefined, count);
    assert.deepEqual(await desktop.clean().then(({ removed, condemned }) => [removed, condemned]), [2, 2]);
    desktop.through = (backend) => backend;
    restore();
    return count.calls;
  };

  const meanwhile: [what: string, act: () => Promise<unknown>][] = [
    ['another device goes on from what is about to go', () => laptop.save('menu')],
    ['another device brings it back', () => laptop.say({ type: 'restored', session: deleted })],
  ];
  for (const [what, act] of meanwhile) {
    it(`takes nothing from anybody while ${what}, at whichever moment`, async () => {
      for (let number = await calls(); number > 0; number--) {
        restore();
        laptop.texts.set('menu', world.texts.get(deleted) ?? '');
        desktop.through = at(number, 'before', async () => {
          await act();
        });
        await desktop.clean();
        desktop.through = (backend) => backend;
        await world.assertReadable();
        world.pass(16);
        await tablet.save('other');
        await desktop.clean();
        await world.assertReadable();
      }
    });
  }

  for (const when of ['before', 'after'] as const) {
    it(`that is killed ${when} any call of the store harms nothing, and the next ones complete it`, async () => {
      for (let number = await calls(); number > 0; number--) {
        restore();
        desktop.through = at(number, when, () => {
          throw new Killed();
        });
        await assert.rejects(desktop.clean(), Killed);
        desktop.through = (backend) => backend;
        await world.assertReadable();
        for (let round = 0; round < 3; round++) {
          await desktop.clean();
          world.pass(16);
          await tablet.save('other');
        }
        await desktop.clean();
        const ids = await world.assertReadable();
        assert.ok(!ids.includes(deleted));
        assert.deepEqual(await world.needless(), []);
      }
    });
  }
});

describe('three devices that save, delete, pin and clean in any order', function () {
  // More runs than by default are for a person who waits.
  const runs = Number(process.env['CONVOSYNC_RUNS'] ?? 2);
  this.timeout(runs * 60_000);

  const action = fc.record({
    device: fc.nat(2),
    what: fc.constantFrom('save', 'save', 'save', 'resume', 'delete', 'delete for good', 'restore', 'pin', 'clean', 'clean', 'pass', 'pass long', 'offline', 'online'),
    which: fc.nat(20),
  });

  it('lose nothing that is kept, at any step, and get the space of the rest back in the end', async () => {
    await fc.assert(fc.asyncProperty(fc.array(action, { minLength: 10, maxLength: 24 }), async (actions) => {
      using world = new VaultWorld();
      const devices = ['desktop', 'laptop', 'tablet'].map((name) => world.device(name));
      const witness = world.device('witness');
      await witness.save('witness');
      for (const { device: index, what, which } of actions) {
        const device = devices[index] ?? assert.fail();
        await act(world, witness, device, what, which);
        await world.assertReadable();
      }
      for (const device of devices) {
        device.offline = false;
        await device.sync();
      }
      for (let round = 0; round < 9 && (round < 3 || (await world.needless()).length > 0); round++) {
        for (const device of [...devices, witness]) {
          await device.clean();
        }
        for (let week = 0; week < 3; week++) {
          world.pass(6);
          await witness.say({ type: 'unpinned', session: 'ab'.repeat(5) });
        }
        await world.assertReadable();
      }
      assert.deepEqual(await world.needless(), []);
    }), { numRuns: runs, endOnFailure: true });
  });

  async function act(world: VaultWorld, witness: VaultDevice, device: VaultDevice, what: string, which: number): Promise<void> {
    const vault = await device.look();
    const { sessions, trash } = vault.state;
    const session = sessions[which % Math.max(sessions.length, 1)];
    switch (what) {
      case 'save':
        await device.save(`conversation ${which % 3}`);
        return;
      case 'resume':
        return session && !device.offline ? device.resume(session, vault) : undefined;
      case 'delete':
      case 'delete for good':
        return session ? device.say({ type: 'deleted', session: session.summary.id, ...(what === 'delete' ? {} : { now: true }) }) : undefined;
      case 'restore':
        return trash[0] ? device.say({ type: 'restored', session: trash[0].summary.id }) : undefined;
      case 'pin':
        return session ? device.say({ type: which % 2 === 0 ? 'pinned' : 'unpinned', session: session.summary.id }) : undefined;
      case 'clean':
        await (device.offline ? undefined : device.clean());
        return;
      case 'offline':
        device.offline = true;
        return;
      case 'online':
        device.offline = false;
        return device.sync();
      default:
        world.pass(what === 'pass' ? 5 : 16);
        await witness.save('witness');
    }
  }
});
