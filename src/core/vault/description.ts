/**
 * `vault.json` says what a vault is, and its key slots let the owner in (see `keySlots`). Every vault has an Ed25519
 * identity that signs its description and certifies its writers; the vault's id is the hash of the identity's public
 * half, so that a description can be neither altered nor swapped for another's. No names of people or projects in it.
 */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign, verify } from 'node:crypto';
import * as z from 'zod';
import { ConvoSyncError } from '../common/errors.ts';
import { keyedHash } from '../common/hash.ts';
import { keys as storageKeys } from '../storage/backend.ts';
import type { EpochKey } from './seal.ts';

/** The version that this program writes, and the newest it reads. */
export const vaultFormat = 1;

const Description = z.object({
  v: z.int(),
  id: z.string(),
  sealed: z.boolean(),
  epoch: z.int().positive(),
  /** SPKI of the identity, base64. */
  identity: z.string(),
  /** Keyed hash of the e-mail address that the owner commits with: recognised by the same person, read by nobody. */
  owner: z.string(),
  created: z.string(),
  /** Of the identity, over all the rest (see `signedPart`), base64. */
  signature: z.string(),
});
export type VaultDescription = z.infer<typeof Description>;

const KeysDocument = z.object({
  v: z.int(),
  /** PKCS 8 of the identity, base64. */
  identity: z.string(),
  /** Key of object names, base64. */
  nameKey: z.string(),
  /** What the vault is sealed with, oldest first; none in a readable vault. */
  epochs: z.array(z.object({ epoch: z.int().positive(), identity: z.string().startsWith('AGE-SECRET-KEY-1') })),
});

export interface VaultKeys {
  identity: KeyObject;
  nameKey: Uint8Array;
  epochs: readonly EpochKey[];
}

export interface NewVault {
  description: VaultDescription;
  /** `vault.json` as it is stored. */
  bytes: Uint8Array;
  /** The document of the vault's keys, which a slot wraps. */
  keys: Uint8Array;
}

/** @param sealedWith the key that its first epoch is sealed with; undefined for a readable vault */
export function createVault(owner: string, now: Date, sealedWith?: string): NewVault {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const identity = publicKey.export({ type: 'spki', format: 'der' });
  const id = vaultIdOf(identity);
  const unsigned = {
    v: vaultFormat, id, sealed: sealedWith !== undefined, epoch: 1, identity: identity.toString('base64'), owner: ownerHint(id, owner), created: now.toISOString(),
  };
  const description = { ...unsigned, signature: sign(null, signedPart(unsigned), privateKey).toString('base64') };
  const keys = {
    v: vaultFormat,
    identity: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
    nameKey: randomBytes(32).toString('base64'),
    epochs: sealedWith === undefined ? [] : [{ epoch: 1, identity: sealedWith }],
  };
  return { description, bytes: toJson(description), keys: toJson(keys) };
}

/** @throws ConvoSyncError `vault-damaged`, `vault-newer-format`, `vault-forged` when it is not the vault asked for or was altered */
export function readDescription(id: string, bytes: Uint8Array): VaultDescription {
  const description = parse(Description, bytes, id, storageKeys.vault);
  const identity = Buffer.from(description.identity, 'base64');
  const forged = (message: string): ConvoSyncError => new ConvoSyncError('vault-forged', message, { details: { vault: id, object: storageKeys.vault } });
  if (description.id !== id || vaultIdOf(identity) !== id) {
    throw forged('The vault’s description belongs to another vault.');
  }
  if (!verify(null, signedPart(description), identityKey(description), Buffer.from(description.signature, 'base64'))) {
    throw forged('The vault’s description was altered.');
  }
  return description;
}

/**
 * @param object where the document was, for the error
 * @throws ConvoSyncError `vault-damaged`, `vault-newer-format`, `vault-wrong-key` when the keys are another vault's
 */
export function readKeys(description: VaultDescription, document: Uint8Array, object: string): VaultKeys {
  const { identity: pkcs8, nameKey, epochs } = parse(KeysDocument, document, description.id, object);
  let identity: KeyObject;
  try {
    identity = createPrivateKey({ key: Buffer.from(pkcs8, 'base64'), format: 'der', type: 'pkcs8' });
  } catch (error) {
    throw damaged(description.id, object, error);
  }
  const mine = createPublicKey(identity).export({ type: 'spki', format: 'der' }).toString('base64');
  if (mine !== description.identity) {
    throw new ConvoSyncError('vault-wrong-key', 'The keys do not belong to this vault.', { details: { vault: description.id, object } });
  }
  if (description.sealed !== epochs.length > 0) {
    throw damaged(description.id, object);
  }
  return { identity, nameKey: Buffer.from(nameKey, 'base64'), epochs };
}

/** The public half of the vault's identity. */
export function identityKey(description: VaultDescription): KeyObject {
  try {
    return createPublicKey({ key: Buffer.from(description.identity, 'base64'), format: 'der', type: 'spki' });
  } catch (error) {
    throw damaged(description.id, storageKeys.vault, error);
  }
}

/** Whether a vault was made by someone who commits with this address. */
export function isOwnedBy(description: VaultDescription, owner: string): boolean {
  return owner !== '' && description.owner === ownerHint(description.id, owner);
}

function signedPart({ v, id, sealed, epoch, owner, created }: Omit<VaultDescription, 'signature' | 'identity'>): Buffer {
  return Buffer.from(`convosync vault ${v}\n${id}\n${sealed ? 'sealed' : 'readable'}\n${epoch}\n${owner}\n${created}\n`);
}

function ownerHint(id: string, owner: string): string {
  return keyedHash(Buffer.from(id), owner.trim().toLowerCase());
}

function vaultIdOf(identity: Uint8Array): string {
  return createHash('sha256').update(identity).digest('hex').slice(0, 32);
}

function toJson(value: unknown): Uint8Array {
  return Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`);
}

function parse<T>(schema: z.ZodType<T>, bytes: Uint8Array, vault: string, object: string): T {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (error) {
    throw damaged(vault, object, error);
  }
  const version = z.object({ v: z.int() }).safeParse(value);
  if (version.success && version.data.v > vaultFormat) {
    throw new ConvoSyncError('vault-newer-format', 'The vault is in a newer format.', { details: { vault, object, format: version.data.v } });
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    throw damaged(vault, object, parsed.error);
  }
  return parsed.data;
}

function damaged(vault: string, object: string, cause?: unknown): ConvoSyncError {
  return new ConvoSyncError('vault-damaged', 'A document of the vault is not readable.', { cause, details: { vault, object } });
}
