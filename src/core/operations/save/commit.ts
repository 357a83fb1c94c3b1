/** The code's part of a save: a branch, the handoff's file, a commit, a pull, as the plan says. */
import * as path from 'node:path';
import { throwIfCancelled } from '../../common/errors.ts';
import { writeFileAtomic } from '../../common/files.ts';
import { sha256 } from '../../common/hash.ts';
import { switchTo } from '../../git/branches.ts';
import { pullBranch } from '../../git/fetch.ts';
import { findHeldBack } from '../../git/heldBack.ts';
import { resolveCommit } from '../../git/history.ts';
import { leaveOutNothing } from '../../git/leftOut.ts';
import { commitStaged, stageAll } from '../../git/staging.ts';
import type { Checkout } from '../checkout.ts';
import type { RunOptions } from '../convosync.ts';
import type { Parts } from '../parts.ts';
import type { SavePlan, SaveStep } from '../plan.ts';
import { commitMade } from '../undo/restoreCode.ts';
import type { UndoPoint, UndoPoints } from '../undo/undoPoint.ts';
import { handoffFileContent } from './handoffFile.ts';

/**
 * Brings the working tree's changes into a commit, with the user's hooks; what has happened already, before a crash, is
 * not done again. Returns the undo point with what has to be known to take it back.
 */
export async function commitCode(parts: Parts, checkout: Checkout, plan: SavePlan, points: UndoPoints, begun: UndoPoint, { signal, onProgress }: RunOptions): Promise<UndoPoint> {
  const { repository } = checkout;
  let point = begun;
  for (const step of plan.steps) {
    throwIfCancelled(signal);
    const isCommitted = point.made !== undefined;
    if (step.kind === 'create-branch' && !isCommitted) {
      onProgress?.({ phase: 'commit' });
      await switchTo(repository, step.branch, { create: plan.head.commit }, signal);
    } else if (step.kind === 'write-handoff' && !isCommitted) {
      onProgress?.({ phase: 'commit' });
      point = await writeHandoffFile(parts, checkout, plan, points, point, step.path, signal);
    } else if (step.kind === 'commit') {
      onProgress?.({ phase: 'commit' });
      if (!isCommitted) {
        point = await commitChanges(parts, checkout, plan, points, point, step, { signal, onProgress });
      }
      await points.stageHeldBack(repository, point, signal);
    } else if (step.kind === 'pull') {
      onProgress?.({ phase: 'fetch' });
      await pullBranch(repository, step.how, step.remote, step.branch, signal);
      onProgress?.({ phase: 'fetch' });
      point = await points.update({ ...point, brings: (await resolveCommit(repository, 'HEAD')) ?? point.before.commit });
    }
  }
  onProgress?.({ phase: 'commit', done: 1, total: 1 });
  return point;
}

/** What was staged and is held back is taken out of the index for the commit; which files that is, is noted before. */
async function commitChanges(parts: Parts, { repository }: Checkout, plan: SavePlan, points: UndoPoints, begun: UndoPoint, { message, everything }: Extract<SaveStep, { kind: 'commit' }>, { signal, onProgress }: RunOptions): Promise<UndoPoint> {
  const { secrets, large } = await findHeldBack(repository, plan.changes, everything === true ? leaveOutNothing : parts.leaveOut, signal);
  const heldBack = [...secrets, ...large];
  const staged = plan.changes.filter((change) => change.staged && heldBack.includes(change.path)).map((change) => change.path);
  const point = staged.length === 0 ? begun : await points.update({ ...begun, heldBack: staged });
  if (await stageAll(repository, plan.changes, heldBack, signal)) {
    onProgress?.({ phase: 'commit' });
    await commitStaged(repository, plan.body === undefined ? message : `${message}\n\n${plan.body}`, signal);
  }
  onProgress?.({ phase: 'commit' });
  return points.update({ ...point, ...(await commitMade(repository, point)) });
}

async function writeHandoffFile(parts: Parts, checkout: Checkout, plan: SavePlan, points: UndoPoints, point: UndoPoint, file: string, signal?: AbortSignal): Promise<UndoPoint> {
  const absolute = path.join(checkout.repository.top, file);
  const content = await handoffFileContent(parts, checkout, absolute, plan.handoff, signal);
  const kept = await points.keep(point, [{ absolute, after: sha256(content) }]);
  await writeFileAtomic(absolute, content);
  return kept;
}
