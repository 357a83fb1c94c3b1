import { createHash, createHmac, hash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** Lower-case hex SHA-256. */
export function sha256(bytes: Uint8Array | string): string {
  return hash('sha256', bytes, 'hex');
}

/** Lower-case hex HMAC-SHA-256 over the parts, each preceded by its length so that no two lists collide. */
export function keyedHash(key: Uint8Array, ...parts: (Uint8Array | string)[]): string {
  const hmac = createHmac('sha256', key);
  for (const part of parts) {
    const bytes = typeof part === 'string' ? Buffer.from(part, 'utf8') : part;
    const length = Buffer.alloc(8);
    length.writeBigUInt64BE(BigInt(bytes.byteLength));
    hmac.update(length).update(bytes);
  }
  return hmac.digest('hex');
}

/** Hash of the bytes `[0, end)` of a file, read as a stream; of the whole file without `end`. */
export async function sha256File(path: string, end?: number): Promise<string> {
  const hash = createHash('sha256');
  if (end !== 0) {
    for await (const chunk of createReadStream(path, end === undefined ? {} : { end: end - 1 })) {
      hash.update(chunk as Buffer);
    }
  }
  return hash.digest('hex');
}

/** `bytes` random bytes as lower-case hex: ids of writers, devices and sessions. */
export function randomId(bytes = 10): string {
  return randomBytes(bytes).toString('hex');
}
