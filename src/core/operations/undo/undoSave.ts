/**
 * Takes the last save of a checkout back: the commit where nobody else has it yet, and the session for everybody. The
 * files in the working tree stay as they are; what was staged before is staged again.
 */
import { ConvoSyncError } from '../../common/errors.ts';
import { hasCommit, isAncestor } from '../../git/history.ts';
import { trackedCommit } from '../../git/remotes.ts';
import type { Repository } from '../../git/repository.ts';
import { readState } from '../../git/workingTree.ts';
import { type Checkout, openCheckout } from '../checkout.ts';
import type { RunOptions } from '../convosync.ts';
import { Journal } from '../journal.ts';
import { checkoutKey, withVaultLocked } from '../locks.ts';
import type { Parts } from '../parts.ts';
import type { UndoReport } from '../report.ts';
import { trySend } from '../sending.ts';
import { replacesFiles, restoreCode } from './restoreCode.ts';
import { type UndoPoint, UndoPoints } from './undoPoint.ts';

/** Runs under the checkout's lock, which the caller holds. */
export async function runUndoSave(parts: Parts, repository: Repository, options: RunOptions & { force?: boolean }): Promise<Omit<UndoReport, 'notes'>> {
  const points = new UndoPoints(parts.home, checkoutKey(repository));
  const point = await points.newest('save');
  if (!point?.after) {
    throw new ConvoSyncError('nothing-to-undo', 'No save of this checkout is left to undo.', { details: { folder: repository.top } });
  }
  const checkout = await openCheckout(parts, repository, { refresh: true, signal: options.signal });
  const isPushed = point.after.commit !== point.before.commit && (await isAtRemote(checkout, point.after));
  // A save without a commit has nothing in the repository to take back.
  const touchedCode = point.commitMessage !== undefined || point.pulls || point.branches.length > 0;
  const blocked = isPushed || !touchedCode ? undefined : await newerWork(repository, point);
  if (blocked !== undefined && options.force !== true) {
    throw new ConvoSyncError('undo-blocked', 'Newer work lies on top of the save.', { details: { reason: blocked, folder: repository.top } });
  }
  const keepsCode = isPushed || !touchedCode || blocked !== undefined;
  const journal = new Journal(parts.home, checkoutKey(repository));
  await journal.write({ v: 1, operation: 'undo', of: 'save', session: point.session, undo: point.id, keepsCode });
  const report = await takeBackSave(parts, { ...checkout, repository: journal.watch(repository) }, points, point, { ...options, keepsCode });
  await journal.clear();
  return { ...report, remains: [...(isPushed ? (['pushed-commit'] as const) : []), ...report.remains] };
}

/**
 * Also for a save that a crash kept from being sealed. Can be repeated.
 *
 * @param options.keepsCode leaves the commit and everything in the repository, as others build upon it
 */
export async function takeBackSave(parts: Parts, checkout: Checkout, points: UndoPoints, point: UndoPoint, options: RunOptions & { keepsCode: boolean }): Promise<Omit<UndoReport, 'notes'>> {
  const { keepsCode, onProgress } = options;
  onProgress?.({ phase: 'code' });
  const untouched = { changed: false, kept: { branches: [], stashed: false, files: [] } };
  const { changed: code, kept } = keepsCode ? untouched : await restoreCode(checkout.repository, points, point);
  const files = keepsCode ? [] : await points.restoreFiles(point);
  onProgress?.({ phase: 'publish' });
  const taken = await takeBackSession(parts, checkout, point.session, options);
  onProgress?.({ phase: 'verify' });
  await points.update({ ...point, undone: true });
  return { session: point.session, restored: { code, index: code, conversations: 0 }, ...taken, kept: { ...kept, files: [...kept.files, ...files] } };
}

/** Whether the remote has the commit, as it says or else as it was last seen. */
export async function isAtRemote({ repository, remote, view }: Checkout, { branch, commit }: { branch?: string | undefined; commit: string }): Promise<boolean> {
  if (!remote || branch === undefined) {
    return false;
  }
  const tip = view?.refs.get(`refs/heads/${branch}`) ?? (await trackedCommit(repository, remote.name, branch));
  return tip !== undefined && (tip === commit || ((await hasCommit(repository, tip)) && (await isAncestor(repository, commit, tip))));
}

async function newerWork(repository: Repository, point: UndoPoint): Promise<'newer-commits' | 'staged-changes' | 'uncommitted-changes' | undefined> {
  const { commit, branch, changes } = await readState(repository);
  if (commit !== point.after?.commit || branch !== point.after?.branch) {
    return 'newer-commits';
  }
  if (changes.some(({ staged, path }) => staged && point.heldBack?.includes(path) !== true)) {
    return 'staged-changes';
  }
  return changes.length > 0 && (await replacesFiles(repository, point)) ? 'uncommitted-changes' : undefined;
}

/** What nobody else has seen is gone; else the session goes to the trash, and other devices see it until that is sent. */
async function takeBackSession(parts: Parts, checkout: Checkout, session: string, { signal }: RunOptions): Promise<Pick<UndoReport, 'remains' | 'trashed'>> {
  const { vault } = checkout;
  const saved = vault?.state.sessions.find(({ outline }) => outline.id === session);
  if (!vault || !saved) {
    return { remains: [] };
  }
  return withVaultLocked(parts, vault, { purpose: 'undoing a save', signal }, async () => {
    if (await vault.takeBack(session)) {
      return { remains: [] };
    }
    await vault.append({ type: 'deleted', session });
    const isSent = await trySend(parts, checkout, vault, signal);
    return { remains: isSent || saved.queued ? [] : ['pushed-session'], trashed: !saved.queued };
  });
}
