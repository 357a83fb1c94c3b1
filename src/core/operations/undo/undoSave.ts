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
import type { RunOptions, UndoOptions } from '../convosync.ts';
import { Journal } from '../journal.ts';
import { checkoutKey, withVaultLocked } from '../locks.ts';
import type { Parts } from '../parts.ts';
import type { NewerReason, UndoPlan, UndoStep, VaultChoice } from '../plan.ts';
import type { UndoReport } from '../report.ts';
import { trySend } from '../sending.ts';
import { lastPoint } from './lastPoint.ts';
import { countNewerCommits, replacesFiles, restoreCode } from './restoreCode.ts';
import { type UndoPoint, UndoPoints } from './undoPoint.ts';

export interface PreparedUndoSave {
  plan: UndoPlan;
  point: UndoPoint;
  checkout: Checkout;
  choice: VaultChoice | undefined;
}

/** @throws ConvoSyncError as `lastPoint`, and what opening the vault throws */
export async function planUndoSave(parts: Parts, repository: Repository, { expected, vault: choice, signal }: UndoOptions): Promise<PreparedUndoSave> {
  const points = new UndoPoints(parts.home, checkoutKey(repository));
  const point = await lastPoint(points, 'save', repository, expected);
  const { after } = point;
  const checkout = await openCheckout(parts, repository, { refresh: true, choice, signal });
  // A save without a commit has nothing in the repository to take back.
  const touchedCode = point.commitMessage !== undefined || point.pulls || point.branches.length > 0;
  const isPushed = after.commit !== point.before.commit && (await isAtRemote(checkout, after));
  const newer = isPushed || !touchedCode ? undefined : await newerWork(repository, point, after);
  const codeSteps: UndoStep[] = isPushed ? [{ kind: 'leave', what: 'pushed-commit', commit: after.commit }]
    : newer !== undefined ? [{ kind: 'leave', what: 'newer-work', commit: after.commit }]
    : touchedCode ? [{ kind: 'restore-code', ...point.before, files: false }, ...point.branches.map((position) => ({ kind: 'restore-branch', ...position }) as const)]
    : [];
  return {
    plan: {
      operation: 'save',
      session: point.session,
      at: point.at,
      folder: repository.top,
      blockers: [],
      steps: [...codeSteps, { kind: 'take-back-session' }],
      companions: [],
      ...(newer === undefined ? {} : { newer }),
    },
    point,
    checkout,
    choice,
  };
}

/**
 * Runs a plan under the checkout's lock, which the caller holds.
 *
 * @throws ConvoSyncError `busy` when something was done since it was planned
 */
export async function runUndoSave(parts: Parts, repository: Repository, { plan, point, choice }: PreparedUndoSave, options: RunOptions): Promise<Omit<UndoReport, 'notes'>> {
  const points = new UndoPoints(parts.home, checkoutKey(repository));
  const again = await planUndoSave(parts, repository, { vault: choice, signal: options.signal });
  if (again.point.id !== point.id || JSON.stringify(again.plan.steps) !== JSON.stringify(plan.steps)) {
    throw new ConvoSyncError('busy', 'Something was done since the undo was planned.', { details: { reason: 'changed', folder: repository.top } });
  }
  const keepsCode = !plan.steps.some(({ kind }) => kind === 'restore-code');
  const journal = new Journal(parts.home, checkoutKey(repository));
  await journal.write({ v: 1, operation: 'undo', of: 'save', session: point.session, undo: point.id, keepsCode });
  const report = await takeBackSave(parts, { ...again.checkout, repository: journal.watch(repository) }, points, point, { ...options, keepsCode });
  await journal.clear();
  const isPushed = plan.steps.some((step) => step.kind === 'leave' && step.what === 'pushed-commit');
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
  const untouched = { changed: false, kept: { sessions: [], branches: [], stashed: false, files: [] } };
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

/** What lies on top of a save that would be lost with its commit. */
async function newerWork(repository: Repository, point: UndoPoint, after: NonNullable<UndoPoint['after']>): Promise<NewerReason | undefined> {
  const { commit, branch, changes } = await readState(repository);
  if (commit !== after.commit || branch !== after.branch) {
    return (await countNewerCommits(repository, point)) > 0 ? 'newer-commits' : 'moved';
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
