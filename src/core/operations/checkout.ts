/**
 * A checkout: one clone on this machine, with its remote and the vault that belongs to it. Opening one is how every
 * operation begins.
 */
import * as path from 'node:path';
import { ConvoSyncError } from '../common/errors.ts';
import { sha256 } from '../common/hash.ts';
import { lendsAskpass } from '../git/environment.ts';
import type { Finding, FindingCode } from '../git/finding.ts';
import { identify, normaliseRemote } from '../git/identity.ts';
import { type RemoteRefs, Repository } from '../git/repository.ts';
import type { RepositoryState } from '../git/status.ts';
import { writeDocument, readDocument } from '../home/document.ts';
import { withLock } from '../home/lock.ts';
import type { RepositoryIdentity } from '../session/session.ts';
import { CacheRepository } from '../storage/git/cacheRepository.ts';
import { GitBackend, vaultsIn } from '../storage/git/gitBackend.ts';
import { vaultRef } from '../storage/git/refs.ts';
import { GitRemote } from '../storage/git/remote.ts';
import { isOwnedBy } from '../vault/description.ts';
import { adoptVault, foundVault, loadVault, openVault, type OpenedVault, rememberedVault, rememberVault } from '../vault/places.ts';
import { Vault } from '../vault/vault.ts';
import * as z from 'zod';
import type { Parts } from './parts.ts';
import type { VaultChoice } from './plan.ts';

/** How long a remote may take to answer before it counts as unreachable, unless a person is being asked something. */
const patience = 5_000;
const patienceWithPerson = 120_000;

/** How long the second of two processes waits for the first before it is told who is at it. */
const lockPatience = 10_000;

export interface Checkout {
  repository: Repository;
  identity: RepositoryIdentity;
  state: RepositoryState;
  remote: GitRemote | undefined;
  /** What the remote showed just now; undefined when it was not asked or did not answer. */
  view: RemoteRefs | undefined;
  /** Undefined while this person has no vault here. */
  vault: Vault | undefined;
  /** Why the remote did not answer. */
  problem: ConvoSyncError | undefined;
}

export interface OpenOptions {
  /** False asks no network. */
  refresh: boolean;
  /** Found a vault where there is none. */
  found: boolean;
  choice?: VaultChoice | undefined;
  /** Branches of the remote to look at, beside the current one. */
  branches?: readonly string[];
  signal?: AbortSignal | undefined;
}

/** @throws ConvoSyncError `preflight-refused` where there is no repository, `vault-choice` when the person has to say which vault is theirs */
export async function openCheckout(parts: Parts, folder: string, options: OpenOptions): Promise<Checkout> {
  const { signal } = options;
  const repository = await Repository.open(parts.git, folder, signal);
  if (!repository) {
    throw refused({ code: 'not-a-repository', severity: 'refusal', details: { folder }, remedies: ['initialise', 'clone'] });
  }
  const state = await repository.state(signal);
  const identity = await identify(repository, { ...(await knownRoots(parts, repository, state.commit)), signal });
  await rememberRoots(parts, repository, state.commit, identity.roots);
  const name = await repository.pushRemote(state.branch, signal);
  const remote = name === undefined ? undefined : new GitRemote({ repository, name, lookTimeout: lendsAskpass(parts.machine.gitEnv) ? patienceWithPerson : patience, logger: parts.logger });

  let view: RemoteRefs | undefined;
  let problem: ConvoSyncError | undefined;
  if (remote && options.refresh) {
    try {
      view = await remote.look([...new Set([...(state.branch === undefined ? [] : [state.branch]), ...(options.branches ?? [])])], signal);
    } catch (error) {
      problem = asUnreachable(error);
    }
  }
  const opened = await chooseVault(parts, { repository, identity, remote, view }, options);
  const vault = opened && (await openWith(parts, { repository, identity, remote, state }, opened));
  if (vault) {
    if (remote && view) {
      const seen = view;
      await vault.vault.refresh(signal, () => vault.backend?.refresh(signal, seen) ?? Promise.resolve());
    } else {
      await vault.vault.readCached(signal);
    }
  }
  return { repository, identity, state, remote, view, vault: vault?.vault, problem };
}

/** Runs an action while no other process of this person works on the checkout or on its vault. */
export async function withCheckoutLocked<T>(parts: Parts, repository: Repository, purpose: string, signal: AbortSignal | undefined, action: () => Promise<T>): Promise<T> {
  return withLock(parts.home, `checkout-${checkoutKey(repository)}`, { purpose, signal, waitMs: lockPatience }, action);
}

export async function withVaultLocked<T>(parts: Parts, vault: Vault, purpose: string, signal: AbortSignal | undefined, action: () => Promise<T>): Promise<T> {
  return withLock(parts.home, `vault-${vault.id}`, { purpose, signal, waitMs: lockPatience }, async () => {
    await vault.takeUp(signal);
    return action();
  });
}

/** Names a working tree among this machine's, for locks, journals and undo points. */
export function checkoutKey(repository: Repository): string {
  return sha256(repository.gitDir).slice(0, 24);
}

export function refused(...findings: Finding[]): ConvoSyncError {
  return new ConvoSyncError('preflight-refused', 'The repository is not ready.', { details: { findings } });
}

export function findingOf(error: ConvoSyncError): Finding {
  const code: FindingCode = error.code === 'git-credentials' ? 'credentials-refused' : 'remote-unreachable';
  return { code, severity: 'info', details: { reason: String(error.details['stderr'] ?? error.message) }, remedies: ['retry'] };
}

type Ground = Pick<Checkout, 'repository' | 'identity' | 'remote' | 'view'>;

async function chooseVault(parts: Parts, ground: Ground, options: OpenOptions): Promise<OpenedVault | undefined> {
  const { home } = parts;
  const place = placeOf(ground);
  const remembered = await rememberedVault(home, place);
  if (remembered !== undefined && options.choice === undefined) {
    return loadVault(home, remembered);
  }
  if (ground.remote && !ground.view) {
    // Without a look at the remote nothing is founded or joined: it might already hold this person's vault.
    return remembered === undefined ? undefined : loadVault(home, remembered);
  }
  const opened = await findVault(parts, ground, options);
  if (opened) {
    await withLock(home, 'places', { purpose: 'choosing a vault', signal: options.signal, waitMs: lockPatience }, () => rememberVault(home, place, opened.description.id));
  }
  return opened;
}

async function findVault(parts: Parts, ground: Ground, { found, choice, signal }: OpenOptions): Promise<OpenedVault | undefined> {
  const { home, machine } = parts;
  const owner = (await ground.repository.configuration(signal)).get('user.email')?.at(-1) ?? '';
  if (choice === 'new') {
    return foundVault(home, owner, machine.now());
  }
  const candidates = await readCandidates(parts, ground, signal);
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
  if (ground.view && vaultsIn(ground.view).length > 0) {
    throw new ConvoSyncError('vault-choice', 'The remote holds vaults, and none is known to be this person’s.', {
      details: { vaults: candidates.map(({ description }) => ({ id: description.id, created: description.created })) },
    });
  }
  const waiting = await rememberedVault(home, localPlace(ground));
  if (waiting !== undefined) {
    return loadVault(home, waiting);
  }
  return found ? foundVault(home, owner, machine.now()) : undefined;
}

/** The vaults that the remote shows; one that cannot be read hides none of the others. */
async function readCandidates(parts: Parts, ground: Ground, signal?: AbortSignal): Promise<OpenedVault[]> {
  const { remote, view } = ground;
  const ids = view ? vaultsIn(view) : [];
  if (!remote || !view || ids.length === 0) {
    return [];
  }
  const cache = new CacheRepository(parts.git, path.join(parts.home.vaultsFolder, `found-${sha256(placeOf(ground)).slice(0, 16)}.git`));
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

async function openWith(parts: Parts, ground: Pick<Checkout, 'repository' | 'identity' | 'remote' | 'state'>, opened: OpenedVault): Promise<{ vault: Vault; backend: GitBackend | undefined }> {
  const { home, device, fingerprint, machine, logger } = parts;
  const { remote, identity, state } = ground;
  const id = opened.description.id;
  const backend = remote && new GitBackend({
    vault: id,
    remote,
    cache: new CacheRepository(parts.git, path.join(home.vaultsFolder, id, 'cache.git')),
    objectFormat: state.commit?.length === 64 ? 'sha256' : 'sha1',
    address: identity.remote ?? remote.name,
    logger,
  });
  return { vault: await Vault.open({ home, ...opened, backend, device, fingerprint, now: machine.now, logger }), backend };
}

function placeOf(ground: Pick<Ground, 'identity' | 'remote' | 'repository'>): string {
  return ground.remote ? (ground.identity.remote ?? normaliseRemote(ground.remote.name) ?? ground.remote.name) : localPlace(ground);
}

function localPlace({ identity, repository }: Pick<Ground, 'identity' | 'repository'>): string {
  return `local:${identity.roots[0] ?? repository.commonDir}`;
}

function objectFormatOf(view: RemoteRefs): string {
  return [...view.refs.values()].some((oid) => oid.length === 64) ? 'sha256' : 'sha1';
}

const Roots = z.object({ v: z.literal(1), roots: z.array(z.string()) });

/** Finding the roots walks the whole history, and they hardly ever change. */
async function knownRoots(parts: Parts, repository: Repository, commit: string | undefined): Promise<{ roots?: string[] }> {
  const known = commit === undefined ? undefined : await readDocument(rootsFile(parts, repository), Roots);
  return known ? { roots: known.roots } : {};
}

async function rememberRoots(parts: Parts, repository: Repository, commit: string | undefined, roots: string[]): Promise<void> {
  if (commit !== undefined && roots.length > 0 && !(await readDocument(rootsFile(parts, repository), Roots))) {
    await writeDocument(rootsFile(parts, repository), { v: 1, roots });
  }
}

function rootsFile(parts: Parts, repository: Repository): string {
  return path.join(parts.home.root, 'cache', 'roots', `${checkoutKey(repository)}.json`);
}

function asUnreachable(error: unknown): ConvoSyncError {
  if (ConvoSyncError.is(error, 'remote-unreachable', 'git-credentials', 'git-timeout', 'git-failed')) {
    return error;
  }
  throw error;
}
