/**
 * Uncommitted work that the last session holds, as a snapshot, or leaves out because the person wants it so: as long as it stays
 * as it was, there is nothing to save. It is known by names, sizes and times, so that a status reads no files.
 */
import * as path from 'node:path';
import * as z from 'zod';
import { tryLstat } from '../common/files.ts';
import { sha256 } from '../common/hash.ts';
import { inParallel } from '../common/parallel.ts';
import type { Repository } from '../git/repository.ts';
import type { Change } from '../git/status.ts';
import { untrackedFiles } from '../git/workingTree.ts';
import { readDocument, writeDocument } from '../home/document.ts';
import type { Home } from '../home/home.ts';
import { checkoutKey } from './locks.ts';

const AsSaved = z.object({ v: z.literal(1), session: z.string(), work: z.string() });

const lookedAtOnce = 16;

/** @param changes what `readState` has just shown */
export async function noteWorkAsSaved(home: Home, repository: Repository, session: string, changes: readonly Change[], signal?: AbortSignal): Promise<void> {
  await writeDocument(documentOf(home, repository), { v: 1, session, work: await tellWork(repository, changes, signal) });
}

/** Whether all changes are those that lay there when the session was saved, or that its resume brought back. */
export async function isWorkAsSaved(home: Home, repository: Repository, session: string, changes: readonly Change[], signal?: AbortSignal): Promise<boolean> {
  const noted = changes.length === 0 ? undefined : await readDocument(documentOf(home, repository), AsSaved);
  return changes.length === 0 || (noted?.session === session && noted.work === (await tellWork(repository, changes, signal)));
}

async function tellWork(repository: Repository, changes: readonly Change[], signal?: AbortSignal): Promise<string> {
  const files = [...changes.map((change) => change.path), ...(await untrackedFiles(repository, changes, signal))].filter((file) => !file.endsWith('/'));
  const seen = await inParallel([...new Set(files)].sort(), lookedAtOnce, async (file) => {
    const found = await tryLstat(path.join(repository.top, file));
    return [file, found?.size, found?.mtimeMs];
  });
  return sha256(JSON.stringify([changes.map(({ path: file, kind, staged, unstaged }) => [file, kind, staged, unstaged]), seen]));
}

/** It may be deleted at any time: the work then counts as not saved. */
function documentOf(home: Home, repository: Repository): string {
  return path.join(home.root, 'cache', 'as-saved', `${checkoutKey(repository)}.json`);
}
