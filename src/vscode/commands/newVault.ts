/** What the first save in a repository asks: who may read what is saved there from now on. */
import * as vscode from 'vscode';
import { ConvoSyncError } from '../../core/common/errors.ts';
import type { SavePlan } from '../../core/operations/plan.ts';
import type { NewVaultChoice } from '../../core/vault/openVault.ts';
import { faultOf, newPassphrase, whoMayRead } from '../../wording/newVault.ts';
import { configuration } from '../configuration.ts';
import { askSecretly } from './askSecretly.ts';

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
  return configuration.newVault === 'readable' || (await askWhoMayRead()) === 'readable' ? 'readable' : { passphrase: await askForPassphrase('ConvoSync: Seal the Vault') };
}

async function askWhoMayRead(): Promise<'sealed' | 'readable'> {
  const items: (vscode.QuickPickItem & { kindOfVault: 'sealed' | 'readable' })[] = [
    {
      ...whoMayRead.sealed,
      description: 'recommended',
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
    title: 'ConvoSync: Save',
    placeHolder: whoMayRead.question,
    ignoreFocusOut: true,
  });
  if (!picked) {
    throw new ConvoSyncError('cancelled', 'It was not said who may read what is saved.');
  }
  return picked.kindOfVault;
}

/** Asks twice, and anew when the two are not the same: neither shows which of them was mistyped. */
export async function askForPassphrase(title: string): Promise<string> {
  for (let complaint: { complaint?: string } = {}; ; complaint = { complaint: newPassphrase.notTheSame }) {
    const first = await askSecretly(
      { title, prompt: newPassphrase.prompt, step: 1, totalSteps: 2, ...complaint },
      async (secret) => faultOf(secret),
    );
    const second = await askSecretly({ title, prompt: newPassphrase.again, step: 2, totalSteps: 2 }, async () => undefined);
    if (first === second) {
      return first;
    }
  }
}
