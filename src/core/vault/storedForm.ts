/**
 * A file of this machine read as it is stored: with redactions, stretches that are stored as something else, and without
 * what was adapted to this machine. The file itself is never edited, so on the device that wrote it what was redacted still
 * stands as it was, and on one where it was installed as it is stored. Whether a file goes on from stored bytes is asked of
 * this form, which is the same on both.
 */
import type { Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { ConvoSyncError, throwIfCancelled } from '../common/errors.ts';
import type { Adaptation } from '../session/adaptation.ts';
import type { Redaction } from '../session/session.ts';

export interface LocalFile {
  /** For errors. */
  name: string;
  /** How many of its bytes count. */
  size: number;
  /** What is otherwise here than it is stored, as far as it still is. */
  adaptations?: readonly Adaptation[];
  /** Of the stored form no more than so many bytes. */
  upTo?: number;
}

/** A stretch of a file as it stands on this machine, in its own bytes. */
export interface Extent {
  from: number;
  length: number;
  replacement: string;
}

const hashedAtOnce = 1024 * 1024;

interface Piece {
  /** First byte in the stored form, and how many bytes it has there. */
  at: number;
  size: number;
  /** What stands there, or where it is read in the file. */
  content: Buffer | number;
}

export class StoredForm {
  readonly #handle: FileHandle;
  readonly #name: string;
  readonly #pieces: readonly Piece[];
  /** Bytes of the file. */
  readonly #end: number;
  /** Bytes, in the stored form. */
  readonly size: number;
  /** What is left out, whether it still stands in the file or not. */
  readonly redactions: readonly Redaction[];

  private constructor(handle: FileHandle, { name, size: end, upTo = Infinity }: LocalFile, pieces: readonly Piece[], redactions: readonly Redaction[]) {
    this.#handle = handle;
    this.#name = name;
    this.#pieces = pieces;
    this.#end = end;
    this.size = Math.min(upTo, pieces.reduce((sum, { size }) => sum + size, 0));
    this.redactions = redactions.filter(({ from }) => from < this.size);
  }

  /**
   * @param known what was left out when it was stored before; the file may hold any of it still, or its replacement
   * @param found what is to be left out now, in the order of the file; what overlaps with what is known counts as that
   */
  static async of(handle: FileHandle, file: LocalFile, known: readonly Redaction[], found: readonly Extent[] = []): Promise<StoredForm> {
    const here = await locate(handle, file, known);
    const added = found.filter((one) => !here.some((other) => one.from < other.from + other.length && other.from < one.from + one.length));
    const extents = [...here, ...added.map((extent) => ({ ...extent, left: extent.length }))].sort((a, b) => a.from - b.from);
    const pieces: Piece[] = [];
    const redactions: Redaction[] = [];
    let at = 0;
    let read = 0;
    const take = (size: number, content: Piece['content']): void => {
      if (size > 0) {
        pieces.push({ at, size, content });
        at += size;
      }
    };
    for (const { from, length, replacement, left } of extents) {
      take(from - read, read);
      if (left !== undefined) {
        redactions.push({ from: at, length: left, replacement });
      }
      const bytes = Buffer.from(replacement, 'utf8');
      take(bytes.byteLength, bytes);
      read = from + length;
    }
    take(file.size - read, read);
    return new StoredForm(handle, file, pieces, redactions);
  }

  /** Where in the file it goes on from a position of the stored form, past what is stored otherwise there. */
  placeOf(position: number): number {
    const next = this.#pieces.find(({ at, size, content }) => typeof content === 'number' && at + size > position);
    return typeof next?.content === 'number' ? next.content + Math.max(position - next.at, 0) : this.#end;
  }

  /**
   * @param into where there is room for so much; new memory without it
   * @throws ConvoSyncError `conversation-unreadable` when the file has become shorter
   */
  async read(position: number, length: number, into = Buffer.allocUnsafe(length)): Promise<Buffer> {
    const end = position + length;
    const read = into.subarray(0, length);
    const wanted = this.#pieces.filter(({ at, size }) => at < end && at + size > position);
    for (const { at, size, content } of wanted) {
      const from = Math.max(position - at, 0);
      const count = Math.min(end - at, size) - from;
      const place = read.subarray(at + from - position, at + from - position + count);
      if (typeof content === 'number') {
        await fill(place, this.#handle, this.#name, content + from);
      } else {
        content.copy(place, 0, from, from + count);
      }
    }
    return read;
  }

  /** Adds the bytes `[from, end)` to a hash. */
  async hash(hash: Hash, from: number, end: number, signal?: AbortSignal): Promise<void> {
    const room = Buffer.allocUnsafe(Math.min(hashedAtOnce, Math.max(end - from, 0)));
    for (let at = from; at < end; at += hashedAtOnce) {
      throwIfCancelled(signal);
      hash.update(await this.read(at, Math.min(hashedAtOnce, end - at), room));
    }
  }
}

/** A stretch that is stored as something else; of a redaction also how many bytes of the original it leaves out. */
interface Located extends Extent {
  left?: number;
}

/** Where known redactions and adaptations are in this file, as far as it reaches. */
async function locate(handle: FileHandle, file: LocalFile, known: readonly Redaction[]): Promise<Located[]> {
  const extents: Located[] = [];
  let shift = 0;
  for (const one of [...known, ...(file.adaptations ?? [])].sort((a, b) => a.from - b.from)) {
    const extent = 'here' in one ? await adaptationAt(handle, file, one, one.from + shift) : await redactionAt(handle, file, one, one.from + shift);
    if (!extent) {
      continue;
    }
    if (extent.from + extent.length > file.size) {
      break;
    }
    extents.push(extent);
    shift += extent.length - Buffer.byteLength(extent.replacement);
  }
  return extents;
}

/** What is left out stands in the file still, or what is stored in its place. */
async function redactionAt(handle: FileHandle, file: LocalFile, { length: left, replacement }: Redaction, from: number): Promise<Located> {
  return { from, length: (await stands(handle, file, replacement, from)) ? Buffer.byteLength(replacement) : left, replacement, left };
}

/** Undefined where the file stands as it is stored. */
async function adaptationAt(handle: FileHandle, file: LocalFile, { here, stored }: Adaptation, from: number): Promise<Located | undefined> {
  return (await stands(handle, file, here, from)) ? { from, length: Buffer.byteLength(here), replacement: stored } : undefined;
}

async function stands(handle: FileHandle, { name, size: end }: LocalFile, text: string, from: number): Promise<boolean> {
  const size = Buffer.byteLength(text);
  return from + size <= end && (await fill(Buffer.alloc(size), handle, name, from)).toString('utf8') === text;
}

async function fill(buffer: Buffer, handle: FileHandle, name: string, position: number): Promise<Buffer> {
  for (let filled = 0; filled < buffer.byteLength; ) {
    const { bytesRead } = await handle.read(buffer, filled, buffer.byteLength - filled, position + filled);
    if (bytesRead === 0) {
      throw new ConvoSyncError('conversation-unreadable', 'A file became shorter while it was read.', { details: { file: name } });
    }
    filled += bytesRead;
  }
  return buffer;
}
