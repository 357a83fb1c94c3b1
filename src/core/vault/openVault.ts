/** Opening a vault: one that this home knows, one that was found at a store, a new one. */
import { ConvoSyncError } from '../common/errors.ts';
import { unusable } from '../home/document.ts';
import type { Home } from '../home/home.ts';
import type { Keychain } from '../home/keychain.ts';
import { type Backend, keys as storageKeys } from '../storage/backend.ts';
import { createVault, readDescription, type VaultDescription } from './description.ts';
import { deviceKey, ensureDeviceKey } from './deviceKey.ts';
import type { Documents } from './documents.ts';
import { assertContinues, endsOf, epochOfSlot } from './epochs.ts';
import { isSeenVersion, keepDocuments, keptFile, loadDocuments, rememberVersion, tryLoadDocuments } from './keptDocuments.ts';
import { readKeys, type VaultKeys } from './keysDocument.ts';
import { type NewPassphrase, openSlot, passphraseSlot, unwrapForDevice, unwrapKeys } from './keySlots.ts';
import type { Secret } from './secret.ts';
import { countWaiting } from './outbox.ts';
import { writerHere } from './writer.ts';

/** What keeps the vaults of this machine. */
export interface Keeper {
  home: Home;
  keychain: Keychain;
}

export interface OpenedVault {
  description: VaultDescription;
  keys: VaultKeys;
  documents: Documents;
  /** Public half of this device's own key; undefined in a readable vault. */
  recipient?: string | undefined;
}

/** How a new vault is to be: readable by whoever can read the storage, or sealed with a passphrase. */
export type NewVaultChoice = 'readable' | NewPassphrase;

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
    if (ConvoSyncError.is(error, 'vault-damaged', 'vault-forged', 'vault-downgraded', 'vault-wrong-key')) {
      throw unusable(keptFile(keeper.home, id, String(error.details['object'])), 'damaged', error);
    }
    throw error;
  }
}

/**
 * Takes a vault over that was found at a store.
 *
 * @throws ConvoSyncError `vault-locked` for a sealed one that was not unlocked here; what `assertContinues` throws
 */
export async function adoptVault(keeper: Keeper, id: string, documents: Documents): Promise<OpenedVault> {
  await assertKnown(keeper.home, id, documents);
  const opened = await openWithKeychain(keeper, id, documents);
  await keepDocuments(keeper.home, id, documents);
  return opened;
}

/**
 * Goes on with the newest epoch of a vault in use, as its store shows it.
 *
 * @param opened as this home knows it
 * @param backend brought up to date already
 * @throws ConvoSyncError `vault-locked` where the new epoch is not opened here yet; what `readDescription` and
 * `assertContinues` throw
 */
export async function followEpochs(keeper: Keeper, opened: OpenedVault, backend: Backend, signal?: AbortSignal): Promise<OpenedVault> {
  const { id, epoch } = opened.description;
  const version = await backend.documents(signal);
  if (version !== undefined && (await isSeenVersion(keeper.home, id, version, epoch))) {
    return opened;
  }
  const slots = await backend.list(storageKeys.slots, signal);
  const epochs = slots.filter((key) => epochOfSlot(key) !== undefined);
  let current = opened;
  if (slots.length > 0 && epochs.join() !== [...opened.documents.keys()].filter((key) => epochOfSlot(key) !== undefined).sort().join()) {
    const documents = await backend.get([storageKeys.vault, ...slots], signal);
    assertContinues(opened.description, readDescription(id, documents));
    await keepDocuments(keeper.home, id, documents);
    current = await openWithKeychain(keeper, id, documents);
  }
  if (version !== undefined) {
    await rememberVersion(keeper.home, id, version, current.description.epoch);
  }
  return current;
}

/**
 * Takes a sealed vault over with what its owner knows or has, and keeps its keys for the next time.
 *
 * @throws ConvoSyncError `vault-wrong-key`; what `assertContinues` throws
 */
export async function unlockVault(keeper: Keeper, id: string, documents: Documents, secret: Secret): Promise<OpenedVault> {
  const description = await assertKnown(keeper.home, id, documents);
  const { keys, document } = await unwrapKeys(description, documents, secret);
  await keepDocuments(keeper.home, id, documents);
  await keeper.keychain.set(id, Buffer.from(document).toString('utf8'));
  const { recipient } = await ensureDeviceKey(keeper.keychain, id);
  return { description, keys, documents, recipient };
}

/** Makes a vault. A sealed one has no recovery key yet (see `firstRecoveryKey`). */
export async function foundVault({ home, keychain }: Keeper, owner: string, now: Date, choice: NewVaultChoice): Promise<OpenedVault> {
  if (choice === 'readable') {
    const { description, bytes, keys } = createVault(owner, now);
    const documents: Documents = new Map([[storageKeys.vault, bytes], [openSlot, keys]]);
    await keepDocuments(home, description.id, documents);
    return { description, keys: readKeys(description, keys, openSlot), documents };
  }
  const { newKey } = await import('./age.ts');
  const { description, bytes, keys } = createVault(owner, now, await newKey());
  const documents: Documents = new Map([[storageKeys.vault, bytes], await passphraseSlot(keys, choice)]);
  await keychain.set(description.id, Buffer.from(keys).toString('utf8'));
  const { recipient } = await ensureDeviceKey(keychain, description.id);
  await keepDocuments(home, description.id, documents);
  return { description, keys: readKeys(description, keys, openSlot), documents, recipient };
}

/** What is shown goes on from what this home knows of the vault, if anything. */
async function assertKnown(home: Home, id: string, documents: Documents): Promise<VaultDescription> {
  const shown = readDescription(id, documents);
  const known = await knownDescription(home, id);
  if (known) {
    assertContinues(known, shown);
  }
  return shown;
}

/** Undefined also where what this home kept is broken: the vault is chosen anew, then. */
async function knownDescription(home: Home, id: string): Promise<VaultDescription | undefined> {
  try {
    const known = await tryLoadDocuments(home, id);
    return known && readDescription(id, known);
  } catch (error) {
    if (ConvoSyncError.is(error, 'home-unusable', 'vault-damaged', 'vault-forged')) {
      return undefined;
    }
    throw error;
  }
}

/** With the keys in the keychain; those of a new epoch by the slot that was wrapped for this device. */
async function openWithKeychain({ home, keychain }: Keeper, id: string, documents: Documents): Promise<OpenedVault> {
  const description = readDescription(id, documents);
  if (!description.sealed) {
    return { description, keys: readKeys(description, documents.get(openSlot) ?? new Uint8Array(), openSlot), documents };
  }
  const [kept, key] = await Promise.all([keychain.get(id), deviceKey(keychain, id)]);
  const keys = kept === undefined ? undefined : tryReadKeys(description, kept);
  if (keys) {
    return { description, keys, documents, recipient: key?.recipient };
  }
  const wrapped = key && (await unwrapForDevice(description, documents, key.identity));
  if (!wrapped) {
    const writer = await writerHere(home, id);
    if (writer !== undefined && endsOf(description).has(writer)) {
      throw new ConvoSyncError('vault-revoked', 'This device was taken out of the vault.', { details: { vault: id } });
    }
    throw new ConvoSyncError('vault-locked', 'The vault is locked on this device.', { details: { vault: id, waiting: await countWaiting(home, id), ...(kept === undefined ? {} : { reason: 'new-keys' }) } });
  }
  await keychain.set(id, Buffer.from(wrapped.document).toString('utf8'));
  return { description, keys: wrapped.keys, documents, recipient: key.recipient };
}

/** Undefined for keys that are of no use: damaged, or of an epoch that is over. */
function tryReadKeys(description: VaultDescription, document: string): VaultKeys | undefined {
  try {
    return readKeys(description, Buffer.from(document), 'keychain');
  } catch (error) {
    if (ConvoSyncError.is(error, 'vault-damaged', 'vault-wrong-key')) {
      return undefined;
    }
    throw error;
  }
}
