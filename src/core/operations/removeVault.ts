/** Taking everything of a person away from the place where their sessions are kept. */
import { ConvoSyncError } from '../common/errors.ts';
import { marked } from '../common/marked.ts';
import { withLock } from '../home/lock.ts';
import { keys } from '../storage/backend.ts';
import { forgetVault } from '../vault/places.ts';
import { findSurroundings, openBackend } from './checkout.ts';
import type { RunOptions } from './convosync.ts';
import { lockPatience } from './locks.ts';
import type { Parts } from './parts.ts';
import { placeOf, rememberedHere } from './vaultChoice.ts';

export interface Removal {
  /** Id of the vault in use here. */
  vault: string;
  place: string;
  /** Whether anything of it lies there; false where another device has removed it: then this device only forgets it. */
  isThere: boolean;
}

/** What would be removed, as far as it is still there. @throws ConvoSyncError `vault-not-found`; why the place did not answer */
export async function planRemoval(parts: Parts, folder: string, { signal }: RunOptions): Promise<Removal> {
  const { vault, backend, isThere } = await find(parts, folder, signal);
  return { vault, place: backend.describe(), isThere };
}

/**
 * Removes the vault in use here from its place, locked or not: everybody else's stay. What this device has of it stays, and so do
 * conversations and code; the next save here begins a new vault.
 *
 * @param confirmed the beginning of the vault's id, as the person typed it
 * @throws ConvoSyncError `usage` where that is not this vault's; `vault-not-found`; why it is not all gone: then call it again
 */
export async function removeVault(parts: Parts, folder: string, confirmed: string, { signal }: RunOptions): Promise<Removal> {
  const { vault, backend, around, isThere } = await find(parts, folder, signal);
  if (confirmed.length < shortestConfirmation || !vault.startsWith(confirmed.trim().toLowerCase())) {
    throw new ConvoSyncError('usage', marked`The vault here is called ${vault.slice(0, shortestConfirmation)}. Nothing was removed.`);
  }
  await withLock(parts.home, `vault-${vault}`, { purpose: 'removing the vault', signal, waitMs: lockPatience }, () => backend.removeVault(signal));
  await withLock(parts.home, 'places', { purpose: 'forgetting a vault', signal, waitMs: lockPatience }, () => forgetVault(parts.home, placeOf(around)));
  return { vault, place: backend.describe(), isThere };
}

const shortestConfirmation = 8;

async function find(parts: Parts, folder: string, signal: AbortSignal | undefined) {
  const { around, state, problem } = await findSurroundings(parts, folder, { refresh: true, signal });
  if (problem) {
    throw problem;
  }
  const vault = await rememberedHere(parts, around);
  const backend = vault === undefined ? undefined : await openBackend(parts, around, vault, state);
  if (vault === undefined || !backend) {
    throw new ConvoSyncError('vault-not-found', 'There is no vault at a place here yet.');
  }
  await backend.refresh(signal);
  const isThere = (await backend.logs(signal)).size > 0 || (await backend.list(keys.slots, signal)).length > 0;
  return { vault, backend, around, isThere };
}
