/** The files that make up a conversation on this machine, under their logical names (see `store`). */
import * as path from 'node:path';

import type { ConversationFile, FoundConversation } from '../agent.ts';
import { entriesOf, filesBelow, filesToCapture, type NamedFile } from '../files.ts';
import { isOpen } from './session.ts';
import { isSidecar, sessionFolder } from './store.ts';

/** @throws ConvoSyncError `conversation-unreadable` when the transcript is gone or a folder of it cannot be read */
export async function conversationFiles({ id, transcript }: FoundConversation, { base, platform }: { base: string; platform: NodeJS.Platform }, signal?: AbortSignal): Promise<ConversationFile[]> {
  const running = await isOpen(base, id);
  return filesToCapture(['transcript.jsonl', transcript], { base, running }, () => listSidecars(sessionFolder(base, id), platform, signal));
}

/** A database that is open is not whole in one file: what it says of tasks also stands in the transcript, and it is stored once it is closed. */
async function listSidecars(folder: string, platform: NodeJS.Platform, signal?: AbortSignal): Promise<NamedFile[]> {
  const entries = await entriesOf(folder);
  const isOpenDatabase = (name: string): boolean => entries.some((entry) => entry.name === `${name}-wal`);
  const lists = entries.filter(({ name }) => isSidecar(name, platform) && !isOpenDatabase(name)).map(async (entry): Promise<NamedFile[]> => {
    const absolute = path.join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(absolute, `session/${entry.name}`, signal) : [[`session/${entry.name}`, absolute]];
  });
  return (await Promise.all(lists)).flat();
}
