/** One process at a time on a checkout, and one on a vault: among all windows and terminals of this person. */
import { sha256 } from '../common/hash.ts';
import type { Repository } from '../git/repository.ts';
import { withLock } from '../home/lock.ts';
import type { Vault } from '../vault/vault.ts';
import type { Parts } from './parts.ts';

/** Milliseconds that the second of two processes waits for the first before it is told who is at it. */
export const lockPatience = 10_000;

/** Names a working tree among this machine's, for locks, journals and undo points. */
export function checkoutKey(repository: Repository): string {
  return sha256(repository.gitDir).slice(0, 24);
}

export interface LockRequest {
  /** What the holder is doing, for whoever has to wait. */
  purpose: string;
  signal?: AbortSignal | undefined;
  /** Milliseconds; `lockPatience` unless told. */
  waitMs?: number;
}

/** @throws ConvoSyncError `busy` with the holder in its details */
export async function withCheckoutLocked<T>(parts: Parts, repository: Repository, { purpose, signal, waitMs }: LockRequest, action: () => Promise<T>): Promise<T> {
  return withLock(parts.home, `checkout-${checkoutKey(repository)}`, { purpose, signal, waitMs: waitMs ?? lockPatience }, action);
}

/** The vault is up to date with what other processes of this device wrote when the action begins. */
export async function withVaultLocked<T>(parts: Parts, vault: Vault, { purpose, signal, waitMs }: LockRequest, action: () => Promise<T>): Promise<T> {
  return withLock(parts.home, `vault-${vault.id}`, { purpose, signal, waitMs: waitMs ?? lockPatience }, async () => {
    await vault.takeUp(signal);
    return action();
  });
}
