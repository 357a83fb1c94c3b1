/**
 * Exact bytes in, exact bytes out. A file is a list of segments, each written on one device, each in chunks; a chunk
 * is an object whose dictionary is the plaintext right before it, so that the few new messages of a long conversation
 * cost what they add. Memory is bounded by a chunk and its dictionary, never by the file.
 */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { ConvoSyncError, throwIfCancelled } from '../common/errors.ts';
import type { Segment, StoredFile } from '../session/session.ts';
import { decodeObject, type Dictionary, dictionaryWindow, encodeObject } from './object.ts';

export const chunkSize = 4 * 1024 * 1024;

/** So many chunks may lean on each other in a row; then one stands alone, so that no read has to go back for ever. */
export const maxDependence = 64;

export interface ObjectStore {
  put(name: string, bytes: Uint8Array): Promise<void>;
  /**
   * The bytes of objects, by name.
   *
   * @param others writers under which objects may lie that are not where they are said to be: a device that went on as
   * another writer may have sent them there
   * @throws ConvoSyncError `object-missing` naming one that is nowhere
   */
  get(places: readonly ObjectPlace[], others: readonly string[], signal?: AbortSignal): Promise<Map<string, Uint8Array>>;
}

export interface ObjectPlace {
  name: string;
  writer: string;
}

export interface CaptureSource {
  /** Absolute path of the file on this machine. */
  absolute: string;
  /** How many of its bytes to capture. */
  size: number;
  /** Its logical name in the session. */
  path: string;
}

/**
 * Stores a file of this machine. Where `base` is proven to be how the file still begins, only the new tail is
 * stored, as a segment of this device; else everything is, and nothing of the base is lost.
 *
 * @throws ConvoSyncError `conversation-unreadable` when the file shrinks while it is read
 */
export async function captureFile(source: CaptureSource, base: StoredFile | undefined, store: ObjectStore, context: { writer: string; nameKey: Uint8Array }, signal?: AbortSignal): Promise<StoredFile> {
  const handle = await open(source.absolute, 'r');
  try {
    let hash = createHash('sha256');
    if (base && base.size <= source.size) {
      for (let at = 0; at < base.size; at += chunkSize) {
        hash.update(await readExactly(handle, source, at, Math.min(chunkSize, base.size - at)));
      }
    }
    const continues = base !== undefined && base.size <= source.size && hash.copy().digest('hex') === base.sha256;
    hash = continues ? hash : createHash('sha256');
    const kept = continues ? base.segments : [];
    const from = continues ? base.size : 0;
    const segment: Segment = { writer: context.writer, size: source.size - from, chunks: [] };
    const trail = kept.flatMap(({ chunks }) => chunks);
    for (let at = from; at < source.size; at += chunkSize) {
      throwIfCancelled(signal);
      const plaintext = await readExactly(handle, source, at, Math.min(chunkSize, source.size - at));
      hash.update(plaintext);
      const standsAlone = dependenceOf(trail) >= maxDependence;
      const dictionary = standsAlone ? undefined : dictionaryFor(trail, await readExactly(handle, source, Math.max(0, at - dictionaryWindow), Math.min(at, dictionaryWindow)));
      const object = await encodeObject(plaintext, context.nameKey, dictionary);
      await store.put(object.name, object.bytes);
      const chunk = { name: object.name, size: plaintext.byteLength, dependence: dictionary ? dependenceOf(trail) + 1 : 0 };
      trail.push(chunk);
      segment.chunks.push(chunk);
    }
    return { path: source.path, size: source.size, sha256: hash.digest('hex'), segments: segment.size > 0 ? [...kept, segment] : kept };
  } finally {
    await handle.close();
  }
}

/** The bytes of a stored file in order, proven piece by piece and as a whole; throws before the last piece if not. */
export async function* readStoredFile(file: StoredFile, store: ObjectStore, nameKey: Uint8Array, others: readonly string[], signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let preceding: Buffer = Buffer.alloc(0);
  let size = 0;
  for (const batch of batches(file.segments.flatMap(({ writer, chunks }) => chunks.map((chunk) => ({ ...chunk, writer }))))) {
    const objects = await store.get(batch, others, signal);
    for (const { name } of batch) {
      throwIfCancelled(signal);
      const plaintext = await decodeObject(name, objects.get(name) ?? new Uint8Array(), nameKey, preceding);
      hash.update(plaintext);
      size += plaintext.byteLength;
      preceding = Buffer.concat([preceding, plaintext]).subarray(-dictionaryWindow);
      yield plaintext;
    }
  }
  if (size !== file.size || hash.digest('hex') !== file.sha256) {
    throw new ConvoSyncError('vault-damaged', 'A stored file is not what its session says.', { details: { object: file.path } });
  }
}

/** As many chunks as make about one full chunk of plaintext: few round trips, bounded memory. */
function* batches<Chunk extends { size: number }>(chunks: readonly Chunk[]): Generator<Chunk[]> {
  let batch: Chunk[] = [];
  let size = 0;
  for (const chunk of chunks) {
    if (batch.length > 0 && size + chunk.size > chunkSize) {
      yield batch;
      batch = [];
      size = 0;
    }
    batch.push(chunk);
    size += chunk.size;
  }
  if (batch.length > 0) {
    yield batch;
  }
}

function dictionaryFor(trail: Segment['chunks'], bytes: Uint8Array): Dictionary | undefined {
  const objects: string[] = [];
  let covered = 0;
  for (const chunk of trail.toReversed()) {
    if (covered >= bytes.byteLength) {
      break;
    }
    objects.unshift(chunk.name);
    covered += chunk.size;
  }
  return bytes.byteLength > 0 ? { objects, bytes } : undefined;
}

function dependenceOf(trail: Segment['chunks']): number {
  return trail.at(-1)?.dependence ?? 0;
}

async function readExactly(handle: Awaited<ReturnType<typeof open>>, source: CaptureSource, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  for (let filled = 0; filled < length; ) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) {
      throw new ConvoSyncError('conversation-unreadable', 'A file became shorter while it was read.', { details: { file: source.path } });
    }
    filled += bytesRead;
  }
  return buffer;
}
