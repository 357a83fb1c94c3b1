/** Where the sessions of a repository are kept. */
import type { Command } from 'commander';
import { ConvoSyncError } from '../../core/common/errors.ts';
import { bytes, count } from '../../wording/quantities.ts';
import { describeRemoved, removal } from '../../wording/removal.ts';
import { shortId } from '../../wording/short.ts';
import { faultDocuments } from '../documents.ts';
import type { CommonOptions, Ending, Invocation, RunVerb } from '../invocation.ts';
import { jsonOption, withCommonOptions } from '../options.ts';
import { readPassphrase } from '../passphrase.ts';
import { withVault } from '../questions.ts';
import { renderFaults } from '../render/renderFaults.ts';
import { quoteWord } from '../terminal/quote.ts';

interface PlaceOptions extends CommonOptions {
  user?: string;
  passwordFile?: string;
}

export function addVaultPlaces(vault: Command, run: RunVerb): void {
  withCommonOptions(vault.command('remove')
    .description('Removes everything that you saved from the place where it is kept, for all your devices. Other people’s vaults stay, and so does what your devices have.')
    .addOption(jsonOption())
    .option('--confirm <id>', 'the first eight characters of the vault’s id, instead of being asked for them'))
    .action((_: CommonOptions, command: Command) => run(command.optsWithGlobals(), 'save', (invocation) => remove(invocation, command.optsWithGlobals())));
  withPlace(vault.command('use')
    .description('Keeps the sessions of this repository elsewhere than in refs of their own at its remote: see the places below. Say so on each of your devices. What is saved already stays where it is.')
    .addOption(jsonOption()))
    .action((place: string, _: CommonOptions, command: Command) => run(command.optsWithGlobals(), 'save', (invocation) => use(invocation, place, command.optsWithGlobals())));
  withPlace(vault.command('move')
    .description('Copies everything that is saved to another place, proves it there, and keeps the sessions of this repository there from now on. The copy at the former place stays. Then say “vault use” on your other devices.')
    .addOption(jsonOption()))
    .action((place: string, _: CommonOptions, command: Command) => run(command.optsWithGlobals(), 'save', (invocation) => move(invocation, place, command.optsWithGlobals())));
}

function withPlace(command: Command): Command {
  return withCommonOptions(command
    .argument('<place>', 'one of the places below')
    .option('--user <name>', 'who signs in there; for S3 the id of the access key')
    .option('--password-file <file>', 'the password, or the secret of the access key, as the first line of a file (- for standard input)')
    .addHelpText('after', places));
}

const places = `
Places:
  remote                          the repository's remote, in refs that no clone or fetch brings
  ~/folder                        a folder: synced, on a stick, on a share
  https://<server>/<folder>       a folder on a WebDAV server
  s3:https://<service>/<bucket>   a bucket of an S3-compatible service
  rclone:<remote>:<folder>        whatever rclone knows under that name
  git:<address>                   another git repository
  branches                        branches at the repository's remote, where it takes nothing else
  branches:<address>              branches of another git repository`;

async function use(invocation: Invocation, place: string, options: PlaceOptions): Promise<Ending> {
  const { convosync, output, work, folder, currentFolder } = invocation;
  const credentials = await readCredentials(invocation, options);
  const used = await work((run) => convosync.usePlace(folder, place, { ...run, credentials, from: currentFolder }));
  const shown = (word: string): string => quoteWord(word, process.platform);
  output.report(used, ({ place: where, vaults, waiting, comingAlong, left }) => [
    `Sessions of this repository are kept at ${where} from now on.`,
    ...(vaults === undefined ? [] : [vaults === 0 ? '  Nothing is saved there yet.' : `  ${count(vaults, 'vault')} ${vaults === 1 ? 'is' : 'are'} there already.`]),
    ...(comingAlong === 0 ? ['  What was saved elsewhere stays there.'] : [`  ${count(comingAlong, 'session')} that could not be sent yet ${comingAlong === 1 ? 'goes' : 'go'} there with the next save, or with: convosync sync`]),
    ...(left === undefined ? [] : [`  To bring that along after all: convosync vault use ${shown(left)}, then convosync vault move ${shown(place)}`]),
    ...(waiting === 0 ? [] : [`  ${count(waiting, 'session')} still ${waiting === 1 ? 'waits' : 'wait'} on this device for the former place: go back to it, and type convosync sync.`]),
  ].join('\n'), (document) => document);
  return 0;
}

async function move(invocation: Invocation, place: string, options: PlaceOptions): Promise<Ending> {
  const { convosync, output, work, folder, currentFolder } = invocation;
  const credentials = await readCredentials(invocation, options);
  const moved = await withVault(invocation, undefined, () => work((run) => convosync.moveVault(folder, place, { ...run, credentials, from: currentFolder })));
  output.report(moved, ({ place: where, bytes: copied, faults }, look) => [
    `Everything that is saved is at ${where} now: ${bytes(copied)} copied and proven.`,
    `  The copy at the former place stays. On your other devices type: convosync vault use ${quoteWord(place, process.platform)}`,
    ...(faults.length === 0 ? [] : [renderFaults(faults, look), '  They were so before already, and can be deleted. A save on a device that has the work stores it as a whole again.']),
  ].join('\n'), ({ faults, ...document }) => ({ ...document, faults: faultDocuments(faults) }));
  return moved.faults.length === 0 ? 0 : 8;
}

async function readCredentials({ prompts, currentFolder, stdin }: Invocation, { user, passwordFile }: PlaceOptions): Promise<{ user: string; password: string } | undefined> {
  const password = (await readPassphrase(passwordFile, { currentFolder, stdin })) ?? (user === undefined ? undefined : await prompts?.askSecretly(`Password of ${user}`));
  if ((user === undefined) !== (password === undefined)) {
    throw new ConvoSyncError('usage', user === undefined ? 'A password needs a name beside it: --user <name>.' : 'There is nobody to ask for the password: hand it over with --password-file.');
  }
  return user === undefined || password === undefined ? undefined : { user, password };
}

async function remove({ convosync, output, work, folder, prompts }: Invocation, { confirm }: CommonOptions & { confirm?: string }): Promise<Ending> {
  const planned = await work((run) => convosync.planRemoval(folder, run));
  if (confirm === undefined && prompts === undefined) {
    throw new ConvoSyncError('usage', `There is nobody to ask: to remove vault ${shortId(planned.vault)} at ${planned.place}, add --confirm ${shortId(planned.vault)}.`);
  }
  output.tell(planned, (what) => [removal.question(what), removal.consequence(what)].join('\n'));
  const confirmed = confirm ?? (await prompts?.ask(removal.confirm(planned))) ?? '';
  const removed = await work((run) => convosync.removeVault(folder, confirmed, run));
  output.report(removed, (done) => describeRemoved(done).join('\n'), (done) => ({ removed: true, ...done }));
  return 0;
}
