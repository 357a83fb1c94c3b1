import type { ConvoSync } from '../../src/core/operations/convosync.ts';
import type { NewVaultChoice } from '../../src/core/vault/openVault.ts';

/** Answers what a first save asks: who may read its vault. */
export function withNewVault(core: ConvoSync, newVault: NewVaultChoice): ConvoSync {
  return { ...core, save: (plan, options) => core.save(plan, { newVault, ...options }) };
}

export function withReadableVault(core: ConvoSync): ConvoSync {
  return withNewVault(core, 'readable');
}
