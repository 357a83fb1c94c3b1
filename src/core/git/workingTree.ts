/** How a working tree stands: HEAD, changes, and what is half done in it. Nothing changes. */
import * as path from 'node:path';
import { fileExists, tryReadFile } from '../common/files.ts';
import type { Repository } from './repository.ts';
import { parseStatus } from './status.ts';
import type { Change, RepositoryState } from './status.ts';

export interface Head {
  /** Absent when HEAD is detached. Present on a branch without commits. */
  branch?: string;
  /** Absent before the first commit. */
  commit?: string;
}

export type Operation = 'merge' | 'rebase' | 'cherry-pick' | 'revert' | 'bisect';

export async function readHead(repository: Repository, signal?: AbortSignal): Promise<Head> {
  const { exitCode, stdout } = await repository.look(['rev-parse', 'HEAD', '--symbolic-full-name', 'HEAD'], { signal, okExitCodes: [0, 128] });
  const [commit, ref] = exitCode === 0 ? stdout.toString('utf8').split('\n') : [undefined, await repository.ask(['symbolic-ref', '-q', 'HEAD'], signal)];
  const branch = ref?.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : undefined;
  return { ...(branch === undefined ? {} : { branch }), ...(commit === undefined ? {} : { commit }) };
}

/** Branch, upstream and changes in one look. Counts against the upstream are as of the last fetch. */
export async function readState(repository: Repository, signal?: AbortSignal): Promise<RepositoryState> {
  const { stdout } = await repository.look(['status', '--porcelain=v2', '-z', '--branch', '--ahead-behind', '--untracked-files=normal'], { signal });
  const state = parseStatus(stdout.toString('utf8'));
  if (state.commit !== undefined) {
    repository.present.add(state.commit);
  }
  return state;
}

/** The working tree of this repository that has a branch checked out, absolute; its folder may be gone. */
export async function worktreeOf(repository: Repository, branch: string, signal?: AbortSignal): Promise<string | undefined> {
  const entries = (await repository.text(['worktree', 'list', '--porcelain'], { signal })).split('\n\n').map((entry) => entry.split('\n'));
  return entries.find((lines) => lines.includes(`branch refs/heads/${branch}`))?.[0]?.slice('worktree '.length);
}

/** What is half done in this working tree; of several (a pick that a rebase makes) the outermost. */
export async function operationInProgress({ gitDir }: Repository): Promise<Operation | undefined> {
  const has = (name: string): Promise<boolean> => fileExists(path.join(gitDir, name));
  const [rebaseMerge, rebaseApply, merge, pick, revert, bisect] = await Promise.all(['rebase-merge', 'rebase-apply', 'MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD', 'BISECT_LOG'].map(has));
  if (rebaseMerge || rebaseApply) {
    return 'rebase';
  }
  if (merge) {
    return 'merge';
  }
  // Between two picks of a series only the list of what is left tells.
  const next = (await tryReadFile(path.join(gitDir, 'sequencer', 'todo')))?.trimStart().split(/\s/, 1)[0];
  if (pick || next === 'pick' || next === 'p') {
    return 'cherry-pick';
  }
  if (revert || next === 'revert') {
    return 'revert';
  }
  return bisect ? 'bisect' : undefined;
}

/**
 * Repositories that lie untracked inside this one, relative to the top, each ending with `/`. Git would record only a
 * pointer to them, of no use elsewhere.
 *
 * @param changes what `readState` has just shown
 */
export async function nestedRepositories(repository: Repository, changes: readonly Change[], signal?: AbortSignal): Promise<string[]> {
  return (await insideUntrackedFolders(repository, changes, signal)).filter((entry) => entry.endsWith('/'));
}

/** Of changes that `readState` shows, those that a commit or a stash can hold: none inside submodules, no nested repositories. */
export async function holdable(repository: Repository, changes: readonly Change[], signal?: AbortSignal): Promise<Change[]> {
  const inside = await insideUntrackedFolders(repository, changes, signal);
  const holdsFile = (folder: string): boolean => inside.some((entry) => entry.startsWith(folder) && !entry.endsWith('/'));
  return changes.filter((change) => change.insideSubmodule !== true && (!isUntrackedFolder(change) || holdsFile(change.path)));
}

/** Untracked files one by one, also of untracked folders, without those of nested repositories. */
export async function untrackedFiles(repository: Repository, changes: readonly Change[], signal?: AbortSignal): Promise<string[]> {
  return changes.some(isUntrackedFolder)
    ? (await insideUntrackedFolders(repository, changes, signal)).filter((entry) => !entry.endsWith('/'))
    : changes.filter(({ kind }) => kind === 'untracked').map((change) => change.path);
}

/** Untracked files one by one, and nested repositories, each ending with `/`; none unless a whole folder is untracked. */
async function insideUntrackedFolders(repository: Repository, changes: readonly Change[], signal?: AbortSignal): Promise<string[]> {
  if (!changes.some(isUntrackedFolder)) {
    return [];
  }
  const { stdout } = await repository.look(['ls-files', '--others', '--exclude-standard', '-z'], { signal });
  return stdout.toString('utf8').split('\0').filter(Boolean);
}

function isUntrackedFolder({ kind, path: folder }: Change): boolean {
  return kind === 'untracked' && folder.endsWith('/');
}
