/** What differs between two sessions: the code, the handoffs, and what only one of them holds of the conversations. */
import * as path from 'node:path';
import type { Agent } from '../agents/agent.ts';
import { randomId } from '../common/hash.ts';
import { changedFiles, type CodeState } from '../git/changedFiles.ts';
import { hasCommit } from '../git/history.ts';
import { Quarantine } from '../git/snapshot/quarantine.ts';
import { compareHandoffs } from '../session/handoff/compare.ts';
import { parseHandoff } from '../session/handoff/parse.ts';
import type { Message } from '../session/message.ts';
import type { StoredConversation } from '../session/session.ts';
import type { Vault } from '../vault/vault.ts';
import { fetchBundle } from './bundles.ts';
import { openCheckout } from './checkout.ts';
import type { ReadOptions } from './convosync.ts';
import { type Found, findManifest } from './look.ts';
import { agentOf, type Parts } from './parts.ts';
import type { ComparedConversation, ComparedSessions } from './report.ts';
import { type Arriving, bringCommits } from './resume/bringCode.ts';

/** @throws ConvoSyncError `session-not-found`, `session-ambiguous`, or why what they are made of cannot be read */
export async function compareSessions(parts: Parts, folder: string, from: string, to: string, { refresh, vault: choice, signal }: ReadOptions): Promise<ComparedSessions> {
  const checkout = await openCheckout(parts, folder, { refresh: refresh !== false, onlyLooks: true, resumes: true, choice, signal });
  const [older, newer] = [await findManifest(checkout, from, signal), await findManifest(checkout, to, signal)];
  const arriving: Arriving = { ...checkout, source: older.vault };
  const states = [await bring(parts, arriving, older, signal), await bring(parts, arriving, newer, signal)] as const;
  const conversations = await compareConversations(parts, older, newer, signal);
  const known = (stored: StoredConversation): boolean => agentOf(parts, stored.agent) !== undefined;
  return {
    older,
    newer,
    code: await compareCode(parts, arriving, states, signal),
    handoff: compareHandoffs(parseHandoff(older.manifest.handoff), parseHandoff(newer.manifest.handoff)),
    conversations,
    unknownAgents: [...new Set([older, newer].flatMap(({ manifest }) => manifest.conversations.filter((stored) => !known(stored)).map(({ agent }) => agent)))],
  };
}

/** Undefined where the commit of a session is neither here nor anywhere else that can be reached. */
async function bring(parts: Parts, arriving: Arriving, { session, manifest: { code } }: Found, signal?: AbortSignal): Promise<CodeState | undefined> {
  const { repository } = await bringCommits(parts, arriving, session, code, signal);
  if (repository?.commit !== 'here') {
    return undefined;
  }
  if (code.snapshot && !(await hasCommit(arriving.repository, code.snapshot.commit, signal))) {
    await fetchBundle(parts, arriving, session, code.snapshot.bundle, signal);
  }
  return { commit: code.commit, snapshot: code.snapshot?.commit };
}

async function compareCode({ home }: Parts, { repository }: Arriving, [from, to]: readonly [CodeState | undefined, CodeState | undefined], signal?: AbortSignal): Promise<ComparedSessions['code']> {
  if (!from || !to) {
    return undefined;
  }
  await using quarantine = await Quarantine.open(repository, path.join(home.root, 'cache', `compare-${randomId()}`));
  return await changedFiles(quarantine, from, to, signal);
}

async function compareConversations(parts: Parts, older: Found, newer: Found, signal?: AbortSignal): Promise<ComparedConversation[]> {
  const left = [...newer.manifest.conversations];
  const compared: ComparedConversation[] = [];
  for (const before of older.manifest.conversations) {
    const exact = left.findIndex(({ agent, id }) => agent === before.agent && id === before.id);
    const at = exact === -1 ? left.findIndex((after) => isSame(before, after)) : exact;
    const [after] = at === -1 ? [] : left.splice(at, 1);
    compared.push(...(await compareOne(parts, older.vault, { before: [older, before], ...(after ? { after: [newer, after] } : {}) }, signal)));
  }
  for (const after of left) {
    compared.push(...(await compareOne(parts, newer.vault, { after: [newer, after] }, signal)));
  }
  return compared;
}

/** Two continuations of one conversation may have an id each. */
function isSame(one: StoredConversation, other: StoredConversation): boolean {
  const begins = ({ id, forkOf }: StoredConversation): string[] => [id, ...(forkOf ? [forkOf.id] : [])];
  return one.agent === other.agent && begins(one).some((id) => begins(other).includes(id));
}

interface Pair {
  before?: [Found, StoredConversation];
  after?: [Found, StoredConversation];
}

/** Nothing for a conversation that nobody here can read. */
async function compareOne(parts: Parts, vault: Vault, { before, after }: Pair, signal?: AbortSignal): Promise<ComparedConversation[]> {
  const stored = after?.[1] ?? before?.[1];
  const agent = stored && agentOf(parts, stored.agent);
  if (!stored || !agent) {
    return [];
  }
  const { id, title } = stored;
  const facts = { agent: agent.id, agentName: agent.name, id, ...(title === undefined ? {} : { title }), heldBy: before && after ? 'both' : before ? 'older' : 'newer' } as const;
  if (before && after && before[1].files[0]?.sha256 === after[1].files[0]?.sha256) {
    return [{ ...facts, common: stored.messages, onlyOlder: [], onlyNewer: [] }];
  }
  const [was, is] = [before ? await read(agent, vault, before, signal) : [], after ? await read(agent, vault, after, signal) : []];
  const other = was.findIndex((message, index) => said(message) !== said(is[index]));
  const common = other === -1 ? was.length : other;
  return [{ ...facts, common, onlyOlder: without(was, is, common), onlyNewer: without(is, was, common) }];
}

async function read(agent: Agent, vault: Vault, [{ session }, { files: [main] }]: [Found, StoredConversation], signal?: AbortSignal): Promise<Message[]> {
  return main ? (await agent.read(vault.contents.read(main, session, signal), signal)).messages : [];
}

/** What follows the common beginning and is nowhere in the other: where both went on, one may have taken up what the other said. */
function without(messages: readonly Message[], other: readonly Message[], common: number): Message[] {
  const held = new Set(other.slice(common).flatMap(keysOf));
  return messages.slice(common).filter((message) => !keysOf(message).some((key) => held.has(key)));
}

/** The id of its record where it has one. */
function keysOf(message: Message): string[] {
  return [message.id === undefined ? said(message) : `id ${message.id}`];
}

function said(message: Message | undefined): string {
  return JSON.stringify([message?.author, message?.blocks]);
}
