/** To the trash and back, on every device. */
import { ConvoSyncError } from '../common/errors.ts';
import type { SavedSession } from '../vault/state.ts';
import type { Vault } from '../vault/vault.ts';
import { type Checkout, openCheckout, withVaultLocked } from './checkout.ts';
import type { RunOptions } from './convosync.ts';
import type { Parts } from './parts.ts';

export async function markSessions(parts: Parts, folder: string, ids: readonly string[], mark: 'deleted' | 'restored', options: RunOptions): Promise<{ sent: boolean }> {
  const checkout = await openCheckout(parts, folder, { refresh: true, found: false, signal: options.signal });
  const { vault } = checkout;
  const among = mark === 'deleted' ? vault?.state.sessions : vault?.state.trash;
  const sessions = ids.map((id) => findSession(among ?? [], id));
  if (!vault) {
    throw new ConvoSyncError('session-not-found', 'There is no such session.', { details: { session: ids[0] ?? '' } });
  }
  return withVaultLocked(parts, vault, mark === 'deleted' ? 'deleting' : 'restoring', options.signal, async () => {
    for (const { summary } of sessions) {
      await vault.append({ type: mark, session: summary.id });
    }
    return { sent: await sendQuietly(parts, checkout, vault, options.signal) };
  });
}

/** Sends what waits; false when it could not and waits on. */
export async function sendQuietly(parts: Parts, checkout: Checkout, vault: Vault, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    if (checkout.problem) {
      throw checkout.problem;
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

/**
 * The session with this id or unambiguous prefix.
 *
 * @throws ConvoSyncError `session-not-found` or `session-ambiguous`
 */
export function findSession<Session extends SavedSession>(sessions: readonly Session[], id: string): Session {
  const fitting = sessions.filter(({ summary }) => summary.id.startsWith(id.toLowerCase()));
  if (fitting.length > 1) {
    throw new ConvoSyncError('session-ambiguous', 'Several sessions begin with this id.', { details: { session: id, candidates: fitting.map(({ summary }) => summary.id) } });
  }
  if (!fitting[0] || id === '') {
    throw new ConvoSyncError('session-not-found', 'There is no such session.', { details: { session: id } });
  }
  return fitting[0];
}
