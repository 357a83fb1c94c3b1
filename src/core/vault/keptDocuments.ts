/**
 * What this home keeps of each vault: its description, the documents of its epochs and its key slots, as they were when they
 * were taken over. A storage that shows others later is not believed, unless they go on from these.
 */
import { readdir, readFile, rm } from 'node:fs/promises';
import * as path from 'node:path';
import * as z from 'zod';
import { isMissing, writeFileAtomic } from '../common/files.ts';
import { readDocument, unusable, writeDocument } from '../home/document.ts';
import type { Home } from '../home/home.ts';
import { keys as storageKeys } from '../storage/backend.ts';
import type { Documents } from './documents.ts';

/** @throws ConvoSyncError `home-unusable` naming the file that is missing or unreadable */
export async function loadDocuments(home: Home, id: string): Promise<Documents> {
  const documents = new Map([[storageKeys.vault, await readOwn(keptFile(home, id, storageKeys.vault))]]);
  for (const slot of await slotsOf(home, id)) {
    documents.set(storageKeys.slot(slot), await readOwn(keptFile(home, id, storageKeys.slot(slot))));
  }
  return documents;
}

/** Undefined for a vault that this home does not know. */
export async function tryLoadDocuments(home: Home, id: string): Promise<Documents | undefined> {
  return (await slotsOf(home, id)).length === 0 ? undefined : loadDocuments(home, id);
}

/** Keeps them in place of those of before. */
export async function keepDocuments(home: Home, id: string, documents: Documents): Promise<void> {
  // The description last: a vault with one is here as a whole.
  for (const [key, bytes] of [...documents].sort(([a], [b]) => a.localeCompare(b))) {
    await writeFileAtomic(keptFile(home, id, key), bytes, { mode: 0o600 });
  }
  for (const slot of await slotsOf(home, id)) {
    if (!documents.has(storageKeys.slot(slot))) {
      await rm(keptFile(home, id, storageKeys.slot(slot)), { force: true });
    }
  }
}

const SeenVersion = z.object({ v: z.literal(1), version: z.string(), epoch: z.int() });

/** Whether this is what `Backend.documents` said when the store was last found to show no other epochs than are kept. */
export async function isSeenVersion(home: Home, id: string, version: string, epoch: number): Promise<boolean> {
  const seen = await readDocument(versionFile(home, id), SeenVersion);
  return seen?.version === version && seen.epoch === epoch;
}

export async function rememberVersion(home: Home, id: string, version: string, epoch: number): Promise<void> {
  await writeDocument(versionFile(home, id), { v: 1, version, epoch });
}

const versionFile = (home: Home, id: string): string => path.join(home.vaultsFolder, id, 'seen-documents.json');

export const keptFile = (home: Home, id: string, key: string): string => path.join(home.vaultsFolder, id, key);

async function slotsOf(home: Home, id: string): Promise<string[]> {
  try {
    return (await readdir(keptFile(home, id, storageKeys.slots))).filter((name) => !name.startsWith('.')).sort();
  } catch (error) {
    if (isMissing(error)) {
      return [];
    }
    throw error;
  }
}

async function readOwn(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw unusable(file, isMissing(error) ? 'missing' : 'unreadable', error);
  }
}
