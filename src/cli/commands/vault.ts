import type { Command } from 'commander';
import { ConvoSyncError } from '../../core/common/errors.ts';
import type { VaultChoice } from '../../core/operations/plan.ts';
import type { CheckReport, VaultFacts } from '../../core/operations/report.ts';
import { describeCleaning } from '../../wording/cleaning.ts';
import { describePrivacy } from '../../wording/privacy.ts';
import { bytes, count } from '../../wording/quantities.ts';
import { shortId } from '../../wording/short.ts';
import { stateCodeMeaning } from '../../wording/stateCode.ts';
import { describeFreshness } from '../../wording/status.ts';
import { checkDocument, vaultDocument } from '../documents.ts';
import type { CommonOptions, Ending, Invocation, RunVerb } from '../invocation.ts';
import { countFrom, jsonOption, refuseUnknownVerb, vaultOption, withCommonOptions } from '../options.ts';
import { withVault } from '../questions.ts';
import { renderFaults } from '../render/renderFaults.ts';
import { renderListingProblems } from '../render/renderList.ts';
import type { Look } from '../terminal/style.ts';
import { addVaultAccess } from './vaultAccess.ts';
import { addVaultKeys } from './vaultKeys.ts';
import { addVaultPlaces } from './vaultPlaces.ts';

const examples = `
Examples:
  convosync vault                               where the vault lies, and who can read it
  convosync vault code                          a code of its state, to compare on two devices
  convosync vault unlock                        open the sealed vault on this device
  convosync vault unlock --passphrase-file -    the same in a script, with the passphrase on standard input
  convosync vault request                       open it without the passphrase: another device lets this one in
  convosync vault approve                       let a device in that asks
  convosync vault lock                          forget its keys on this device
  convosync vault passphrase                    have it open to a new passphrase, and to no earlier one
  convosync vault recovery-key                  have it open to a new recovery key, and to no earlier one
  convosync vault seal                          seal a readable vault from now on
  convosync vault check                         read everything that is saved, and prove it
  convosync vault clean                         give back the space of what nobody needs
  convosync vault use ~/Dropbox/convosync       keep this repository's sessions in a folder from now on
  convosync vault use https://cloud.example.org/dav/convosync --user ada
  convosync vault use s3:https://s3.eu-central-1.amazonaws.com/my-bucket --user <access key>
  convosync vault use remote                    keep them at the repository's remote again
  convosync vault remove                        remove everything that you saved from there
  convosync vault move ~/Dropbox/convosync      take along what is saved, and keep them there from now on`;

interface VaultOptions extends CommonOptions {
  vault?: VaultChoice;
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
  withCommonOptions(vault.command('code').description('Shows the state of the vault as a short code. Devices that show the same code see the same sessions.').addOption(vaultOption()).addOption(jsonOption()))
    .action((_: CommonOptions, command: Command) => run(command.optsWithGlobals(), 'resume', (invocation) => showCode(invocation, command.optsWithGlobals())));
  withCommonOptions(vault.command('check').description('Reads everything that is saved, those in the trash included, and proves that each session can be resumed.').addOption(vaultOption()).addOption(jsonOption()))
    .action((_: CommonOptions, command: Command) => run(command.optsWithGlobals(), 'resume', (invocation) => check(invocation, command.optsWithGlobals())));
  withCommonOptions(vault.command('clean')
    .description('Puts old versions of conversations into the trash, empties it of what has had its time, and gives back the space of what no session needs. Saves do so by themselves now and then.')
    .addOption(vaultOption())
    .addOption(jsonOption())
    .option('--days <days>', 'days that a version stays which is not the newest; 0 for ever', countFrom(0))
    .option('--sessions <count>', 'sessions of a repository that stay; 0 for all', countFrom(0))
    .option('--trash-days <days>', 'days that a session stays in the trash', countFrom(0)))
    .action((_: CommonOptions, command: Command) => run(command.optsWithGlobals(), 'save', (invocation) => clean(invocation, command.optsWithGlobals())));
  addVaultKeys(vault, run);
  addVaultAccess(vault, run);
  addVaultPlaces(vault, run);
  refuseUnknownVerb(vault);
}

async function show(invocation: Invocation, options: VaultOptions): Promise<Ending> {
  const facts = await describe(invocation, options);
  invocation.output.report(facts, renderVault, vaultDocument);
  return 0;
}

async function showCode(invocation: Invocation, options: VaultOptions): Promise<Ending> {
  const facts = await describe(invocation, options);
  if (facts.vault === undefined) {
    throw new ConvoSyncError('vault-not-found', 'There is no vault here yet.');
  }
  invocation.output.report(facts, renderCode, ({ vault, code, refreshed }) => ({ vault, code, refreshed }));
  return 0;
}

async function describe(invocation: Invocation, { vault: choice }: VaultOptions): Promise<VaultFacts> {
  const { convosync, output, work, folder } = invocation;
  const facts = await withVault(invocation, choice, (vault) => work((run) => convosync.describeVault(folder, { ...run, ...vault })));
  output.tell(facts, renderListingProblems);
  return facts;
}

function renderVault(facts: VaultFacts, { style }: Look): string {
  const { vault, place, sessions, code } = facts;
  return [
    vault === undefined ? 'No vault yet' : `Vault ${vault}`,
    `  ${place ?? 'on this device only'}, ${count(sessions.length, 'session')}`,
    ...(code === undefined ? [] : [`  State ${code}`]),
    `  ${style.faint(describePrivacy(facts))}`,
  ].join('\n');
}

function renderCode({ code, refreshed }: VaultFacts, { style, now }: Look): string {
  return [style.strong(code ?? 'No code yet'), `  ${stateCodeMeaning()} (${describeFreshness(refreshed, now)})`].join('\n');
}

interface CleanOptions extends VaultOptions {
  days?: number;
  sessions?: number;
  trashDays?: number;
}

async function clean(invocation: Invocation, { vault: choice, days, sessions, trashDays }: CleanOptions): Promise<Ending> {
  const { convosync, output, work, folder } = invocation;
  const policy = {
    ...(days === undefined ? {} : { days: days || undefined }),
    ...(sessions === undefined ? {} : { sessions: sessions || undefined }),
    ...(trashDays === undefined ? {} : { trashDays }),
  };
  const report = await withVault(invocation, choice, (vault) => work((run) => convosync.clean(folder, { ...run, ...vault, policy })));
  output.report(report, (done) => describeCleaning(done).join('\n'), (document) => document);
  return report.obstacle === undefined ? 0 : 5;
}

async function check(invocation: Invocation, options: VaultOptions): Promise<Ending> {
  const { convosync, output, work, folder } = invocation;
  const report = await withVault(invocation, options.vault, (vault) => work((run) => convosync.check(folder, { ...run, ...vault })));
  output.report(report, renderCheck, checkDocument);
  return report.faults.length === 0 ? 0 : 8;
}

function renderCheck({ sessions, bytes: read, mended, faults }: CheckReport, look: Look): string {
  const { style } = look;
  const proven = `${bytes(read)} read and proven`;
  return [
    ...mended.map(({ session, message, objects }) => `${style.good('✓')} ${shortId(session)} ${message}\n  Mended: ${count(objects, 'object')} damaged or gone at the place ${objects === 1 ? 'was' : 'were'} stored again from this device.`),
    ...(faults.length === 0 ? [] : [renderFaults(faults, look)]),
    ...(faults.length === 0
      ? [`${style.good('✓')} Every session can be resumed: ${count(sessions, 'session')}, ${proven}.`]
      : [`${style.warn('!')} ${sessions - faults.length} of ${count(sessions, 'session')} can be resumed, ${proven}.`, '  A check on a device that still has their conversations mends them. Otherwise they can be deleted: a save on a device that has the work stores it as a whole, as a new session.']),
  ].join('\n');
}
