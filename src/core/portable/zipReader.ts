/**
 * Reads a zip file that a stranger may have made, of the plain kind: no zip64, no encryption, no links, one disk. It goes by the
 * directory at the end alone, and refuses whatever could be read in two ways: entries of one name, entries that lie over each
 * other, sizes that are not so. Nothing is unpacked that does not fit the bounds, whatever the file says of itself.
 */
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { type Readable, pipeline } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { ConvoSyncError, throwIfCancelled } from '../common/errors.ts';

export interface ZipBounds {
  /** How many entries there may be. */
  entries: number;
  /** How many bytes they may hold together, unpacked. */
  bytes: number;
  /** Names that are read; any other entry makes the file unreadable. */
  isName: (name: string) => boolean;
}

/** Why a file is not read. */
export type ZipFault = 'not-a-zip' | 'damaged' | 'too-many-files' | 'too-large' | 'unexpected-file' | 'same-name' | 'link' | 'encrypted';

export interface ZipEntry {
  name: string;
  /** Bytes, unpacked. */
  size: number;
  isPacked: boolean;
  /** First byte of its content in the file. */
  start: number;
  /** Bytes of its content in the file. */
  length: number;
}

const endSignature = 0x06054b50;
const directorySignature = 0x02014b50;
const localSignature = 0x04034b50;
const endSize = 22;
const directoryEntrySize = 46;
const localSize = 30;
const largestDirectory = 16 * 1024 * 1024;
const longestComment = 0xffff;
const [stored, deflated] = [0, 8];
const [unix, kindBits, linkKind, folderKind] = [3, 0o170000, 0o120000, 0o040000];

/** @throws ConvoSyncError `portable-unreadable` with a `ZipFault` as the reason, and the entry's name where it is one */
export async function listZip(file: string, bounds: ZipBounds): Promise<ZipEntry[]> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const { count, at, length } = await findDirectory(handle, size);
    if (count > bounds.entries || length > largestDirectory) {
      throw fault('too-many-files');
    }
    const directory = await readAt(handle, at, length);
    const entries: ZipEntry[] = [];
    const names = new Set<string>();
    const taken: { from: number; to: number }[] = [];
    let place = 0;
    for (let index = 0; index < count; index++) {
      const head = readHead(directory, place);
      place = head.next;
      assertPlain(head, bounds, names);
      names.add(head.name);
      const start = await contentOf(handle, head, at);
      taken.push({ from: head.offset, to: start + head.packed });
      entries.push({ name: head.name, size: head.size, isPacked: head.method === deflated, start, length: head.packed });
    }
    taken.sort((a, b) => a.from - b.from);
    if (place !== length || taken.some(({ to }, index) => to > (taken[index + 1]?.from ?? at))) {
      throw fault('damaged');
    }
    if (entries.reduce((sum, entry) => sum + entry.size, 0) > bounds.bytes) {
      throw fault('too-large');
    }
    return entries;
  } finally {
    await handle.close();
  }
}

/** The content of an entry; throws `portable-unreadable` at the latest where it would be longer than the directory says. */
export async function* readEntry(file: string, { name, size, isPacked, start, length }: ZipEntry, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  let read = 0;
  for await (const piece of length === 0 ? [] : contentStream(file, { start, end: start + length - 1 }, isPacked, name)) {
    throwIfCancelled(signal);
    read += piece.byteLength;
    if (read > size) {
      throw fault('damaged', name);
    }
    yield piece;
  }
  if (read !== size) {
    throw fault('damaged', name);
  }
}

async function* contentStream(file: string, range: { start: number; end: number }, isPacked: boolean, name: string): AsyncGenerator<Buffer> {
  const raw = createReadStream(file, range);
  // What fails in either is thrown where the last of them is read.
  const content: Readable = isPacked ? pipeline(raw, createInflateRaw(), () => undefined) : raw;
  try {
    for await (const piece of content) {
      yield piece as Buffer;
    }
  } catch (cause) {
    throw cause instanceof Error && 'code' in cause && String(cause.code).startsWith('Z_') ? fault('damaged', name, cause) : cause;
  } finally {
    raw.destroy();
  }
}

async function findDirectory(handle: FileHandle, size: number): Promise<{ count: number; at: number; length: number }> {
  const tailLength = Math.min(size, endSize + longestComment);
  const tail = await readAt(handle, size - tailLength, tailLength);
  for (let place = tailLength - endSize; place >= 0; place--) {
    if (tail.readUInt32LE(place) === endSignature && place + endSize + tail.readUInt16LE(place + 20) === tailLength) {
      const [disk, directoryDisk, onDisk, count] = [4, 6, 8, 10].map((field) => tail.readUInt16LE(place + field));
      const [length = 0, at = 0] = [12, 16].map((field) => tail.readUInt32LE(place + field));
      if (disk !== 0 || directoryDisk !== 0 || onDisk !== count || count === undefined || at + length !== size - tailLength + place) {
        throw fault('damaged');
      }
      return { count, at, length };
    }
  }
  throw fault('not-a-zip');
}

interface Head {
  name: string;
  flags: number;
  method: number;
  packed: number;
  size: number;
  kind: number;
  offset: number;
  next: number;
}

function readHead(directory: Buffer, place: number): Head {
  if (place + directoryEntrySize > directory.byteLength || directory.readUInt32LE(place) !== directorySignature) {
    throw fault('damaged');
  }
  const [nameLength = 0, extraLength = 0, commentLength = 0] = [28, 30, 32].map((field) => directory.readUInt16LE(place + field));
  const nameEnd = place + directoryEntrySize + nameLength;
  const next = nameEnd + extraLength + commentLength;
  if (next > directory.byteLength) {
    throw fault('damaged');
  }
  return {
    // Names that we read are ASCII: any other is told as it looks.
    name: directory.toString('latin1', place + directoryEntrySize, nameEnd),
    flags: directory.readUInt16LE(place + 8),
    method: directory.readUInt16LE(place + 10),
    packed: directory.readUInt32LE(place + 20),
    size: directory.readUInt32LE(place + 24),
    kind: directory.readUInt8(place + 5) === unix ? (directory.readUInt32LE(place + 38) >>> 16) & kindBits : 0,
    offset: directory.readUInt32LE(place + 42),
    next,
  };
}

function assertPlain({ name, flags, method, packed, size, kind }: Head, bounds: ZipBounds, before: ReadonlySet<string>): void {
  if (kind === linkKind) {
    throw fault('link', name);
  }
  if (!bounds.isName(name) || kind === folderKind) {
    throw fault('unexpected-file', name);
  }
  if (before.has(name)) {
    throw fault('same-name', name);
  }
  if ((flags & 1) !== 0) {
    throw fault('encrypted', name);
  }
  if ((method !== stored && method !== deflated) || (method === stored && packed !== size)) {
    throw fault('damaged', name);
  }
  if (size > bounds.bytes) {
    throw fault('too-large', name);
  }
}

/** Where the content begins: what stands before it has to name the same entry. */
async function contentOf(handle: FileHandle, { name, offset, packed, method }: Head, directoryAt: number): Promise<number> {
  if (offset + localSize > directoryAt) {
    throw fault('damaged', name);
  }
  const local = await readAt(handle, offset, localSize);
  const [nameLength, extraLength] = [local.readUInt16LE(26), local.readUInt16LE(28)];
  const start = offset + localSize + nameLength + extraLength;
  const isSame = local.readUInt32LE(0) === localSignature && local.readUInt16LE(8) === method && nameLength === name.length && start + packed <= directoryAt;
  if (!isSame || (await readAt(handle, offset + localSize, nameLength)).toString('latin1') !== name) {
    throw fault('damaged', name);
  }
  return start;
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
  if (bytesRead !== length) {
    throw fault('damaged');
  }
  return buffer;
}

function fault(reason: ZipFault, name?: string, cause?: unknown): ConvoSyncError {
  return new ConvoSyncError('portable-unreadable', 'The file is no portable session that can be read.', { cause, details: { reason, ...(name === undefined ? {} : { name }) } });
}
