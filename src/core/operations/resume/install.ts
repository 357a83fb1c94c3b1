/**
 * Installing a stored conversation into its agent's own store. A transcript that is longer here stays. Where both went on,
 * what was added elsewhere follows what is here, if that is proven to go together; else the stored one is put beside it
 * under an id of its own.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Agent, Installation } from '../../agents/agent.ts';
import { ConvoSyncError, throwIfCancelled } from '../../common/errors.ts';
import { fileExists, writeFileAtomic } from '../../common/files.ts';
import { sha256, sha256File } from '../../common/hash.ts';
import { type Adaptation, adapted } from '../../session/adaptation.ts';
import type { StoredConversation, StoredFile } from '../../session/session.ts';
import { type InstallMap, listInstallMaps, readInstallMap, writeInstallMap } from '../../vault/installMap.ts';
import type { InstallStep } from '../plan.ts';
import { compareFile, type ConversationRelation, type Destination, type FileHere, filesHere, growsAtItsEnd, joinedWith, readHere, type Relation, relationOf, requireAgent, saysTheSame, sharedMessages, sidecarsHere, storedSize } from './compare.ts';

/** @throws ConvoSyncError `install-failed` when the agent is not known here */
export async function planInstall(to: Destination, conversation: StoredConversation): Promise<InstallStep> {
  const agent = requireAgent(to.parts, conversation.agent);
  const step = (as: string, outcome: InstallStep['outcome']): InstallStep => ({
    kind: 'install', agent: agent.id, conversation: conversation.id, as, outcome, messages: conversation.messages,
    ...(conversation.title === undefined ? {} : { title: conversation.title }),
  });
  if (agent.fidelity === 'shown') {
    return step(conversation.id, 'shown');
  }
  const relation = await relationOf(to, agent, conversation, conversation.id);
  if (relation !== 'same' && relation !== 'local-longer' && (await isUprooted(to, agent, conversation))) {
    return { ...step(conversation.id, 'shown'), uprooted: true };
  }
  const isRunning = await agent.isRunning(conversation.id);
  const inPlace = outcomeOf(relation, isRunning);
  if (inPlace) {
    return step(conversation.id, inPlace === 'same' && !isRunning && (await wantsAdapting(to, agent, conversation)) ? 'adapted' : inPlace);
  }
  // Beside it, where an earlier resume may have put it already.
  for (const map of await listInstallMaps(to.parts.home, to.source.id)) {
    if (map.agent === agent.id && map.forkOf?.id === conversation.id) {
      const beside = outcomeOf(await relationOf(to, agent, conversation, map.conversation), await agent.isRunning(map.conversation));
      if (beside !== undefined && beside !== 'new') {
        return step(map.conversation, beside);
      }
    }
  }
  if (relation === 'elsewhere') {
    return { ...step(agent.forkId(), 'fork'), elsewhere: true };
  }
  const shared = await sharedMessages(to, agent, conversation);
  return { ...step(agent.forkId(), 'fork'), ...(shared === undefined ? {} : { shared }) };
}

/** Whether what the transcript goes on from says something else here. */
async function isUprooted(to: Destination, agent: Agent, conversation: StoredConversation): Promise<boolean> {
  const find = await filesHere(to, agent, conversation, conversation.id);
  for (const stored of conversation.files.slice(1)) {
    if ((await agent.goesOnFrom?.(stored.path)) === true && !(await saysTheSame(to, agent, stored, await find(stored)))) {
      return true;
    }
  }
  return false;
}

/** Whether the agent does not see what is here, and would with what it needs otherwise in it now. */
async function wantsAdapting(to: Destination, agent: Agent, conversation: StoredConversation): Promise<boolean> {
  const { id, folder, files: [main] } = conversation;
  // Of what stands here unredacted the stored file is no equal.
  if (!main || (main.redactions ?? []).length > 0 || (await agent.verify(id, folder, { folder: to.folder })).visible) {
    return false;
  }
  const { absolute, sha256: wanted } = await storedPlacement(to, agent, main, await (await filesHere(to, agent, conversation, id))(main), { id, folder, workspace: { folder: to.folder } });
  return (await sha256File(absolute)) !== wanted;
}

export interface Placement {
  absolute: string;
  content: () => AsyncIterable<Uint8Array>;
  /** Of the content. */
  sha256: string;
}

/** What is to be written for a step, and what of it stands otherwise here than it is stored. */
export interface Placements {
  /** The main transcript first. */
  files: Placement[];
  /** By logical name. */
  adaptations: Record<string, Adaptation[]>;
}

/** What a transcript that is found in this way may be overwritten with. */
const expected: Readonly<Partial<Record<InstallStep['outcome'], ConversationRelation>>> = { longer: 'stored-longer', joined: 'joinable', adapted: 'same', new: 'absent', fork: 'absent' };

/**
 * The files that a step will write, and where. No transcript that is longer here or went on by itself loses a line.
 *
 * @throws ConvoSyncError `conversation-running`, or `busy` when the conversation went on here since the plan was made
 */
export async function placements(to: Destination, conversation: StoredConversation, step: InstallStep): Promise<Placements> {
  const [main] = conversation.files;
  const found: Placements = { files: [], adaptations: {} };
  if (!main || step.outcome === 'shown' || step.outcome === 'same' || step.outcome === 'local-longer') {
    return found;
  }
  const agent = requireAgent(to.parts, conversation.agent);
  if (await agent.isRunning(step.as)) {
    throw new ConvoSyncError('conversation-running', 'The conversation is open in its agent.', { details: { agentName: agent.name, conversation: step.as } });
  }
  const find = await filesHere(to, agent, conversation, step.as);
  const here = await find(main);
  const joined = step.outcome === 'joined' ? await joinedWith(to, agent, main, here) : undefined;
  if ((await relationOf(to, agent, conversation, step.as)) !== expected[step.outcome] || (step.outcome === 'joined' && !joined)) {
    throw new ConvoSyncError('busy', 'The conversation has changed since the resume was planned.', { details: { reason: 'changed', conversation: step.as } });
  }
  const installation: Installation = { id: step.as, folder: conversation.folder, workspace: { folder: to.folder } };
  const add = ({ path }: StoredFile, { adaptations, ...placement }: Adapted): void => {
    found.files.push(placement);
    found.adaptations[path] = adaptations;
  };
  const place = async (stored: StoredFile, file: FileHere): Promise<Adapted> =>
    (goesOnFromHere(stored) && (await compareFile(to, stored, file)) === 'stored-longer' ? continuedPlacement(to, agent, stored, file, added(to, stored, await storedSize(stored, file)), installation) : storedPlacement(to, agent, stored, file, installation));
  add(main, joined ? await continuedPlacement(to, agent, main, here, () => once(joined.added), installation) : await place(main, here));
  for (const stored of (await sidecarsHere(to, agent, conversation, step.as)).held) {
    const sidecar = await find(stored);
    const relation = await compareFile(to, stored, sidecar);
    if (relation === 'absent' || mayReplace(step, stored, relation)) {
      add(stored, await place(stored, sidecar));
    }
  }
  for (const { absolute, content } of (await agent.signposts?.(installation)) ?? []) {
    if (!(await fileExists(absolute))) {
      found.files.push({ absolute, content: () => once(content), sha256: sha256(content) });
    }
  }
  return found;
}

/** A fork shares sidecars with the conversation it is put beside, and what is joined goes on here: those are theirs to write anew. */
function mayReplace({ outcome }: InstallStep, stored: StoredFile, relation: Relation): boolean {
  return growsAtItsEnd(stored) ? relation === 'stored-longer' && outcome !== 'fork' : relation !== 'same' && (outcome === 'new' || outcome === 'longer');
}

type Adapted = Placement & { adaptations: Adaptation[] };

async function storedPlacement({ source, session, signal }: Destination, agent: Agent, stored: StoredFile, { absolute }: FileHere, to: Installation): Promise<Adapted> {
  const read = (): AsyncIterable<Uint8Array> => source.contents.read(stored, session, signal);
  const adaptations = (await agent.adapt?.(stored.path, read(), to)) ?? [];
  const content = (): AsyncIterable<Uint8Array> => (adaptations.length === 0 ? read() : adapted(read(), adaptations));
  return { absolute, content, sha256: adaptations.length === 0 ? stored.sha256 : await sha256Of(content()), adaptations };
}

/** What is redacted in the stored file stands here still, where it was written: that stays, and only what was added elsewhere comes. */
function goesOnFromHere(stored: StoredFile): boolean {
  return growsAtItsEnd(stored) && (stored.redactions ?? []).length > 0;
}

/** The stored bytes from some position on. */
function added({ source, session, signal }: Destination, stored: StoredFile, from: number): () => AsyncGenerator<Uint8Array> {
  return async function* () {
    let at = 0;
    for await (const piece of source.contents.read(stored, session, signal)) {
      yield piece.subarray(Math.min(piece.byteLength, Math.max(from - at, 0)));
      at += piece.byteLength;
    }
  };
}

/** A file as it is here, and after it what was added elsewhere. */
async function continuedPlacement(destination: Destination, agent: Agent, stored: StoredFile, here: FileHere, more: () => AsyncIterable<Uint8Array>, to: Installation): Promise<Adapted> {
  const size = await storedSize(stored, here);
  const whole = async function* (): AsyncGenerator<Uint8Array> {
    yield* readHere(stored, here, destination.signal);
    yield* more();
  };
  const adaptations = ((await agent.adapt?.(stored.path, whole(), to)) ?? []).filter(({ from }) => from >= size);
  const content = async function* (): AsyncGenerator<Uint8Array> {
    yield* createReadStream(here.absolute);
    yield* adapted(more(), adaptations.map((adaptation) => ({ ...adaptation, from: adaptation.from - size })));
  };
  return { absolute: here.absolute, content, sha256: await sha256Of(content()), adaptations: [...here.adaptations, ...adaptations] };
}

async function sha256Of(content: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of content) {
    hash.update(piece);
  }
  return hash.digest('hex');
}

async function* once(content: Uint8Array | string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(typeof content === 'string' ? Buffer.from(content, 'utf8') : content);
}

/** Writes one file and proves that it is there byte for byte. */
export async function installFile(to: Destination, { absolute, content, sha256 }: Placement): Promise<void> {
  throwIfCancelled(to.signal);
  await writeFileAtomic(absolute, content(), { mode: 0o600, mtime: to.parts.machine.now() });
  if ((await sha256File(absolute)) !== sha256) {
    throw new ConvoSyncError('install-failed', 'An installed file is not what was to be written.', { details: { file: absolute } });
  }
}

/**
 * Notes what stands here now, so that a later save recognises its continuation.
 *
 * @param adaptations of the files that were written; the others are as they were
 */
export async function noteInstalled({ parts, source, session }: Destination, conversation: StoredConversation, step: InstallStep, adaptations: Placements['adaptations']): Promise<void> {
  if (step.outcome === 'shown' || step.outcome === 'local-longer') {
    return;
  }
  const before = await readInstallMap(parts.home, source.id, step.agent, step.as);
  const messages = step.shared ?? before?.forkOf?.messages;
  const forkOf = step.as === conversation.id ? conversation.forkOf : { id: conversation.id, session: session.summary.id, ...(messages === undefined ? {} : { messages }) };
  const installed: InstallMap = {
    v: 1, agent: step.agent, conversation: step.as, session: session.summary.id,
    files: Object.fromEntries(conversation.files.map((file) => [file.path, file])),
    ...(forkOf ? { forkOf } : {}),
  };
  // What was adapted anew may stand here again as it was: an undo brings that back.
  const alsoBefore = step.outcome === 'adapted' ? (before?.adaptations ?? {}) : {};
  const noted = Object.entries(adaptations).map(([path, now]): [string, Adaptation[]] => [path, [...now, ...(alsoBefore[path] ?? []).filter((one) => !now.some(({ from, here }) => from === one.from && here === one.here))]]);
  const adapted = Object.entries({ ...before?.adaptations, ...Object.fromEntries(noted) }).filter(([, each]) => each.length > 0);
  // What was joined still begins as it was noted before.
  const map = step.outcome === 'joined' ? before : installed;
  if (map) {
    await writeInstallMap(parts.home, source.id, { ...map, ...(adapted.length === 0 ? {} : { adaptations: Object.fromEntries(adapted) }) });
  }
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
