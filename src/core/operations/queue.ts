/**
 * What waits on this device to be sent. That it waits, and in which order, is the outboxes' affair: a session leaves one
 * only when the store has confirmed it. Beside each lies what people ask then: since when, in which folder, and why.
 */
import { readdir, rm } from 'node:fs/promises';
import * as path from 'node:path';
import * as z from 'zod';
import { ConvoSyncError, type ErrorCode } from '../common/errors.ts';
import { isMissing } from '../common/files.ts';
import { readDocument, writeDocument } from '../home/document.ts';
import type { Home } from '../home/home.ts';
import type { Parts } from './parts.ts';

const Tries = z.object({
  v: z.literal(1),
  /** Absolute top of the working tree from which the last try was made. */
  folder: z.string(),
  /** ISO times. */
  since: z.string(),
  last: z.string(),
  tries: z.int().positive(),
  problem: z.object({ code: z.string(), message: z.string(), details: z.record(z.string(), z.unknown()) }),
});

/** Tries to send that have failed. */
export interface FailedTries {
  folder: string;
  /** ISO time of the first. */
  since: string;
  /** ISO time of the last. */
  last: string;
  tries: number;
  /** Why the last one failed. */
  problem: ConvoSyncError;
}

/** Undefined while nothing was tried in vain since something was last sent. */
export async function readTries({ home }: Pick<Parts, 'home'>, vault: string): Promise<FailedTries | undefined> {
  const found = await readDocument(fileOf(home, vault), Tries);
  if (!found) {
    return undefined;
  }
  const { folder, since, last, tries, problem: { code, message, details } } = found;
  return { folder, since, last, tries, problem: new ConvoSyncError(code as ErrorCode, message, { details }) };
}

export async function noteTry(parts: Parts, vault: string, folder: string, problem: ConvoSyncError): Promise<void> {
  const now = parts.machine.now().toISOString();
  const before = await readTries(parts, vault);
  const { code, message, details } = problem;
  await writeDocument(fileOf(parts.home, vault), { v: 1, folder, since: before?.since ?? now, last: now, tries: (before?.tries ?? 0) + 1, problem: { code, message, details } });
}

export async function forgetTries({ home }: Parts, vault: string): Promise<void> {
  await rm(fileOf(home, vault), { force: true });
}

/** The folders from which sending was tried in vain, for all vaults of this device: each may have something waiting. */
export async function foldersWaiting({ home }: Parts): Promise<string[]> {
  const folders = await Promise.all((await vaultsIn(home)).map(async (vault) => (await readDocument(fileOf(home, vault), Tries))?.folder ?? []));
  return [...new Set(folders.flat())].sort();
}

async function vaultsIn(home: Home): Promise<string[]> {
  try {
    return (await readdir(home.vaultsFolder, { withFileTypes: true })).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  } catch (error) {
    if (isMissing(error)) {
      return [];
    }
    throw error;
  }
}

function fileOf(home: Home, vault: string): string {
  return path.join(home.vaultsFolder, vault, 'tries.json');
}
