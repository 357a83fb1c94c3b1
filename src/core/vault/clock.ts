/**
 * A hybrid logical clock: wall time that never runs backwards within a vault. What two devices say of the same thing
 * is decided by (wall, count, writer), so the order of arrival does not matter.
 */
import * as z from 'zod';

export const Timestamp = z.object({ wall: z.number(), count: z.int().nonnegative() });
export type Timestamp = z.infer<typeof Timestamp>;

/** A clock further ahead than this is not followed: one wrong device must not drag all others along. */
export const maxAhead = 24 * 60 * 60 * 1000;

export class Clock {
  readonly #now: () => Date;
  #last: Timestamp = { wall: 0, count: 0 };

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** A timestamp after every one given out or observed. */
  tick(): Timestamp {
    const wall = this.#now().getTime();
    this.#last = wall > this.#last.wall ? { wall, count: 0 } : { wall: this.#last.wall, count: this.#last.count + 1 };
    return this.#last;
  }

  /** Takes a timestamp of another record into account; false when it lies too far ahead to be believed. */
  observe(seen: Timestamp): boolean {
    const believed = seen.wall <= this.#now().getTime() + maxAhead;
    if (believed && compareTimestamps(seen, this.#last) > 0) {
      this.#last = { wall: seen.wall, count: seen.count };
    }
    return believed;
  }
}

export function compareTimestamps(a: Timestamp, b: Timestamp): number {
  return a.wall - b.wall || a.count - b.count;
}
