/**
 * A file of this machine read as it is stored: with redactions, stretches that are stored as something else. The file
 * itself is never edited, so on the device that wrote it they still stand as they were, and on one where it was installed
 * as they are stored. Whether a file goes on from stored bytes is asked of this form, which is the same on both.
 */
import type { Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { ConvoSyncError, throwIfCancelled } from '../common/errors.ts';
import type { Redaction } from '../session/session.ts';

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
  /** Bytes, in the stored form. */
  readonly size: number;
  /** What is left out, whether it still stands in the file or not. */
  readonly redactions: readonly Redaction[];

  private constructor(handle: FileHandle, name: string, pieces: readonly Piece[], redactions: readonly Redaction[]) {
    this.#handle = handle;
    this.#name = name;
    this.#pieces = pieces;
    this.size = pieces.reduce((sum, { size }) => sum + size, 0);
    this.redactions = redactions;
  }

  /**
   * @param file its name, for errors, and how many of its bytes count
   * @param known what was left out when it was stored before; the file may hold any of it still, or its replacement
   * @param found what is to be left out now, in the order of the file; what overlaps with what is known counts as that
   */
  static async of(handle: FileHandle, file: { name: string; size: number }, known: readonly Redaction[], found: readonly Extent[] = []): Promise<StoredForm> {
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
      redactions.push({ from: at, length: left, replacement });
      const bytes = Buffer.from(replacement, 'utf8');
      take(bytes.byteLength, bytes);
      read = from + length;
    }
    take(file.size - read, read);
    return new StoredForm(handle, file.name, pieces, redactions);
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

/** Where known redactions are in this file, as far as it reaches, and how many bytes of the original each leaves out. */
async function locate(handle: FileHandle, file: { name: string; size: number }, known: readonly Redaction[]): Promise<(Extent & { left: number })[]> {
  const extents: (Extent & { left: number })[] = [];
  let shift = 0;
  for (const { from: stored, length: left, replacement } of known) {
    const size = Buffer.byteLength(replacement);
    const from = stored + shift;
    const isReplaced = from + size <= file.size && (await fill(Buffer.alloc(size), handle, file.name, from)).toString('utf8') === replacement;
    const length = isReplaced ? size : left;
    if (from + length > file.size) {
      break;
    }
    extents.push({ from, length, replacement, left });
    shift += length - size;
  }
  return extents;
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
