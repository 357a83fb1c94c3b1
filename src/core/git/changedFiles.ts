/** What differs between two states of the code, with what a snapshot holds beyond its commit. */
import { resolveCommit } from './history.ts';
import type { Quarantine } from './snapshot/quarantine.ts';
import { entriesOf, type TreeEntry } from './trees.ts';

/** Both full ids, and here. */
export interface CodeState {
  commit: string;
  snapshot?: string | undefined;
}

export interface ChangedFile {
  /** Relative to the top, with `/`; of a file that is gone, where it was. */
  path: string;
  /** Where it was before, when it has moved. */
  was?: string;
  change: 'added' | 'removed' | 'changed' | 'moved';
  /** Lines; absent where it is not text. */
  lines?: { added: number; removed: number };
  /** The commits in which it can be read, as it was and as it is; absent where there was none, or is none. */
  from?: string;
  to?: string;
}

/** A state as one tree, with its files that git did not track. */
interface WholeTree {
  tree: string;
  commit: string;
  untracked: { commit: string; paths: ReadonlySet<string> } | undefined;
}

/** @param quarantine its repository takes the trees that are written for it */
export async function changedFiles(quarantine: Quarantine, before: CodeState, after: CodeState, signal?: AbortSignal): Promise<ChangedFile[]> {
  const [from, to] = [await wholeTree(quarantine, before, signal), await wholeTree(quarantine, after, signal)];
  const ask = async (format: string): Promise<string[]> =>
    (await quarantine.repository.look(['diff-tree', '-r', '-z', '--find-renames', format, from.tree, to.tree], { signal, timeout: 0 })).stdout.toString('utf8').split('\0');
  const lines = linesIn(await ask('--numstat'));
  return namesIn(await ask('--name-status')).map(({ letter, path, was }): ChangedFile => {
    const counted = lines.get(path);
    return {
      path,
      ...(was === undefined ? {} : { was }),
      change: letter === 'A' ? 'added' : letter === 'D' ? 'removed' : letter === 'R' ? 'moved' : 'changed',
      ...(counted ? { lines: counted } : {}),
      ...(letter === 'A' ? {} : { from: holderOf(from, was ?? path) }),
      ...(letter === 'D' ? {} : { to: holderOf(to, path) }),
    };
  });
}

async function wholeTree({ repository, smallIndex: env }: Quarantine, { commit, snapshot }: CodeState, signal?: AbortSignal): Promise<WholeTree> {
  const untracked = snapshot === undefined ? undefined : await resolveCommit(repository, `${snapshot}^3`, signal);
  if (snapshot === undefined || untracked === undefined) {
    return { tree: snapshot ?? commit, commit: snapshot ?? commit, untracked: undefined };
  }
  const entries = await entriesOf(repository, untracked, signal);
  await repository.change(['read-tree', snapshot], signal, { env });
  await repository.change(['update-index', '-z', '--index-info'], signal, { env, input: entries.map(staged).join('') });
  const { stdout } = await repository.change(['write-tree'], signal, { env });
  return { tree: stdout.toString('utf8').trim(), commit: snapshot, untracked: { commit: untracked, paths: new Set(entries.map(({ path }) => path)) } };
}

function staged({ mode, oid, path }: TreeEntry): string {
  return `${mode} ${oid}\t${path}\0`;
}

function holderOf({ commit, untracked }: WholeTree, path: string): string {
  return untracked?.paths.has(path) === true ? untracked.commit : commit;
}

/** `M`, path; of what has moved `R100`, where it was, where it is. */
function namesIn(fields: readonly string[]): { letter: string; path: string; was?: string }[] {
  const found: { letter: string; path: string; was?: string }[] = [];
  for (let at = 0; at + 1 < fields.length; ) {
    const letter = fields[at]?.charAt(0) ?? '';
    const hasMoved = letter === 'R' || letter === 'C';
    const [one = '', other = ''] = fields.slice(at + 1, at + 3);
    found.push(hasMoved ? { letter, path: other, was: one } : { letter, path: one });
    at += hasMoved ? 3 : 2;
  }
  return found;
}

/** Added, removed and path, with tabs between them; of what has moved no path, and both after it. `-` for what is not text. */
function linesIn(fields: readonly string[]): Map<string, { added: number; removed: number }> {
  const found = new Map<string, { added: number; removed: number }>();
  for (let at = 0; at < fields.length; at++) {
    const [added, removed, ...name] = fields[at]?.split('\t') ?? [];
    const path = name.join('\t');
    if (removed !== undefined && added !== undefined && added !== '-') {
      found.set(path === '' ? fields[at + 2] ?? '' : path, { added: Number(added), removed: Number(removed) });
    }
    at += removed !== undefined && path === '' ? 2 : 0;
  }
  return found;
}
