/**
 * What the logs at the store hold beyond what is proven already. A log whose version is the one of before is not touched,
 * of one that went on only the new records are read. Where anything else happened to a log (it is shorter, other, or
 * changed without a new record), all of it is read, so that the proof finds what is the matter.
 *
 * While this looks, a writer may put its older records into a pack and take them away: then it looks again.
 */
import { ConvoSyncError } from '../common/errors.ts';
import { type Backend, keys as key, type StoredObject } from '../storage/backend.ts';
import type { RawLog } from './log.ts';
import type { ProvenLog } from './logIndex.ts';
import { isPack, type LogObject, logObject, objectsBeyond, pack, packsDue, reaches, superseded, unpack } from './logObjects.ts';
import { type LogRecord, sequenceOf } from './record.ts';
import type { Seal } from './seal.ts';

export interface StoredLog extends RawLog {
  version: string | undefined;
  /** What lies beyond the end of a writer that was taken out, and is not read. */
  beyond: readonly LogObject[];
}

export interface Reading {
  seal: Seal;
  known: ReadonlyMap<string, ProvenLog>;
  /** The last records of writers that were taken out (see `endsOf`). */
  ends: ReadonlyMap<string, string>;
}

/** Nobody packs a log so often in a moment: what is listed and not there then is missing. */
const looks = 4;

export async function readStoredLogs(backend: Backend, reading: Reading, signal?: AbortSignal): Promise<StoredLog[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await readListed(backend, reading, signal);
    } catch (error) {
      if (attempt === looks || !ConvoSyncError.is(error, 'object-missing')) {
        throw error;
      }
      await backend.refresh(signal);
    }
  }
}

async function readListed(backend: Backend, { seal, known, ends }: Reading, signal?: AbortSignal): Promise<StoredLog[]> {
  const logs = await Promise.all([...(await backend.logs(signal))].map(([writer, version]) => compare(backend, { writer, version, end: sequenceOfEnd(ends.get(writer)) }, known.get(writer), signal)));
  const stored = await backend.get(logs.flatMap(({ writer, added }) => added.map(({ name }) => key.record(writer, name))), signal);
  return Promise.all(logs.map(async ({ writer, version, proven, added, doubled, beyond }) => {
    const opened = await openLogObjects(added, (name) => stored.get(key.record(writer, name)), seal);
    const records = new Map([...opened.records].filter(([name]) => sequenceOf(name) > proven.length));
    return { writer, version, beyond, proven, records, problem: opened.problem ?? strange(doubled, opened.records) };
  }));
}

/**
 * Packs of a log's older records, to be sent along with its next ones; those that are in them go later (see `superseded`).
 *
 * @param log all of its records that are at the store, proven; and the number of the last one that lies readable (see `packsDue`)
 */
export async function packsToSend(backend: Backend, seal: Seal, { writer, records, readable }: { writer: string; records: readonly LogRecord[]; readable: number }, signal?: AbortSignal): Promise<StoredObject[]> {
  const due = packsDue(await listLog(backend, writer, signal), readable);
  const stored = await backend.get(due.flat().map(({ name }) => key.record(writer, name)), signal);
  const packs: StoredObject[] = [];
  for (const parts of due) {
    const { records: lines, problem } = await openLogObjects(parts, (name) => stored.get(key.record(writer, name)), seal);
    if (problem ?? ![...lines.keys()].every((name) => records[sequenceOf(name) - 1]?.name === name)) {
      throw problem ?? new ConvoSyncError('vault-damaged', 'A record is not the one that was proven.', { details: { writer, object: parts[0]?.name } });
    }
    const { name, bytes } = await pack(lines);
    packs.push({ key: key.record(writer, name), bytes: await seal.seal(bytes) });
  }
  return packs;
}

/** The keys of what packs hold too of a log. */
export async function supersededKeys(backend: Backend, writer: string, signal?: AbortSignal): Promise<string[]> {
  return superseded(await listLog(backend, writer, signal)).map(({ name }) => key.record(writer, name));
}

/** The objects of a writer's log, in the order of their names. */
export async function listLog(backend: Backend, writer: string, signal?: AbortSignal): Promise<LogObject[]> {
  const prefix = key.log(writer);
  return (await backend.list(prefix, signal)).flatMap((name) => logObject(name.slice(prefix.length)) ?? []);
}

/** The records of log objects as far as these can be opened, and why not further. */
export async function openLogObjects(objects: readonly LogObject[], bytesOf: (name: string) => Uint8Array | undefined, seal: Seal): Promise<{ records: Map<string, Uint8Array>; problem: ConvoSyncError | undefined }> {
  const opened = await Promise.allSettled(objects.map(async (object) => {
    const bytes = bytesOf(object.name) ?? new Uint8Array();
    return isPack(object) ? unpack(object, await seal.open(object.name, bytes)) : new Map([[object.name, await seal.openRecord(object.name, bytes)]]);
  }));
  const records = new Map<string, Uint8Array>();
  for (const result of opened) {
    if (result.status === 'rejected') {
      if (!ConvoSyncError.is(result.reason)) {
        throw result.reason;
      }
      return { records, problem: result.reason };
    }
    result.value.forEach((bytes, name) => records.set(name, bytes));
  }
  return { records, problem: undefined };
}

interface Compared {
  writer: string;
  version: string | undefined;
  proven: ProvenLog['records'];
  /** To be read. */
  added: LogObject[];
  /** Single records that one of these holds too. */
  doubled: LogObject[];
  beyond: LogObject[];
}

interface Found {
  writer: string;
  version: string | undefined;
  /** Sequence number of the last record that counts. */
  end: number;
}

function sequenceOfEnd(end: string | undefined): number {
  return end === undefined ? Infinity : sequenceOf(end);
}

async function compare(backend: Backend, { writer, version, end }: Found, known: ProvenLog | undefined, signal?: AbortSignal): Promise<Compared> {
  const proven = known?.records ?? [];
  const sameVersion = known?.version === undefined || version === undefined ? undefined : known.version === version;
  // Of a log that has ended, what was added to it is found anew each time.
  if (sameVersion === true && end === Infinity) {
    return { writer, version, proven, added: [], doubled: [], beyond: [] };
  }
  const all = await listLog(backend, writer, signal);
  const objects = all.filter(({ first }) => first <= end);
  const beyond = all.filter(({ last }) => last > end);
  if (proven.length >= end) {
    return { writer, version, proven, added: [], doubled: [], beyond };
  }
  const added = objectsBeyond(objects, proven.length);
  const isAsProven = reaches(objects, proven.length) && objects.every((object) => isPack(object) || object.first > proven.length || proven[object.first - 1]?.name === object.name);
  if (isAsProven && (added.length > 0 || sameVersion === undefined)) {
    return { writer, version, proven, added, doubled: doubledIn(objects, proven.length), beyond };
  }
  return { writer, version, proven: [], added: objectsBeyond(objects, 0), doubled: doubledIn(objects, 0), beyond };
}

function doubledIn(objects: readonly LogObject[], seq: number): LogObject[] {
  return superseded(objects).filter((object) => !isPack(object) && object.first > seq);
}

/** A record beside a pack that should hold it and holds another: two say that they are the same one. */
function strange(doubled: readonly LogObject[], records: ReadonlyMap<string, Uint8Array>): ConvoSyncError | undefined {
  const other = doubled.find(({ name }) => !records.has(name));
  return other && new ConvoSyncError('vault-damaged', 'A log holds two records with the same number.', { details: { object: other.name } });
}
