import type { Checkout } from '../checkout.ts';

/**
 * The remote's default branch, and the newest of its commits that is in the repository. Both undefined without a
 * remote, and where nothing tells.
 */
export async function findDefaultBranch({ repository, remote, view }: Pick<Checkout, 'repository' | 'remote' | 'view'>, signal?: AbortSignal): Promise<{ branch?: string; tip?: string }> {
  const branch = remote && (await repository.defaultBranch(remote.name, view?.head, signal));
  if (branch === undefined) {
    return {};
  }
  const seen = view?.refs.get(`refs/heads/${branch}`) ?? view?.refs.get('HEAD');
  const tip = seen !== undefined && (await repository.hasCommit(seen, signal)) ? seen : await repository.trackedCommit(remote?.name ?? '', branch, signal);
  return { branch, ...(tip === undefined ? {} : { tip }) };
}
