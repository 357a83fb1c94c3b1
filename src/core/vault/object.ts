/**
 * An object of the vault: `CSO1`, the length of the header (4 bytes, big-endian), the header as JSON, the payload. What
 * stands alone is a brotli stream; what leans on other text, its dictionary, is one zstd frame with its checksum on.
 * A chunk leans on the text right before it in its file, a manifest on another manifest, which the header then names.
 *
 * The name is a keyed hash over codec, dictionary and plaintext, so it is proven by whoever decodes it. It is the text
 * of the dictionary that counts, in whichever objects that text lies: they may be folded into others. Each epoch has a key
 * of names of its own, and the header says which epoch's it is: whoever was taken out and holds the storage cannot tell by
 * a name whether a text that they know is stored again. What was stored before keeps its name, and so does what waited to be
 * sent when the epoch began.
 *
 * Why these two: a 3.7 MB transcript takes 593 KB and 195 ms in brotli 9, 593 KB and 1,690 ms in zstd 19, 612 KB and
 * 70 ms in zstd 9; brotli 10 would take 566 KB and 2,340 ms. Node's brotli knows no dictionaries. Four lines more, by
 * level of zstd and what they lean on (KB of 50 saves, ms of each):
 *
 *     level   256 KB     1 MB       2 MB       4 MB
 *       9     67.8   3   63.2  21   57.2  20   57.1  50
 *      12     67.6   2   62.8  31   56.8  66   56.7 110
 *      15     67.4  19   62.6 157   56.7 327   56.5 606
 *      19     65.9  23   61.2 209   55.4 406   55.2 720
 */
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import * as z from 'zod';
import { ConvoSyncError } from '../common/errors.ts';
import { keyedHash } from '../common/hash.ts';

const magic = Buffer.from('CSO1', 'latin1');

const zstdLevel = 12;
/** The level's own tables take 95 MB for 2 MB to lean on and three times as long, and save one byte in four hundred. */
const zstdHashLog = 20;
const brotliQuality = 9;

/** Where an object lies. */
export const ObjectPlace = z.object({ name: z.string().regex(/^[0-9a-f]{64}$/), writer: z.string().regex(/^[0-9a-f]{8,64}$/) });
export type ObjectPlace = z.infer<typeof ObjectPlace>;

const Header = z.object({
  codec: z.enum(['zstd', 'brotli']),
  /** The epoch whose key names it, if not the first. */
  epoch: z.int().min(2).optional(),
  /** Bytes of the plaintext. */
  size: z.int().nonnegative(),
  /** How many bytes it leans on: the last of the text before it, or all of `on`. */
  dictionary: z.int().positive().optional(),
  on: ObjectPlace.optional(),
});
type Header = z.infer<typeof Header>;
const codecs: readonly unknown[] = Header.shape.codec.options;

export interface Dictionary {
  /** Not empty. */
  text: Uint8Array;
  /** The object whose plaintext it is; without one it is what directly precedes the plaintext in its file. */
  on?: ObjectPlace;
}

/** The keys of object names, one for each epoch, oldest first. The last one names what is stored now. */
export type NameKeys = readonly [Uint8Array, ...Uint8Array[]];

export interface EncodedObject {
  name: string;
  bytes: Uint8Array;
}

export async function encodeObject(plaintext: Uint8Array, nameKeys: NameKeys, dictionary?: Dictionary): Promise<EncodedObject> {
  const header: Header = {
    codec: codecFor(dictionary),
    ...(nameKeys.length > 1 ? { epoch: nameKeys.length } : {}),
    size: plaintext.byteLength,
    ...(dictionary ? { dictionary: dictionary.text.byteLength } : {}),
    ...(dictionary?.on ? { on: dictionary.on } : {}),
  };
  const said = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(said.byteLength);
  const payload = await (dictionary ? zstd(plaintext, dictionary.text) : brotli(plaintext));
  return { name: objectName(plaintext, nameKeys.at(-1) ?? nameKeys[0], header.codec, dictionary?.text), bytes: Buffer.concat([magic, length, said, payload]) };
}

/**
 * The keys up to that of the epoch in which this plaintext has the name: those to encode it with again. Undefined where it
 * has another one in all of them.
 */
export function keysNaming(name: string, plaintext: Uint8Array, nameKeys: NameKeys, dictionary?: Dictionary): NameKeys | undefined {
  const isNamed = (nameKey: Uint8Array): boolean => objectName(plaintext, nameKey, codecFor(dictionary), dictionary?.text) === name;
  const [first, ...others] = nameKeys.slice(0, nameKeys.findLastIndex(isNamed) + 1);
  return first && [first, ...others];
}

/**
 * The plaintext of an object, proven to be what its name promises.
 *
 * @param before the text that directly precedes it in its file, at least as much as it leans on; of what leans on another
 * object (see `leansOn`) the plaintext of that
 * @throws ConvoSyncError `vault-damaged` or `vault-newer-format`
 */
export async function decodeObject(name: string, bytes: Uint8Array, nameKeys: NameKeys, before: Uint8Array = new Uint8Array()): Promise<Buffer> {
  const { header: { codec, epoch = 1, size, dictionary = 0 }, payload } = parseObject(name, bytes);
  const nameKey = nameKeys[epoch - 1];
  if (!nameKey) {
    throw damaged(name, 'it is named by an epoch that the vault does not have');
  }
  if (dictionary > before.byteLength || (codec === 'brotli' && dictionary > 0)) {
    throw damaged(name, 'the text that it leans on is missing');
  }
  const text = dictionary > 0 ? before.subarray(before.byteLength - dictionary) : undefined;
  let plaintext: Buffer;
  try {
    const limit = { maxOutputLength: Math.max(size, 1) };
    plaintext = codec === 'brotli'
      ? await promisify<zlib.InputType, zlib.BrotliOptions, Buffer>(zlib.brotliDecompress)(payload, limit)
      : await promisify<zlib.InputType, zlib.ZstdOptions, Buffer>(zlib.zstdDecompress)(payload, { ...limit, ...(text ? { dictionary: text } : {}) });
  } catch (error) {
    throw damaged(name, 'it does not decompress', error);
  }
  if (plaintext.byteLength !== size || objectName(plaintext, nameKey, codec, text) !== name) {
    throw damaged(name, 'its content is not what its name promises');
  }
  return plaintext;
}

/**
 * The object without which this one cannot be read; undefined for what stands alone or leans on the text before it.
 *
 * @throws ConvoSyncError `vault-damaged` or `vault-newer-format`
 */
export function leansOn(name: string, bytes: Uint8Array): ObjectPlace | undefined {
  return parseObject(name, bytes).header.on;
}

/** The epoch in which an object was stored. Throws as `leansOn`. */
export function epochOf(name: string, bytes: Uint8Array): number {
  return parseObject(name, bytes).header.epoch ?? 1;
}

function codecFor(dictionary: Dictionary | undefined): Header['codec'] {
  return dictionary ? 'zstd' : 'brotli';
}

function brotli(plaintext: Uint8Array): Promise<Buffer> {
  return promisify<zlib.InputType, zlib.BrotliOptions, Buffer>(zlib.brotliCompress)(plaintext, {
    params: { [zlib.constants.BROTLI_PARAM_QUALITY]: brotliQuality, [zlib.constants.BROTLI_PARAM_SIZE_HINT]: plaintext.byteLength },
  });
}

function zstd(plaintext: Uint8Array, dictionary: Uint8Array): Promise<Buffer> {
  return promisify<zlib.InputType, zlib.ZstdOptions, Buffer>(zlib.zstdCompress)(plaintext, {
    params: { [zlib.constants.ZSTD_c_compressionLevel]: zstdLevel, [zlib.constants.ZSTD_c_hashLog]: zstdHashLog, [zlib.constants.ZSTD_c_checksumFlag]: 1 },
    dictionary,
    pledgedSrcSize: plaintext.byteLength,
  });
}

function objectName(plaintext: Uint8Array, nameKey: Uint8Array, codec: string, dictionary: Uint8Array = new Uint8Array()): string {
  return keyedHash(nameKey, codec, dictionary, plaintext);
}

function parseObject(name: string, bytes: Uint8Array): { header: Header; payload: Buffer } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < 8 || !buffer.subarray(0, 3).equals(magic.subarray(0, 3))) {
    throw damaged(name, 'not an object of a vault');
  }
  if (!buffer.subarray(0, 4).equals(magic)) {
    throw new ConvoSyncError('vault-newer-format', 'An object is in a newer format.', { details: { object: name } });
  }
  const end = 8 + buffer.readUInt32BE(4);
  return { header: parseHeader(name, buffer.subarray(8, end)), payload: buffer.subarray(end) };
}

function parseHeader(name: string, bytes: Buffer): Header {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw damaged(name, 'its header is not readable', error);
  }
  const parsed = Header.safeParse(value);
  if (parsed.success) {
    return parsed.data;
  }
  throw isObject(value) && !codecs.includes(value['codec'])
    ? new ConvoSyncError('vault-newer-format', 'An object uses a newer codec.', { details: { object: name } })
    : damaged(name, 'its header is not readable');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function damaged(name: string, reason: string, cause?: unknown): ConvoSyncError {
  return new ConvoSyncError('vault-damaged', `Object ${name.slice(0, 12)} is damaged: ${reason}.`, { cause, details: { object: name, reason } });
}
