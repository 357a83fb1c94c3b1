/**
 * Whether the clock of this device can be believed when it says that something is old. Another device that wrote within a
 * day of it is a witness. Where no other has written for a month the clock has to bear witness of itself: it went on day by
 * day for a while, so that one that jumped ahead is not believed before it has stayed there for a week. A clock a year ahead
 * passes for that in the end, even beside others that are right: what it can do then is bounded by `firstSeen`.
 */
import { maxAhead } from './clock.ts';
import { day } from './firstSeen.ts';
import type { LogRecord } from './record.ts';
import type { KnownDevice } from './state.ts';

/** Wall times of the newest record of every writer. */
export interface Newest {
  own: readonly number[];
  others: readonly number[];
}

/** @param writer the one that this device writes as; others of the same device count as its own */
export function newestRecords(logs: ReadonlyMap<string, readonly LogRecord[]>, devices: ReadonlyMap<string, KnownDevice>, writer: string): Newest {
  const own = new Set([writer, ...[...devices.values()].find(({ writers }) => writers.includes(writer))?.writers ?? []]);
  const walls = ([, records]: [string, readonly LogRecord[]]): number[] => records.slice(-1).map(({ at }) => at.wall);
  return { own: [...logs].filter(([each]) => own.has(each)).flatMap(walls), others: [...logs].filter(([each]) => !own.has(each)).flatMap(walls) };
}

/** Another device has written within a day of this time. */
export function isVouched(now: Date, { others }: Newest): boolean {
  return others.some((wall) => Math.abs(wall - now.getTime()) <= maxAhead);
}

/** @param looks when this device looked at the store, one time a day */
export function isClockBelieved(date: Date, newest: Newest, looks: readonly number[]): boolean {
  const now = date.getTime();
  if ([...newest.own, ...newest.others, ...looks].some((time) => time > now + maxAhead)) {
    return false;
  }
  if (Math.max(...newest.others) >= now - 30 * day) {
    return isVouched(date, newest);
  }
  const recent = looks.filter((time) => time > now - 14 * day);
  return recent.length >= 4 && recent.some((time) => time < now - 7 * day);
}
