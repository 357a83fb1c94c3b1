/** How files of this machine relate to stored ones: by proof, never by clock. */
import { open, stat } from 'node:fs/promises';
import type { Agent } from '../../agents/agent.ts';
import { ConvoSyncError } from '../../common/errors.ts';
import { isMissing } from '../../common/files.ts';
import { sha256File } from '../../common/hash.ts';
import type { StoredConversation, StoredFile } from '../../session/session.ts';
import type { SavedSession } from '../../vault/state.ts';
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
  let size: number;
  try {
    size = (await stat(absolute)).size;
  } catch (error) {
    if (isMissing(error)) {
      return 'absent';
    }
    throw error;
  }
  if (size >= stored.size) {
    return (await sha256File(absolute, stored.size)) !== stored.sha256 ? 'diverged' : size === stored.size ? 'same' : 'local-longer';
  }
  return (await beginsWith(absolute, size, vault.contents.read(stored, session, signal))) ? 'stored-longer' : 'diverged';
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
async function beginsWith(absolute: string, size: number, stored: AsyncIterable<Uint8Array>): Promise<boolean> {
  const handle = await open(absolute, 'r');
  try {
    let at = 0;
    for await (const piece of stored) {
      const length = Math.min(piece.byteLength, size - at);
      const local = Buffer.alloc(length);
      const { bytesRead } = await handle.read(local, 0, length, at);
      if (bytesRead < length || !local.equals(piece.subarray(0, length))) {
        return false;
      }
      at += length;
      if (at >= size) {
        return true;
      }
    }
    return at >= size;
  } finally {
    await handle.close();
  }
}
