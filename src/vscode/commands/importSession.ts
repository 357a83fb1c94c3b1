/** A session that was sent as a file: a resume like any other, without a vault. */
import * as vscode from 'vscode';
import { ConvoSyncError } from '../../core/common/errors.ts';
import { t } from '../../l10n/language.ts';
import { extensions } from '../../wording/exportFormats.ts';
import { wordOfItsMaker } from '../../wording/portable.ts';
import { begin, type CommandParts } from './parts.ts';
import { resumeFrom, type Source } from './resume.ts';

export async function importSession(parts: CommandParts): Promise<void> {
  const { core, folder } = await begin(parts);
  const [file] = (await vscode.window.showOpenDialog({ title: t`Import Session`, openLabel: t`Import`, canSelectMany: false, filters: { [t`Portable session`]: [...extensions.portable] } })) ?? [];
  if (!file) {
    throw new ConvoSyncError('cancelled', 'No file was chosen.');
  }
  const plan: Source['plan'] = (request, answers, options) => core.planImport(answers.folder, file.fsPath, request, options);
  await resumeFrom(parts, core, folder, { plan, caution: wordOfItsMaker() });
}
