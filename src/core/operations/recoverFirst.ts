import { ConvoSyncError } from '../common/errors.ts';
import type { Repository } from '../git/repository.ts';
import type { RunOptions } from './convosync.ts';
import { Journal } from './journal.ts';
import { checkoutKey, withCheckoutLocked } from './locks.ts';
import type { Parts } from './parts.ts';
import type { Note } from './report.ts';

/**
 * Completes or takes back what a crash left, before anything is planned on top of it.
 *
 * @param waitMs how long to wait for another process that is at it
 * @throws ConvoSyncError `busy` with who is at it
 */
export async function recoverFirst(parts: Parts, repository: Repository, options: RunOptions, waitMs?: number): Promise<Note[]> {
  if (!(await new Journal(parts.home, checkoutKey(repository)).read())) {
    return [];
  }
  const { recover } = await import('./recover.ts');
  return withCheckoutLocked(parts, repository, { purpose: 'recovering', signal: options.signal, ...(waitMs === undefined ? {} : { waitMs }) }, () => recover(parts, repository, options));
}

/** What a crash left, for a look that changes nothing; while another process is at work it is no crash. */
export async function interruptedHere(parts: Parts, repository: Repository, { signal }: RunOptions): Promise<Note[]> {
  const journal = new Journal(parts.home, checkoutKey(repository));
  if (!(await journal.read())) {
    return [];
  }
  try {
    const entry = await withCheckoutLocked(parts, repository, { purpose: 'looking', signal, waitMs: 0 }, () => journal.read());
    return entry ? [{ kind: 'interrupted', operation: entry.operation }] : [];
  } catch (error) {
    if (ConvoSyncError.is(error, 'busy')) {
      return [];
    }
    throw error;
  }
}
