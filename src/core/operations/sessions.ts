/** Which session is meant. */
import { ConvoSyncError } from '../common/errors.ts';
import type { SavedSession } from '../vault/state.ts';

/**
 * The session with this id or unambiguous prefix.
 *
 * @throws ConvoSyncError `session-not-found` or `session-ambiguous`
 */
export function findSession<Session extends SavedSession>(sessions: readonly Session[], id: string): Session {
  const fitting = id === '' ? [] : sessions.filter(({ summary }) => summary.id.startsWith(id.toLowerCase()));
  if (fitting.length > 1) {
    throw new ConvoSyncError('session-ambiguous', 'Several sessions begin with this id.', { details: { session: id, candidates: fitting.map(({ summary }) => summary.id) } });
  }
  return fitting[0] ?? notFound(id);
}

/**
 * Where the person most likely wants to go on: the newest of another device, else the newest.
 *
 * @param sessions newest first
 * @throws ConvoSyncError `session-not-found` when there is none
 */
export function latestSession(sessions: readonly SavedSession[], here: string): SavedSession {
  return sessions.find(({ device }) => device.id !== here) ?? sessions[0] ?? notFound('');
}

function notFound(session: string): never {
  throw new ConvoSyncError('session-not-found', 'There is no such session.', { details: { session } });
}
