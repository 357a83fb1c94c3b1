/**
 * Whether the clock of this device can be believed when it says that something is old. Another device that wrote within a
 * day of it is a witness. Where no other has written for a month the clock has to bear witness of itself: it went on day by
 * day for a while, so that one that jumped ahead is not believed before it has stayed there for a week.
 */
import { maxAhead } from './clock.ts';
import { day } from './firstSeen.ts';

export interface ClockWitness {
  now: number;
  /** Wall times of the newest record of every writer, this device's included. */
  newest: readonly { writer: string; wall: number }[];
  /** This device's own writers. */
  own: ReadonlySet<string>;
  /** When this device looked at the store, one time a day. */
  looks: readonly number[];
}

export function isClockBelieved({ now, newest, own, looks }: ClockWitness): boolean {
  if ([...newest.map(({ wall }) => wall), ...looks].some((time) => time > now + maxAhead)) {
    return false;
  }
  const lastOther = Math.max(...newest.filter(({ writer }) => !own.has(writer)).map(({ wall }) => wall));
  if (lastOther >= now - 30 * day) {
    return lastOther >= now - maxAhead;
  }
  const recent = looks.filter((time) => time > now - 14 * day);
  return recent.length >= 4 && recent.some((time) => time < now - 7 * day);
}
