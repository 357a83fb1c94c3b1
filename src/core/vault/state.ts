/**
 * The state of a vault: the union of all logs. What was said more than once (a session that was sealed again before it
 * was sent, a name, whether a session is in the trash) is decided by the latest (wall, count, writer). The order of
 * arrival of records does not matter, so merging is a pure function of the set.
 */
import type { Device } from '../session/device.ts';
import type { SessionSummary } from '../session/session.ts';
import { compareTimestamps, maxAhead, type Timestamp } from './clock.ts';
import type { LogRecord } from './record.ts';

export interface SavedSession {
  summary: SessionSummary;
  device: Device;
  writer: string;
  /** Waiting on this device to be sent; other devices do not see it. */
  queued: boolean;
}

export interface TrashedSession extends SavedSession {
  /** ISO 8601 in UTC. */
  trashedAt: string;
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
  /** By device id. */
  devices: Map<string, KnownDevice>;
  /** Writers whose clock runs more than a day ahead of ours. */
  clocksAhead: string[];
}

interface Stamp {
  at: Timestamp;
  writer: string;
}

/** @param queued names of records that are not at the store yet */
export function mergeLogs(logs: ReadonlyMap<string, readonly LogRecord[]>, queued: ReadonlySet<string>, now: Date): VaultState {
  const limit = now.getTime() + maxAhead;
  const clocksAhead = new Set<string>();
  const devices = new Map<string, { device: Device; stamp: Stamp; lastSeen: number; writers: string[]; recipients: string[] }>();
  const deviceOf = new Map<string, string>();
  const saved = new Map<string, { summary: SessionSummary; queued: boolean; stamp: Stamp }>();
  const trashed = new Map<string, { trashed: boolean; stamp: Stamp }>();

  for (const [writer, records] of logs) {
    for (const record of records) {
      const clamped = record.at.wall > limit;
      const at = clamped ? { wall: limit, count: record.at.count } : record.at;
      if (clamped) {
        clocksAhead.add(writer);
      }
      const stamp: Stamp = { at, writer };
      const { body } = record;
      if (body?.type === 'introduced' || body?.type === 'device') {
        deviceOf.set(writer, body.device.id);
        const known = devices.get(body.device.id);
        devices.set(body.device.id, {
          device: known && isLater(known.stamp, stamp) ? known.device : body.device,
          stamp: known && isLater(known.stamp, stamp) ? known.stamp : stamp,
          lastSeen: known?.lastSeen ?? at.wall,
          writers: [...new Set([...(known?.writers ?? []), writer])].sort(),
          recipients: [...new Set([...(known?.recipients ?? []), ...(body.recipient === undefined ? [] : [body.recipient])])].sort(),
        });
      } else if (body?.type === 'session') {
        const known = saved.get(body.summary.id);
        if (!known || isLater(stamp, known.stamp)) {
          saved.set(body.summary.id, { summary: body.summary, queued: queued.has(record.name), stamp });
        }
      } else if (body?.type === 'deleted' || body?.type === 'restored') {
        const known = trashed.get(body.session);
        if (!known || isLater(stamp, known.stamp)) {
          trashed.set(body.session, { trashed: body.type === 'deleted', stamp });
        }
      }
      const seen = devices.get(deviceOf.get(writer) ?? '');
      if (seen) {
        seen.lastSeen = Math.max(seen.lastSeen, at.wall);
      }
    }
  }

  const newestFirst = [...saved.values()].sort((a, b) => compareTimestamps(b.stamp.at, a.stamp.at) || (a.summary.id < b.summary.id ? -1 : 1));
  const sessions: SavedSession[] = [];
  const trash: TrashedSession[] = [];
  for (const { summary, stamp: { writer }, queued: isQueued } of newestFirst) {
    const device = devices.get(deviceOf.get(writer) ?? '')?.device;
    if (!device) {
      continue;
    }
    const session = { summary, device, writer, queued: isQueued };
    const mark = trashed.get(summary.id);
    if (mark?.trashed) {
      trash.push({ ...session, trashedAt: new Date(mark.stamp.at.wall).toISOString() });
    } else {
      sessions.push(session);
    }
  }
  return {
    sessions,
    trash,
    devices: new Map([...devices].map(([id, { device, lastSeen, writers, recipients }]) => [id, { device, lastSeen: new Date(lastSeen).toISOString(), writers, recipients }])),
    clocksAhead: [...clocksAhead].sort(),
  };
}

function isLater(a: Stamp, b: Stamp): boolean {
  return (compareTimestamps(a.at, b.at) || (a.writer < b.writer ? -1 : a.writer > b.writer ? 1 : 0)) > 0;
}
