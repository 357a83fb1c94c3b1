import * as vscode from 'vscode';
import { ConvoSyncError } from '../../core/common/errors.ts';
import type { RunOptions } from '../../core/operations/convosync.ts';
import type { UndoReport } from '../../core/operations/report.ts';
import { explainError } from '../../wording/errors.ts';
import { describeUndo } from '../../wording/reports.ts';
import { withProgress } from '../progress.ts';
import { begin, type CommandParts } from './parts.ts';

export async function undoSave(parts: CommandParts, inFolder?: string): Promise<void> {
  const { core, folder } = await begin(parts, inFolder);
  await undo(parts, 'Undo Last Save', (options) => core.undoSave(folder, options));
}

export async function undoResume(parts: CommandParts, inFolder?: string): Promise<void> {
  const { core, folder } = await begin(parts, inFolder);
  await undo(parts, 'Undo Last Resume', (options) => core.undoResume(folder, options));
}

/** When newer work lies on top, it is put aside only after a question. */
async function undo(parts: CommandParts, title: string, run: (options: RunOptions & { force?: boolean }) => Promise<UndoReport>): Promise<void> {
  try {
    const report = await withProgress(title, run);
    parts.failures.offer('info', describeUndo(report).join(' '));
  } catch (error) {
    if (!ConvoSyncError.is(error, 'undo-blocked')) {
      throw error;
    }
    const { title: what, safe, hint } = explainError(error);
    const anyway = 'Undo Anyway';
    const pressed = await vscode.window.showWarningMessage(what, { modal: true, detail: [safe, hint].filter((part) => part !== undefined).join('\n\n') }, anyway);
    if (pressed === anyway) {
      const report = await withProgress(title, (options) => run({ ...options, force: true }));
      parts.failures.offer('info', describeUndo(report).join(' '));
    }
  } finally {
    void parts.overview.refresh('local');
  }
}
