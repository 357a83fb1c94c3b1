/** Small JSON documents of ConvoSync's home, each with the version `v` of its format. */
import * as path from 'node:path';
import type * as z from 'zod';
import { ConvoSyncError } from '../common/errors.ts';
import { tryReadFile, writeFileAtomic } from '../common/files.ts';

/** The version of every document that this program writes, and the newest it reads. */
const knownVersion = 1;

/**
 * The document, or undefined when there is no such file.
 *
 * @throws ConvoSyncError `vault-newer-format` for one that a newer ConvoSync wrote, and `home-unusable` for one that
 * cannot be read or is damaged: it is never taken for a missing one
 */
export async function readDocument<Document extends { v: number }>(file: string, schema: z.ZodType<Document>): Promise<Document | undefined> {
  const text = await tryReadFile(file).catch((error: unknown) => {
    throw unusable(file, 'unreadable', error);
  });
  if (text === undefined) {
    return undefined;
  }
  const value = parseJson(file, text);
  const version = versionOf(value);
  if (version !== undefined && version > knownVersion) {
    throw new ConvoSyncError('vault-newer-format', 'A newer version of ConvoSync wrote this document.', { details: { file, version, known: knownVersion } });
  }
  const read = schema.safeParse(value);
  if (!read.success) {
    throw unusable(file, 'damaged', read.error);
  }
  return read.data;
}

/**
 * Replaces the document as a whole, readable by the user alone.
 *
 * @throws ConvoSyncError `home-unusable`; then the old document is still there
 */
export async function writeDocument(file: string, value: { v: number } & Readonly<Record<string, unknown>>): Promise<void> {
  try {
    await writeFileAtomic(file, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  } catch (error) {
    throw unusable(file, 'unwritable', error);
  }
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unusable(file, 'damaged', error);
  }
}

function versionOf(value: unknown): number | undefined {
  return typeof value === 'object' && value !== null && 'v' in value && typeof value.v === 'number' ? value.v : undefined;
}

/** `home-unusable` for a file of our own. */
export function unusable(file: string, reason: 'missing' | 'unreadable' | 'unwritable' | 'damaged', cause: unknown): ConvoSyncError {
  return new ConvoSyncError('home-unusable', `${file} is ${reason}.`, { cause, details: { folder: path.dirname(file), file, reason } });
}
