/**
 * A checkout: one clone on this machine, with its remote and the vault that belongs to it. Opening one is how every
 * operation begins.
 */
import * as path from 'node:path';
import { ConvoSyncError } from '../common/errors.ts';
import { sha256 } from '../common/hash.ts';
import { readConfiguration } from '../git/configuration.ts';
import { fetchBranch, type RemoteRefs } from '../git/fetch.ts';
import type { Finding, Remedy } from '../git/finding.ts';
import { hasCommit } from '../git/history.ts';
import { identify, normaliseRemote, sameRepository } from '../git/identity.ts';
import { listRemotes, pushRemoteOf } from '../git/remotes.ts';
import { Repository } from '../git/repository.ts';
import type { RepositoryState } from '../git/status.ts';
import { type Head, readState } from '../git/workingTree.ts';
import type { RepositoryIdentity, SessionOutline } from '../session/session.ts';
import { CacheRepository } from '../storage/git/cacheRepository.ts';
import type { Backend } from '../storage/backend.ts';
import { GitBackend } from '../storage/git/gitBackend.ts';
import { type Namespace, namespaceAmong, vaultsAmong } from '../storage/git/refs.ts';
import { isSilence } from '../storage/silence.ts';
import type { StoreBackend } from '../storage/storeBackend.ts';
import { followEpochs, type OpenedVault } from '../vault/openVault.ts';
import { rememberedStore } from '../vault/places.ts';
import { Vault } from '../vault/vault.ts';
import { type ChosenPlace, openPlace, openRemote } from './chosenPlace.ts';
import { knownRoots, noteCheckout } from './knownCheckouts.ts';
import type { Parts } from './parts.ts';
import type { Privacy } from './plan.ts';
import { type ChoiceOptions, chooseVault, gitKeeperOf, remotePlaceOf, type Surroundings } from './vaultChoice.ts';

export interface Checkout extends Surroundings {
  state: RepositoryState;
  /** Undefined while this person has no vault here. */
  vault: Vault | undefined;
  /**
   * Why the remote did not answer; the vault is then as it was last seen. Or, for whoever only looks, what is wrong with the
   * log of one device: of that one is shown what was proven before.
   */
  problem: ConvoSyncError | undefined;
}

export interface OpenOptions extends ChoiceOptions {
  /** False asks no network. */
  refresh: boolean;
  /** A session will be resumed: what the writers that went on have stored is brought in the same go, and so is the current branch. */
  resumes?: boolean;
  /** All that the vault holds will be read, and is brought in the same go. */
  readsAll?: boolean;
  /** Nothing will be written: what cannot be trusted any more is shown as it was when it was last proven, and is a problem. */
  onlyLooks?: boolean;
  /** Branches of the remote to look at, beside the current one. */
  branches?: readonly string[];
}

/**
 * @throws ConvoSyncError `preflight-refused` where there is no repository; what `chooseVault` throws; and for whoever will
 * write to the vault what is wrong with this device's own log
 */
export async function openCheckout(parts: Parts, at: string | Repository, options: OpenOptions): Promise<Checkout> {
  const { signal } = options;
  const { around, state, problem: silence } = await findSurroundings(parts, at, options);
  const { repository, remote, view, seen } = around;
  const known = await chooseVault(parts, around, options);
  const backend = known && (await openBackend(parts, around, known.description.id, state));
  if (!known || !backend || !around.vaults) {
    const vault = known && (await openVault(parts, around, known, backend));
    await vault?.readCached(signal);
    return { ...around, state, vault, problem: silence ?? distrust(vault, options) };
  }
  let opened = known;
  try {
    await Promise.all([
      backend.refresh(signal, { ...(seen ? { seen } : {}), chunks: options.readsAll === true ? 'all' : options.resumes === true }),
      ...(options.resumes === true && remote && view ? [bringBranch(repository, remote.name, state, view, signal)] : []),
    ]);
    opened = await followEpochs(parts, known, backend, signal);
    const vault = await openVault(parts, around, opened, backend);
    await vault.refresh(signal, () => Promise.resolve());
    if (vault.ownProblem && options.onlyLooks !== true && options.resumes !== true) {
      throw vault.ownProblem;
    }
    return { ...around, state, vault, problem: distrust(vault, options) };
  } catch (error) {
    assertShowable(error, options);
    const vault = await openVault(parts, around, opened, backend);
    await vault.readCached(signal);
    if (vault.refreshedAt === undefined) {
      throw error;
    }
    return { ...around, state, vault, problem: error };
  }
}

/** What is wrong with a log, for whoever only looks. Writing goes on, but for the log of this device, which is asked when it begins. */
function distrust(vault: Vault | undefined, { onlyLooks }: OpenOptions): ConvoSyncError | undefined {
  return onlyLooks === true ? [...(vault?.distrusted.values() ?? [])][0] : undefined;
}

/** What a checkout is before its vault is known: the repository as it stands, and one look at its remote and at what keeps its vault. */
export async function findSurroundings(parts: Parts, at: string | Repository, { refresh, branches = [], signal }: Pick<OpenOptions, 'refresh' | 'branches' | 'signal'>): Promise<Pick<Checkout, 'state' | 'problem'> & { around: Surroundings }> {
  const repository = typeof at === 'string' ? await openRepository(parts, at, signal) : at;
  // Every operation needs the answers to all three.
  const [state] = await Promise.all([readState(repository, signal), readConfiguration(repository, signal), listRemotes(repository, signal)]);
  const identity = await identifyQuickly(parts, repository, state, signal);
  const name = await pushRemoteOf(repository, state.branch, signal);
  const remote = name === undefined ? undefined : openRemote(parts, repository, name);
  const address = await rememberedStore(parts.home, remotePlaceOf({ repository, identity, remote }));
  const chosen = address === undefined ? undefined : await openPlace(parts, { repository, remote }, address);
  const wanted = [...new Set([...(state.branch === undefined ? [] : [state.branch]), ...branches])];
  const [code, kept] = await Promise.all([
    unlessSilent(async () => (refresh ? remote?.look(wanted, signal) : undefined)),
    unlessSilent(async () => (refresh && chosen ? lookAt(chosen, signal) : undefined)),
  ]);
  const view = code.answer;
  const seen = chosen === undefined || isCodeRemote(chosen) ? view : kept.answer?.seen;
  const vaults = kept.answer?.vaults ?? (seen && vaultsAmong(seen.refs.keys(), chosen?.kind === 'git' ? chosen.namespace : undefined));
  return { around: { repository, identity, remote, view, chosen, seen, vaults }, state, problem: code.problem ?? kept.problem };
}

/** What a chosen place shows; nothing for the remote of the code, which is looked at anyway. */
async function lookAt(chosen: ChosenPlace, signal?: AbortSignal): Promise<{ seen?: RemoteRefs; vaults?: string[] }> {
  if (chosen.kind === 'store') {
    return { vaults: await chosen.store.vaults(signal) };
  }
  return chosen.isCodeRemote ? {} : { seen: await chosen.remote.look([], signal) };
}

function isCodeRemote(chosen: ChosenPlace): boolean {
  return chosen.kind === 'git' && chosen.isCodeRemote;
}

async function unlessSilent<T>(ask: () => Promise<T>): Promise<{ answer?: T; problem: ConvoSyncError | undefined }> {
  try {
    return { answer: await ask(), problem: undefined };
  } catch (error) {
    return { problem: asUnreachable(error) };
  }
}

/** Fetches the current branch where the remote has gone on. A failure is no loss: what needs the code asks for it again, and says why not. */
async function bringBranch(repository: Repository, remote: string, { branch, commit }: Head, seen: RemoteRefs, signal?: AbortSignal): Promise<void> {
  const tip = branch === undefined ? undefined : seen.refs.get(`refs/heads/${branch}`);
  try {
    if (branch !== undefined && tip !== undefined && tip !== commit && !(await hasCommit(repository, tip, signal))) {
      await fetchBranch(repository, remote, branch, signal);
    }
  } catch (error) {
    if (!ConvoSyncError.is(error)) {
      throw error;
    }
  }
}

/** @throws ConvoSyncError `preflight-refused` where there is no repository */
export async function openRepository(parts: Parts, folder: string, signal?: AbortSignal, remedies: readonly Remedy[] = ['initialise', 'clone']): Promise<Repository> {
  const repository = await Repository.open(parts.git, folder, signal);
  if (!repository) {
    throw refused({ code: 'not-a-repository', severity: 'refusal', details: { folder }, remedies });
  }
  return repository;
}

export function refused(...findings: Finding[]): ConvoSyncError {
  return new ConvoSyncError('preflight-refused', 'The repository is not ready.', { details: { findings } });
}

/** Who can read what the vault holds. */
export function privacyOf(vault: Vault | undefined): Privacy {
  if (vault?.isSealed !== true) {
    return { sealing: vault === undefined ? 'not-chosen' : 'readable' };
  }
  const { readableSessions, description } = vault;
  return { sealing: 'sealed', ...(description.epochs.some(({ sealed }) => !sealed) ? { wasReadable: true } : {}), ...(readableSessions > 0 ? { readableSessions } : {}) };
}

function openVault({ home, device, fingerprint, machine, logger }: Parts, { chosen, identity }: Surroundings, opened: OpenedVault, backend: Backend | undefined): Promise<Vault> {
  // A remote's vault is of one repository; another place holds the sessions of all for which it was chosen.
  const isShown = chosen && !isCodeRemote(chosen) && (({ repository }: SessionOutline) => sameRepository(repository, identity) === 'same');
  return Vault.open({ home, ...opened, backend, ...(isShown ? { isShown } : {}), device, fingerprint, now: machine.now, logger });
}

/**
 * Undefined where there is no place to send to: without a remote, and none chosen.
 *
 * @param into where in a git repository the vault is to lie; where it lies already, or was chosen to, without it
 */
export async function openBackend(parts: Parts, around: Surroundings, id: string, state: RepositoryState, into?: Namespace): Promise<GitBackend | StoreBackend | undefined> {
  const { remote, identity, chosen, seen } = around;
  const { home, git, logger } = parts;
  if (chosen?.kind === 'store') {
    return chosen.store.backend(id);
  }
  const keeper = gitKeeperOf(around);
  if (!keeper) {
    return undefined;
  }
  const carriesCode = keeper === remote;
  const cache = new CacheRepository(git, path.join(home.vaultsFolder, id, carriesCode || chosen === undefined ? 'cache.git' : `cache-${sha256(keeper.name).slice(0, 16)}.git`));
  return new GitBackend({
    vault: id,
    namespace: into ?? chosen?.namespace ?? namespaceAmong(seen?.refs ?? (await cache.refsIfAny()), id) ?? 'own',
    carriesCode,
    remote: keeper,
    cache,
    objectFormat: state.commit?.length === 64 ? 'sha256' : 'sha1',
    address: (carriesCode ? identity.remote : normaliseRemote(keeper.name)) ?? keeper.name,
    logger,
  });
}

/** Finding the roots walks the whole history: they are remembered. */
async function identifyQuickly({ home }: Parts, repository: Repository, head: Head, signal?: AbortSignal): Promise<RepositoryIdentity> {
  const known = head.commit === undefined ? undefined : await knownRoots(home, repository);
  const identity = await identify(repository, { head, ...(known ? { roots: known } : {}), signal });
  if (head.commit !== undefined) {
    await noteCheckout(home, repository, identity);
  }
  return identity;
}

/** What cannot be trusted any more is shown as it was last proven where nothing will be written; everything else is thrown. */
function assertShowable(error: unknown, { onlyLooks }: OpenOptions): asserts error is ConvoSyncError {
  if (onlyLooks !== true || !ConvoSyncError.is(error, 'vault-damaged', 'vault-forged', 'vault-rolled-back', 'vault-downgraded', 'vault-newer-format')) {
    throw error;
  }
}

function asUnreachable(error: unknown): ConvoSyncError {
  if (isSilence(error)) {
    return error;
  }
  throw error;
}
