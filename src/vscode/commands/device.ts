import * as vscode from 'vscode';
import { ConvoSyncError } from '../../core/common/errors.ts';
import { t } from '../../l10n/language.ts';
import type { CommandParts } from './parts.ts';

const longestName = 64;

export async function renameDevice(parts: CommandParts): Promise<void> {
  const core = await parts.core.forUser();
  const name = await vscode.window.showInputBox({
    title: t`ConvoSync: Name This Device`,
    prompt: t`Your other devices show sessions under this name`,
    value: parts.overview.status?.listing.here.name ?? '',
    validateInput: (value) => (value.trim() === '' || value.trim().length > longestName ? t`A name has 1 to ${longestName} characters.` : undefined),
  });
  if (name === undefined) {
    throw new ConvoSyncError('cancelled', 'The name stays.');
  }
  await core.renameDevice(name.trim());
  parts.core.forget();
  await parts.overview.refresh('local');
}
