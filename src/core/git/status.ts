/**
 * The answer of `git status --porcelain=v2 --branch -z`, as described in git-status(1), "Porcelain Format Version 2".
 * Records end with NUL; a rename carries its former path as a record of its own. Paths are relative to the top of the
 * working tree, with `/`, and an untracked folder is one entry that ends with `/`.
 */
import type { TreeEntry } from './trees.ts';

export interface RepositoryState {
  /** Absent when HEAD is detached. Present on a branch without commits. */
  branch?: string;
  /** Absent before the first commit. */
  commit?: string;
  /** Short name of the upstream, such as `origin/main`, also when that ref is gone. */
  upstream?: string;
  /** Commits of ours that the upstream lacks; absent without an upstream or when it is gone. */
  ahead?: number;
  /** Commits of the upstream that we lack, as of the last fetch. */
  behind?: number;
  changes: Change[];
}

export interface Change {
  path: string;
  kind: ChangeKind;
  /** The index differs from HEAD. */
  staged: boolean;
  /** The working tree differs from the index. */
  unstaged: boolean;
  /** The former path of a rename or copy. */
  from?: string;
  /** The index holds it and the working tree does not. */
  missing?: true;
  /** The index says of it only that it is to be added (`git add --intent-to-add`). */
  intendedToAdd?: true;
  /** Set when only files inside a submodule changed: a commit of this repository cannot hold them. */
  insideSubmodule?: true;
}

export type ChangeKind = 'added' | 'modified' | 'deleted' | 'renamed' | 'copied' | 'type-changed' | 'untracked' | 'unmerged';

/** Strongest first: a file renamed and then edited is renamed, one added and then deleted is deleted. */
const kinds: readonly (readonly [string, ChangeKind])[] = [
  ['R', 'renamed'],
  ['C', 'copied'],
  ['D', 'deleted'],
  ['A', 'added'],
  ['T', 'type-changed'],
];

export function parseStatus(output: string): RepositoryState {
  const state: RepositoryState = { changes: [] };
  const records = output.split('\0');
  for (let index = 0; index < records.length; index++) {
    const record = records[index] ?? '';
    switch (record.charAt(0)) {
      case '#':
        readHeader(state, record);
        break;
      case '1':
        state.changes.push(readChange(record, 8));
        break;
      case '2':
        state.changes.push({ ...readChange(record, 9), from: records[++index] ?? '' });
        break;
      case 'u':
        state.changes.push({ path: fieldsAfter(record, 10), kind: 'unmerged', staged: false, unstaged: true });
        break;
      case '?':
        state.changes.push({ path: fieldsAfter(record, 1), kind: 'untracked', staged: false, unstaged: true });
        break;
    }
  }
  return state;
}

/**
 * What the index has of each file that `parseStatus` finds changed. Nothing of a file that it has no more, that it has but
 * the intent to add, that is in conflict, or that was renamed (`--no-renames` tells of those by both names).
 */
export function parseIndexed(output: string): Map<string, TreeEntry> {
  const indexed = new Map<string, TreeEntry>();
  for (const record of output.split('\0').filter((line) => line.startsWith('1 '))) {
    const [, , , , mode = '', , , oid = ''] = record.split(' ', 8);
    const file = fieldsAfter(record, 8);
    if (mode !== '000000') {
      indexed.set(file, { mode, oid, path: file });
    }
  }
  return indexed;
}

function readHeader(state: RepositoryState, record: string): void {
  const [, name, ...words] = record.split(' ');
  const value = words.join(' ');
  if (name === 'branch.oid' && value !== '(initial)') {
    state.commit = value;
  } else if (name === 'branch.head' && value !== '(detached)') {
    state.branch = value;
  } else if (name === 'branch.upstream') {
    state.upstream = value;
  } else if (name === 'branch.ab') {
    state.ahead = Number(words[0]);
    state.behind = Math.abs(Number(words[1]));
  }
}

/** `<type> <XY> <sub> …`, the path after `fields` fields. `X` is the index against HEAD, `Y` the working tree against the index. */
function readChange(record: string, fields: number): Change {
  const [, xy = '..', submodule = 'N...'] = record.split(' ', 3);
  const change: Change = {
    path: fieldsAfter(record, fields),
    kind: kinds.find(([letter]) => xy.includes(letter))?.[1] ?? 'modified',
    staged: !xy.startsWith('.'),
    unstaged: !xy.endsWith('.'),
  };
  if (xy.endsWith('D')) {
    change.missing = true;
  }
  if (xy.endsWith('A')) {
    change.intendedToAdd = true;
  }
  if (/^S\.(M.|.U)$/.test(submodule)) {
    change.insideSubmodule = true;
  }
  return change;
}

function fieldsAfter(record: string, fields: number): string {
  let start = 0;
  for (let field = 0; field < fields; field++) {
    start = record.indexOf(' ', start) + 1;
  }
  return record.slice(start);
}
