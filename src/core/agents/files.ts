/** The files of an agent's store, as they are found on this machine. */
import type { Dirent } from 'node:fs';
import { lstat, open, readdir, realpath, stat } from 'node:fs/promises';
import * as path from 'node:path';

import { ConvoSyncError, throwIfCancelled } from '../common/errors.ts';
import { isMissing } from '../common/files.ts';
import type { ConversationFile } from './agent.ts';
import { tryParseObject } from './jsonValues.ts';
import { relativeInside } from './paths.ts';

const lineFeed = 0x0a;

/**
 * Entries sorted by name; none when there is no such folder.
 * @throws ConvoSyncError `conversation-unreadable` for a folder that is there and cannot be read
 */
export async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (isMissing(error)) {
      return [];
    }
    throw new ConvoSyncError('conversation-unreadable', 'A folder of the agent could not be read.', { details: { folder }, cause: error });
  }
}

export interface RegularFile {
  size: number;
  /** Milliseconds since the epoch. */
  modified: number;
}

/**
 * Undefined for what is no regular file, is gone, or is a link that leads out of `base`: a link must not make a
 * file of another place part of a conversation. Any other failure throws.
 */
export async function regularFile(file: string, base: string): Promise<RegularFile | undefined> {
  try {
    let stats = await lstat(file);
    if (stats.isSymbolicLink() && relativeInside(await realpath(base), await realpath(file)) !== undefined) {
      stats = await stat(file);
    }
    return stats.isFile() ? { size: stats.size, modified: stats.mtimeMs } : undefined;
  } catch (error) {
    if (isMissing(error)) {
      return undefined;
    }
    throw error;
  }
}

/** The path may come from a transcript: one that cannot even be looked at, such as one with a NUL, is none. */
export async function isFolder(folder: string): Promise<boolean> {
  try {
    return (await stat(folder)).isDirectory();
  } catch {
    return false;
  }
}

export type NamedFile = [logicalPath: string, absolute: string];

/** Links to folders are not followed: they could lead anywhere, or round in circles. */
export async function filesBelow(folder: string, logicalFolder: string, signal?: AbortSignal): Promise<NamedFile[]> {
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

/**
 * A file as it is to be captured; undefined where `regularFile` is.
 *
 * @param running while its agent has the conversation open a transcript may end in the middle of a record, which is left out
 */
async function toCapture(logicalPath: string, absolute: string, { base, running }: { base: string; running: boolean }): Promise<ConversationFile | undefined> {
  const file = await regularFile(absolute, base);
  if (!file) {
    return undefined;
  }
  const growing = running && absolute.endsWith('.jsonl');
  return { path: logicalPath, absolute, size: growing ? await completeSize(absolute, file.size) : file.size };
}

/**
 * The files of a conversation: its transcript, then its sidecars by name.
 *
 * @throws ConvoSyncError `conversation-unreadable` when the transcript is gone or a folder of it cannot be read
 */
export async function filesToCapture(transcript: NamedFile, at: { base: string; running: boolean }, listSidecars: () => Promise<NamedFile[]>): Promise<ConversationFile[]> {
  const [, file] = transcript;
  try {
    const sidecars = (await listSidecars()).sort(([one], [other]) => (one < other ? -1 : 1));
    const [main, ...others] = await Promise.all([transcript, ...sidecars].map(([logicalPath, absolute]) => toCapture(logicalPath, absolute, at)));
    if (!main) {
      throw new ConvoSyncError('conversation-unreadable', 'The transcript is gone.', { details: { file } });
    }
    return [main, ...others.filter((one) => one !== undefined)];
  } catch (error) {
    if (ConvoSyncError.is(error)) {
      throw error;
    }
    throw new ConvoSyncError('conversation-unreadable', 'The files of a conversation could not be read.', { details: { file }, cause: error });
  }
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
