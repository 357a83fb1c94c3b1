/** Sending what waits on this device. */
import { ConvoSyncError } from '../common/errors.ts';
import type { Vault } from '../vault/vault.ts';
import { type Checkout, openCheckout } from './checkout.ts';
import type { RunOptions } from './convosync.ts';
import { withVaultLocked } from './locks.ts';
import type { Parts } from './parts.ts';

/** Runs under the checkout's lock, which the caller holds. Throws why it could not be sent; then it waits on. */
export async function sendWaiting(parts: Parts, folder: string, { push, signal }: RunOptions & { push?: boolean }): Promise<{ outcome: 'sent' | 'nothing-to-send' | 'kept'; sessions: number }> {
  const { vault, problem } = await openCheckout(parts, folder, { refresh: true, found: false, signal });
  if (problem) {
    throw problem;
  }
  if (!vault) {
    return { outcome: 'nothing-to-send', sessions: 0 };
  }
  return withVaultLocked(parts, vault, { purpose: 'sending', signal }, async () => {
    if (push === false) {
      await vault.dropPendingCode();
    }
    const sessions = vault.state.sessions.filter(({ queued }) => queued).length;
    const result = await vault.send(signal);
    return { outcome: result === 'no-place' ? 'kept' : result, sessions };
  });
}

/** Sends what waits, under the vault's lock; false when it could not and waits on. */
export async function trySend(parts: Parts, { problem }: Pick<Checkout, 'problem'>, vault: Vault, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    if (problem) {
      throw problem;
    }
    return (await vault.send(signal)) !== 'no-place';
  } catch (error) {
    if (!ConvoSyncError.is(error)) {
      throw error;
    }
    parts.logger.warn(`could not send: ${error.code}`);
    return false;
  }
}
