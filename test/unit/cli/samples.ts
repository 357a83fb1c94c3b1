/** Plain data as core would give it, for rendering. */
import type { Listing, Status } from '../../../src/core/operations/report.ts';
import { outlineOf } from '../../../src/core/session/session.ts';
import type { SavedSession } from '../../../src/core/vault/state.ts';
import type { Look } from '../../../src/cli/terminal/style.ts';
import { plainStyle } from '../../../src/cli/terminal/style.ts';

export const now = new Date('2026-03-02T12:00:00Z');

export function look(columns = Infinity): Look {
  return { style: plainStyle, columns, now };
}

export const desktop = { id: 'aaaaaaaa11', name: 'Desktop', kind: 'desktop' } as const;
export const laptop = { id: 'bbbbbbbb22', name: 'Laptop', kind: 'laptop' } as const;

export function session(id: string, fields: Partial<SavedSession['summary']> & { device?: SavedSession['device']; queued?: boolean } = {}): SavedSession {
  const { device = desktop, queued = false, ...said } = fields;
  const summary = {
    id, savedAt: '2026-03-02T11:57:00Z', message: 'Add the menu', repository: { roots: [], name: 'shop' }, branch: 'main', commit: '0123456789abcdef0123456789abcdef01234567',
    subject: 'Add the menu [ConvoSync]', conversations: [{ agent: 'claude-code', id: '11111111-2222', title: 'Menu', messages: 12, issues: 0, bytes: 900 }], excerpt: 'Write the menu', stored: 1234, manifest: '', ...said,
  };
  return {
    outline: outlineOf(summary),
    summary,
    device,
    writer: 'cccc',
    seq: 2,
    pinned: false,
    queued,
  };
}

export function listing(sessions: SavedSession[], fields: Partial<Listing> = {}): Listing {
  return { sessions, trash: [], here: laptop, sealing: 'readable', place: 'host/ada/shop', refreshed: '2026-03-02T11:59:50Z', notes: [], ...fields };
}

export function status(fields: Partial<Status> = {}): Status {
  return {
    repository: { remote: 'host/ada/shop', roots: [], name: 'shop' }, folder: '/home/ada/shop', branch: 'main', commit: '0123456789abcdef0123456789abcdef01234567', subject: 'Add the menu', changes: [],
    sync: 'synced', unsaved: false, queued: 0, listing: listing([]), devices: [], stored: 0, undo: {}, ...fields,
  };
}
