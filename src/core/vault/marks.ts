/**
 * What was said of sessions after they were saved: pinned, in the trash, gone. Of what contradicts, the later word counts, by
 * (wall, count, writer), whatever the order of arrival. A pin protects from retention alone; what a person deletes is deleted.
 */
import { compareTimestamps, type Timestamp } from './clock.ts';
import type { KnownBody } from './record.ts';

/** When something was said, and by which record. */
export interface Stamp extends Timestamp {
  readonly writer: string;
  readonly seq: number;
}

export type Fate =
  | { kind: 'kept'; pinned: boolean }
  /** In the trash, from where it can be restored; or with `now` past it, only waiting for its objects to be taken away. */
  | { kind: 'deleted'; pinned: boolean; by: 'person' | 'retention'; now: boolean; stamp: Stamp };

/** The last word of each kind, by session; and the records whose sessions are gone. */
export interface Words {
  deletions: readonly (readonly [session: string, { deleted: boolean; now: boolean; stamp: Stamp }])[];
  pins: readonly (readonly [session: string, { pinned: boolean; stamp: Stamp }])[];
  thinned: readonly (readonly [session: string, Stamp])[];
  gone: readonly string[];
}

const untouched: Fate = { kind: 'kept', pinned: false };

export class Marks {
  readonly #deletions: Map<string, { deleted: boolean; now: boolean; stamp: Stamp }>;
  readonly #pins: Map<string, { pinned: boolean; stamp: Stamp }>;
  readonly #thinned: Map<string, Stamp>;
  readonly #gone: Set<string>;

  constructor({ deletions, pins, thinned, gone }: Words = { deletions: [], pins: [], thinned: [], gone: [] }) {
    this.#deletions = new Map(deletions);
    this.#pins = new Map(pins);
    this.#thinned = new Map(thinned);
    this.#gone = new Set(gone);
  }

  /** What another can be made of, also by way of JSON. */
  get words(): Words {
    return { deletions: [...this.#deletions], pins: [...this.#pins], thinned: [...this.#thinned], gone: [...this.#gone] };
  }

  note(body: KnownBody, stamp: Stamp): void {
    if (body.type === 'deleted' || body.type === 'restored') {
      keepLater(this.#deletions, body.session, { deleted: body.type === 'deleted', now: body.type === 'deleted' && body.now === true, stamp });
    } else if (body.type === 'pinned' || body.type === 'unpinned') {
      keepLater(this.#pins, body.session, { pinned: body.type === 'pinned', stamp });
    } else if (body.type === 'thinned') {
      for (const session of body.sessions) {
        const known = this.#thinned.get(session);
        this.#thinned.set(session, known && isLater(known, stamp) ? known : stamp);
      }
    } else if (body.type === 'collected') {
      body.sessions.forEach((record) => this.#gone.add(record));
    }
  }

  /** Whether the session that a record saved is gone for good, with what it was made of. */
  isGone(record: string): boolean {
    return this.#gone.has(record);
  }

  fateOf(session: string): Fate {
    const word = this.#deletions.get(session);
    const thinned = this.#thinned.get(session);
    const pinned = this.#pins.get(session)?.pinned === true;
    if (word?.deleted === true) {
      return { kind: 'deleted', pinned, by: 'person', now: word.now, stamp: word.stamp };
    }
    const stays = pinned || thinned === undefined || (word !== undefined && isLater(word.stamp, thinned));
    return stays ? (pinned ? { kind: 'kept', pinned } : untouched) : { kind: 'deleted', pinned, by: 'retention', now: false, stamp: thinned };
  }
}

export function isLater(a: Stamp, b: Stamp): boolean {
  return (compareTimestamps(a, b) || (a.writer < b.writer ? -1 : a.writer > b.writer ? 1 : a.seq - b.seq)) > 0;
}

function keepLater<Word extends { stamp: Stamp }>(words: Map<string, Word>, session: string, word: Word): void {
  const known = words.get(session);
  if (!known || isLater(word.stamp, known.stamp)) {
    words.set(session, word);
  }
}
