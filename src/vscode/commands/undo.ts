import * as vscode from 'vscode';
import { ConvoSyncError } from '../../core/common/errors.ts';
import type { UndoPlan } from '../../core/operations/plan.ts';
import { t } from '../../l10n/language.ts';
import { describeNewer } from '../../wording/newerWork.ts';
import { describeNote, describeUndo } from '../../wording/reports.ts';
import { showStatus } from '../failures.ts';
import { withProgress } from '../progress.ts';
import { begin, type CommandParts } from './parts.ts';
import { undoSummary } from './summaries.ts';
import { withVault } from './withVault.ts';

/** @param expected the only session whose save may be undone; the last one without it */
export async function undoSave(parts: CommandParts, inFolder?: string, expected?: string): Promise<void> {
  await undo(parts, t`Undo Last Save`, 'save', inFolder, expected);
}

/** @param expected the only resume that may be undone, by the `undo` of its report; the last one without it */
export async function undoResume(parts: CommandParts, inFolder?: string, expected?: string): Promise<void> {
  await undo(parts, t`Undo Last Resume`, 'resume', inFolder, expected);
}

async function undo(parts: CommandParts, title: string, operation: UndoPlan['operation'], inFolder: string | undefined, expected: string | undefined): Promise<void> {
  const { core, folder } = await begin(parts, inFolder);
  try {
    const plan = await withVault(core, folder, (vault) => withProgress(title, (options) => core.planUndo(folder, operation, { ...options, ...vault, expected })));
    if (plan.blockers.length === 0) {
      await confirm(plan);
    }
    const report = await withProgress(title, (options) => core.undo(plan, options));
    parts.failures.offer('info', [...describeUndo(report), ...report.notes.map(describeNote)].join(' '), showStatus());
  } finally {
    void parts.overview.refresh('local');
  }
}

/** When something was done since, it makes room only after a question. */
async function confirm(plan: UndoPlan): Promise<void> {
  const anyway = t`Undo Anyway`;
  if (plan.newer !== undefined && (await vscode.window.showWarningMessage(describeNewer(plan.newer), { modal: true, detail: undoSummary(plan) }, anyway)) !== anyway) {
    throw new ConvoSyncError('cancelled', 'The undo was cancelled.');
  }
}
