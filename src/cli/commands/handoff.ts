import type { Command } from 'commander';
import { ConvoSyncError } from '../../core/common/errors.ts';
import type { HandoffBy, VaultChoice } from '../../core/operations/plan.ts';
import type { Handoffs } from '../../core/operations/report.ts';
import { compareHandoffs } from '../../core/session/handoff/compare.ts';
import { parseHandoff } from '../../core/session/handoff/parse.ts';
import { searchHandoff } from '../../core/session/handoff/search.ts';
import { comparisonDocument, foundHandoffsDocument, handoffDocument, listDocument, repositoryHandoffDocument } from '../documents.ts';
import { exitCodeOf } from '../exitCodes.ts';
import type { CommonOptions, Ending, Invocation, RunVerb, Verb } from '../invocation.ts';
import { handoffByOption, jsonOption, vaultOption, withCommonOptions } from '../options.ts';
import { withVault } from '../questions.ts';
import { renderComparison, renderFoundHandoffs, renderHandoffHistory, renderDraftProblems, renderUnread, renderWhereItLies } from '../render/renderHandoffs.ts';
import { renderListingProblems } from '../render/renderList.ts';
import { filterSessions } from '../sessions.ts';
import type { SessionFilter } from '../sessions.ts';
import { editText } from '../terminal/editor.ts';

interface LookOptions extends CommonOptions {
  vault?: VaultChoice;
  offline?: boolean;
}

interface HistoryOptions extends LookOptions, SessionFilter {
  all?: boolean;
}

interface GenerateOptions extends CommonOptions {
  conversation?: string;
  agent?: string;
  edit?: boolean;
  handoffBy?: HandoffBy;
}

const recent = 20;

const examples = `
Examples:
  convosync handoff                            what another device left for you
  convosync handoff show 3f2a                  the handoff of a session
  convosync handoff generate                   one of the conversation here; nothing is saved
  convosync handoff generate --edit            the same, in your editor first
  convosync handoff generate --handoff-by agent   written by the agent’s own model
  convosync handoff history --device Laptop    how the work went on there
  convosync handoff diff 3f2a 91c0             what changed from one to the other
  convosync handoff search "login page"`;

export function addHandoff(program: Command, run: RunVerb): void {
  const handoff = program.command('handoff')
    .summary('read, make, compare and search handoffs')
    .description('Handoffs say where the work stands, for the person or agent who goes on. Every session holds one.')
    .addHelpText('after', examples);
  // A verb's own options follow it, so those that are the same are declared with each.
  const verb = (name: string, description: string, isDefault = false): Command => withCommonOptions(handoff.command(name, { isDefault }).description(description).addOption(jsonOption()));
  const looking = (command: Command): Command => command.addOption(vaultOption()).option('--offline', 'what is known already, without asking the remote');

  looking(verb('show', 'Shows the handoff of a session: without one, what another device left last.', true))
    .argument('[session]', 'by the beginning of its id; or the name of a device that leaves its handoffs in the repository alone')
    .action((id: string | undefined, options: LookOptions) => run(options, 'resume', show(id, options)));
  verb('generate', 'Makes a handoff of the conversation here and prints it. Nothing is saved.')
    .option('--conversation <id>', 'the conversation, instead of the one active last')
    .option('--agent <name>', 'only conversations of this agent, such as claude-code')
    .addOption(handoffByOption())
    .option('--edit', 'edit it in your editor before it is printed')
    .action((options: GenerateOptions) => run(options, 'save', generate(options)));
  looking(verb('history', `Lists handoffs, the newest first: the last ${recent}, or all.`))
    .option('-a, --all', 'all handoffs, not only the newest')
    .option('--device <name>', 'only those of this device, by its name or the beginning of its id')
    .option('--conversation <id>', 'only those of this conversation, by the beginning of its id')
    .action((options: HistoryOptions) => run(options, 'resume', history(options)));
  looking(verb('diff', 'Shows section by section what changed from one handoff to another.'))
    .argument('<from>', 'the session of the one, by the beginning of its id')
    .argument('<to>', 'the session of the other')
    .action((from: string, to: string, options: LookOptions) => run(options, 'resume', diff(from, to, options)));
  looking(verb('search', 'Finds handoffs in which all of the words occur.'))
    .argument('<words...>')
    .action((words: string[], options: LookOptions) => run(options, 'resume', search(words, options)));
}

function show(id: string | undefined, options: LookOptions): Verb {
  return async (invocation) => {
    const read = await handoffs(invocation, id === undefined ? 'latest' : [id], options);
    const [foundInRepository] = read.inRepository;
    if (foundInRepository) {
      invocation.output.tell(foundInRepository, renderWhereItLies);
      invocation.output.report(foundInRepository, ({ markdown }) => markdown.trim(), repositoryHandoffDocument);
      return 0;
    }
    const [found] = read.handoffs;
    if (!found) {
      return missing(invocation, read, id === undefined ? 'No session here has a handoff yet.' : 'This session has no handoff.');
    }
    invocation.output.report(found, ({ markdown }) => markdown.trim(), (one) => handoffDocument(one, read.listing));
    return 0;
  };
}

function generate(options: GenerateOptions): Verb {
  return async ({ convosync, output, work, folder, env }) => {
    const { conversation, agent, handoffBy } = options;
    const request = { ...(conversation === undefined ? {} : { conversations: [conversation] }), ...(agent === undefined ? {} : { agent }), ...(handoffBy === undefined ? {} : { handoffBy }) };
    const draft = await work((run) => convosync.draftHandoff(folder, request, run));
    output.tell(draft, renderDraftProblems);
    const handoff = options.edit === true ? await editText(draft.markdown, 'handoff.md', env) : draft.markdown;
    output.report({ ...draft, markdown: handoff }, ({ markdown }) => markdown.trim(), ({ markdown, ...of }) => ({ ...of, handoff: markdown }));
    return 0;
  };
}

function history(options: HistoryOptions): Verb {
  return async (invocation) => {
    const { output } = invocation;
    const { listing, inRepository } = await handoffs(invocation, [], options);
    const found = filterSessions(listing.sessions, options).filter(({ summary }) => summary.excerpt !== '');
    const sessions = options.all === true ? found : found.slice(0, recent);
    const isFiltered = options.device !== undefined || options.conversation !== undefined;
    const shown = { listing, sessions, more: found.length - sessions.length, inRepository: isFiltered ? [] : inRepository };
    output.report(shown, renderHandoffHistory, () => ({ ...listDocument(listing, sessions), inRepository: shown.inRepository.map(repositoryHandoffDocument) }));
    return listing.problem !== undefined && sessions.length === 0 ? exitCodeOf(listing.problem) : 0;
  };
}

function diff(from: string, to: string, options: LookOptions): Verb {
  return async (invocation) => {
    const read = await handoffs(invocation, [from, to], options);
    const [older, newer] = read.handoffs;
    if (!older || !newer) {
      return missing(invocation, read, 'One of the two sessions has no handoff.');
    }
    const sections = compareHandoffs(parseHandoff(older.markdown), parseHandoff(newer.markdown));
    invocation.output.report({ older, newer, sections }, renderComparison, comparisonDocument);
    return 0;
  };
}

function search(words: readonly string[], options: LookOptions): Verb {
  return async (invocation) => {
    const wanted = words.join(' ').split(/\s+/).filter((word) => word !== '');
    if (wanted.length === 0) {
      throw new ConvoSyncError('usage', 'Say which words are to be searched for.');
    }
    const read = await handoffs(invocation, undefined, options);
    const found = read.handoffs.flatMap(({ session, markdown }) => {
      const lines = searchHandoff(markdown, wanted);
      return lines ? [{ session, lines }] : [];
    });
    invocation.output.tell(read, renderUnread);
    const foundInRepository = read.inRepository.flatMap((handoff) => {
      const lines = searchHandoff(handoff.markdown, wanted);
      return lines ? [{ handoff, lines }] : [];
    });
    invocation.output.report({ listing: read.listing, found, foundInRepository }, renderFoundHandoffs, (report) => foundHandoffsDocument(report, read));
    return read.unread[0] === undefined ? 0 : exitCodeOf(read.unread[0].error);
  };
}

async function handoffs(invocation: Invocation, sessions: readonly string[] | 'latest' | undefined, { vault, offline }: LookOptions): Promise<Handoffs> {
  const { convosync, output, work, folder } = invocation;
  const read = await withVault(invocation, vault, (choice) => work((run) => convosync.handoffs(folder, { ...run, ...choice, refresh: offline !== true, ...(sessions === undefined ? {} : { sessions }) })));
  output.tell(read.listing, renderListingProblems);
  return read;
}

function missing({ output }: Invocation, { listing, unread }: Handoffs, sentence: string): Ending {
  const error = unread[0]?.error ?? listing.problem;
  if (error) {
    throw error;
  }
  output.report(sentence, (text) => text, () => ({ handoff: null }));
  return 4;
}
