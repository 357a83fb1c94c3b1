/**
 * Proves what ConvoSync stands on before anything is touched: zstd with a dictionary, and SQLite inside Node. Below
 * Node 22.19 the `dictionary` option is accepted and ignored, so the proof is a size: two thousand bytes that are all in
 * the dictionary become a few dozen.
 *
 * Loads in any Node that knows modules: nothing is imported by a name that an older one lacks.
 */
import * as zlib from 'node:zlib';
import { ConvoSyncError } from './errors.ts';

/** The part of `node:zlib` that an older Node may lack. */
export type Compression = Partial<Pick<typeof zlib, 'zstdCompressSync' | 'zstdDecompressSync'>>;

const length = 2048;
const largestWithDictionary = 200;

/** @throws ConvoSyncError `runtime-too-old`; `details.version` is this Node's, `details.missing` what it lacks */
export function assertRuntime(): Promise<void> {
  return proveRuntime(zlib, () => import('node:sqlite'));
}

export async function proveRuntime(compression: Compression, loadSqlite: () => Promise<typeof import('node:sqlite')>): Promise<void> {
  const missing = [...(hasZstdDictionaries(compression) ? [] : ['zstd dictionaries']), ...((await hasSqlite(loadSqlite)) ? [] : ['node:sqlite'])];
  if (missing.length > 0) {
    throw new ConvoSyncError('runtime-too-old', 'Node 22.19 or newer is needed.', { details: { version: process.versions.node, missing } });
  }
}

function hasZstdDictionaries({ zstdCompressSync, zstdDecompressSync }: Compression): boolean {
  const text = hardToCompress();
  try {
    const compressed = zstdCompressSync?.(text, { dictionary: text });
    return compressed !== undefined && compressed.byteLength <= largestWithDictionary && zstdDecompressSync?.(compressed, { dictionary: text }).equals(text) === true;
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

async function hasSqlite(load: () => Promise<typeof import('node:sqlite')>): Promise<boolean> {
  try {
    const { DatabaseSync } = await load();
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
