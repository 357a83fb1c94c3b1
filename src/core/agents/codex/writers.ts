/**
 * Which conversations a process works on. Codex holds the transcript open as long as it does, and since some version also a
 * lock of that name, which it removes at its end: measured with 0.169. Where nobody tells what is open, a lock that
 * is there counts, also one that a killed process left behind: the harmless side, for we only wait or fork.
 */
import * as path from 'node:path';

import { entriesOf } from '../files.ts';
import { openFilesBelow } from '../openFiles.ts';
import { conversationIdOf, isConversationId } from './store.ts';

const lockEnd = '.lock';

/** Ids in lower case. Throws when that cannot be known. */
export async function conversationsAtWork(base: string, platform: NodeJS.Platform): Promise<Set<string>> {
  const open = await openFilesBelow(base, platform);
  const names = open ? [...open].map((file) => path.posix.basename(file)) : (await entriesOf(path.join(base, 'thread-writer-locks'))).map(({ name }) => name);
  return new Set(names.map((name) => conversationIdOf(name) ?? lockedBy(name)).filter((id) => id !== undefined));
}

function lockedBy(name: string): string | undefined {
  const id = name.endsWith(lockEnd) ? name.slice(0, -lockEnd.length) : '';
  return isConversationId(id) ? id.toLowerCase() : undefined;
}
