/**
 * What the logs say of objects that nobody needs any more. They go in two phases, so that a device which still counts on one
 * can speak up: a writer condemns them, by name, in its log; a grace later, longer than devices are silent, it reads all
 * logs again, takes away what is still of no use, and says so. Whoever saves reads these lists first, and stores once more,
 * under a name of its own, what it still uses of them: nobody takes that away.
 */
import type { ObjectPlace } from './object.ts';
import type { LogRecord } from './record.ts';

/** Days from condemning to taking away: longer than a device that is in use is silent. */
export const grace = 14;

export interface Condemnation {
  /** Name of the record. */
  record: string;
  writer: string;
  seq: number;
  /** Wall time of the record, milliseconds since 1970. */
  wall: number;
  /** Names by the writer under which they lie. */
  objects: Readonly<Record<string, readonly string[]>>;
  /** Records of sessions. */
  sessions: readonly string[];
}

export interface Condemned {
  /** Nothing was ever condemned. */
  isEmpty: boolean;
  /** Nothing of it is taken away yet. */
  pending: Condemnation[];
  /** Whether an object is, or soon may be, taken away by another writer than this one. */
  isEndangered: (place: ObjectPlace) => boolean;
  /** Whether an object was taken away, by whomever. */
  isGone: (place: ObjectPlace) => boolean;
  /** Writers that never write again. */
  retired: ReadonlySet<string>;
  /** Whether the session that a record saved may be given up for good by another writer. */
  isGivenUp: (record: string) => boolean;
}

/** @param self the writer that this device writes as */
export function readCondemned(logs: ReadonlyMap<string, readonly LogRecord[]>, self: string): Condemned {
  const all: Condemnation[] = [];
  const spared = new Map<string, Set<string>>();
  const retired = new Set<string>();
  for (const { name, writer, seq, at, body } of [...logs.values()].flat().filter(({ saves }) => saves === undefined)) {
    if (body?.type === 'condemned') {
      all.push({ record: name, writer, seq, wall: at.wall, objects: body.objects, sessions: body.sessions });
    } else if (body?.type === 'collected') {
      const places = Object.entries(body.spared).flatMap(([under, names]) => names.map((object) => keyOf({ writer: under, name: object })));
      body.condemned.forEach((record) => spared.set(`${writer} ${record}`, new Set(places)));
    } else if (body?.type === 'retired') {
      retired.add(body.writer);
    }
  }
  const pending: Condemnation[] = [];
  const [endangered, gone, givenUp] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const condemnation of all) {
    const exceptions = spared.get(`${condemnation.writer} ${condemnation.record}`);
    const places = Object.entries(condemnation.objects).flatMap(([writer, names]) => names.map((name) => keyOf({ writer, name }))).filter((place) => exceptions?.has(place) !== true);
    if (exceptions) {
      places.forEach((place) => gone.add(place));
    } else {
      pending.push(condemnation);
    }
    if (condemnation.writer !== self) {
      places.forEach((place) => endangered.add(place));
      condemnation.sessions.forEach((record) => givenUp.add(record));
    }
  }
  return {
    isEmpty: all.length === 0,
    pending,
    isEndangered: (place) => endangered.has(keyOf(place)),
    isGone: (place) => gone.has(keyOf(place)),
    retired,
    isGivenUp: (record) => givenUp.has(record),
  };
}

function keyOf({ writer, name }: ObjectPlace): string {
  return `${writer}/${name}`;
}
