/**
 * Splits bytes into lines without interpreting them, so that every line can be traced to its exact place in the
 * file: the lines' bytes, joined, are the file. A line ends with LF; a CR before it belongs to the line.
 */

export interface Line {
  /** From 1. */
  number: number;
  /** Position of its first byte in the file. */
  offset: number;
  /** How many bytes it takes in the file, its line end included. */
  size: number;
  /** Those bytes; absent for a line over the limit, which is counted and let go to keep memory bounded. */
  bytes?: Uint8Array;
  /** False for a last line that has no line end. */
  ended: boolean;
}

/** Far above any record seen (1 MB), far below what a string can hold. */
const defaultLimit = 64 * 1024 * 1024;

const lineFeed = 0x0a;

/** Feed it the pieces of a file in order, then `end()` once. Lines may share memory with the pieces. */
export class LineSplitter {
  readonly #limit: number;
  #number = 1;
  #offset = 0;
  #size = 0;
  #parts: Uint8Array[] = [];

  constructor(limit = defaultLimit) {
    this.#limit = limit;
  }

  push(piece: Uint8Array): Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let end = piece.indexOf(lineFeed); end !== -1; end = piece.indexOf(lineFeed, start)) {
      this.#add(piece.subarray(start, end + 1));
      lines.push(this.#take(true));
      start = end + 1;
    }
    if (start < piece.length) {
      this.#add(piece.subarray(start));
    }
    return lines;
  }

  end(): Line[] {
    return this.#size === 0 ? [] : [this.#take(false)];
  }

  #add(part: Uint8Array): void {
    this.#size += part.length;
    if (this.#size > this.#limit) {
      this.#parts = [];
    } else {
      this.#parts.push(part);
    }
  }

  #take(ended: boolean): Line {
    const line: Line = { number: this.#number, offset: this.#offset, size: this.#size, ended };
    const [only] = this.#parts;
    if (this.#size <= this.#limit && only) {
      line.bytes = this.#parts.length === 1 ? only : Buffer.concat(this.#parts);
    }
    this.#number += 1;
    this.#offset += this.#size;
    this.#size = 0;
    this.#parts = [];
    return line;
  }
}
