/**
 * Secrets in a file from some byte on. A transcript's text lies in JSON strings, at times in strings within strings, and a rule
 * would take the `n` of an escaped line end for a part of what follows. So it is searched with every escape replaced by blanks
 * and what it stands for, of the same length: what is found has its place in the file without being looked for again. Bytes
 * are read as Latin-1 for the same reason; what rules look for is ASCII.
 */
import { createReadStream } from 'node:fs';
import { throwIfCancelled } from '../common/errors.ts';
import { findSecrets, merged, type SecretInText } from './rules.ts';

export interface FoundSecret {
  /** First byte in the file, and how many bytes it takes there. */
  from: number;
  length: number;
  kind: string;
  /** From 1, in the file. */
  line: number;
  /** As it stands in the file: never to be shown or stored. */
  text: string;
}

/** A value that a file holds which is left out of sessions. */
export interface KnownValue {
  value: string;
  /** Relative to the repository's top, with `/`. */
  file: string;
}

export interface FileToScan {
  absolute: string;
  /** How many of its bytes count. */
  size: number;
  /** Records in lines of JSON: nothing is found from one string into another. */
  isJson: boolean;
}

/** So much is searched at once, up to the end of a line. */
const searchedAtOnce = 4 * 1024 * 1024;
const lineFeed = 0x0a;

/** @param known besides what rules find; of kind `file:<its file>` */
export async function scanFile(file: FileToScan, from: number, known: readonly KnownValue[], signal?: AbortSignal): Promise<FoundSecret[]> {
  const found: Omit<FoundSecret, 'line'>[] = [];
  const asBytes = known.map(({ value, ...rest }) => ({ ...rest, value: Buffer.from(value, 'utf8').toString('latin1') }));
  let at = from;
  for await (const bytes of wholeLines(file, from)) {
    throwIfCancelled(signal);
    const text = bytes.toString('latin1');
    const secrets = merged([...knownIn(text, asBytes), ...(await findSecrets(file.isJson ? unescaped(bytes).toString('latin1') : text))]);
    for (const secret of secrets.flatMap((each) => (file.isJson ? withinString(text, each) : [each]))) {
      found.push({ from: at + secret.from, length: secret.to - secret.from, kind: secret.kind, text: text.slice(secret.from, secret.to) });
    }
    at += bytes.byteLength;
  }
  const lines = await linesAt(file, found.map((secret) => secret.from));
  return found.map((secret, index) => ({ ...secret, line: lines[index] ?? 1 }));
}

/** The same in a text, with positions in that. */
export async function findInText(text: string, known: readonly KnownValue[]): Promise<SecretInText[]> {
  return merged([...knownIn(text, known), ...(await findSecrets(text))]);
}

/** Pieces that end with a line; of what is no JSON, where a secret may take several, all as one. */
async function* wholeLines({ absolute, size, isJson }: FileToScan, start: number): AsyncGenerator<Buffer> {
  if (start >= size) {
    return;
  }
  let waiting: Buffer[] = [];
  for await (const piece of createReadStream(absolute, { start, end: size - 1, highWaterMark: searchedAtOnce }) as AsyncIterable<Buffer>) {
    const end = isJson ? piece.lastIndexOf(lineFeed) + 1 : 0;
    if (end > 0) {
      yield Buffer.concat([...waiting, piece.subarray(0, end)]);
      waiting = [];
    }
    waiting.push(piece.subarray(end));
  }
  yield Buffer.concat(waiting);
}

/** @param offsets in order */
async function linesAt({ absolute }: FileToScan, offsets: readonly number[]): Promise<number[]> {
  const lines: number[] = [];
  const last = offsets.at(-1);
  let line = 1;
  let at = 0;
  for await (const piece of last === undefined ? [] : (createReadStream(absolute, { end: last, highWaterMark: searchedAtOnce }) as AsyncIterable<Buffer>)) {
    let counted = 0;
    for (let next = piece.indexOf(lineFeed); ; next = piece.indexOf(lineFeed, counted)) {
      const end = next === -1 ? piece.byteLength : next + 1;
      while (lines.length < offsets.length && (offsets[lines.length] ?? 0) < at + end) {
        lines.push(line);
      }
      if (next === -1) {
        break;
      }
      counted = end;
      line += 1;
    }
    at += piece.byteLength;
  }
  return lines;
}

function knownIn(text: string, known: readonly KnownValue[]): SecretInText[] {
  return known.flatMap(({ value, file }) => {
    const found: SecretInText[] = [];
    for (let from = text.indexOf(value); from !== -1; from = text.indexOf(value, from + value.length)) {
      found.push({ from, to: from + value.length, kind: `file:${file}` });
    }
    return found;
  });
}

const [blank, backslash, unicodeEscape] = [' ', '\\', 'u'].map((character) => character.charCodeAt(0)) as [number, number, number];
/** What stands after the backslash, and what it stands for; what is not here stands for itself. */
const standFor = new Map([['n', lineFeed], ['r', lineFeed], ['t', blank], ['b', blank], ['f', blank]].map(([character, byte]) => [String(character).charCodeAt(0), Number(byte)]));

/** Backslashes, however many nested strings need, become blanks. */
function unescaped(bytes: Buffer): Buffer {
  const text = Buffer.from(bytes);
  for (let at = text.indexOf(backslash); at !== -1; at = text.indexOf(backslash, at)) {
    while (text[at] === backslash) {
      text[at] = blank;
      at += 1;
    }
    const after = text[at] ?? blank;
    if (after === unicodeEscape) {
      text.fill(blank, at, at + 5);
    } else if (at < text.length) {
      text[at] = standFor.get(after) ?? after;
    }
  }
  return text;
}

/** No further than the string in which it begins, and no half escape at its end. */
function withinString(text: string, { from, to, kind }: SecretInText): SecretInText[] {
  let end = from;
  while (end < to && text[end] !== '"' && text[end] !== '\n') {
    const next = end + (text[end] !== '\\' ? 1 : text[end + 1] === 'u' ? 6 : 2);
    if (next > to) {
      break;
    }
    end = next;
  }
  return end > from ? [{ from, to: end, kind }] : [];
}
