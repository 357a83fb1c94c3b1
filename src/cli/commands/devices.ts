import { Option } from 'commander';
import type { Command } from 'commander';
import type { VaultChoice } from '../../core/operations/plan.ts';
import { ConvoSyncError } from '../../core/common/errors.ts';
import type { Status } from '../../core/operations/report.ts';
import { deviceName } from '../../wording/deviceName.ts';
import { allDevices } from '../../wording/devices.ts';
import { describeRevoked, revoking } from '../../wording/renewedKeys.ts';
import { age } from '../../wording/time.ts';
import { devicesDocument } from '../documents.ts';
import type { CommonOptions, Ending, Invocation, RunVerb } from '../invocation.ts';
import { jsonOption, refuseUnknownVerb, vaultOption, withCommonOptions } from '../options.ts';
import { askForSecret, nextPassphrase, withVault } from '../questions.ts';
import { renderListingProblems } from '../render/renderList.ts';
import { renderRecoveryKey } from '../render/renderSave.ts';
import { renderColumns } from '../terminal/columns.ts';
import type { Look } from '../terminal/style.ts';

const examples = `
Examples:
  convosync devices                   the devices that saved into this repository's vault
  convosync devices rename "Laptop"   how this device is called from now on
  convosync devices revoke "Laptop"   take a device out: new keys, which it does not get
  convosync devices revoke "Laptop" --yes --passphrase-file old --new-passphrase-file new   the same in a script`;

export function addDevices(program: Command, run: RunVerb): void {
  const devices = program.command('devices')
    .summary('list your devices, or name this one')
    .description('Lists the devices that saved here, and when they were last seen.')
    .addOption(vaultOption())
    .addOption(jsonOption());
  withCommonOptions(devices)
    .addHelpText('after', examples)
    .action((options: CommonOptions & { vault?: VaultChoice }) => run(options, 'resume', (invocation) => list(invocation, options)));
  const renaming = devices.command('rename')
    .description('Names this device. Your other devices show the name from its next save on.')
    .argument('<name>')
    .addOption(jsonOption());
  withCommonOptions(renaming)
    // Options that both verbs have are read by the one above.
    .action((name: string, _: CommonOptions, command: Command) => run(command.optsWithGlobals(), 'save', (invocation) => rename(invocation, name)));
  const taking = devices.command('revoke')
    .description('Takes a device out of the sealed vault: it cannot read what is saved from now on, and nothing that it saves is used. Your other devices stay in.')
    .argument('<device>', 'its name, or the beginning of its id')
    .option('--new-passphrase-file <file>', 'a new passphrase, as the first line of a file: whoever has that device may know the one until now')
    .addOption(new Option('--keep-passphrase', 'keep the passphrase: only where nobody but you knows it').conflicts('newPassphraseFile'))
    .option('-y, --yes', 'do not ask; needs one of the two above')
    .addOption(jsonOption());
  withCommonOptions(taking)
    .action((name: string, _: CommonOptions, command: Command) => run(command.optsWithGlobals(), 'save', (invocation) => revoke(invocation, name, command.optsWithGlobals())));
  refuseUnknownVerb(devices);
}

interface RevokeOptions extends CommonOptions {
  newPassphraseFile?: string;
  keepPassphrase?: boolean;
  yes?: boolean;
}

async function revoke(invocation: Invocation, name: string, options: RevokeOptions): Promise<Ending> {
  const { convosync, output, work, folder, prompts } = invocation;
  assertPassphraseIsSettled(options);
  if (options.yes !== true) {
    if (prompts === undefined) {
      throw new ConvoSyncError('usage', 'There is nobody to ask: add --yes to take the device out.');
    }
    output.tell(undefined, () => revoking.consequence);
    if (!(await prompts.confirm(revoking.question(name), false))) {
      throw new ConvoSyncError('cancelled', 'The device was not taken out.');
    }
  }
  const current = await askForSecret(invocation);
  const next = await passphraseAfterwards(invocation, options);
  const revoked = await withVault(invocation, undefined, () => work((run) => convosync.revoke(folder, { device: name, current, ...(next === undefined ? {} : { next: { passphrase: next } }) }, run)));
  output.report(revoked, ({ device, recoveryKey }, look) => [...describeRevoked(device.name, { keepsPassphrase: next === undefined }), '', ...renderRecoveryKey(recoveryKey, look)].join('\n'), (done) => done);
  return 0;
}

/** Where nothing is asked, keeping what the device may know has to be somebody's will and no oversight. */
function assertPassphraseIsSettled({ newPassphraseFile, keepPassphrase, yes }: RevokeOptions): void {
  if (yes === true && newPassphraseFile === undefined && keepPassphrase !== true) {
    throw new ConvoSyncError('usage', `${revoking.mayBeKnown} Give a new one with --new-passphrase-file, or add --keep-passphrase.`);
  }
}

/** Undefined to keep the one until now. */
async function passphraseAfterwards(invocation: Invocation, { newPassphraseFile, keepPassphrase }: RevokeOptions): Promise<string | undefined> {
  const { prompts } = invocation;
  const wantsNew = newPassphraseFile !== undefined || (keepPassphrase !== true && prompts !== undefined && (await prompts.choose(revoking.passphrase, [
    { value: true, label: revoking.change.label, hint: revoking.change.detail },
    { value: false, label: revoking.keep.label, hint: revoking.keep.detail },
  ])));
  return wantsNew ? nextPassphrase(invocation, newPassphraseFile, 'The new passphrase') : undefined;
}

async function list(invocation: Invocation, options: { vault?: VaultChoice }): Promise<Ending> {
  const { convosync, output, work, folder } = invocation;
  const status = await withVault(invocation, options.vault, (vault) => work((run) => convosync.status(folder, { ...run, ...vault })));
  output.tell(status.listing, renderListingProblems);
  output.report(status, renderDevices, devicesDocument);
  return 0;
}

function renderDevices(status: Status, { style, columns, now }: Look): string {
  const devices = allDevices(status);
  return renderColumns(
    [{ heading: 'DEVICE', atLeast: 6 }, { heading: 'KIND' }, { heading: 'LAST SEEN' }],
    devices.map(({ device, lastSeen, revoked }) => [deviceName(device, devices), device.kind, revoked ? 'taken out' : lastSeen === undefined ? 'this device' : age(lastSeen, now)]),
    columns,
    style.faint,
  ).join('\n');
}

async function rename({ convosync, output }: Invocation, name: string): Promise<Ending> {
  await convosync.renameDevice(name);
  output.report(name.trim(), (chosen) => `This device is called “${chosen}” from now on.`, (chosen) => ({ name: chosen }));
  return 0;
}
