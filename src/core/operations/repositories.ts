/**
 * Ways out of a preflight that make something a person asked for: a repository with its first commit, a clone, a remote, a working
 * tree beside this one. None of them touches a file that is there already.
 */
import * as path from 'node:path';
import { ConvoSyncError } from '../common/errors.ts';
import { marked } from '../common/marked.ts';
import { fileExists, tryLstat } from '../common/files.ts';
import { Repository } from '../git/repository.ts';
import { readHead } from '../git/workingTree.ts';
import { openRepository, refused } from './checkout.ts';
import type { RunOptions } from './convosync.ts';
import type { Parts } from './parts.ts';

/** The files of the folder stay as they are, and so does what is staged: the first commit is empty. */
export async function initialise({ git }: Parts, folder: string, { signal }: RunOptions): Promise<void> {
  if (!(await Repository.open(git, folder, signal))) {
    await git.run(['init', '--quiet'], { cwd: folder, signal });
  }
  const repository = await Repository.open(git, folder, signal);
  if (!repository) {
    throw new ConvoSyncError('git-failed', 'The new repository could not be opened.', { details: { folder } });
  }
  if ((await readHead(repository, signal)).commit !== undefined) {
    return;
  }
  const ask = async (args: readonly string[]): Promise<string> => (await repository.change(args, signal)).stdout.toString('utf8').trim();
  const commit = await ask(['commit-tree', await ask(['hash-object', '-t', 'tree', '-w', '--stdin']), '-m', 'Initial commit']);
  await repository.change(['update-ref', '-m', 'convosync', 'HEAD', commit, '0'.repeat(commit.length)], signal);
}

/** As `origin`. @throws ConvoSyncError `usage` for what is no address, `git-failed` when there is one of that name already */
export async function addRemote(parts: Parts, folder: string, address: string, { signal }: RunOptions): Promise<void> {
  const repository = await openRepository(parts, folder, signal);
  await repository.change(['remote', 'add', '--', 'origin', checked(address)], signal);
}

/** Absolute path of the clone. @throws ConvoSyncError `usage`, or in git's words why it could not be made */
export async function clone({ git }: Parts, address: string, { into, from }: { into: string; from: string }, { signal }: RunOptions): Promise<string> {
  const folder = path.resolve(from, into);
  await git.run(['clone', '--quiet', '--', checked(address), folder], { cwd: from, timeout: 0, signal });
  return folder;
}

/**
 * A working tree of the same repository beside this one, on no branch yet, and its absolute path: a resume there goes to the
 * session's branch and leaves this one as it is.
 *
 * @param options.commit a full id that is here; HEAD without it
 * @throws ConvoSyncError `preflight-refused` before the first commit, which a working tree needs
 */
export async function addWorktree(parts: Parts, folder: string, name: string, { signal, commit }: RunOptions & { commit?: string }): Promise<string> {
  const repository = await openRepository(parts, folder, signal);
  if ((await readHead(repository, signal)).commit === undefined) {
    throw refused({ code: 'no-commit', severity: 'refusal', details: { folder: repository.top, worktree: name }, remedies: [] });
  }
  const beside = await freeFolder(`${repository.top}-${name.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[-.]+|[-.]+$/g, '') || 'session'}`);
  await repository.change(['worktree', 'add', '--quiet', '--detach', '--', beside, ...(commit === undefined ? [] : [commit])], signal);
  return beside;
}

/** One that is of no use after all. Where it holds changes, git leaves it and says so. */
export async function removeWorktree(parts: Parts, folder: string): Promise<void> {
  if (await fileExists(folder)) {
    const { top, commonDir, git } = await openRepository(parts, folder);
    await git.run(['worktree', 'remove', '--', top], { cwd: commonDir, timeout: 0 });
  }
}

async function freeFolder(wanted: string): Promise<string> {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? wanted : `${wanted}-${number}`;
    if (!(await tryLstat(candidate))) {
      return candidate;
    }
  }
}

/** What git would take for an option or run as a program is no address. */
function checked(address: string): string {
  const trimmed = address.trim();
  if (trimmed === '' || trimmed.startsWith('-') || /^ext::/i.test(trimmed)) {
    throw new ConvoSyncError('usage', marked`“${trimmed}” is no address of a repository.`);
  }
  return trimmed;
}
