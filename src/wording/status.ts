/** Where this repository stands, in one line: for the status command, the status bar and its tooltip. */
import { ConvoSyncError } from '../core/common/errors.ts';
import type { FailedTries } from '../core/operations/queue.ts';
import type { Status } from '../core/operations/report.ts';
import { explainError } from './errors.ts';
import { count } from './quantities.ts';
import { age } from './time.ts';

type SyncFacts = Pick<Status, 'sync' | 'queued' | 'conversation' | 'resumable' | 'lastSaved'> & { listing: Pick<Status['listing'], 'refreshed' | 'problem'> };

export function describeSync(status: SyncFacts, now: Date): string {
  switch (status.sync) {
    case 'synced':
      return status.lastSaved === undefined ? 'Synced' : `Synced, saved ${age(status.lastSaved.summary.savedAt, now)}`;
    case 'unsaved':
      return status.conversation && status.conversation.unsaved > 0 ? `${count(status.conversation.unsaved, 'message')} not saved` : 'Changes not saved';
    case 'queued':
      return `${count(status.queued, 'session')} waiting to be sent`;
    case 'never-saved':
      return 'Nothing saved yet';
    case 'offline':
      return `${wantsSignIn(status) ? 'Sign-in needed' : 'Offline'}${status.queued > 0 ? `, ${count(status.queued, 'session')} waiting to be sent` : ''}`;
    case 'distrusted':
      return 'The vault cannot be trusted';
    case 'resume-available':
      return status.resumable === undefined ? 'A session can be resumed' : `${status.resumable.device.name} saved ${age(status.resumable.summary.savedAt, now)}`;
  }
}

/** The remote answers, and wants to know who asks. */
export function wantsSignIn({ sync, listing }: Pick<SyncFacts, 'sync' | 'listing'>): boolean {
  return sync === 'offline' && ConvoSyncError.is(listing.problem, 'git-credentials');
}

/** Since when something waits, and why: `since 2 hours ago, tried 3 times: The remote cannot be reached.` */
export function describeTries({ since, tries, problem }: FailedTries, now: Date): string {
  return `since ${age(since, now)}${tries === 1 ? '' : `, tried ${tries} times`}: ${explainError(problem).title}`;
}

/** When the store was last read: `looked up 3 minutes ago`, `not looked up yet`. */
export function describeFreshness(refreshed: string | undefined, now: Date): string {
  return refreshed === undefined ? 'not looked up yet' : `looked up ${age(refreshed, now)}`;
}
