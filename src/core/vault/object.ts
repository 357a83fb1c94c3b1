/**
 * An object of the vault: `CSO1`, the length of the header (4 bytes, big-endian), the header as JSON, the payload.
 * The payload is one zstd frame with its checksum on. Its dictionary, if any, is the plaintext that directly precedes
 * it in its file: the concatenation of the objects that the header names, cut to the last `dictionarySize` bytes.
 *
 * The name is a keyed hash over codec, dictionary objects and plaintext, so it is proven by whoever decodes it.
 */
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import * as z from 'zod';
import { ConvoSyncError } from '../common/errors.ts';
import { keyedHash } from '../common/hash.ts';

const magic = Buffer.from('CSO1', 'latin1');

/** Beyond this, loading the dictionary costs more than it saves (zstd reaches back about so far at this level). */
export const dictionaryWindow = 1024 * 1024;
const compressionLevel = 9;

const Header = z.object({
  codec: z.literal('zstd'),
  size: z.int().nonnegative(),
  /** Names of the objects whose plaintext makes the dictionary, in file order. */
  dictionary: z.array(z.string()),
  dictionarySize: z.int().nonnegative(),
});

export interface Dictionary {
  objects: readonly string[];
  bytes: Uint8Array;
}

export interface EncodedObject {
  name: string;
  bytes: Uint8Array;
}

export async function encodeObject(plaintext: Uint8Array, nameKey: Uint8Array, dictionary?: Dictionary): Promise<EncodedObject> {
  const objects = dictionary?.objects ?? [];
  const header = Buffer.from(JSON.stringify({ codec: 'zstd', size: plaintext.byteLength, dictionary: objects, dictionarySize: dictionary?.bytes.byteLength ?? 0 }));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(header.byteLength);
  const payload = await promisify<zlib.InputType, zlib.ZstdOptions, Buffer>(zlib.zstdCompress)(plaintext, {
    params: { [zlib.constants.ZSTD_c_compressionLevel]: compressionLevel, [zlib.constants.ZSTD_c_checksumFlag]: 1 },
    ...(dictionary ? { dictionary: dictionary.bytes } : {}),
  });
  return { name: objectName(plaintext, nameKey, objects), bytes: Buffer.concat([magic, length, header, payload]) };
}

/**
 * The plaintext of an object, proven to be what its name promises.
 *
 * @param preceding plaintext that directly precedes it in its file, at least as much as its dictionary needs
 * @throws ConvoSyncError `vault-damaged` or `vault-newer-format`
 */
export async function decodeObject(name: string, bytes: Uint8Array, nameKey: Uint8Array, preceding: Uint8Array = new Uint8Array()): Promise<Buffer> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < 8 || !buffer.subarray(0, 3).equals(magic.subarray(0, 3))) {
    throw damaged(name, 'not an object of a vault');
  }
  if (!buffer.subarray(0, 4).equals(magic)) {
    throw new ConvoSyncError('vault-newer-format', 'An object is in a newer format.', { details: { object: name } });
  }
  const end = 8 + buffer.readUInt32BE(4);
  const header = parseHeader(name, buffer.subarray(8, end));
  if (header.dictionarySize > preceding.byteLength) {
    throw damaged(name, 'the text before it is missing');
  }
  let plaintext: Buffer;
  try {
    plaintext = await promisify<zlib.InputType, zlib.ZstdOptions, Buffer>(zlib.zstdDecompress)(buffer.subarray(end), {
      maxOutputLength: Math.max(header.size, 1),
      ...(header.dictionarySize > 0 ? { dictionary: preceding.subarray(preceding.byteLength - header.dictionarySize) } : {}),
    });
  } catch (error) {
    throw damaged(name, 'it does not decompress', error);
  }
  if (plaintext.byteLength !== header.size || objectName(plaintext, nameKey, header.dictionary) !== name) {
    throw damaged(name, 'its content is not what its name promises');
  }
  return plaintext;
}

function objectName(plaintext: Uint8Array, nameKey: Uint8Array, dictionary: readonly string[]): string {
  return keyedHash(nameKey, 'zstd', dictionary.join(' '), plaintext);
}

function parseHeader(name: string, bytes: Buffer): z.infer<typeof Header> {
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
  throw isObject(value) && value['codec'] !== 'zstd'
    ? new ConvoSyncError('vault-newer-format', 'An object uses a newer codec.', { details: { object: name } })
    : damaged(name, 'its header is not readable');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function damaged(name: string, reason: string, cause?: unknown): ConvoSyncError {
  return new ConvoSyncError('vault-damaged', `Object ${name.slice(0, 12)} is damaged: ${reason}.`, { cause, details: { object: name, reason } });
}
