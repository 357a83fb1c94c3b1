/**
 * The files that make up a conversation, under the names by which a session stores them, free of machine, folder and id:
 *
 *     transcript.jsonl  transcript.json   the talk, by the form it has
 *     agents/…                            transcripts of sub-agents
 *     tool-outputs/…                      long results of tools
 *     session/…                           plans and tasks
 */
import * as path from 'node:path';

import type { ConversationFile, FoundConversation } from '../agent.ts';
import { filesBelow, filesToCapture } from '../files.ts';
import { isSafeName, unsafePath } from '../paths.ts';
import { chatsFolder, isConversationId } from './store.ts';

/** @throws ConvoSyncError `conversation-unreadable` when the transcript is gone or a folder of it cannot be read */
export async function conversationFiles({ id, transcript }: FoundConversation, at: { base: string; running: boolean }, signal?: AbortSignal): Promise<ConversationFile[]> {
  const projectFolder = path.dirname(path.dirname(transcript));
  return filesToCapture([`transcript${path.extname(transcript)}`, transcript], at, async () => {
    const rooms = Object.entries(roomsOf(id, projectFolder));
    return (await Promise.all(rooms.map(([room, folder]) => filesBelow(folder, room, signal)))).flat();
  });
}

export interface ProjectPlace {
  projectFolder: string;
  platform: NodeJS.Platform;
}

/**
 * @param existing the transcript of the conversation, where it is here
 * @throws ConvoSyncError `install-failed` for a name, as it comes from storage, that could lead out of its place
 */
export function placeOf(id: string, logicalPath: string, { projectFolder, platform }: ProjectPlace, existing?: string): string {
  const [room = '', ...rest] = logicalPath.split('/');
  if (!isConversationId(id) || !isSafeName(id) || !isSafeName(room) || !rest.every((name) => isSafeName(name, platform))) {
    throw unsafePath(id, logicalPath);
  }
  if (logicalPath === 'transcript.jsonl' || logicalPath === 'transcript.json') {
    const extension = path.extname(logicalPath);
    return existing !== undefined && path.extname(existing) === extension ? existing : path.join(chatsFolder(projectFolder), `session-${id}${extension}`);
  }
  const folder = new Map(Object.entries(roomsOf(id, projectFolder))).get(room);
  if (folder === undefined || rest.length === 0) {
    throw unsafePath(id, logicalPath);
  }
  return path.join(folder, ...rest);
}

function roomsOf(id: string, projectFolder: string): Record<string, string> {
  return {
    'agents': path.join(chatsFolder(projectFolder), id),
    'session': path.join(projectFolder, id),
    'tool-outputs': path.join(projectFolder, 'tool-outputs', `session-${id}`),
  };
}
