/** Moving HEAD and branches in the user's name. Names of branches are checked before they become arguments. */
import { readConfigurationAnew } from './configuration.ts';
import { resolveCommit } from './history.ts';
import { assertBranchName, trackingRef } from './refName.ts';
import { fetchRefspecs } from './remotes.ts';
import type { Repository } from './repository.ts';

/**
 * Puts HEAD on a branch. With `create` the branch is made at that commit or ref, and follows it as its upstream with
 * `track`. Throws `git-failed` when local changes are in the way.
 */
export async function switchTo(repository: Repository, branch: string, options: { create?: string; track?: boolean } = {}, signal?: AbortSignal): Promise<void> {
  assertBranchName(branch);
  const how = options.create === undefined ? ['--no-guess', branch] : [options.track === true ? '--track' : '--no-track', '--create', branch, options.create];
  await repository.change(['switch', '--quiet', ...how], signal);
}

/** Puts HEAD on a commit and on no branch. */
export async function detachAt(repository: Repository, commit: string, signal?: AbortSignal): Promise<void> {
  await repository.change(['switch', '--quiet', '--detach', commit], signal);
}

/** Moves the current branch forward to a commit that descends from it; throws `git-failed` otherwise. */
export async function fastForwardTo(repository: Repository, commit: string, signal?: AbortSignal): Promise<void> {
  await repository.change(['merge', '--quiet', '--ff-only', '--no-autostash', commit], signal);
}

/**
 * Moves a ref from `old` to `next` and throws `git-failed` when it is no longer at `old`. An undefined `old` creates
 * the ref, an undefined `next` deletes it.
 */
export async function updateRef(repository: Repository, ref: string, next: string | undefined, old: string | undefined, signal?: AbortSignal): Promise<void> {
  const none = '0'.repeat((next ?? old ?? '').length);
  await repository.change(next === undefined ? ['update-ref', '-d', ref, old ?? none] : ['update-ref', '-m', 'convosync', ref, next, old ?? none], signal);
}

/**
 * Has a branch follow the remote's branch of the same name, as `git push --set-upstream` would (with
 * `branch.autoSetupRebase`); plainly by its settings where the remote's branches are not tracked.
 */
export async function setUpstream(repository: Repository, branch: string, remote: string): Promise<void> {
  assertBranchName(branch);
  const tracking = trackingRef(await fetchRefspecs(repository, remote), `refs/heads/${branch}`);
  if (tracking !== undefined && (await resolveCommit(repository, tracking)) !== undefined) {
    await repository.change(['branch', '--quiet', `--set-upstream-to=${tracking}`, branch], undefined);
  } else {
    await repository.change(['config', `branch.${branch}.remote`, remote], undefined);
    await repository.change(['config', `branch.${branch}.merge`, `refs/heads/${branch}`], undefined);
  }
}

/** Removes what is configured of a branch, if anything is. */
export async function forgetSettings(repository: Repository, branch: string): Promise<void> {
  if ([...(await readConfigurationAnew(repository)).keys()].some((key) => key.startsWith(`branch.${branch}.`))) {
    await repository.change(['config', '--local', '--remove-section', `branch.${branch}`], undefined);
  }
}
