import { Option } from 'commander';
import type { Command } from 'commander';
import { ConvoSyncError } from '../../core/common/errors.ts';
import type { VaultChoice } from '../../core/operations/plan.ts';
import { findSession } from '../../core/operations/sessions.ts';
import type { SavedSession } from '../../core/vault/state.ts';
import { deletedBytes } from '../../wording/cleaning.ts';
import { count } from '../../wording/quantities.ts';
import { shortId } from '../../wording/short.ts';
import { age } from '../../wording/time.ts';
import type { CommonOptions, Ending, Invocation, RunVerb } from '../invocation.ts';
import { jsonOption, vaultOption, withCommonOptions } from '../options.ts';
import { withVault } from '../questions.ts';
import { renderListingProblems } from '../render/renderList.ts';

interface DeleteOptions extends CommonOptions {
  restore?: boolean;
  now?: boolean;
  yes?: boolean;
  vault?: VaultChoice;
}

const examples = `
Examples:
  convosync delete 3f2a              asks, then puts the session into the trash, on every device
  convosync delete 3f2a 91c0 --yes   without a question
  convosync delete                   choose at the terminal
  convosync list --trash             what is in the trash
  convosync delete --restore 3f2a    back from the trash
  convosync delete 3f2a --now        for good, past the trash or out of it`;

export function addDelete(program: Command, run: RunVerb): void {
  const command = program.command('delete')
    .summary('put sessions into the trash, or take them back')
    .description('Puts sessions into the trash on all of your devices. Code and conversations on this device are not touched.')
    .argument('[ids...]', 'the sessions, by the beginning of their ids')
    .option('--restore', 'take them back from the trash')
    .addOption(new Option('--now', 'for good: it cannot be taken back').conflicts('restore'))
    .option('-y, --yes', 'do not ask')
    .addOption(vaultOption())
    .addOption(jsonOption());
  withCommonOptions(command)
    .addHelpText('after', examples)
    .action((ids: string[], options: DeleteOptions) => run(options, 'save', (invocation) => remove(invocation, ids, options)));
}

async function remove(invocation: Invocation, ids: readonly string[], options: DeleteOptions): Promise<Ending> {
  const { convosync, output, prompts, work, folder } = invocation;
  const restore = options.restore === true;
  const listing = await withVault(invocation, options.vault, (vault) => work((run) => convosync.list(folder, { ...run, ...vault })));
  output.tell(listing, renderListingProblems);
  const now = options.now === true;
  const among = restore ? listing.trash : now ? [...listing.sessions, ...listing.trash] : listing.sessions;
  const sessions = ids.length > 0 ? [...new Set(ids.map((id) => find(among, id, listing.trash, restore)))] : await choose(invocation, among, restore);
  if (!restore && options.yes !== true) {
    if (prompts === undefined) {
      throw new ConvoSyncError('usage', 'There is nobody to ask: type --yes to delete without a question.');
    }
    const what = sessions.length === 1 ? `“${sessions[0]?.summary.message ?? ''}”` : count(sessions.length, 'session');
    if (!(await prompts.confirm(now ? `Delete ${what} for good, on all of your devices?` : `Put ${what} into the trash, on all of your devices?`, false))) {
      throw new ConvoSyncError('cancelled', 'Cancelled.');
    }
  }
  const chosen = sessions.map(({ summary }) => summary.id);
  const vault = options.vault === undefined ? {} : { vault: options.vault };
  const { sent } = await work((run) => (restore ? convosync.restore(folder, chosen, { ...run, ...vault }) : convosync.delete(folder, chosen, { ...run, ...vault, now })));
  output.report({ sessions: chosen, sent, restore, now }, renderDeleted, (document) => ({ sessions: document.sessions, restored: document.restore, now: document.now, sent: document.sent }));
  return sent ? 0 : 5;
}

function find(among: readonly SavedSession[], id: string, trash: readonly SavedSession[], restore: boolean): SavedSession {
  try {
    return findSession(among, id, trash);
  } catch (error) {
    throw restore && ConvoSyncError.is(error, 'session-not-found') ? new ConvoSyncError('session-not-found', 'It is not in the trash.', { cause: error, details: { session: id, reason: 'not-in-trash' } }) : error;
  }
}

function renderDeleted({ sessions, sent, restore, now }: { sessions: readonly string[]; sent: boolean; restore: boolean; now: boolean }): string {
  const which = sessions.map(shortId).join(', ');
  return [
    restore ? `Restored ${which}.` : now ? `Deleted ${which} for good: gone from every list at once. ${deletedBytes()}` : `Put ${which} into the trash. Back with: convosync delete --restore ${sessions.map(shortId).join(' ')}`,
    ...(sent ? [] : ['Your other devices will learn of it when it can be sent: convosync sync']),
  ].join('\n');
}

async function choose({ prompts, output }: Invocation, among: readonly SavedSession[], restore: boolean): Promise<SavedSession[]> {
  if (prompts === undefined) {
    throw new ConvoSyncError('usage', 'Which sessions? Name them by their ids.');
  }
  if (among.length === 0) {
    throw new ConvoSyncError('session-not-found', 'There is none to choose from.');
  }
  return prompts.chooseSeveral(restore ? 'Which sessions come back?' : 'Which sessions go into the trash?', among.map((session) => ({
    value: session,
    label: `${shortId(session.summary.id)}  ${session.summary.message}`,
    hint: `${session.device.name}, ${age(session.summary.savedAt, output.now())}`,
  })));
}
