/** Choosing where the sessions of a repository are kept. */
import { withLock } from '../home/lock.ts';
import type { Credentials } from '../storage/openStore.ts';
import { vaultsAt } from '../storage/storeBackend.ts';
import { rememberStore } from '../vault/places.ts';
import { findSurroundings } from './checkout.ts';
import { keepCredentials, openChosen } from './chosenStore.ts';
import type { RunOptions } from './convosync.ts';
import { lockPatience } from './locks.ts';
import type { Parts } from './parts.ts';
import { remotePlaceOf } from './vaultChoice.ts';

/**
 * Keeps the sessions of a repository in a store from now on, on this device, or with `remote` at its remote again. What is
 * saved already stays where it is.
 *
 * @throws ConvoSyncError `usage` for what is no place; then why the place cannot be used, and nothing has changed
 */
export async function useStore(parts: Parts, folder: string, where: string, { credentials, from, signal }: RunOptions & { credentials?: Credentials | undefined; from: string }): Promise<{ place: string; vaults: number }> {
  const { around } = await findSurroundings(parts, folder, { refresh: false, signal });
  const place = remotePlaceOf(around);
  if (where === 'remote') {
    await remember(parts, place, undefined, signal);
    return { place: around.identity.remote ?? 'this device', vaults: 0 };
  }
  const { readStoreAddress } = await import('../storage/openStore.ts');
  const address = readStoreAddress(where, { from, userHome: parts.machine.userHome });
  const store = await openChosen(parts, address, credentials);
  await store.create(signal);
  const vaults = await vaultsAt(store, signal);
  if (credentials) {
    await keepCredentials(parts, address, credentials);
  }
  await remember(parts, place, address, signal);
  return { place: store.describe(), vaults: vaults.length };
}

function remember({ home }: Parts, place: string, address: string | undefined, signal?: AbortSignal): Promise<void> {
  return withLock(home, 'places', { purpose: 'choosing a place', signal, waitMs: lockPatience }, () => rememberStore(home, place, address));
}
