import type { ConvoSyncError } from '../../core/common/errors.ts';
import type { SyncReport } from '../../core/operations/report.ts';
import { explainError } from '../../wording/errors.ts';
import { count } from '../../wording/quantities.ts';
import { shortId } from '../../wording/short.ts';
import { age } from '../../wording/time.ts';
import type { Look } from '../terminal/style.ts';
import { fit } from '../terminal/width.ts';
import { renderNotes } from './renderNotes.ts';

/** A repository, and what came of it: the one or the other. */
export interface SyncedFolder {
  folder: string;
  report?: SyncReport;
  error?: ConvoSyncError;
}

const arrivedShown = 5;

export function renderSync({ folders, all }: { folders: readonly SyncedFolder[]; all: boolean }, look: Look): string {
  if (folders.length === 0) {
    return 'Nothing is waiting to be sent on this device.';
  }
  return folders.map(({ folder, report, error }) => {
    const lines = report ? [...renderNotes(report.notes, look), describeSending(report), ...arrivals(report, look)] : error ? [explainError(error).title] : [];
    return all ? [look.style.strong(folder), ...lines.map((line) => `  ${line}`)].join('\n') : lines.join('\n');
  }).join('\n');
}

/** What became of what waited. */
export function describeSending({ outcome, sessions }: Pick<SyncReport, 'outcome' | 'sessions'>): string {
  switch (outcome) {
    case 'sent':
      return sessions === 0 ? 'Sent what was waiting.' : `Sent ${count(sessions, 'session')}.`;
    case 'nothing-to-send':
      return 'Nothing is waiting to be sent.';
    case 'kept':
      return `${sessions === 0 ? 'What is waiting stays' : `${count(sessions, 'session')} still ${sessions === 1 ? 'waits' : 'wait'}`} on this device: there is no remote to send to.`;
  }
}

function arrivals({ arrived }: SyncReport, { now, columns }: Look): string[] {
  const lines = arrived.slice(0, arrivedShown).map(({ summary, device }) => fit(`New from ${device.name}, ${age(summary.savedAt, now)}: ${summary.message} (${shortId(summary.id)})`, columns));
  const more = arrived.length - lines.length;
  return [...lines, ...(more > 0 ? [`and ${more} more: convosync list`] : [])];
}
