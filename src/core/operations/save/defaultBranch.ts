import { hasCommit } from '../../git/history.ts';
import { notedDefaultBranch, trackedCommit } from '../../git/remotes.ts';
import type { Checkout } from '../checkout.ts';

/**
 * The remote's default branch, and the newest of its commits that is in the repository. Both undefined without a
 * remote, and where nothing tells.
 */
export async function findDefaultBranch({ repository, remote, view }: Pick<Checkout, 'repository' | 'remote' | 'view'>, signal?: AbortSignal): Promise<{ branch?: string; tip?: string }> {
  const branch = remote && (view?.head ?? (await notedDefaultBranch(repository, remote.name, signal)));
  if (branch === undefined) {
    return {};
  }
  const seen = view?.refs.get(`refs/heads/${branch}`) ?? view?.refs.get('HEAD');
  const tip = seen !== undefined && (await hasCommit(repository, seen, signal)) ? seen : await trackedCommit(repository, remote?.name ?? '', branch, signal);
  return { branch, ...(tip === undefined ? {} : { tip }) };
}
