import type { Command } from 'commander';
import type { VaultChoice } from '../../core/operations/plan.ts';
import { findSession } from '../../core/operations/sessions.ts';
import { shortId } from '../../wording/short.ts';
import type { CommonOptions, Ending, Invocation, RunVerb } from '../invocation.ts';
import { jsonOption, vaultOption, withCommonOptions } from '../options.ts';
import { withVault } from '../questions.ts';
import { renderListingProblems } from '../render/renderList.ts';

interface PinOptions extends CommonOptions {
  vault?: VaultChoice;
}

const verbs = {
  pin: 'keep sessions, however old they become',
  unpin: 'let sessions grow old again',
} as const;

export function addPin(program: Command, run: RunVerb): void {
  for (const verb of ['pin', 'unpin'] as const) {
    const command = program.command(verb)
      .summary(verbs[verb])
      .description(verb === 'pin' ? 'Keeps sessions on all of your devices: retention never puts a pinned session into the trash.' : 'Takes the pins of sessions away, on all of your devices.')
      .argument('<ids...>', 'the sessions, by the beginning of their ids')
      .addOption(vaultOption())
      .addOption(jsonOption());
    withCommonOptions(command).action((ids: string[], options: PinOptions) => run(options, 'save', (invocation) => pin(invocation, verb, ids, options)));
  }
}

async function pin(invocation: Invocation, verb: keyof typeof verbs, ids: readonly string[], options: PinOptions): Promise<Ending> {
  const { convosync, output, work, folder } = invocation;
  const listing = await withVault(invocation, options.vault, (vault) => work((run) => convosync.list(folder, { ...run, ...vault })));
  output.tell(listing, renderListingProblems);
  const sessions = [...new Set(ids.map((id) => findSession(listing.sessions, id, listing.trash).summary.id))];
  const { sent } = await work((run) => convosync[verb](folder, sessions, { ...run, ...(options.vault === undefined ? {} : { vault: options.vault }) }));
  output.report({ sessions, pinned: verb === 'pin', sent }, (report) => [
    `${report.pinned ? 'Pinned' : 'Unpinned'} ${report.sessions.map(shortId).join(', ')}.`,
    ...(report.sent ? [] : ['Your other devices will learn of it when it can be sent: convosync sync']),
  ].join('\n'), (document) => document);
  return sent ? 0 : 5;
}
