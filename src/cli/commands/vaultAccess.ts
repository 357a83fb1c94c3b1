/** Letting a device into a sealed vault that does not know its passphrase. */
import type { Command } from 'commander';
import { ConvoSyncError } from '../../core/common/errors.ts';
import { pause } from '../../core/common/pause.ts';
import type { VaultChoice } from '../../core/operations/plan.ts';
import type { AccessRequest } from '../../core/vault/accessRequest.ts';
import { joining } from '../../wording/joining.ts';
import { age } from '../../wording/time.ts';
import type { CommonOptions, Ending, Invocation, RunVerb } from '../invocation.ts';
import { jsonOption, vaultOption, withCommonOptions } from '../options.ts';
import { withVault } from '../questions.ts';
import type { Prompts } from '../terminal/prompts.ts';

interface AccessOptions extends CommonOptions {
  vault?: VaultChoice;
}

/** Milliseconds between two looks whether the device was let in. */
const patience = 5_000;

export function addVaultAccess(vault: Command, run: RunVerb): void {
  withCommonOptions(vault.command('request')
    .description('Asks to be let into the sealed vault by a device that is in, without the passphrase: both show the same short code. Waits in a terminal; in a script it ends with code 3, and goes on when it is run again.')
    .addOption(vaultOption())
    .addOption(jsonOption()))
    .action((_: CommonOptions, command: Command) => run(command.optsWithGlobals(), 'resume', (invocation) => request(invocation, command.optsWithGlobals())));
  withCommonOptions(vault.command('approve')
    .description('Lets a device in that asks with “convosync vault request”.')
    .addOption(jsonOption())
    .argument('[code]', 'the code that it shows; without it you are asked'))
    .action((code: string | undefined, _: CommonOptions, command: Command) => run(command.optsWithGlobals(), 'save', (invocation) => approve(invocation, code)));
}

async function request(invocation: Invocation, { vault }: AccessOptions): Promise<Ending> {
  const { convosync, output, work, folder, prompts } = invocation;
  const look = (): Promise<boolean> => work((options) => convosync.join(folder, { ...options, vault }));
  let isIn = await look();
  if (!isIn) {
    const asked = await work((options) => convosync.requestAccess(folder, { ...options, vault }));
    if (prompts === undefined) {
      output.report(asked, ({ code }) => `${code}\n  ${joining.waiting}\n  ${joining.inScript}`, (document) => ({ joined: false, ...document }));
      return 3;
    }
    output.tell(asked.code, (code, { style }) => `${style.strong(code)}\n  ${joining.waiting}`);
    while (!isIn) {
      await work(({ signal }) => pause(patience, signal));
      isIn = await look();
    }
  }
  const { code } = await work((options) => convosync.describeVault(folder, { ...options, vault }));
  output.report(code, joining.joined, (state) => ({ joined: true, code: state }));
  return 0;
}

async function approve(invocation: Invocation, typed: string | undefined): Promise<Ending> {
  const { convosync, output, work, folder, prompts } = invocation;
  const code = typed ?? (await withVault(invocation, undefined, () => work((options) => convosync.accessRequests(folder, options)).then((requests) => chooseRequest(prompts, requests, output.now()))));
  if (code === undefined) {
    output.report(undefined, () => joining.nobody, () => ({ approved: false }));
    return 4;
  }
  const { device } = await withVault(invocation, undefined, () => work((options) => convosync.approveAccess(folder, code, options)));
  output.report(device, ({ name }) => joining.letIn(name), (approved) => ({ approved: true, device: approved }));
  return 0;
}

/** Undefined where nobody asks. */
async function chooseRequest(prompts: Prompts | undefined, requests: readonly AccessRequest[], now: Date): Promise<string | undefined> {
  if (requests.length === 0) {
    return undefined;
  }
  if (prompts === undefined) {
    throw new ConvoSyncError('usage', 'There is nobody to compare the code: type the one that the other device shows.');
  }
  const { device, code } = await prompts.choose(joining.choose, requests.map((each) => ({ value: each, label: `${each.code}  ${each.device.name}`, hint: `asked ${age(each.asked, now)}` })));
  if (!(await prompts.confirm(`${joining.compare(device.name, code)} ${joining.consequence}`, false))) {
    throw new ConvoSyncError('cancelled', 'Nobody was let in.');
  }
  return code;
}
