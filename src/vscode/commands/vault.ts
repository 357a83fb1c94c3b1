import * as vscode from 'vscode';
import { ConvoSyncError } from '../../core/common/errors.ts';
import type { VaultChoice } from '../../core/operations/plan.ts';
import { shortId } from '../../wording/short.ts';
import { age } from '../../wording/time.ts';
import { begin, type CommandParts } from './parts.ts';

/**
 * Which of the vaults at a remote is the user's.
 *
 * @param error a `vault-choice`, whose details name the vaults
 * @throws ConvoSyncError `cancelled` when the user backs out: nothing is ever joined or begun by itself
 */
export async function askForVault(error: ConvoSyncError): Promise<VaultChoice> {
  const vaults = vaultsOf(error);
  const joins = vaults.map(({ id, created }): vscode.QuickPickItem & { choice: VaultChoice } => ({
    label: `Join ${shortId(id)}`,
    ...(created === undefined ? {} : { description: `begun ${age(created, new Date())}` }),
    detail: 'Choose it when your other devices save there.',
    iconPath: new vscode.ThemeIcon('vm-connect'),
    choice: { join: id },
  }));
  const begins: vscode.QuickPickItem & { choice: VaultChoice } = {
    label: 'Begin a New One',
    detail: 'The sessions that are there stay someone else’s, and are never mixed with yours.',
    iconPath: new vscode.ThemeIcon('add'),
    choice: 'new',
  };
  const picked = await vscode.window.showQuickPick(
    [...joins, begins],
    { title: 'Whose sessions are in this repository?', placeHolder: 'The remote holds sessions that this device does not know', ignoreFocusOut: true },
  );
  if (!picked) {
    throw new ConvoSyncError('cancelled', 'No vault was chosen.');
  }
  return picked.choice;
}

/** Asks once, remembers the answer in core, and shows what is there. */
export async function chooseVault(parts: CommandParts): Promise<void> {
  const { core, folder } = await begin(parts);
  try {
    await core.list(folder);
  } catch (error) {
    if (!ConvoSyncError.is(error, 'vault-choice')) {
      throw error;
    }
    await core.list(folder, { vault: await askForVault(error) });
  }
  await parts.overview.refresh('user');
}

function vaultsOf(error: ConvoSyncError): { id: string; created?: string }[] {
  const vaults = error.details['vaults'];
  return Array.isArray(vaults) ? (vaults as { id: string; created?: string }[]) : [];
}
