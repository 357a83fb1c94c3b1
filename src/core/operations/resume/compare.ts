/** How files of this machine relate to stored ones: by proof, never by clock. */
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { Agent, Joined } from '../../agents/agent.ts';
import { ConvoSyncError } from '../../common/errors.ts';
import { isMissing } from '../../common/files.ts';
import type { StoredConversation, StoredFile } from '../../session/session.ts';
import type { SavedSession } from '../../vault/state.ts';
import { StoredForm } from '../../vault/storedForm.ts';
import type { Vault } from '../../vault/vault.ts';
import { agentOf, type Parts } from '../parts.ts';
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
  vault: Vault;
  session: SavedSession;
  /** Top of the working tree. */
  folder: string;
  signal?: AbortSignal | undefined;
}

/** How the main transcript under an id here relates to the stored one. */
export async function relationOf(to: Destination, agent: Agent, conversation: StoredConversation, id: string): Promise<ConversationRelation> {
  const [main, ...sidecars] = conversation.files;
  if (!main) {
    return 'absent';
  }
  const compare = async (stored: StoredFile): Promise<Relation> => compareFile(to, stored, await agent.place(id, stored.path, conversation.folder, { folder: to.folder }));
  try {
    const relation = await compareTranscript(to, agent, main, await agent.place(id, main.path, conversation.folder, { folder: to.folder }));
    if (relation !== 'joinable') {
      return relation;
    }
    const apart = await Promise.all(sidecars.filter(growsAtItsEnd).map(compare));
    return apart.includes('diverged') ? 'diverged' : 'joinable';
  } catch (error) {
    if (ConvoSyncError.is(error, 'install-failed') && error.details['reason'] === 'in-other-workspace') {
      return 'elsewhere';
    }
    throw error;
  }
}

async function compareTranscript(to: Destination, agent: Agent, stored: StoredFile, absolute: string): Promise<ConversationRelation> {
  const relation = await compareFile(to, stored, absolute);
  const joined = relation === 'diverged' ? await joinedWith(to, agent, stored, absolute) : undefined;
  if (!joined) {
    return relation;
  }
  if (joined.added.byteLength === 0) {
    return 'local-longer';
  }
  return joined.contained ? 'stored-longer' : 'joinable';
}

export async function compareFile({ vault, session, signal }: Destination, stored: StoredFile, absolute: string): Promise<Relation> {
  const opened = await openStoredForm(stored, absolute);
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
    return (await beginsWith(local, vault.contents.read(stored, session, signal))) ? 'stored-longer' : 'diverged';
  } finally {
    await handle.close();
  }
}

/** How a stored transcript goes together with the one here, neither being the beginning of the other. Undefined where it does not. */
export async function joinedWith({ vault, session, signal }: Destination, agent: Agent, stored: StoredFile, absolute: string): Promise<Joined | undefined> {
  const opened = await openStoredForm(stored, absolute);
  try {
    return opened && (await joinWith(agent, opened.form, vault.contents.read(stored, session, signal)));
  } finally {
    await opened?.handle.close();
  }
}

/** The stored bytes of the main transcript, where the one here begins with them; undefined where it does not, or there is none. */
export async function copyHere({ folder, signal }: Pick<Destination, 'folder' | 'signal'>, agent: Agent, { id, files: [main], folder: ranIn }: StoredConversation): Promise<Buffer | undefined> {
  const opened = main && (await openStoredForm(main, await agent.place(id, main.path, ranIn, { folder })));
  if (!opened) {
    return undefined;
  }
  const { handle, form } = opened;
  try {
    const hash = createHash('sha256');
    const isHere = form.size >= main.size && (await form.hash(hash, 0, main.size, signal), hash.digest('hex') === main.sha256);
    return isHere ? await form.read(0, main.size) : undefined;
  } finally {
    await handle.close();
  }
}

/** How many messages a stored transcript and the one here begin with; undefined where there is none here. */
export async function sharedMessages({ parts, vault, session, folder, signal }: Destination, agent: Agent, conversation: StoredConversation): Promise<number | undefined> {
  const [main] = conversation.files;
  const absolute = main && (await agent.place(conversation.id, main.path, conversation.folder, { folder }));
  const opened = main && absolute !== undefined ? await openStoredForm(main, absolute) : undefined;
  if (!main || absolute === undefined || !opened) {
    return undefined;
  }
  try {
    const size = await sharedLength(opened.form, vault.contents.read(main, session, signal));
    return (await readTranscript(parts.home, { agent, conversation: conversation.id, absolute, size }, { wanted: 'counts', contextOf: () => Promise.resolve([]), signal })).counted.messages;
  } finally {
    await opened.handle.close();
  }
}

/** A file of this machine as it would be stored; undefined where there is none. Whoever gets it closes the handle. */
async function openStoredForm(stored: StoredFile, absolute: string): Promise<{ handle: FileHandle; form: StoredForm } | undefined> {
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
    return { handle, form: await StoredForm.of(handle, { name: stored.path, size }, stored.redactions ?? []) };
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
