import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { writeFileAtomic } from '../../core/common/files.ts';
import type { ConvoSync } from '../../core/operations/convosync.ts';
import { t } from '../../l10n/language.ts';
import { explainError } from '../../wording/errors.ts';
import { describeUnwritable } from '../../wording/unwritable.ts';
import { recoveryKeyFile, type RecoveryKeyFacts, recoveryKeyFileName } from '../recoveryKeyFile.ts';
import { recoveryKeyPage, recoveryKeyPageName } from '../recoveryKeyPage.ts';

/**
 * Shows a recovery key, which is told this once, until the user is done with it. Throws for nothing that goes wrong: the
 * key would be lost with the dialog.
 *
 * @param folder top of the repository, where the key must not lie
 * @param remark one sentence more
 */
export async function showRecoveryKey(core: ConvoSync, folder: string, recoveryKey: string, remark?: string): Promise<void> {
  const facts: RecoveryKeyFacts = { recoveryKey, ...(await whatItOpens(core, folder)), made: new Date() };
  const copy: vscode.MessageItem = { title: t`Copy` };
  const saveToFile: vscode.MessageItem = { title: t`Save to File…` };
  const print: vscode.MessageItem = { title: t`Page to Print…` };
  const done: vscode.MessageItem = { title: t`Done`, isCloseAffordance: true };
  const why = t`It opens the vault when the passphrase is lost, and it is shown only now. Keep it off this device, on paper or in a password manager.`;
  for (let said = remark === undefined ? [] : [remark]; ; ) {
    const detail = [facts.recoveryKey, why, ...said].join('\n\n');
    const pressed = await vscode.window.showInformationMessage(t`Recovery key of your vault`, { modal: true, detail }, copy, saveToFile, print, done);
    if (pressed !== copy && pressed !== saveToFile && pressed !== print) {
      return;
    }
    try {
      said = pressed === copy ? await copyKey(facts) : pressed === print ? await savePage(facts, folder) : await saveKey(facts, folder);
    } catch (error) {
      said = [explainError(error).title];
    }
  }
}

/** What came of it, in a sentence. */
async function copyKey({ recoveryKey }: RecoveryKeyFacts): Promise<string[]> {
  await vscode.env.clipboard.writeText(recoveryKey);
  return [t`Copied.`];
}

function saveKey(facts: RecoveryKeyFacts, folder: string): Promise<string[]> {
  return save({ title: t`Save Recovery Key`, name: recoveryKeyFileName, filters: { [t`Text`]: ['txt'] }, content: recoveryKeyFile(facts) }, folder);
}

/** The page has the key as a QR code too, and is opened in a browser, which can print it. */
async function savePage(facts: RecoveryKeyFacts, folder: string): Promise<string[]> {
  return save({ title: t`Save Page to Print`, name: recoveryKeyPageName, filters: { [t`Web page`]: ['html'] }, content: recoveryKeyPage(facts) }, folder, async (file) => {
    await vscode.env.openExternal(file);
    return t`Print it from the browser, then delete the file.`;
  });
}

interface SavedText {
  title: string;
  name: string;
  filters: Record<string, string[]>;
  content: string;
}

/** What came of it, in sentences; nothing when the user backs out. */
async function save({ title, name, filters, content }: SavedText, folder: string, afterwards?: (file: vscode.Uri) => Promise<string>): Promise<string[]> {
  const target = await vscode.window.showSaveDialog({ title, defaultUri: vscode.Uri.file(path.join(os.homedir(), name)), filters });
  if (!target) {
    return [];
  }
  if (isInside(folder, target.fsPath)) {
    return [t`It was not written there: the next save would send the key along with what it opens. Choose a place outside the repository.`];
  }
  try {
    await writeFileAtomic(target.fsPath, content, { mode: 0o600 });
  } catch (error) {
    return [describeUnwritable(target.fsPath, error)];
  }
  return [t`Saved to ${target.fsPath}.`, ...(afterwards ? [await afterwards(target)] : [])];
}

async function whatItOpens(core: ConvoSync, folder: string): Promise<Pick<RecoveryKeyFacts, 'vault' | 'repository'>> {
  try {
    const { repository, listing } = await core.status(folder, { refresh: false });
    return { vault: listing.vault ?? t`unknown`, repository: repository.name };
  } catch {
    return { vault: t`unknown`, repository: path.basename(folder) };
  }
}

function isInside(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return !path.isAbsolute(relative) && relative.split(path.sep)[0] !== '..';
}
