/** Facts as core gives them, with only what a test is about said. */
import type { Listing, Status } from '../../../src/core/operations/report.ts';
import type { Device } from '../../../src/core/session/device.ts';
import { outlineOf } from '../../../src/core/session/session.ts';
import type { SavedSession } from '../../../src/core/vault/state.ts';

export const now = new Date('2026-03-04T12:00:00Z');
export const laptop: Device = { id: 'aaaaaaaa', name: 'laptop', kind: 'laptop' };
export const desktop: Device = { id: 'dddddddd', name: 'desktop', kind: 'desktop' };

export function minutesAgo(minutes: number): string {
  return new Date(now.getTime() - minutes * 60_000).toISOString();
}

export function saved(id: string, device: Device, { minutes = 5, queued = false, message = `Session ${id}` } = {}): SavedSession {
  const summary = {
    id,
    savedAt: minutesAgo(minutes),
    message,
    repository: { name: 'pizza', roots: [] },
    branch: 'main',
    commit: '1234567890'.repeat(4),
    subject: 'Price a pizza',
    conversations: [{ agent: 'claude-code', id: 'c1', messages: 42, issues: 0, bytes: 1 }],
    excerpt: '',
    stored: 1,
    manifest: '0'.repeat(64),
  };
  return { outline: outlineOf(summary), summary, device, writer: 'wwwwwwww', seq: 2, pinned: false, queued };
}

export function listing(sessions: SavedSession[], rest: Partial<Listing> = {}): Listing {
  return { sessions, trash: [], here: laptop, sealing: 'readable', refreshed: minutesAgo(1), notes: [], ...rest };
}

export function status(rest: Partial<Status> = {}): Status {
  return {
    repository: { name: 'pizza', roots: [] },
    folder: '/home/ada/pizza',
    branch: 'main',
    commit: '1234567890'.repeat(4),
    changes: [],
    sync: 'never-saved',
    queued: 0,
    unsaved: false,
    listing: listing([]),
    devices: [],
    stored: 0,
    undo: {},
    ...rest,
  };
}
