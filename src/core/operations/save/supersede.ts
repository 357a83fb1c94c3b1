import { isDeepStrictEqual } from 'node:util';
import type { Device } from '../../session/device.ts';
import type { SessionSummary } from '../../session/session.ts';
import type { SavedSession } from '../../vault/state.ts';

/**
 * Which automatic saves a save takes the place of: those that this device made since it last saved otherwise, on the same branch, of no
 * conversation that the new one has not. A session that somebody has pinned stays.
 *
 * @param sessions newest first
 * @param saved what was just saved; it may be among them
 */
export function supersededBy(saved: SessionSummary, sessions: readonly SavedSession[], here: Pick<Device, 'id'>): SavedSession[] {
  const isOfNoOther = ({ outline }: SavedSession): boolean => outline.conversations.every(({ agent, id }) => saved.conversations.some((kept) => kept.agent === agent && kept.id === id));
  const own = sessions.filter(({ device, outline }) => device.id === here.id && outline.id !== saved.id && isDeepStrictEqual(outline.repository, saved.repository));
  const otherwise = own.findIndex(({ summary }) => summary.automatic !== true);
  return own.slice(0, otherwise === -1 ? undefined : otherwise).filter((session) => !session.pinned && session.summary.branch === saved.branch && isOfNoOther(session));
}
