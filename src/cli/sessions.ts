/** Which sessions there are, for lists and for what one may mean. */
import type { Listing } from '../core/operations/report.ts';
import type { SavedSession } from '../core/vault/state.ts';
import { hasAll, searchableText, wordsOf } from '../wording/searching.ts';

export interface SessionFilter {
  branch?: string;
  /** The name in any case, or the beginning of the id. */
  device?: string;
  agent?: string;
  /** The beginning of a conversation's id. */
  conversation?: string;
  /** All of these words, in any case, in what people see of a session. */
  search?: string;
}

export function filterSessions<S extends SavedSession>(sessions: readonly S[], filter: SessionFilter): S[] {
  const words = wordsOf(filter.search ?? '');
  const device = filter.device?.toLowerCase();
  return sessions.filter((session) =>
    (filter.branch === undefined || session.summary.branch === filter.branch) &&
    (device === undefined || session.device.name.toLowerCase() === device || session.device.id.startsWith(device)) &&
    (filter.agent === undefined || session.summary.conversations.some(({ agent }) => agent === filter.agent)) &&
    (filter.conversation === undefined || session.summary.conversations.some(({ id }) => id.startsWith(filter.conversation ?? ''))) &&
    (words.length === 0 || hasAll(searchableText(session), words)));
}

/** What one most likely wants to go on with: other devices’ first, each newest first. */
export function inOrderOfResuming({ sessions, here }: Pick<Listing, 'sessions' | 'here'>): SavedSession[] {
  const others = sessions.filter(({ device }) => device.id !== here.id);
  return [...others, ...sessions.filter(({ device }) => device.id === here.id)];
}

export function messagesIn({ summary }: SavedSession): number {
  return summary.conversations.reduce((sum, { messages }) => sum + messages, 0);
}
