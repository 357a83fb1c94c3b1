/** The files that make up a conversation on this machine, under their logical names (see `logicalPaths`). */
import * as path from 'node:path';

import { ConvoSyncError, throwIfCancelled } from '../../common/errors.ts';
import type { ConversationFile, FoundConversation } from '../agent.ts';
import { entriesOf, filesBelow, type NamedFile, toCapture } from '../files.ts';
import { liveSessions } from './liveSessions.ts';
import { isSubAgentFile, todosLogicalName } from './logicalPaths.ts';
import { sessionIdIn } from './peek.ts';

/** @throws ConvoSyncError `conversation-unreadable` when the transcript is gone or a folder of it cannot be read */
export async function conversationFiles(conversation: FoundConversation, base: string, signal?: AbortSignal): Promise<ConversationFile[]> {
  try {
    const running = (await liveSessions(base)).has(conversation.id);
    const sidecars = await listSidecars(conversation, base, signal);
    const files = await Promise.all([
      toCapture('transcript.jsonl', conversation.transcript, { base, running }),
      ...sidecars.map(([logicalPath, absolute]) => toCapture(logicalPath, absolute, { base, running })),
    ]);
    if (!files[0]) {
      throw new ConvoSyncError('conversation-unreadable', 'The transcript is gone.', { details: { file: conversation.transcript } });
    }
    return files.filter((file) => file !== undefined);
  } catch (error) {
    if (ConvoSyncError.is(error)) {
      throw error;
    }
    throw new ConvoSyncError('conversation-unreadable', 'The files of a conversation could not be read.', {
      details: { file: conversation.transcript },
      cause: error,
    });
  }
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
  return lists.flat().sort(([one], [other]) => (one < other ? -1 : 1));
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
