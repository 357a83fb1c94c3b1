/** What needs the vault asks here for what it takes to open it. Only commands do: looks in the background ask nothing. */
import * as vscode from 'vscode';
import { ConvoSyncError } from '../../core/common/errors.ts';
import type { ConvoSync } from '../../core/operations/convosync.ts';
import type { VaultChoice } from '../../core/operations/plan.ts';
import { t } from '../../l10n/language.ts';
import { explainError } from '../../wording/errors.ts';
import { shortId } from '../../wording/short.ts';
import { age } from '../../wording/time.ts';
import { askSecretly, type SecretQuestion } from './askSecretly.ts';

/** Which vault the user chose; without one, core knows which. */
export interface VaultAnswer {
  vault?: VaultChoice;
}

const attempts = 3;

/**
 * Runs something that needs the vault. Asks which one where that is unclear, and for its passphrase or recovery key where
 * it is locked on this device, and then runs it again.
 *
 * @param answer what was answered before; a new answer is added to it, so that none is asked for twice
 * @throws ConvoSyncError `cancelled` when the user backs out: nothing is ever joined, begun or unlocked by itself;
 * `vault-wrong-key` after as many wrong answers as are taken
 */
export async function withVault<T>(core: ConvoSync, folder: string, run: (answer: VaultAnswer) => Promise<T>, answer: VaultAnswer = {}): Promise<T> {
  for (let isUnlocked = false; ; ) {
    try {
      return await run(answer.vault === undefined ? {} : { vault: answer.vault });
    } catch (error) {
      if (ConvoSyncError.is(error, 'vault-choice') && answer.vault === undefined) {
        answer.vault = await askForVault(error);
      } else if (ConvoSyncError.is(error, 'vault-locked') && !isUnlocked) {
        await unlock(core, folder, { title: t`ConvoSync: Unlock Vault`, prompt: t`The vault’s passphrase, or its recovery key` }, answer);
        isUnlocked = true;
      } else {
        throw error;
      }
    }
  }
}

/** Unlocks the vault on this device, and resolves with what has opened it. Throws as `withVault`. */
export async function unlock(core: ConvoSync, folder: string, question: SecretQuestion, { vault }: VaultAnswer = {}): Promise<string> {
  let wrong = 0;
  return askSecretly(question, async (secret, signal) => {
    try {
      await core.unlock(folder, secret, { vault, signal });
      return undefined;
    } catch (error) {
      if (!ConvoSyncError.is(error, 'vault-wrong-key') || ++wrong === attempts) {
        throw error;
      }
      const { title, hint } = explainError(error);
      return [title, hint].filter((part) => part !== undefined).join(' ');
    }
  });
}

/** @param error a `vault-choice`, whose details name the vaults */
async function askForVault(error: ConvoSyncError): Promise<VaultChoice> {
  const joins = vaultsOf(error).map(({ id, created }): vscode.QuickPickItem & { choice: VaultChoice } => ({
    label: t`Join ${shortId(id)}`,
    ...(created === undefined ? {} : { description: t`begun ${age(created, new Date())}` }),
    detail: t`Choose it when your other devices save there.`,
    iconPath: new vscode.ThemeIcon('vm-connect'),
    choice: { join: id },
  }));
  const begins: vscode.QuickPickItem & { choice: VaultChoice } = {
    label: t`Begin a New One`,
    detail: t`The sessions that are there stay someone else’s, and are never mixed with yours.`,
    iconPath: new vscode.ThemeIcon('add'),
    choice: 'new',
  };
  const picked = await vscode.window.showQuickPick(
    [...joins, begins],
    { title: t`Whose sessions are in this repository?`, placeHolder: t`The remote holds sessions that this device does not know`, ignoreFocusOut: true },
  );
  if (!picked) {
    throw new ConvoSyncError('cancelled', 'No vault was chosen.');
  }
  return picked.choice;
}

function vaultsOf(error: ConvoSyncError): { id: string; created?: string }[] {
  const vaults = error.details['vaults'];
  return Array.isArray(vaults) ? (vaults as { id: string; created?: string }[]) : [];
}
