/**
 * Commits written by git-fast-import(1): it is told what differs from the tree of a commit, and reads and writes only the
 * folders on the way there, however many files the repository has. All that it writes is one pack.
 *
 * It builds a commit on a ref, and leaves a report when it fails. So it runs as if in a second working tree, whose own state
 * lies in the quarantine; the ref is one of those that every working tree has for itself, and is reset in the end.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { TreeEntry } from '../trees.ts';
import type { Quarantine } from './quarantine.ts';

export interface NewCommit {
  /** What the message calls it, on one line. */
  of: string;
  /** The parent, and the tree that this one changes; without it nothing is in the tree but `files`. */
  on?: string;
  /** Paths that go from the tree, before `files` come. */
  without?: readonly string[];
  /** Their objects must be there. */
  files: readonly TreeEntry[];
}

const ref = 'refs/worktree/snapshot';

/** Names count to the letter, and what the quarantine holds need not outlast a power failure. */
const settings = { 'core.ignoreCase': 'false', 'core.fsync': 'none', 'fastimport.unpackLimit': '0' };

/** Returns the id of the last, which has all others as further parents. Names and times are always the same: equal states have equal ids. */
export async function writeCommits({ repository, folder }: Quarantine, commits: readonly NewCommit[], signal?: AbortSignal): Promise<string> {
  const gitDir = path.join(folder, 'working-tree');
  await mkdir(gitDir, { mode: 0o700 });
  await writeFile(path.join(gitDir, 'HEAD'), `ref: ${ref}\n`);
  const apart = repository.git.configured(settings).adding({ GIT_DIR: gitDir, GIT_COMMON_DIR: repository.commonDir, GIT_WORK_TREE: repository.top });
  const input = [...commits.flatMap(describe), `reset ${ref}`, `get-mark :${commits.length}`, 'done', ''].join('\n');
  return apart.text(['fast-import', '--quiet', '--done'], { cwd: repository.top, input, signal, timeout: 0, readOnly: true });
}

function describe({ of, on, without = [], files }: NewCommit, index: number, { length }: readonly NewCommit[]): string[] {
  const others = index + 1 < length ? [] : Array.from({ length: index }, (_, other) => other + 1);
  return [
    `reset ${ref}`,
    `commit ${ref}`,
    `mark :${index + 1}`,
    'committer ConvoSync <convosync> 0 +0000',
    'data <<END',
    `ConvoSync: ${of}`,
    'END',
    ...(on === undefined ? [] : [`from ${on}`]),
    ...others.map((mark) => `merge :${mark}`),
    ...without.map((file) => `D ${quote(file)}`),
    ...files.map(({ mode, oid, path: file }) => `M ${mode} ${oid} ${quote(file)}`),
    '',
  ];
}

function quote(file: string): string {
  return `"${file.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}
