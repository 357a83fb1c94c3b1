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

/** Kills at every step that the operation reports, or at those of some phases, then at moments in between. */
export async function everyDeath(device: Device, options: DeviceOptions, operation: Operation, alsoHolds: (device: Device, isDone: boolean) => Promise<void> = () => Promise.resolve(), phases?: readonly ProgressPhase[]): Promise<void> {
  using checkpoint = new Checkpoint(device.world);
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
    const next = device.world.device(device.name, options);
    next.folder = device.folder;
    next.others = device.others;
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
export async function assertSavedOnceOrNot(device: Device, isDone: boolean): Promise<void> {
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
