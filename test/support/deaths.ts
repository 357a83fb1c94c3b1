/** The deaths that a process can die during an operation, and what has to hold after each. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import type { ProgressPhase } from '../../src/core/common/progress.ts';
import type { Note } from '../../src/core/operations/report.ts';
import type { NewVaultChoice } from '../../src/core/vault/openVault.ts';
import { splitChanges } from './changes.ts';
import { Checkpoint, crash, type Death, isInJournal, type Operation, snapshot } from './crashing.ts';
import type { Device, DeviceOptions, World } from './device.ts';

const randomKills = Number(process.env['CONVOSYNC_CRASHES'] ?? 3);

/** Ids of commits are part of what is compared. */
export const sameCommits = { GIT_AUTHOR_DATE: '2026-03-02T09:00:00Z', GIT_COMMITTER_DATE: '2026-03-02T09:00:00Z' };

export const pizza = randomUUID();

interface Deaths {
  /** What else has to be so after each death; whether it is done, as far as the state of the device tells. */
  alsoHolds?: (device: Device, isDone: boolean | undefined) => Promise<void>;
  /** Only at the steps of these phases. */
  phases?: readonly ProgressPhase[];
  /** At each of the steps, and not at every fourth one. */
  everyStep?: boolean;
  /** Kills at each touch of a file and each start of a program instead, and in the middle of each write. */
  everyTouch?: boolean;
  /** The operation leaves the repository and the conversations as they are. */
  leavesAllAsItIs?: boolean;
}

/** Kills at every fourth step that the operation reports, or of those of some phases, then at some touches and moments in between. */
export async function everyDeath(device: Device, options: DeviceOptions, operation: Operation, { alsoHolds, phases, everyStep = false, everyTouch = false, leavesAllAsItIs = false }: Deaths = {}): Promise<void> {
  using checkpoint = new Checkpoint(device.world);
  const before = snapshot(device);
  const started = performance.now();
  const { steps, touches } = (await crash(device, options, operation, {})) ?? { steps: [], touches: 0 };
  const duration = performance.now() - started;
  const after = snapshot(device);
  assert.ok(steps.length > 2 && touches > 10, 'there are steps to die at');
  assert.equal(JSON.stringify(after) === JSON.stringify(before), leavesAllAsItIs);
  const someMoment = (_: unknown, index: number): Death => (index % 3 === 0 ? { afterMs: Math.random() * duration } : { atTouch: Math.ceil(Math.random() * touches) });
  const chance = Math.floor(Math.random() * 4);
  const deaths: Death[] = everyTouch ? Array.from({ length: touches }, (_, index) => ({ atTouch: index + 1 })) : [
    ...steps.flatMap((phase, step) => (phases?.includes(phase) === false ? [] : [{ atStep: step + 1 }])).filter((_, index) => everyStep || index % 4 === chance),
    ...Array.from({ length: randomKills }, someMoment),
  ];
  for (const death of deaths) {
    checkpoint.restore();
    const name = JSON.stringify(death);
    await crash(device, options, operation, death);
    const died = isInJournal(device);
    const next = device.world.device(device.name, options);
    next.folder = device.folder;
    next.others = device.others;
    const recovered: Note[] = [];
    // What had begun in another repository alone, where nothing has moved yet, is settled by whoever looks there.
    for (const folder of [next.folder, ...next.others]) {
      const { listing } = await next.convosync.status(folder);
      recovered.push(...listing.notes.filter(({ kind }) => kind === 'recovered'));
    }
    assert.equal(recovered.length, died ? 1 : 0, `${name} is said`);
    assert.equal(isInJournal(device), false, `${name} is over`);
    const now = snapshot(device);
    const isDone = JSON.stringify(now) === JSON.stringify(after);
    if (!isDone) {
      assert.deepEqual(now, before, `${name}: neither as before nor as after`);
    }
    await alsoHolds?.(next, leavesAllAsItIs ? undefined : isDone);
  }
}

/** The session is there exactly once and can be read to its last byte, or there is none; and then it can be saved now. */
export async function assertSavedOnceOrNot(device: Device, isDone: boolean | undefined): Promise<void> {
  const { sessions } = await device.convosync.list(device.folder);
  const mine = sessions.filter(({ summary }) => summary.message === 'Take an order');
  assert.ok(isDone === undefined ? mine.length <= 1 : mine.length === (isDone ? 1 : 0));
  assert.ok(mine.every(({ queued }) => !queued), 'it is sent');
  if (mine[0]) {
    const { conversations, verdict } = await device.convosync.open(device.folder, mine[0].summary.id);
    assert.deepEqual(verdict, { inSync: true, differences: [] });
    assert.equal(conversations.length, 1);
  }
}

interface Preparation {
  /** Called with either device once it has its clone, and with the second once the first has saved. */
  prepare?: (device: Device) => Promise<void>;
  newVault?: NewVaultChoice;
}

/** A laptop on another branch, with changes, and with the beginning of a conversation that went on elsewhere. */
export async function readyToResume(world: World, remote: string, { prepare, newVault = 'readable' }: Preparation = {}): Promise<{ laptop: Device; options: DeviceOptions }> {
  const options: DeviceOptions = { user: 'lovelace', env: sameCommits };
  const desktop = world.device('desktop', { user: 'ada', env: sameCommits, newVault }).clone(remote);
  await prepare?.(desktop);
  const laptop = world.device('laptop', options).clone(remote, 'Code/shop');
  desktop.say(pizza, 'My favorite pizza is Margherita.');
  desktop.write('orders.js', 'export const orders = ["Margherita"];\n');
  await desktop.save('Take the first order', { branch: 'feature/orders' });
  world.passMinutes(5);
  await prepare?.(laptop);
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

/** A resume to undo, on which commits, changed files and messages of later lie. */
export async function goOnAfterResume(laptop: Device): Promise<void> {
  await laptop.resume({ switchBranch: true, choices: { 'uncommitted-changes': 'stash' } });
  laptop.write('later.js', 'later\n');
  laptop.git('add', 'later.js');
  laptop.git('commit', '--quiet', '-m', 'Later');
  splitChanges(laptop);
  laptop.say(pizza, 'And for dessert?', 'Tiramisu.');
}

/** Newer work is in one session at least once it is undone, to its last byte; at no time it is in none and nowhere here. */
export async function assertKept(device: Device, isDone: boolean | undefined): Promise<void> {
  if (isDone === true) {
    const { sessions } = await device.convosync.list(device.folder);
    const kept = sessions.find(({ summary }) => summary.message === 'Newer work, kept before an undo');
    const { manifest, conversations } = await device.convosync.open(device.folder, kept?.summary.id ?? '');
    assert.deepEqual([manifest.code.subject, manifest.code.snapshot?.files], ['Later', 4]);
    assert.match(JSON.stringify(conversations), /Tiramisu/);
  }
}

/** Both devices go on with a conversation, which the second joins with the next resume. */
export async function readyToJoin(world: World, remote: string): Promise<{ laptop: Device; options: DeviceOptions }> {
  const { laptop, options } = await readyToResume(world, remote);
  laptop.git('checkout', '--quiet', '--force', 'feature/orders');
  laptop.git('clean', '--quiet', '--force', '-d');
  laptop.say(pizza, 'A beer.');
  return { laptop, options };
}

/** Uncommitted work of every kind in a session of another device. */
export async function readyToRestore(world: World, remote: string): Promise<{ laptop: Device; options: DeviceOptions }> {
  const options: DeviceOptions = { user: 'lovelace', env: sameCommits };
  const desktop = world.device('desktop', { user: 'ada', env: sameCommits }).clone(remote);
  const laptop = world.device('laptop', options).clone(remote, 'Code/shop');
  desktop.say(pizza, 'My favorite pizza is Margherita.');
  splitChanges(desktop);
  await desktop.save('Take an order', { snapshot: true, push: false });
  world.passMinutes(5);
  return { laptop, options };
}
