/**
 * Which versions of conversations have had their time. Of every conversation the newest session always stays, as does what
 * is pinned or not sent yet. Nothing here removes anything: what is named goes to the trash, and comes back from there.
 */
import { day } from './firstSeen.ts';
import type { SavedSession } from './state.ts';

export interface RetentionPolicy {
  /** Days after which a version that is not the newest goes to the trash; undefined for never. */
  days: number | undefined;
  /** So many sessions of a repository stay, the newest of every conversation and pinned ones beside; undefined for all. */
  sessions: number | undefined;
  /** Days in the trash after which a session is gone. */
  trashDays: number;
}

export const defaultRetention: RetentionPolicy = { days: 30, sessions: 100, trashDays: 30 };

/**
 * @param sessions newest first
 * @param ageOf milliseconds
 */
export function outOfTime<Session extends SavedSession>(sessions: readonly Session[], ageOf: (session: Session) => number, { days, sessions: most }: RetentionPolicy): Session[] {
  const continued = new Set<string>();
  const counts = new Map<string, number>();
  return sessions.filter((session) => {
    const { pinned, queued } = session;
    const subjects = subjectsOf(session);
    const isNewest = subjects.some((subject) => !continued.has(subject));
    subjects.forEach((subject) => continued.add(subject));
    const repository = repositoryOf(session);
    const count = (counts.get(repository) ?? 0) + 1;
    counts.set(repository, count);
    const isOld = days !== undefined && ageOf(session) > days * day;
    const isTooMany = most !== undefined && count > most;
    return !isNewest && !pinned && !queued && (isOld || isTooMany);
  });
}

/** What a session is a version of: its conversations, or without any the code of its branch. */
function subjectsOf(session: SavedSession): string[] {
  const { conversations, branch = '' } = session.summary;
  const repository = repositoryOf(session);
  return conversations.length > 0 ? conversations.map(({ agent, id }) => `${repository} ${agent} ${id}`) : [`${repository} ${branch}`];
}

function repositoryOf({ summary: { repository } }: SavedSession): string {
  return repository.remote ?? repository.roots[0] ?? repository.name;
}
