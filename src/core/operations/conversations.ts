/** The conversations of a checkout across all agents: found, chosen, and read. */
import type { Agent, ConversationFile, FoundConversation } from '../agents/agent.ts';
import { ConvoSyncError } from '../common/errors.ts';
import { marked } from '../common/marked.ts';
import { contextRuns } from '../git/context.ts';
import { readReflog } from '../git/history.ts';
import type { ReflogEntry } from '../git/reflog.ts';
import type { Repository } from '../git/repository.ts';
import { type Head, readHead } from '../git/workingTree.ts';
import { agentOf, type Parts } from './parts.ts';
import type { ConversationPreview, SaveRequest } from './plan.ts';
import type { Note } from './report.ts';
import { type Reading, type ReadingOptions, readTranscript } from './transcriptReading.ts';

/** How far back the reflog is asked what was checked out while the conversation went on. */
const reflogDepth = 2000;

export interface ReadConversation {
  agent: Agent;
  found: FoundConversation;
  files: ConversationFile[];
  transcript: Reading;
}

/** Newest first, with a note for what could not be read. */
export async function findConversations(parts: Parts, folder: string, signal?: AbortSignal): Promise<{ conversations: FoundConversation[]; notes: Note[] }> {
  const results = await Promise.all(parts.agents.map(async (agent) => ({ agent, ...(await agent.find({ folder }, signal)) })));
  return {
    conversations: results.flatMap(({ conversations }) => conversations).sort((a, b) => b.modified - a.modified),
    notes: results.filter(({ problems }) => problems.length > 0).map(({ agent, problems }) => ({ kind: 'unreadable', agent: agent.id, count: problems.length })),
  };
}

/**
 * Those asked for, else the one that was active last, newest first; none when there is none or none is wanted.
 *
 * @throws ConvoSyncError `conversation-not-found` when one that is asked for is not there, `usage` when an id fits several
 */
export function chooseConversations(found: readonly FoundConversation[], { conversations: wanted, agent }: Pick<SaveRequest, 'conversations' | 'agent'>): FoundConversation[] {
  if (wanted === 'none') {
    return [];
  }
  const ofAgent = found.filter((one) => agent === undefined || one.agent === agent);
  const chosen = wanted === 'all' ? ofAgent : wanted === undefined ? ofAgent.slice(0, 1) : ofAgent.filter((one) => wanted.some((id) => theOne(ofAgent, id) === one));
  if (chosen.length === 0 && agent !== undefined) {
    throw new ConvoSyncError('conversation-not-found', 'There is no such conversation for this folder.', { details: { conversation: '', agent } });
  }
  return chosen;
}

function theOne(found: readonly FoundConversation[], wanted: string): FoundConversation {
  const fitting = found.filter(({ id }) => id.startsWith(wanted));
  const exact = fitting.find(({ id }) => id === wanted);
  if (!exact && fitting.length > 1) {
    throw new ConvoSyncError('usage', marked`Several conversations begin with this id.`, { details: { conversation: wanted, candidates: fitting.map(({ id }) => id) } });
  }
  const one = exact ?? fitting[0];
  if (!one) {
    throw new ConvoSyncError('conversation-not-found', 'There is no such conversation for this folder.', { details: { conversation: wanted, agent: '' } });
  }
  return one;
}

export function previews(parts: Parts, conversations: readonly FoundConversation[], chosen: readonly FoundConversation[]): ConversationPreview[] {
  return conversations.map((found) => ({
    agent: found.agent,
    agentName: agentOf(parts, found.agent)?.name ?? found.agent,
    id: found.id,
    ...(found.title === undefined ? {} : { title: found.title }),
    modified: new Date(found.modified).toISOString(),
    running: found.running,
    chosen: chosen.includes(found),
  }));
}

/** Reads the bytes that a capture would take, no more: the messages are those of exactly these bytes. */
export async function readConversation(parts: Parts, found: FoundConversation, options: ReadingOptions): Promise<ReadConversation> {
  const agent = agentOf(parts, found.agent);
  if (!agent) {
    throw new ConvoSyncError('conversation-not-found', 'The agent of this conversation is not known here.', { details: { agent: found.agent } });
  }
  const files = await agent.files(found, options.signal);
  const transcript = await readTranscript(parts.home, { agent, conversation: found.id, absolute: files[0]?.absolute ?? found.transcript, size: files[0]?.size ?? 0, title: found.title }, options);
  return { agent, found, files, transcript };
}

/**
 * The git context of messages of a conversation held here; the reflog is read with the first of them.
 *
 * @param head where it is, if that is known already
 */
export function contextAt(repository: Repository, head?: Head, signal?: AbortSignal): ReadingOptions['contextOf'] {
  const read = async (): Promise<ReflogEntry[]> => readReflog(repository, head ?? (await readHead(repository, signal)), reflogDepth, signal);
  let reflog: ReturnType<typeof read> | undefined;
  return async (messages) => contextRuns(messages, await (reflog ??= read()), repository.top);
}
