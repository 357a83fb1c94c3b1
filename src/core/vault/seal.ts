/**
 * Sealing: what happens to an object or a record between this device and the storage. In a sealed vault each is an age
 * file for the vault's own key, made of what is compressed already; in a readable one it stays as it is. Age hides, and
 * proves nothing of who wrote: that is done by what is inside, the keyed names of objects and the signatures of records.
 */
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { ConvoSyncError } from '../common/errors.ts';

export interface Seal {
  seal(plaintext: Uint8Array): Promise<Uint8Array>;
  /**
   * @param object its name, for the error
   * @throws ConvoSyncError `vault-forged` for what lies unsealed in a sealed vault, `vault-damaged` for what does not open
   */
  open(object: string, bytes: Uint8Array): Promise<Uint8Array>;
  /** The same for the lines of a record, which nothing else has compressed: in brotli, where they are sealed. */
  sealRecord(lines: Uint8Array): Promise<Uint8Array>;
  openRecord(object: string, bytes: Uint8Array): Promise<Uint8Array>;
}

/** A key that seals from one epoch on, until the next begins; what was sealed with it stays readable. */
export interface EpochKey {
  epoch: number;
  /** `AGE-SECRET-KEY-1…` */
  identity: string;
}

/** No record is so large; what claims to be is not unpacked. */
const largestRecord = 16 * 1024 * 1024;

const ageHeader = Buffer.from('age-encryption.org/v1\n', 'latin1');

/**
 * @param epochs oldest first; none in a readable vault
 * @param options.wasReadable the vault was sealed later: what lay there before lies there as it is
 */
export function sealWith(epochs: readonly EpochKey[], { wasReadable = false } = {}): Seal {
  const current = epochs.at(-1);
  return current ? new AgeSeal(current.identity, epochs.map(({ identity }) => identity), wasReadable) : readable;
}

const readable: Seal = {
  seal: (plaintext) => Promise.resolve(plaintext),
  open: (_, bytes) => Promise.resolve(bytes),
  sealRecord: (lines) => Promise.resolve(lines),
  openRecord: (_, bytes) => Promise.resolve(bytes),
};

class AgeSeal implements Seal {
  readonly #current: string;
  readonly #identities: readonly string[];
  readonly #wasReadable: boolean;
  #recipient: Promise<string> | undefined;

  constructor(current: string, identities: readonly string[], wasReadable: boolean) {
    this.#current = current;
    this.#identities = identities;
    this.#wasReadable = wasReadable;
  }

  async seal(plaintext: Uint8Array): Promise<Uint8Array> {
    const { encryptTo, keyOf } = await import('./age.ts');
    this.#recipient ??= keyOf(this.#current).then(({ recipient }) => recipient);
    return encryptTo([await this.#recipient], plaintext);
  }

  async open(object: string, bytes: Uint8Array): Promise<Uint8Array> {
    if (!ageHeader.equals(bytes.subarray(0, ageHeader.byteLength))) {
      if (this.#liesAsItWas(bytes)) {
        return bytes;
      }
      throw isAgeAtAll(bytes)
        ? new ConvoSyncError('vault-newer-format', 'An object is sealed in a newer format.', { details: { object } })
        : new ConvoSyncError('vault-forged', 'An object lies unsealed in a sealed vault.', { details: { object, reason: 'unsealed' } });
    }
    const { decryptBy } = await import('./age.ts');
    let plaintext: Uint8Array | undefined;
    try {
      plaintext = await decryptBy(this.#identities, bytes);
    } catch (error) {
      throw damaged(object, error);
    }
    if (!plaintext) {
      throw damaged(object);
    }
    return plaintext;
  }

  async sealRecord(lines: Uint8Array): Promise<Uint8Array> {
    return this.seal(await promisify<zlib.InputType, Buffer>(zlib.brotliCompress)(lines));
  }

  async openRecord(object: string, bytes: Uint8Array): Promise<Uint8Array> {
    const compressed = await this.open(object, bytes);
    if (this.#liesAsItWas(bytes)) {
      return bytes;
    }
    try {
      return await promisify<zlib.InputType, zlib.BrotliOptions, Buffer>(zlib.brotliDecompress)(compressed, { maxOutputLength: largestRecord });
    } catch (error) {
      throw damaged(object, error);
    }
  }

  /** It was stored while the vault was readable. Who wrote it is proven by what is in it, as ever. */
  #liesAsItWas(bytes: Uint8Array): boolean {
    return this.#wasReadable && !isAgeAtAll(bytes);
  }
}

function isAgeAtAll(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 20)).toString('latin1') === 'age-encryption.org/v';
}

function damaged(object: string, cause?: unknown): ConvoSyncError {
  return new ConvoSyncError('vault-damaged', 'An object does not open with the vault’s key.', { cause, details: { object, reason: 'it does not open with the vault’s key' } });
}
