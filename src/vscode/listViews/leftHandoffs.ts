/** The handoffs that the other devices have left last. */
import type { Listing } from '../../core/operations/report.ts';
import type { SavedSession } from '../../core/vault/state.ts';

/** More than these nobody goes on with. */
const most = 100;

/**
 * Of each other device and conversation the newest session with a handoff, newest first. What sessions say is read only of
 * those that may be among them, however many there are.
 */
export function leftHandoffs({ sessions, here }: Pick<Listing, 'sessions' | 'here'>): SavedSession[] {
  const seen = new Set<string>();
  const left: SavedSession[] = [];
  for (const session of sessions) {
    const { device, outline: { conversations } } = session;
    const keys = (conversations.length === 0 ? [''] : conversations.map(({ agent, id }) => `${agent} ${id}`)).map((key) => `${device.id} ${key}`);
    if (device.id !== here.id && keys.some((key) => !seen.has(key)) && session.summary.excerpt !== '') {
      keys.forEach((key) => seen.add(key));
      left.push(session);
    }
    if (left.length === most) {
      break;
    }
  }
  return left;
}
