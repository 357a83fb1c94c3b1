/**
 * What a crash left half done: a save that had committed is completed, anything else is taken back. Runs before every
 * operation on a checkout, under its lock.
 */
import { ConvoSyncError } from '../common/errors.ts';
import type { Repository } from '../git/repository.ts';
import { checkoutKey, openCheckout } from './checkout.ts';
import type { RunOptions } from './convosync.ts';
import { Journal, type SaveEntry } from './journal.ts';
import type { Parts } from './parts.ts';
import type { SavePlan } from './plan.ts';
import type { Note } from './report.ts';
import { finishSave, isOwnCommit, takeBackCommit } from './save.ts';
import { takeBackResume } from './undoResume.ts';
import { UndoPoints } from './undoPoint.ts';

export async function isInterrupted(parts: Parts, repository: Repository): Promise<boolean> {
  return (await new Journal(parts.home, checkoutKey(repository)).read()) !== undefined;
}

export async function recover(parts: Parts, repository: Repository, options: RunOptions): Promise<Note[]> {
  const key = checkoutKey(repository);
  const journal = new Journal(parts.home, key);
  const entry = await journal.read();
  if (!entry) {
    return [];
  }
  options.onProgress?.({ phase: 'recover' });
  parts.logger.info(`an interrupted ${entry.operation} is found`);
  const points = new UndoPoints(parts.home, key);
  if (entry.operation === 'resume') {
    if (await points.read(entry.undo)) {
      await takeBackResume(repository, points, entry.undo, { force: true });
    }
    await journal.clear();
    return [{ kind: 'recovered', operation: 'resume', how: 'rolled-back', session: entry.session }];
  }
  return [{ kind: 'recovered', operation: 'save', how: await recoverSave(parts, repository, { journal, entry, points }, options), session: entry.session }];
}

async function recoverSave(parts: Parts, repository: Repository, { journal, entry, points }: { journal: Journal; entry: SaveEntry; points: UndoPoints }, options: RunOptions): Promise<'completed' | 'rolled-back'> {
  const plan = entry.plan as SavePlan;
  const point = await points.read(entry.session);
  if (!point) {
    await journal.clear();
    return 'rolled-back';
  }
  const checkout = await openCheckout(parts, repository.top, { refresh: true, found: false, signal: options.signal });
  if (checkout.vault?.state.sessions.some(({ summary }) => summary.id === entry.session) === true) {
    // Sealed, and perhaps sent: whatever of it still waits goes with the next sending.
    const { branch, commit } = await repository.head();
    const waiting = await checkout.vault.pendingCode();
    await points.update({ ...point, after: { commit: entry.committed ?? commit ?? '', ...(branch === undefined ? {} : { branch }) }, branchPushed: !waiting && plan.steps.some(({ kind }) => kind === 'push') });
    await journal.clear();
    await sendWaiting(parts, checkout.vault, checkout.problem, options);
    return 'completed';
  }
  const { commit } = await repository.head();
  const made = entry.committed ?? (commit !== undefined && (await isOwnCommit(repository, commit, point, plan)) ? commit : undefined);
  if (made === undefined || made !== commit) {
    await takeBackCommit(repository, points, point, plan);
    await journal.clear();
    return 'rolled-back';
  }
  try {
    await finishSave(parts, { checkout, plan, journal, entry: { ...entry, committed: made }, points, point, commit: made }, options);
    return 'completed';
  } catch (error) {
    // It has taken itself back; what it could not do is no reason to stop what the user wants now.
    if (ConvoSyncError.is(error) && error.code !== 'cancelled') {
      parts.logger.warn(`the interrupted save could not be completed: ${error.code}`);
      return 'rolled-back';
    }
    throw error;
  }
}

async function sendWaiting(parts: Parts, vault: NonNullable<Awaited<ReturnType<typeof openCheckout>>['vault']>, problem: ConvoSyncError | undefined, { signal }: RunOptions): Promise<void> {
  if (problem) {
    return;
  }
  try {
    await vault.send(signal);
  } catch (error) {
    if (!ConvoSyncError.is(error)) {
      throw error;
    }
    parts.logger.warn(`what waits could not be sent: ${error.code}`);
  }
}
