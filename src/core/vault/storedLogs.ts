/**
 * What the logs at the store hold beyond what is proven already. A log whose version is the one of before is not touched,
 * of one that went on only the new records are read. Where anything else happened to a log (it is shorter, other, or
 * changed without a new record), all of it is read, so that the proof finds what is the matter.
 */
import { type Backend, keys as key } from '../storage/backend.ts';
import type { RawLog } from './log.ts';
import type { ProvenLog } from './provenLogs.ts';
import { recordName } from './record.ts';
import type { Seal } from './seal.ts';

export interface StoredLog extends RawLog {
  version: string | undefined;
}

export async function readStoredLogs(backend: Backend, seal: Seal, known: ReadonlyMap<string, ProvenLog>, signal?: AbortSignal): Promise<StoredLog[]> {
  const logs = await Promise.all([...(await backend.logs(signal))].map(([writer, version]) => compare(backend, writer, version, known.get(writer), signal)));
  const stored = await backend.get(logs.flatMap(({ writer, added }) => added.map((name) => key.record(writer, name))), signal);
  return Promise.all(logs.map(async ({ added, ...log }) => {
    const opened = await Promise.all(added.map(async (name) => [name, await seal.open(name, stored.get(key.record(log.writer, name)) ?? new Uint8Array())] as const));
    return { ...log, records: new Map(opened) };
  }));
}

async function compare(backend: Backend, writer: string, version: string | undefined, known: ProvenLog | undefined, signal?: AbortSignal): Promise<Omit<StoredLog, 'records'> & { added: string[] }> {
  const proven = known?.records ?? [];
  const sameVersion = known?.version === undefined || version === undefined ? undefined : known.version === version;
  if (sameVersion === true) {
    return { writer, version, proven, added: [] };
  }
  const prefix = key.log(writer);
  const names = (await backend.list(prefix, signal)).map((record) => record.slice(prefix.length)).filter((name) => recordName.test(name));
  const goesOn = proven.every(({ name }, index) => names[index] === name) && (names.length > proven.length || sameVersion === undefined);
  return goesOn ? { writer, version, proven, added: names.slice(proven.length) } : { writer, version, proven: [], added: names };
}
