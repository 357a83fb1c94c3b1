/** How files of this machine relate to stored ones: by proof, never by clock. */
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { Agent, Joined } from '../../agents/agent.ts';
import { ConvoSyncError, throwIfCancelled } from '../../common/errors.ts';
import { isMissing } from '../../common/files.ts';
import type { Adaptation } from '../../session/adaptation.ts';
import type { Message } from '../../session/message.ts';
import type { StoredConversation, StoredFile } from '../../session/session.ts';
import { readInstallMap } from '../../vault/installMap.ts';
import type { SavedSession } from '../../vault/state.ts';
import { StoredForm } from '../../vault/storedForm.ts';
import { agentOf, type Parts } from '../parts.ts';
import type { SessionSource } from '../sessionSource.ts';
import { readTranscript } from '../transcriptReading.ts';
import { joinWith, sharedLength } from './continuations.ts';

export type Relation = 'absent' | 'same' | 'stored-longer' | 'local-longer' | 'diverged';
/**
 * Of a transcript, whose records may tell more than its bytes. `joinable`: both went on, and go together in one transcript.
 * `elsewhere`: under this id the agent keeps a conversation of another workspace, so it cannot have its place here.
 */
export type ConversationRelation = Relation | 'joinable' | 'elsewhere';

/** A session on its way to a working tree of this machine. */
export interface Destination {
  parts: Parts;
  source: SessionSource;
  session: SavedSession;
  /** Top of the working tree. */
  folder: string;
  signal?: AbortSignal | undefined;
}

/** Where a file of a conversation is on this machine or would be, and what the agent needed otherwise in it. */
export interface FileHere {
  absolute: string;
  adaptations: readonly Adaptation[];
}

/** Finds the files of a stored conversation as it is here under an id. */
export async function filesHere({ parts, source, folder }: Pick<Destination, 'parts' | 'source' | 'folder'>, agent: Agent, { folder: ranIn }: StoredConversation, id: string): Promise<(stored: StoredFile) => Promise<FileHere>> {
  const map = await readInstallMap(parts.home, source.id, agent.id, id);
  return async ({ path }) => ({ absolute: await agent.place(id, path, ranIn, { folder }), adaptations: map?.adaptations?.[path] ?? [] });
}

export interface Sidecars {
  held: StoredFile[];
  /** Those whose names this machine does not take, such as `a:b` on Windows: they stay in the session alone. */
  refused: StoredFile[];
}

/** What a stored conversation has besides its transcript. */
export async function sidecarsHere(to: Pick<Destination, 'parts' | 'source' | 'folder'>, agent: Agent, conversation: StoredConversation, id: string): Promise<Sidecars> {
  const find = await filesHere(to, agent, conversation, id);
  const found: Sidecars = { held: [], refused: [] };
  for (const sidecar of conversation.files.slice(1)) {
    const isHeld = await find(sidecar).then(() => true, (error: unknown) => {
      if (ConvoSyncError.is(error, 'install-failed') && error.details['reason'] === 'unsafe-path') {
        return false;
      }
      throw error;
    });
    (isHeld ? found.held : found.refused).push(sidecar);
  }
  return found;
}

/** How the main transcript under an id here relates to the stored one. */
export async function relationOf(to: Destination, agent: Agent, conversation: StoredConversation, id: string): Promise<ConversationRelation> {
  const [main] = conversation.files;
  if (!main) {
    return 'absent';
  }
  const find = await filesHere(to, agent, conversation, id);
  const compare = async (stored: StoredFile): Promise<Relation> => compareFile(to, stored, await find(stored));
  try {
    const relation = await compareTranscript(to, agent, main, await find(main));
    if (relation !== 'joinable') {
      return relation;
    }
    const { held } = await sidecarsHere(to, agent, conversation, id);
    const apart = await Promise.all(held.filter(growsAtItsEnd).map(compare));
    return apart.includes('diverged') ? 'diverged' : 'joinable';
  } catch (error) {
    if (ConvoSyncError.is(error, 'install-failed') && error.details['reason'] === 'in-other-workspace') {
      return 'elsewhere';
    }
    throw error;
  }
}

async function compareTranscript(to: Destination, agent: Agent, stored: StoredFile, here: FileHere): Promise<ConversationRelation> {
  const relation = await compareFile(to, stored, here);
  const joined = relation === 'diverged' ? await joinedWith(to, agent, stored, here) : undefined;
  if (!joined) {
    return relation;
  }
  if (joined.added.byteLength === 0) {
    return 'local-longer';
  }
  return joined.contained ? 'stored-longer' : 'joinable';
}

export async function compareFile({ source, session, signal }: Destination, stored: StoredFile, here: FileHere): Promise<Relation> {
  const opened = await openStoredForm(stored, here);
  if (!opened) {
    return 'absent';
  }
  const { handle, form: local } = opened;
  try {
    if (local.size >= stored.size) {
      const hash = createHash('sha256');
      await local.hash(hash, 0, stored.size, signal);
      return hash.digest('hex') !== stored.sha256 ? 'diverged' : local.size === stored.size ? 'same' : 'local-longer';
    }
    return (await beginsWith(local, source.contents.read(stored, session, signal))) ? 'stored-longer' : 'diverged';
  } finally {
    await handle.close();
  }
}

/**
 * Whether a transcript here begins with all that the stored one says, or is its beginning; where there is none here, nothing speaks
 * against it. Its bytes may differ: as a conversation of its own it may have been adapted.
 */
export async function saysTheSame(to: Destination, agent: Agent, stored: StoredFile, here: FileHere): Promise<boolean> {
  if ((await compareFile(to, stored, here)) !== 'diverged') {
    return true;
  }
  const { messages: wanted } = await agent.read(to.source.contents.read(stored, to.session, to.signal), to.signal);
  const { messages } = await agent.read(readHere(stored, here, to.signal), to.signal);
  const said = (message: Message | undefined): string => JSON.stringify([message?.author, message?.blocks]);
  return wanted.every((message, index) => said(message) === said(messages[index]));
}

/** How a stored transcript goes together with the one here, neither being the beginning of the other. Undefined where it does not. */
export async function joinedWith({ source, session, signal }: Destination, agent: Agent, stored: StoredFile, here: FileHere): Promise<Joined | undefined> {
  const opened = await openStoredForm(stored, here);
  try {
    return opened && (await joinWith(agent, opened.form, source.contents.read(stored, session, signal)));
  } finally {
    await opened?.handle.close();
  }
}

/** The stored bytes of the main transcript, where the one here begins with them; undefined where it does not, or there is none. */
export async function copyHere(to: Omit<Destination, 'session'>, agent: Agent, conversation: StoredConversation): Promise<Buffer | undefined> {
  const [main] = agent.fidelity === 'shown' ? [] : conversation.files;
  const opened = main && (await openStoredForm(main, await (await filesHere(to, agent, conversation, conversation.id))(main)));
  if (!main || !opened) {
    return undefined;
  }
  const { handle, form } = opened;
  try {
    const hash = createHash('sha256');
    const isHere = form.size >= main.size && (await form.hash(hash, 0, main.size, to.signal), hash.digest('hex') === main.sha256);
    return isHere ? await form.read(0, main.size) : undefined;
  } finally {
    await handle.close();
  }
}

/** How many messages a stored transcript and the one here begin with; undefined where there is none here. */
export async function sharedMessages(to: Destination, agent: Agent, conversation: StoredConversation): Promise<number | undefined> {
  const { parts, source, session, signal } = to;
  const [main] = conversation.files;
  const here = main && (await (await filesHere(to, agent, conversation, conversation.id))(main));
  const opened = main && here && (await openStoredForm(main, here));
  if (!main || !here || !opened) {
    return undefined;
  }
  try {
    const size = await sharedLength(opened.form, source.contents.read(main, session, signal));
    return (await readTranscript(parts.home, { agent, conversation: conversation.id, absolute: here.absolute, size }, { wanted: 'counts', contextOf: () => Promise.resolve([]), signal })).counted.messages;
  } finally {
    await opened.handle.close();
  }
}

/** How many bytes a file of this machine would be stored as. */
export async function storedSize(stored: StoredFile, here: FileHere): Promise<number> {
  const opened = await openStoredForm(stored, here);
  await opened?.handle.close();
  return opened?.form.size ?? 0;
}

/** A file of this machine as it would be stored, from its beginning; nothing where there is none. */
export async function* readHere(stored: StoredFile, here: FileHere, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const opened = await openStoredForm(stored, here);
  if (!opened) {
    return;
  }
  const { handle, form } = opened;
  try {
    for (let at = 0; at < form.size; at += readAtOnce) {
      throwIfCancelled(signal);
      yield await form.read(at, Math.min(readAtOnce, form.size - at));
    }
  } finally {
    await handle.close();
  }
}

const readAtOnce = 1024 * 1024;

/** A file of this machine as it would be stored; undefined where there is none. Whoever gets it closes the handle. */
async function openStoredForm(stored: StoredFile, { absolute, adaptations }: FileHere): Promise<{ handle: FileHandle; form: StoredForm } | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(absolute, 'r');
  } catch (error) {
    if (isMissing(error)) {
      return undefined;
    }
    throw error;
  }
  try {
    const { size } = await handle.stat();
    return { handle, form: await StoredForm.of(handle, { name: stored.path, size, adaptations }, stored.redactions ?? []) };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** @throws ConvoSyncError `install-failed` */
export function requireAgent(parts: Parts, id: string): Agent {
  const agent = agentOf(parts, id);
  if (!agent) {
    throw new ConvoSyncError('install-failed', 'The agent of this conversation is not known to this version.', { details: { agent: id } });
  }
  return agent;
}

/** Records are only ever added to; other sidecars, such as a list of tasks, are written anew, and the newer one counts. */
export function growsAtItsEnd({ path }: StoredFile): boolean {
  return path.endsWith('.jsonl');
}

/** Whether the stored bytes begin with the whole of a local file. */
async function beginsWith(local: StoredForm, stored: AsyncIterable<Uint8Array>): Promise<boolean> {
  let at = 0;
  for await (const piece of stored) {
    const length = Math.min(piece.byteLength, local.size - at);
    if (!(await local.read(at, length)).equals(piece.subarray(0, length))) {
      return false;
    }
    at += length;
    if (at >= local.size) {
      return true;
    }
  }
  return at >= local.size;
}
