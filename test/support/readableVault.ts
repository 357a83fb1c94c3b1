import type { ConvoSync } from '../../src/core/operations/convosync.ts';

/** Answers what a first save asks: who may read its vault. */
export function withReadableVault(core: ConvoSync): ConvoSync {
  return { ...core, save: (plan, options) => core.save(plan, { newVault: 'readable', ...options }) };
}
