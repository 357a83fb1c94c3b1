/** The keys of a sealed vault: having them on this device, and what lets the owner in. */
import { ConvoSyncError } from '../common/errors.ts';
import { keys } from '../storage/backend.ts';
import { forgetDeviceKey } from '../vault/deviceKey.ts';
import { type NewPassphrase, passphraseSlot, recoverySlot, unwrapKeys } from '../vault/keySlots.ts';
import { LogIndex } from '../vault/logIndex.ts';
import { SearchIndex } from '../vault/searchIndex.ts';
import type { Secret } from '../vault/secret.ts';
import type { Vault } from '../vault/vault.ts';
import { findSurroundings, openCheckout } from './checkout.ts';
import type { RunOptions } from './convosync.ts';
import { withVaultLocked } from './locks.ts';
import type { Parts } from './parts.ts';
import type { VaultChoice } from './plan.ts';
import { rememberedHere, unlock } from './vaultChoice.ts';

/** @throws ConvoSyncError `vault-wrong-key`, `vault-not-found`, or why the remote, which alone holds the vault, did not answer */
export async function unlockVault(parts: Parts, folder: string, secret: Secret, { vault, signal }: RunOptions & { vault?: VaultChoice | undefined }): Promise<{ vault: string }> {
  const { around, problem } = await findSurroundings(parts, folder, { refresh: true, signal });
  if (problem && (await rememberedHere(parts, around)) === undefined) {
    throw problem;
  }
  const { description } = await unlock(parts, around, secret, { choice: vault, signal });
  return { vault: description.id };
}

/** Forgets the keys, and what was kept opened of logs and for search. False where there was nothing to forget: no vault, a readable or a locked one. */
export async function lockVault(parts: Parts, folder: string, { signal }: RunOptions): Promise<boolean> {
  const { around } = await findSurroundings(parts, folder, { refresh: false, signal });
  const vault = await rememberedHere(parts, around);
  if (vault === undefined || (await parts.keychain.get(vault)) === undefined) {
    return false;
  }
  await parts.keychain.delete(vault);
  await forgetDeviceKey(parts.keychain, vault);
  const { home, logger } = parts;
  await Promise.all([new LogIndex({ home, vault, logger }).forget(), new SearchIndex({ home, vault, logger }).forget()]);
  return true;
}

/** Has the vault open to a new passphrase, and to no earlier one. */
export async function changePassphrase(parts: Parts, folder: string, { current, next }: { current: Secret; next: NewPassphrase }, options: RunOptions): Promise<void> {
  await withSlots(parts, folder, options, async (vault, documents) => {
    const { document } = await unwrapKeys(vault.description, documents, current);
    const slot = await passphraseSlot(document, next);
    await vault.slots.change(new Map([slot]), slotsOfKind(documents, 'passphrase'), options.signal);
  });
}

/** Has the vault open to a new recovery key, which is told this once, and to no earlier one. */
export async function renewRecoveryKey(parts: Parts, folder: string, current: Secret, options: RunOptions): Promise<string> {
  return withSlots(parts, folder, options, async (vault, documents) => {
    const { document } = await unwrapKeys(vault.description, documents, current);
    const { slot, recoveryKey } = await recoverySlot(document);
    await vault.slots.change(new Map([slot]), slotsOfKind(documents, 'recovery'), options.signal);
    return recoveryKey;
  });
}

/**
 * The recovery key of a sealed vault that has none yet: made once a save is safe, so that no key is made that nobody is
 * told. Undefined where there is one, or where none could be made now: then the next save does.
 */
export async function firstRecoveryKey({ keychain, logger }: Parts, vault: Vault, signal: AbortSignal | undefined): Promise<string | undefined> {
  const document = vault.isSealed && !vault.slots.hasRecoveryKey ? await keychain.get(vault.id) : undefined;
  if (document === undefined) {
    return undefined;
  }
  try {
    if (slotsOfKind(await vault.slots.read(signal), 'recovery').length > 0) {
      return undefined;
    }
    const { slot, recoveryKey } = await recoverySlot(Buffer.from(document));
    await vault.slots.change(new Map([slot]), [], signal);
    return recoveryKey;
  } catch (error) {
    if (!ConvoSyncError.is(error)) {
      throw error;
    }
    logger.warn(`no recovery key could be made: ${error.code}`);
    return undefined;
  }
}

/** @throws ConvoSyncError why the remote did not answer: slots are changed where everyone sees them, or not at all */
async function withSlots<T>(parts: Parts, folder: string, { signal }: RunOptions, change: (vault: Vault, documents: ReadonlyMap<string, Uint8Array>) => Promise<T>): Promise<T> {
  const { vault, problem } = await openCheckout(parts, folder, { refresh: true, signal });
  if (problem) {
    throw problem;
  }
  if (!vault?.isSealed) {
    throw new ConvoSyncError('vault-not-found', 'There is no sealed vault here.', { details: { reason: 'none-sealed' } });
  }
  return withVaultLocked(parts, vault, { purpose: 'changing the keys of the vault', signal }, async () => change(vault, await vault.slots.read(signal)));
}

function slotsOfKind(documents: ReadonlyMap<string, Uint8Array>, kind: 'passphrase' | 'recovery'): string[] {
  return [...documents.keys()].filter((key) => key.startsWith(`${keys.slots}${kind}-`));
}
