/** Where this repository stands, in one line: for the status command, the status bar and its tooltip. */
import { ConvoSyncError } from '../core/common/errors.ts';
import type { FailedTries } from '../core/operations/queue.ts';
import type { Status } from '../core/operations/report.ts';
import { t } from '../l10n/language.ts';
import { explainError } from './errors.ts';
import { count, separated } from './quantities.ts';
import { age } from './time.ts';

type SyncFacts = Pick<Status, 'sync' | 'queued' | 'conversation' | 'resumable' | 'current'> & { listing: Pick<Status['listing'], 'refreshed' | 'problem'> };

export function describeSync(status: SyncFacts, now: Date): string {
  switch (status.sync) {
    case 'synced':
      return status.current === undefined ? t`Synced` : t`Synced, saved ${age(status.current.summary.savedAt, now)}`;
    case 'unsaved':
      return status.conversation && status.conversation.unsaved > 0 ? t`${count(status.conversation.unsaved, 'message')} not saved` : t`Changes not saved`;
    case 'queued':
      return t`${count(status.queued, 'session')} waiting to be sent`;
    case 'never-saved':
      return t`Nothing saved yet`;
    case 'offline':
      return separated([wantsSignIn(status) ? t`Sign-in needed` : t`Offline`, ...(status.queued > 0 ? [t`${count(status.queued, 'session')} waiting to be sent`] : [])]);
    case 'distrusted':
      return t`The vault cannot be trusted`;
    case 'resume-available':
      return status.resumable === undefined ? t`A session can be resumed` : t`${status.resumable.device.name} saved ${age(status.resumable.summary.savedAt, now)}`;
  }
}

/** The remote answers, and wants to know who asks. */
export function wantsSignIn({ sync, listing }: Pick<SyncFacts, 'sync' | 'listing'>): boolean {
  return sync === 'offline' && ConvoSyncError.is(listing.problem, 'git-credentials');
}

/** Since when something waits, and why: `since 2 hours ago, tried 3 times: The remote cannot be reached.` */
export function describeTries({ since, tries, problem }: FailedTries, now: Date): string {
  const { title } = explainError(problem);
  return tries === 1 ? t`since ${age(since, now)}: ${title}` : t`since ${age(since, now)}, tried ${tries} times: ${title}`;
}

/** When the store was last read: `looked up 3 minutes ago`, `not looked up yet`. */
export function describeFreshness(refreshed: string | undefined, now: Date): string {
  return refreshed === undefined ? t`not looked up yet` : t`looked up ${age(refreshed, now)}`;
}
