/**
 * Takes a resume back: conversations, branches, index and working tree become what the undo point holds. Newer work on
 * top stops it; with `force` that work is kept too: commits on a branch of their own, changes in a stash, files aside.
 */
import { ConvoSyncError } from '../../common/errors.ts';
import type { Repository } from '../../git/repository.ts';
import { readHead } from '../../git/workingTree.ts';
import type { RunOptions } from '../convosync.ts';
import { Journal } from '../journal.ts';
import { checkoutKey } from '../locks.ts';
import type { Parts } from '../parts.ts';
import type { UndoReport } from '../report.ts';
import { hasNewerChanges, hasNewerCommits, ignoredOnTop, replacesFiles, restoreCode } from './restoreCode.ts';
import { type UndoPoint, UndoPoints } from './undoPoint.ts';

type Restored = Pick<UndoReport, 'restored' | 'kept'>;

/** Runs under the checkout's lock, which the caller holds. */
export async function runUndoResume(parts: Parts, repository: Repository, { force, onProgress }: RunOptions & { force?: boolean }): Promise<Omit<UndoReport, 'notes'>> {
  const points = new UndoPoints(parts.home, checkoutKey(repository));
  const point = await points.newest('resume');
  if (!point) {
    throw new ConvoSyncError('nothing-to-undo', 'No resume of this checkout is left to undo.', { details: { folder: repository.top } });
  }
  if (force !== true) {
    await assertNothingNewer(repository, points, point);
  }
  const journal = new Journal(parts.home, checkoutKey(repository));
  await journal.write({ v: 1, operation: 'undo', of: 'resume', session: point.session, undo: point.id, keepsCode: false });
  const restored = await takeBackResume(journal.watch(repository), points, point, { onProgress });
  await journal.clear();
  return { session: point.session, remains: [], ...restored };
}

/** Also for a resume that did not come to its end: whatever part of it happened is taken back. Can be repeated. */
export async function takeBackResume(repository: Repository, points: UndoPoints, point: UndoPoint, { onProgress }: Pick<RunOptions, 'onProgress'>): Promise<Restored> {
  onProgress?.({ phase: 'code' });
  const { changed: code, kept } = await restoreCode(repository, points, point);
  onProgress?.({ phase: 'conversation' });
  const files = await points.restoreFiles(point);
  onProgress?.({ phase: 'verify' });
  await points.update({ ...point, undone: true });
  return { restored: { code, index: code, conversations: point.conversations }, kept: { ...kept, files: [...kept.files, ...files] } };
}

async function assertNothingNewer(repository: Repository, points: UndoPoints, point: UndoPoint): Promise<void> {
  const { commit, branch } = await readHead(repository);
  const hasMoved = commit !== point.after?.commit || branch !== point.after?.branch || (await hasNewerCommits(repository, point));
  const isInTheWay = ((await replacesFiles(repository, point)) && (await hasNewerChanges(repository, point))) || (await ignoredOnTop(repository, point)).length > 0;
  const reason = hasMoved ? 'newer-commits' : isInTheWay ? 'uncommitted-changes' : (await points.newerFiles(point)).length > 0 ? 'newer-messages' : undefined;
  if (reason !== undefined) {
    throw new ConvoSyncError('undo-blocked', 'Newer work lies on top of the resume.', { details: { reason, folder: repository.top } });
  }
}
