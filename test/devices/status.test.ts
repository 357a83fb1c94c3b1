import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { renameSync } from 'node:fs';
import { silentLogger } from '../../src/core/common/logger.ts';
import { Git } from '../../src/core/git/git.ts';
import { Repository } from '../../src/core/git/repository.ts';
import { Home, resolveHome } from '../../src/core/home/home.ts';
import { Journal } from '../../src/core/operations/journal.ts';
import { checkoutKey } from '../../src/core/operations/locks.ts';
import { type Device, World } from '../support/device.ts';

describe('the status', () => {
  let world: World;
  let remote: string;
  let desktop: Device;
  let laptop: Device;
  const talk = randomUUID();

  beforeEach(() => {
    world = new World();
    remote = world.remote();
    desktop = world.device('desktop').clone(remote);
    laptop = world.device('laptop').clone(remote);
    desktop.say(talk, 'Hello.');
  });
  afterEach(() => world[Symbol.dispose]());

  const sync = async (device: Device): Promise<string> => (await device.convosync.status(device.folder)).sync;

  it('follows a session from one device to the other', async () => {
    assert.equal(await sync(desktop), 'never-saved');
    await desktop.save('Hello');
    assert.equal(await sync(desktop), 'synced');
    assert.equal(await sync(laptop), 'resume-available');
    world.passMinutes(1);
    const { session } = await laptop.resume();
    const { sync: after, current, lastSaved } = await laptop.convosync.status(laptop.folder);
    assert.deepEqual([after, current?.outline.id, lastSaved], ['synced', session.outline.id, undefined]);
    laptop.say(talk, 'One thing more.');
    const { sync: unsaved, conversation } = await laptop.convosync.status(laptop.folder);
    assert.deepEqual([unsaved, conversation?.messages, conversation?.unsaved], ['unsaved', 4, 2]);
    world.passMinutes(1);
    await laptop.save('More');
    assert.equal(await sync(laptop), 'synced');
    assert.equal(await sync(desktop), 'resume-available');
  });

  it('counts as saved only what a session holds of this device’s own conversation, however much another one holds under its id', async () => {
    await desktop.save('Hello');
    world.passMinutes(1);
    await laptop.resume();
    laptop.say(talk, 'Said on the laptop.');
    desktop.say(talk, 'Said on the desktop.');
    desktop.say(talk, 'And more of it.');
    world.passMinutes(1);
    await desktop.save('More');
    const counted = async (): Promise<unknown> => {
      const { unsaved, conversation } = await laptop.convosync.status(laptop.folder);
      return [unsaved, conversation?.messages, conversation?.unsaved];
    };
    assert.deepEqual(await counted(), [true, 4, 2]);
    world.passMinutes(1);
    await laptop.save('The laptop’s');
    assert.deepEqual(await counted(), [false, 4, 0]);
  });

  it('counts uncommitted work as saved once a snapshot holds it, here and where it was resumed, until it changes', async () => {
    desktop.write('orders.js', 'export const orders = ["Margherita"];\n');
    desktop.write('notes/new.md', 'Water.\n');
    await desktop.save('Hello', { snapshot: true });
    assert.equal(await sync(desktop), 'synced');
    world.passMinutes(1);
    await laptop.resume();
    assert.equal(await sync(laptop), 'synced');
    laptop.write('notes/newer.md', 'Wine.\n');
    assert.equal(await sync(laptop), 'unsaved');
    desktop.write('notes/new.md', 'Water, sparkling.\n');
    assert.equal(await sync(desktop), 'unsaved');
  }).timeout(20_000);

  it('names what was interrupted, also while nothing may be asked or changed', async () => {
    const repository = await Repository.open(new Git({ env: desktop.env, logger: silentLogger }), desktop.folder);
    assert.ok(repository);
    const journal = new Journal(new Home(resolveHome(desktop.machine)), checkoutKey(repository));
    await journal.write({ v: 1, operation: 'resume', session: '0123456789', undo: 'abcdef' });
    const known = await desktop.convosync.status(desktop.folder, { refresh: false });
    assert.deepEqual(known.listing.notes[0], { kind: 'interrupted', operation: 'resume' });
    assert.ok(await journal.read(), 'it is left to who may settle it');
    const settled = await desktop.convosync.status(desktop.folder);
    assert.equal(settled.listing.notes[0]?.kind, 'recovered');
  });

  it('is synced, too, beside a file that is held back', async () => {
    desktop.write('.env.local', 'SECRET=basil\n');
    await desktop.save('Hello', { snapshot: false });
    assert.equal(await sync(desktop), 'synced');
    assert.equal(desktop.git('status', '--porcelain'), '?? .env.local');
  }).timeout(20_000);

  it('says how old it is when the remote cannot be reached, and what waits', async () => {
    await desktop.save('Hello');
    const looked = (await desktop.convosync.list(desktop.folder)).refreshed;
    renameSync(remote, `${remote}.gone`);
    world.passMinutes(30);
    const status = await desktop.convosync.status(desktop.folder);
    assert.deepEqual([status.sync, status.listing.refreshed, status.listing.sessions.length, status.listing.problem?.code], ['offline', looked, 1, 'remote-unreachable']);
    const kept = await desktop.convosync.open(desktop.folder, status.lastSaved?.summary.id ?? '');
    assert.deepEqual(kept.conversations.map(({ messages }) => messages.length), [2], 'what this device has of it is read here');
    desktop.say(talk, 'Offline.');
    const { outcome, steps } = await desktop.save('Offline');
    assert.deepEqual([outcome, steps.filter(({ kind }) => kind === 'push' || kind === 'publish')], ['queued', []], 'what was not sent is not among what was done');
    const since = world.now.toISOString();
    world.passMinutes(90);
    await assert.rejects(desktop.convosync.sync(desktop.folder));
    const { sync: unsent, queued, tries } = await desktop.convosync.status(desktop.folder);
    assert.deepEqual([unsent, queued, tries?.tries, tries?.problem.code], ['queued', 1, 2, 'remote-unreachable']);
    assert.deepEqual([tries?.since, tries?.last, tries?.folder], [since, world.now.toISOString(), desktop.folder]);
    assert.deepEqual(await desktop.convosync.foldersWaiting(), [desktop.folder]);
    renameSync(`${remote}.gone`, remote);
    assert.deepEqual(await desktop.convosync.sync(desktop.folder), { outcome: 'sent', sessions: 1, arrived: [], notes: [] });
    const { sync: sent, tries: none } = await desktop.convosync.status(desktop.folder);
    assert.deepEqual([sent, none, await desktop.convosync.foldersWaiting()], ['synced', undefined, []]);
  });

  it('is followed by a sending that counts what an interrupted save has sent once it was completed', async () => {
    await desktop.save('Hello');
    renameSync(remote, `${remote}.gone`);
    desktop.say(talk, 'Offline.');
    await desktop.save('Offline');
    renameSync(`${remote}.gone`, remote);
    desktop.say(talk, 'Cut short.');
    const plan = await desktop.convosync.planSave(desktop.folder, { message: 'Cut short' });
    const die = ({ phase }: { phase: string }): void => assert.notEqual(phase, 'publish');
    await assert.rejects(desktop.convosync.save(plan, { onProgress: die }));
    const { outcome, sessions, notes } = await desktop.convosync.sync(desktop.folder);
    assert.deepEqual([outcome, sessions, notes.map(({ kind }) => kind)], ['sent', 2, ['recovered']]);
    assert.deepEqual((await desktop.convosync.list(desktop.folder)).sessions.map(({ queued }) => queued), [false, false, false]);
  });

  it('and a save say that the device’s name tells it from no other, and nothing else nags about it', async () => {
    const nameless = world.device('localhost').clone(remote);
    nameless.say(talk, 'Hello.');
    const kinds = (notes: readonly { kind: string }[]): string[] => notes.map(({ kind }) => kind);
    assert.deepEqual(kinds((await nameless.save('Hello')).notes), ['generic-device-name']);
    assert.deepEqual(kinds((await nameless.convosync.status(nameless.folder)).listing.notes), ['generic-device-name']);
    assert.deepEqual(kinds((await nameless.convosync.list(nameless.folder)).notes), []);
    assert.deepEqual(kinds((await nameless.resume()).notes), []);
    await nameless.convosync.renameDevice('Ada’s laptop');
    assert.deepEqual(kinds((await nameless.convosync.status(nameless.folder)).listing.notes), []);
  });

  it('is never an empty list for a failed read', async () => {
    renameSync(remote, `${remote}.gone`);
    const { sessions, problem, refreshed } = await laptop.convosync.list(laptop.folder);
    assert.deepEqual([sessions, problem?.code, refreshed], [[], 'remote-unreachable', undefined]);
  });
});
