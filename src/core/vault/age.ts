/**
 * The age file format (https://age-encryption.org/v1), by its own library; nothing else knows of it. A module of its
 * own in what is shipped, loaded when a sealed vault is met.
 */
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';

export interface AgeKey {
  /** `AGE-SECRET-KEY-1…` */
  identity: string;
  /** `age1…`, which anyone may know. */
  recipient: string;
}

export async function newKey(): Promise<AgeKey> {
  return keyOf(await generateX25519Identity());
}

/** @throws Error for what is no identity */
export async function keyOf(identity: string): Promise<AgeKey> {
  return { identity, recipient: await identityToRecipient(identity) };
}

/** @param recipients any of them can open it */
export function encryptTo(recipients: readonly string[], plaintext: Uint8Array): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  recipients.forEach((recipient) => encrypter.addRecipient(recipient));
  return encrypter.encrypt(plaintext);
}

/** @param workFactor base-2 logarithm of the cost of one guess; 18 takes a second or two */
export function encryptWithPassphrase(passphrase: string, plaintext: Uint8Array, workFactor: number): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  encrypter.setScryptWorkFactor(workFactor);
  return encrypter.encrypt(plaintext);
}

/** Undefined for a file that is for someone else; throws Error for one that is damaged. */
export async function decryptBy(identities: readonly string[], file: Uint8Array): Promise<Uint8Array | undefined> {
  const decrypter = new Decrypter();
  identities.forEach((identity) => decrypter.addIdentity(identity));
  return decrypt(decrypter, file);
}

/** Undefined for another passphrase; throws Error for a damaged file. */
export async function decryptWithPassphrase(passphrase: string, file: Uint8Array): Promise<Uint8Array | undefined> {
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  return decrypt(decrypter, file);
}

async function decrypt(decrypter: Decrypter, file: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    return await decrypter.decrypt(file);
  } catch (error) {
    if (error instanceof Error && error.message.includes('no identity matched')) {
      return undefined;
    }
    throw error;
  }
}
