import type { Command } from 'commander';
import type { VaultChoice } from '../../core/operations/plan.ts';
import { diffDocument } from '../documents.ts';
import type { CommonOptions, Ending, Invocation, RunVerb } from '../invocation.ts';
import { jsonOption, vaultOption, withCommonOptions } from '../options.ts';
import { withVault } from '../questions.ts';
import { renderDiff } from '../render/renderDiff.ts';

interface DiffOptions extends CommonOptions {
  offline?: boolean;
  vault?: VaultChoice;
}

const examples = `
Examples:
  convosync diff 3f2a 91c0                     code, conversations and handoff, from the one to the other
  convosync diff 3f2a 91c0 --json | jq '.code[].path'`;

export function addDiff(program: Command, run: RunVerb): void {
  const command = program.command('diff')
    .summary('compare two sessions')
    .description('Shows what differs between two sessions: the files of the code, the messages that only one of them holds, and the handoff. Nothing is changed.')
    .argument('<from>', 'the session of the one, by the beginning of its id')
    .argument('<to>', 'the session of the other')
    .option('--offline', 'what is known already, without asking the remote')
    .addOption(vaultOption())
    .addOption(jsonOption());
  withCommonOptions(command)
    .addHelpText('after', examples)
    .action((from: string, to: string, options: DiffOptions) => run(options, 'resume', (invocation) => diff(invocation, from, to, options)));
}

async function diff(invocation: Invocation, from: string, to: string, options: DiffOptions): Promise<Ending> {
  const { convosync, output, work, folder } = invocation;
  const compared = await withVault(invocation, options.vault, (vault) => work((run) => convosync.compare(folder, from, to, { ...run, ...vault, refresh: options.offline !== true })));
  output.report(compared, renderDiff, diffDocument);
  return 0;
}
