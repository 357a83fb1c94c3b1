/**
 * Exact bytes in, exact bytes out. A file is a list of chunks, each an object that leans on the text right before it, so
 * that the few new messages of a long conversation cost what they add; whole chunks stand alone. Small ones are folded
 * (see `folding`), whoever wrote them. Memory is bounded by a chunk and what it leans on, never by the file.
 */
import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { ConvoSyncError, throwIfCancelled } from '../common/errors.ts';
import type { Adaptation } from '../session/adaptation.ts';
import type { Chunk, StoredFile } from '../session/session.ts';
import { chunkSize, foldFrom, fullSize } from './folding.ts';
import { decodeObject, type Dictionary, encodeObject, type EncodedObject, keysNaming, type NameKeys, type ObjectPlace } from './object.ts';
import { type Extent, type LocalFile, StoredForm } from './storedForm.ts';

/** How much of the text before it a chunk leans on at most (see the table in `object`). */
export const dictionaryWindow = 2 * 1024 * 1024;

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

export interface CaptureSource {
  /** Absolute path of the file on this machine. */
  absolute: string;
  /** How many of its bytes to capture. */
  size: number;
  /** Its logical name in the session. */
  path: string;
  /** What is not to be stored from a byte of the file on, in its order; what was left out before stays so without being named. */
  redactions?: (from: number) => Promise<readonly Extent[]>;
  /** What is otherwise on this machine than it is to be stored. */
  adaptations?: readonly Adaptation[];
  /** Of the stored form no more than so many bytes. */
  upTo?: number;
}

/**
 * Stores a file of this machine. Where `base` is proven to be how the file still begins, only the new tail is stored,
 * together with the chunks that it is time to fold; else everything is, and nothing of the base is lost. A base without its
 * chunks only says what is left out.
 *
 * @throws ConvoSyncError `conversation-unreadable` when the file shrinks while it is read
 */
export async function captureFile(source: CaptureSource, base: StoredFile | undefined, store: ObjectStore, context: { writer: string; nameKeys: NameKeys }, signal?: AbortSignal): Promise<StoredFile> {
  const handle = await open(source.absolute, 'r');
  try {
    const { nameKeys, writer } = context;
    const begun = (base && (await beginWith(base, handle, source, signal))) ?? (await beginAnew(handle, source));
    const { form, chunks, hash } = begun;
    const epoch = base && chunks.length > 0 ? base.epoch ?? 1 : nameKeys.length;
    let { before } = begun;
    // One room for all chunks: what the collector has not come to yet would add up to the whole file.
    const room = Buffer.allocUnsafe(Math.min(chunkSize, form.size - sizeOf(chunks)));
    for (let at = sizeOf(chunks); at < form.size; ) {
      throwIfCancelled(signal);
      const text = await form.read(at, Math.min(chunkSize, form.size - at), room);
      chunks.push({ name: await storeChunk(text, before, store, nameKeys), size: text.byteLength, writer });
      hash.update(text);
      at += text.byteLength;
      // Only a last chunk leans on anything, and all before it are full.
      before = form.size - at < fullSize ? Buffer.from(text.subarray(-dictionaryWindow)) : before;
    }
    return { path: source.path, size: form.size, sha256: hash.digest('hex'), chunks, ...(epoch > 1 ? { epoch } : {}), ...(form.redactions.length > 0 ? { redactions: [...form.redactions] } : {}) };
  } finally {
    await handle.close();
  }
}

/**
 * A chunk of a stored file as an object again, from a file of this machine that holds the same text there; undefined where it
 * does not.
 */
export async function encodeAgain(file: StoredFile, name: string, source: CaptureSource, nameKeys: NameKeys): Promise<EncodedObject | undefined> {
  const index = file.chunks.findIndex((chunk) => chunk.name === name);
  const at = sizeOf(file.chunks.slice(0, index));
  const length = file.chunks[index]?.size ?? 0;
  const handle = await open(source.absolute, 'r');
  try {
    const form = await StoredForm.of(handle, localFile(source), file.redactions ?? []);
    if (index === -1 || form.size < at + length) {
      return undefined;
    }
    const window = Math.min(at, dictionaryWindow);
    const text = await form.read(at, length);
    const dictionary = dictionaryOf(text, await form.read(at - window, window));
    const keys = keysNaming(name, text, nameKeys, dictionary);
    return keys && (await encodeObject(text, keys, dictionary));
  } finally {
    await handle.close();
  }
}

/** The bytes of a stored file in order, proven piece by piece and as a whole; throws before the last piece if not. */
export async function* readStoredFile(file: StoredFile, store: ObjectStore, nameKeys: NameKeys, others: readonly string[], signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let before: Buffer = Buffer.alloc(0);
  let size = 0;
  for (const batch of batches(file.chunks)) {
    const objects = await store.get(batch, others, signal);
    for (const { name } of batch) {
      throwIfCancelled(signal);
      const text = await decodeObject(name, objects.get(name) ?? new Uint8Array(), nameKeys, before);
      hash.update(text);
      size += text.byteLength;
      before = endOf(before, text);
      yield text;
    }
  }
  if (size !== file.size || hash.digest('hex') !== file.sha256) {
    throw new ConvoSyncError('vault-damaged', 'A stored file is not what its session says.', { details: { object: file.path } });
  }
}

/** Where a file is stored once more (see `storeAgain`), and what of it is already. */
export interface StoringAgain {
  writer: string;
  nameKeys: NameKeys;
  /** As of `readStoredFile`. */
  others: readonly string[];
  /** By name, the chunks that take the place of those that were stored again; it is added to. */
  again: Map<string, Chunk>;
}

/** Stores the text of a file once more, in the newest epoch and chunk by chunk as it was; what is stored again already is not read. */
export async function storeAgain(file: StoredFile, store: ObjectStore, { writer, nameKeys, others, again }: StoringAgain, signal?: AbortSignal): Promise<StoredFile> {
  const { chunks, size, path, sha256, redactions } = file;
  const next = chunks.findIndex(({ name }) => !again.has(name));
  const begin = next === -1 ? chunks.length : Math.max(chunks.slice(0, next).findLastIndex((chunk) => chunk.size >= fullSize), 0);
  let before: Buffer = Buffer.alloc(0);
  for (const chunk of chunks.slice(begin)) {
    throwIfCancelled(signal);
    const bytes = (await store.get([chunk], others, signal)).get(chunk.name) ?? new Uint8Array();
    const text = await decodeObject(chunk.name, bytes, nameKeys, before);
    if (!again.has(chunk.name)) {
      again.set(chunk.name, { name: await storeChunk(text, before, store, nameKeys), size: chunk.size, writer });
    }
    before = endOf(before, text);
  }
  return { path, size, sha256, chunks: chunks.map((chunk) => again.get(chunk.name) ?? chunk), ...(nameKeys.length > 1 ? { epoch: nameKeys.length } : {}), ...(redactions ? { redactions } : {}) };
}

async function storeChunk(text: Buffer, before: Buffer, store: ObjectStore, nameKeys: NameKeys): Promise<string> {
  const { name, bytes } = await encodeObject(text, nameKeys, dictionaryOf(text, before));
  await store.put(name, bytes);
  return name;
}

/** A file of which some is stored, and what is needed to go on from there. */
interface Begun {
  form: StoredForm;
  /** The chunks that stay. */
  chunks: Chunk[];
  /** Over their text, and its end: of the very bytes that were proven, since the file may be changed at any moment. */
  hash: Hash;
  before: Buffer;
}

/** Undefined where the file does not go on from `base`, or something is to be left out of that. */
async function beginWith(base: StoredFile, handle: FileHandle, source: CaptureSource, signal?: AbortSignal): Promise<Begun | undefined> {
  const known = await StoredForm.of(handle, localFile(source), base.redactions ?? []);
  if (base.size > known.size) {
    return undefined;
  }
  const isSame = base.size === known.size;
  const chunks = isSame ? [...base.chunks] : base.chunks.slice(0, foldFrom(base.chunks.map((chunk) => chunk.size), known.size - base.size));
  const end = sizeOf(chunks);
  const window = Math.min(end, dictionaryWindow);
  const hash = createHash('sha256');
  await known.hash(hash, 0, end - window, signal);
  const before = await known.read(end - window, window);
  hash.update(before);
  const proof = hash.copy();
  await known.hash(proof, end, base.size, signal);
  if (proof.digest('hex') !== base.sha256) {
    return undefined;
  }
  const form = await StoredForm.of(handle, localFile(source), base.redactions ?? [], await source.redactions?.(known.placeOf(base.size)));
  const leavesOutTheSame = form.redactions.filter(({ from }) => from < base.size).length === (base.redactions ?? []).length;
  return leavesOutTheSame ? { form, chunks, hash, before } : undefined;
}

async function beginAnew(handle: FileHandle, source: CaptureSource): Promise<Begun> {
  return { form: await StoredForm.of(handle, localFile(source), [], await source.redactions?.(0)), chunks: [], hash: createHash('sha256'), before: Buffer.alloc(0) };
}

/**
 * The byte of a file from which on it goes on from `base`; 0 where it does not. Told by the last chunk of that, so that planning
 * takes no reading of all: a capture proves the whole.
 */
export async function newFrom(source: CaptureSource, base: StoredFile, nameKeys: NameKeys): Promise<number> {
  const handle = await open(source.absolute, 'r');
  try {
    const form = await StoredForm.of(handle, localFile(source), base.redactions ?? []);
    const last = base.chunks.at(-1);
    if (!last || form.size < base.size) {
      return 0;
    }
    const at = base.size - last.size;
    const window = Math.min(at, dictionaryWindow);
    const text = await form.read(at, last.size);
    return keysNaming(last.name, text, nameKeys, dictionaryOf(text, await form.read(at - window, window))) ? form.placeOf(base.size) : 0;
  } finally {
    await handle.close();
  }
}

function localFile({ path, size, adaptations = [], upTo = Infinity }: CaptureSource): LocalFile {
  return { name: path, size, adaptations, upTo };
}

/** What a chunk leans on, of the text before it; undefined for one that stands alone. */
function dictionaryOf(text: Buffer, before: Buffer): Dictionary | undefined {
  return text.byteLength >= fullSize || before.byteLength === 0 ? undefined : { text: before };
}

/** What the next chunk leans on. */
function endOf(before: Buffer, text: Buffer): Buffer {
  return text.byteLength >= dictionaryWindow ? text.subarray(-dictionaryWindow) : Buffer.concat([before, text]).subarray(-dictionaryWindow);
}

/** As many chunks as make about one full chunk of text: few round trips, bounded memory. */
function* batches(chunks: readonly Chunk[]): Generator<Chunk[]> {
  let batch: Chunk[] = [];
  for (const chunk of chunks) {
    if (batch.length > 0 && sizeOf(batch) + chunk.size > chunkSize) {
      yield batch;
      batch = [];
    }
    batch.push(chunk);
  }
  if (batch.length > 0) {
    yield batch;
  }
}

function sizeOf(chunks: readonly Chunk[]): number {
  return chunks.reduce((sum, { size }) => sum + size, 0);
}
