import type { Command } from 'commander';
import type { VaultChoice } from '../../core/operations/plan.ts';
import { listDocument } from '../documents.ts';
import { exitCodeOf, exitCodeOfLook } from '../exitCodes.ts';
import type { CommonOptions, Ending, Invocation, RunVerb } from '../invocation.ts';
import { jsonOption, vaultOption, withCommonOptions } from '../options.ts';
import { withVault } from '../questions.ts';
import { renderList, renderListingProblems } from '../render/renderList.ts';
import { filterSessions } from '../sessions.ts';
import type { SessionFilter } from '../sessions.ts';

interface ListOptions extends SessionFilter {
  all?: boolean;
  trash?: boolean;
  offline?: boolean;
  vault?: VaultChoice;
}

const recent = 20;

const examples = `
Examples:
  convosync list                               the newest sessions of this repository
  convosync list --all                         all of them
  convosync list --device Laptop --branch main
  convosync list --search "login page"
  convosync list --trash                       deleted ones, for convosync delete --restore
  convosync list --json | jq -r '.sessions[0].id'`;

export function addList(program: Command, run: RunVerb): void {
  const command = program.command('list')
    .summary('list the sessions of this repository')
    .description(`Lists the sessions of this repository, the newest first: the last ${recent}, or all.`)
    .option('-a, --all', 'all sessions, not only the newest')
    .option('--branch <name>', 'only sessions on this branch')
    .option('--device <name>', 'only sessions of this device, by its name or the beginning of its id')
    .option('--agent <name>', 'only sessions with a conversation of this agent')
    .option('--search <words>', 'only sessions in whose title, message, branch, device or handoff all of these words occur')
    .option('--trash', 'deleted sessions instead')
    .option('--offline', 'what is known already, without asking the remote')
    .addOption(vaultOption())
    .addOption(jsonOption());
  withCommonOptions(command)
    .addHelpText('after', examples)
    .action((options: ListOptions & CommonOptions) => run(options, 'resume', (invocation) => list(invocation, options)));
}

export async function list(invocation: Invocation, options: ListOptions): Promise<Ending> {
  const { convosync, output, work, folder } = invocation;
  const listing = await withVault(invocation, options.vault, (vault) => work((run) => convosync.list(folder, { ...run, ...vault, refresh: options.offline !== true })));
  const found = filterSessions(options.trash === true ? listing.trash : listing.sessions, options);
  const sessions = options.all === true ? found : found.slice(0, recent);
  output.tell(listing, renderListingProblems);
  output.report({ listing, sessions, more: found.length - sessions.length, trash: options.trash === true }, renderList, () => listDocument(listing, sessions));
  // A read that failed is not an empty list.
  return listing.problem !== undefined && (listing.refreshed === undefined || listing.trash.length + listing.sessions.length === 0) && sessions.length === 0 ? exitCodeOf(listing.problem) : exitCodeOfLook(listing);
}
