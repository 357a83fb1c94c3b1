/**
 * When this device first saw what it sees at the store, and on which days it looked: what is told by records alone would
 * make everything as old as a wrong clock says. For each log a list of (record, time): all up to that record were seen by
 * then. To the day, and to the month once it is long ago; always the later time, so nothing is ever older than it is.
 *
 * Losing the file makes everything young again, which only keeps it longer.
 */
import * as path from 'node:path';
import * as z from 'zod';
import { readDocument, writeDocument } from '../home/document.ts';
import type { Home } from '../home/home.ts';
import type { Heads } from './log.ts';
import { sequenceOf } from './record.ts';

const Sighting = z.tuple([z.int().positive(), z.number()]);
const Document = z.object({
  v: z.literal(1),
  /** By writer: sequence number, and milliseconds since 1970 when all up to there had been seen. */
  seen: z.record(z.string(), z.array(Sighting)),
  /** The last days of looks, in the same milliseconds. */
  looks: z.array(z.number()),
});
type Document = z.infer<typeof Document>;

export const day = 24 * 60 * 60 * 1000;
const exactDays = 60;
const looksKept = 60;

export class FirstSeen {
  readonly #file: string;
  #document: Document;

  private constructor(file: string, document: Document) {
    this.#file = file;
    this.#document = document;
  }

  static async load(home: Home, vault: string): Promise<FirstSeen> {
    const file = path.join(home.vaultsFolder, vault, 'first-seen.json');
    return new FirstSeen(file, (await readDocument(file, Document)) ?? { v: 1, seen: {}, looks: [] });
  }

  /** Takes note of a look. Writes only where something is new, or the day is. */
  async note(heads: Heads, now: Date): Promise<void> {
    const { seen, looks } = this.#document;
    const time = now.getTime();
    const isNewDay = dayOf(looks.at(-1) ?? Number.NaN) !== dayOf(time);
    const grown = Object.entries(heads).filter(([writer, head]) => sequenceOf(head) > (seen[writer]?.at(-1)?.[0] ?? 0));
    if (grown.length === 0 && !isNewDay) {
      return;
    }
    const added = Object.fromEntries(grown.map(([writer, head]) => [writer, thin([...(seen[writer] ?? []), [sequenceOf(head), time]], time)]));
    this.#document = { v: 1, seen: { ...seen, ...added }, looks: isNewDay ? [...looks, time].slice(-looksKept) : looks };
    await writeDocument(this.#file, this.#document);
  }

  /** Milliseconds since 1970; undefined for a record that was never seen at the store. */
  at(writer: string, seq: number): number | undefined {
    return this.#document.seen[writer]?.find(([last]) => last >= seq)?.[1];
  }

  /** One time for each of the last days on which this device looked at the store, in the order of the looks. */
  get looks(): readonly number[] {
    return this.#document.looks;
  }
}

/** Of each day, and long ago of each month, the last. */
function thin(sightings: readonly z.infer<typeof Sighting>[], now: number): z.infer<typeof Sighting>[] {
  const period = ([, time]: z.infer<typeof Sighting>): number => (now - time > exactDays * day ? -Math.floor(time / (30 * day)) : dayOf(time));
  return sightings.filter((sighting, index) => {
    const next = sightings[index + 1];
    return !next || period(next) !== period(sighting);
  });
}

function dayOf(time: number): number {
  return Math.floor(time / day);
}
