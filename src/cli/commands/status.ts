import type { Command } from 'commander';
import type { VaultChoice } from '../../core/operations/plan.ts';
import { statusDocument } from '../documents.ts';
import type { CommonOptions, Ending, Invocation, RunVerb } from '../invocation.ts';
import { jsonOption, vaultOption, withCommonOptions } from '../options.ts';
import { withVault } from '../questions.ts';
import { renderListingProblems } from '../render/renderList.ts';
import { renderStatus } from '../render/renderStatus.ts';
import { exitCodeOfLook } from '../exitCodes.ts';

interface StatusOptions extends CommonOptions {
  offline?: boolean;
  vault?: VaultChoice;
}

const examples = `
Examples:
  convosync status
  convosync status --offline
  convosync status --json | jq -r .sync      synced, unsaved, queued, never-saved, offline, distrusted or resume-available`;

export function addStatus(program: Command, run: RunVerb): void {
  const command = program.command('status')
    .summary('show where this repository stands')
    .description('Shows repository, conversation and what of it is not saved yet, the vault, sessions of other devices, and what can be undone.')
    .option('--offline', 'what is known already, without asking the remote')
    .addOption(vaultOption())
    .addOption(jsonOption());
  withCommonOptions(command)
    .addHelpText('after', examples)
    .action((options: StatusOptions) => run(options, 'save', (invocation) => status(invocation, options)));
}

async function status(invocation: Invocation, options: StatusOptions): Promise<Ending> {
  const { convosync, output, work, folder } = invocation;
  const found = await withVault(invocation, options.vault, (vault) => work((run) => convosync.status(folder, { ...run, ...vault, refresh: options.offline !== true })));
  output.tell(found.listing, renderListingProblems);
  output.report(found, renderStatus, statusDocument);
  return exitCodeOfLook(found.listing);
}
