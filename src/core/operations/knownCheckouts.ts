/**
 * Checkouts that ConvoSync has seen on this device, each with what its repository is recognised by. Finding the roots walks the
 * whole history, and they hardly ever change. A cache: what is lost of it is found again.
 */
import { readdir } from 'node:fs/promises';
import * as path from 'node:path';
import * as z from 'zod';
import { fileExists } from '../common/files.ts';
import { sameRepository } from '../git/identity.ts';
import type { Repository } from '../git/repository.ts';
import { readDocument, writeDocument } from '../home/document.ts';
import type { Home } from '../home/home.ts';
import type { RepositoryIdentity } from '../session/session.ts';
import { checkoutKey } from './locks.ts';

const KnownCheckout = z.object({
  v: z.literal(1),
  roots: z.array(z.string()),
  /** Top of the working tree, and the normalised remote. */
  top: z.string().optional(),
  remote: z.string().optional(),
});

export async function knownRoots(home: Home, repository: Repository): Promise<string[] | undefined> {
  return (await readDocument(fileOf(home, repository), KnownCheckout))?.roots;
}

/** Writes nothing when all of it is known. */
export async function noteCheckout(home: Home, repository: Repository, { roots, remote }: RepositoryIdentity): Promise<void> {
  const known = await readDocument(fileOf(home, repository), KnownCheckout);
  if (roots.length > 0 && (known?.top !== repository.top || known.remote !== remote)) {
    await writeDocument(fileOf(home, repository), { v: 1, roots, top: repository.top, ...(remote === undefined ? {} : { remote }) });
  }
}

/** Tops of the checkouts of a repository that are still there. */
export async function checkoutsOf(home: Home, identity: RepositoryIdentity): Promise<string[]> {
  const names = await readdir(folderIn(home)).catch(() => []);
  const known = await Promise.all(names.map((name) => readDocument(path.join(folderIn(home), name), KnownCheckout)));
  const tops = known.flatMap((one) => (one?.top !== undefined && sameRepository({ name: '', roots: one.roots, ...(one.remote === undefined ? {} : { remote: one.remote }) }, identity) === 'same' ? [one.top] : []));
  const present = await Promise.all(tops.map((top) => fileExists(path.join(top, '.git'))));
  return tops.filter((_, index) => present[index] === true).sort();
}

function folderIn(home: Home): string {
  return path.join(home.root, 'cache', 'roots');
}

function fileOf(home: Home, repository: Repository): string {
  return path.join(folderIn(home), `${checkoutKey(repository)}.json`);
}
