/** Bringing the changes of a working tree into a commit or a stash, in the user's name and with their hooks. */
import { resolveCommit } from './history.ts';
import type { Repository } from './repository.ts';
import type { Change } from './status.ts';
import { holdable, nestedRepositories, readState } from './workingTree.ts';

/**
 * Stages every change of the whole working tree, in whichever folder the repository was opened, except nested
 * repositories. True when the index now differs from HEAD; false also when all that `readState` shows is nested
 * repositories or changes inside submodules.
 *
 * @param changes what `readState` has just shown
 */
export async function stageAll(repository: Repository, changes: readonly Change[], signal?: AbortSignal): Promise<boolean> {
  const nested = await nestedRepositories(repository, changes, signal);
  await repository.change(['add', '--all', '--', '.', ...nested.map((folder) => `:(exclude,top,literal)${folder.slice(0, -1)}`)], signal);
  return (await repository.look(['diff', '--cached', '--quiet', '--ignore-submodules=none'], { signal, okExitCodes: [0, 1] })).exitCode === 1;
}

/**
 * Commits the index with the user's hooks and signature. Throws `git-failed` with git's or the hook's words when it is
 * refused, also when nothing is staged.
 */
export async function commitStaged(repository: Repository, message: string, signal?: AbortSignal): Promise<void> {
  await repository.change(['commit', '--quiet', '--file=-'], signal, { input: message });
}

/** Stashes all that can be with untracked files and returns the stash's commit; undefined when there was nothing. */
export async function stashAll(repository: Repository, message: string, signal?: AbortSignal): Promise<string | undefined> {
  if ((await holdable(repository, (await readState(repository, signal)).changes, signal)).length === 0) {
    return undefined;
  }
  const before = await resolveCommit(repository, 'refs/stash', signal);
  // Git stashes nothing while a file is only intended to be added: such a file is added.
  const { stdout: intended } = await repository.look(['diff', '--name-only', '-z', '--no-renames', '--diff-filter=A'], { signal });
  if (intended.length > 0) {
    await repository.change(['--literal-pathspecs', 'add', '--pathspec-from-file=-', '--pathspec-file-nul'], signal, { input: intended });
  }
  await repository.change(['stash', 'push', '--quiet', '--include-untracked', '--message', message], signal);
  const after = await resolveCommit(repository, 'refs/stash');
  return after === before ? undefined : after;
}
