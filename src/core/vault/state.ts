/** What a vault holds, as it is shown: the union of all its logs (see `mergedLogs`). */
import type { Device } from '../session/device.ts';
import type { SessionOutline, SessionSummary } from '../session/session.ts';

export interface SavedSession {
  /** At hand for all sessions, however many there are. */
  readonly outline: SessionOutline;
  /** Read when it is asked for: what only finds, counts or orders sessions leaves it alone. */
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
