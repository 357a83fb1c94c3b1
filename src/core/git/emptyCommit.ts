/**
 * What stands for “nothing” before the first commit: git stashes, compares and puts a working tree back against a commit alone.
 * It is always the same one, holds no file, and no ref leads to it for longer than such a moment.
 */
import type { Repository } from './repository.ts';

const nobody = { NAME: 'ConvoSync', EMAIL: 'convosync', DATE: '@0 +0000' };
const env = Object.fromEntries(['AUTHOR', 'COMMITTER'].flatMap((role) => Object.entries(nobody).map(([field, value]) => [`GIT_${role}_${field}`, value])));

/** The commit that HEAD is at, and before the first one the empty one. */
export async function commitOrEmpty(repository: Repository, { commit }: { commit?: string | undefined }): Promise<string> {
  return commit ?? repository.once('empty commit', async () => {
    const tree = (await repository.change(['hash-object', '-t', 'tree', '-w', '--stdin'], undefined, { input: '' })).stdout.toString('utf8').trim();
    return (await repository.change(['commit-tree', '--no-gpg-sign', tree, '-m', 'ConvoSync: before the first commit'], undefined, { env })).stdout.toString('utf8').trim();
  });
}

/** The same for a comparison, which writes nothing: git knows the tree without files in every repository. */
export async function treeOrEmpty(repository: Repository, { commit }: { commit?: string | undefined }): Promise<string> {
  return commit ?? repository.once('empty tree', () => repository.text(['hash-object', '-t', 'tree', '--stdin'], { input: '' }));
}

/** Before the first commit puts HEAD on the empty one, on no branch; index and working tree stay as they are. */
export async function standOnCommit(repository: Repository, signal?: AbortSignal): Promise<void> {
  await repository.change(['update-ref', '--no-deref', '-m', 'convosync', 'HEAD', await commitOrEmpty(repository, {})], signal);
}
