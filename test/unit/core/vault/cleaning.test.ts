import assert from 'node:assert/strict';
import { ConvoSyncError } from '../../../../src/core/common/errors.ts';
import { defaultRetention } from '../../../../src/core/vault/retention.ts';
import { VaultWorld, type VaultDevice } from '../../../support/vaultDevices.ts';

const nothing = { sealed: 0, unsealed: 0, thinned: 0, emptied: 0, condemned: 0, removed: 0, retired: 0 };

describe('cleaning a vault', () => {
  let world: VaultWorld;
  let desktop: VaultDevice;
  let laptop: VaultDevice;

  beforeEach(() => {
    world = new VaultWorld();
    [desktop, laptop] = [world.device('desktop'), world.device('laptop')];
  });
  afterEach(() => world[Symbol.dispose]());

  /** Days go by on which both devices are in use. */
  const live = async (days: number): Promise<void> => {
    for (let each = 0; each < days; each += 5) {
      world.pass(Math.min(5, days - each));
      await laptop.say({ type: 'unpinned', session: 'ab'.repeat(5) });
      await desktop.look();
    }
  };

  it('keeps everything that is young, pinned or the newest, and thins what is old into the trash', async () => {
    const saved: string[] = [];
    for (let count = 0; count < 4; count++) {
      saved.push(await desktop.save('menu'));
    }
    await desktop.say({ type: 'pinned', session: saved[1] ?? '' });
    await live(29);
    assert.deepEqual(await desktop.clean(), nothing);
    await live(3);
    assert.deepEqual(await desktop.clean(), { ...nothing, thinned: 2 });
    assert.deepEqual((await world.assertReadable()).sort(), [saved[1], saved[3]]);
    const vault = await desktop.look();
    assert.deepEqual(vault.state.trash.map(({ summary }) => summary.id).sort(), [saved[0], saved[2]]);
    await desktop.say({ type: 'restored', session: saved[0] ?? '' });
    assert.deepEqual((await world.assertReadable()).sort(), [saved[0], saved[1], saved[3]]);
  });

  it('gives the space of what was deleted back after the trash and the grace, and not a day before', async () => {
    const gone = await desktop.save('menu');
    const stays = await desktop.save('orders');
    const before = world.chunks.length;
    await desktop.say({ type: 'deleted', session: gone });
    await live(30);
    assert.deepEqual(await desktop.clean(), nothing);
    await live(1);
    const { condemned } = await desktop.clean();
    assert.equal(condemned, 2, 'a chunk and a manifest');
    const until = new Date(world.now.getTime() + 14 * 24 * 3_600_000).toISOString();
    assert.deepEqual(desktop.waiting, { objects: 2, sessions: 1, until });
    await live(14);
    assert.deepEqual(await desktop.clean(), nothing);
    assert.deepEqual(desktop.waiting, { objects: 2, sessions: 1, until });
    assert.equal((await desktop.look()).state.trash.length, 1);
    await live(1);
    assert.deepEqual(await desktop.clean(), { ...nothing, emptied: 1, removed: 2 });
    assert.equal(desktop.waiting, undefined);
    assert.equal(world.chunks.length, before - 2);
    assert.deepEqual(await world.assertReadable(), [stays]);
    assert.equal((await desktop.look()).state.trash.length, 0);
    await live(20);
    assert.deepEqual(await desktop.clean(), nothing);
  });

  it('empties the trash at once of what is deleted for good', async () => {
    const gone = await desktop.save('menu');
    await laptop.save('orders');
    await desktop.say({ type: 'deleted', session: gone, now: true });
    assert.deepEqual((await desktop.look()).state.trash, []);
    assert.equal((await desktop.clean()).condemned, 2);
    await live(15);
    assert.equal((await desktop.clean()).removed, 2);
  });

  it('takes away what saves left that never came to their record', async () => {
    await desktop.save('menu');
    const [writer = ''] = [...world.store.versions.keys()];
    const orphan = `writers/${writer}/chunks/ab/${'ab'.repeat(32)}`;
    world.store.put(orphan, Buffer.from('orphan'));
    await live(1);
    assert.equal((await desktop.clean()).condemned, 1);
    await live(15);
    assert.equal((await desktop.clean()).removed, 1);
    assert.ok(!world.chunks.includes(orphan));
    await world.assertReadable();
  });

  it('lets be what came into use again meanwhile', async () => {
    const [first] = [await desktop.save('menu'), await desktop.save('orders')];
    await live(1);
    await desktop.say({ type: 'deleted', session: first, now: true });
    await desktop.clean();
    await laptop.say({ type: 'restored', session: first });
    await live(15);
    const report = await desktop.clean();
    assert.deepEqual([report.removed, report.emptied], [1, 0], 'its former manifest alone');
    assert.ok((await world.assertReadable()).includes(first));
    await laptop.say({ type: 'deleted', session: first, now: true });
    for (let round = 0; round < 3; round++) {
      await live(15);
      await desktop.clean();
      await laptop.clean();
    }
    assert.equal(world.chunks.length, 2, 'and gives it back in the end, wherever it lies');
  });

  for (const [what, ahead] of [['a day and an hour ahead', 25 / 24], ['a month ahead', 31], ['a month behind', -31]] as const) {
    it(`removes nothing while its clock is ${what}`, async () => {
      const [first] = [await desktop.save('menu'), await desktop.save('menu')];
      await laptop.save('orders');
      await desktop.say({ type: 'deleted', session: first, now: true });
      await live(40);
      const before = [...world.store.objects.keys()];
      desktop.ahead = ahead * 24 * 3_600_000;
      for (let count = 0; count < 3; count++) {
        await desktop.look();
        assert.deepEqual(await desktop.clean(), { ...nothing, obstacle: 'clock' });
      }
      assert.deepEqual([...world.store.objects.keys()], before);
    });
  }

  it('believes the clock of a device that is alone once it went on for a week', async () => {
    const first = await desktop.save('menu');
    await desktop.say({ type: 'deleted', session: first, now: true });
    assert.equal((await desktop.clean()).obstacle, 'clock');
    for (let count = 0; count < 9; count++) {
      world.pass(1);
      await desktop.look();
    }
    assert.equal((await desktop.clean()).condemned, 2);
    world.pass(31);
    assert.equal((await desktop.clean()).obstacle, 'clock', 'a leap is not believed');
  });

  /** Days go by on which the desktop is in use. */
  const alone = async (days: number): Promise<void> => {
    for (let each = 0; each < days; each++) {
      world.pass(1);
      await desktop.look();
    }
  };

  it('keeps the trash of a device that is alone though its clock leaps a year ahead and stays there', async () => {
    const gone = await desktop.save('menu');
    await desktop.save('menu');
    await desktop.say({ type: 'deleted', session: gone });
    desktop.ahead = 365 * 24 * 3_600_000;
    await desktop.look();
    assert.equal((await desktop.clean()).obstacle, 'clock');
    await alone(8);
    assert.deepEqual(await desktop.clean(), nothing, 'the clock is believed, and the trash is not a year old');
    await alone(30 - 8 - 7 - 1);
    assert.deepEqual(await desktop.clean(), nothing);
    await alone(2);
    assert.ok((await desktop.clean()).condemned > 0, 'a week less than its time');
    assert.deepEqual((await desktop.look()).state.trash.map(({ summary }) => summary.id), [gone]);
    await alone(14);
    assert.deepEqual(await desktop.clean(), nothing, 'and the grace is whole');
    await alone(1);
    assert.equal((await desktop.clean()).emptied, 1);
  });

  it('counts no leap of a clock beside devices that are right', async () => {
    const gone = await desktop.save('menu');
    await desktop.save('menu');
    await desktop.say({ type: 'deleted', session: gone });
    desktop.ahead = 365 * 24 * 3_600_000;
    for (let each = 0; each < 20; each++) {
      world.pass(1);
      await laptop.say({ type: 'unpinned', session: 'ab'.repeat(5) });
      await desktop.look();
      assert.equal((await desktop.clean()).condemned, 0);
    }
    desktop.ahead = 0;
    await live(9);
    assert.deepEqual(await desktop.clean(), { ...nothing, obstacle: 'clock' }, 'while it remembers a time that is yet to come');
    assert.deepEqual((await desktop.look()).state.trash.map(({ summary }) => summary.id), [gone]);
  });

  it('stops at what it cannot read: a newer program’s records, an unproven log, a manifest that is damaged', async () => {
    const first = await desktop.save('menu');
    await laptop.save('orders');
    await desktop.say({ type: 'deleted', session: first, now: true });
    const stored = new Map(world.store.objects);
    await laptop.say({ type: 'from the future' } as never);
    assert.equal((await desktop.clean()).obstacle, 'newer-format');
    for (const key of world.chunks) {
      stored.set(key, Buffer.from('damaged'));
    }
    world.store.objects.clear();
    stored.forEach((bytes, key) => world.store.put(key, bytes));
    const other = world.device('tablet');
    await assert.rejects(other.clean(), (error) => ConvoSyncError.is(error, 'vault-damaged'));
    assert.deepEqual(world.chunks, [...stored.keys()].filter((key) => key.includes('/chunks/')).sort());
  });

  it('cleans up after a writer that is silent for long, which goes on under another name when it comes back', async () => {
    const kept = await laptop.save('orders');
    const gone = await laptop.save('menu');
    const own = await desktop.save('menu');
    await desktop.say({ type: 'deleted', session: gone, now: true });
    const here = async (days: number): Promise<void> => {
      for (let each = 0; each < days; each += 2) {
        world.pass(2);
        await desktop.look();
      }
    };
    await here(80);
    assert.equal((await desktop.clean()).retired, 0);
    await here(20);
    const report = await desktop.clean();
    assert.deepEqual([report.retired, report.condemned], [1, 2]);
    await here(16);
    assert.deepEqual([(await desktop.clean()).removed], [2]);
    assert.deepEqual((await world.assertReadable()).sort(), [kept, own].sort());
    const again = await laptop.save('menu');
    assert.deepEqual((await world.assertReadable()).sort(), [kept, own, again].sort());
    assert.equal(new Set([...world.store.objects.keys()].flatMap((key) => /^writers\/(\w+)\/log/.exec(key)?.[1] ?? [])).size, 3);
  });

  it('does not harm a device that comes back after a month with sessions that build on what is condemned', async () => {
    const first = await desktop.save('menu', 'A long beginning. '.repeat(50));
    const vault = await laptop.look();
    await laptop.resume(vault.state.sessions[0] ?? assert.fail(), vault);
    await laptop.save('orders');
    laptop.offline = true;
    await laptop.save('menu', 'And the laptop goes on.\n');
    laptop.offline = false;
    const tablet = world.device('tablet');
    await desktop.say({ type: 'deleted', session: first, now: true });
    await tablet.save('other');
    assert.equal((await desktop.clean()).condemned, 2);
    world.pass(13);
    await laptop.sync();
    await world.assertReadable();
    for (let round = 0; round < 3; round++) {
      world.pass(16);
      await tablet.save('other');
      await desktop.clean();
    }
    const ids = await world.assertReadable();
    assert.ok(!ids.includes(first) && ids.length >= 3);
  });

  it('tells a device that comes back too late which session has lost a part of itself', async () => {
    const first = await desktop.save('menu', 'A long beginning. '.repeat(50));
    const vault = await laptop.look();
    await laptop.resume(vault.state.sessions[0] ?? assert.fail(), vault);
    laptop.offline = true;
    const waiting = await laptop.save('menu', 'And the laptop goes on.\n');
    laptop.offline = false;
    const tablet = world.device('tablet');
    await tablet.save('other');
    await desktop.say({ type: 'deleted', session: first, now: true });
    await desktop.clean();
    world.pass(15);
    await tablet.save('other');
    assert.equal((await desktop.clean()).removed, 2);
    await assert.rejects(laptop.say({ type: 'pinned', session: waiting }), (error) => ConvoSyncError.is(error, 'object-missing') && error.details['session'] === waiting);
    assert.ok(!(await world.assertReadable()).includes(waiting));
    await laptop.sync();
    assert.ok((await world.assertReadable()).includes(waiting), 'stored again from what is on the device');
  });

  it('thins by number too, and never the newest of a conversation', async () => {
    desktop.policy = { ...defaultRetention, sessions: 3 };
    const old = await desktop.save('orders');
    for (let count = 0; count < 6; count++) {
      await desktop.save('menu');
    }
    await laptop.save('other');
    await desktop.clean();
    const { sessions } = (await desktop.look()).state;
    assert.equal(sessions.length, 4);
    assert.ok(sessions.some(({ summary }) => summary.id === old));
  });
});
