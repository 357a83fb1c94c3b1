/** What is said of sessions on every device: to the trash and back, pinned or not. */
import { openCheckout } from './checkout.ts';
import type { RunOptions } from './convosync.ts';
import { withVaultLocked } from './locks.ts';
import type { Parts } from './parts.ts';
import type { VaultChoice } from './plan.ts';
import { trySend } from './sending.ts';
import { findSession } from './sessions.ts';

const purposes = { deleted: 'deleting', restored: 'restoring', pinned: 'pinning', unpinned: 'unpinning' } as const;

/**
 * All of the sessions or none; `sent` is false while only this device knows of it.
 *
 * @param options.now deletes past the trash
 * @throws ConvoSyncError `session-not-found`, `session-ambiguous`
 */
export async function markSessions(parts: Parts, folder: string, ids: readonly string[], mark: 'deleted' | 'restored' | 'pinned' | 'unpinned', { vault: choice, now, signal }: RunOptions & { vault?: VaultChoice | undefined; now?: boolean | undefined }): Promise<{ sent: boolean }> {
  const checkout = await openCheckout(parts, folder, { refresh: true, choice, signal });
  const { vault } = checkout;
  const { sessions: kept = [], trash = [] } = vault?.state ?? {};
  // What is in the trash may be deleted for good.
  const among = mark === 'restored' ? trash : mark === 'deleted' && now === true ? [...kept, ...trash] : kept;
  const sessions = ids.map((id) => findSession(among, id, trash));
  if (!vault || sessions.length === 0) {
    return { sent: true };
  }
  return withVaultLocked(parts, vault, { purpose: purposes[mark], signal }, async () => {
    for (const { summary } of sessions) {
      await vault.append({ type: mark, session: summary.id, ...(mark === 'deleted' && now === true ? { now } : {}) });
    }
    return { sent: await trySend(parts, checkout, vault, signal) };
  });
}
