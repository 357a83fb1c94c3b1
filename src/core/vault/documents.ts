/** The documents of a vault that are no records and no objects: JSON, each with the version `v` of its format. */
import * as z from 'zod';
import { ConvoSyncError } from '../common/errors.ts';

/** By storage key: `vault.json` and what lies under `keys/`, as it is stored. */
export type Documents = ReadonlyMap<string, Uint8Array>;

/** The version that this program writes, and the newest it reads. */
export const vaultFormat = 1;

export function writeJson(value: { v: number } & Readonly<Record<string, unknown>>): Uint8Array {
  return Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`);
}

/** @throws ConvoSyncError `vault-damaged` or `vault-newer-format`, naming the object */
export function readJson<T>(schema: z.ZodType<T>, bytes: Uint8Array, vault: string, object: string): T {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (error) {
    throw damagedDocument(vault, object, error);
  }
  const version = z.object({ v: z.int() }).safeParse(value);
  if (version.success && version.data.v > vaultFormat) {
    throw new ConvoSyncError('vault-newer-format', 'The vault is in a newer format.', { details: { vault, object, format: version.data.v } });
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    throw damagedDocument(vault, object, parsed.error);
  }
  return parsed.data;
}

export function damagedDocument(vault: string, object: string, cause?: unknown): ConvoSyncError {
  return new ConvoSyncError('vault-damaged', 'A document of the vault is not readable.', { cause, details: { vault, object } });
}
