import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { writeFileAtomic } from '../../core/common/files.ts';
import type { ConvoSync } from '../../core/operations/convosync.ts';
import { recoveryKeyFile, type RecoveryKeyFacts, recoveryKeyFileName } from '../recoveryKeyFile.ts';

const copy: vscode.MessageItem = { title: 'Copy' };
const saveToFile: vscode.MessageItem = { title: 'Save to File…' };
const done: vscode.MessageItem = { title: 'Done', isCloseAffordance: true };

/**
 * Shows a recovery key, which is told this once, until the user is done with it. Throws for nothing that goes wrong: the
 * key would be lost with the dialog.
 *
 * @param folder top of the repository, where the key must not lie
 * @param remark one sentence more
 */
export async function showRecoveryKey(core: ConvoSync, folder: string, recoveryKey: string, remark?: string): Promise<void> {
  const facts: RecoveryKeyFacts = { recoveryKey, ...(await whatItOpens(core, folder)), made: new Date() };
  const why = 'It opens the vault when the passphrase is lost, and it is shown only now. Keep it off this device, on paper or in a password manager.';
  for (let said = remark === undefined ? [] : [remark]; ; ) {
    const detail = [facts.recoveryKey, why, ...said].join('\n\n');
    const pressed = await vscode.window.showInformationMessage('Recovery key of your vault', { modal: true, detail }, copy, saveToFile, done);
    if (pressed !== copy && pressed !== saveToFile) {
      return;
    }
    try {
      said = pressed === copy ? await copyKey(facts) : await saveKey(facts, folder);
    } catch (error) {
      said = [`That did not work: ${error instanceof Error ? error.message : String(error)}`];
    }
  }
}

/** What came of it, in a sentence. */
async function copyKey({ recoveryKey }: RecoveryKeyFacts): Promise<string[]> {
  await vscode.env.clipboard.writeText(recoveryKey);
  return ['Copied.'];
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
  await writeFileAtomic(target.fsPath, recoveryKeyFile(facts), { mode: 0o600 });
  return [`Saved to ${target.fsPath}.`];
}

async function whatItOpens(core: ConvoSync, folder: string): Promise<Pick<RecoveryKeyFacts, 'vault' | 'repository'>> {
  try {
    const { repository, listing } = await core.status(folder, { refresh: false });
    return { vault: listing.vault ?? 'unknown', repository: repository.name };
  } catch {
    return { vault: 'unknown', repository: path.basename(folder) };
  }
}

function isInside(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return !path.isAbsolute(relative) && relative.split(path.sep)[0] !== '..';
}
