/**
 * The union of a vault's logs: what all records that were added say together. What was said more than once (a session that was
 * sealed again before it was sent, a name, whether a session is in the trash) is decided by the latest (wall, count, writer).
 * In which order logs arrive does not matter, only that the records of each come in theirs: so what is new is added to what
 * was merged before, by this process or, from its kept form, by an earlier one.
 *
 * A clock that runs more than a day ahead is not believed: its records count as said a day from now, which is another time
 * at every look. What was merged with one of them, or by a clock that has been set back since, has to be merged anew (`holdsAt`).
 */
import type { Device } from '../session/device.ts';
import { outlineOf, type SessionOutline, type SessionSummary } from '../session/session.ts';
import { compareTimestamps, maxAhead, type Timestamp } from './clock.ts';
import { isLater, Marks, type Stamp } from './marks.ts';
import type { KnownBody, LogRecord } from './record.ts';
import type { SavedSession, TrashedSession, VaultState } from './state.ts';

/** A session as one record saved it. */
export interface Version extends Stamp {
  /** Of the record. */
  readonly name: string;
  readonly outline: SessionOutline;
  readonly summary: SessionSummary;
}

export interface DeviceFacts {
  device: Device;
  /** When it was said last what it is called. */
  stamp: Stamp;
  /** Milliseconds since 1970. */
  lastSeen: number;
  writers: readonly string[];
  recipients: readonly string[];
}

/** Everything that merging has to know to go on. */
export interface Union {
  /** By session, the oldest first. */
  saved: ReadonlyMap<string, readonly Version[]>;
  marks: Marks;
  /** By id. */
  devices: ReadonlyMap<string, DeviceFacts>;
  /** Ids of devices, by writer. */
  deviceOf: ReadonlyMap<string, string>;
  /** The latest time that is believed. */
  latest: Timestamp;
}

export class MergedLogs {
  static readonly empty = new MergedLogs({ saved: new Map(), marks: new Marks(), devices: new Map(), deviceOf: new Map(), latest: { wall: 0, count: 0 } });

  readonly #saved: Map<string, readonly Version[]>;
  readonly #marks: Marks;
  readonly #devices: Map<string, DeviceFacts>;
  readonly #deviceOf: Map<string, string>;
  readonly #clocksAhead: Set<string>;
  #latest: Timestamp;

  constructor({ saved, marks, devices, deviceOf, latest }: Union, clocksAhead: ReadonlySet<string> = new Set()) {
    this.#saved = new Map(saved);
    this.#marks = new Marks(marks.words);
    this.#devices = new Map(devices);
    this.#deviceOf = new Map(deviceOf);
    this.#clocksAhead = new Set(clocksAhead);
    this.#latest = latest;
  }

  get latest(): Timestamp {
    return this.#latest;
  }

  /** False where merging all records at this time would give something else. */
  holdsAt(now: Date): boolean {
    return this.#clocksAhead.size === 0 && this.#latest.wall <= now.getTime() + maxAhead;
  }

  /** @param records those of one log in its order, after the ones of it that were added before */
  with(records: readonly LogRecord[], now: Date): MergedLogs {
    if (records.length === 0) {
      return this;
    }
    const merged = new MergedLogs(this.union, this.#clocksAhead);
    const limit = now.getTime() + maxAhead;
    records.forEach((record) => merged.#add(record, limit));
    return merged;
  }

  /** Only of what was merged without a clock that is ahead it says everything. */
  get union(): Union {
    return { saved: this.#saved, marks: this.#marks, devices: this.#devices, deviceOf: this.#deviceOf, latest: this.#latest };
  }

  /** @param queued names of records that are not at the store yet */
  state(queued: ReadonlySet<string>): VaultState {
    const there: { id: string; shown: Version; since: Version }[] = [];
    for (const [id, versions] of this.#saved) {
      const [since] = versions;
      const shown = versions.findLast(({ name }) => !this.#marks.isGone(name));
      if (since && shown) {
        // One that was sealed or stored again later stays in its place, and is whose it was.
        there.push({ id, shown, since });
      }
    }
    there.sort((a, b) => compareTimestamps(b.since, a.since) || (a.id < b.id ? -1 : 1));
    const sessions: SavedSession[] = [];
    const trash: TrashedSession[] = [];
    const leaving: TrashedSession[] = [];
    for (const { id, shown, since } of there) {
      const device = this.#devices.get(this.#deviceOf.get(since.writer) ?? '')?.device;
      if (!device) {
        continue;
      }
      const fate = this.#marks.fateOf(id);
      const session = new SessionOf(shown, device, fate.pinned, queued.has(shown.name));
      if (fate.kind === 'kept') {
        sessions.push(session);
      } else {
        const { wall, writer, seq } = fate.stamp;
        (fate.now ? leaving : trash).push(Object.assign(session, { trashedAt: new Date(wall).toISOString(), trashedBy: { writer, seq, who: fate.by } }));
      }
    }
    const devices = [...this.#devices].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      sessions,
      trash,
      leaving,
      devices: new Map(devices.map(([id, { device, lastSeen, writers, recipients }]) => [id, { device, lastSeen: new Date(lastSeen).toISOString(), writers: [...writers], recipients: [...recipients] }])),
      clocksAhead: [...this.#clocksAhead].sort(),
    };
  }

  #add(record: LogRecord, limit: number): void {
    const { writer, seq } = record;
    const isAhead = record.at.wall > limit;
    const stamp = { wall: isAhead ? limit : record.at.wall, count: record.at.count, writer, seq };
    if (isAhead) {
      this.#clocksAhead.add(writer);
    } else if (compareTimestamps(stamp, this.#latest) > 0) {
      this.#latest = record.at;
    }
    const { body } = record;
    if (body?.type === 'session') {
      const { summary } = body;
      const version = { ...stamp, name: record.name, outline: outlineOf(summary), summary };
      this.#saved.set(summary.id, [...(this.#saved.get(summary.id) ?? []), version].sort((a, b) => (isLater(a, b) ? 1 : -1)));
    } else if (body?.type === 'introduced' || body?.type === 'device') {
      this.#addDevice(body, stamp);
    } else if (body) {
      this.#marks.note(body, stamp);
    }
    const seen = this.#devices.get(this.#deviceOf.get(writer) ?? '');
    if (seen && stamp.wall > seen.lastSeen) {
      this.#devices.set(seen.device.id, { ...seen, lastSeen: stamp.wall });
    }
  }

  #addDevice({ device, recipient }: Extract<KnownBody, { type: 'introduced' | 'device' }>, stamp: Stamp): void {
    const known = this.#devices.get(device.id);
    const isNews = !known || isLater(stamp, known.stamp);
    this.#deviceOf.set(stamp.writer, device.id);
    this.#devices.set(device.id, {
      device: isNews ? device : known.device,
      stamp: isNews ? stamp : known.stamp,
      lastSeen: known?.lastSeen ?? stamp.wall,
      writers: withOne(known?.writers, stamp.writer),
      recipients: withOne(known?.recipients, recipient),
    });
  }
}

/** All logs of a vault, each in its order. */
export function mergeLogs(logs: ReadonlyMap<string, readonly LogRecord[]>, now: Date): MergedLogs {
  return MergedLogs.empty.with([...logs.values()].flat(), now);
}

/** Ten thousand of them are made for a list: so each holds little. */
class SessionOf implements SavedSession {
  readonly device: Device;
  readonly pinned: boolean;
  readonly queued: boolean;
  readonly #version: Version;

  constructor(version: Version, device: Device, pinned: boolean, queued: boolean) {
    this.#version = version;
    this.device = device;
    this.pinned = pinned;
    this.queued = queued;
  }

  get outline(): SessionOutline {
    return this.#version.outline;
  }

  get summary(): SessionSummary {
    return this.#version.summary;
  }

  get writer(): string {
    return this.#version.writer;
  }

  get seq(): number {
    return this.#version.seq;
  }
}

function withOne(all: readonly string[] = [], one: string | undefined): readonly string[] {
  return one === undefined || all.includes(one) ? all : [...all, one].sort();
}
