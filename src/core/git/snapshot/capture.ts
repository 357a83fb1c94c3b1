/**
 * A working tree as a commit in the shape of git's own stash (git-stash(1), "Discussion"): whoever has its objects can
 * `git stash apply --index` it without ConvoSync.
 *
 *     working tree ── HEAD
 *        ├── index ── HEAD
 *        ├── untracked files           where there are any, or bytes
 *        └── bytes                     of files that filters do not give back as they are, where there are any
 *
 * Names and times in it are always the same, so that the same state has the same id on every device.
 */
import type { SnapshotState } from '../../session/session.ts';
import type { LeaveOut, LeftOut } from '../leftOut.ts';
import type { Repository } from '../repository.ts';
import { bytesThatFiltersChange, convertedFiles } from './exactBytes.ts';
import { type Quarantine, writeTree } from './quarantine.ts';
import { asInput, type Survey, survey } from './survey.ts';

export interface Captured {
  /** Absent when there is nothing to capture. */
  snapshot?: SnapshotState;
  leftOut: LeftOut;
}

/**
 * Everything is written into the quarantine, and the repository stays as it is.
 *
 * @param head the commit that HEAD is at
 * @throws ConvoSyncError `git-failed`, also while files have conflicts
 */
export async function capture(quarantine: Quarantine, head: string, leaveOut: LeaveOut, signal?: AbortSignal): Promise<Captured> {
  const found = await survey(quarantine, leaveOut, signal);
  const { changes, leftOut } = found;
  if (changes.length === 0) {
    return { leftOut };
  }
  const { repository } = quarantine;
  const commit = (tree: string, of: string, parents: readonly string[]): Promise<string> => commitTree(repository, tree, `ConvoSync: ${of}`, parents, signal);
  const [{ index, workingTree }, untracked, converted] = await Promise.all([
    writeTrackedTrees(quarantine, head, found, signal),
    found.untracked.length === 0 ? undefined : writeUntracked(quarantine, found, signal),
    convertedFiles(quarantine, [...found.tracked, ...found.untracked], signal),
  ]);
  const bytes = converted.size === 0 ? undefined : await bytesThatFiltersChange(quarantine, { index, workingTree, untracked }, converted, signal);
  const writeOthers = async (): Promise<string> => commit(untracked ?? (await writeTree(repository, quarantine.index('empty'), signal)), 'untracked files', []);
  const [indexCommit, ...others] = await Promise.all([
    commit(index, 'index', [head]),
    ...(untracked !== undefined || bytes !== undefined ? [writeOthers()] : []),
    ...(bytes !== undefined ? [commit(bytes, 'bytes', [])] : []),
  ]);
  const parents = [head, indexCommit, ...others];
  return {
    snapshot: {
      commit: await commit(workingTree, 'working tree', parents),
      files: new Set(changes.map(({ path }) => path)).size,
      intendedToAdd: found.intendedToAdd,
      assumedUnchanged: found.assumedUnchanged,
      skipped: found.skipped,
    },
    leftOut,
  };
}

/** The one is made of the other, in the same index. */
async function writeTrackedTrees(quarantine: Quarantine, head: string, found: Survey, signal: AbortSignal | undefined): Promise<{ index: string; workingTree: string }> {
  const index = await writeIndexTree(quarantine, head, found, signal);
  const isChanged = found.tracked.length + found.missing.length > 0;
  return { index, workingTree: isChanged ? await writeWorkingTree(quarantine, found, signal) : index };
}

/** What is left out of the index stays as HEAD has it. */
async function writeIndexTree({ repository }: Quarantine, head: string, { held, changes }: Survey, signal: AbortSignal | undefined): Promise<string> {
  if (held.length > 0) {
    await repository.look(['update-index', '-z', '--force-remove', '--stdin'], { input: asInput(held), signal, timeout: 0 });
    const { stdout: before } = await repository.look(['--literal-pathspecs', 'ls-tree', '-r', '-z', '--full-tree', head, '--', ...held], { signal, timeout: 0 });
    await repository.look(['update-index', '-z', '--index-info'], { input: before, signal, timeout: 0 });
  }
  return changes.some(({ staged }) => staged) ? writeTree(repository, {}, signal) : `${head}^{tree}`;
}

async function writeWorkingTree({ bytes }: Quarantine, { tracked, missing }: Survey, signal: AbortSignal | undefined): Promise<string> {
  if (missing.length > 0) {
    await bytes.look(['update-index', '-z', '--force-remove', '--stdin'], { input: asInput(missing), signal, timeout: 0 });
  }
  if (tracked.length > 0) {
    await bytes.look(['update-index', '-z', '--add', '--stdin'], { input: asInput(tracked), signal, timeout: 0 });
  }
  return writeTree(bytes, {}, signal);
}

async function writeUntracked(quarantine: Quarantine, { untracked }: Survey, signal: AbortSignal | undefined): Promise<string> {
  const { bytes } = quarantine;
  const env = quarantine.index('untracked');
  await bytes.look(['update-index', '-z', '--add', '--stdin'], { input: asInput(untracked), env, signal, timeout: 0 });
  return writeTree(bytes, env, signal);
}

const nobody = { GIT_AUTHOR_NAME: 'ConvoSync', GIT_AUTHOR_EMAIL: 'convosync', GIT_AUTHOR_DATE: '@0 +0000', GIT_COMMITTER_NAME: 'ConvoSync', GIT_COMMITTER_EMAIL: 'convosync', GIT_COMMITTER_DATE: '@0 +0000' };

async function commitTree(repository: Repository, tree: string, message: string, parents: readonly string[], signal: AbortSignal | undefined): Promise<string> {
  return repository.text(['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent]), '-m', message], { env: nobody, signal });
}
