/**
 * What a listing needs of a transcript (its title and the working directories it names), from the beginning and
 * the end of the file alone, so that thousands of conversations are listed quickly.
 */
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';

import { tryParseObject } from '../jsonValues.ts';
import type { Line } from '../lines.ts';
import { LineSplitter } from '../lines.ts';
import { TranscriptReader } from './transcript.ts';

export interface Peek {
  title?: string;
  workingDirectories: string[];
}

const pieceSize = 16 * 1024;
const endSize = 64 * 1024;
/** The first records may be hook output or a pasted image; what does not come within this much is given up. */
const longestBeginning = 4 * 1024 * 1024;

export async function peek(file: string): Promise<Peek> {
  return withBeginning(file, ({ title, workingDirectories }) => title !== undefined && workingDirectories.size > 0, async (reader, handle) => {
    await readEnd(handle, reader);
    const { title, workingDirectories } = reader;
    return { workingDirectories: [...workingDirectories], ...(title === undefined ? {} : { title }) };
  });
}

/** The session that the first records name; undefined when they name none. */
export async function sessionIdIn(file: string): Promise<string | undefined> {
  return withBeginning(file, ({ sessionId }) => sessionId !== undefined, ({ sessionId }) => sessionId);
}

export async function hasRecord(file: string): Promise<boolean> {
  return withBeginning(file, ({ records }) => records > 0, ({ records }) => records > 0);
}

async function withBeginning<T>(
  file: string,
  isEnough: (reader: TranscriptReader) => boolean,
  use: (reader: TranscriptReader, handle: FileHandle) => T | Promise<T>,
): Promise<T> {
  const reader = new TranscriptReader();
  const handle = await open(file, 'r');
  try {
    await readBeginning(handle, reader, isEnough);
    return await use(reader, handle);
  } finally {
    await handle.close();
  }
}

async function readBeginning(handle: FileHandle, reader: TranscriptReader, isEnough: (reader: TranscriptReader) => boolean): Promise<void> {
  const splitter = new LineSplitter();
  for (let position = 0; position < longestBeginning && !isEnough(reader);) {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(pieceSize), 0, pieceSize, position);
    if (bytesRead === 0) {
      splitter.end().forEach((line) => add(line, reader));
      return;
    }
    position += bytesRead;
    for (const line of splitter.push(buffer.subarray(0, bytesRead))) {
      if (!isEnough(reader)) {
        add(line, reader);
      }
    }
  }
}

/** The end is where the agent repeats its titles, and where a conversation that moved names its new folder. */
async function readEnd(handle: FileHandle, reader: TranscriptReader): Promise<void> {
  const { size } = await handle.stat();
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(endSize), 0, endSize, Math.max(0, size - endSize));
  const splitter = new LineSplitter();
  const lines = [...splitter.push(buffer.subarray(0, bytesRead)), ...splitter.end()];
  const lastPlace = lines.findLast((line) => mentions(line, '"cwd"'));
  lines.filter((line) => line === lastPlace || mentions(line, '-title"') || mentions(line, '"summary"')).forEach((line) => add(line, reader));
}

function mentions({ bytes }: Line, words: string): boolean {
  return bytes !== undefined && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(words);
}

function add({ bytes }: Line, reader: TranscriptReader): void {
  const value = bytes && tryParseObject(Buffer.from(bytes).toString('utf8'));
  if (value) {
    reader.add(value);
  }
}
