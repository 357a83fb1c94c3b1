/** Where in a conversation other sessions of it were saved, as far as that can be told. */
import type { Message } from '../../core/session/message.ts';
import type { SavedSession } from '../../core/vault/state.ts';
import type { Save } from '../../protocol/session.ts';

interface Conversation {
  agent: string;
  id: string;
  messages: readonly Message[];
}

/**
 * By how many messages the conversation had at each save; oldest first. A save on a device that went on otherwise counts messages that
 * are not these: it is left out where its time does not lie between those of the messages around its place.
 *
 * @param except id of the session that is shown
 */
export function savesOf({ agent, id, messages }: Conversation, sessions: readonly SavedSession[], except: string): Map<number, Save[]> {
  const saves = new Map<number, Save[]>();
  for (const session of sessions.toReversed()) {
    const count = session.outline.id === except ? undefined : session.outline.conversations.find((each) => each.agent === agent && each.id === id)?.messages;
    if (count === undefined || count === 0 || count >= messages.length) {
      continue;
    }
    const { summary, device } = session;
    if (isBetween(summary.savedAt, messages[count - 1]?.at, messages[count]?.at)) {
      saves.set(count, [...(saves.get(count) ?? []), { session: summary.id, title: summary.message, device: device.name, savedAt: summary.savedAt, ...(summary.excerpt === '' ? {} : { handoff: summary.excerpt }) }]);
    }
  }
  return saves;
}

/** Where a message says no time, it is no witness against it. */
function isBetween(at: string, after: string | undefined, before: string | undefined): boolean {
  const time = Date.parse(at);
  return !(time < Date.parse(after ?? '')) && !(time > Date.parse(before ?? ''));
}
