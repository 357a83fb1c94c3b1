/**
 * Reading the logs of a vault and proving them: every log is an unbroken chain from its introduction, signed by a
 * writer that an epoch of the vault certified; and no log ends before a head that this device remembers, that
 * another record has seen or that an epoch lists. What counts for nothing any more, since its writer was taken out, is left
 * out and told. What a first-time reader cannot know, an old but consistent copy, is not caught here.
 *
 * A record's name is the hash of its line and its signature, and its successor's line holds that name: so the signature
 * at the end of a chain vouches for all of it, and the others are looked at only to tell which record is wrong.
 */
import type { KeyObject } from 'node:crypto';
import { ConvoSyncError } from '../common/errors.ts';
import { type Chain, endsOf, epochSlot, isListed } from './epochs.ts';
import { assertCertified, type ClaimedRecord, claimedRecord, forged, isSignedBy, type LogRecord, publicKeyOf, sequenceOf } from './record.ts';

export interface RawLog {
  writer: string;
  /** Its beginning, as far as it was proven before. */
  proven: readonly LogRecord[];
  /** Name and signed lines of every record beyond that. */
  records: ReadonlyMap<string, Uint8Array>;
  /** Why it could not be read any further. */
  problem?: ConvoSyncError | undefined;
}

export type Heads = Readonly<Record<string, string>>;

/** What was written under the name of a writer that the vault takes nothing from any more, and is not used. */
export interface RefusedRecords {
  writer: string;
  /** Name of the first of them. */
  object: string;
  count: number;
  /** `ended`: its device was taken out before. `unlisted`: it was certified by a key that is over, and no epoch knows it. */
  reason: 'ended' | 'unlisted';
}

export interface ReadLogs {
  /** Every log that counts, in its order, as far as it is sound. */
  logs: Map<string, LogRecord[]>;
  /** What is wrong with logs, by writer; each names the object. One that is wrong says nothing against the others. */
  problems: Map<string, ConvoSyncError>;
  refused: RefusedRecords[];
}

export function readLogs(vault: Chain, raw: readonly RawLog[], remembered: Heads): ReadLogs {
  const ends = endsOf(vault);
  const logs = new Map<string, LogRecord[]>();
  const problems = new Map<string, ConvoSyncError>();
  const refused: RefusedRecords[] = [];
  for (const each of raw) {
    const { writer } = each;
    const { log, problem } = readLog(vault, each);
    const [first] = log;
    const end = ends.get(writer);
    if (first?.body?.type === 'introduced' && !isListed(vault, writer, first.body.certificate.epoch)) {
      refused.push({ writer, object: first.name, count: log.length, reason: 'unlisted' });
      continue;
    }
    logs.set(writer, end === undefined ? log : log.slice(0, sequenceOf(end)));
    if (problem && !(end !== undefined && log.length >= sequenceOf(end))) {
      problems.set(writer, problem);
    }
  }
  const counts = (writer: string, head: string): boolean => sequenceOf(head) <= sequenceOf(ends.get(writer) ?? head) && refused.every((log) => log.writer !== writer);
  const witness = (by: string, heads: Heads): void => {
    for (const [writer, head] of Object.entries(heads)) {
      const problem = holds(logs.get(writer), head) || !counts(writer, head) ? undefined : rolledBack(logs.get(writer), writer, head, by);
      if (problem && !problems.has(writer)) {
        problems.set(writer, problem);
      }
    }
  };
  witness('this device', remembered);
  vault.epochs.forEach(({ epoch, writers }) => witness(epochSlot(epoch), writers));
  for (const records of logs.values()) {
    for (const record of records) {
      witness(record.writer, record.heads);
    }
  }
  return { logs, problems, refused };
}

/** Sequence number of the last record of a log that was signed before the vault was sealed later; 0 for none. */
export function lastReadable({ epochs }: Chain, writer: string): number {
  const head = epochs.find(({ sealed }) => sealed)?.writers[writer];
  return head === undefined ? 0 : sequenceOf(head);
}

export function headsOf(logs: ReadonlyMap<string, readonly LogRecord[]>): Record<string, string> {
  return Object.fromEntries([...logs].flatMap(([writer, records]) => {
    const head = records.at(-1)?.name;
    return head === undefined ? [] : [[writer, head]];
  }));
}

/** What the next record of a writer has to tell of the others: their heads, but for those that its log has told before. */
export function headsToTell(logs: ReadonlyMap<string, readonly LogRecord[]>, writer: string): Record<string, string> {
  const told = new Map((logs.get(writer) ?? []).flatMap(({ heads }) => Object.entries(heads)));
  return Object.fromEntries(Object.entries(headsOf(logs)).filter(([other, head]) => other !== writer && told.get(other) !== head));
}

function readLog(vault: Chain, { writer, proven, records, problem }: RawLog): { log: LogRecord[]; problem: ConvoSyncError | undefined } {
  const chain: ClaimedRecord[] = [];
  let found = problem;
  let last = proven.at(-1);
  for (const name of [...records.keys()].sort()) {
    try {
      const claimed = claimedRecord(name, records.get(name) ?? new Uint8Array(), { vault: vault.id, writer });
      assertFollows(claimed.record, last, writer);
      chain.push(claimed);
      last = claimed.record;
    } catch (error) {
      found = asProblem(error);
      break;
    }
  }
  try {
    return { log: [...proven, ...signed(vault, writer, proven[0], chain)], problem: found };
  } catch (error) {
    const { sound, problem: culprit } = unsound(vault, writer, proven[0], chain, asProblem(error));
    return { log: [...proven, ...sound], problem: culprit };
  }
}

/** The records of a chain whose last signature is the writer's. */
function signed(vault: Chain, writer: string, first: LogRecord | undefined, chain: readonly ClaimedRecord[]): LogRecord[] {
  const last = chain.at(-1);
  if (last && !isSignedBy(last, keyOf(vault, writer, first ?? chain[0]?.record))) {
    throw forged(last.record.name, writer);
  }
  return chain.map(({ record }) => record);
}

/** As far as every single signature is the writer's, and the first that is not. */
function unsound(vault: Chain, writer: string, first: LogRecord | undefined, chain: readonly ClaimedRecord[], problem: ConvoSyncError): { sound: LogRecord[]; problem: ConvoSyncError } {
  const sound: LogRecord[] = [];
  for (const claimed of chain) {
    try {
      sound.push(...signed(vault, writer, first ?? chain[0]?.record, [claimed]));
    } catch (error) {
      return { sound, problem: asProblem(error) };
    }
  }
  return { sound, problem };
}

function assertFollows({ name, seq, prev }: LogRecord, last: LogRecord | undefined, writer: string): void {
  const expected = (last?.seq ?? 0) + 1;
  if (seq !== expected || prev !== (last?.name ?? null)) {
    throw new ConvoSyncError('vault-damaged', 'A writer’s log has a gap.', { details: { object: name, writer, expected, found: seq } });
  }
}

/** The key that the introduction of a log brings, for which an epoch of the vault has to vouch. */
function keyOf(vault: Chain, writer: string, first: LogRecord | undefined): KeyObject {
  if (first?.body?.type !== 'introduced' || first.body.certificate.writer !== writer) {
    throw new ConvoSyncError('vault-forged', 'A writer’s log does not begin with its introduction.', { details: { object: first?.name ?? writer, writer } });
  }
  assertCertified(vault, first.name, first.body.certificate);
  return publicKeyOf(first.name, first.body.certificate);
}

function asProblem(error: unknown): ConvoSyncError {
  if (ConvoSyncError.is(error, 'vault-damaged', 'vault-forged', 'vault-newer-format')) {
    return error;
  }
  throw error;
}

/** Whether no log ends before one of the heads, as far as its writer still counts. */
export function containHeads(vault: Chain, logs: ReadonlyMap<string, { records: readonly LogRecord[] }>, heads: Heads): boolean {
  const ends = endsOf(vault);
  return Object.entries(heads).every(([writer, head]) => holds(logs.get(writer)?.records, head) || sequenceOf(head) > sequenceOf(ends.get(writer) ?? head));
}

function holds(records: readonly LogRecord[] | undefined, head: string): boolean {
  return records?.[sequenceOf(head) - 1]?.name === head;
}

function rolledBack(records: readonly LogRecord[] | undefined, writer: string, head: string, witness: string): ConvoSyncError {
  return new ConvoSyncError('vault-rolled-back', 'The storage shows an older state than was seen before.', {
    details: { object: head, writer, witness, found: records?.at(-1)?.name ?? 'nothing' },
  });
}
