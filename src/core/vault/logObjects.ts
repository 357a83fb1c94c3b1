/**
 * How the log of a writer lies at the store: the newest records each as an object of its own, named as the record is, and
 * older ones in packs, `<first sequence>-<last sequence>-<first 32 hex of the SHA-256 of the lines>`. A pack is the signed
 * lines of its records one after the other, as they were, in one zstd frame: whoever reads it proves them as ever.
 *
 * Packs begin and end at multiples of 64, 512 or 4096 records, so one either holds another as a whole or shares nothing with
 * it, and a log of n records is n/4096 + 14 packs at most. The last 64 records are never packed: who looks now and then reads
 * new records alone. What a pack holds may still be there beside it, until that is taken away.
 */
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { ConvoSyncError } from '../common/errors.ts';
import { sha256 } from '../common/hash.ts';
import { recordName, recordNameOf, sequenceOf } from './record.ts';

/** Records in a pack, smallest first; each is a multiple of the one before. */
const packSizes = [64, 512, 4096] as const;
const unpacked = packSizes[0];
/** No record is so large; what claims to be is not unpacked. */
const largestPack = 512 * 1024 * 1024;

export interface LogObject {
  name: string;
  /** Sequence numbers of the first and the last record in it. */
  first: number;
  last: number;
}

/** Whether a log has come to a new pack when it went on from one record to another. */
export function passesPack(from: string | undefined, to: string): boolean {
  return Math.floor(sequenceOf(to) / packSizes[0]) > Math.floor((from === undefined ? 0 : sequenceOf(from)) / packSizes[0]);
}

/** Undefined for a name that no log object has. */
export function logObject(name: string): LogObject | undefined {
  const [, from, to] = /^(\d{8})-(\d{8})-[0-9a-f]{32}$/.exec(name) ?? [];
  const [first, last] = recordName.test(name) ? [sequenceOf(name), sequenceOf(name)] : [Number(from), Number(to)];
  return first >= 1 && first <= last ? { name, first, last } : undefined;
}

export const isPack = ({ name }: LogObject): boolean => !recordName.test(name);

/** Whether every record up to one, itself included, is in one of the objects. */
export function reaches(objects: readonly LogObject[], seq: number): boolean {
  let through = 0;
  for (const { first, last } of inOrder(objects)) {
    if (first > through + 1) {
      break;
    }
    through = Math.max(through, last);
  }
  return through >= seq;
}

/** The objects to be read for all records beyond one: of what is there twice the larger, and all that is out of place. */
export function objectsBeyond(objects: readonly LogObject[], seq: number): LogObject[] {
  const packs = objects.filter(isPack);
  return inOrder(objects).filter((one) => one.last > seq && !packs.some((each) => replaces(each, one)));
}

/** The single records that a pack holds too, and packs that a larger one does. */
export function superseded(objects: readonly LogObject[]): LogObject[] {
  const packs = objects.filter(isPack);
  return objects.filter((one) => packs.some((each) => replaces(each, one)));
}

/**
 * The objects to be read of a log (see `objectsBeyond`) that another copy of it does not hold: neither as they are nor, where
 * the two are not packed alike, by the numbers of their records.
 */
export function lackedBy(copy: readonly LogObject[], objects: readonly LogObject[]): LogObject[] {
  const parts = inOrder(copy);
  const [names, ranges] = [new Set(copy.map(({ name }) => name)), new Set(copy.map(rangeOf))];
  return objectsBeyond(objects, 0).filter((one) => !(ranges.has(rangeOf(one)) ? names.has(one.name) : tiles(parts, one)));
}

function rangeOf({ first, last }: LogObject): string {
  return `${first}-${last}`;
}

/** @param parts in order */
function tiles(parts: readonly LogObject[], { first, last }: LogObject): boolean {
  let through = first - 1;
  for (const part of parts) {
    through = part.first <= through + 1 ? Math.max(through, part.last) : through;
  }
  return through >= last;
}

/**
 * What is to be packed of a log: the objects of each new pack, in order.
 *
 * @param readable sequence number of the last record that lies readable in a vault that was sealed later. These records go
 * into one pack, which is sealed, with the next one or more, so that no readable pack has its name
 */
export function packsDue(objects: readonly LogObject[], readable = 0): LogObject[][] {
  const current = objectsBeyond(objects, 0);
  const through = Math.max(readable, ...current.filter((object) => isPack(object) && object.first <= readable).map(({ last }) => last)) + 1;
  const open = current.filter(({ last }) => last <= through);
  if (readable > 0 && !(current[0]?.first === 1 && current[0].last > readable) && open.at(-1)?.last === through && reaches(open, through)) {
    return [open];
  }
  const end = (current.at(-1)?.last ?? 0) - unpacked;
  const due: LogObject[][] = [];
  for (let at = 1; at <= end; ) {
    const size = packSizes.findLast((each) => (at - 1) % each === 0 && at - 1 + each <= end);
    if (size === undefined) {
      break;
    }
    const parts = current.filter(({ first, last }) => first >= at && last < at + size);
    if (parts.length > 1 && parts.every((part, index) => part.first === (parts[index - 1]?.last ?? at - 1) + 1) && parts.at(-1)?.last === at + size - 1) {
      due.push(parts);
    }
    at += size;
  }
  return due;
}

/** @param records the signed lines by name, in order and without a gap */
export async function pack(records: ReadonlyMap<string, Uint8Array>): Promise<{ name: string; bytes: Uint8Array }> {
  const names = [...records.keys()];
  const lines = Buffer.concat([...records.values()]);
  const frame = await promisify<zlib.InputType, zlib.ZstdOptions, Buffer>(zlib.zstdCompress)(lines, { params: { [zlib.constants.ZSTD_c_compressionLevel]: 9, [zlib.constants.ZSTD_c_checksumFlag]: 1 } });
  return { name: [names.at(0), names.at(-1)].map((name = '') => name.slice(0, 8)).concat(sha256(lines).slice(0, 32)).join('-'), bytes: frame };
}

/**
 * The signed lines by name.
 *
 * @throws ConvoSyncError `vault-damaged` naming the pack
 */
export async function unpack({ name, first, last }: LogObject, bytes: Uint8Array): Promise<Map<string, Uint8Array>> {
  const damaged = (cause?: unknown): ConvoSyncError => new ConvoSyncError('vault-damaged', 'A pack of records is not what its name promises.', { cause, details: { object: name } });
  let lines: Buffer;
  try {
    lines = await promisify<zlib.InputType, zlib.ZstdOptions, Buffer>(zlib.zstdDecompress)(bytes, { maxOutputLength: largestPack });
  } catch (error) {
    throw damaged(error);
  }
  const records = new Map<string, Uint8Array>();
  let at = 0;
  for (let seq = first; seq <= last; seq++) {
    const end = lines.indexOf(newline, lines.indexOf(newline, at) + 1) + 1;
    const record = lines.subarray(at, end);
    records.set(recordNameOf(seq, record), record);
    at = end;
  }
  if (at !== lines.length || !name.endsWith(sha256(lines).slice(0, 32)) || records.size !== last - first + 1) {
    throw damaged();
  }
  return records;
}

/** Whether a pack holds all of another object; of two packs of the same records one does. */
function replaces(each: LogObject, one: LogObject): boolean {
  const holds = each.first <= one.first && one.last <= each.last;
  return holds && (each.last - each.first > one.last - one.first || each.name < one.name);
}

function inOrder(objects: readonly LogObject[]): LogObject[] {
  return objects.toSorted((a, b) => a.first - b.first || b.last - a.last || (a.name < b.name ? -1 : 1));
}

const newline = 10;
