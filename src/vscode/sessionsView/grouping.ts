/** What stands at the top of the tree, and which sessions lie below it. */
import type { Device } from '../../core/session/device.ts';
import type { SavedSession } from '../../core/vault/state.ts';
import { t } from '../../l10n/language.ts';
import { deviceName } from '../../wording/deviceName.ts';

export const groupings = ['device', 'branch', 'conversation'] as const;
export type Grouping = (typeof groupings)[number];

export interface SessionGroup {
  /** The same for the same group, whatever is in it. */
  readonly id: string;
  /** As it comes from devices: never to be read as Markdown or icons. */
  readonly label: string;
  readonly of: { kind: 'device'; device: Device; here: boolean } | { kind: 'branch' | 'conversation' | 'code' };
  /** Newest first; never empty. */
  readonly sessions: SavedSession[];
}

/**
 * The groups, the one with the newest session first. A session with several conversations is in the group of each.
 *
 * @param branchOf the branch of a session, which is read from its record
 */
export function groupSessions(sessions: readonly SavedSession[], { grouping, here, branchOf }: { grouping: Grouping; here: string; branchOf: (session: SavedSession) => string | undefined }): SessionGroup[] {
  const keysOf: Record<Grouping, (session: SavedSession) => string[]> = {
    device: ({ device }) => [device.id],
    branch: (session) => [branchOf(session) ?? ''],
    conversation: ({ outline: { conversations } }) => (conversations.length === 0 ? [''] : conversations.map(({ agent, id }) => `${agent} ${id}`)),
  };
  const found = new Map<string, SavedSession[]>();
  for (const session of sessions) {
    for (const key of keysOf[grouping](session)) {
      const group = found.get(key);
      if (group) {
        group.push(session);
      } else {
        found.set(key, [session]);
      }
    }
  }
  const devices = grouping === 'device' ? [...found.values()].flatMap(([newest]) => newest ?? []) : [];
  return [...found].map(([key, held]) => groupOf(grouping, key, held, { here, devices }));
}

/** A label may have to be read from a record: only those that are shown are. */
function groupOf(grouping: Grouping, key: string, sessions: SavedSession[], { here, devices }: { here: string; devices: readonly SavedSession[] }): SessionGroup {
  const [newest] = sessions;
  const id = `${grouping} ${key}`;
  if (grouping === 'device' && newest) {
    const { device } = newest;
    return { id, label: deviceName(device, devices), of: { kind: 'device', device, here: device.id === here }, sessions };
  }
  if (grouping === 'branch' || key === '') {
    return { id, label: key === '' ? (grouping === 'branch' ? t`No Branch` : t`Code Only`) : key, of: { kind: grouping === 'branch' ? 'branch' : 'code' }, sessions };
  }
  return { id, get label() { return newest ? titleOf(newest, key) : ''; }, of: { kind: 'conversation' }, sessions };
}

function titleOf({ outline, summary }: SavedSession, key: string): string {
  return summary.conversations[outline.conversations.findIndex(({ agent, id }) => `${agent} ${id}` === key)]?.title ?? summary.message;
}
