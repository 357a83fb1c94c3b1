import type { Command } from 'commander';
import type { VaultChoice } from '../../core/operations/plan.ts';
import { searchDocument } from '../documents.ts';
import { exitCodeOf, exitCodeOfLook } from '../exitCodes.ts';
import type { CommonOptions, Ending, Invocation, RunVerb } from '../invocation.ts';
import { countFrom, jsonOption, vaultOption, withCommonOptions } from '../options.ts';
import { withVault } from '../questions.ts';
import { renderListingProblems } from '../render/renderList.ts';
import { renderNotSearched, renderSearch, type SearchedSessions } from '../render/renderSearch.ts';
import { filterSessions } from '../sessions.ts';
import type { SessionFilter } from '../sessions.ts';

interface SearchOptions extends CommonOptions, Pick<SessionFilter, 'branch' | 'device'> {
  limit: number;
  offline?: boolean;
  vault?: VaultChoice;
}

const examples = `
Examples:
  convosync search login page                  messages and handoffs with both words, the newest first
  convosync search '"login page"' session      with the two as a phrase, and another word
  convosync search migr --device Laptop        what was said there, with a word that begins so
  convosync search migration --branch main --limit 100
  convosync search migration --json | jq -r '.found[].session.id'`;

export function addSearch(program: Command, run: RunVerb): void {
  const command = program.command('search')
    .summary('search all conversations and handoffs')
    .description('Finds messages, what tools were given and answered, handoffs and titles in which all of the words occur, of all devices. The last word may be the beginning of one; words in double quotes are a phrase.')
    .argument('<words...>')
    .option('--branch <name>', 'only what was first saved on this branch')
    .option('--device <name>', 'only what was first saved on this device, by its name or the beginning of its id')
    .option('--limit <number>', 'how much to show', countFrom(1), 20)
    .option('--offline', 'what is known already, without asking the remote')
    .addOption(vaultOption())
    .addOption(jsonOption());
  withCommonOptions(command)
    .addHelpText('after', examples)
    .action((words: string[], options: SearchOptions) => run(options, 'resume', (invocation) => search(invocation, words.join(' '), options)));
}

async function search(invocation: Invocation, typed: string, options: SearchOptions): Promise<Ending> {
  const { output } = invocation;
  const found = await withVault(invocation, options.vault, (vault) => prepareAndFind(invocation, typed, { ...options, ...vault }));
  output.tell(found.listing, renderListingProblems);
  output.tell(found, renderNotSearched);
  output.report(found, renderSearch, searchDocument);
  return found.unread[0] === undefined ? exitCodeOfLook(found.listing) : exitCodeOf(found.unread[0].error);
}

function prepareAndFind({ convosync, work, folder }: Invocation, typed: string, { vault, limit, offline, branch, device }: SearchOptions): Promise<SearchedSessions> {
  const filter = { ...(branch === undefined ? {} : { branch }), ...(device === undefined ? {} : { device }) };
  return work(async (run) => {
    const search = await convosync.openSearch(folder, { ...run, vault, refresh: offline !== true });
    const { unread } = await search.prepare(run);
    const answer = await search.find(typed, { signal: run.signal, limit, among: (session) => filterSessions([session], filter).length > 0 });
    return { ...answer, unread, listing: search.listing };
  });
}
