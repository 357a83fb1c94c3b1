/**
 * This device's own key for a sealed vault, in its keychain beside the vault's keys. The vault knows the public half (it is in
 * the device's records), so a new epoch can be wrapped for the device, and a device that never had the passphrase can be let in.
 */
import * as z from 'zod';
import type { Keychain } from '../home/keychain.ts';
import type { AgeKey } from './age.ts';

const StoredKey = z.object({ identity: z.string(), recipient: z.string() });

/** Undefined where there is none: the vault was never unlocked here, or was locked. */
export async function deviceKey(keychain: Keychain, vault: string): Promise<AgeKey | undefined> {
  const stored = await keychain.get(nameOf(vault));
  return stored === undefined ? undefined : StoredKey.parse(JSON.parse(stored));
}

/** The key, made where there is none. */
export async function ensureDeviceKey(keychain: Keychain, vault: string): Promise<AgeKey> {
  const known = await deviceKey(keychain, vault);
  if (known) {
    return known;
  }
  const { newKey } = await import('./age.ts');
  const made = await newKey();
  await keychain.set(nameOf(vault), JSON.stringify(made));
  return made;
}

export async function forgetDeviceKey(keychain: Keychain, vault: string): Promise<void> {
  await keychain.delete(nameOf(vault));
}

const nameOf = (vault: string): string => `${vault}-device`;
