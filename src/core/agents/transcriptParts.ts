/** Reads a transcript of JSON Lines in parts, whatever its records are. */
import type { Message, Transcript, TranscriptIssue, TranscriptPart } from '../session/message.ts';
import { JsonLinesReader, linesOf } from './jsonLines.ts';

/** Folds the records of one agent into messages, in the order of the file. */
export interface RecordReader {
  /** How many records were known. */
  readonly records: number;
  /** Its agent has also kept a conversation as one document. */
  readonly mayBeDocument?: boolean;
  /** The last message may go on in a later record. */
  readonly isAnswering: boolean;
  /** As of so far. */
  readonly title: string | undefined;
  /** False when the value is not a record of a known kind. */
  add(value: object): boolean;
  /** The messages since the part before; from here on they change no more. */
  endPart(): Message[];
}

/** From so many bytes on a part ends where it can, which is before an answer, and at the latest after so many. */
const partSize = 256 * 1024;
const longestPart = 4 * 1024 * 1024;

/** @param reader fresh */
export async function* readParts(reader: RecordReader, source: Uint8Array | AsyncIterable<Uint8Array>, signal?: AbortSignal): AsyncGenerator<TranscriptPart> {
  const lines = new JsonLinesReader((value) => reader.add(value), reader.mayBeDocument);
  let size = 0;
  let parts = 0;
  const part = (issues: TranscriptIssue[]): TranscriptPart => {
    const { title } = reader;
    return { messages: reader.endPart(), issues, size, ...(title === undefined ? {} : { title }) };
  };
  for await (const line of linesOf(source, signal)) {
    lines.read(line);
    size += line.size;
    if (reader.records > 0 && line.ended && (size >= longestPart || (size >= partSize && !reader.isAnswering))) {
      yield part(lines.takeIssues());
      size = 0;
      parts += 1;
    }
  }
  if (size > 0 || parts === 0) {
    yield part(lines.finish());
  }
}

/** All parts as one. */
export async function readWhole(parts: AsyncIterable<TranscriptPart>): Promise<Transcript> {
  const whole: Transcript = { messages: [], issues: [] };
  for await (const { messages, issues, title } of parts) {
    messages.forEach((message) => whole.messages.push(message));
    issues.forEach((issue) => whole.issues.push(issue));
    Object.assign(whole, title === undefined ? {} : { title });
  }
  return whole;
}
