/** What a listing needs of a transcript, from its beginning and its end alone, so that thousands are listed quickly. */
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';

import { tryParseObject } from './jsonValues.ts';
import type { Line } from './lines.ts';
import { LineSplitter } from './lines.ts';

const pieceSize = 16 * 1024;
const endSize = 64 * 1024;
/** The first records may be hook output or a pasted image; what does not come within this much is given up. */
const longestBeginning = 4 * 1024 * 1024;

export async function withFile<T>(file: string, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(file, 'r');
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}

/** @param isEnough asked before each object that a line is; what comes after is not read */
export async function readBeginning(handle: FileHandle, add: (value: object) => unknown, isEnough: () => boolean): Promise<void> {
  const splitter = new LineSplitter();
  for (let position = 0; position < longestBeginning && !isEnough();) {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(pieceSize), 0, pieceSize, position);
    position += bytesRead;
    for (const line of bytesRead === 0 ? splitter.end() : splitter.push(buffer.subarray(0, bytesRead))) {
      const value = isEnough() ? undefined : objectOf(line);
      if (value) {
        add(value);
      }
    }
    if (bytesRead === 0) {
      return;
    }
  }
}

/** The last lines; the first of them may have lost its beginning. */
export async function readEnd(handle: FileHandle): Promise<Line[]> {
  const { size } = await handle.stat();
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(endSize), 0, endSize, Math.max(0, size - endSize));
  const splitter = new LineSplitter();
  return [...splitter.push(buffer.subarray(0, bytesRead)), ...splitter.end()];
}

export function mentions({ bytes }: Line, words: string): boolean {
  return bytes !== undefined && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(words);
}

/** The object that a line is; undefined for any other. */
export function objectOf({ bytes }: Line): object | undefined {
  return bytes && tryParseObject(Buffer.from(bytes).toString('utf8'));
}
