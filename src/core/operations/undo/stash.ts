/**
 * Stashes of ours, and unpacking one in a way that can be repeated: `git stash pop` refuses over the half that an
 * interrupted one has left. A stash is a commit whose tree holds the tracked files and whose third parent, where there
 * is one, the untracked (git-stash(1), "Discussion").
 */
import { rm } from 'node:fs/promises';
import { resolveCommit } from '../../git/history.ts';
import type { Repository } from '../../git/repository.ts';

/** The commit of the stash with this message, or undefined. */
export async function findStash(repository: Repository, message: string): Promise<string | undefined> {
  return (await listed(repository)).find(({ subject }) => subject.endsWith(message))?.commit;
}

export async function dropStash(repository: Repository, message: string): Promise<void> {
  const place = (await listed(repository)).findIndex(({ subject }) => subject.endsWith(message));
  if (place >= 0) {
    await repository.git.run(['stash', 'drop', '--quiet', `stash@{${place}}`], { cwd: repository.top });
  }
}

/**
 * Makes the working tree what it was when it was stashed, whatever lies there now. The index is left as it falls.
 *
 * @param scratch where a file may lie for a moment
 */
export async function applyStash(repository: Repository, stash: string, scratch: string): Promise<void> {
  const change = { cwd: repository.top, timeout: 0 };
  await repository.git.run(['read-tree', '--reset', '-u', `${stash}^{tree}`], change);
  const untracked = await resolveCommit(repository, `${stash}^3`);
  if (untracked !== undefined) {
    const env = { GIT_INDEX_FILE: scratch };
    await repository.git.run(['read-tree', `${untracked}^{tree}`], { ...change, env });
    await repository.git.run(['checkout-index', '--all', '--force', '--quiet'], { ...change, env });
    await rm(scratch, { force: true });
  }
}

async function listed(repository: Repository): Promise<{ commit: string; subject: string }[]> {
  const list = await repository.text(['stash', 'list', '-z', '--format=%H%x09%gs']);
  return list.split('\0').filter((line) => line !== '').map((line) => {
    const [commit = '', subject = ''] = line.split('\t');
    return { commit, subject };
  });
}
