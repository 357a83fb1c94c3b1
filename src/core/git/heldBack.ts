/**
 * What a commit of everything would bring along that a person may not have meant to send: new files with names of secrets, and
 * large ones, staged or not. A file that commits hold already is the person's own choice: its changes go along, and are only named.
 * A large file under Git LFS goes along too, since the commit holds but a pointer to it.
 */
import * as path from 'node:path';
import { tryLstat } from '../common/files.ts';
import { inParallel } from '../common/parallel.ts';
import { type LeaveOut, matcher } from './leftOut.ts';
import { underLfs } from './lfs.ts';
import type { Repository } from './repository.ts';
import type { Change, ChangeKind } from './status.ts';
import { untrackedFiles } from './workingTree.ts';

export interface HeldBack {
  /** New, by their names; relative to the top, as all of these. */
  secrets: string[];
  large: string[];
  /** Names of secrets that commits hold already, and changed. */
  tracked: string[];
}

const lookedAtOnce = 16;
const newInIndex: ReadonlySet<ChangeKind> = new Set<ChangeKind>(['added', 'renamed', 'copied']);
const changed: ReadonlySet<ChangeKind> = new Set<ChangeKind>(['modified', 'type-changed']);

/** @param changes what `readState` has just shown */
export async function findHeldBack(repository: Repository, changes: readonly Change[], { patterns, largest }: LeaveOut, signal?: AbortSignal): Promise<HeldBack> {
  const isSecret = matcher(patterns);
  const staged = changes.filter(({ kind }) => newInIndex.has(kind)).map((change) => change.path);
  const added = [...staged, ...(await untrackedFiles(repository, changes, signal))];
  const others = added.filter((file) => !isSecret(file));
  const sizes = await inParallel(others, lookedAtOnce, async (file) => sizeOf(path.join(repository.top, file)));
  const large = others.filter((_, index) => (sizes[index] ?? 0) > largest);
  const pointedTo = await underLfs(repository, large, signal);
  return {
    secrets: added.filter(isSecret),
    large: large.filter((file) => !pointedTo.includes(file)),
    tracked: changes.filter(({ kind, path: file }) => changed.has(kind) && isSecret(file)).map((change) => change.path),
  };
}

/** The changes that a commit is still made of, where a folder counts as long as anything in it goes along. */
export async function withoutHeldBack(repository: Repository, changes: readonly Change[], { secrets, large }: HeldBack, signal?: AbortSignal): Promise<Change[]> {
  const files = new Set([...secrets, ...large]);
  if (files.size === 0) {
    return [...changes];
  }
  const others = (await untrackedFiles(repository, changes, signal)).filter((file) => !files.has(file));
  return changes.filter(({ path: file }) => !files.has(file) && (!file.endsWith('/') || others.some((other) => other.startsWith(file))));
}

async function sizeOf(file: string): Promise<number> {
  const found = await tryLstat(file);
  return found?.isFile() === true ? found.size : 0;
}
