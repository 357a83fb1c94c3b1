/**
 * Key slots: the vault's keys (see `keysDocument`), wrapped once for every way in. In a readable vault there is one, `keys/open`,
 * as it is. In a sealed vault each is an age file of the same document: `keys/passphrase-<random>` for a passphrase (scrypt,
 * random salt), `keys/recovery-<random>` for a key that is printed and kept, `keys/device-<random>` for the own keys of
 * one or more devices. The stock `age` program opens them.
 */
import { randomId } from '../common/hash.ts';
import { ConvoSyncError } from '../common/errors.ts';
import { marked } from '../common/marked.ts';
import { keys } from '../storage/backend.ts';
import type { VaultDescription } from './description.ts';
import type { Documents } from './documents.ts';
import { readKeys, type VaultKeys } from './keysDocument.ts';
import { isRecoveryKey, type Secret, shortestPassphrase } from './secret.ts';

export const openSlot = keys.slot('open');

export interface NewPassphrase {
  passphrase: string;
  /** Cost of one guess, as the base-2 logarithm of scrypt's N; without it what the age program itself takes. */
  workFactor?: number;
}

const defaultWorkFactor = 18;

export async function passphraseSlot(document: Uint8Array, { passphrase, workFactor = defaultWorkFactor }: NewPassphrase): Promise<[key: string, bytes: Uint8Array]> {
  if (passphrase.length < shortestPassphrase) {
    throw new ConvoSyncError('usage', marked`A passphrase needs at least ${shortestPassphrase} characters: whoever holds the storage can try as often as they like.`, { details: { reason: 'short-passphrase', shortest: shortestPassphrase } });
  }
  if (isRecoveryKey(passphrase)) {
    throw new ConvoSyncError('usage', marked`This is a recovery key, or looks like one: a passphrase has to be something else.`, { details: { reason: 'key-as-passphrase' } });
  }
  const { encryptWithPassphrase } = await import('./age.ts');
  return [keys.slot(`passphrase-${randomId(4)}`), await encryptWithPassphrase(passphrase, document, workFactor)];
}

export async function recoverySlot(document: Uint8Array): Promise<{ slot: [key: string, bytes: Uint8Array]; recoveryKey: string }> {
  const { encryptTo, newKey } = await import('./age.ts');
  const { identity, recipient } = await newKey();
  return { slot: [keys.slot(`recovery-${randomId(4)}`), await encryptTo([recipient], document)], recoveryKey: identity };
}

/** @param recipients public keys of devices (`age1…`) */
export async function deviceSlot(document: Uint8Array, recipients: readonly string[]): Promise<[key: string, bytes: Uint8Array]> {
  const { encryptTo } = await import('./age.ts');
  return [keys.slot(`device-${randomId(4)}`), await encryptTo(recipients, document)];
}

/**
 * The keys of a sealed vault, by whichever slot the secret opens.
 *
 * @throws ConvoSyncError `vault-wrong-key` when it opens none; what `readKeys` throws
 */
export async function unwrapKeys(description: VaultDescription, documents: Documents, secret: Secret): Promise<{ keys: VaultKeys; document: Uint8Array }> {
  const { decryptBy, decryptWithPassphrase } = await import('./age.ts');
  const isKey = isRecoveryKey(secret);
  const unwrap = isKey ? (bytes: Uint8Array) => decryptBy([secret.trim().toUpperCase()], bytes) : (bytes: Uint8Array) => decryptWithPassphrase(secret, bytes);
  const damage: unknown[] = [];
  let tried = 0;
  for (const [key, bytes] of documents) {
    if (key.startsWith(`${keys.slots}${isKey ? 'recovery' : 'passphrase'}-`)) {
      tried++;
      const document = await unwrap(bytes).catch((error: unknown) => void damage.push(error));
      const opened = document && tryReadKeys(description, document, key, damage);
      if (opened) {
        return { keys: opened, document };
      }
    }
  }
  throw new ConvoSyncError('vault-wrong-key', 'The secret opens no slot of the vault.', {
    ...(damage.length > 0 ? { cause: damage[0] } : {}),
    details: { vault: description.id, kind: isKey ? 'recovery key' : 'passphrase', slots: tried },
  });
}

/** Undefined for keys of an epoch that is over, which hide none of the others. */
function tryReadKeys(description: VaultDescription, document: Uint8Array, key: string, damage: unknown[]): VaultKeys | undefined {
  try {
    return readKeys(description, document, key);
  } catch (error) {
    if (!ConvoSyncError.is(error, 'vault-wrong-key')) {
      throw error;
    }
    damage.push(error);
    return undefined;
  }
}

/** The keys of a sealed vault, by a slot that was wrapped for this device; undefined where there is none. */
export async function unwrapForDevice(description: VaultDescription, documents: Documents, identity: string): Promise<{ keys: VaultKeys; document: Uint8Array } | undefined> {
  const { decryptBy } = await import('./age.ts');
  for (const [key, bytes] of documents) {
    try {
      const document = key.startsWith(keys.slot('device-')) ? await decryptBy([identity], bytes) : undefined;
      if (document) {
        return { keys: readKeys(description, document, key), document };
      }
    } catch {
      // One that is damaged, or of an epoch that is over, hides none of the others.
    }
  }
  return undefined;
}
