/**
 * Installing a stored conversation into its agent's own store. A transcript that is longer here stays, and where both
 * went on, the stored one is put beside it under an id of its own.
 */
import { ConvoSyncError, throwIfCancelled } from '../../common/errors.ts';
import { writeFileAtomic } from '../../common/files.ts';
import { sha256File } from '../../common/hash.ts';
import type { StoredConversation, StoredFile } from '../../session/session.ts';
import { listInstallMaps, writeInstallMap } from '../../vault/installMap.ts';
import type { InstallStep } from '../plan.ts';
import { compareFile, type ConversationRelation, type Destination, relationOf, requireAgent } from './compare.ts';

/** @throws ConvoSyncError `install-failed` when the agent is not known here */
export async function planInstall(to: Destination, conversation: StoredConversation): Promise<InstallStep> {
  const agent = requireAgent(to.parts, conversation.agent);
  const step = (as: string, outcome: InstallStep['outcome']): InstallStep => ({
    kind: 'install', agent: agent.id, conversation: conversation.id, as, outcome, messages: conversation.messages,
    ...(conversation.title === undefined ? {} : { title: conversation.title }),
  });
  const outcomeAs = async (id: string): Promise<InstallStep['outcome'] | undefined> => outcomeOf(await relationOf(to, agent, conversation, id), await agent.isRunning(id));

  const inPlace = await outcomeAs(conversation.id);
  if (inPlace) {
    return step(conversation.id, inPlace);
  }
  // Beside it, where an earlier resume may have put it already.
  for (const map of await listInstallMaps(to.parts.home, to.vault.id)) {
    if (map.agent === agent.id && map.forkOf?.id === conversation.id) {
      const beside = await outcomeAs(map.conversation);
      if (beside !== undefined && beside !== 'new') {
        return step(map.conversation, beside);
      }
    }
  }
  return step(agent.forkId(), 'fork');
}

export interface Placement {
  stored: StoredFile;
  absolute: string;
}

/**
 * The files that a step will write, and where. No transcript that is longer here or went on by itself is among them.
 *
 * @throws ConvoSyncError `conversation-running`, or `busy` when the conversation went on here since the plan was made
 */
export async function placements(to: Destination, conversation: StoredConversation, step: InstallStep): Promise<Placement[]> {
  if (step.outcome === 'same' || step.outcome === 'local-longer') {
    return [];
  }
  const agent = requireAgent(to.parts, conversation.agent);
  if (await agent.isRunning(step.as)) {
    throw new ConvoSyncError('conversation-running', 'The conversation is open in its agent.', { details: { agentName: agent.name, conversation: step.as } });
  }
  const planned = step.outcome === 'longer' ? 'stored-longer' : 'absent';
  if ((await relationOf(to, agent, conversation, step.as)) !== planned) {
    throw new ConvoSyncError('busy', 'The conversation has changed since the resume was planned.', { details: { reason: 'changed', conversation: step.as } });
  }
  const found: Placement[] = [];
  for (const stored of conversation.files) {
    const absolute = await agent.place(step.as, stored.path, conversation.folder, { folder: to.folder });
    const relation = await compareFile(to, stored, absolute);
    // A fork shares sidecars with the conversation it is put beside, which are that one's to change.
    const mayReplace = step.outcome !== 'fork' && (relation === 'stored-longer' || (relation !== 'same' && !growsAtItsEnd(stored)));
    if (relation === 'absent' || mayReplace) {
      found.push({ stored, absolute });
    }
  }
  return found;
}

/** Writes one file and proves that it is there byte for byte. */
export async function installFile(to: Destination, { stored, absolute }: Placement): Promise<void> {
  throwIfCancelled(to.signal);
  await writeFileAtomic(absolute, to.vault.contents.read(stored, to.session, to.signal), { mode: 0o600, mtime: to.parts.machine.now() });
  if ((await sha256File(absolute)) !== stored.sha256) {
    throw new ConvoSyncError('install-failed', 'An installed file is not what was stored.', { details: { file: absolute } });
  }
}

/** Notes what stands here now, so that a later save recognises its continuation. */
export async function noteInstalled({ parts, vault, session }: Destination, conversation: StoredConversation, step: InstallStep): Promise<void> {
  if (step.outcome === 'local-longer') {
    return;
  }
  const forkOf = step.as === conversation.id ? conversation.forkOf : { id: conversation.id, session: session.summary.id };
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
    case 'diverged':
    case 'elsewhere':
      return undefined;
  }
}

/** Records are only ever added to; other sidecars, such as a list of tasks, are written anew, and the newer one counts. */
function growsAtItsEnd({ path }: StoredFile): boolean {
  return path.endsWith('.jsonl');
}
