import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { writeFileAtomic } from '../../core/common/files.ts';
import { recoveryKeyFile, type RecoveryKeyFacts, recoveryKeyFileName } from '../recoveryKeyFile.ts';

const copy: vscode.MessageItem = { title: 'Copy' };
const saveToFile: vscode.MessageItem = { title: 'Save to File…' };
const done: vscode.MessageItem = { title: 'Done', isCloseAffordance: true };

/**
 * Shows the recovery key of a vault that was just made, until the user is done with it. Never throws for a file that
 * cannot be written: the key would be lost with the dialog.
 *
 * @param folder top of the repository, where the key must not lie
 */
export async function showRecoveryKey(facts: RecoveryKeyFacts, folder: string): Promise<void> {
  const why = 'It opens the vault when the passphrase is lost, and it is shown only now. Keep it off this device, on paper or in a password manager.';
  for (let said: string[] = []; ; ) {
    const detail = [facts.recoveryKey, why, ...said].join('\n\n');
    const pressed = await vscode.window.showInformationMessage('Recovery key of your new vault', { modal: true, detail }, copy, saveToFile, done);
    if (pressed === copy) {
      await vscode.env.clipboard.writeText(facts.recoveryKey);
      said = ['Copied.'];
    } else if (pressed === saveToFile) {
      said = await saveKey(facts, folder);
    } else {
      return;
    }
  }
}

/** What came of it, in a sentence; nothing when the user backs out. */
async function saveKey(facts: RecoveryKeyFacts, folder: string): Promise<string[]> {
  const target = await vscode.window.showSaveDialog({
    title: 'Save Recovery Key',
    defaultUri: vscode.Uri.file(path.join(os.homedir(), recoveryKeyFileName)),
    filters: { Text: ['txt'] },
  });
  if (!target) {
    return [];
  }
  if (isInside(folder, target.fsPath)) {
    return ['It was not written there: the next save would send the key along with what it opens. Choose a place outside the repository.'];
  }
  try {
    await writeFileAtomic(target.fsPath, recoveryKeyFile(facts), { mode: 0o600 });
    return [`Saved to ${target.fsPath}.`];
  } catch (error) {
    return [`It could not be written: ${error instanceof Error ? error.message : String(error)}`];
  }
}

function isInside(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return !path.isAbsolute(relative) && relative.split(path.sep)[0] !== '..';
}
