/**
 * Installing a stored conversation into its agent's own store. Comparing is by proof, never by clock: a transcript
 * that is longer here stays, and where both went on, the stored one is put beside it under an id of its own.
 */
import { open, stat } from 'node:fs/promises';
import type { Agent } from '../agents/agent.ts';
import { ConvoSyncError, throwIfCancelled } from '../common/errors.ts';
import { isMissing, writeFileAtomic } from '../common/files.ts';
import { sha256File } from '../common/hash.ts';
import type { StoredConversation, StoredFile } from '../session/session.ts';
import { type InstallMap, listInstallMaps, writeInstallMap } from '../vault/installMap.ts';
import type { SavedSession } from '../vault/state.ts';
import type { Vault } from '../vault/vault.ts';
import { agentOf, type Parts } from './parts.ts';
import type { InstallStep } from './plan.ts';

/** How a file of this machine relates to a stored one. */
export type Relation = 'absent' | 'same' | 'stored-longer' | 'local-longer' | 'diverged';

export interface Ground {
  parts: Parts;
  vault: Vault;
  session: SavedSession;
  /** Top of the working tree. */
  folder: string;
  signal?: AbortSignal | undefined;
}

/** @throws ConvoSyncError `install-failed` when the agent is not known here */
export async function planInstall(ground: Ground, conversation: StoredConversation): Promise<InstallStep> {
  const agent = requireAgent(ground.parts, conversation.agent);
  const step = (as: string, outcome: InstallStep['outcome']): InstallStep => ({
    kind: 'install', agent: agent.id, conversation: conversation.id, as, outcome, messages: conversation.messages,
    ...(conversation.title === undefined ? {} : { title: conversation.title }),
  });
  const relation = await relationOf(ground, agent, conversation, conversation.id);
  const busy = await agent.isRunning(conversation.id);
  if (relation === 'same' || relation === 'local-longer' || relation === 'absent' || (relation === 'stored-longer' && !busy)) {
    return step(conversation.id, outcomeOf(relation));
  }
  // Both went on, or it is being written right now: beside it, where an earlier resume may have put it already.
  for (const map of await listInstallMaps(ground.parts.home, ground.vault.id)) {
    if (map.agent === agent.id && map.forkOf?.id === conversation.id) {
      const beside = await relationOf(ground, agent, conversation, map.conversation);
      if (beside === 'same' || beside === 'local-longer' || (beside === 'stored-longer' && !(await agent.isRunning(map.conversation)))) {
        return step(map.conversation, outcomeOf(beside));
      }
    }
  }
  return step(agent.forkId(), 'fork');
}

export interface Placement {
  stored: StoredFile;
  absolute: string;
}

/** The files that a step will write, and where; none of a longer or diverged local file is among them. */
export async function placements(ground: Ground, conversation: StoredConversation, step: InstallStep): Promise<Placement[]> {
  if (step.outcome === 'same' || step.outcome === 'local-longer') {
    return [];
  }
  const agent = requireAgent(ground.parts, conversation.agent);
  const found: Placement[] = [];
  for (const stored of conversation.files) {
    const absolute = await agent.place(step.as, stored.path, conversation.folder, { folder: ground.folder });
    const relation = await compare(ground, stored, absolute);
    if (relation === 'absent' || relation === 'stored-longer') {
      found.push({ stored, absolute });
    }
  }
  return found;
}

/** Writes one file and proves that it is there byte for byte. */
export async function installFile(ground: Ground, { stored, absolute }: Placement): Promise<void> {
  throwIfCancelled(ground.signal);
  await writeFileAtomic(absolute, ground.vault.readFile(stored, ground.session, ground.signal), { mode: 0o600, mtime: ground.parts.machine.now() });
  if ((await sha256File(absolute)) !== stored.sha256) {
    throw new ConvoSyncError('install-failed', 'An installed file is not what was stored.', { details: { file: absolute } });
  }
}

/** Notes what stands here now, so that a later save recognises its continuation. */
export async function noteInstalled(ground: Ground, conversation: StoredConversation, step: InstallStep): Promise<void> {
  if (step.outcome === 'local-longer') {
    return;
  }
  const map: InstallMap = {
    v: 1, agent: step.agent, conversation: step.as, session: ground.session.summary.id,
    files: Object.fromEntries(conversation.files.map((file) => [file.path, file])),
    ...(step.as === conversation.id ? (conversation.forkOf ? { forkOf: conversation.forkOf } : {}) : { forkOf: { id: conversation.id, session: ground.session.summary.id } }),
  };
  await writeInstallMap(ground.parts.home, ground.vault.id, map);
}

/** How the main transcript under an id here relates to the stored one. */
export async function relationOf(ground: Ground, agent: Agent, conversation: StoredConversation, id: string): Promise<Relation> {
  const [main] = conversation.files;
  return main ? compare(ground, main, await agent.place(id, main.path, conversation.folder, { folder: ground.folder })) : 'absent';
}

async function compare({ vault, session, signal }: Ground, stored: StoredFile, absolute: string): Promise<Relation> {
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
  return (await beginsWith(absolute, size, vault.readFile(stored, session, signal))) ? 'stored-longer' : 'diverged';
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

function outcomeOf(relation: Exclude<Relation, 'diverged'>): InstallStep['outcome'] {
  return relation === 'absent' ? 'new' : relation === 'stored-longer' ? 'longer' : relation;
}

export function requireAgent(parts: Parts, id: string): Agent {
  const agent = agentOf(parts, id);
  if (!agent) {
    throw new ConvoSyncError('install-failed', 'The agent of this conversation is not known to this version.', { details: { agent: id } });
  }
  return agent;
}
