/**
 * `vault.json` says what a vault is, and `keys/open` (in an unsealed vault only) lets whoever can read the storage
 * in. Every vault has an Ed25519 identity that certifies its writers; the vault's id is the hash of its public half,
 * so that a description cannot be swapped for another's. No names of people or projects in either.
 */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import * as z from 'zod';
import { ConvoSyncError } from '../common/errors.ts';
import { keyedHash } from '../common/hash.ts';

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
});
export type VaultDescription = z.infer<typeof Description>;

const OpenSlot = z.object({
  v: z.int(),
  /** PKCS 8 of the identity, base64. */
  identity: z.string(),
  /** Key of object names, base64. */
  nameKey: z.string(),
});

export interface VaultKeys {
  identity: KeyObject;
  nameKey: Uint8Array;
}

export interface NewVault {
  description: VaultDescription;
  keys: VaultKeys;
  /** The two documents as they are stored. */
  files: { vault: Uint8Array; openSlot: Uint8Array };
}

export const openSlotName = 'open';

export function createVault(owner: string, now: Date): NewVault {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const identity = publicKey.export({ type: 'spki', format: 'der' });
  const id = vaultIdOf(identity);
  const description: VaultDescription = {
    v: vaultFormat, id, sealed: false, epoch: 1, identity: identity.toString('base64'), owner: ownerHint(id, owner), created: now.toISOString(),
  };
  const nameKey = randomBytes(32);
  const slot = { v: vaultFormat, identity: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'), nameKey: nameKey.toString('base64') };
  return { description, keys: { identity: privateKey, nameKey }, files: { vault: toJson(description), openSlot: toJson(slot) } };
}

/** @throws ConvoSyncError `vault-damaged`, `vault-newer-format`, `vault-forged` when it is not the vault asked for */
export function readDescription(id: string, bytes: Uint8Array): VaultDescription {
  const description = parse(Description, bytes, id);
  if (description.id !== id || vaultIdOf(Buffer.from(description.identity, 'base64')) !== id) {
    throw new ConvoSyncError('vault-forged', 'The vault’s description belongs to another vault.', { details: { vault: id, object: 'vault.json' } });
  }
  if (description.sealed) {
    throw new ConvoSyncError('vault-newer-format', 'The vault is sealed, which this version cannot open.', { details: { vault: id } });
  }
  return description;
}

export function readOpenSlot(description: VaultDescription, bytes: Uint8Array): VaultKeys {
  const slot = parse(OpenSlot, bytes, description.id);
  let identity: KeyObject;
  try {
    identity = createPrivateKey({ key: Buffer.from(slot.identity, 'base64'), format: 'der', type: 'pkcs8' });
  } catch (error) {
    throw new ConvoSyncError('vault-damaged', 'The vault’s key is not readable.', { cause: error, details: { vault: description.id, object: 'keys/open' } });
  }
  const mine = createPublicKey(identity).export({ type: 'spki', format: 'der' }).toString('base64');
  if (mine !== description.identity) {
    throw new ConvoSyncError('vault-wrong-key', 'The key does not belong to this vault.', { details: { vault: description.id } });
  }
  return { identity, nameKey: Buffer.from(slot.nameKey, 'base64') };
}

/** Whether a vault was made by someone who commits with this address. */
export function isOwnedBy(description: VaultDescription, owner: string): boolean {
  return owner !== '' && description.owner === ownerHint(description.id, owner);
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

function parse<T>(schema: z.ZodType<T>, bytes: Uint8Array, vault: string): T {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (error) {
    throw new ConvoSyncError('vault-damaged', 'The vault’s description is not readable.', { cause: error, details: { vault } });
  }
  const version = z.object({ v: z.int() }).safeParse(value);
  if (version.success && version.data.v > vaultFormat) {
    throw new ConvoSyncError('vault-newer-format', 'The vault is in a newer format.', { details: { vault, format: version.data.v } });
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    throw new ConvoSyncError('vault-damaged', 'The vault’s description is not readable.', { cause: parsed.error, details: { vault } });
  }
  return parsed.data;
}
