/** Bringing the changes of a working tree into a commit or a stash, in the user's name and with their hooks. */
import * as path from 'node:path';
import { ConvoSyncError } from '../common/errors.ts';
import { fileExists } from '../common/files.ts';
import { resolveCommit } from './history.ts';
import type { Repository } from './repository.ts';
import type { Change } from './status.ts';
import { holdable, nestedRepositories, readState } from './workingTree.ts';

/**
 * Stages every change of the whole working tree, in whichever folder the repository was opened, except nested
 * repositories and the files that are held back; those of them that are staged already are no longer. True when the index now differs from HEAD; false also when all that `readState` shows is nested
 * repositories or changes inside submodules.
 *
 * @param changes what `readState` has just shown
 * @param heldBack paths relative to the top, none of which HEAD has
 */
export async function stageAll(repository: Repository, changes: readonly Change[], heldBack: readonly string[], signal?: AbortSignal): Promise<boolean> {
  const nested = await nestedRepositories(repository, changes, signal);
  const except = [...nested.map((folder) => folder.slice(0, -1)), ...heldBack];
  const staged = changes.filter((change) => change.staged && heldBack.includes(change.path));
  if (staged.length > 0) {
    await repository.change(['update-index', '-z', '--force-remove', '--stdin'], signal, { input: staged.map(({ path: file }) => `${file}\0`).join('') });
  }
  await repository.change(['add', '--all', '--pathspec-from-file=-', '--pathspec-file-nul'], signal, { input: ['.', ...except.map((file) => `:(exclude,top,literal)${file}`)].join('\0') });
  return (await repository.look(['diff', '--cached', '--quiet', '--ignore-submodules=none'], { signal, okExitCodes: [0, 1] })).exitCode === 1;
}

/**
 * Commits the index with the user's hooks and signature. Throws `git-failed` with git's or the hook's words when it is
 * refused, also when nothing is staged; `details.hooks` then names the hooks of which one may have stopped it.
 */
export async function commitStaged(repository: Repository, message: string, signal?: AbortSignal): Promise<void> {
  try {
    await repository.change(['commit', '--quiet', '--file=-'], signal, { input: message });
  } catch (error) {
    // What git itself cannot do ends with 128.
    const hooks = ConvoSyncError.is(error, 'git-failed') && error.details['exitCode'] === 1 ? await commitHooks(repository) : [];
    throw ConvoSyncError.is(error) && hooks.length > 0 ? new ConvoSyncError(error.code, error.message, { details: { ...error.details, hooks }, cause: error }) : error;
  }
}

async function commitHooks(repository: Repository): Promise<string[]> {
  const folder = path.resolve(repository.top, await repository.text(['rev-parse', '--git-path', 'hooks']));
  const hooks = ['pre-commit', 'prepare-commit-msg', 'commit-msg'];
  const found = await Promise.all(hooks.map((hook) => fileExists(path.join(folder, hook))));
  return hooks.filter((_, index) => found[index] === true);
}

/** Stages what another index holds of these files: the very content, whatever lies in the working tree by now. */
export async function stageFrom(repository: Repository, index: string, files: readonly string[], signal?: AbortSignal): Promise<void> {
  const { stdout } = await repository.look(['ls-files', '--stage', '-z'], { env: { GIT_INDEX_FILE: index }, timeout: 0, signal });
  const entries = stdout.toString('latin1').split('\0').filter((entry) => files.includes(Buffer.from(entry.slice(entry.indexOf('\t') + 1), 'latin1').toString('utf8')));
  if (entries.length > 0) {
    await repository.change(['update-index', '-z', '--index-info'], signal, { input: Buffer.from(entries.map((entry) => `${entry}\0`).join(''), 'latin1') });
  }
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
