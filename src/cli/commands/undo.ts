/** `--undo` of a save and of a resume: planned, shown where something is newer, and run. */
import { ConvoSyncError } from '../../core/common/errors.ts';
import type { UndoPlan, VaultChoice } from '../../core/operations/plan.ts';
import { describeUndo } from '../../wording/reports.ts';
import { undoDocument, undoPlanDocument } from '../documents.ts';
import type { Ending, Invocation } from '../invocation.ts';
import { withVault } from '../questions.ts';
import { renderUndoPlan } from '../render/renderPlan.ts';

interface UndoRequest {
  dryRun?: boolean | undefined;
  force?: boolean | undefined;
  vault?: VaultChoice | undefined;
}

/**
 * @param named what stands beside `--undo`, as if it chose
 * @throws ConvoSyncError `usage` where something does; `undo-blocked` where something is newer and nobody has agreed that it makes room
 */
export async function undo(invocation: Invocation, operation: UndoPlan['operation'], named: string | undefined, { dryRun, force, vault: given }: UndoRequest): Promise<Ending> {
  const { convosync, output, work, folder, prompts } = invocation;
  if (named !== undefined) {
    throw new ConvoSyncError('usage', `convosync ${operation} --undo takes the last ${operation} here back, without naming it: leave out “${named}”.`);
  }
  const plan = await withVault(invocation, given, (vault) => work((run) => convosync.planUndo(folder, operation, { ...run, ...vault })));
  if (dryRun === true) {
    output.report(plan, renderUndoPlan, undoPlanDocument);
    return plan.blockers.length > 0 ? 3 : 0;
  }
  if (plan.newer !== undefined && plan.blockers.length === 0 && force !== true) {
    if (!prompts) {
      throw new ConvoSyncError('undo-blocked', 'Newer work lies on top.', { details: { reason: plan.newer, operation, folder } });
    }
    output.tell(plan, renderUndoPlan);
    if (!(await prompts.confirm('Undo it?', false))) {
      throw new ConvoSyncError('cancelled', 'Cancelled.');
    }
  }
  const report = await work((run) => convosync.undo(plan, run));
  output.report(report, (undone) => describeUndo(undone).join('\n'), undoDocument);
  return 0;
}
