import type { Command } from 'commander';
import { ConvoSyncError } from '../../core/common/errors.ts';
import type { VaultChoice } from '../../core/operations/plan.ts';
import type { Listing } from '../../core/operations/report.ts';
import { describePrivacy } from '../../wording/privacy.ts';
import { count } from '../../wording/quantities.ts';
import { vaultDocument } from '../documents.ts';
import type { CommonOptions, Ending, Invocation, RunVerb } from '../invocation.ts';
import { jsonOption, vaultOption, withCommonOptions } from '../options.ts';
import { unlock, withVault } from '../questions.ts';
import { renderListingProblems } from '../render/renderList.ts';
import type { Look } from '../terminal/style.ts';

const examples = `
Examples:
  convosync vault                               where the vault lies, and who can read it
  convosync vault unlock                        open the sealed vault on this device
  convosync vault unlock --passphrase-file -    the same in a script, with the passphrase on standard input
  convosync vault lock                          forget its keys on this device`;

interface VaultOptions extends CommonOptions {
  vault?: VaultChoice;
}

export function addVault(program: Command, run: RunVerb): void {
  const vault = program.command('vault')
    .summary('unlock or lock the vault, see who can read it')
    .description('Shows the vault of this repository: where it lies, and who can read what is saved.')
    .addOption(vaultOption())
    .addOption(jsonOption());
  withCommonOptions(vault)
    .addHelpText('after', examples)
    .action((options: VaultOptions) => run(options, 'resume', (invocation) => show(invocation, options)));
  // Options that both verbs have are read by the one above.
  withCommonOptions(vault.command('unlock').description('Opens the sealed vault with its passphrase or recovery key, and keeps its keys on this device.'))
    .action((_: CommonOptions, command: Command) => run(command.optsWithGlobals(), 'resume', (invocation) => unlockHere(invocation, command.optsWithGlobals())));
  withCommonOptions(vault.command('lock').description('Forgets the keys of the vault on this device. Your sessions stay where they are.'))
    .action((_: CommonOptions, command: Command) => run(command.optsWithGlobals(), 'save', lock));
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
