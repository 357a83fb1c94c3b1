/** Which session is meant. */
import { ConvoSyncError } from '../common/errors.ts';
import { marked } from '../common/marked.ts';
import type { SavedSession } from '../vault/state.ts';

/**
 * The session with this id or unambiguous prefix.
 *
 * @param trash where it may lie instead: that is said then
 * @throws ConvoSyncError `session-not-found` or `session-ambiguous`; `usage` for an empty id
 */
export function findSession<Session extends SavedSession>(sessions: readonly Session[], id: string, trash: readonly SavedSession[] = []): Session {
  if (id === '') {
    throw new ConvoSyncError('usage', marked`The id of the session is empty.`);
  }
  const begins = ({ outline }: SavedSession): boolean => outline.id.startsWith(id.toLowerCase());
  const fitting = sessions.filter(begins);
  if (fitting.length > 1) {
    throw new ConvoSyncError('session-ambiguous', 'Several sessions begin with this id.', { details: { session: id, candidates: fitting.map(({ outline }) => outline.id) } });
  }
  return fitting[0] ?? notFound(id, trash.some(begins) ? { reason: 'in-trash' } : {});
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

function notFound(session: string, details: { reason?: 'in-trash' } = {}): never {
  throw new ConvoSyncError('session-not-found', 'There is no such session.', { details: { session, ...details } });
}
