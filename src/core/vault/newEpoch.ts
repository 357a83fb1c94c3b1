/**
 * Beginning another epoch of a vault, with keys of its own: to seal a readable one, or to take devices out. Every way in is
 * made anew. A passphrase has to be typed again, since a slot that it opens cannot be made without it; the recovery key is
 * another one; devices that stay are let in by their own public keys, which their records hold.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { Keychain } from '../home/keychain.ts';
import { keys as storageKeys } from '../storage/backend.ts';
import { type Chain, epochOfSlot, newestOf, signEpoch } from './epochs.ts';
import { type VaultKeys, writeKeys } from './keysDocument.ts';
import { deviceSlot, type NewPassphrase, passphraseSlot, recoverySlot } from './keySlots.ts';
import type { Documents } from './documents.ts';
import type { Heads } from './log.ts';
import type { Vault } from './vault.ts';

export interface Renewal {
  passphrase: NewPassphrase;
  /** Ids of the devices that are taken out. */
  out: readonly string[];
  now: Date;
}

/**
 * Begins the next epoch of a vault, under its lock and after a look: at its place if it is there already, then in this home.
 *
 * @returns the recovery key, which is kept nowhere
 * @throws ConvoSyncError `usage` for a passphrase that is too short; `storage-conflict` when another device changes the slots
 * at the same moment; then nothing has changed
 */
export async function renewKeys(vault: Vault, keychain: Keychain, { passphrase, out, now }: Renewal, signal?: AbortSignal): Promise<string> {
  const writers = vault.heads;
  const [leaving, staying] = partition([...vault.state.devices.values()], ({ device }) => out.includes(device.id) || vault.isTakenOut(device.id));
  const { added, document, recoveryKey } = await beginEpoch(vault.description, vault.keys, {
    writers,
    ended: leaving.flatMap((device) => device.writers).filter((writer) => writers[writer] !== undefined),
    recipients: [...new Set(staying.flatMap(({ recipients }) => recipients))],
    passphrase,
    now,
  });
  await vault.slots.change(added, slotsBefore(await vault.slots.read(signal)), signal);
  await keychain.set(vault.id, Buffer.from(document).toString('utf8'));
  return recoveryKey;
}

export interface EpochWishes {
  /** The last record at the store of every writer that counts. */
  writers: Heads;
  /** Writers that are taken out. */
  ended: readonly string[];
  /** Public keys of the devices that stay. */
  recipients: readonly string[];
  passphrase: NewPassphrase;
  now: Date;
}

interface BegunEpoch {
  /** What is to be stored: the epoch and its slots. */
  added: Documents;
  /** The keys document, for this device's keychain. */
  document: Uint8Array;
  recoveryKey: string;
}

export async function beginEpoch(vault: Chain, keys: VaultKeys, { writers, ended, recipients, passphrase, now }: EpochWishes): Promise<BegunEpoch> {
  const { newKey } = await import('./age.ts');
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const sealedWith = await newKey();
  const epoch = signEpoch(vault, {
    sealed: true,
    identity: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    recipient: sealedWith.recipient,
    begun: now.toISOString(),
    writers,
    ended,
  }, keys.identity);
  const number = newestOf(vault.epochs).epoch + 1;
  const document = writeKeys({ identity: privateKey, nameKeys: [...keys.nameKeys, randomBytes(32)], epochs: [...keys.epochs, { epoch: number, identity: sealedWith.identity }] });
  const { slot: recovery, recoveryKey } = await recoverySlot(document);
  const devices = recipients.length === 0 ? [] : [await deviceSlot(document, recipients)];
  return { added: new Map([epoch, await passphraseSlot(document, passphrase), recovery, ...devices]), document, recoveryKey };
}

function partition<T>(all: readonly T[], isFirst: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}

/** The slots that the epochs of before opened to: none of them lets anybody in any more. */
function slotsBefore(documents: Documents): string[] {
  return [...documents.keys()].filter((key) => key.startsWith(storageKeys.slots) && epochOfSlot(key) === undefined);
}
