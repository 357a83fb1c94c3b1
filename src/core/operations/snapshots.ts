/**
 * Working-tree snapshots in a save, a resume and an undo: between git and the vault, with folders of ConvoSync's home for
 * what git writes on the way. Loaded when it is needed: most looks at a repository do without.
 */
import { lstat, rm } from 'node:fs/promises';
import * as path from 'node:path';
import { randomId } from '../common/hash.ts';
import { createBundleOn } from '../git/bundle.ts';
import { ignoredInTheWay } from '../git/ignoredFiles.ts';
import { type LeaveOut, leaveOutNothing, type LeftOut } from '../git/leftOut.ts';
import type { Repository } from '../git/repository.ts';
import { capture } from '../git/snapshot/capture.ts';
import { contentsOf } from '../git/snapshot/contents.ts';
import { Quarantine } from '../git/snapshot/quarantine.ts';
import { clearSnapshot, filesBrought, isUnpackedPart, restoreSnapshot } from '../git/snapshot/restore.ts';
import { survey } from '../git/snapshot/survey.ts';
import type { SnapshotState, StoredSnapshot } from '../session/session.ts';
import type { Vault } from '../vault/vault.ts';
import type { Parts } from './parts.ts';

/** How many files a snapshot would hold, and what it would not. */
export async function surveyWorkingTree(parts: Parts, repository: Repository, everything: boolean, signal?: AbortSignal): Promise<{ files: number; leftOut: LeftOut }> {
  await using quarantine = await Quarantine.open(repository, scratchFolder(parts));
  const { changes, leftOut } = await survey(quarantine, toLeaveOut(parts, everything), signal);
  return { files: new Set(changes.map((change) => change.path)).size, leftOut };
}

/**
 * The working tree in the vault.
 *
 * @param head the commit that HEAD is at, which whoever restores the snapshot has or gets
 */
export async function storeSnapshot(parts: Parts, { repository, vault }: { repository: Repository; vault: Vault }, head: string, everything: boolean, signal?: AbortSignal): Promise<{ snapshot?: StoredSnapshot; leftOut: LeftOut }> {
  const scratch = scratchFolder(parts);
  await using quarantine = await Quarantine.open(repository, scratch);
  const { snapshot, leftOut } = await capture(quarantine, head, toLeaveOut(parts, everything), signal);
  if (!snapshot) {
    return { leftOut };
  }
  const file = path.join(scratch, 'snapshot.bundle');
  const { prerequisites } = await createBundleOn(head, quarantine.repository, snapshot.commit, file, signal);
  const { size } = await lstat(file);
  const stored = await vault.contents.capture({ absolute: file, size, path: 'code/snapshot.bundle' }, undefined, signal);
  return { snapshot: { ...snapshot, bundle: { tip: snapshot.commit, prerequisites, file: stored } }, leftOut };
}

/** Whether the working tree is the one that was saved; HEAD is at the snapshot's commit. */
export async function isInPlace(parts: Parts, repository: Repository, head: string, snapshot: SnapshotState, signal?: AbortSignal): Promise<boolean> {
  for (const everything of [false, true]) {
    await using quarantine = await Quarantine.open(repository, scratchFolder(parts));
    const { snapshot: here } = await capture(quarantine, head, toLeaveOut(parts, everything), signal);
    if (here?.commit === snapshot.commit && marksOf(here) === marksOf(snapshot)) {
      return true;
    }
  }
  return false;
}

/** Ignored files, relative to the top, in whose place the snapshot has its own. */
export async function ignoredBySnapshot(repository: Repository, snapshot: string, signal?: AbortSignal): Promise<string[]> {
  return ignoredInTheWay(repository, await filesBrought(repository, snapshot, signal), signal);
}

/** Puts the snapshot into the working tree, which is as HEAD has it; ignored files in the way are kept for undo by now. */
export async function bringBack(parts: Parts, repository: Repository, snapshot: SnapshotState, signal?: AbortSignal): Promise<void> {
  for (const file of await ignoredBySnapshot(repository, snapshot.commit, signal)) {
    await rm(path.join(repository.top, file), { force: true });
  }
  await restoreSnapshot(repository, snapshot, scratchFolder(parts), signal);
}

/** True when all that differs from HEAD in the working tree comes from this snapshot or stash. */
export async function isAllFrom(repository: Repository, stash: string): Promise<boolean> {
  return isUnpackedPart(repository, stash);
}

/** Takes a snapshot that was brought back, or as much of it as was, out of the working tree again. */
export async function takeOut(repository: Repository, snapshot: SnapshotState): Promise<void> {
  await clearSnapshot(repository, snapshot);
}

/** What a snapshot holds, in a form to compare (see `contentsOf`); undefined when the working tree is not that any more. */
export async function contentsIfInPlace(parts: Parts, repository: Repository, head: string, snapshot: string, signal?: AbortSignal): Promise<string | undefined> {
  await using quarantine = await Quarantine.open(repository, scratchFolder(parts));
  const { snapshot: here } = await capture(quarantine, head, toLeaveOut(parts, false), signal);
  return here?.commit === snapshot ? await contentsOf(quarantine.repository, snapshot, signal) : undefined;
}

function toLeaveOut({ leaveOut }: Parts, everything: boolean): LeaveOut {
  return everything ? leaveOutNothing : leaveOut;
}

function marksOf({ intendedToAdd, assumedUnchanged, skipped }: SnapshotState): string {
  return JSON.stringify([intendedToAdd, assumedUnchanged, skipped]);
}

function scratchFolder({ home }: Parts): string {
  return path.join(home.root, 'cache', `snapshot-${randomId()}`);
}
