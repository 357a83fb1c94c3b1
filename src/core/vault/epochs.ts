/**
 * The epochs of a vault. `vault.json` begins the first; each later one is begun by a document of its own, `keys/epoch-<n>`,
 * when a readable vault is sealed or a device is taken out. An epoch has a signing key (its identity, which certifies
 * writers) and, if sealed, a key that everything is sealed with from then on. Both are new in every epoch, since whoever is
 * taken out knows the ones of before.
 *
 * Authority is a chain. The document of an epoch is signed by the identity of the epoch before it and covers that one's
 * signature; the first identity is the one whose hash is the vault's id. A device keeps the chain that it has seen and
 * believes only what goes on from its end: never fewer epochs, never another one in their place, and never readable after
 * sealed.
 *
 * The identity of an earlier epoch proves nothing of what comes later. So an epoch lists every writer of before with the last
 * record that is known of it: a writer that an older identity certified and that is not listed counts for nothing, whoever
 * certified it, and the log of one that is taken out ends at the record listed. The others go on with the keys they have.
 *
 * Somebody who was taken out and holds the storage too can thus do nothing to a device that has seen the new epoch. To one
 * that has not they can go on showing the old epoch, or one of their own making that goes on from it; the state code of the
 * vault (see `stateCode`) tells the two apart.
 */
import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import * as z from 'zod';
import { ConvoSyncError } from '../common/errors.ts';
import { keys as storageKeys } from '../storage/backend.ts';
import { damagedDocument, type Documents, readJson, vaultFormat, writeJson } from './documents.ts';

const writerId = z.string().regex(/^[0-9a-f]{8,64}$/);
const recordName = z.string().regex(/^\d{8}-[0-9a-f]{32}$/);

const EpochDocument = z.object({
  v: z.int(),
  vault: z.string(),
  epoch: z.int().min(2),
  sealed: z.boolean(),
  identity: z.string(),
  recipient: z.string().startsWith('age1').optional(),
  begun: z.string(),
  writers: z.record(writerId, recordName),
  ended: z.array(writerId),
  signature: z.string(),
});

export interface Epoch {
  epoch: number;
  sealed: boolean;
  /** SPKI of its Ed25519 identity, base64. */
  identity: string;
  /** `age1…`, of the key that it is sealed with; undefined in a readable one. */
  recipient?: string | undefined;
  /** ISO 8601 in UTC. */
  begun: string;
  /** The last record known of each writer of before. */
  writers: Readonly<Record<string, string>>;
  /** Those of them whose logs end there. */
  ended: readonly string[];
  /** Of the identity before it, or for the first of itself; base64. It stands for the whole chain up to here. */
  signature: string;
}

/** A vault as far as its epochs are concerned. */
export interface Chain {
  id: string;
  /** Oldest first; never empty. */
  epochs: readonly [Epoch, ...Epoch[]];
}

export const epochSlot = (epoch: number): string => (epoch === 1 ? storageKeys.vault : storageKeys.slot(`epoch-${epoch}`));

/** The epoch that a storage key begins; undefined for any other key. */
export function epochOfSlot(key: string): number | undefined {
  const digits = /^keys\/epoch-([1-9]\d{0,5})$/.exec(key)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

export type NewEpoch = Omit<Epoch, 'epoch' | 'signature'>;

/** The document that begins the next epoch of a vault. @param identity of the epoch until now */
export function signEpoch({ id, epochs }: Chain, begins: NewEpoch, identity: KeyObject): [key: string, bytes: Uint8Array] {
  const previous = newestOf(epochs);
  const epoch = { epoch: previous.epoch + 1, ...begins };
  const signature = sign(null, signedPart(id, epoch, previous.signature), identity).toString('base64');
  return [epochSlot(epoch.epoch), writeJson({ v: vaultFormat, vault: id, ...epoch, signature })];
}

/**
 * The whole chain that begins with the first epoch.
 *
 * @throws ConvoSyncError naming the document: `vault-forged` where the epoch before did not sign it, `vault-downgraded` where
 * readable follows sealed, `vault-damaged` also where one is missing in between, `vault-newer-format`
 */
export function readEpochs(vault: string, first: Epoch, documents: Documents): Chain['epochs'] {
  const epochs: [Epoch, ...Epoch[]] = [first];
  const numbers = [...documents.keys()].flatMap((key) => epochOfSlot(key) ?? []).sort((a, b) => a - b);
  for (const number of numbers) {
    const previous = newestOf(epochs);
    const object = epochSlot(number);
    if (number !== previous.epoch + 1) {
      throw damagedDocument(vault, epochSlot(previous.epoch + 1));
    }
    const { vault: of, ...epoch } = readJson(EpochDocument, documents.get(object) ?? new Uint8Array(), vault, object);
    const signed = verify(null, signedPart(of, epoch, previous.signature), identityOf(vault, previous), Buffer.from(epoch.signature, 'base64'));
    if (!signed || of !== vault || epoch.epoch !== number) {
      throw new ConvoSyncError('vault-forged', 'The epoch before did not begin this one.', { details: { vault, object, reason: 'epoch' } });
    }
    if (previous.sealed && !epoch.sealed) {
      throw new ConvoSyncError('vault-downgraded', 'A sealed vault never becomes readable.', { details: { vault, object, reason: 'unsealed' } });
    }
    if (epoch.sealed !== (epoch.recipient !== undefined)) {
      throw damagedDocument(vault, object);
    }
    epochs.push(toEpoch(epoch));
  }
  return epochs;
}

/**
 * That a vault as it is shown now goes on from what this device knows of it.
 *
 * @throws ConvoSyncError naming the document: `vault-downgraded` where epochs are gone, `vault-forged` where one is another
 */
export function assertContinues(known: Chain, found: Chain): void {
  for (const [index, { epoch, signature }] of known.epochs.entries()) {
    const details = { vault: known.id, object: epochSlot(epoch) };
    const shown = found.epochs[index];
    if (!shown) {
      throw new ConvoSyncError('vault-downgraded', 'The storage shows the vault in an epoch that is over.', { details: { ...details, reason: 'older-epoch' } });
    }
    if (shown.signature !== signature) {
      throw new ConvoSyncError('vault-forged', 'An epoch is another than this device has seen.', { details: { ...details, reason: 'epoch' } });
    }
  }
}

export function newestOf(epochs: Chain['epochs']): Epoch {
  return epochs.at(-1) ?? epochs[0];
}

/** The public half of an epoch's identity. */
export function identityOf(vault: string, { epoch, identity }: Epoch): KeyObject {
  try {
    return createPublicKey({ key: Buffer.from(identity, 'base64'), format: 'der', type: 'spki' });
  } catch (error) {
    throw damagedDocument(vault, epochSlot(epoch), error);
  }
}

/** The last record that counts of each writer that was taken out. */
export function endsOf({ epochs }: Chain): ReadonlyMap<string, string> {
  const ends = new Map<string, string>();
  for (const { writers, ended } of epochs) {
    for (const writer of ended) {
      const head = writers[writer];
      if (head !== undefined && !ends.has(writer)) {
        ends.set(writer, head);
      }
    }
  }
  return ends;
}

/** Whether every epoch since a writer was certified has listed it. */
export function isListed({ epochs }: Chain, writer: string, certifiedIn: number): boolean {
  return epochs.every(({ epoch, writers }) => epoch <= certifiedIn || writers[writer] !== undefined);
}

function toEpoch({ epoch, sealed, identity, recipient, begun, writers, ended, signature }: Epoch): Epoch {
  return { epoch, sealed, identity, ...(recipient === undefined ? {} : { recipient }), begun, writers, ended, signature };
}

function signedPart(vault: string, { epoch, sealed, identity, recipient = '', begun, writers, ended }: Omit<Epoch, 'signature'>, previous: string): Buffer {
  const listed = Object.entries(writers).sort(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.from(`convosync epoch 1\n${JSON.stringify([vault, epoch, sealed, identity, recipient, begun, listed, [...ended].sort(), previous])}\n`);
}
