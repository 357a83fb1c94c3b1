/** What the first save in a repository asks: who may read what is saved there from now on. */
import * as vscode from 'vscode';
import { ConvoSyncError } from '../../core/common/errors.ts';
import type { SavePlan } from '../../core/operations/plan.ts';
import type { NewVaultChoice } from '../../core/vault/openVault.ts';
import { t } from '../../l10n/language.ts';
import { whoMayRead } from '../../wording/newVault.ts';
import { configuration } from '../configuration.ts';
import { askForPassphrase } from './askForPassphrase.ts';

/**
 * How the vault is to be that this save makes. Undefined where it makes none: there is one already, or the remote that
 * may hold one does not answer.
 *
 * @throws ConvoSyncError `cancelled` when the user backs out
 */
export async function chooseNewVault({ sealing, findings }: Pick<SavePlan, 'sealing' | 'findings'>): Promise<NewVaultChoice | undefined> {
  if (sealing !== 'not-chosen' || findings.some(({ code }) => code === 'remote-unreachable' || code === 'credentials-refused')) {
    return undefined;
  }
  return configuration.newVault === 'readable' || (await askWhoMayRead()) === 'readable' ? 'readable' : { passphrase: await askForPassphrase(t`ConvoSync: Seal the Vault`) };
}

async function askWhoMayRead(): Promise<'sealed' | 'readable'> {
  const items: (vscode.QuickPickItem & { kindOfVault: 'sealed' | 'readable' })[] = [
    {
      ...whoMayRead.sealed,
      description: t`recommended`,
      iconPath: new vscode.ThemeIcon('lock'),
      kindOfVault: 'sealed',
    },
    {
      ...whoMayRead.readable,
      iconPath: new vscode.ThemeIcon('unlock'),
      kindOfVault: 'readable',
    },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: t`ConvoSync: Save`,
    placeHolder: whoMayRead.question,
    ignoreFocusOut: true,
  });
  if (!picked) {
    throw new ConvoSyncError('cancelled', 'It was not said who may read what is saved.');
  }
  return picked.kindOfVault;
}
