import { sha256 } from '../../common/hash.ts';
import { resolveCommit } from '../history.ts';
import type { Repository } from '../repository.ts';
import { entriesOf } from '../trees.ts';

/**
 * What a snapshot or a stash holds, as a hash: the same for both of one working tree, though they share a file out among
 * their commits in different ways. Bytes beside what git would commit do not count.
 */
export async function contentsOf(repository: Repository, commit: string, signal?: AbortSignal): Promise<string> {
  const untracked = await resolveCommit(repository, `${commit}^3`, signal);
  const index = await repository.text(['rev-parse', '--verify', `${commit}^2^{tree}`], { signal });
  const files = new Map<string, string>();
  for (const tree of [commit, ...(untracked === undefined ? [] : [untracked])]) {
    for (const { path, mode, oid } of await entriesOf(repository, tree, signal)) {
      files.set(path, `${mode} ${oid}`);
    }
  }
  return sha256(JSON.stringify([index, [...files].sort(([a], [b]) => (a < b ? -1 : 1))]));
}
