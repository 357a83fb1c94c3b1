/**
 * The keys of a vault in one document, which every key slot wraps: the private identity of the newest epoch, the key
 * of object names of every epoch, and what each sealed epoch is sealed with, so that what is old stays readable. It proves itself: only
 * somebody who knows the private identity can make one that fits the vault, so a storage cannot slip in a slot of its own,
 * and one of an epoch that is over is told by its identity.
 */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import * as z from 'zod';
import { ConvoSyncError } from '../common/errors.ts';
import { damagedDocument, readJson, vaultFormat, writeJson } from './documents.ts';
import { type Chain, newestOf } from './epochs.ts';
import type { NameKeys } from './object.ts';
import type { EpochKey } from './seal.ts';

const KeysDocument = z.object({
  v: z.int(),
  /** PKCS 8 of the identity, base64. */
  identity: z.string(),
  /** Keys of object names, one for each epoch, oldest first; base64. */
  nameKeys: z.tuple([z.string()], z.string()),
  /** What the vault is sealed with, oldest first; none in a readable vault. */
  epochs: z.array(z.object({ epoch: z.int().positive(), identity: z.string().startsWith('AGE-SECRET-KEY-1') })),
});

export interface VaultKeys {
  /** Of the newest epoch. */
  identity: KeyObject;
  nameKeys: NameKeys;
  epochs: readonly EpochKey[];
}

export function writeKeys({ identity, nameKeys, epochs }: VaultKeys): Uint8Array {
  return writeJson({
    v: vaultFormat,
    identity: identity.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
    nameKeys: nameKeys.map((key) => Buffer.from(key).toString('base64')),
    epochs,
  });
}

/**
 * @param object where the document was, for the error
 * @throws ConvoSyncError `vault-damaged`, `vault-newer-format`, `vault-wrong-key` when the keys are another vault's, or those
 * of an epoch that is over
 */
export function readKeys({ id, epochs: chain }: Chain, document: Uint8Array, object: string): VaultKeys {
  const { identity: pkcs8, nameKeys: [first, ...later], epochs } = readJson(KeysDocument, document, id, object);
  let identity: KeyObject;
  try {
    identity = createPrivateKey({ key: Buffer.from(pkcs8, 'base64'), format: 'der', type: 'pkcs8' });
  } catch (error) {
    throw damagedDocument(id, object, error);
  }
  const newest = newestOf(chain);
  const mine = createPublicKey(identity).export({ type: 'spki', format: 'der' }).toString('base64');
  if (mine !== newest.identity) {
    const isOld = chain.some((epoch) => epoch.identity === mine);
    throw new ConvoSyncError('vault-wrong-key', isOld ? 'The keys are of an epoch that is over.' : 'The keys do not belong to this vault.', { details: { vault: id, object, ...(isOld ? { reason: 'older-epoch' } : {}) } });
  }
  const sealed = chain.filter((epoch) => epoch.sealed).map(({ epoch }) => epoch);
  if (sealed.join() !== epochs.map(({ epoch }) => epoch).join() || later.length !== chain.length - 1) {
    throw damagedDocument(id, object);
  }
  return { identity, nameKeys: [Buffer.from(first, 'base64'), ...later.map((key) => Buffer.from(key, 'base64'))], epochs };
}
