/** Looking at commits and at how they lie to each other. Ids are full, of either hash. Nothing changes. */
import * as path from 'node:path';
import { fileExists } from '../common/files.ts';
import { parseReflog, reflogFormat } from './reflog.ts';
import type { ReflogEntry } from './reflog.ts';
import type { Repository } from './repository.ts';
import type { Head } from './workingTree.ts';

export interface Commit {
  id: string;
  parents: string[];
  /** First line of its message. */
  subject: string;
}

export interface Divergence {
  ahead: number;
  behind: number;
}

/** The commit that a ref or an id names, or undefined when there is none here. */
export function resolveCommit(repository: Repository, name: string, signal?: AbortSignal): Promise<string | undefined> {
  return repository.ask(['rev-parse', '-q', '--verify', `${name}^{commit}`], signal);
}

/** Where a branch of this repository is, which for the current one HEAD has just told; undefined when there is no such branch. */
export async function tipOfBranch(repository: Repository, branch: string, head: Head, signal?: AbortSignal): Promise<string | undefined> {
  return branch === head.branch ? head.commit : resolveCommit(repository, `refs/heads/${branch}`, signal);
}

/** Asks no network, also in a partial clone. */
export async function hasCommit(repository: Repository, oid: string, signal?: AbortSignal): Promise<boolean> {
  if (repository.present.has(oid)) {
    return true;
  }
  const { exitCode } = await repository.look(['cat-file', '-e', `${oid}^{commit}`], { signal, okExitCodes: [0, 1, 128], env: { GIT_NO_LAZY_FETCH: '1' } });
  if (exitCode === 0) {
    repository.present.add(oid);
  }
  return exitCode === 0;
}

/** Undefined when the two share no history. */
export async function mergeBase(repository: Repository, a: string, b: string, signal?: AbortSignal): Promise<string | undefined> {
  return a === b ? a : repository.ask(['merge-base', a, b], signal);
}

/** True also for a commit and itself. */
export async function isAncestor(repository: Repository, ancestor: string, descendant: string, signal?: AbortSignal): Promise<boolean> {
  return ancestor === descendant || (await repository.look(['merge-base', '--is-ancestor', ancestor, descendant], { signal, okExitCodes: [0, 1] })).exitCode === 0;
}

/** Whether a merge lies between a commit that HEAD goes on from, and HEAD. */
export async function hasMergeSince(repository: Repository, commit: string, signal?: AbortSignal): Promise<boolean> {
  return (await repository.text(['rev-list', '--merges', '--max-count=1', `${commit}..HEAD`, '--'], { signal })) !== '';
}

/** A commit, given by its id or a ref. Throws `git-failed` where there is none. */
export async function commitAt(repository: Repository, name: string, signal?: AbortSignal): Promise<Commit> {
  const known = repository.commits.get(name);
  if (known) {
    return known;
  }
  const [id = '', parents = '', subject = ''] = (await repository.text(['log', '-1', '--no-show-signature', '--encoding=UTF-8', '--format=%H%n%P%n%s', name, '--'], { signal })).split('\n');
  const commit = { id, parents: parents.split(' ').filter(Boolean), subject };
  repository.commits.set(id, commit);
  return commit;
}

/** A file as a checkout would write it, of the first of these commits that has it; empty where none has. */
export async function fileAt(repository: Repository, commits: readonly string[], file: string, signal?: AbortSignal): Promise<Buffer> {
  for (const commit of commits) {
    const { exitCode, stdout } = await repository.look(['cat-file', '--filters', `${commit}:${file}`], { signal, timeout: 0, okExitCodes: [0, 128] });
    if (exitCode === 0) {
      return stdout;
    }
  }
  return Buffer.alloc(0);
}

/** Paths that `to` has and `from` has not, relative to the top. */
export function filesAdded(repository: Repository, from: string, to: string, signal?: AbortSignal): Promise<string[]> {
  return repository.once(`added ${from} ${to}`, async () => {
    const { stdout } = await repository.look(['diff', '--name-only', '-z', '--no-renames', '--diff-filter=A', from, to], { signal, timeout: 0 });
    return stdout.toString('utf8').split('\0').filter(Boolean);
  });
}

/** How many commits `tip` has that `base` has not. */
export async function commitsBetween(repository: Repository, base: string, tip: string, signal?: AbortSignal): Promise<number> {
  return base === tip ? 0 : Number(await repository.text(['rev-list', '--count', tip, `^${base}`], { signal }));
}

export async function aheadBehind(repository: Repository, local: string, upstream: string, signal?: AbortSignal): Promise<Divergence> {
  if (local === upstream) {
    return { ahead: 0, behind: 0 };
  }
  const [ahead, behind] = (await repository.text(['rev-list', '--left-right', '--count', `${local}...${upstream}`], { signal })).split('\t');
  return { ahead: Number(ahead), behind: Number(behind) };
}

/** The commits without parents that a commit descends from, sorted; none when the history is shallow. */
export async function rootsOf(repository: Repository, commit: string, signal?: AbortSignal): Promise<string[]> {
  const roots = (await isShallow(repository)) ? '' : await repository.text(['rev-list', '--max-parents=0', commit], { signal, timeout: 0 });
  return roots === '' ? [] : roots.split('\n').sort();
}

/** Where HEAD was before it came to be where it is `now`, newest first; empty before the first commit or when the user turned reflogs off. */
export async function readReflog(repository: Repository, now: Head, limit: number, signal?: AbortSignal): Promise<ReflogEntry[]> {
  if (now.commit === undefined) {
    return [];
  }
  const { stdout } = await repository.look(['log', '--walk-reflogs', '-z', '--no-show-signature', '--date=unix', `--max-count=${limit}`, `--format=${reflogFormat}`, 'HEAD'], { signal });
  return parseReflog(stdout.toString('utf8'), now.branch);
}

/** True when the history was cut by a shallow clone or fetch. */
async function isShallow(repository: Repository): Promise<boolean> {
  return fileExists(path.join(repository.commonDir, 'shallow'));
}
