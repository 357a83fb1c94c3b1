/**
 * Reads JSON Lines as agents leave them on real disks: with torn, glued, damaged and foreign lines in between. A bad
 * line is an issue with its number, and never hides the good ones around it.
 */
import { isUtf8 } from 'node:buffer';

import { throwIfCancelled } from '../common/errors.ts';
import type { TranscriptIssue } from '../session/message.ts';
import { findObjects, tryParseObject } from './jsonValues.ts';
import type { Line } from './lines.ts';
import { LineSplitter } from './lines.ts';

/** Takes one object of the file; false when it is not a record that the reader knows. */
export type AcceptRecord = (value: object) => boolean;

/** How much of a file without a single record is kept, in case it turns out to be one document over many lines. */
const documentLimit = 64 * 1024 * 1024;

/** The lines of a file, in order. Throws only what the source throws, and `cancelled`. */
export async function* linesOf(source: Uint8Array | AsyncIterable<Uint8Array>, signal?: AbortSignal): AsyncGenerator<Line> {
  const splitter = new LineSplitter();
  for await (const piece of source instanceof Uint8Array ? [source] : source) {
    throwIfCancelled(signal);
    yield* splitter.push(piece);
  }
  yield* splitter.end();
}

/** Hands every record to `accept`, and keeps what could not be read. `read` all lines of a file in order, then `finish`. */
export class JsonLinesReader {
  readonly #accept: AcceptRecord;
  readonly #mayBeDocument: boolean;
  #issues: TranscriptIssue[] = [];
  #accepted = 0;
  /** The lines so far while none of them was a record; undefined once one was, or they are too many. */
  #document: string[] | undefined = [];
  #documentSize = 0;

  /** @param mayBeDocument one whole document over many lines is as good as lines, and no issue */
  constructor(accept: AcceptRecord, mayBeDocument = false) {
    this.#accept = accept;
    this.#mayBeDocument = mayBeDocument;
  }

  read(line: Line): void {
    if (!line.bytes) {
      this.#issue(line, 'bad-line');
      return;
    }
    const text = Buffer.from(line.bytes.buffer, line.bytes.byteOffset, line.bytes.byteLength).toString('utf8');
    if (!isUtf8(line.bytes)) {
      this.#issue(line, 'invalid-utf8');
    }
    this.#remember(text);
    // trim() also takes the byte order mark, which JSON.parse does not.
    const trimmed = text.trim();
    if (trimmed === '') {
      return;
    }
    const value = tryParseObject(trimmed);
    if (!value) {
      this.#readBrokenLine(line, trimmed);
    } else if (!this.#take(value)) {
      this.#issue(line, 'unknown-record');
    }
  }

  /** What could not be read since it was last asked. Only once there was a record: what has none may be one document. */
  takeIssues(): TranscriptIssue[] {
    return this.#issues.splice(0);
  }

  finish(): TranscriptIssue[] {
    if (this.#accepted === 0 && this.#document && this.#issues.length > 0) {
      this.#readAsDocument(this.#document.join(''));
    }
    return this.#issues;
  }

  #readBrokenLine(line: Line, text: string): void {
    const { objects, garbage } = findObjects(text);
    // The end of a torn last line is no end: an object that reaches it may be a fragment.
    const records = objects.filter(({ place }) => place === 'leading' || (place === 'trailing' && line.ended));
    const unknown = records.filter((record) => !this.#take(record.value));
    if (garbage) {
      this.#issue(line, line.ended ? 'bad-line' : 'truncated-tail');
    } else {
      this.#issue(line, 'glued-lines');
      unknown.forEach(() => this.#issue(line, 'unknown-record'));
    }
  }

  #readAsDocument(text: string): void {
    const { objects, garbage } = findObjects(text);
    for (const object of objects) {
      this.#take(object.value);
    }
    if (this.#accepted > 0) {
      const isWhole = this.#mayBeDocument && objects.length === 1 && !garbage;
      this.#issues = [...(isWhole ? [] : [{ kind: 'not-line-delimited' } as const]), ...this.#issues.filter((issue) => issue.kind === 'invalid-utf8')];
    }
  }

  #take(value: object): boolean {
    const known = this.#accept(value);
    if (known) {
      this.#accepted += 1;
      this.#document = undefined;
    }
    return known;
  }

  #remember(text: string): void {
    this.#documentSize += text.length;
    if (this.#documentSize > documentLimit) {
      this.#document = undefined;
    }
    this.#document?.push(text);
  }

  #issue(line: Line, kind: TranscriptIssue['kind']): void {
    this.#issues.push({ kind, line: line.number });
  }
}
