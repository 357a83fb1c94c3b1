/** What is asked of a remote in the user's name: its refs, and ordinary fetches and pulls, by which tracking refs move as configured. */
import { ConvoSyncError } from '../common/errors.ts';
import { assertBranchName } from './refName.ts';
import type { Repository } from './repository.ts';
import { readState } from './workingTree.ts';

export interface RemoteRefs {
  refs: Map<string, string>;
  /** The branch that HEAD of the remote names; absent when it was not asked for or is detached. */
  head?: string;
}

/**
 * Refs of a remote that match the patterns (as git-ls-remote(1) matches them), all without patterns. A timeout
 * (milliseconds) counts as `git-timeout`.
 */
export async function listRemoteRefs(repository: Repository, remoteOrUrl: string, patterns: readonly string[] = [], options: { signal?: AbortSignal | undefined; timeout?: number } = {}): Promise<RemoteRefs> {
  const { stdout } = await repository.look(['ls-remote', '--quiet', '--symref', '--', remoteOrUrl, ...patterns], options);
  const answer: RemoteRefs = { refs: new Map() };
  for (const line of stdout.toString('utf8').trim().split('\n')) {
    const [value = '', ref] = line.split('\t');
    if (ref === 'HEAD' && value.startsWith('ref: refs/heads/')) {
      answer.head = value.slice('ref: refs/heads/'.length);
    } else if (ref !== undefined && !value.startsWith('ref: ')) {
      answer.refs.set(ref, value);
    }
  }
  return answer;
}

/** But for `FETCH_HEAD`, which says what the user fetched last and nothing of ours. */
const ordinaryFetch = ['fetch', '--quiet', '--no-write-fetch-head'];

/**
 * The user's ordinary fetch of one branch. False when the remote has no such branch. Throws `remote-unreachable`,
 * `git-credentials` or `git-failed`.
 */
export async function fetchBranch(repository: Repository, remote: string, branch: string, signal?: AbortSignal): Promise<boolean> {
  assertBranchName(branch);
  try {
    await repository.change([...ordinaryFetch, '--', remote, `refs/heads/${branch}`], signal);
    return true;
  } catch (error) {
    if (ConvoSyncError.is(error, 'git-failed') && String(error.details['stderr']).includes("couldn't find remote ref")) {
      return false;
    }
    throw error;
  }
}

/** The user's ordinary fetch of all that the remote is configured for. Throws as `fetchBranch` does. */
export async function fetchRemote(repository: Repository, remote: string, signal?: AbortSignal): Promise<void> {
  await repository.change([...ordinaryFetch, '--', remote], signal);
}

/**
 * Brings the remote's branch into the current one. On a conflict it throws `git-failed` with `details.conflicts` (paths)
 * and leaves the merge or rebase for the user to finish, as their own pull would.
 */
export async function pullBranch(repository: Repository, kind: 'merge' | 'rebase', remote: string, branch: string, signal?: AbortSignal): Promise<void> {
  assertBranchName(branch);
  const how = kind === 'merge' ? ['--no-rebase', '--ff', '--no-edit'] : ['--rebase'];
  try {
    await repository.change(['pull', '--quiet', ...how, '--no-autostash', '--', remote, `refs/heads/${branch}`], signal);
  } catch (error) {
    const conflicts = ConvoSyncError.is(error, 'git-failed') ? (await readState(repository, signal)).changes.filter((change) => change.kind === 'unmerged').map((change) => change.path) : [];
    throw ConvoSyncError.is(error) && conflicts.length > 0 ? new ConvoSyncError('git-failed', error.message, { cause: error, details: { ...error.details, conflicts } }) : error;
  }
}
