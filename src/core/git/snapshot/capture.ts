/**
 * A working tree as a commit in the shape of git's own stash (git-stash(1), "Discussion"): whoever has its objects can
 * `git stash apply --index` it without ConvoSync.
 *
 *     working tree ── HEAD
 *        ├── index ── HEAD
 *        ├── untracked files           where there are any, or bytes
 *        └── bytes                     of files that filters do not give back as they are, where there are any
 *
 * What it costs goes by what has changed: the index is read and never written, and nothing is read or written of a folder
 * in which everything is as HEAD has it.
 */
import type { SnapshotState } from '../../session/session.ts';
import type { LeaveOut, LeftOut } from '../leftOut.ts';
import type { TreeEntry } from '../trees.ts';
import { bytesThatFiltersChange, convertedFiles } from './exactBytes.ts';
import type { Quarantine } from './quarantine.ts';
import { type FilesRead, readFiles } from './readFiles.ts';
import { type Survey, survey } from './survey.ts';
import { type NewCommit, writeCommits } from './writeCommits.ts';

export interface Captured {
  /** Absent when there is nothing to capture. */
  snapshot?: SnapshotState;
  leftOut: LeftOut;
}

/**
 * Everything is written into the quarantine, and the repository stays as it is. Of files with conflicts only what lies in the
 * working tree is taken.
 *
 * @param head the commit that HEAD is at
 * @throws ConvoSyncError `git-failed`, also when a file is gone by the time it is read
 */
export async function capture(quarantine: Quarantine, head: string, leaveOut: LeaveOut, signal?: AbortSignal): Promise<Captured> {
  const found = await survey(quarantine, leaveOut, signal);
  const { changes, leftOut } = found;
  if (changes.length === 0) {
    return { leftOut };
  }
  const converted = await convertedFiles(quarantine, [...found.tracked, ...found.untracked], signal);
  const files = await readFiles(quarantine, found, converted, signal);
  const bytes = await bytesThatFiltersChange(quarantine, files, converted, signal);
  const commit = await writeCommits(quarantine, commitsOf(head, found, files, bytes), signal);
  return {
    snapshot: {
      commit,
      files: new Set(changes.map(({ path }) => path)).size,
      intendedToAdd: found.intendedToAdd,
      assumedUnchanged: found.assumedUnchanged,
      skipped: found.skipped,
    },
    leftOut,
  };
}

function commitsOf(head: string, { changes, missing, indexed }: Survey, { tracked, untracked }: FilesRead, bytes: readonly TreeEntry[]): NewCommit[] {
  const staged = changes.filter((change) => change.staged).map(({ path }) => path);
  const index = staged.flatMap((file) => indexed.get(file) ?? []);
  const removed = staged.filter((file) => !indexed.has(file));
  const gone = new Set(missing);
  return [
    { of: 'index', on: head, without: removed, files: index },
    ...(untracked.length + bytes.length > 0 ? [{ of: 'untracked files', files: untracked }] : []),
    ...(bytes.length > 0 ? [{ of: 'bytes', files: bytes }] : []),
    { of: 'working tree', on: head, without: [...removed, ...gone], files: [...index.filter(({ path }) => !gone.has(path)), ...tracked] },
  ];
}
