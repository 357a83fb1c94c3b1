/** What the first save in a repository asks: who may read what is saved there from now on. */
import * as vscode from 'vscode';
import { ConvoSyncError } from '../../core/common/errors.ts';
import type { SavePlan } from '../../core/operations/plan.ts';
import type { NewVaultChoice } from '../../core/vault/places.ts';
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
      label: 'Only My Devices',
      description: 'recommended',
      detail: 'Sealed with a passphrase. Others with access to the repository see nothing.',
      iconPath: new vscode.ThemeIcon('lock'),
      kindOfVault: 'sealed',
    },
    {
      label: 'Whoever Can Read the Repository',
      detail: 'Not sealed, and no passphrase to remember. For a repository that is yours alone.',
      iconPath: new vscode.ThemeIcon('unlock'),
      kindOfVault: 'readable',
    },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: 'ConvoSync: Save',
    placeHolder: 'This is the first save here. Who may read what you save?',
    ignoreFocusOut: true,
  });
  if (!picked) {
    throw new ConvoSyncError('cancelled', 'It was not said who may read what is saved.');
  }
  return picked.kindOfVault;
}

/** Asks twice, and anew when the two are not the same: neither shows which of them was mistyped. */
export async function askForPassphrase(title: string): Promise<string> {
  // Loads what opens vaults, which most sessions of VS Code never need.
  const { shortestPassphrase } = await import('../../core/vault/keySlots.ts');
  for (let complaint: { complaint?: string } = {}; ; complaint = { complaint: 'The two were not the same. Type a passphrase once more.' }) {
    const first = await askSecretly(
      { title, prompt: `A passphrase of at least ${shortestPassphrase} characters. Your other devices will ask for it once.`, step: 1, totalSteps: 2, ...complaint },
      async (secret) => (secret.length < shortestPassphrase ? `At least ${shortestPassphrase} characters, please: whoever holds the storage can try as often as they like.` : undefined),
    );
    const second = await askSecretly({ title, prompt: 'The same passphrase once more', step: 2, totalSteps: 2 }, async () => undefined);
    if (first === second) {
      return first;
    }
  }
}
