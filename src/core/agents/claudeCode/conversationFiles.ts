/** The files that make up a conversation on this machine, under their logical names (see `logicalPaths`). */
import * as path from 'node:path';

import { throwIfCancelled } from '../../common/errors.ts';
import type { ConversationFile, FoundConversation } from '../agent.ts';
import { entriesOf, filesBelow, filesToCapture, type NamedFile } from '../files.ts';
import { liveSessions } from './liveSessions.ts';
import { isSubAgentFile, todosLogicalName } from './logicalPaths.ts';
import { sessionIdIn } from './peek.ts';

/** @throws ConvoSyncError `conversation-unreadable` when the transcript is gone or a folder of it cannot be read */
export async function conversationFiles(conversation: FoundConversation, base: string, signal?: AbortSignal): Promise<ConversationFile[]> {
  const running = (await liveSessions(base)).has(conversation.id);
  return filesToCapture(['transcript.jsonl', conversation.transcript], { base, running }, () => listSidecars(conversation, base, signal));
}

async function listSidecars({ id, transcript }: FoundConversation, base: string, signal?: AbortSignal): Promise<NamedFile[]> {
  const projectFolder = path.dirname(transcript);
  const lists = [
    await filesBelow(path.join(projectFolder, id), 'session', signal),
    await subAgentsBeside(id, projectFolder, signal),
    await filesBelow(path.join(base, 'tasks', id), 'tasks', signal),
    await filesBelow(path.join(base, 'file-history', id), 'file-history', signal),
    await todosOf(id, path.join(base, 'todos')),
  ];
  return lists.flat();
}

/** The file names say nothing of the session: its id is in their records. */
async function subAgentsBeside(id: string, projectFolder: string, signal?: AbortSignal): Promise<NamedFile[]> {
  const names = (await entriesOf(projectFolder)).filter((entry) => entry.isFile() && isSubAgentFile(entry.name)).map((entry) => entry.name);
  const owned = new Set<string>();
  for (const name of names.filter((candidate) => candidate.endsWith('.jsonl'))) {
    throwIfCancelled(signal);
    if ((await sessionIdIn(path.join(projectFolder, name))) === id) {
      owned.add(path.parse(name).name);
    }
  }
  return names.filter((name) => owned.has(name.replace(/\..*$/, ''))).map((name) => [`agents/${name}`, path.join(projectFolder, name)]);
}

async function todosOf(id: string, folder: string): Promise<NamedFile[]> {
  return (await entriesOf(folder)).flatMap(({ name }): NamedFile[] => {
    const logicalPath = todosLogicalName(id, name);
    return logicalPath === undefined ? [] : [[logicalPath, path.join(folder, name)]];
  });
}
