import type { Command } from 'commander';
import type { VaultChoice } from '../../core/operations/plan.ts';
import type { Status } from '../../core/operations/report.ts';
import { age } from '../../wording/time.ts';
import { devicesDocument } from '../documents.ts';
import type { CommonOptions, Ending, Invocation, RunVerb } from '../invocation.ts';
import { jsonOption, vaultOption, withCommonOptions } from '../options.ts';
import { withVault } from '../questions.ts';
import { renderListingProblems } from '../render/renderList.ts';
import { allDevices } from '../sessions.ts';
import { renderColumns } from '../terminal/columns.ts';
import type { Look } from '../terminal/style.ts';

const examples = `
Examples:
  convosync devices                   the devices that saved into this repository's vault
  convosync devices rename "Laptop"   how this device is called from now on`;

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
}

async function list(invocation: Invocation, options: { vault?: VaultChoice }): Promise<Ending> {
  const { convosync, output, work, folder } = invocation;
  const status = await withVault(invocation, options.vault, (vault) => work((run) => convosync.status(folder, { ...run, ...vault })));
  output.tell(status.listing, renderListingProblems);
  output.report(status, renderDevices, devicesDocument);
  return 0;
}

function renderDevices(status: Status, { style, columns, now }: Look): string {
  return renderColumns(
    [{ heading: 'DEVICE', atLeast: 6 }, { heading: 'KIND' }, { heading: 'LAST SEEN' }],
    allDevices(status).map(({ device, lastSeen }) => [device.name, device.kind, lastSeen === undefined ? 'this device' : age(lastSeen, now)]),
    columns,
    style.faint,
  ).join('\n');
}

async function rename({ convosync, output }: Invocation, name: string): Promise<Ending> {
  await convosync.renameDevice(name);
  output.report(name.trim(), (chosen) => `This device is called “${chosen}” from now on.`, (chosen) => ({ name: chosen }));
  return 0;
}
