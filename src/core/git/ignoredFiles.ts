/**
 * Ignored files in the way of other code. Git replaces and removes them without a word when a checkout or a merge brings
 * files of their names, so whoever moves the working tree has to keep them first. Symbolic links are not among them: what
 * they point to stays.
 */
import { readdir } from 'node:fs/promises';
import * as path from 'node:path';
import { tryLstat } from '../common/files.ts';
import { filesAdded } from './history.ts';
import type { Repository } from './repository.ts';

/** Paths, relative to the top, of the ignored files that moving from one commit to another would cost. */
export async function ignoredBetween(repository: Repository, from: string, to: string, signal?: AbortSignal): Promise<string[]> {
  return from === to ? [] : ignoredInTheWay(repository, await filesAdded(repository, from, to, signal), signal);
}

/** Paths of the ignored files that would have to make room for these. */
export async function ignoredInTheWay(repository: Repository, files: readonly string[], signal?: AbortSignal): Promise<string[]> {
  const here = new Set<string>();
  for (const file of files) {
    for (const occupied of await occupying(repository.top, file)) {
      here.add(occupied);
    }
  }
  return ignoredAmong(repository, [...here], signal);
}

/** Of these files those that are there, and that git ignores. */
export async function ignoredHere(repository: Repository, files: readonly string[], signal?: AbortSignal): Promise<string[]> {
  const here = await Promise.all(files.map(async (file) => (await tryLstat(path.join(repository.top, file)))?.isFile() === true));
  return ignoredAmong(repository, files.filter((_, index) => here[index] === true), signal);
}

async function ignoredAmong({ top, git }: Repository, files: readonly string[], signal?: AbortSignal): Promise<string[]> {
  if (files.length === 0) {
    return [];
  }
  const { stdout } = await git.run(['check-ignore', '-z', '--stdin'], { cwd: top, input: `${files.join('\0')}\0`, okExitCodes: [0, 1], readOnly: true, timeout: 0, signal });
  return stdout.toString('utf8').split('\0').filter(Boolean);
}

/** The files that lie where a file is to be: itself, one where a folder is needed, or all in a folder of its name. */
async function occupying(top: string, file: string): Promise<string[]> {
  const parts = file.split('/');
  for (let depth = 1; depth <= parts.length; depth++) {
    const place = parts.slice(0, depth).join('/');
    const found = await tryLstat(path.join(top, place));
    if (!found) {
      return [];
    }
    if (!found.isDirectory()) {
      return found.isFile() ? [place] : [];
    }
  }
  const inside = await readdir(path.join(top, file), { recursive: true, withFileTypes: true });
  return inside.filter((entry) => entry.isFile()).map((entry) => path.relative(top, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'));
}
