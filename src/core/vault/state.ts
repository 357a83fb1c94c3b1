/**
 * The state of a vault: the union of all logs. What was said more than once (a session that was sealed again before it
 * was sent, a name, whether a session is in the trash) is decided by the latest (wall, count, writer). The order of
 * arrival of records does not matter, so merging is a pure function of the set.
 */
import type { Device } from '../session/device.ts';
import type { SessionSummary } from '../session/session.ts';
import { compareTimestamps, maxAhead } from './clock.ts';
import { isLater, Marks, type Stamp } from './marks.ts';
import type { LogRecord } from './record.ts';

export interface SavedSession {
  /** Read when it is asked for: what only counts or orders sessions leaves it alone. */
  readonly summary: SessionSummary;
  device: Device;
  /** Under which it lies: another device may have stored it again. */
  writer: string;
  /** Sequence number of the record that saved it there. */
  seq: number;
  /** Retention lets it be. */
  pinned: boolean;
  /** Waiting on this device to be sent; other devices do not see it. */
  queued: boolean;
}

export interface TrashedSession extends SavedSession {
  /** ISO 8601 in UTC. */
  trashedAt: string;
  /** The record that put it there. */
  trashedBy: { writer: string; seq: number; who: 'person' | 'retention' };
}

export interface KnownDevice {
  device: Device;
  /** ISO time of its last record. */
  lastSeen: string;
  writers: string[];
  /** Its own public keys (`age1…`): one for each program on it that has opened the sealed vault. */
  recipients: string[];
}

export interface VaultState {
  /** Newest first. */
  sessions: SavedSession[];
  trash: TrashedSession[];
  /** Past the trash, by their owner's word: only what they are made of is still there. */
  leaving: TrashedSession[];
  /** By device id. */
  devices: Map<string, KnownDevice>;
  /** Writers whose clock runs more than a day ahead of ours. */
  clocksAhead: string[];
}

/** @param queued names of records that are not at the store yet */
export function mergeLogs(logs: ReadonlyMap<string, readonly LogRecord[]>, queued: ReadonlySet<string>, now: Date): VaultState {
  const limit = now.getTime() + maxAhead;
  const clocksAhead = new Set<string>();
  const devices = new Map<string, { device: Device; stamp: Stamp; lastSeen: number; writers: string[]; recipients: string[] }>();
  const deviceOf = new Map<string, string>();
  const saved = new Map<string, { record: LogRecord; stamp: Stamp }[]>();
  const marks = new Marks();

  for (const [writer, records] of logs) {
    for (const record of records) {
      const clamped = record.at.wall > limit;
      const at = clamped ? { wall: limit, count: record.at.count } : record.at;
      if (clamped) {
        clocksAhead.add(writer);
      }
      const stamp: Stamp = { at, writer, seq: record.seq };
      const body = record.saves === undefined ? record.body : undefined;
      if (record.saves !== undefined) {
        const versions = saved.get(record.saves) ?? [];
        versions.push({ record, stamp });
        saved.set(record.saves, versions);
      } else if (body?.type === 'introduced' || body?.type === 'device') {
        deviceOf.set(writer, body.device.id);
        const known = devices.get(body.device.id);
        devices.set(body.device.id, {
          device: known && isLater(known.stamp, stamp) ? known.device : body.device,
          stamp: known && isLater(known.stamp, stamp) ? known.stamp : stamp,
          lastSeen: known?.lastSeen ?? at.wall,
          writers: [...new Set([...(known?.writers ?? []), writer])].sort(),
          recipients: [...new Set([...(known?.recipients ?? []), ...(body.recipient === undefined ? [] : [body.recipient])])].sort(),
        });
      } else if (body) {
        marks.note(body, stamp);
      }
      const seen = devices.get(deviceOf.get(writer) ?? '');
      if (seen) {
        seen.lastSeen = Math.max(seen.lastSeen, at.wall);
      }
    }
  }

  const there = [...saved].flatMap(([id, versions]) => {
    const all = versions.sort((a, b) => (isLater(a.stamp, b.stamp) ? 1 : -1));
    const last = all.findLast(({ record }) => !marks.isGone(record.name));
    // One that was sealed or stored again later stays in its place, and is whose it was.
    return last && all[0] ? [{ id, record: last.record, by: all[0].record.writer, since: all[0].stamp.at }] : [];
  });
  const newestFirst = there.sort((a, b) => compareTimestamps(b.since, a.since) || (a.id < b.id ? -1 : 1));
  const sessions: SavedSession[] = [];
  const trash: TrashedSession[] = [];
  const leaving: TrashedSession[] = [];
  for (const { id, record, by } of newestFirst) {
    const { name, writer, seq } = record;
    const device = devices.get(deviceOf.get(by) ?? '')?.device;
    if (!device) {
      continue;
    }
    const fate = marks.fateOf(id);
    const session = savedSession(record, { device, writer, seq, pinned: fate.pinned, queued: queued.has(name) });
    if (fate.kind === 'kept') {
      sessions.push(session);
    } else {
      const { at, writer: by, seq: mark } = fate.stamp;
      (fate.now ? leaving : trash).push({ ...session, trashedAt: new Date(at.wall).toISOString(), trashedBy: { writer: by, seq: mark, who: fate.by } });
    }
  }
  return {
    sessions,
    trash,
    leaving,
    devices: new Map([...devices].map(([id, { device, lastSeen, writers, recipients }]) => [id, { device, lastSeen: new Date(lastSeen).toISOString(), writers, recipients }])),
    clocksAhead: [...clocksAhead].sort(),
  };
}

function savedSession(record: LogRecord, facts: Omit<SavedSession, 'summary'>): SavedSession {
  return {
    ...facts,
    get summary() {
      const { body } = record;
      if (body?.type !== 'session') {
        throw new Error(`Record ${record.name} saves no session.`);
      }
      return body.summary;
    },
  };
}
