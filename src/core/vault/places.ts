/**
 * Which vault belongs to which place. A place is a remote (its normalised address) or, without a remote, the
 * repository itself; the registry remembers the choice, and the founding documents of a vault that was made here are
 * kept until they are at the store.
 */
import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import * as z from 'zod';
import { ConvoSyncError } from '../common/errors.ts';
import { isMissing, writeFileAtomic } from '../common/files.ts';
import { readDocument, unusable, writeDocument } from '../home/document.ts';
import type { Home } from '../home/home.ts';
import { createVault, readDescription, readOpenSlot, type VaultDescription, type VaultKeys } from './description.ts';

const Registry = z.object({ v: z.literal(1), places: z.record(z.string(), z.string()) });

export interface OpenedVault {
  description: VaultDescription;
  keys: VaultKeys;
  files: { vault: Uint8Array; openSlot: Uint8Array };
}

export async function rememberedVault(home: Home, place: string): Promise<string | undefined> {
  return (await readDocument(registryFile(home), Registry))?.places[place];
}

/** Called under the home's lock `places`. */
export async function rememberVault(home: Home, place: string, vault: string): Promise<void> {
  const registry = (await readDocument(registryFile(home), Registry)) ?? { v: 1 as const, places: {} };
  await writeDocument(registryFile(home), { ...registry, places: { ...registry.places, [place]: vault } });
}

/**
 * The founding documents of a vault that this home knows.
 *
 * @throws ConvoSyncError `home-unusable` naming the one that is missing, damaged or unreadable; `vault-newer-format`
 */
export async function loadVault(home: Home, id: string): Promise<OpenedVault> {
  const [vault, openSlot] = await Promise.all([readOwn(vaultFile(home, id)), readOwn(slotFile(home, id))]);
  const description = proven(vaultFile(home, id), () => readDescription(id, vault));
  return { description, keys: proven(slotFile(home, id), () => readOpenSlot(description, openSlot)), files: { vault, openSlot } };
}

/** Takes a vault over that was found at a store. */
export async function adoptVault(home: Home, id: string, files: OpenedVault['files']): Promise<OpenedVault> {
  const opened = openVault(id, files);
  await store(home, id, files);
  return opened;
}

export async function foundVault(home: Home, owner: string, now: Date): Promise<OpenedVault> {
  const created = createVault(owner, now);
  await store(home, created.description.id, created.files);
  return created;
}

export function openVault(id: string, files: OpenedVault['files']): OpenedVault {
  const description = readDescription(id, files.vault);
  return { description, keys: readOpenSlot(description, files.openSlot), files };
}

async function store(home: Home, id: string, files: OpenedVault['files']): Promise<void> {
  await writeFileAtomic(slotFile(home, id), files.openSlot, { mode: 0o600 });
  await writeFileAtomic(vaultFile(home, id), files.vault, { mode: 0o600 });
}

async function readOwn(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw unusable(file, isMissing(error) ? 'missing' : 'unreadable', error);
  }
}

function proven<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw ConvoSyncError.is(error, 'vault-newer-format') ? error : unusable(file, 'damaged', error);
  }
}

const registryFile = (home: Home): string => path.join(home.vaultsFolder, 'places.json');
const vaultFile = (home: Home, id: string): string => path.join(home.vaultsFolder, id, 'vault.json');
const slotFile = (home: Home, id: string): string => path.join(home.vaultsFolder, id, 'open.json');
