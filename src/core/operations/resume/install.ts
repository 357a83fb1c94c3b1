/**
 * Installing a stored conversation into its agent's own store. A transcript that is longer here stays. Where both went on,
 * what was added elsewhere follows what is here, if that is proven to go together; else the stored one is put beside it
 * under an id of its own.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Agent } from '../../agents/agent.ts';
import { ConvoSyncError, throwIfCancelled } from '../../common/errors.ts';
import { writeFileAtomic } from '../../common/files.ts';
import { sha256File } from '../../common/hash.ts';
import type { StoredConversation, StoredFile } from '../../session/session.ts';
import { listInstallMaps, readInstallMap, writeInstallMap } from '../../vault/installMap.ts';
import type { InstallStep } from '../plan.ts';
import { compareFile, type ConversationRelation, type Destination, growsAtItsEnd, joinedWith, type Relation, relationOf, requireAgent, sharedMessages } from './compare.ts';

/** @throws ConvoSyncError `install-failed` when the agent is not known here */
export async function planInstall(to: Destination, conversation: StoredConversation): Promise<InstallStep> {
  const agent = requireAgent(to.parts, conversation.agent);
  const step = (as: string, outcome: InstallStep['outcome']): InstallStep => ({
    kind: 'install', agent: agent.id, conversation: conversation.id, as, outcome, messages: conversation.messages,
    ...(conversation.title === undefined ? {} : { title: conversation.title }),
  });
  const relation = await relationOf(to, agent, conversation, conversation.id);
  const inPlace = outcomeOf(relation, await agent.isRunning(conversation.id));
  if (inPlace) {
    return step(conversation.id, inPlace);
  }
  // Beside it, where an earlier resume may have put it already.
  for (const map of await listInstallMaps(to.parts.home, to.vault.id)) {
    if (map.agent === agent.id && map.forkOf?.id === conversation.id) {
      const beside = outcomeOf(await relationOf(to, agent, conversation, map.conversation), await agent.isRunning(map.conversation));
      if (beside !== undefined && beside !== 'new') {
        return step(map.conversation, beside);
      }
    }
  }
  const shared = relation === 'elsewhere' ? undefined : await sharedMessages(to, agent, conversation);
  return { ...step(agent.forkId(), 'fork'), ...(shared === undefined ? {} : { shared }) };
}

export interface Placement {
  absolute: string;
  content: () => AsyncIterable<Uint8Array>;
  /** Of the content. */
  sha256: string;
}

/** What a transcript that is found in this way may be overwritten with. */
const expected: Readonly<Partial<Record<InstallStep['outcome'], ConversationRelation>>> = { longer: 'stored-longer', joined: 'joinable', new: 'absent', fork: 'absent' };

/**
 * The files that a step will write, and where. No transcript that is longer here or went on by itself loses a line.
 *
 * @throws ConvoSyncError `conversation-running`, or `busy` when the conversation went on here since the plan was made
 */
export async function placements(to: Destination, conversation: StoredConversation, step: InstallStep): Promise<Placement[]> {
  const [main, ...sidecars] = conversation.files;
  if (!main || step.outcome === 'same' || step.outcome === 'local-longer') {
    return [];
  }
  const agent = requireAgent(to.parts, conversation.agent);
  if (await agent.isRunning(step.as)) {
    throw new ConvoSyncError('conversation-running', 'The conversation is open in its agent.', { details: { agentName: agent.name, conversation: step.as } });
  }
  const absoluteOf = (stored: StoredFile): Promise<string> => agent.place(step.as, stored.path, conversation.folder, { folder: to.folder });
  const joined = step.outcome === 'joined' ? await joinedPlacement(to, agent, main, await absoluteOf(main)) : undefined;
  if ((await relationOf(to, agent, conversation, step.as)) !== expected[step.outcome] || (step.outcome === 'joined' && !joined)) {
    throw new ConvoSyncError('busy', 'The conversation has changed since the resume was planned.', { details: { reason: 'changed', conversation: step.as } });
  }
  const found = [joined ?? storedPlacement(to, main, await absoluteOf(main))];
  for (const stored of sidecars) {
    const absolute = await absoluteOf(stored);
    const relation = await compareFile(to, stored, absolute);
    if (relation === 'absent' || mayReplace(step, stored, relation)) {
      found.push(storedPlacement(to, stored, absolute));
    }
  }
  return found;
}

/** A fork shares sidecars with the conversation it is put beside, and what is joined goes on here: those are theirs to write anew. */
function mayReplace({ outcome }: InstallStep, stored: StoredFile, relation: Relation): boolean {
  return growsAtItsEnd(stored) ? relation === 'stored-longer' && outcome !== 'fork' : relation !== 'same' && (outcome === 'new' || outcome === 'longer');
}

function storedPlacement({ vault, session, signal }: Destination, stored: StoredFile, absolute: string): Placement {
  return { absolute, content: () => vault.contents.read(stored, session, signal), sha256: stored.sha256 };
}

/** The transcript as it is here, and after it what was added elsewhere. */
async function joinedPlacement(to: Destination, agent: Agent, stored: StoredFile, absolute: string): Promise<Placement | undefined> {
  const joined = await joinedWith(to, agent, stored, absolute);
  if (!joined) {
    return undefined;
  }
  const content = async function* (): AsyncGenerator<Uint8Array> {
    yield* createReadStream(absolute);
    yield joined.added;
  };
  const hash = createHash('sha256');
  for await (const piece of content()) {
    hash.update(piece);
  }
  return { absolute, content, sha256: hash.digest('hex') };
}

/** Writes one file and proves that it is there byte for byte. */
export async function installFile(to: Destination, { absolute, content, sha256 }: Placement): Promise<void> {
  throwIfCancelled(to.signal);
  await writeFileAtomic(absolute, content(), { mode: 0o600, mtime: to.parts.machine.now() });
  if ((await sha256File(absolute)) !== sha256) {
    throw new ConvoSyncError('install-failed', 'An installed file is not what was to be written.', { details: { file: absolute } });
  }
}

/** Notes what stands here now, so that a later save recognises its continuation. */
export async function noteInstalled({ parts, vault, session }: Destination, conversation: StoredConversation, step: InstallStep): Promise<void> {
  if (step.outcome === 'local-longer' || step.outcome === 'joined') {
    // It still begins as it was noted before.
    return;
  }
  const messages = step.shared ?? (await readInstallMap(parts.home, vault.id, step.agent, step.as))?.forkOf?.messages;
  const forkOf = step.as === conversation.id ? conversation.forkOf : { id: conversation.id, session: session.summary.id, ...(messages === undefined ? {} : { messages }) };
  await writeInstallMap(parts.home, vault.id, {
    v: 1, agent: step.agent, conversation: step.as, session: session.summary.id,
    files: Object.fromEntries(conversation.files.map((file) => [file.path, file])),
    ...(forkOf ? { forkOf } : {}),
  });
}

/** Undefined where it cannot be installed: both went on, its place is taken, or it is being written right now. */
function outcomeOf(relation: ConversationRelation, isRunning: boolean): InstallStep['outcome'] | undefined {
  switch (relation) {
    case 'same':
    case 'local-longer':
      return relation;
    case 'absent':
      return isRunning ? undefined : 'new';
    case 'stored-longer':
      return isRunning ? undefined : 'longer';
    case 'joinable':
      return isRunning ? undefined : 'joined';
    case 'diverged':
    case 'elsewhere':
      return undefined;
  }
}
