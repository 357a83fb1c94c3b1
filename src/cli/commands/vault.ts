import type { Command } from 'commander';
import { ConvoSyncError } from '../../core/common/errors.ts';
import type { VaultChoice } from '../../core/operations/plan.ts';
import type { CheckReport, Listing } from '../../core/operations/report.ts';
import { describePrivacy } from '../../wording/privacy.ts';
import { newPassphrase } from '../../wording/newVault.ts';
import { bytes, count } from '../../wording/quantities.ts';
import { explainError } from '../../wording/errors.ts';
import { shortId } from '../../wording/short.ts';
import { checkDocument, vaultDocument } from '../documents.ts';
import type { CommonOptions, Ending, Invocation, RunVerb } from '../invocation.ts';
import { jsonOption, vaultOption, withCommonOptions } from '../options.ts';
import { askForNewPassphrase, askForSecret, unlock, withVault } from '../questions.ts';
import { readPassphrase } from '../passphrase.ts';
import { renderRecoveryKey } from '../render/renderSave.ts';
import { renderListingProblems } from '../render/renderList.ts';
import type { Look } from '../terminal/style.ts';

const examples = `
Examples:
  convosync vault                               where the vault lies, and who can read it
  convosync vault unlock                        open the sealed vault on this device
  convosync vault unlock --passphrase-file -    the same in a script, with the passphrase on standard input
  convosync vault lock                          forget its keys on this device
  convosync vault passphrase                    have it open to a new passphrase, and to no earlier one
  convosync vault recovery-key                  have it open to a new recovery key, and to no earlier one
  convosync vault check                         read everything that is saved, and prove it
  convosync vault use ~/Dropbox/convosync       keep this repository's sessions in a folder from now on
  convosync vault use https://cloud.example.org/dav/convosync --user ada
  convosync vault use s3:https://s3.eu-central-1.amazonaws.com/my-bucket --user <access key>
  convosync vault use remote                    keep them at the repository's remote again
  convosync vault move ~/Dropbox/convosync      take along what is saved, and keep them there from now on`;

interface VaultOptions extends CommonOptions {
  vault?: VaultChoice;
  newPassphraseFile?: string;
  user?: string;
  passwordFile?: string;
}

export function addVault(program: Command, run: RunVerb): void {
  const vault = program.command('vault')
    .summary('where sessions are kept, who can read them, and the keys')
    .description('Shows the vault of this repository: where it lies, and who can read what is saved.')
    .addOption(vaultOption())
    .addOption(jsonOption());
  withCommonOptions(vault)
    .addHelpText('after', examples)
    .action((options: VaultOptions) => run(options, 'resume', (invocation) => show(invocation, options)));
  // Options that both verbs have are read by the one above.
  withCommonOptions(vault.command('unlock').description('Opens the sealed vault with its passphrase or recovery key, and keeps its keys on this device.'))
    .action((_: CommonOptions, command: Command) => run(command.optsWithGlobals(), 'resume', (invocation) => unlockHere(invocation, command.optsWithGlobals())));
  withCommonOptions(vault.command('check').description('Reads everything that is saved, those in the trash included, and proves that each session can be resumed.'))
    .action((_: CommonOptions, command: Command) => run(command.optsWithGlobals(), 'resume', (invocation) => check(invocation, command.optsWithGlobals())));
  addKeyChanges(vault, run);
  addPlaces(vault, run);
  withCommonOptions(vault.command('lock').description('Forgets the keys of the vault on this device. Your sessions stay where they are.'))
    .action((_: CommonOptions, command: Command) => run(command.optsWithGlobals(), 'save', lock));
}

function addPlaces(vault: Command, run: RunVerb): void {
  withPlace(vault.command('use')
    .description('Keeps the sessions of this repository elsewhere than at its remote: in a folder, on a WebDAV server or in an S3-compatible bucket. Say so on each of your devices. What is saved already stays where it is.'))
    .action((place: string, _: CommonOptions, command: Command) => run(command.optsWithGlobals(), 'save', (invocation) => use(invocation, place, command.optsWithGlobals())));
  withPlace(vault.command('move')
    .description('Copies everything that is saved to another place, proves it there, and keeps the sessions of this repository there from now on. The copy at the former place stays. Then say “vault use” on your other devices.'))
    .action((place: string, _: CommonOptions, command: Command) => run(command.optsWithGlobals(), 'save', (invocation) => move(invocation, place, command.optsWithGlobals())));
}

function withPlace(command: Command): Command {
  return withCommonOptions(command
    .argument('<place>', 'a folder, https://… of a WebDAV server, s3:https://<service>/<bucket>, or “remote”')
    .option('--user <name>', 'who signs in there; for S3 the id of the access key')
    .option('--password-file <file>', 'the password, or the secret of the access key, as the first line of a file (- for standard input)'));
}

function addKeyChanges(vault: Command, run: RunVerb): void {
  withCommonOptions(vault.command('passphrase')
    .description('Has the vault open to a new passphrase, and to no earlier one. Devices on which it is unlocked stay so.')
    .option('--new-passphrase-file <file>', 'the new passphrase, as the first line of a file; --passphrase-file has the one until now'))
    .action((_: CommonOptions, command: Command) => run(command.optsWithGlobals(), 'save', (invocation) => changePassphrase(invocation, command.optsWithGlobals())));
  withCommonOptions(vault.command('recovery-key').description('Shows a new recovery key, once. The earlier one opens the vault no more.'))
    .action((_: CommonOptions, command: Command) => run(command.optsWithGlobals(), 'save', renewRecoveryKey));
}

async function show(invocation: Invocation, options: VaultOptions): Promise<Ending> {
  const { convosync, output, work, folder } = invocation;
  const listing = await withVault(invocation, options.vault, (vault) => work((run) => convosync.list(folder, { ...run, ...vault })));
  output.tell(listing, renderListingProblems);
  output.report(listing, renderVault, vaultDocument);
  return 0;
}

function renderVault({ vault, sealing, place, sessions }: Listing, { style }: Look): string {
  return [
    vault === undefined ? 'No vault yet' : `Vault ${vault}`,
    `  ${place ?? 'on this device only'}, ${count(sessions.length, 'session')}`,
    `  ${style.faint(describePrivacy(sealing))}`,
  ].join('\n');
}

async function unlockHere(invocation: Invocation, options: VaultOptions): Promise<Ending> {
  await unlock(invocation, options.vault, new ConvoSyncError('vault-locked', 'There is nobody to ask for the passphrase.'));
  invocation.output.report(true, () => 'The vault is unlocked on this device.', (unlocked) => ({ unlocked }));
  return 0;
}

async function lock({ convosync, output, work, folder }: Invocation): Promise<Ending> {
  const locked = await work((run) => convosync.lock(folder, run));
  output.report(locked, (done) => (done ? 'The vault is locked on this device. Unlock it with: convosync vault unlock' : 'There is no unlocked vault here.'), (done) => ({ locked: done }));
  return 0;
}

async function changePassphrase(invocation: Invocation, { newPassphraseFile }: VaultOptions): Promise<Ending> {
  const { convosync, output, work, folder, prompts, currentFolder, stdin } = invocation;
  const current = await askForSecret(invocation);
  const passphrase = (await readPassphrase(newPassphraseFile, { currentFolder, stdin })) ?? (prompts && (await askForNewPassphrase({ prompts, output }, 'The new passphrase')));
  if (passphrase === undefined) {
    throw new ConvoSyncError('usage', 'There is nobody to ask for the new passphrase: hand it over with --new-passphrase-file.');
  }
  await withVault(invocation, undefined, () => work((run) => convosync.changePassphrase(folder, { current, next: { passphrase } }, run)));
  output.report(true, () => newPassphrase.changed, (changed) => ({ changed }));
  return 0;
}

async function renewRecoveryKey(invocation: Invocation): Promise<Ending> {
  const { convosync, output, work, folder } = invocation;
  const current = await askForSecret(invocation);
  const recoveryKey = await withVault(invocation, undefined, () => work((run) => convosync.renewRecoveryKey(folder, current, run)));
  output.report(recoveryKey, (key, look) => renderRecoveryKey(key, look).join('\n'), (key) => ({ recoveryKey: key }));
  return 0;
}

async function check(invocation: Invocation, options: VaultOptions): Promise<Ending> {
  const { convosync, output, work, folder } = invocation;
  const report = await withVault(invocation, options.vault, (vault) => work((run) => convosync.check(folder, { ...run, ...vault })));
  output.report(report, renderCheck, checkDocument);
  return report.faults.length === 0 ? 0 : 8;
}

function renderCheck({ sessions, bytes: read, faults }: CheckReport, { style }: Look): string {
  const proven = `${bytes(read)} read and proven`;
  return [
    ...faults.map(({ session, message, error }) => `${style.bad('✗')} ${shortId(session)} ${message}\n  ${explainError(error).title}`),
    ...(faults.length === 0
      ? [`${style.good('✓')} Every session can be resumed: ${count(sessions, 'session')}, ${proven}.`]
      : [`${style.warn('!')} ${sessions - faults.length} of ${count(sessions, 'session')} can be resumed, ${proven}.`, '  Save once more on a device that has the work of the others.']),
  ].join('\n');
}

async function move(invocation: Invocation, place: string, options: VaultOptions): Promise<Ending> {
  const { convosync, output, work, folder, currentFolder } = invocation;
  const credentials = await readCredentials(invocation, options);
  const moved = await withVault(invocation, undefined, () => work((run) => convosync.moveVault(folder, place, { ...run, credentials, from: currentFolder })));
  output.report(moved, ({ place: where, bytes: copied }) => `Everything that is saved is at ${where} now: ${bytes(copied)} copied and proven.\n  The copy at the former place stays. On your other devices type: convosync vault use ${place}`, (document) => document);
  return 0;
}

async function readCredentials({ prompts, currentFolder, stdin }: Invocation, { user, passwordFile }: VaultOptions): Promise<{ user: string; password: string } | undefined> {
  const password = (await readPassphrase(passwordFile, { currentFolder, stdin })) ?? (user === undefined ? undefined : await prompts?.askSecretly(`Password of ${user}`));
  if ((user === undefined) !== (password === undefined)) {
    throw new ConvoSyncError('usage', user === undefined ? 'A password needs a name beside it: --user <name>.' : 'There is nobody to ask for the password: hand it over with --password-file.');
  }
  return user === undefined || password === undefined ? undefined : { user, password };
}

async function use(invocation: Invocation, place: string, options: VaultOptions): Promise<Ending> {
  const { convosync, output, work, folder, currentFolder } = invocation;
  const credentials = await readCredentials(invocation, options);
  const used = await work((run) => convosync.useStore(folder, place, { ...run, credentials, from: currentFolder }));
  output.report(used, ({ place: where, vaults }) => `Sessions of this repository are kept at ${where} from now on.\n  ${vaults === 0 ? 'Nothing is saved there yet.' : `${count(vaults, 'vault')} ${vaults === 1 ? 'is' : 'are'} there already.`} What was saved elsewhere stays there.`, (document) => document);
  return 0;
}
