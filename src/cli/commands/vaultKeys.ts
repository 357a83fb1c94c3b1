/** What opens a sealed vault: here and now, and from now on. */
import type { Command } from 'commander';
import { ConvoSyncError } from '../../core/common/errors.ts';
import type { VaultChoice } from '../../core/operations/plan.ts';
import type { CleanReport } from '../../core/vault/cleaning.ts';
import { explainError } from '../../wording/errors.ts';
import { newPassphrase } from '../../wording/newVault.ts';
import { describeSealed, describeSealedAgain, sealing } from '../../wording/renewedKeys.ts';
import { firstLook } from '../../wording/stateCode.ts';
import { sealedDocument } from '../documents.ts';
import { exitCodeOf } from '../exitCodes.ts';
import type { CommonOptions, Ending, Invocation, RunVerb } from '../invocation.ts';
import { jsonOption, vaultOption, withCommonOptions } from '../options.ts';
import { askForSecret, nextPassphrase, unlock, withVault } from '../questions.ts';
import { renderRecoveryKey } from '../render/renderSave.ts';

interface KeyOptions extends CommonOptions {
  vault?: VaultChoice;
  newPassphraseFile?: string;
}

interface SealOptions extends KeyOptions {
  all?: boolean;
}

export function addVaultKeys(vault: Command, run: RunVerb): void {
  withCommonOptions(vault.command('unlock').description('Opens the sealed vault with its passphrase or recovery key, and keeps its keys on this device.').addOption(vaultOption()).addOption(jsonOption()))
    .action((_: CommonOptions, command: Command) => run(command.optsWithGlobals(), 'resume', (invocation) => unlockHere(invocation, command.optsWithGlobals())));
  withCommonOptions(vault.command('lock').description('Forgets the keys of the vault on this device. Your sessions stay where they are.').addOption(jsonOption()))
    .action((_: CommonOptions, command: Command) => run(command.optsWithGlobals(), 'save', lock));
  withCommonOptions(vault.command('passphrase')
    .description('Has the vault open to a new passphrase, and to no earlier one. Devices on which it is unlocked stay so.')
    .addOption(jsonOption())
    .option('--new-passphrase-file <file>', 'the new passphrase, as the first line of a file; --passphrase-file has the one until now'))
    .action((_: CommonOptions, command: Command) => run(command.optsWithGlobals(), 'save', (invocation) => changePassphrase(invocation, command.optsWithGlobals())));
  withCommonOptions(vault.command('recovery-key').description('Shows a new recovery key, once. The earlier one opens the vault no more.').addOption(jsonOption()))
    .action((_: CommonOptions, command: Command) => run(command.optsWithGlobals(), 'save', renewRecoveryKey));
  withCommonOptions(vault.command('seal')
    .description('Seals a readable vault: what is saved from now on only your own devices can read. What was saved before stays readable where it lies.')
    .addOption(jsonOption())
    .option('--all', 'also store once more, sealed, what was saved before; later too, in a vault that was sealed already')
    .option('--new-passphrase-file <file>', 'the passphrase to seal it with, as the first line of a file (- for standard input)'))
    .action((_: CommonOptions, command: Command) => run(command.optsWithGlobals(), 'save', (invocation) => seal(invocation, command.optsWithGlobals())));
}

async function unlockHere(invocation: Invocation, options: KeyOptions): Promise<Ending> {
  await unlock(invocation, options.vault, new ConvoSyncError('usage', 'There is nobody to ask for the passphrase: hand it over with --passphrase-file.'));
  const { convosync, output, work, folder } = invocation;
  const { code } = await work((run) => convosync.describeVault(folder, { ...run, vault: options.vault }));
  output.report(code, renderUnlocked, () => ({ unlocked: true, code }));
  return 0;
}

function renderUnlocked(code: string | undefined): string {
  return ['The vault is unlocked on this device.', ...(code === undefined ? [] : [`State ${code}. ${firstLook()}`])].join('\n');
}

async function lock({ convosync, output, work, folder }: Invocation): Promise<Ending> {
  const locked = await work((run) => convosync.lock(folder, run));
  output.report(locked, (done) => (done ? 'The vault is locked on this device. Unlock it with: convosync vault unlock' : 'There is no unlocked vault here.'), (done) => ({ locked: done }));
  return 0;
}

async function changePassphrase(invocation: Invocation, { newPassphraseFile }: KeyOptions): Promise<Ending> {
  const { convosync, output, work, folder } = invocation;
  const current = await askForSecret(invocation);
  const passphrase = await nextPassphrase(invocation, newPassphraseFile, 'The new passphrase');
  await withVault(invocation, undefined, () => work((run) => convosync.changePassphrase(folder, { current, next: { passphrase } }, run)));
  output.report(true, () => newPassphrase.changed, (changed) => ({ changed }));
  return 0;
}

async function seal(invocation: Invocation, { newPassphraseFile, all }: SealOptions): Promise<Ending> {
  const { convosync, output, work, folder } = invocation;
  if (all === true && (await withVault(invocation, undefined, (vault) => work((run) => convosync.describeVault(folder, { ...run, ...vault })))).sealing === 'sealed') {
    const again = await sealAgain(invocation);
    output.report(again, (done) => describeSealedAgain(done).join('\n'), (done) => ({ again: done }));
    return again.unsealed === 0 ? 0 : 8;
  }
  const passphrase = await nextPassphrase(invocation, newPassphraseFile, sealing.prompt);
  const sealed = await withVault(invocation, undefined, () => work((run) => convosync.seal(folder, { passphrase }, run)));
  // The recovery key is told this once, whatever comes of the rest.
  const again = all === true ? await trySealAgain(invocation) : undefined;
  const hint = sealed.readable === 0 ? [] : ['Do so with: convosync vault seal --all'];
  const rest = again === undefined ? hint : ConvoSyncError.is(again) ? [explainError(again).title, ...hint] : describeSealedAgain(again);
  output.report(sealed, (done, look) => [...describeSealed(done), ...rest, '', ...renderRecoveryKey(done.recoveryKey, look)].join('\n'), (done) => sealedDocument(done, again));
  return ConvoSyncError.is(again) ? exitCodeOf(again) : (again?.unsealed ?? 0) === 0 ? 0 : 8;
}

function sealAgain({ convosync, work, folder }: Invocation): Promise<CleanReport> {
  return work((run) => convosync.clean(folder, { ...run, sealsAgain: true }));
}

async function trySealAgain(invocation: Invocation): Promise<CleanReport | ConvoSyncError> {
  try {
    return await sealAgain(invocation);
  } catch (error) {
    if (ConvoSyncError.is(error)) {
      return error;
    }
    throw error;
  }
}

async function renewRecoveryKey(invocation: Invocation): Promise<Ending> {
  const { convosync, output, work, folder } = invocation;
  const current = await askForSecret(invocation);
  const recoveryKey = await withVault(invocation, undefined, () => work((run) => convosync.renewRecoveryKey(folder, current, run)));
  output.report(recoveryKey, (key, look) => renderRecoveryKey(key, look).join('\n'), (key) => ({ recoveryKey: key }));
  return 0;
}
