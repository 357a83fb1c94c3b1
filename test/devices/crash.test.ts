/**
 * Whatever the moment at which ConvoSync's process is killed: what comes next completes or takes back what was begun,
 * says so, and leaves the repository and the conversations in one of the two states that make sense.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import type { ProgressPhase } from '../../src/core/common/progress.ts';
import type { Note } from '../../src/core/operations/report.ts';
import { splitChanges } from '../support/changes.ts';
import { Checkpoint, crash, type Death, isInJournal, type Operation, snapshot } from '../support/crashing.ts';
import { type Device, type DeviceOptions, World } from '../support/device.ts';

// Ids of commits are part of what is compared.
const env = { GIT_AUTHOR_DATE: '2026-03-02T09:00:00Z', GIT_COMMITTER_DATE: '2026-03-02T09:00:00Z' };
const pizza = randomUUID();
const randomKills = Number(process.env['CONVOSYNC_CRASHES'] ?? 3);

describe('a killed process', function () {
  this.timeout(240_000);
  let world: World;
  let remote: string;
  beforeEach(() => {
    world = new World();
    remote = world.remote();
  });
  afterEach(() => world[Symbol.dispose]());

  it('leaves a first save on a new branch done or undone, whichever step it died at', async () => {
    const options: DeviceOptions = { user: 'ada', handoffFile: 'device', env };
    const desktop = world.device('desktop', options).clone(remote);
    splitChanges(desktop);
    desktop.say(pizza, 'My favorite pizza is Margherita.');
    await everyDeath(desktop, options, { kind: 'save', request: { message: 'Take an order', branch: 'feature/orders' } }, assertSavedOnceOrNot);
  });

  it('leaves a save that merges what others pushed done or undone', async () => {
    const options: DeviceOptions = { user: 'ada', env };
    const desktop = world.device('desktop', options).clone(remote);
    desktop.say(pizza, 'My favorite pizza is Margherita.');
    await desktop.save('Begin');
    const other = world.device('other', { user: 'bob', env }).clone(remote);
    other.write('menu.md', 'Margherita\n');
    other.git('add', '--all');
    other.git('commit', '--quiet', '-m', 'Write the menu');
    other.git('push', '--quiet');
    splitChanges(desktop);
    desktop.say(pizza, 'And to drink?');
    world.passMinutes(5);
    await everyDeath(desktop, options, { kind: 'save', request: { message: 'Take an order', choices: { diverged: 'pull-merge' } } }, assertSavedOnceOrNot, ['commit', 'fetch']);
  });

  it('takes a resume back as a whole, or finds it done', async () => {
    const { laptop, options } = await readyToResume();
    await everyDeath(laptop, options, { kind: 'resume', request: { switchBranch: true, choices: { 'uncommitted-changes': 'stash' } } });
  });

  it('completes undoing a resume', async () => {
    const { laptop, options } = await readyToResume();
    await laptop.resume({ switchBranch: true, choices: { 'uncommitted-changes': 'stash' } });
    await everyDeath(laptop, options, { kind: 'undo-resume' });
  });

  it('completes undoing a resume that had committed what lay in the working tree', async () => {
    const { laptop, options } = await readyToResume();
    await laptop.resume({ switchBranch: true, choices: { 'uncommitted-changes': 'commit' } });
    await everyDeath(laptop, options, { kind: 'undo-resume' });
  });

  it('completes undoing a save', async () => {
    const options: DeviceOptions = { user: 'ada', handoffFile: 'device', env };
    const desktop = world.device('desktop', options).clone(remote);
    splitChanges(desktop);
    desktop.say(pizza, 'My favorite pizza is Margherita.');
    await desktop.save('Take an order', { branch: 'feature/orders', push: false });
    await everyDeath(desktop, options, { kind: 'undo-save' });
  });

  /** Kills at every step that the operation reports, or at those of some phases, then at moments in between. */
  async function everyDeath(device: Device, options: DeviceOptions, operation: Operation, alsoHolds: (device: Device, isDone: boolean) => Promise<void> = () => Promise.resolve(), phases?: readonly ProgressPhase[]): Promise<void> {
    using checkpoint = new Checkpoint(world);
    const before = snapshot(device);
    const started = performance.now();
    const steps = (await crash(device, options, operation, {})) ?? [];
    const duration = performance.now() - started;
    const after = snapshot(device);
    assert.ok(steps.length > 2, 'there are steps to die at');
    assert.notDeepEqual(after, before);
    const deaths: Death[] = [
      ...steps.flatMap((phase, step) => (phases?.includes(phase) === false ? [] : [{ atStep: step + 1 }])),
      ...Array.from({ length: randomKills }, () => ({ afterMs: Math.random() * duration })),
    ];
    for (const death of deaths) {
      checkpoint.restore();
      const name = JSON.stringify(death);
      await crash(device, options, operation, death);
      const died = isInJournal(device);
      const next = world.device(device.name, options);
      next.folder = device.folder;
      const { listing } = await next.convosync.status(next.folder);
      const recovered: Note[] = listing.notes.filter(({ kind }) => kind === 'recovered');
      assert.equal(recovered.length, died ? 1 : 0, `${name} is said`);
      assert.equal(isInJournal(device), false, `${name} is over`);
      const now = snapshot(device);
      const isDone = JSON.stringify(now) === JSON.stringify(after);
      if (!isDone) {
        assert.deepEqual(now, before, `${name}: neither as before nor as after`);
      }
      await alsoHolds(next, isDone);
    }
  }

  /** The session is there exactly once and can be read to its last byte, or there is none; and then it can be saved now. */
  async function assertSavedOnceOrNot(device: Device, isDone: boolean): Promise<void> {
    const { sessions } = await device.convosync.list(device.folder);
    const mine = sessions.filter(({ summary }) => summary.message === 'Take an order');
    assert.equal(mine.length, isDone ? 1 : 0);
    assert.ok(mine.every(({ queued }) => !queued), 'it is sent');
    if (mine[0]) {
      const { conversations, verdict } = await device.convosync.open(device.folder, mine[0].summary.id);
      assert.deepEqual(verdict, { inSync: true, differences: [] });
      assert.equal(conversations.length, 1);
    }
  }

  /** A laptop on another branch, with changes, and with the beginning of a conversation that went on elsewhere. */
  async function readyToResume(): Promise<{ laptop: Device; options: DeviceOptions }> {
    const options: DeviceOptions = { user: 'lovelace', env };
    const desktop = world.device('desktop', { user: 'ada', env }).clone(remote);
    const laptop = world.device('laptop', options).clone(remote, 'Code/shop');
    desktop.say(pizza, 'My favorite pizza is Margherita.');
    desktop.write('orders.js', 'export const orders = ["Margherita"];\n');
    await desktop.save('Take the first order', { branch: 'feature/orders' });
    world.passMinutes(5);
    await laptop.resume({ switchBranch: true });
    desktop.say(pizza, 'And to drink?', 'Water.');
    desktop.write('drinks.js', 'export const drinks = ["water"];\n');
    const sidecar = path.join(path.dirname(desktop.transcriptPath(pizza)), pizza, 'subagents', 'agent-1.jsonl');
    mkdirSync(path.dirname(sidecar), { recursive: true });
    writeFileSync(sidecar, readFileSync(desktop.transcriptPath(pizza)));
    world.passMinutes(5);
    await desktop.save('Serve drinks');
    laptop.git('switch', '--quiet', 'main');
    splitChanges(laptop);
    world.passMinutes(5);
    return { laptop, options };
  }
});
