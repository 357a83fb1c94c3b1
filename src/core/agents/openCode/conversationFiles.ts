/** The files that are made of a conversation, under their logical names (see `store`). */
import * as path from 'node:path';

import { ConvoSyncError, throwIfCancelled } from '../../common/errors.ts';
import type { ConversationFile, FoundConversation } from '../agent.ts';
import { objectOf, readEnd, withFile } from '../fileEnds.ts';
import { filesToCapture } from '../files.ts';
import { withDatabase } from './database.ts';
import { isOpen, type Store } from './finder.ts';
import { MessageRecord } from './records.ts';
import { findSession } from './rows.ts';

/** @throws ConvoSyncError `conversation-unreadable` when the session is gone or cannot be read */
export async function conversationFiles(store: Store, { id, transcript }: FoundConversation, signal?: AbortSignal): Promise<ConversationFile[]> {
  throwIfCancelled(signal);
  const running = await isRunning(store, id);
  const files = await filesToCapture(['transcript.jsonl', transcript], { base: path.dirname(transcript), running }, async () => {
    const [, ...others] = await store.mirror.names(id);
    return others.map((name) => [name, store.mirror.place(id, name)]);
  });
  return running ? Promise.all(files.map(async (file) => (file.path.endsWith('.jsonl') ? { ...file, size: await answeredSize(file) } : file))) : files;
}

async function isRunning({ database, mirror, platform }: Store, id: string): Promise<boolean> {
  try {
    await mirror.refresh(id);
    const session = await withDatabase(database, (records) => findSession(records, id));
    return session !== undefined && (await isOpen(platform, session));
  } catch (error) {
    throw new ConvoSyncError('conversation-unreadable', 'The records of a conversation could not be read.', { details: { file: database }, cause: error });
  }
}

/** Without an answer at the end that is still being given. */
async function answeredSize({ absolute, size }: ConversationFile): Promise<number> {
  return withFile(absolute, async (handle) => {
    const lines = await readEnd(handle);
    const last = lines.at(-1);
    const record = last && MessageRecord.safeParse(objectOf(last)).data;
    const isBeingGiven = record?.data.role === 'assistant' && record.data.time?.completed === undefined && record.data.error === undefined;
    return isBeingGiven && last ? Math.min(size, (await handle.stat()).size - last.size) : size;
  });
}
