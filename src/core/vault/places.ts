/**
 * Which vault belongs to which place, and what this home keeps of each. A place is a remote (its normalised address) or,
 * without a remote, the repository itself, or a store that is used instead; the registry remembers the choice. A vault's description and key slots are
 * kept as they were when they were taken over: a storage that shows others later is not believed.
 */
import { readdir, readFile, rm } from 'node:fs/promises';
import * as path from 'node:path';
import * as z from 'zod';
import { ConvoSyncError } from '../common/errors.ts';
import { isMissing, writeFileAtomic } from '../common/files.ts';
import { readDocument, unusable, writeDocument } from '../home/document.ts';
import type { Home } from '../home/home.ts';
import type { Keychain } from '../home/keychain.ts';
import { keys as storageKeys } from '../storage/backend.ts';
import { createVault, readDescription, readKeys, type VaultDescription, type VaultKeys } from './description.ts';
import { type Documents, type NewPassphrase, openSlot, passphraseSlot, type Secret, unwrapKeys } from './keySlots.ts';

const Registry = z.object({
  v: z.literal(1),
  places: z.record(z.string(), z.string()),
  /** Addresses of the stores that are used instead of the places themselves. */
  stores: z.record(z.string(), z.string()).optional(),
});

/** What keeps the vaults of this machine. */
export interface Keeper {
  home: Home;
  keychain: Keychain;
}

export interface OpenedVault {
  description: VaultDescription;
  keys: VaultKeys;
  documents: Documents;
}

/** How a new vault is to be: readable by whoever can read the storage, or sealed with a passphrase. */
export type NewVaultChoice = 'readable' | NewPassphrase;

export async function rememberedVault(home: Home, place: string): Promise<string | undefined> {
  return (await readDocument(registryFile(home), Registry))?.places[place];
}

/** Called under the home's lock `places`. */
export async function rememberVault(home: Home, place: string, vault: string): Promise<void> {
  const registry = (await readDocument(registryFile(home), Registry)) ?? { v: 1 as const, places: {} };
  await writeDocument(registryFile(home), { ...registry, places: { ...registry.places, [place]: vault } });
}

/** Address of the store that keeps sessions for a place; undefined where the place itself does. */
export async function rememberedStore(home: Home, place: string): Promise<string | undefined> {
  return (await readDocument(registryFile(home), Registry))?.stores?.[place];
}

/** Called under the home's lock `places`. An undefined address goes back to the place itself. */
export async function rememberStore(home: Home, place: string, address: string | undefined): Promise<void> {
  const registry = (await readDocument(registryFile(home), Registry)) ?? { v: 1 as const, places: {} };
  const others = Object.entries(registry.stores ?? {}).filter(([name]) => name !== place);
  await writeDocument(registryFile(home), { ...registry, stores: Object.fromEntries([...others, ...(address === undefined ? [] : [[place, address] as const])]) });
}

/**
 * A vault that this home knows.
 *
 * @throws ConvoSyncError `vault-locked`; `home-unusable` naming the document that is missing, damaged or unreadable;
 * `vault-newer-format`
 */
export async function loadVault(keeper: Keeper, id: string): Promise<OpenedVault> {
  const documents = await loadDocuments(keeper.home, id);
  try {
    return await openWithKeychain(keeper, id, documents);
  } catch (error) {
    if (ConvoSyncError.is(error, 'vault-damaged', 'vault-forged', 'vault-wrong-key')) {
      if (error.details['object'] === keychainObject) {
        throw new ConvoSyncError('vault-locked', 'The keys in the keychain are of no use.', { cause: error, details: { vault: id } });
      }
      throw unusable(fileOf(keeper.home, id, String(error.details['object'])), 'damaged', error);
    }
    throw error;
  }
}

/** The description and key slots of a vault that this home knows, as they were taken over. */
export async function loadDocuments(home: Home, id: string): Promise<Documents> {
  const documents = new Map([[storageKeys.vault, await readOwn(fileOf(home, id, storageKeys.vault))]]);
  for (const slot of await slotsOf(home, id)) {
    documents.set(storageKeys.slot(slot), await readOwn(fileOf(home, id, storageKeys.slot(slot))));
  }
  return documents;
}

/**
 * Takes a vault over that was found at a store.
 *
 * @throws ConvoSyncError `vault-locked` for a sealed one that was not unlocked here
 */
export async function adoptVault(keeper: Keeper, id: string, documents: Documents): Promise<OpenedVault> {
  const opened = await openWithKeychain(keeper, id, documents);
  await store(keeper.home, id, documents);
  return opened;
}

/**
 * Takes a sealed vault over with what its owner knows or has, and keeps its keys for the next time.
 *
 * @throws ConvoSyncError `vault-wrong-key`
 */
export async function unlockVault({ home, keychain }: Keeper, id: string, documents: Documents, secret: Secret): Promise<OpenedVault> {
  const description = readDescription(id, documents.get(storageKeys.vault) ?? new Uint8Array());
  const { keys, document } = await unwrapKeys(description, documents, secret);
  await store(home, id, documents);
  await keychain.set(id, Buffer.from(document).toString('utf8'));
  return { description, keys, documents };
}

/** Makes a vault. A sealed one has no recovery key yet (see `firstRecoveryKey`). */
export async function foundVault({ home, keychain }: Keeper, owner: string, now: Date, choice: NewVaultChoice): Promise<OpenedVault> {
  if (choice === 'readable') {
    const { description, bytes, keys } = createVault(owner, now);
    const documents: Documents = new Map([[storageKeys.vault, bytes], [openSlot, keys]]);
    await store(home, description.id, documents);
    return { description, keys: readKeys(description, keys, openSlot), documents };
  }
  const { newKey } = await import('./age.ts');
  const { description, bytes, keys } = createVault(owner, now, (await newKey()).identity);
  const documents: Documents = new Map([[storageKeys.vault, bytes], await passphraseSlot(keys, choice)]);
  await keychain.set(description.id, Buffer.from(keys).toString('utf8'));
  await store(home, description.id, documents);
  return { description, keys: readKeys(description, keys, openSlot), documents };
}

/** Keeps other key slots of a vault than before, as they are at the store now. */
export async function keepSlots(home: Home, id: string, documents: Documents): Promise<void> {
  await store(home, id, documents);
  for (const slot of await slotsOf(home, id)) {
    if (!documents.has(storageKeys.slot(slot))) {
      await rm(fileOf(home, id, storageKeys.slot(slot)), { force: true });
    }
  }
}

async function openWithKeychain({ keychain }: Keeper, id: string, documents: Documents): Promise<OpenedVault> {
  const description = readDescription(id, documents.get(storageKeys.vault) ?? new Uint8Array());
  if (!description.sealed) {
    return { description, keys: readKeys(description, documents.get(openSlot) ?? new Uint8Array(), openSlot), documents };
  }
  const unlocked = await keychain.get(id);
  if (unlocked === undefined) {
    throw new ConvoSyncError('vault-locked', 'The vault is locked on this device.', { details: { vault: id } });
  }
  return { description, keys: readKeys(description, Buffer.from(unlocked), keychainObject), documents };
}

async function store(home: Home, id: string, documents: Documents): Promise<void> {
  // The description last: a vault with one is here as a whole.
  for (const [key, bytes] of [...documents].sort(([a], [b]) => a.localeCompare(b))) {
    await writeFileAtomic(fileOf(home, id, key), bytes, { mode: 0o600 });
  }
}

async function slotsOf(home: Home, id: string): Promise<string[]> {
  try {
    return (await readdir(fileOf(home, id, storageKeys.slots))).filter((name) => !name.startsWith('.')).sort();
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

/** What the keys of an unlocked vault are called in errors. */
const keychainObject = 'keychain';

const registryFile = (home: Home): string => path.join(home.vaultsFolder, 'places.json');
const fileOf = (home: Home, id: string, key: string): string => path.join(home.vaultsFolder, id, key);
