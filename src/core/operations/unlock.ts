/** Unlocking and locking the sealed vault of a checkout on this device. */
import { findSurroundings } from './checkout.ts';
import type { RunOptions } from './convosync.ts';
import type { Parts } from './parts.ts';
import type { VaultChoice } from './plan.ts';
import type { Secret } from '../vault/keySlots.ts';
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

/** False where there was nothing to forget: no vault, a readable one, or one that is locked already. */
export async function lockVault(parts: Parts, folder: string, { signal }: RunOptions): Promise<boolean> {
  const { around } = await findSurroundings(parts, folder, { refresh: false, signal });
  const vault = await rememberedHere(parts, around);
  if (vault === undefined || (await parts.keychain.get(vault)) === undefined) {
    return false;
  }
  await parts.keychain.delete(vault);
  return true;
}
