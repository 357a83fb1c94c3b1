/**
 * What a vault is: `vault.json`, which begins it and its first epoch, and the documents of later epochs (see `epochs`). Every
 * vault has an Ed25519 identity that signs its description and certifies its writers; the vault's id is the hash of
 * the first identity's public half, so that a description can be neither altered nor swapped for another's. No names of
 * people or projects in it.
 */
import { createHash, generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto';
import * as z from 'zod';
import { ConvoSyncError } from '../common/errors.ts';
import { keyedHash } from '../common/hash.ts';
import { keys as storageKeys } from '../storage/backend.ts';
import type { AgeKey } from './age.ts';
import { type Documents, readJson, vaultFormat, writeJson } from './documents.ts';
import { type Chain, type Epoch, identityOf, newestOf, readEpochs } from './epochs.ts';
import { writeKeys } from './keysDocument.ts';

const FoundingDocument = z.object({
  v: z.int(),
  id: z.string(),
  sealed: z.boolean(),
  epoch: z.literal(1),
  /** SPKI of the identity, base64. */
  identity: z.string(),
  recipient: z.string().startsWith('age1').optional(),
  /** Keyed hash of the e-mail address that the owner commits with: recognised by the same person, read by nobody. */
  owner: z.string(),
  created: z.string(),
  /** Of the identity, over all the rest (see `signedPart`), base64. */
  signature: z.string(),
});
type FoundingDocument = z.infer<typeof FoundingDocument>;

/** A vault as it is in its newest epoch. */
export interface VaultDescription extends Chain {
  sealed: boolean;
  epoch: number;
  /** Keyed hash of the e-mail address that the owner commits with. */
  owner: string;
  /** ISO 8601 in UTC. */
  created: string;
}

export interface NewVault {
  description: VaultDescription;
  /** `vault.json` as it is stored. */
  bytes: Uint8Array;
  /** The document of the vault's keys, which a slot wraps. */
  keys: Uint8Array;
}

/** @param sealedWith the key that its first epoch is sealed with; undefined for a readable vault */
export function createVault(owner: string, now: Date, sealedWith?: AgeKey): NewVault {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const identity = publicKey.export({ type: 'spki', format: 'der' });
  const id = vaultIdOf(identity);
  const unsigned = {
    v: vaultFormat, id, sealed: sealedWith !== undefined, epoch: 1 as const, identity: identity.toString('base64'), owner: ownerHint(id, owner), created: now.toISOString(),
    ...(sealedWith ? { recipient: sealedWith.recipient } : {}),
  };
  const founding = { ...unsigned, signature: sign(null, signedPart(unsigned), privateKey).toString('base64') };
  const keys = writeKeys({ identity: privateKey, nameKeys: [randomBytes(32)], epochs: sealedWith ? [{ epoch: 1, identity: sealedWith.identity }] : [] });
  return { description: describe(founding, [firstEpoch(founding)]), bytes: writeJson(founding), keys };
}

/**
 * @param documents `vault.json` and at least the documents of all later epochs
 * @throws ConvoSyncError naming the document: `vault-damaged`, `vault-newer-format`, `vault-forged` when it is not the vault
 * asked for or was altered, `vault-downgraded` when it says that a sealed vault has become readable
 */
export function readDescription(id: string, documents: Documents): VaultDescription {
  const founding = readJson(FoundingDocument, documents.get(storageKeys.vault) ?? new Uint8Array(), id, storageKeys.vault);
  const forged = (message: string): ConvoSyncError => new ConvoSyncError('vault-forged', message, { details: { vault: id, object: storageKeys.vault } });
  if (founding.id !== id || vaultIdOf(Buffer.from(founding.identity, 'base64')) !== id) {
    throw forged('The vault’s description belongs to another vault.');
  }
  const first = firstEpoch(founding);
  if (!verify(null, signedPart(founding), identityOf(id, first), Buffer.from(founding.signature, 'base64'))) {
    throw forged('The vault’s description was altered.');
  }
  return describe(founding, readEpochs(id, first, documents));
}

/** Whether a vault was made by someone who commits with this address. */
export function isOwnedBy(description: VaultDescription, owner: string): boolean {
  return owner !== '' && description.owner === ownerHint(description.id, owner);
}

function describe({ id, owner, created }: FoundingDocument, epochs: Chain['epochs']): VaultDescription {
  const { sealed, epoch } = newestOf(epochs);
  return { id, sealed, epoch, owner, created, epochs };
}

function firstEpoch({ sealed, identity, recipient, created, signature }: FoundingDocument): Epoch {
  return { epoch: 1, sealed, identity, ...(recipient === undefined ? {} : { recipient }), begun: created, writers: {}, ended: [], signature };
}

function signedPart({ v, id, sealed, epoch, recipient = '', owner, created }: Omit<FoundingDocument, 'signature' | 'identity'>): Buffer {
  return Buffer.from(`convosync vault ${v}\n${id}\n${sealed ? 'sealed' : 'readable'}\n${epoch}\n${recipient}\n${owner}\n${created}\n`);
}

function ownerHint(id: string, owner: string): string {
  return keyedHash(Buffer.from(id), owner.trim().toLowerCase());
}

function vaultIdOf(identity: Uint8Array): string {
  return createHash('sha256').update(identity).digest('hex').slice(0, 32);
}
