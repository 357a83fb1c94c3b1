/** Takes the last save of a checkout back: the commit where nobody else has it yet, and the session for everybody. */
import { ConvoSyncError } from '../common/errors.ts';
import type { Repository } from '../git/repository.ts';
import { type Checkout, checkoutKey, openCheckout, withVaultLocked } from './checkout.ts';
import type { RunOptions } from './convosync.ts';
import { sendQuietly } from './delete.ts';
import type { Parts } from './parts.ts';
import type { UndoReport } from './report.ts';
import { restoreHead } from './save.ts';
import { type UndoPoint, UndoPoints } from './undoPoint.ts';

/** Runs under the checkout's lock, which the caller holds. */
export async function runUndoSave(parts: Parts, repository: Repository, options: RunOptions & { force?: boolean }): Promise<UndoReport> {
  const points = new UndoPoints(parts.home, checkoutKey(repository));
  const point = await points.newest('save');
  if (!point?.after) {
    throw new ConvoSyncError('nothing-to-undo', 'No save of this checkout is left to undo.', { details: { folder: repository.top } });
  }
  const made = point.after.commit !== point.before.commit;
  const code = made && point.branchPushed !== true && (await mayTakeBack(repository, point, options.force === true));
  if (code) {
    await restoreHead(repository, point);
    await points.restoreIndex(repository, point);
  }
  const checkout = await openCheckout(parts, repository.top, { refresh: true, found: false, signal: options.signal });
  const sent = await takeBackSession(parts, checkout, point.session, options);
  await points.update({ ...point, undone: true });
  return {
    session: point.session,
    restored: { code, index: code, conversations: 0 },
    remains: [...(made && point.branchPushed === true ? (['pushed-commit'] as const) : []), ...(sent ? (['pushed-session'] as const) : [])],
    keptAside: [],
  };
}

/** @throws ConvoSyncError `undo-blocked` when newer work lies on top; with `force` the code then stays as it is */
async function mayTakeBack(repository: Repository, point: UndoPoint, force: boolean): Promise<boolean> {
  const state = await repository.state();
  const reason = state.commit !== point.after?.commit || state.branch !== point.after?.branch ? 'newer-commits' : state.changes.some(({ staged }) => staged) ? 'staged-changes' : undefined;
  if (reason !== undefined && !force) {
    throw new ConvoSyncError('undo-blocked', 'Newer work lies on top of the save.', { details: { reason, folder: repository.top } });
  }
  return reason === undefined;
}

/** True when other devices may have seen the session: it then goes to the trash there. */
async function takeBackSession(parts: Parts, checkout: Checkout, session: string, options: RunOptions): Promise<boolean> {
  const { vault } = checkout;
  if (!vault?.state.sessions.some(({ summary }) => summary.id === session)) {
    return false;
  }
  return withVaultLocked(parts, vault, 'undoing a save', options.signal, async () => {
    if (await vault.takeBack(session)) {
      return false;
    }
    await vault.append({ type: 'deleted', session });
    await sendQuietly(parts, checkout, vault, options.signal);
    return true;
  });
}
