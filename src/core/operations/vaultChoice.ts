/**
 * Which vault belongs to a checkout. The choice is remembered per place; without one, the vaults at the remote are
 * looked at: the one whose owner commits with the same address is this person's, and nobody else's is ever taken.
 */
import * as path from 'node:path';
import { ConvoSyncError } from '../common/errors.ts';
import { sha256 } from '../common/hash.ts';
import { normaliseRemote } from '../git/identity.ts';
import type { RemoteRefs, Repository } from '../git/repository.ts';
import { withLock } from '../home/lock.ts';
import type { RepositoryIdentity } from '../session/session.ts';
import { CacheRepository } from '../storage/git/cacheRepository.ts';
import { vaultsIn } from '../storage/git/gitBackend.ts';
import { vaultRef } from '../storage/git/refs.ts';
import type { GitRemote } from '../storage/git/remote.ts';
import { isOwnedBy } from '../vault/description.ts';
import { adoptVault, foundVault, loadVault, type OpenedVault, openVault, rememberedVault, rememberVault } from '../vault/places.ts';
import { lockPatience } from './locks.ts';
import type { Parts } from './parts.ts';
import type { VaultChoice } from './plan.ts';

/** A checkout as far as it is known before its vault is. */
export interface Surroundings {
  repository: Repository;
  identity: RepositoryIdentity;
  remote: GitRemote | undefined;
  /** What the remote showed just now; undefined when it was not asked or did not answer. */
  view: RemoteRefs | undefined;
}

export interface ChoiceOptions {
  /** Found a vault where there is none. */
  found: boolean;
  choice?: VaultChoice | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Undefined while this person has no vault here, or while the remote that may hold it does not answer.
 *
 * @throws ConvoSyncError `vault-choice` when the person has to say which vault is theirs, `vault-not-found` when there is none as chosen
 */
export async function chooseVault(parts: Parts, around: Surroundings, options: ChoiceOptions): Promise<OpenedVault | undefined> {
  const { home } = parts;
  const place = placeOf(around);
  const remembered = await rememberedVault(home, place);
  if (remembered !== undefined && options.choice === undefined) {
    return loadVault(home, remembered);
  }
  if (around.remote && !around.view) {
    // Without a look at the remote nothing is founded or joined: it might already hold this person's vault.
    return remembered === undefined ? undefined : loadVault(home, remembered);
  }
  const opened = await findVault(parts, around, options);
  // A look or a plan may be of another vault than the one in use; only what is run goes on with that.
  if (opened && (remembered === undefined || remembered === opened.description.id)) {
    await remember(parts, place, opened.description.id, options.signal);
  }
  return opened;
}

/** What is run with a vault makes it the one in use. */
export async function goOnWith(parts: Parts, around: Surroundings, vault: string, signal?: AbortSignal): Promise<void> {
  const place = placeOf(around);
  if ((await rememberedVault(parts.home, place)) !== vault) {
    await remember(parts, place, vault, signal);
  }
}

function remember({ home }: Parts, place: string, vault: string, signal?: AbortSignal): Promise<void> {
  return withLock(home, 'places', { purpose: 'choosing a vault', signal, waitMs: lockPatience }, () => rememberVault(home, place, vault));
}

/** What a vault is remembered under: the remote's address, else the repository itself. */
function placeOf(around: Pick<Surroundings, 'identity' | 'remote' | 'repository'>): string {
  return around.remote ? (around.identity.remote ?? normaliseRemote(around.remote.name) ?? around.remote.name) : localPlace(around);
}

function localPlace({ identity, repository }: Pick<Surroundings, 'identity' | 'repository'>): string {
  return `local:${identity.roots[0] ?? repository.commonDir}`;
}

async function findVault(parts: Parts, around: Surroundings, { found, choice, signal }: ChoiceOptions): Promise<OpenedVault | undefined> {
  const { home, machine } = parts;
  const owner = (await around.repository.configuration(signal)).get('user.email')?.at(-1) ?? '';
  if (choice === 'new') {
    return foundVault(home, owner, machine.now());
  }
  const candidates = await readCandidates(parts, around, signal);
  if (choice) {
    const chosen = candidates.filter(({ description }) => description.id.startsWith(choice.join));
    if (chosen.length !== 1 || !chosen[0]) {
      throw new ConvoSyncError('vault-not-found', 'No vault, or more than one, has this id.', { details: { vault: choice.join, vaults: candidates.map(({ description }) => description.id) } });
    }
    return adoptVault(home, chosen[0].description.id, chosen[0].files);
  }
  const [mine, ...more] = candidates.filter(({ description }) => isOwnedBy(description, owner));
  if (mine && more.length === 0) {
    return adoptVault(home, mine.description.id, mine.files);
  }
  if (around.view && vaultsIn(around.view).length > 0) {
    throw new ConvoSyncError('vault-choice', 'The remote holds vaults, and none is known to be this person’s.', {
      details: { vaults: candidates.map(({ description }) => ({ id: description.id, created: description.created })) },
    });
  }
  const waiting = await rememberedVault(home, localPlace(around));
  if (waiting !== undefined) {
    return loadVault(home, waiting);
  }
  return found ? foundVault(home, owner, machine.now()) : undefined;
}

/** The vaults that the remote shows; one that cannot be read hides none of the others. */
async function readCandidates(parts: Parts, around: Surroundings, signal?: AbortSignal): Promise<OpenedVault[]> {
  const { remote, view } = around;
  const ids = view ? vaultsIn(view) : [];
  if (!remote || !view || ids.length === 0) {
    return [];
  }
  const cache = new CacheRepository(parts.git, path.join(parts.home.vaultsFolder, `found-${sha256(placeOf(around)).slice(0, 16)}.git`));
  await cache.ensure(objectFormatOf(view), signal);
  const heads = new Map(ids.map((id) => [vaultRef(id), view.refs.get(vaultRef(id)) ?? '']));
  await bringAll(heads, remote, cache, signal);
  const found: OpenedVault[] = [];
  for (const id of ids) {
    const commit = heads.get(vaultRef(id)) ?? '';
    const [vault, openSlot] = await cache.blobs([`${commit}:vault.json`, `${commit}:keys/open`], signal);
    try {
      if (vault && openSlot) {
        found.push(openVault(id, { vault, openSlot }));
      }
    } catch (error) {
      parts.logger.warn(`vault ${id.slice(0, 8)} at ${remote.name} cannot be opened: ${ConvoSyncError.is(error) ? error.code : 'unexpected'}`);
    }
  }
  return found;
}

/** All at once, or one by one where git chokes on one that is damaged. Throws when none can be brought. */
async function bringAll(heads: ReadonlyMap<string, string>, remote: GitRemote, cache: CacheRepository, signal?: AbortSignal): Promise<void> {
  try {
    await remote.bring(heads, cache, signal);
  } catch (error) {
    if (!ConvoSyncError.is(error, 'git-failed', 'remote-unreachable') || heads.size === 1) {
      throw error;
    }
    const brought = await Promise.allSettled([...heads].map((head) => remote.bring(new Map([head]), cache, signal)));
    if (brought.every(({ status }) => status === 'rejected')) {
      throw error;
    }
  }
}

function objectFormatOf(view: RemoteRefs): string {
  return [...view.refs.values()].some((oid) => oid.length === 64) ? 'sha256' : 'sha1';
}
