/** What trees and indexes hold, file by file, and whether the working tree holds the same. */
import { lstat, readlink } from 'node:fs/promises';
import * as path from 'node:path';
import { isMissing } from '../common/files.ts';
import type { Repository } from './repository.ts';

export interface TreeEntry {
  mode: string;
  oid: string;
  path: string;
}

export async function entriesOf(repository: Repository, tree: string, signal?: AbortSignal): Promise<TreeEntry[]> {
  const { stdout } = await repository.look(['ls-tree', '-r', '-z', '--full-tree', tree], { signal, timeout: 0 });
  return stdout.toString('utf8').split('\0').filter(Boolean).map((line) => {
    const [fields = '', ...name] = line.split('\t');
    const [mode = '', , oid = ''] = fields.split(' ');
    return { mode, oid, path: name.join('\t') };
  });
}

/** An entry of an index as `git ls-files --stage` prints it. */
export function parseStaged(line: string): TreeEntry {
  const [fields = '', ...name] = line.split('\t');
  const [mode = '', oid = ''] = fields.split(' ');
  return { mode, oid, path: name.join('\t') };
}

/** Whether a file of the working tree is what a commit or snapshot holds, as git would commit it or byte by byte. */
export async function isAsStored(repository: Repository, { path: file, oid }: Pick<TreeEntry, 'path' | 'oid'>): Promise<boolean> {
  const kind = await kindOf(path.join(repository.top, file));
  if (kind === 'link') {
    return (await repository.text(['hash-object', '--stdin'], { input: await readlink(path.join(repository.top, file)) })) === oid;
  }
  return kind === 'file' && ((await repository.text(['hash-object', '--', file], { timeout: 0 })) === oid || (await repository.text(['hash-object', '--no-filters', '--', file], { timeout: 0 })) === oid);
}

/** Undefined for what is not there, and for anything else than these. */
export async function kindOf(file: string): Promise<'file' | 'link' | undefined> {
  try {
    const found = await lstat(file);
    return found.isFile() ? 'file' : found.isSymbolicLink() ? 'link' : undefined;
  } catch (error) {
    if (isMissing(error)) {
      return undefined;
    }
    throw error;
  }
}
