/**
 * What a snapshot of a working tree will hold and what it will leave out. Files count one by one, also in untracked
 * folders and of renames. A name that is no UTF-8 cannot be told from another: it is left out, and said.
 */
import { readdir } from 'node:fs/promises';
import * as path from 'node:path';
import { tryLstat } from '../../common/files.ts';
import { inParallel } from '../../common/parallel.ts';
import { readConfiguration } from '../configuration.ts';
import { type LeaveOut, type LeftOut, matcher } from '../leftOut.ts';
import type { Repository } from '../repository.ts';
import { type Change, parseIndexed, parseStatus } from '../status.ts';
import { parseStaged, type TreeEntry } from '../trees.ts';
import type { Quarantine } from './quarantine.ts';

export interface Survey {
  /** Of the index and the working tree together. */
  changes: Change[];
  /** Paths of `changes` and marked files that are to be read from the working tree, by whether git tracks them. */
  tracked: string[];
  untracked: string[];
  /** Paths that the index has and the working tree has no more. */
  missing: string[];
  /** What the index has of the files in `changes`, as far as it has them. */
  indexed: ReadonlyMap<string, TreeEntry>;
  /** Files of attributes that git skips, as outside a sparse checkout: they count as the index has them. */
  attributes: TreeEntry[];
  intendedToAdd: string[];
  /** Marked by the user so that git does not look at them, whether or not they differ. */
  assumedUnchanged: string[];
  skipped: string[];
  leftOut: LeftOut;
}

const lookedAtOnce = 16;

/** Marks are taken off the quarantine's index, so that git looks at what they hide. */
export async function survey({ repository, origin }: Quarantine, leaveOut: LeaveOut, signal?: AbortSignal): Promise<Survey> {
  const isSparse = (await readConfiguration(origin, signal)).get('core.sparsecheckout')?.at(-1) === 'true';
  // The one look takes about as long as the other.
  const listing = listFiles(repository, isSparse, signal);
  const [{ changes, indexed }, { untracked: entries, ...marks }] = await Promise.all([lookBehindMarks(repository, listing, signal), listing]);
  const others = await sortUntracked(repository, entries, changes.filter(({ missing }) => missing === true).map((change) => change.path), signal);
  const isSecret = matcher(leaveOut.patterns);
  const leftOut: LeftOut = { secrets: [], large: [], nestedRepositories: others.nested, insideSubmodules: [], emptyFolders: others.empty, unreadableNames: [], ignored: [], lfs: [] };
  const found: Survey = { changes: [], tracked: [], untracked: [], missing: [], indexed, intendedToAdd: [], ...marks, leftOut };
  const untracked = others.files.map((file): Change => ({ path: file, kind: 'untracked', staged: false, unstaged: true }));
  const all = [...changes, ...untracked];
  const sizes = await inParallel(all, lookedAtOnce, async ({ path: file, missing }) => (missing === true ? 0 : sizeOf(path.join(repository.top, file))));
  for (const [index, change] of all.entries()) {
    const reason = change.insideSubmodule === true ? 'insideSubmodules'
      : change.path.includes('\uFFFD') ? 'unreadableNames'
      : isMereDeletion(change) ? undefined
      : isSecret(change.path) ? 'secrets'
      : (sizes[index] ?? 0) > leaveOut.largest ? 'large'
      : undefined;
    if (reason !== undefined) {
      leftOut[reason].push(change.path);
      continue;
    }
    found.changes.push(change);
    if (change.kind === 'untracked') {
      found.untracked.push(change.path);
    } else if (change.missing === true) {
      found.missing.push(change.path);
    } else if (change.unstaged) {
      found.tracked.push(change.path);
    }
    if (change.intendedToAdd === true) {
      found.intendedToAdd.push(change.path);
    }
  }
  return found;
}

/** Nothing of its content would leave. */
function isMereDeletion({ kind, staged, unstaged }: Change): boolean {
  return kind === 'deleted' && staged !== unstaged;
}

/** `untracked`: folders as a whole, with a `/` at their end. */
type Files = Pick<Survey, 'untracked' | 'assumedUnchanged' | 'skipped' | 'attributes'>;
type Changes = Pick<Survey, 'changes' | 'indexed'>;

async function lookBehindMarks(repository: Repository, listing: Promise<Files>, signal: AbortSignal | undefined): Promise<Changes> {
  const [{ assumedUnchanged, skipped }, changes] = await Promise.all([listing, listChanges(repository, signal)]);
  if (assumedUnchanged.length + skipped.length === 0) {
    return changes;
  }
  for (const [flag, paths] of [['--no-assume-unchanged', assumedUnchanged], ['--no-skip-worktree', skipped]] as const) {
    if (paths.length > 0) {
      await repository.look(['update-index', '-z', flag, '--stdin'], { input: asInput(paths), signal, timeout: 0 });
    }
  }
  return listChanges(repository, signal);
}

async function listChanges(repository: Repository, signal: AbortSignal | undefined): Promise<Changes> {
  const { stdout } = await repository.look(['status', '--porcelain=v2', '-z', '--untracked-files=no', '--no-renames'], { signal, timeout: 0 });
  const output = stdout.toString('utf8');
  return { changes: parseStatus(output).changes, indexed: parseIndexed(output) };
}

/**
 * One look at what git tracks and what it does not: a process takes longer to start than to list a few thousand files.
 * Files outside a sparse checkout carry the same mark as those that the user had git skip: only the latter are meant.
 */
async function listFiles(repository: Repository, isSparse: boolean, signal: AbortSignal | undefined): Promise<Files> {
  const { stdout } = await repository.look(['ls-files', '-v', '--stage', '--others', '--exclude-standard', '--directory', '-z'], { signal, timeout: 0 });
  const found: Files = { untracked: [], assumedUnchanged: [], skipped: [], attributes: [] };
  for (let at = 0; at < stdout.length; ) {
    const end = stdout.indexOf(0, at);
    const tag = String.fromCharCode(stdout[at] ?? 0);
    if (tag === '?') {
      found.untracked.push(stdout.toString('utf8', at + 2, end));
    } else if (tag !== 'H') {
      const entry = parseStaged(stdout.toString('utf8', at + 2, end));
      if (tag !== tag.toUpperCase()) {
        found.assumedUnchanged.push(entry.path);
      }
      if (tag.toUpperCase() === 'S') {
        if (path.posix.basename(entry.path) === '.gitattributes') {
          found.attributes.push(entry);
        }
        if (!isSparse && (await tryLstat(path.join(repository.top, entry.path)))) {
          found.skipped.push(entry.path);
        }
      }
    }
    at = end + 1;
  }
  return found;
}

interface Untracked {
  files: string[];
  nested: string[];
  empty: string[];
}

async function listInside(repository: Repository, places: readonly string[], signal: AbortSignal | undefined): Promise<string[]> {
  const { stdout } = await repository.look(['--literal-pathspecs', 'ls-files', '--others', '--exclude-standard', '-z', ...(places.join(' ').length < longestArguments ? ['--', ...places] : [])], { signal, timeout: 0 });
  return stdout.toString('utf8').split('\0').filter(Boolean);
}

/** Git tells of empty folders only where it does not look into folders, and then passes over those that lie where a file was. */
async function sortUntracked(repository: Repository, entries: readonly string[], missing: readonly string[], signal: AbortSignal | undefined): Promise<Untracked> {
  const isFolder = (entry: string): boolean => entry.endsWith('/');
  const folders = entries.filter(isFolder);
  const places = [...folders, ...missing];
  const inside = places.length === 0 ? [] : await listInside(repository, places, signal);
  const files = new Set([...entries, ...inside].filter((entry) => !isFolder(entry)));
  const nested = inside.filter(isFolder);
  const bare = folders.filter((folder) => !nested.includes(folder) && !inside.some((entry) => entry.startsWith(folder)));
  const empty = await inParallel(bare, lookedAtOnce, async (folder) => ((await isEmpty(path.join(repository.top, folder))) ? [folder] : []));
  return { files: [...files], nested, empty: empty.flat() };
}

/** Characters; Windows takes some thirty thousand. */
const longestArguments = 8000;

/** True when there are but folders in it; a folder with ignored files alone is not empty. */
async function isEmpty(folder: string): Promise<boolean> {
  return (await readdir(folder, { recursive: true, withFileTypes: true })).every((entry) => entry.isDirectory());
}

async function sizeOf(file: string): Promise<number> {
  const found = await tryLstat(file);
  return found?.isFile() === true ? found.size : 0;
}

/** Paths as git reads them with `-z --stdin`. */
export function asInput(paths: readonly string[]): string {
  return paths.map((file) => `${file}\0`).join('');
}
