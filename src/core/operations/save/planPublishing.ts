/**
 * How a session becomes visible. The branch travels with it when it may and has something to send. Commits that will
 * not be on the remote's default branch are bundled as well, so that no later rebase or deletion makes the session's
 * code disappear.
 */
import { commitsBetween, hasCommit, isAncestor } from '../../git/history.ts';
import { trackedCommit } from '../../git/remotes.ts';
import type { Repository } from '../../git/repository.ts';
import type { Checkout } from '../checkout.ts';
import { describePlace } from '../chosenPlace.ts';
import type { SaveStep } from '../plan.ts';
import { findDefaultBranch } from './defaultBranch.ts';

export interface Publishing {
  /** Where HEAD will be; undefined for no branch. */
  branch: string | undefined;
  /** Commits that the save itself adds. */
  commits: number;
  /** The branch stays where it is at the remote. */
  unpushed: boolean;
}

export async function publishingSteps(checkout: Checkout, { branch, commits, unpushed }: Publishing, signal?: AbortSignal): Promise<SaveStep[]> {
  const { repository, remote, vault, chosen, identity, state } = checkout;
  const head = state.commit ?? '';
  const { branch: defaultBranch, tip: defaultTip } = await findDefaultBranch(checkout, signal);
  const tip = branch === undefined ? undefined : await tipOf(checkout, branch, signal);
  const tipIsHere = tip !== undefined && (await hasCommit(repository, tip, signal));
  const hasSomething = commits > 0 || !tipIsHere || !(await isAncestor(repository, head, tip, signal));
  const push = remote !== undefined && branch !== undefined && !unpushed && hasSomething;
  const landsOnDefault = push && branch === defaultBranch;

  const beyondDefault = commits + (await commitsBeyond(repository, defaultTip, head, signal));
  const unmerged = landsOnDefault ? 0 : beyondDefault;
  const steps: SaveStep[] = unmerged > 0 ? [{ kind: 'bundle', commits: unmerged }] : [];
  const place = vault?.place ?? (chosen && describePlace(chosen)) ?? identity.remote ?? remote?.name;
  if (place === undefined) {
    return [...steps, { kind: 'keep' }];
  }
  if (!push) {
    return [...steps, { kind: 'publish', place }];
  }
  const ahead = tipIsHere ? commits + (await commitsBetween(repository, tip, head, signal)) : beyondDefault;
  return [...steps, { kind: 'push', remote: remote.name, branch, commits: ahead, setUpstream: state.upstream === undefined || branch !== state.branch, place }];
}

/** Where the remote's branch is: as it just said, else as the last fetch saw it. */
async function tipOf({ repository, remote, view }: Checkout, branch: string, signal?: AbortSignal): Promise<string | undefined> {
  return view ? view.refs.get(`refs/heads/${branch}`) : remote && trackedCommit(repository, remote.name, branch, signal);
}

/** How many commits lead to `commit` and not to `base`; all of them without it. */
export async function commitsBeyond(repository: Repository, base: string | undefined, commit: string, signal?: AbortSignal): Promise<number> {
  return base !== undefined ? commitsBetween(repository, base, commit, signal) : Number(await repository.git.text(['rev-list', '--count', commit], { cwd: repository.top, readOnly: true, timeout: 0, signal }));
}
