/**
 * Reading the logs of a vault and proving them: every log is an unbroken chain from its introduction, signed by a
 * writer that the vault's identity certified; and no log ends before a head that this device remembers or that
 * another record has seen. What a first-time reader cannot know, an old but consistent copy, is not caught here.
 */
import type { KeyObject } from 'node:crypto';
import { ConvoSyncError } from '../common/errors.ts';
import { assertCertified, type LogRecord, publicKeyOf, readRecord, sequenceOf } from './record.ts';

export interface RawLog {
  writer: string;
  /** Its beginning, as far as it was proven before. */
  proven: readonly LogRecord[];
  /** Name and signed lines of every record beyond that. */
  records: ReadonlyMap<string, Uint8Array>;
}

export type Heads = Readonly<Record<string, string>>;

/** Every record of every log, each log in its order. Throws on the first contradiction, naming the object. */
export function readLogs(vault: string, identity: KeyObject, logs: readonly RawLog[], remembered: Heads): Map<string, LogRecord[]> {
  const read = new Map(logs.map((log) => [log.writer, readLog(vault, identity, log)]));
  for (const [writer, head] of Object.entries(remembered)) {
    assertHolds(read.get(writer), writer, head, 'this device');
  }
  for (const records of read.values()) {
    for (const record of records) {
      for (const [writer, head] of Object.entries(record.heads)) {
        assertHolds(read.get(writer), writer, head, record.writer);
      }
    }
  }
  return read;
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

function readLog(vault: string, identity: KeyObject, { writer, proven, records }: RawLog): LogRecord[] {
  const names = [...records.keys()].sort();
  const log = [...proven];
  let publicKey = names.length === 0 ? undefined : introducedKey(proven[0]);
  for (const name of names) {
    const record = readRecord(name, records.get(name) ?? new Uint8Array(), { vault, writer, publicKey });
    const previous = log.at(-1);
    if (record.seq !== log.length + 1 || record.prev !== (previous?.name ?? null)) {
      throw new ConvoSyncError('vault-damaged', 'A writer’s log has a gap.', { details: { object: name, writer, expected: log.length + 1, found: record.seq } });
    }
    if (!publicKey) {
      if (record.body?.type !== 'introduced' || record.body.certificate.writer !== writer) {
        throw new ConvoSyncError('vault-forged', 'A writer’s log does not begin with its introduction.', { details: { object: name, writer } });
      }
      assertCertified(vault, record.body.certificate, identity);
      publicKey = publicKeyOf(name, record.body.certificate);
    }
    log.push(record);
  }
  return log;
}

function introducedKey(first: LogRecord | undefined): KeyObject | undefined {
  return first?.body?.type === 'introduced' ? publicKeyOf(first.name, first.body.certificate) : undefined;
}

/** Whether no log ends before one of the heads. */
export function containHeads(logs: ReadonlyMap<string, { records: readonly LogRecord[] }>, heads: Heads): boolean {
  return Object.entries(heads).every(([writer, head]) => logs.get(writer)?.records[sequenceOf(head) - 1]?.name === head);
}

function assertHolds(records: readonly LogRecord[] | undefined, writer: string, head: string, witness: string): void {
  if (records?.[sequenceOf(head) - 1]?.name !== head) {
    throw new ConvoSyncError('vault-rolled-back', 'The storage shows an older state than was seen before.', {
      details: { object: head, writer, witness, found: records?.at(-1)?.name ?? 'nothing' },
    });
  }
}
