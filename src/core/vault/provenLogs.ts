/**
 * The logs of a vault as they were last proven on this device: a cache, so that looking costs what is new. It may be deleted
 * at any time, and of a damaged one only the sound beginning counts; what is missing is read from the store again.
 *
 * The file begins with a line that names format and vault. Blocks follow, one for each look that brought something new:
 *
 *     <CRC-32 of the block's content, 8 hex> <its length in bytes>
 *     {"logs":[{"writer":"…","version":"…","head":"…","after":"<name>","records":[["<name>",<bytes>,<wall>,<count>,"<saves>",{<heads>}],…]},…]}
 *     the records named there, one after the other: the signed lines of each as they were proven
 *
 * What logs are compared and sessions put in order by stands in that line, so that ten thousand records need not be read for
 * it: a record's lines are read when somebody asks for what they say.
 *
 * A block says how logs went on, or where one begins anew: its records take the place of those with the same sequence
 * numbers and all later ones. Blocks are only ever appended, so several processes may do so at once; an entry that does not
 * go on from what is before it is passed over. Version and head belong together: whoever finds the version at the store
 * knows that the log is exactly the records up to the head.
 */
import { appendFile, readFile } from 'node:fs/promises';
import { constants } from 'node:fs';
import { crc32 } from 'node:zlib';
import * as path from 'node:path';
import { writeFileAtomic } from '../common/files.ts';
import type { Logger } from '../common/logger.ts';
import type { Home } from '../home/home.ts';
import { type LogRecord, recallRecord, recordReading, sequenceOf } from './record.ts';

/** Where a home keeps them. */
export const provenLogsFile = (home: Home, vault: string): string => path.join(home.vaultsFolder, vault, 'proven-logs');

export interface ProvenLog {
  /** The store's version of exactly these records (see `Backend.logs`); undefined where it could not tell. */
  version: string | undefined;
  records: readonly LogRecord[];
}

export interface NewlyProvenLog extends ProvenLog {
  writer: string;
  /** The signed lines by name, at least of those records that were not kept before. */
  lines: ReadonlyMap<string, Uint8Array>;
}

interface Entry {
  writer: string;
  version?: string;
  head: string;
  /** Name of the record that the first of these follows; null at the beginning of a log. */
  after?: string | null;
  records: Place[];
}

/** Where the lines of a record are, after those of the one before, and what a list needs to know of it. */
type Place = [name: string, size: number, wall: number, count: number, saves: string | null, heads?: LogRecord['heads']];

export interface ProvenLogsOptions {
  file: string;
  vault: string;
  logger: Logger;
}

export class ProvenLogs {
  readonly #options: ProvenLogsOptions;
  readonly #logs: Map<string, ProvenLog>;
  /** What the file has to be begun with again; undefined while it can be appended to. */
  #beginning: Uint8Array | undefined;

  private constructor(options: ProvenLogsOptions, logs: Map<string, ProvenLog>, beginning: Uint8Array | undefined) {
    this.#options = options;
    this.#logs = logs;
    this.#beginning = beginning;
  }

  /** As other processes left them, too. Never fails: what cannot be read is not there. */
  static async load(options: ProvenLogsOptions): Promise<ProvenLogs> {
    const header = headerOf(options.vault);
    try {
      const bytes = await readFile(options.file);
      if (header.equals(bytes.subarray(0, header.length))) {
        const { logs, end } = readBlocks(bytes, header.length);
        return new ProvenLogs(options, logs, end === bytes.length ? undefined : bytes.subarray(0, end));
      }
    } catch (error) {
      options.logger.debug(`no proven logs: ${String(error)}`);
    }
    return new ProvenLogs(options, new Map(), header);
  }

  get logs(): ReadonlyMap<string, ProvenLog> {
    return this.#logs;
  }

  /** Call it only when all logs have been proven, together. Where they cannot be written they are kept in memory alone. */
  async keep(proven: readonly NewlyProvenLog[]): Promise<void> {
    const changes = proven.flatMap((log) => changeOf(log, this.#logs.get(log.writer)) ?? []);
    for (const { writer, version, records } of proven) {
      this.#logs.set(writer, { version, records });
    }
    if (changes.length === 0) {
      return;
    }
    const block = blockOf(changes);
    try {
      if (this.#beginning) {
        await writeFileAtomic(this.#options.file, Buffer.concat([this.#beginning, block]), { mode: 0o600 });
        this.#beginning = undefined;
      } else {
        await appendFile(this.#options.file, block, { flag: constants.O_WRONLY | constants.O_APPEND });
      }
    } catch (error) {
      this.#options.logger.warn(`the proven logs were not kept: ${String(error)}`);
    }
  }
}

function headerOf(vault: string): Buffer {
  return Buffer.from(`convosync proven logs 2 ${recordReading} ${vault}\n`);
}

interface Change {
  entry: Entry;
  lines: Uint8Array[];
}

/** What is new in a log; undefined when nothing is, or when the lines of it are not at hand. */
function changeOf({ writer, version, records, lines }: NewlyProvenLog, known: ProvenLog | undefined): Change | undefined {
  const head = records.at(-1)?.name;
  const kept = known?.records ?? [];
  const other = records.findIndex(({ name }, index) => kept[index]?.name !== name);
  const added = other === -1 ? [] : records.slice(other);
  const isSame = added.length === 0 && records.length === kept.length && version === known?.version;
  if (head === undefined || isSame || !added.every(({ name }) => lines.has(name))) {
    return undefined;
  }
  const bytes = added.map(({ name }) => lines.get(name) ?? new Uint8Array());
  const entry: Entry = {
    writer,
    ...(version === undefined ? {} : { version }),
    head,
    ...(added[0] ? { after: added[0].prev } : {}),
    records: added.map((record, index) => place(record, bytes[index]?.byteLength ?? 0)),
  };
  return { entry, lines: bytes };
}

function place({ name, at: { wall, count }, saves, heads }: LogRecord, size: number): Place {
  return Object.keys(heads).length === 0 ? [name, size, wall, count, saves ?? null] : [name, size, wall, count, saves ?? null, heads];
}

function blockOf(changes: readonly Change[]): Uint8Array {
  const content = Buffer.concat([Buffer.from(`${JSON.stringify({ logs: changes.map(({ entry }) => entry) })}\n`), ...changes.flatMap(({ lines }) => lines)]);
  return Buffer.concat([Buffer.from(`${checksum(content)} ${content.byteLength}\n`), content]);
}

/** The logs that the blocks add up to, and where the last sound one ends. */
function readBlocks(bytes: Buffer, start: number): { logs: Map<string, ProvenLog>; end: number } {
  const logs: GrowingLogs = new Map();
  let end = start;
  while (end < bytes.length) {
    const line = bytes.indexOf(newline, end);
    const [, sum, length] = /^([0-9a-f]{8}) (\d+)$/.exec(bytes.toString('latin1', end, Math.min(Math.max(line, end), end + 32))) ?? [];
    const content = bytes.subarray(line + 1, line + 1 + Number(length));
    if (sum === undefined || content.byteLength !== Number(length) || checksum(content) !== sum) {
      break;
    }
    readBlock(content, logs);
    end = line + 1 + content.byteLength;
  }
  return { logs, end };
}

type GrowingLogs = Map<string, { version: string | undefined; records: LogRecord[] }>;

/** What the checksum vouches for was written by ourselves, once it was proven: only how it fits is looked at. */
function readBlock(content: Buffer, logs: GrowingLogs): void {
  let at = content.indexOf(newline) + 1;
  const { logs: entries } = JSON.parse(content.toString('utf8', 0, at)) as { logs: Entry[] };
  for (const { writer, version, head, after = head, records } of entries) {
    const log = logs.get(writer)?.records ?? [];
    const staying = after === null ? 0 : sequenceOf(after);
    const goesOn = (log[staying - 1]?.name ?? null) === after;
    if (goesOn) {
      log.length = staying;
      logs.set(writer, { version, records: log });
    }
    let prev = after;
    for (const [name, size, wall, count, saves, heads = {}] of records) {
      const bytes = content.subarray(at, (at += size));
      if (goesOn) {
        log.push(recallRecord({ name, writer, seq: log.length + 1, prev, heads, at: { wall, count }, saves: saves ?? undefined }, bytes));
      }
      prev = name;
    }
  }
}

const newline = 10;

function checksum(bytes: Uint8Array): string {
  return crc32(bytes).toString(16).padStart(8, '0');
}
