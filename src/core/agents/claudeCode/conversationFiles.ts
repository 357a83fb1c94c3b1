/** The files that make up a conversation on this machine, under their logical names (see `logicalPaths`). */
import { open } from 'node:fs/promises';
import * as path from 'node:path';

import { ConvoSyncError, throwIfCancelled } from '../../common/errors.ts';
import type { ConversationFile, FoundConversation } from '../agent.ts';
import { tryParseObject } from '../jsonValues.ts';
import { liveSessions } from './liveSessions.ts';
import { isSubAgentFile, todosLogicalName } from './logicalPaths.ts';
import { sessionIdIn } from './peek.ts';
import { entriesOf, regularFile } from './store.ts';

const lineFeed = 0x0a;

/** @throws ConvoSyncError `conversation-unreadable` when the transcript is gone or a folder of it cannot be read */
export async function conversationFiles(conversation: FoundConversation, base: string, signal?: AbortSignal): Promise<ConversationFile[]> {
  try {
    const running = (await liveSessions(base)).has(conversation.id);
    const sidecars = await listSidecars(conversation, base, signal);
    const files = await Promise.all([
      toCapture('transcript.jsonl', conversation.transcript, base, running),
      ...sidecars.map(([logicalPath, absolute]) => toCapture(logicalPath, absolute, base, running)),
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

type NamedFile = [logicalPath: string, absolute: string];

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

/** Links to folders are not followed: they could lead anywhere, or round in circles. */
async function filesBelow(folder: string, logicalFolder: string, signal?: AbortSignal): Promise<NamedFile[]> {
  throwIfCancelled(signal);
  const files: NamedFile[] = [];
  for (const entry of await entriesOf(folder)) {
    const absolute = path.join(folder, entry.name);
    const logicalPath = `${logicalFolder}/${entry.name}`;
    if (entry.isDirectory()) {
      files.push(...(await filesBelow(absolute, logicalPath, signal)));
    } else {
      files.push([logicalPath, absolute]);
    }
  }
  return files;
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

async function toCapture(logicalPath: string, absolute: string, base: string, running: boolean): Promise<ConversationFile | undefined> {
  const file = await regularFile(absolute, base);
  if (!file) {
    return undefined;
  }
  const growing = running && absolute.endsWith('.jsonl');
  return { path: logicalPath, absolute, size: growing ? await completeSize(absolute, file.size) : file.size };
}

/** How many bytes hold whole lines: a last line without its end counts when it is already a whole record. */
async function completeSize(file: string, size: number): Promise<number> {
  const handle = await open(file, 'r');
  try {
    let tail = Buffer.alloc(0);
    while (tail.length < size) {
      const length = Math.min(size - tail.length, Math.max(64 * 1024, tail.length));
      const start = size - tail.length - length;
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, start);
      tail = Buffer.concat([buffer.subarray(0, bytesRead), tail]);
      const lastEnd = tail.lastIndexOf(lineFeed);
      if (lastEnd !== -1 || start === 0) {
        return isWhole(tail.subarray(lastEnd + 1)) ? size : start + lastEnd + 1;
      }
    }
    return size;
  } finally {
    await handle.close();
  }
}

function isWhole(line: Uint8Array): boolean {
  return line.length === 0 || tryParseObject(Buffer.from(line).toString('utf8')) !== undefined;
}
