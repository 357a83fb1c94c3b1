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
  value: string;
}

export interface LineRules {
  /** The fields of a record that have to be so; those that it does not have, and those that are so already, stay. */
  wanted: (record: Readonly<Record<string, unknown>>) => readonly WantedField[];
  /** Given where every record needs a line of its own, the last one too: which objects are records. */
  isRecord?: (value: object) => boolean;
}

type PlacedRecord = Readonly<{ start: number; text: string; value: Record<string, unknown> }>;

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
  return value ? adaptRecord({ start: 0, text, value: value as PlacedRecord['value'] }, wanted) : [];
}

/** One unit of `latin1` is one byte, so what is found in the text is where it is in the file, whatever is torn in it. */
function adaptLine(line: Line, { wanted, isRecord }: LineRules): Adaptation[] {
  const text = line.bytes ? Buffer.from(line.bytes).toString('latin1') : '';
  const whole = tryParseObject(text);
  const records: PlacedRecord[] = whole ? [{ start: 0, text, value: whole as PlacedRecord['value'] }] : isRecord ? glued(text, line.ended, isRecord) : [];
  return records.flatMap((record) => [
    ...(record.start > 0 ? [lineEnd(record.start)] : []),
    ...adaptRecord(record, wanted),
  ]).map((adaptation) => ({ ...adaptation, from: line.offset + adaptation.from }));
}

/** Whole records of a line that is not one: those that lead it, and those that end it, unless it is torn there. */
function glued(text: string, ended: boolean, isRecord: (value: object) => boolean): PlacedRecord[] {
  return findObjects(text).objects
    .filter(({ place, value }) => (place === 'leading' || (place === 'trailing' && ended)) && isRecord(value))
    .map(({ start, value }) => ({ start, text: text.slice(start), value: value as PlacedRecord['value'] }));
}

function adaptRecord({ start, text, value }: PlacedRecord, wanted: LineRules['wanted']): Adaptation[] {
  return wanted(value).flatMap(({ field, value: here }) => {
    const extent = fieldExtent(text, field);
    const stored = extent && Buffer.from(text.slice(extent.start, extent.end), 'latin1').toString('utf8');
    return extent && stored !== undefined && JSON.parse(stored) !== here ? [{ from: start + extent.start, stored, here: JSON.stringify(here) }] : [];
  }).sort((a, b) => a.from - b.from);
}

function lineEnd(from: number): Adaptation {
  return { from, stored: '', here: '\n' };
}
