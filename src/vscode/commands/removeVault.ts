import * as vscode from 'vscode';
import { ConvoSyncError } from '../../core/common/errors.ts';
import { t } from '../../l10n/language.ts';
import { describeRemoved, removal } from '../../wording/removal.ts';
import { shortId } from '../../wording/short.ts';
import { plainText } from '../plainText.ts';
import { withProgress } from '../progress.ts';
import { begin, type CommandParts } from './parts.ts';

/** Removes everything that this person saved from its place, once they have typed what it is called. */
export async function removeVault(parts: CommandParts): Promise<void> {
  const { core, folder } = await begin(parts);
  const planned = await withProgress(t`Looking what is there`, (options) => core.planRemoval(folder, options));
  const pressed = await vscode.window.showWarningMessage(plainText(removal.question(planned)), { modal: true, detail: removal.consequence(planned) }, t`Remove…`);
  const confirmed = pressed === undefined ? undefined : await vscode.window.showInputBox({
    title: t`ConvoSync: Remove Vault`,
    prompt: removal.confirm(planned),
    ignoreFocusOut: true,
    validateInput: (value) => (value.trim() === shortId(planned.vault) ? undefined : removal.confirm(planned)),
  });
  if (confirmed === undefined) {
    throw new ConvoSyncError('cancelled', 'Nothing was removed.');
  }
  const removed = await withProgress(t`Removing`, (options) => core.removeVault(folder, confirmed, options));
  parts.failures.offer('info', describeRemoved(removed).join(' '));
  await parts.overview.refresh('user');
}
