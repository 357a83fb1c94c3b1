/**
 * Git LFS: of a file that its filter is set for, commits and the index hold a pointer, and the content lies aside. It leaves
 * this device with a push of the branch, by a hook, and with nothing else; a snapshot holds the content of what is not staged.
 */
import { readConfiguration } from './configuration.ts';
import type { Repository } from './repository.ts';
import type { Change } from './status.ts';
import { untrackedFiles } from './workingTree.ts';

/** How every pointer begins (git-lfs-spec, "The Pointer"). */
const pointer = 'version https://git-lfs.github.com/spec/';
/** More are not looked at: no one reads so many names. */
const filesLookedAt = 500;

/** Of these files, relative to the top, those that the filter is set for. */
export async function underLfs(repository: Repository, files: readonly string[], signal?: AbortSignal): Promise<string[]> {
  if (files.length === 0) {
    return [];
  }
  const { stdout } = await repository.look(['check-attr', '-z', '--stdin', 'filter'], { input: files.map((file) => `${file}\0`).join(''), signal });
  const fields = stdout.toString('utf8').split('\0');
  return files.filter((_, index) => fields[index * 3 + 2] === 'lfs');
}

/**
 * Files of which a session holds but a pointer while no branch is pushed.
 *
 * @param changes those of the working tree that a snapshot holds
 * @param toCommit those that are about to be committed: their pointers are still to be made
 */
export async function contentsUnpushed(repository: Repository, { changes = [], toCommit = [] }: { changes?: readonly Change[]; toCommit?: readonly Change[] }, signal?: AbortSignal): Promise<string[]> {
  const settings = await readConfiguration(repository, signal);
  if (!settings.has('filter.lfs.clean') && !settings.has('filter.lfs.process')) {
    return [];
  }
  const { stdout: names } = await repository.look(['log', '--format=', '--name-only', '-z', '--no-renames', '--diff-filter=d', 'HEAD', '--not', '--remotes'], { signal, timeout: 0 });
  const staged = changes.filter((change) => change.staged && !change.unstaged).map((change) => change.path);
  const files = await underLfs(repository, [...new Set([...names.toString('utf8').split('\0').filter(Boolean), ...staged])], signal);
  const added = [...toCommit.filter(({ kind }) => kind !== 'untracked' && kind !== 'deleted').map((change) => change.path), ...(await untrackedFiles(repository, toCommit, signal))];
  const [pointers, made] = await Promise.all([pointersAmong(repository, files.slice(0, filesLookedAt), signal), underLfs(repository, added, signal)]);
  return [...new Set([...pointers, ...made])];
}

/** What was committed before the filter was set, or without it, is no pointer. */
async function pointersAmong(repository: Repository, files: readonly string[], signal: AbortSignal | undefined): Promise<string[]> {
  if (files.length === 0) {
    return [];
  }
  const { stdout } = await repository.look(['--literal-pathspecs', 'grep', '--cached', '-l', '-z', '-F', '-e', pointer, '--', ...files], { signal, okExitCodes: [0, 1], timeout: 0 });
  return stdout.toString('utf8').split('\0').filter(Boolean);
}
