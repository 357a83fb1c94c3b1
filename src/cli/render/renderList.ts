import type { Listing } from '../../core/operations/report.ts';
import type { SavedSession } from '../../core/vault/state.ts';
import { deviceName } from '../../wording/deviceName.ts';
import { explainError } from '../../wording/errors.ts';
import { describePrivacy } from '../../wording/privacy.ts';
import { count } from '../../wording/quantities.ts';
import { shortCommit, shortId } from '../../wording/short.ts';
import { age } from '../../wording/time.ts';
import { messagesIn } from '../sessions.ts';
import { renderColumns } from '../terminal/columns.ts';
import type { Look } from '../terminal/style.ts';
import { indented } from './lines.ts';
import { renderNotes } from './renderNotes.ts';

export interface ListedSessions {
  listing: Listing;
  /** Those to show, newest first. */
  sessions: readonly SavedSession[];
  /** How many more there are that were not asked for. */
  more: number;
  trash: boolean;
}

const otherDevice = '●';
const waiting = '↑';
const pinned = '◆';

export function renderList({ listing, sessions, more, trash }: ListedSessions, look: Look): string {
  const { style } = look;
  if (sessions.length === 0) {
    return trash ? 'The trash is empty.' : listing.sessions.length === 0 ? 'No sessions are saved for this repository yet.' : 'No session fits.';
  }
  const devices = [...new Map(listing.sessions.map((session) => [session.device.id, session])).values()];
  const table = renderColumns(
    [
      { heading: 'ID', paint: style.command },
      { heading: '' },
      { heading: 'SAVED', atLeast: 8 },
      { heading: 'DEVICE', atLeast: 6 },
      { heading: 'BRANCH', atLeast: 8 },
      { heading: 'COMMIT', paint: style.faint },
      { heading: 'MESSAGES', align: 'right' },
      { heading: 'SESSION', atLeast: 10 },
    ],
    sessions.map((session) => [
      shortId(session.summary.id),
      session.queued ? waiting : session.pinned ? pinned : session.device.id === listing.here.id ? '' : otherDevice,
      age(session.summary.savedAt, look.now),
      deviceName(session.device, devices),
      session.summary.branch ?? '(no branch)',
      shortCommit(session.summary.commit),
      String(messagesIn(session)),
      session.summary.automatic === true ? `${session.summary.message} (saved by itself)` : session.summary.message,
    ]),
    look.columns,
    style.faint,
  );
  const legend = [
    ...(sessions.some((session) => !session.queued && !session.pinned && session.device.id !== listing.here.id) ? [`${otherDevice} from another device`] : []),
    ...(sessions.some((session) => session.pinned && !session.queued) ? [`${pinned} pinned`] : []),
    ...(sessions.some(({ queued }) => queued) ? [`${waiting} waiting to be sent`] : []),
  ];
  return [
    ...table,
    '',
    ...(more > 0 ? [`${count(more, 'older session')} not shown; see them with --all.`] : []),
    ...(legend.length === 0 ? [] : [style.faint(legend.join('   '))]),
    style.faint(describePrivacy(listing)),
  ].join('\n');
}

/** Why a listing is not from now, and what else its reader should know. Empty when there is nothing to say. */
export function renderListingProblems(listing: Listing, look: Look): string {
  const { style, now } = look;
  const notes = renderNotes(listing.notes, look);
  if (listing.problem === undefined) {
    return notes.join('\n');
  }
  const { title, hint, quote } = explainError(listing.problem);
  return [
    `${style.warn('!')} ${title} ${listing.refreshed === undefined ? 'The remote was never read: what follows is what this device knows by itself' : `What follows is from ${age(listing.refreshed, now)}`}.`,
    ...(quote === undefined ? [] : indented(quote, 4).map(style.faint)),
    ...(hint === undefined ? [] : indented(hint)),
    ...notes,
  ].join('\n');
}
