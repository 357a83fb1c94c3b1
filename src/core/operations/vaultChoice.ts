/**
 * Which vault belongs to a checkout. The choice is remembered per place; without one, the vaults at the remote are
 * looked at: the one whose owner commits with the same address is this person's, and nobody else's is ever taken.
 */
import * as path from 'node:path';
import { ConvoSyncError } from '../common/errors.ts';
import { sha256 } from '../common/hash.ts';
import { readConfiguration } from '../git/configuration.ts';
import type { RemoteRefs } from '../git/fetch.ts';
import { normaliseRemote } from '../git/identity.ts';
import type { Repository } from '../git/repository.ts';
import { withLock } from '../home/lock.ts';
import type { RepositoryIdentity } from '../session/session.ts';
import { CacheRepository } from '../storage/git/cacheRepository.ts';
import { namespaceAmong, rootOf, vaultRef } from '../storage/git/refs.ts';
import type { GitRemote } from '../storage/git/remote.ts';
import { isOwnedBy, readDescription, type VaultDescription } from '../vault/description.ts';
import type { Documents } from '../vault/documents.ts';
import { tryLoadDocuments } from '../vault/keptDocuments.ts';
import type { Secret } from '../vault/secret.ts';
import { adoptVault, foundVault, loadVault, type NewVaultChoice, type OpenedVault, unlockVault } from '../vault/openVault.ts';
import { rememberedVault, rememberVault } from '../vault/places.ts';
import type { ChosenPlace } from './chosenPlace.ts';
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
  /** What was chosen to keep the sessions. */
  chosen: ChosenPlace | undefined;
  /** What the git repository that keeps the sessions showed just now: `view`, unless it is one of its own. */
  seen: RemoteRefs | undefined;
  /** Ids of the vaults that lie where this person's is to lie; undefined when that was not asked or did not answer. */
  vaults: readonly string[] | undefined;
}

export interface ChoiceOptions {
  /** How to found a vault where there is none; undefined founds none. */
  found?: NewVaultChoice | undefined;
  choice?: VaultChoice | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Undefined while this person has no vault here, or while the remote that may hold it does not answer.
 *
 * @throws ConvoSyncError `vault-choice` when the person has to say which vault is theirs, `vault-not-found` when there is
 * none as chosen, `vault-locked` for one that was not unlocked on this device
 */
export async function chooseVault(parts: Parts, around: Surroundings, options: ChoiceOptions): Promise<OpenedVault | undefined> {
  const { home } = parts;
  const place = placeOf(around);
  const remembered = await rememberedVault(home, place);
  if (remembered !== undefined && options.choice === undefined) {
    return loadVault(parts, remembered);
  }
  if ((around.remote ?? around.chosen) && !around.vaults) {
    // Without a look at the place nothing is founded or joined: it might already hold this person's vault.
    return remembered === undefined ? undefined : loadVault(parts, remembered);
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

/** The vault that is in use here, locked or not; undefined while there is none. */
export function rememberedHere({ home }: Parts, around: Pick<Surroundings, 'chosen' | 'identity' | 'remote' | 'repository'>): Promise<string | undefined> {
  return rememberedVault(home, placeOf(around));
}

function remember({ home }: Parts, place: string, vault: string, signal?: AbortSignal): Promise<void> {
  return withLock(home, 'places', { purpose: 'choosing a vault', signal, waitMs: lockPatience }, () => rememberVault(home, place, vault));
}

/** The git repository that keeps the sessions; undefined where something else does, or nothing. */
export function gitKeeperOf({ chosen, remote }: Pick<Surroundings, 'chosen' | 'remote'>): GitRemote | undefined {
  return chosen === undefined ? remote : chosen.kind === 'git' ? chosen.remote : undefined;
}

/** What a vault is remembered under: the address of the chosen place, else the remote's, else the repository itself. */
export function placeOf(around: Pick<Surroundings, 'chosen' | 'identity' | 'remote' | 'repository'>): string {
  const { chosen } = around;
  if (chosen?.kind === 'git' && chosen.isCodeRemote) {
    return `${chosen.address}:${remotePlaceOf(around)}`;
  }
  return chosen ? `store:${chosen.address}` : remotePlaceOf(around);
}

/** What a place is remembered under that was chosen to keep the sessions. */
export function remotePlaceOf(around: Pick<Surroundings, 'identity' | 'remote' | 'repository'>): string {
  return around.remote ? (around.identity.remote ?? normaliseRemote(around.remote.name) ?? around.remote.name) : localPlace(around);
}

function localPlace({ identity, repository }: Pick<Surroundings, 'identity' | 'repository'>): string {
  return `local:${identity.roots[0] ?? repository.commonDir}`;
}

/**
 * Opens a sealed vault with its passphrase or recovery key, and keeps its keys on this device.
 *
 * @throws ConvoSyncError `vault-wrong-key`; `vault-not-found` where there is no sealed vault of this person's
 */
export async function unlock(parts: Parts, around: Surroundings, secret: Secret, { choice, signal }: Omit<ChoiceOptions, 'found'>): Promise<OpenedVault> {
  const place = placeOf(around);
  const remembered = await rememberedVault(parts.home, place);
  const id = chosenId(choice) ?? remembered;
  const shown = await sealedVaults(parts, around, { choice, signal });
  const known = remembered === undefined || shown.some(({ description }) => description.id === remembered) ? undefined : await tryLoadDocuments(parts.home, remembered);
  const kept = known && remembered !== undefined ? [{ description: readDescription(remembered, known), documents: known }] : [];
  const sealed = [...shown, ...kept.filter(({ description }) => description.sealed && (id === undefined || description.id.startsWith(id)))];
  if (sealed.length === 0) {
    throw new ConvoSyncError('vault-not-found', 'There is no sealed vault here.', { details: { reason: 'none-sealed', ...(id === undefined ? {} : { vault: id }) } });
  }
  let refused: unknown;
  for (const { description, documents } of sealed) {
    try {
      const opened = await unlockVault(parts, description.id, documents, secret);
      await remember(parts, place, description.id, signal);
      return opened;
    } catch (error) {
      if (!ConvoSyncError.is(error, 'vault-wrong-key')) {
        throw error;
      }
      refused ??= error;
    }
  }
  throw refused;
}

export interface SealedCandidate extends Candidate {
  /** Whoever made it commits with this person's address. */
  isMine: boolean;
}

/** The sealed vaults that the place shows: only the one in use here, if there is one. */
export async function sealedVaults(parts: Parts, around: Surroundings, { choice, signal }: Omit<ChoiceOptions, 'found'>): Promise<SealedCandidate[]> {
  const id = chosenId(choice) ?? (await rememberedVault(parts.home, placeOf(around)));
  const sealed = (await readCandidates(parts, around, signal)).filter(({ description }) => description.sealed && (id === undefined || description.id.startsWith(id)));
  const owner = (await readConfiguration(around.repository, signal)).get('user.email')?.at(-1) ?? '';
  return sealed.map((each) => ({ ...each, isMine: isOwnedBy(each.description, owner) }));
}

function chosenId(choice: VaultChoice | undefined): string | undefined {
  return choice === undefined || choice === 'new' ? undefined : choice.join;
}

async function findVault(parts: Parts, around: Surroundings, { found, choice, signal }: ChoiceOptions): Promise<OpenedVault | undefined> {
  const { home, machine } = parts;
  const owner = (await readConfiguration(around.repository, signal)).get('user.email')?.at(-1) ?? '';
  const foundOne = async (): Promise<OpenedVault | undefined> => (found === undefined ? undefined : foundVault(parts, owner, machine.now(), found));
  if (choice === 'new') {
    return foundOne();
  }
  const candidates = await readCandidates(parts, around, signal);
  if (choice) {
    const chosen = candidates.filter(({ description }) => description.id.startsWith(choice.join));
    if (chosen.length !== 1 || !chosen[0]) {
      throw new ConvoSyncError('vault-not-found', 'No vault, or more than one, has this id.', { details: { vault: choice.join, vaults: candidates.map(({ description }) => description.id) } });
    }
    return adoptVault(parts, chosen[0].description.id, chosen[0].documents);
  }
  const [mine, ...more] = candidates.filter(({ description }) => isOwnedBy(description, owner));
  if (mine && more.length === 0) {
    return adoptVault(parts, mine.description.id, mine.documents);
  }
  if (around.vaults !== undefined && around.vaults.length > 0) {
    throw new ConvoSyncError('vault-choice', 'The remote holds vaults, and none is known to be this person’s.', {
      details: { vaults: candidates.map(({ description }) => ({ id: description.id, created: description.created })) },
    });
  }
  const waiting = await rememberedVault(home, localPlace(around));
  if (waiting !== undefined) {
    return loadVault(parts, waiting);
  }
  return foundOne();
}

export interface Candidate {
  description: VaultDescription;
  documents: Documents;
}

/** The vaults that the remote shows; one that cannot be read hides none of the others. */
async function readCandidates(parts: Parts, around: Surroundings, signal?: AbortSignal): Promise<Candidate[]> {
  const { seen, chosen, vaults: ids = [] } = around;
  if (chosen?.kind === 'store') {
    return readAll(parts, ids, chosen.address, (id) => chosen.store.documents(id, signal));
  }
  const remote = gitKeeperOf(around);
  if (!remote || !seen || ids.length === 0) {
    return [];
  }
  const cache = new CacheRepository(parts.git, path.join(parts.home.vaultsFolder, `found-${sha256(placeOf(around)).slice(0, 16)}.git`));
  await cache.ensure(objectFormatOf(seen), signal);
  const refs = new Map(ids.map((id) => [id, vaultRef(rootOf((chosen?.namespace ?? namespaceAmong(seen.refs, id)) ?? 'own', id))]));
  const heads = new Map([...refs.values()].map((ref) => [ref, seen.refs.get(ref) ?? '']));
  await bringAll(heads, remote, cache, signal);
  return readAll(parts, ids, remote.name, (id) => documentsIn(cache, heads.get(refs.get(id) ?? '') ?? '', signal));
}

async function readAll(parts: Parts, ids: readonly string[], place: string, read: (id: string) => Promise<Documents>): Promise<Candidate[]> {
  const found: Candidate[] = [];
  for (const id of ids) {
    try {
      const documents = await read(id);
      found.push({ description: readDescription(id, documents), documents });
    } catch (error) {
      parts.logger.warn(`vault ${id.slice(0, 8)} at ${place} cannot be opened: ${ConvoSyncError.is(error) ? error.code : 'unexpected'}`);
    }
  }
  return found;
}

async function documentsIn(cache: CacheRepository, commit: string, signal?: AbortSignal): Promise<Documents> {
  const paths = [...(await cache.tree(commit, signal)).keys()];
  const contents = await cache.blobs(paths.map((file) => `${commit}:${file}`), signal);
  return new Map(paths.map((file, index) => [file, contents[index] ?? new Uint8Array()]));
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
