/** What lets the owner into a sealed vault, changed. Both ask for what opens it now, also where it is unlocked. */
import { t } from '../../l10n/language.ts';
import { newPassphrase } from '../../wording/newVault.ts';
import { withProgress } from '../progress.ts';
import { askForPassphrase } from './askForPassphrase.ts';
import { begin, type CommandParts } from './parts.ts';
import { showRecoveryKey } from './recoveryKey.ts';
import { unlock } from './withVault.ts';

const prompt = (): string => t`The vault’s passphrase until now, or its recovery key`;

export async function changePassphrase(parts: CommandParts): Promise<void> {
  const title = t`ConvoSync: Change Passphrase`;
  const { core, folder } = await begin(parts);
  const current = await unlock(core, folder, { title, prompt: prompt() });
  const passphrase = await askForPassphrase(title);
  await withProgress(t`Changing the passphrase`, (options) => core.changePassphrase(folder, { current, next: { passphrase } }, options));
  parts.failures.offer('info', newPassphrase.changed);
}

export async function renewRecoveryKey(parts: CommandParts): Promise<void> {
  const { core, folder } = await begin(parts);
  const current = await unlock(core, folder, { title: t`ConvoSync: New Recovery Key`, prompt: prompt() });
  const recoveryKey = await withProgress(t`Making a new recovery key`, (options) => core.renewRecoveryKey(folder, current, options));
  await showRecoveryKey(core, folder, recoveryKey, t`The earlier recovery key opens the vault no more.`);
}
