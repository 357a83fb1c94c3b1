/**
 * What is staged and in no commit is held by the index alone: once it is staged no more, git takes it for garbage after two
 * weeks. Packed beside the repository it can be had again.
 */
import { mkdir, readFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { Repository } from './repository.ts';

/**
 * Packs what the index has and HEAD has not, and gives the pack's name in the folder; undefined where there is nothing.
 *
 * @param head the commit that HEAD is at, or the empty tree before the first one
 */
export async function packStaged(repository: Repository, head: string, folder: string): Promise<string | undefined> {
  const { stdout } = await repository.look(['diff-index', '--cached', '--raw', '--no-abbrev', '-z', '--no-renames', '--diff-filter=d', '--ignore-submodules', head], { timeout: 0 });
  const objects = stdout.toString('utf8').split('\0').flatMap((field) => /^:\d+ (?!160000)\d+ [0-9a-f]+ ([0-9a-f]+) /.exec(field)?.[1] ?? []).filter((oid) => !/^0+$/.test(oid));
  if (objects.length === 0) {
    return undefined;
  }
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const hash = await repository.text(['pack-objects', '--quiet', path.join(folder, 'staged')], { input: `${[...new Set(objects)].join('\n')}\n`, timeout: 0 });
  return `staged-${hash}.pack`;
}

/** Has what is in a pack in the repository again, as far as it is gone. */
export async function unpack(repository: Repository, pack: string): Promise<void> {
  await repository.change(['unpack-objects', '-q'], undefined, { input: await readFile(pack) });
}
