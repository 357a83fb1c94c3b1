/**
 * What has to stand otherwise in a transcript of JSON Lines: fields of some records, and the line ends that are lost where an
 * agent cannot do without them. A file that was torn goes on in the same line, and then the agent reads neither record.
 */
import type { Adaptation } from '../session/adaptation.ts';
import { fieldExtent } from './jsonFields.ts';
import { linesOf } from './jsonLines.ts';
import { findObjects, tryParseObject } from './jsonValues.ts';
import type { Line } from './lines.ts';

export interface WantedField {
  /** Names from the outermost object inwards. */
  field: readonly string[];
  value: string | number | readonly string[];
}

export interface LineRules {
  /** The fields of a record that have to be so; those that it does not have, and those that are so already, stay. */
  wanted: (record: Readonly<Record<string, unknown>>) => readonly WantedField[];
  /** Given where every record needs a line of its own, the last one too: which objects are records. */
  isRecord?: (value: object) => boolean;
}

/** One unit of its text, which is `latin1`, is one byte: what is found there is where it is in the file, whatever is torn in it. */
export type PlacedRecord = Readonly<{ start: number; text: string; value: Record<string, unknown> }>;

export async function adaptLines(stored: AsyncIterable<Uint8Array>, rules: LineRules): Promise<Adaptation[]> {
  const adaptations: Adaptation[] = [];
  let size = 0;
  let ended = true;
  for await (const line of linesOf(stored)) {
    adaptations.push(...adaptLine(line, rules));
    ({ ended } = line);
    size += line.size;
  }
  if (rules.isRecord && !ended) {
    adaptations.push(lineEnd(size));
  }
  return adaptations;
}

/** The same for a file that is one document. */
export async function adaptDocument(stored: AsyncIterable<Uint8Array>, { wanted }: LineRules): Promise<Adaptation[]> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stored) {
    pieces.push(piece);
  }
  const text = Buffer.concat(pieces).toString('latin1');
  const value = tryParseObject(text);
  return value ? adaptRecord({ start: 0, text, value: value as PlacedRecord['value'] }, wanted(value as PlacedRecord['value'])) : [];
}

function adaptLine(line: Line, { wanted, isRecord }: LineRules): Adaptation[] {
  const whole = placedRecord(line);
  const records = whole ? [whole] : isRecord ? glued(line, isRecord) : [];
  return records.flatMap((record) => [
    ...(record.start > line.offset ? [lineEnd(record.start)] : []),
    ...adaptRecord(record, wanted(record.value)),
  ]);
}

/** The record that a whole line is. */
export function placedRecord(line: Line): PlacedRecord | undefined {
  const text = textOf(line);
  const value = tryParseObject(text);
  return value && { start: line.offset, text, value: value as PlacedRecord['value'] };
}

/** Whole records of a line that is not one: those that lead it, and those that end it, unless it is torn there. */
function glued(line: Line, isRecord: (value: object) => boolean): PlacedRecord[] {
  const text = textOf(line);
  return findObjects(text).objects
    .filter(({ place, value }) => (place === 'leading' || (place === 'trailing' && line.ended)) && isRecord(value))
    .map(({ start, value }) => ({ start: line.offset + start, text: text.slice(start), value: value as PlacedRecord['value'] }));
}

function textOf({ bytes }: Line): string {
  return bytes ? Buffer.from(bytes).toString('latin1') : '';
}

/** In the order of the record. */
export function adaptRecord({ start, text }: PlacedRecord, wanted: readonly WantedField[]): Adaptation[] {
  return wanted.flatMap(({ field, value }) => {
    const extent = fieldExtent(text, field);
    const here = JSON.stringify(value);
    const stored = extent && Buffer.from(text.slice(extent.start, extent.end), 'latin1').toString('utf8');
    return extent && stored !== undefined && JSON.stringify(JSON.parse(stored)) !== here ? [{ from: start + extent.start, stored, here }] : [];
  }).sort((a, b) => a.from - b.from);
}

function lineEnd(from: number): Adaptation {
  return { from, stored: '', here: '\n' };
}
