import * as vscode from 'vscode';
import { ConvoSyncError } from '../../core/common/errors.ts';
import type { UndoReport } from '../../core/operations/report.ts';
import { explainError } from '../../wording/errors.ts';
import { describeUndo } from '../../wording/reports.ts';
import { withProgress } from '../progress.ts';
import { begin, type CommandParts } from './parts.ts';
import { withVault } from './withVault.ts';

export async function undoSave(parts: CommandParts, inFolder?: string): Promise<void> {
  const { core, folder } = await begin(parts, inFolder);
  await undo(parts, 'Undo Last Save', (title, force) => withVault(core, folder, () => withProgress(title, (options) => core.undoSave(folder, { ...options, force }))));
}

export async function undoResume(parts: CommandParts, inFolder?: string): Promise<void> {
  const { core, folder } = await begin(parts, inFolder);
  await undo(parts, 'Undo Last Resume', (title, force) => withVault(core, folder, () => withProgress(title, (options) => core.undoResume(folder, { ...options, force }))));
}

/** When newer work lies on top, it is put aside only after a question. */
async function undo(parts: CommandParts, title: string, run: (title: string, force: boolean) => Promise<UndoReport>): Promise<void> {
  try {
    const report = await run(title, false);
    parts.failures.offer('info', describeUndo(report).join(' '));
  } catch (error) {
    if (!ConvoSyncError.is(error, 'undo-blocked') || error.details['reason'] === 'part-of-session') {
      throw error;
    }
    const { title: what, safe, hint } = explainError(error);
    const anyway = 'Undo Anyway';
    const pressed = await vscode.window.showWarningMessage(what, { modal: true, detail: [safe, hint].filter((part) => part !== undefined).join('\n\n') }, anyway);
    if (pressed === anyway) {
      const report = await run(title, true);
      parts.failures.offer('info', describeUndo(report).join(' '));
    }
  } finally {
    void parts.overview.refresh('local');
  }
}
