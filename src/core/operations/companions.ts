/**
 * Companions: the other repositories that belong to a session. Which ones go with a checkout is remembered from its last save
 * or resume. On another device a companion is known by its identity; its place beside the session's own repository only says
 * where to look first.
 */
import { realpath } from 'node:fs/promises';
import * as path from 'node:path';
import * as z from 'zod';
import { ConvoSyncError } from '../common/errors.ts';
import { marked } from '../common/marked.ts';
import type { Finding, Remedy } from '../git/finding.ts';
import { identifyAgainst, sameRepository } from '../git/identity.ts';
import { Repository } from '../git/repository.ts';
import { readDocument, writeDocument } from '../home/document.ts';
import type { Home } from '../home/home.ts';
import type { RepositoryIdentity, StoredCompanion } from '../session/session.ts';
import { checkoutKey, type LockRequest, withCheckoutLocked } from './locks.ts';
import type { Parts } from './parts.ts';
import type { Choices } from './plan.ts';

const Remembered = z.object({ v: z.literal(1), folders: z.array(z.string()) });

/** Absolute folders that went with the last session of this checkout. */
export async function rememberedCompanions(home: Home, repository: Repository): Promise<string[]> {
  return (await readDocument(documentOf(home, repository), Remembered))?.folders ?? [];
}

export async function rememberCompanions(home: Home, repository: Repository, folders: readonly string[]): Promise<void> {
  const known = await rememberedCompanions(home, repository);
  if (known.length !== folders.length || known.some((folder, index) => folder !== folders[index])) {
    await writeDocument(documentOf(home, repository), { v: 1, folders });
  }
}

function documentOf(home: Home, repository: Repository): string {
  return path.join(home.companionsFolder, `${checkoutKey(repository)}.json`);
}

/**
 * The repositories at these folders, each once; undefined for a folder that is in none.
 *
 * @throws ConvoSyncError `usage` for the session's own repository, in this or another working tree; what `Repository.open` throws
 */
export async function openCompanions(parts: Parts, main: { repository: Repository; identity: RepositoryIdentity }, folders: readonly string[], signal?: AbortSignal): Promise<{ folder: string; repository: Repository | undefined }[]> {
  const found = new Map<string, { folder: string; repository: Repository | undefined }>();
  for (const folder of folders) {
    const repository = await Repository.open(parts.git, folder, signal);
    if (repository && (repository.commonDir === main.repository.commonDir || sameRepository(await identifyAgainst(repository, main.identity, { signal }), main.identity) === 'same')) {
      throw new ConvoSyncError('usage', marked`This is the session’s own repository, not another one.`, { details: { folder } });
    }
    found.set(repository?.gitDir ?? folder, { folder: repository?.top ?? folder, repository });
  }
  return [...found.values()];
}

/**
 * The clone of a companion on this device: in one of the folders, where it went with this checkout before, or where the
 * session has it. Undefined where it is in none of them.
 */
export async function findCompanion(parts: Parts, main: Repository, companion: StoredCompanion, folders: readonly string[], signal?: AbortSignal): Promise<Repository | undefined> {
  const candidates = [...folders, ...(await rememberedCompanions(parts.home, main)), path.resolve(main.top, companion.folder)];
  let related: Repository | undefined;
  for (const folder of new Set(candidates)) {
    const repository = await openIfThere(parts, folder, signal);
    const match = repository && repository.gitDir !== main.gitDir ? sameRepository(await identifyAgainst(repository, companion.repository, { signal }), companion.repository) : 'other';
    if (match === 'same') {
      return repository;
    }
    related ??= match === 'related' ? repository : undefined;
  }
  return related;
}

/**
 * Stops a save or a resume until the person says where it is or goes on without it.
 *
 * @param remedies those beside going on without it, the recommended one first
 */
export function companionMissing(details: Finding['details'], remedies: readonly Remedy[], { choices, force }: { choices?: Choices; force?: boolean }): Finding {
  const isAnswered = force === true || choices?.['companion-missing'] === 'without';
  return { code: 'companion-missing', severity: isAnswered ? 'info' : 'question', ...(isAnswered ? { answered: true } : {}), details, remedies: isAnswered ? ['without'] : [...remedies, 'without'] };
}

/** The companions that are still at these folders, for an undo. */
export async function companionsAt(parts: Parts, folders: readonly string[], signal?: AbortSignal): Promise<Repository[]> {
  return (await Promise.all(folders.map((folder) => openIfThere(parts, folder, signal)))).filter((repository) => repository !== undefined);
}

/** @throws ConvoSyncError `busy` with who is at one of them */
export async function withCompanionsLocked<T>(parts: Parts, [first, ...rest]: readonly Repository[], request: LockRequest, action: () => Promise<T>): Promise<T> {
  return first ? withCheckoutLocked(parts, first, request, () => withCompanionsLocked(parts, rest, request, action)) : action();
}

/** Where a companion lies, seen from the session's own repository, with `/`. */
export async function seenFrom(main: Repository, folder: string): Promise<string> {
  const [from, to] = await Promise.all([realpath(main.top), realpath(folder)]);
  return path.relative(from, to).split(path.sep).join('/') || '.';
}

async function openIfThere({ git }: Parts, folder: string, signal?: AbortSignal): Promise<Repository | undefined> {
  try {
    return await Repository.open(git, folder, signal);
  } catch (error) {
    // What git does not read here (another user's, say) is not where the session goes on.
    if (ConvoSyncError.is(error, 'git-failed')) {
      return undefined;
    }
    throw error;
  }
}
