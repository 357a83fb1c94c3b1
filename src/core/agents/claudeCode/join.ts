/**
 * Two continuations of one conversation as one. Claude Code tells its model the records that lead up, by `parentUuid`, from
 * the last one of the file: with one tail simply after the other, it would never see the first. So the record with which
 * the second begins becomes the child of the last of the first, and nothing else of any record changes. What was joined may
 * go on in two places again, then with some records in another order on each: those that are new still make one chain.
 *
 * Records are the same by their `uuid`, whatever their parent, and by their bytes where they have none. What is not proven
 * by that is not joined: two records with one id, lines that are no records, a history that was compacted or gone back in.
 */
import { isUtf8 } from 'node:buffer';

import type { Joined } from '../agent.ts';
import { tryParseObject } from '../jsonValues.ts';

interface TranscriptLine {
  text: string;
  record: Readonly<Record<string, unknown>>;
  key: string;
}

/**
 * @param here what the transcript of this machine has after the common beginning, in whole lines
 * @param there what the other one has after it
 * @returns undefined where the two cannot be proven to go together
 */
export function joinContinuations(here: Uint8Array, there: Uint8Array): Joined | undefined {
  const [own, other] = [linesOf(here), linesOf(there)];
  if (!own || !other) {
    return undefined;
  }
  const ownByKey = new Map(own.map((line) => [line.key, line]));
  if (other.some(({ key, record }) => !isSame(record, ownByKey.get(key)?.record))) {
    return undefined;
  }
  const otherKeys = new Set(other.map(({ key }) => key));
  const contained = own.every(({ key }) => otherKeys.has(key));
  const added = other.filter(({ key }) => !ownByKey.has(key));
  const texts = contained ? added.map(({ text }) => text) : textsAfter(own, other, added);
  return texts && { contained, added: Buffer.from(texts.join('')) };
}

/** The added lines as they follow what is here: one chain leads on through those that the other one's last record led up to. */
function textsAfter(own: readonly TranscriptLine[], other: readonly TranscriptLine[], added: readonly TranscriptLine[]): string[] | undefined {
  const last = own.findLast(isLink);
  const path = pathToLast(other);
  const [first] = path;
  if (!last || !first) {
    return added.map(({ text }) => text);
  }
  const begins = first.record['parentUuid'];
  if (typeof begins !== 'string' || !own.some((line) => isLink(line) && (line.record['uuid'] === begins || line.record['parentUuid'] === begins))) {
    return undefined;
  }
  const isNew = new Set(added);
  const follows = new Map<TranscriptLine, unknown>();
  let end = last;
  for (const line of path.filter((each) => isNew.has(each))) {
    follows.set(line, end.record['uuid']);
    end = line;
  }
  if (added.some(isLink) && added.findLast(isLink) !== end) {
    // What the agent would go on from is a branch that was left.
    return undefined;
  }
  const texts: string[] = [];
  for (const line of added) {
    const text = reparented(line, follows.get(line) ?? line.record['parentUuid']);
    if (text === undefined) {
      return undefined;
    }
    texts.push(text);
  }
  return texts;
}

/** The links that lead up to the last one, as far as the continuation goes back. */
function pathToLast(lines: readonly TranscriptLine[]): TranscriptLine[] {
  const byId = new Map(lines.filter(isLink).map((line) => [line.record['uuid'], line]));
  const path = new Set<TranscriptLine>();
  for (let at = lines.findLast(isLink); at && !path.has(at); at = byId.get(at.record['parentUuid'])) {
    path.add(at);
  }
  return [...path].reverse();
}

/** Only the one field may change, so it is replaced in the text and read back. */
function reparented({ text, record }: TranscriptLine, parent: unknown): string | undefined {
  if (record['parentUuid'] === parent) {
    return text;
  }
  const changed = text.replace(`"parentUuid":${JSON.stringify(record['parentUuid'])}`, () => `"parentUuid":${JSON.stringify(parent)}`);
  const read = tryParseObject(changed);
  return read && 'parentUuid' in read && read.parentUuid === parent && isSame(read, record) ? changed : undefined;
}

/** A record that the conversation leads through; a sub-agent's stand aside. */
function isLink({ record }: TranscriptLine): boolean {
  return typeof record['uuid'] === 'string' && record['isSidechain'] !== true;
}

function isSame(record: object, other: object | undefined): boolean {
  return other === undefined || withoutParent(record) === withoutParent(other);
}

function withoutParent(record: object): string {
  return JSON.stringify({ ...record, parentUuid: undefined });
}

/** Undefined unless every line is whole and a record. */
function linesOf(tail: Uint8Array): TranscriptLine[] | undefined {
  if (!isUtf8(tail)) {
    return undefined;
  }
  const texts = Buffer.from(tail.buffer, tail.byteOffset, tail.byteLength).toString('utf8').split(/(?<=\n)/);
  const lines: TranscriptLine[] = [];
  for (const text of texts.filter((line) => line !== '')) {
    const record = tryParseObject(text.trim()) as TranscriptLine['record'] | undefined;
    if (!record || !text.endsWith('\n')) {
      return undefined;
    }
    lines.push({ text, record, key: typeof record['uuid'] === 'string' ? record['uuid'] : text });
  }
  return lines;
}
