/**
 * The logs of a vault as they were last proven on this device, and what they say together: a cache in SQLite (see
 * `CacheDatabase`), so that looking costs what is new and showing what is known costs little. It may be deleted at any time;
 * what is missing is read from the store again.
 *
 * A log lies in pieces, rows with the signed lines of some records one after the other, and apart from them their places: what
 * logs are compared by, so that ten thousand records need not be read for it. Pieces follow each other without a gap; a small
 * last one is written anew with what is added. Version and head belong together: whoever finds the version at the store knows
 * that the log is exactly the records up to the head.
 *
 * What the logs say together is kept as `keptUnion` writes it, for the very heads that lie beside it and for one chain of
 * epochs, which decides what counts. A process that kept other heads meanwhile takes it away.
 *
 * Each row carries a checksum. What it vouches for was written by ourselves, once all of it was proven: only how it fits is
 * looked at. A log of which a piece is missing or damaged is not there.
 */
import type { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import * as path from 'node:path';
import * as z from 'zod';
import type { Logger } from '../common/logger.ts';
import { CacheDatabase } from '../home/cacheDatabase.ts';
import type { Home } from '../home/home.ts';
import { readUnion, unionFormat, writeUnion } from './keptUnion.ts';
import type { Heads } from './log.ts';
import type { MergedLogs } from './mergedLogs.ts';
import { type LogRecord, recallRecord, recordReading, sequenceOf } from './record.ts';

export interface ProvenLog {
  /** The store's version of exactly these records (see `Backend.logs`); undefined where it could not tell. */
  version: string | undefined;
  head: string;
  /** Never empty. */
  readonly records: readonly LogRecord[];
}

export interface NewlyProvenLog {
  writer: string;
  version: string | undefined;
  /** None where nothing of the log counts any more. */
  records: readonly LogRecord[];
  /** The signed lines by name, at least of those records that were not kept before. */
  lines: ReadonlyMap<string, Uint8Array>;
}

/** What all logs that are kept say together, under a chain of epochs. */
export interface Together {
  /** The signature at its end, which stands for the whole chain. */
  chain: string;
  merged: MergedLogs;
}

export interface LogIndexOptions {
  home: Home;
  vault: string;
  logger: Logger;
}

/** In bytes of lines: a piece that is smaller is written anew rather than followed by another. */
const smallPiece = 256 * 1024;
const schemaVersion = 1;
const schema = `
  CREATE TABLE logs (writer TEXT PRIMARY KEY, version TEXT);
  CREATE TABLE pieces (writer TEXT, first INTEGER, head TEXT, sum INTEGER, places BLOB, lines BLOB, PRIMARY KEY (writer, first));
  CREATE TABLE together (chain TEXT, sum INTEGER, merged BLOB)`;

const LogRow = z.object({ writer: z.string(), version: z.string().nullable() });
/** Sequence number of its first record, name of its last. */
const PieceRow = z.object({ writer: z.string(), first: z.int(), head: z.string(), sum: z.int(), places: z.instanceof(Uint8Array), lines: z.instanceof(Uint8Array) });
type PieceRow = z.infer<typeof PieceRow>;
const PieceFacts = z.object({ first: z.int(), head: z.string(), size: z.int() });
const TogetherRow = z.object({ chain: z.string(), sum: z.int(), merged: z.instanceof(Uint8Array) });

/** Where the lines of a record are, after those of the one before, and what a list needs to know of it. */
type Place = [name: string, size: number, wall: number, count: number, saves: string | null, heads?: LogRecord['heads']];

export class LogIndex {
  readonly #vault: string;
  readonly #database: CacheDatabase;
  readonly #logs = new Map<string, ProvenLog>();
  #together: z.infer<typeof TogetherRow> | undefined;

  constructor({ home, vault, logger }: LogIndexOptions) {
    this.#vault = vault;
    this.#database = new CacheDatabase({ file: path.join(home.vaultsFolder, vault, 'index.sqlite'), version: (schemaVersion * 100 + unionFormat) * 100 + recordReading, schema, logger });
  }

  /** As other processes left it, too. Never fails: what cannot be read is not there. */
  static async load(options: LogIndexOptions): Promise<LogIndex> {
    const index = new LogIndex(options);
    await index.#database.read((database) => index.#read(database));
    return index;
  }

  get logs(): ReadonlyMap<string, ProvenLog> {
    return this.#logs;
  }

  /** What the logs here say together; undefined where that is not kept for this chain. */
  together(chain: string): MergedLogs | undefined {
    const kept = this.#together;
    const logs = new Map(this.#logs);
    return kept?.chain === chain ? readUnion(textOf(kept.merged), ({ writer, seq }) => logs.get(writer)?.records[seq - 1] ?? missing(writer, seq)) : undefined;
  }

  /**
   * Call it only when all logs have been proven, together. Where they cannot be written they are kept in memory alone.
   *
   * @param together left away where that must not be kept: something else counts than these logs, or not for long
   */
  async keep(proven: readonly NewlyProvenLog[], together: Together | undefined): Promise<void> {
    const changed = proven.filter(({ writer, version, records }) => this.#logs.get(writer)?.head !== records.at(-1)?.name || this.#logs.get(writer)?.version !== version);
    for (const { writer, version, records } of changed) {
      const head = records.at(-1)?.name;
      if (head === undefined) {
        this.#logs.delete(writer);
      } else {
        this.#logs.set(writer, { version, head, records });
      }
    }
    if (changed.length === 0 && (together === undefined || this.#together?.chain === together.chain)) {
      return;
    }
    const heads = Object.fromEntries([...this.#logs].map(([writer, { head }]) => [writer, head]));
    const merged = together && Buffer.from(writeUnion(together.merged.union));
    this.#together = together && merged !== undefined ? { chain: together.chain, sum: this.#sumOf(together.chain, merged), merged } : undefined;
    await this.#database.write((database) => {
      changed.forEach((log) => this.#write(database, log));
      database.exec('DELETE FROM together');
      if (this.#together && isSame(heads, headsIn(database))) {
        database.prepare('INSERT INTO together VALUES (?, ?, ?)').run(this.#together.chain, this.#together.sum, this.#together.merged);
      }
    });
  }

  /** Nothing that it held can be read on this device any more. */
  async forget(): Promise<void> {
    this.#logs.clear();
    this.#together = undefined;
    await this.#database.forget();
  }

  #read(database: DatabaseSync): void {
    const pieces = Map.groupBy(database.prepare('SELECT * FROM pieces ORDER BY writer, first').all(), ({ writer }) => writer);
    const logs = database.prepare('SELECT * FROM logs').all();
    for (const row of logs) {
      const { data } = LogRow.safeParse(row);
      const log = data && this.#logOf(data, pieces.get(data.writer) ?? []);
      if (log) {
        this.#logs.set(data.writer, log);
      }
    }
    const together = TogetherRow.safeParse(database.prepare('SELECT * FROM together').get());
    const isWhole = this.#logs.size === logs.length && pieces.size === logs.length;
    if (isWhole && together.success && together.data.sum === this.#sumOf(together.data.chain, together.data.merged)) {
      this.#together = together.data;
    }
  }

  #logOf({ writer, version }: z.infer<typeof LogRow>, rows: readonly unknown[]): ProvenLog | undefined {
    const pieces: PieceRow[] = [];
    for (const row of rows) {
      const piece = this.#soundPiece(row);
      if (piece?.first !== sequenceOf(pieces.at(-1)?.head ?? '') + 1) {
        return undefined;
      }
      pieces.push(piece);
    }
    const head = pieces.at(-1)?.head;
    return head === undefined ? undefined : new KeptLog(writer, version ?? undefined, head, pieces);
  }

  /** Has the pieces of a log be exactly its records, or where the lines of some are nowhere at hand takes them all away. */
  #write(database: DatabaseSync, { writer, version, records, lines }: NewlyProvenLog): void {
    const kept = database.prepare('SELECT first, head, length(lines) AS size FROM pieces WHERE writer = ? ORDER BY first').all(writer).map((row) => PieceFacts.parse(row));
    const other = kept.findIndex(({ head }) => records[sequenceOf(head) - 1]?.name !== head);
    const fitting = other === -1 ? kept : kept.slice(0, other);
    const last = fitting.at(-1);
    const isComplete = sequenceOf(last?.head ?? '') === records.length;
    const staying = last && last.size < smallPiece && !isComplete ? fitting.slice(0, -1) : fitting;
    const from = sequenceOf(staying.at(-1)?.head ?? '');
    const atHand = new Map([...kept.slice(staying.length, fitting.length + 1).flatMap(({ first }) => this.#linesOf(database, writer, first)), ...lines]);
    const added = records.slice(from);
    const isWhole = added.every(({ name }) => atHand.has(name));
    database.prepare('DELETE FROM pieces WHERE writer = ? AND first > ?').run(writer, isWhole ? from : 0);
    database.prepare('DELETE FROM logs WHERE writer = ?').run(writer);
    if (records.length === 0 || !isWhole) {
      return;
    }
    database.prepare('INSERT INTO logs VALUES (?, ?)').run(writer, version ?? null);
    if (added.length > 0) {
      const bytes = added.map(({ name }) => atHand.get(name) ?? new Uint8Array());
      const places = Buffer.from(JSON.stringify(added.map((record, index) => place(record, bytes[index]?.byteLength ?? 0))));
      const piece = { writer, first: from + 1, head: added.at(-1)?.name ?? '', places, lines: Buffer.concat(bytes) };
      database.prepare('INSERT INTO pieces VALUES (?, ?, ?, ?, ?, ?)').run(writer, piece.first, piece.head, this.#sumOfPiece(piece), places, piece.lines);
    }
  }

  /** Of the records of a piece; none where it is damaged. */
  #linesOf(database: DatabaseSync, writer: string, first: number): [name: string, bytes: Uint8Array][] {
    const piece = this.#soundPiece(database.prepare('SELECT * FROM pieces WHERE writer = ? AND first = ?').get(writer, first));
    return piece ? [...linesIn(piece)].map(([[name], bytes]) => [name, bytes]) : [];
  }

  #soundPiece(row: unknown): PieceRow | undefined {
    const piece = PieceRow.safeParse(row);
    return piece.success && piece.data.sum === this.#sumOfPiece(piece.data) ? piece.data : undefined;
  }

  #sumOfPiece({ writer, first, head, places, lines }: Omit<PieceRow, 'sum'>): number {
    return this.#sumOf(`${writer} ${first} ${head}`, places, lines);
  }

  #sumOf(...content: readonly (string | Uint8Array)[]): number {
    return content.reduce<number>((sum, part) => crc32(part, sum), crc32(this.#vault));
  }
}

/** A log that is read from its pieces when somebody asks for single records. */
class KeptLog implements ProvenLog {
  readonly version: string | undefined;
  readonly head: string;
  readonly #writer: string;
  readonly #pieces: readonly PieceRow[];
  #records: readonly LogRecord[] | undefined;

  constructor(writer: string, version: string | undefined, head: string, pieces: readonly PieceRow[]) {
    this.#writer = writer;
    this.version = version;
    this.head = head;
    this.#pieces = pieces;
  }

  get records(): readonly LogRecord[] {
    return (this.#records ??= this.#read());
  }

  #read(): LogRecord[] {
    const records: LogRecord[] = [];
    for (const piece of this.#pieces) {
      for (const [[name, , wall, count, saves, heads = {}], bytes] of linesIn(piece)) {
        records.push(recallRecord({ name, writer: this.#writer, seq: records.length + 1, prev: records.at(-1)?.name ?? null, heads, at: { wall, count }, saves: saves ?? undefined }, bytes));
      }
    }
    return records;
  }
}

function* linesIn({ places, lines }: PieceRow): Generator<[Place, Uint8Array]> {
  let at = 0;
  for (const one of JSON.parse(textOf(places)) as Place[]) {
    yield [one, lines.subarray(at, (at += one[1]))];
  }
}

function place({ name, at: { wall, count }, saves, heads }: LogRecord, size: number): Place {
  return Object.keys(heads).length === 0 ? [name, size, wall, count, saves ?? null] : [name, size, wall, count, saves ?? null, heads];
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

/** The last record of every log that is in the database. */
function headsIn(database: DatabaseSync): Heads {
  return Object.fromEntries(database.prepare('SELECT writer, head, max(first) FROM pieces GROUP BY writer').all().map(({ writer, head }) => [String(writer), String(head)]));
}

function isSame(a: Heads, b: Heads): boolean {
  const writers = Object.keys(a);
  return writers.length === Object.keys(b).length && writers.every((writer) => a[writer] === b[writer]);
}

function missing(writer: string, seq: number): never {
  throw new Error(`Record ${seq} of ${writer} is in no log.`);
}
