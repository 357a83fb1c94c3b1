/**
 * Proves what ConvoSync stands on before anything is touched: zstd with a dictionary, and SQLite inside Node. Below
 * Node 22.19 the `dictionary` option is accepted and ignored, so the proof is a size: two thousand bytes that are all in
 * the dictionary become a few dozen.
 *
 * Loads in any Node that knows modules; nothing here may be imported by a name that an older Node lacks.
 */
import * as zlib from 'node:zlib';
import { ConvoSyncError } from './errors.ts';

const length = 2048;
const largestWithDictionary = 200;

/** @throws ConvoSyncError `runtime-too-old`; `details.version` is this Node's, `details.missing` what it lacks */
export async function assertRuntime(): Promise<void> {
  const missing = [...(hasZstdDictionaries() ? [] : ['zstd dictionaries']), ...((await hasSqlite()) ? [] : ['node:sqlite'])];
  if (missing.length > 0) {
    throw new ConvoSyncError('runtime-too-old', 'Node 22.19 or newer is needed.', {
      details: { version: process.versions.node, missing },
    });
  }
}

function hasZstdDictionaries(): boolean {
  const text = hardToCompress();
  try {
    const compressed = zlib.zstdCompressSync(text, { dictionary: text });
    return compressed.byteLength <= largestWithDictionary && zlib.zstdDecompressSync(compressed, { dictionary: text }).equals(text);
  } catch {
    return false;
  }
}

/** Bytes that repeat nothing, so that only the dictionary can make them small; the same in every run. */
function hardToCompress(): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 1;
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}

async function hasSqlite(): Promise<boolean> {
  try {
    const { DatabaseSync } = await import('node:sqlite');
    const database = new DatabaseSync(':memory:');
    try {
      return database.prepare('SELECT 6 * 7 AS answer').get()?.['answer'] === 42;
    } finally {
      database.close();
    }
  } catch {
    return false;
  }
}
