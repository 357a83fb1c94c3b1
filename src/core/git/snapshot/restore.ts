/**
 * A captured working tree put back on the commit it was captured on: staged as staged, unstaged as unstaged. Git itself
 * writes the files, with this machine's filters, and refuses to write over what is not of that commit.
 */
import { mkdir, realpath, rm, rmdir } from 'node:fs/promises';
import * as path from 'node:path';
import { ConvoSyncError, throwIfCancelled } from '../../common/errors.ts';
import { writeFileAtomic } from '../../common/files.ts';
import type { SnapshotState } from '../../session/session.ts';
import { filesAdded, resolveCommit } from '../history.ts';
import type { Repository } from '../repository.ts';
import { entriesOf, isAsStored, kindOf } from '../trees.ts';
import { quietly, withoutLfsSmudge } from './quarantine.ts';
import { asInput } from './survey.ts';

/** True when all that differs from HEAD in the working tree is what unpacking the stash or restoring the snapshot puts there. */
export async function isUnpackedPart(repository: Repository, stash: string): Promise<boolean> {
  const lines = async (...args: string[]): Promise<string[]> => (await repository.look(args, { timeout: 0 })).stdout.toString('utf8').split('\0').filter((line) => line !== '');
  const untracked = await resolveCommit(repository, `${stash}^3`);
  const oids = async (tree: string): Promise<Map<string, string>> => new Map((await entriesOf(repository, tree)).map((entry) => [entry.path, entry.oid]));
  const tracked = await oids(stash);
  const stashed = new Map([...tracked, ...(untracked === undefined ? [] : await oids(untracked))]);
  const changed = [...(await lines('diff', '--name-only', '-z', '--no-renames', 'HEAD')), ...(await lines('ls-files', '--others', '--exclude-standard', '-z'))];
  for (const file of new Set(changed)) {
    const oid = stashed.get(file);
    // A file that was taken out of the index goes with the tracked ones, and comes back with the untracked.
    const isGone = !tracked.has(file) && (await kindOf(path.join(repository.top, file))) === undefined;
    if (!isGone && (oid === undefined || !(await isAsStored(repository, { path: file, oid })))) {
      return false;
    }
  }
  return true;
}

/** The commits that a snapshot is made of (see `capture`). */
interface SnapshotCommits {
  head: string;
  index: string;
  untracked: string | undefined;
  bytes: string | undefined;
}

/**
 * The working tree must be as HEAD has it, with HEAD at the snapshot's commit, and the snapshot's objects must be here.
 *
 * @param scratch a folder of ours, made for a moment
 * @throws ConvoSyncError `git-failed`, with some of it done
 */
export async function restoreSnapshot(repository: Repository, { commit, intendedToAdd, assumedUnchanged, skipped }: SnapshotState, scratch: string, signal?: AbortSignal): Promise<void> {
  const { head, index, untracked, bytes } = await commitsOf(repository, commit, signal);
  await mkdir(scratch, { recursive: true, mode: 0o700 });
  try {
    // A file that is restored is wanted, also outside a sparse checkout.
    const quiet = quietly(repository.git, scratch).configured({ 'core.sparseCheckout': 'false' });
    const asIs = repository.seenThrough(quiet.configured(withoutLfsSmudge));
    const filtered = repository.seenThrough(quiet);
    await filtered.change(['update-index', '-q', '--refresh'], signal, { okExitCodes: [0, 1] });
    await asIs.change(['read-tree', '-m', '-u', head, commit], signal);
    if (untracked !== undefined) {
      const env = { GIT_INDEX_FILE: path.join(scratch, 'untracked.index') };
      await asIs.change(['read-tree', untracked], signal, { env });
      await asIs.change(['checkout-index', '--all', '--quiet'], signal, { env });
    }
    await asIs.change(['read-tree', '-m', index], signal);
    if (bytes !== undefined) {
      await restoreBytes(filtered, { commit, untracked, bytes }, signal);
    }
    await mark(filtered, ['add', '--intent-to-add', '--force', '--pathspec-from-file=-', '--pathspec-file-nul'], intendedToAdd, signal);
    await filtered.change(['update-index', '-q', '--refresh'], signal, { okExitCodes: [0, 1] });
    await mark(filtered, ['update-index', '-z', '--assume-unchanged', '--stdin'], assumedUnchanged, signal);
    await mark(filtered, ['update-index', '-z', '--skip-worktree', '--stdin'], skipped, signal);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Paths that restoring brings and the commit below has not. */
export async function filesBrought(repository: Repository, snapshot: string, signal?: AbortSignal): Promise<string[]> {
  const { head, untracked } = await commitsOf(repository, snapshot, signal);
  const others = untracked === undefined ? [] : await entriesOf(repository, untracked, signal);
  return [...new Set([...(await filesAdded(repository, head, snapshot, signal)), ...others.map((entry) => entry.path)])];
}

/**
 * Takes a restored snapshot out of the working tree again, or as much of it as is there: index and tracked files become
 * what HEAD has. Files that HEAD has not go as long as they are what the snapshot put there. Can be repeated.
 */
export async function clearSnapshot(repository: Repository, { commit: snapshot, assumedUnchanged, skipped }: SnapshotState): Promise<void> {
  const { untracked } = await commitsOf(repository, snapshot);
  const entries = [...(await entriesOf(repository, snapshot)), ...(untracked === undefined ? [] : await entriesOf(repository, untracked))];
  const brought = new Set(await filesBrought(repository, snapshot));
  const ofHead = new Set((await entriesOf(repository, 'HEAD')).map((entry) => entry.path));
  for (const entry of entries.filter(({ path: file }) => brought.has(file) && !ofHead.has(file))) {
    if (await isAsStored(repository, entry)) {
      await removeFile(repository.top, entry.path);
    }
  }
  const { stdout } = await repository.look(['ls-files', '-z'], { timeout: 0 });
  const indexed = new Set(stdout.toString('utf8').split('\0'));
  await mark(repository, ['update-index', '-z', '--no-assume-unchanged', '--stdin'], assumedUnchanged.filter((file) => indexed.has(file)), undefined);
  await mark(repository, ['update-index', '-z', '--no-skip-worktree', '--stdin'], skipped.filter((file) => indexed.has(file)), undefined);
  await repository.change(['read-tree', '--reset', '-u', 'HEAD'], undefined);
}

async function commitsOf(repository: Repository, snapshot: string, signal?: AbortSignal): Promise<SnapshotCommits> {
  const [head, index, untracked, bytes] = await Promise.all([1, 2, 3, 4].map((parent) => resolveCommit(repository, `${snapshot}^${parent}`, signal)));
  if (head === undefined || index === undefined) {
    throw new ConvoSyncError('commit-missing', 'The snapshot is not here.', { details: { commits: [snapshot] } });
  }
  return { head, index, untracked, bytes };
}

/** Writes bytes as they were, where git here makes of them what it made of them there. */
async function restoreBytes(repository: Repository, of: { commit: string; untracked: string | undefined; bytes: string }, signal: AbortSignal | undefined): Promise<void> {
  const cleaned = new Map<string, string>();
  for (const tree of [of.commit, of.untracked]) {
    for (const entry of tree === undefined ? [] : await entriesOf(repository, tree, signal)) {
      cleaned.set(entry.path, entry.oid);
    }
  }
  for (const { path: file, oid, mode } of await entriesOf(repository, of.bytes, signal)) {
    const { stdout: content } = await repository.look(['cat-file', 'blob', oid], { signal, timeout: 0 });
    const here = await repository.text(['hash-object', '--stdin', `--path=${file}`], { input: content, signal, timeout: 0 });
    const absolute = path.join(repository.top, file);
    if (here === cleaned.get(file) && (await kindOf(absolute)) === 'file') {
      throwIfCancelled(signal);
      await writeFileAtomic(absolute, content, { mode: mode === '100755' ? 0o777 : 0o666 });
    }
  }
}

async function mark(repository: Repository, args: readonly string[], paths: readonly string[], signal: AbortSignal | undefined): Promise<void> {
  if (paths.length > 0) {
    await repository.change(['--literal-pathspecs', ...args], signal, { input: asInput(paths) });
  }
}

/** With the folders that are empty then; nothing outside the working tree that a link leads to. */
async function removeFile(top: string, file: string): Promise<void> {
  const folder = path.join(top, path.dirname(file));
  if ((await realpath(folder)) !== folder) {
    return;
  }
  await rm(path.join(top, file), { force: true });
  for (let parent = path.dirname(file); parent !== '.'; parent = path.dirname(parent)) {
    try {
      await rmdir(path.join(top, parent));
    } catch {
      // Something else is in it.
      return;
    }
  }
}
