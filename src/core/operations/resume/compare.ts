/** How files of this machine relate to stored ones: by proof, never by clock. */
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { Agent } from '../../agents/agent.ts';
import { ConvoSyncError } from '../../common/errors.ts';
import { isMissing } from '../../common/files.ts';
import type { StoredConversation, StoredFile } from '../../session/session.ts';
import type { SavedSession } from '../../vault/state.ts';
import { StoredForm } from '../../vault/storedForm.ts';
import type { Vault } from '../../vault/vault.ts';
import { agentOf, type Parts } from '../parts.ts';

/** `elsewhere`: under this id the agent keeps a conversation of another workspace, so it cannot have its place here. */
export type Relation = 'absent' | 'same' | 'stored-longer' | 'local-longer' | 'diverged';
export type ConversationRelation = Relation | 'elsewhere';

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
  const [main] = conversation.files;
  if (!main) {
    return 'absent';
  }
  try {
    return await compareFile(to, main, await agent.place(id, main.path, conversation.folder, { folder: to.folder }));
  } catch (error) {
    if (ConvoSyncError.is(error, 'install-failed') && error.details['reason'] === 'in-other-workspace') {
      return 'elsewhere';
    }
    throw error;
  }
}

export async function compareFile({ vault, session, signal }: Destination, stored: StoredFile, absolute: string): Promise<Relation> {
  let handle: FileHandle;
  try {
    handle = await open(absolute, 'r');
  } catch (error) {
    if (isMissing(error)) {
      return 'absent';
    }
    throw error;
  }
  try {
    const { size } = await handle.stat();
    const local = await StoredForm.of(handle, { name: stored.path, size }, stored.redactions ?? []);
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

/** @throws ConvoSyncError `install-failed` */
export function requireAgent(parts: Parts, id: string): Agent {
  const agent = agentOf(parts, id);
  if (!agent) {
    throw new ConvoSyncError('install-failed', 'The agent of this conversation is not known to this version.', { details: { agent: id } });
  }
  return agent;
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
