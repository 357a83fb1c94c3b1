/**
 * The form in which merged logs are kept from one process to the next (see `MergedLogs`): JSON, in columns, with what repeats
 * written once, since ten thousand sessions are read with it each time that somebody looks. Whoever keeps it vouches for it
 * with a checksum, and throws it away when this format or the reading of records changes.
 */
import type { RepositoryIdentity, SessionOutline, SessionSummary } from '../session/session.ts';
import type { Timestamp } from './clock.ts';
import { Marks, type Words } from './marks.ts';
import { type DeviceFacts, MergedLogs, type Union, type Version } from './mergedLogs.ts';
import { type LogRecord, sequenceOf } from './record.ts';

/** Raise it with every change of what is written here. */
export const unionFormat = 1;

interface KeptUnion {
  latest: Timestamp;
  devices: (readonly [string, DeviceFacts])[];
  deviceOf: (readonly [string, string])[];
  marks: Words;
  writers: string[];
  repositories: RepositoryIdentity[];
  conversations: [agent: string, id: string][];
  versions: Columns;
}

/** One entry a version: those of a session one after the other, the oldest first; sessions in the order of a list. */
interface Columns {
  session: string[];
  record: string[];
  wall: number[];
  count: number[];
  stored: number[];
  /** Places in the lists above. */
  writer: number[];
  repository: number[];
  /** How many conversations it has. */
  holds: number[];
  /** Of all versions together: place in the list, and messages. */
  conversation: number[];
  messages: number[];
}

type RecordAt = (place: { writer: string; seq: number }) => LogRecord;

export function writeUnion({ latest, saved, devices, deviceOf, marks }: Union): string {
  const [writers, repositories, conversations] = [new Places<string>(), new Places<RepositoryIdentity>(), new Places<[string, string]>()];
  const columns: Columns = { session: [], record: [], wall: [], count: [], stored: [], writer: [], repository: [], holds: [], conversation: [], messages: [] };
  const newestFirst = [...saved].sort(([, [a]], [, [b]]) => (b?.wall ?? 0) - (a?.wall ?? 0));
  for (const { name, wall, count, writer, outline } of newestFirst.flatMap(([, versions]) => versions)) {
    columns.session.push(outline.id);
    columns.record.push(name);
    columns.wall.push(wall);
    columns.count.push(count);
    columns.stored.push(outline.stored);
    columns.writer.push(writers.of(writer));
    columns.repository.push(repositories.of(outline.repository));
    columns.holds.push(outline.conversations.length);
    columns.conversation.push(...outline.conversations.map(({ agent, id }) => conversations.of([agent, id])));
    columns.messages.push(...outline.conversations.map(({ messages }) => messages));
  }
  return JSON.stringify({
    latest, devices: [...devices], deviceOf: [...deviceOf], marks: marks.words,
    writers: writers.all, repositories: repositories.all, conversations: conversations.all, versions: columns,
  } satisfies KeptUnion);
}

/** @param recordAt the one at that place in the logs, which are the ones of before or go on from them */
export function readUnion(text: string, recordAt: RecordAt): MergedLogs {
  const kept = JSON.parse(text) as KeptUnion;
  const { session, holds } = kept.versions;
  const saved = new Map<string, Version[]>();
  let conversation = 0;
  for (const [row, id] of session.entries()) {
    const version = new KeptVersion(kept, row, conversation, recordAt);
    if (session[row - 1] === id) {
      saved.get(id)?.push(version);
    } else {
      saved.set(id, [version]);
    }
    conversation += holds[row] ?? 0;
  }
  const { latest, devices, deviceOf, marks } = kept;
  return new MergedLogs({ latest, saved, devices: new Map(devices), deviceOf: new Map(deviceOf), marks: new Marks(marks) });
}

/** What a list is ordered by is at hand, the rest is put together when it is asked for. */
class KeptVersion implements Version {
  readonly wall: number;
  readonly count: number;
  readonly #union: KeptUnion;
  readonly #row: number;
  /** Where its first conversation is. */
  readonly #conversation: number;
  readonly #recordAt: RecordAt;

  constructor(union: KeptUnion, row: number, conversation: number, recordAt: RecordAt) {
    this.wall = union.versions.wall[row] ?? 0;
    this.count = union.versions.count[row] ?? 0;
    this.#union = union;
    this.#row = row;
    this.#conversation = conversation;
    this.#recordAt = recordAt;
  }

  get name(): string {
    return this.#union.versions.record[this.#row] ?? '';
  }

  get writer(): string {
    return this.#union.writers[this.#union.versions.writer[this.#row] ?? -1] ?? '';
  }

  get seq(): number {
    return sequenceOf(this.name);
  }

  get outline(): SessionOutline {
    const { versions, repositories, conversations } = this.#union;
    const row = this.#row;
    const held = Array.from({ length: versions.holds[row] ?? 0 }, (_, index) => {
      const at = this.#conversation + index;
      const [agent, id] = conversations[versions.conversation[at] ?? -1] ?? ['', ''];
      return { agent, id, messages: versions.messages[at] ?? 0 };
    });
    return { id: versions.session[row] ?? '', stored: versions.stored[row] ?? 0, repository: repositories[versions.repository[row] ?? -1] ?? { roots: [], name: '' }, conversations: held };
  }

  get summary(): SessionSummary {
    const { body } = this.#recordAt(this);
    if (body?.type !== 'session') {
      throw new Error(`Record ${this.name} saves no session.`);
    }
    return body.summary;
  }
}

/** Each of several equal things once. */
class Places<T> {
  readonly all: T[] = [];
  readonly #known = new Map<string, number>();

  of(one: T): number {
    const text = JSON.stringify(one);
    const place = this.#known.get(text) ?? this.all.push(one) - 1;
    this.#known.set(text, place);
    return place;
  }
}
