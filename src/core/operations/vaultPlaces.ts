/** Choosing where the sessions of a repository are kept. */
import * as path from 'node:path';
import { ConvoSyncError } from '../common/errors.ts';
import { withLock } from '../home/lock.ts';
import type { Credentials } from '../storage/openStore.ts';
import { vaultsAt } from '../storage/storeBackend.ts';
import { rememberStore, rememberVault } from '../vault/places.ts';
import { assertTrusted, checkVault } from './checkVault.ts';
import { findSurroundings, openBackend, openCheckout } from './checkout.ts';
import { type ChosenStore, keepCredentials, openChosen } from './chosenStore.ts';
import type { RunOptions } from './convosync.ts';
import { lockPatience, withVaultLocked } from './locks.ts';
import type { Parts } from './parts.ts';
import type { CheckReport } from './report.ts';
import { placeOf, remotePlaceOf, type Surroundings } from './vaultChoice.ts';

export interface PlaceOptions extends RunOptions {
  credentials?: Credentials | undefined;
  /** Folder that a relative path starts from. */
  from: string;
}

export interface UsedPlace {
  place: string;
  /** How many vaults a store holds; absent for the remote. */
  vaults?: number;
  /** Sessions that wait on this device for the place of before: they are sent there once it is used again. */
  waiting: number;
}

/**
 * Keeps the sessions of a repository in a store from now on, on this device, or with `remote` at its remote again. What is
 * saved already stays where it is.
 *
 * @throws ConvoSyncError `usage` for what is no place; then why the place cannot be used, and nothing has changed
 */
export async function useStore(parts: Parts, folder: string, where: string, options: PlaceOptions): Promise<UsedPlace> {
  const { around } = await findSurroundings(parts, folder, { refresh: false, signal: options.signal });
  const waiting = await countWaiting(parts, folder, options.signal);
  const chosen = await openPlace(parts, where, around, options);
  const vaults = chosen ? (await vaultsAt(chosen.store, options.signal)).length : undefined;
  await remember(parts, { ...around, chosen }, undefined, options);
  return { place: chosen?.store.describe() ?? around.identity.remote ?? 'this device', waiting, ...(vaults === undefined ? {} : { vaults }) };
}

/** Sessions that are not sent yet; those of a locked vault cannot be counted. */
async function countWaiting(parts: Parts, folder: string, signal?: AbortSignal): Promise<number> {
  try {
    const { vault } = await openCheckout(parts, folder, { refresh: false, signal });
    return vault?.state.sessions.filter(({ queued }) => queued).length ?? 0;
  } catch (error) {
    if (ConvoSyncError.is(error, 'vault-locked')) {
      return 0;
    }
    throw error;
  }
}

/**
 * Copies the vault to another place, proves it there, and uses that from now on, on this device. The copy at the former
 * place stays: other devices go on with it until they are told, and what they save there then is not seen here.
 *
 * @throws ConvoSyncError as `useStore`; `vault-not-found` where there is nothing to move; why a place failed half-way: then
 * the former one is used on, and trying again goes on where it stopped
 */
export async function moveVault(parts: Parts, folder: string, where: string, options: PlaceOptions): Promise<{ place: string; bytes: number; faults: CheckReport['faults'] }> {
  const { signal, onProgress } = options;
  const { vault, problem, state, ...around } = await openCheckout(parts, folder, { refresh: true, readsAll: true, signal });
  if (problem) {
    throw problem;
  }
  if (!vault) {
    throw new ConvoSyncError('vault-not-found', 'There is no vault here yet.');
  }
  assertTrusted(vault);
  const target = { ...around, chosen: await openPlace(parts, where, around, options) };
  const backend = openBackend(parts, target, vault.id, state);
  if (!backend || target.chosen?.address === around.chosen?.address) {
    throw new ConvoSyncError('usage', backend ? 'The vault is there already.' : 'The repository has no remote to keep a vault at.');
  }
  if (target.chosen === undefined && vault.holdsOthers) {
    throw new ConvoSyncError('usage', 'The vault holds sessions of other repositories too, which would all go to this repository’s remote.');
  }
  let bytes = 0;
  await withVaultLocked(parts, vault, { purpose: 'moving the vault', signal }, async () => {
    const onCopied = (copied: number): void => {
      bytes += copied;
      onProgress?.({ phase: 'publish' });
    };
    await vault.copyTo(backend, { signal, onCopied });
    await remember(parts, target, vault.id, options);
  });
  const { faults } = await checkVault(parts, folder, { signal, onProgress });
  return { place: backend.describe(), bytes, faults };
}

/** Undefined for the remote. */
async function openPlace(parts: Parts, where: string, { repository }: Pick<Surroundings, 'repository'>, { credentials, from, signal }: PlaceOptions): Promise<ChosenStore | undefined> {
  if (where === 'remote') {
    return undefined;
  }
  const { readStoreAddress } = await import('../storage/openStore.ts');
  const address = readStoreAddress(where, { from, userHome: parts.machine.userHome });
  if ([repository.top, repository.commonDir].some((folder) => address === folder || address.startsWith(`${folder}${path.sep}`))) {
    throw new ConvoSyncError('usage', `${address} lies inside the repository, where a save would commit it: give a folder elsewhere, or “remote” for the repository’s remote.`);
  }
  const store = await openChosen(parts, address, credentials);
  await store.create(signal);
  if (credentials) {
    await keepCredentials(parts, address, credentials);
  }
  return { address, store };
}

/** @param vault the one that is used there; found out by looking without it */
async function remember({ home }: Parts, around: Surroundings, vault: string | undefined, { signal }: RunOptions): Promise<void> {
  await withLock(home, 'places', { purpose: 'choosing a place', signal, waitMs: lockPatience }, async () => {
    await rememberStore(home, remotePlaceOf(around), around.chosen?.address);
    if (vault !== undefined) {
      await rememberVault(home, placeOf(around), vault);
    }
  });
}
