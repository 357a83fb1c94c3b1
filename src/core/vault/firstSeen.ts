/**
 * When this device first saw what it sees at the store, and on which days it looked: what is told by records alone would
 * make everything as old as a wrong clock says. For each log a list of (record, time): all up to that record were seen by
 * then. To the day, and to the month once it is long ago; always the later time, so nothing is ever older than it is.
 *
 * These times are no clock's. They go on from look to look, as far as the clock says, but by a week at most where no other
 * device vouches for it, and never back: a clock that leaps a year ahead makes nothing older by more than a week, alone or
 * not, at whichever store. So nobody asks the store what time it is: a git remote or a folder could not say, and of the
 * others one that lies could make things old.
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
  /** By writer: sequence number, and when all up to there had been seen: milliseconds since 1970, less those that were skipped by then. */
  seen: z.record(z.string(), z.array(Sighting)),
  /** The last days of looks, in milliseconds since 1970 by this device's clock. */
  looks: z.array(z.number()),
  /** Milliseconds by which the clock has leapt, as far as they do not count. */
  skipped: z.number().default(0),
});
type Document = z.infer<typeof Document>;

export const day = 24 * 60 * 60 * 1000;
const exactDays = 60;
const looksKept = 60;
/** What goes by between two looks counts for so much at most, unless another device vouches for the clock. */
const longestLeap = 7 * day;

export class FirstSeen {
  readonly #file: string;
  #document: Document;

  private constructor(file: string, document: Document) {
    this.#file = file;
    this.#document = document;
  }

  static async load(home: Home, vault: string): Promise<FirstSeen> {
    const file = path.join(home.vaultsFolder, vault, 'first-seen.json');
    return new FirstSeen(file, (await readDocument(file, Document)) ?? { v: 1, seen: {}, looks: [], skipped: 0 });
  }

  /**
   * Takes note of a look. Writes only where something is new, or the day is.
   *
   * @param isVouched another device has written at about this time (see `isVouched`)
   */
  async note(heads: Heads, now: Date, isVouched: boolean): Promise<void> {
    const { seen, looks } = this.#document;
    const time = now.getTime();
    const last = looks.at(-1) ?? time;
    const isNewDay = looks.length === 0 || dayOf(last) !== dayOf(time);
    const grown = Object.entries(heads).filter(([writer, head]) => sequenceOf(head) > (seen[writer]?.at(-1)?.[0] ?? 0));
    if (grown.length === 0 && !isNewDay) {
      return;
    }
    const gone = time - last;
    const lived = Math.min(Math.max(gone, 0), isVouched ? gone : longestLeap);
    const skipped = this.#document.skipped + (isNewDay ? gone - lived : 0);
    const steady = time - skipped;
    const added = Object.fromEntries(grown.map(([writer, head]) => [writer, thin([...(seen[writer] ?? []), [sequenceOf(head), steady]], steady)]));
    this.#document = { v: 1, seen: { ...seen, ...added }, looks: isNewDay ? [...looks, time].slice(-looksKept) : looks, skipped };
    await writeDocument(this.#file, this.#document);
  }

  /** Milliseconds since a record was first seen at the store, right after a look; 0 for one that never was. */
  age(writer: string, seq: number, now: Date): number {
    const { seen, skipped } = this.#document;
    const first = seen[writer]?.find(([last]) => last >= seq)?.[1];
    return first === undefined ? 0 : now.getTime() - skipped - first;
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
