/** To the trash and back, on every device. */
import { openCheckout } from './checkout.ts';
import type { RunOptions } from './convosync.ts';
import { withVaultLocked } from './locks.ts';
import type { Parts } from './parts.ts';
import type { VaultChoice } from './plan.ts';
import { trySend } from './sending.ts';
import { findSession } from './sessions.ts';

/**
 * All of the sessions or none; `sent` is false while only this device knows of it.
 *
 * @throws ConvoSyncError `session-not-found`, `session-ambiguous`
 */
export async function markSessions(parts: Parts, folder: string, ids: readonly string[], mark: 'deleted' | 'restored', { vault: choice, signal }: RunOptions & { vault?: VaultChoice | undefined }): Promise<{ sent: boolean }> {
  const checkout = await openCheckout(parts, folder, { refresh: true, choice, signal });
  const { vault } = checkout;
  const among = mark === 'deleted' ? vault?.state.sessions : vault?.state.trash;
  const sessions = ids.map((id) => findSession(among ?? [], id));
  if (!vault || sessions.length === 0) {
    return { sent: true };
  }
  return withVaultLocked(parts, vault, { purpose: mark === 'deleted' ? 'deleting' : 'restoring', signal }, async () => {
    for (const { summary } of sessions) {
      await vault.append({ type: mark, session: summary.id });
    }
    return { sent: await trySend(parts, checkout, vault, signal) };
  });
}
