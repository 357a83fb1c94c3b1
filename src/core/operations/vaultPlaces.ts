/** Choosing where the sessions of a repository are kept. */
import * as path from 'node:path';
import { ConvoSyncError } from '../common/errors.ts';
import { marked } from '../common/marked.ts';
import { withLock } from '../home/lock.ts';
import { normaliseGitAddress, parseGitAddress } from '../storage/git/address.ts';
import { vaultsAmong } from '../storage/git/refs.ts';
import type { Credentials } from '../storage/openStore.ts';
import type { Backend } from '../storage/backend.ts';
import { isSilence } from '../storage/silence.ts';
import { lackingAt } from '../vault/copyVault.ts';
import { rememberedVault, rememberStore, rememberVault } from '../vault/places.ts';
import type { Vault } from '../vault/vault.ts';
import { checkVault } from './checkVault.ts';
import { findSurroundings, openBackend, openCheckout } from './checkout.ts';
import { type ChosenPlace, describePlace, keepCredentials, openPlace } from './chosenPlace.ts';
import type { RunOptions } from './convosync.ts';
import { lockPatience, withVaultLocked } from './locks.ts';
import type { Parts } from './parts.ts';
import type { CheckReport } from './report.ts';
import { placeOf, rememberedHere, remotePlaceOf, type Surroundings } from './vaultChoice.ts';

export interface PlaceOptions extends RunOptions {
  credentials?: Credentials | undefined;
  /** Folder that a relative path starts from. */
  from: string;
}

export interface UsedPlace {
  place: string;
  /** How many vaults it holds; absent where the remote does not answer, or there is none. */
  vaults?: number;
  /** Sessions that wait on this device for the place of before: they are sent there once it is used again. */
  waiting: number;
  /** Sessions that wait on this device and go to the new place instead: of their vault nothing has been sent yet. */
  comingAlong: number;
  /** The address of the place of before, where sessions are saved that are not at the new one. */
  left?: string;
}

/**
 * Keeps the sessions of a repository at another place from now on, on this device, or with `remote` at its remote again.
 * What is saved there already stays; a vault of which nothing was ever sent has no other place and comes along.
 *
 * @throws ConvoSyncError `usage` for what is no place, and where the vault lies that only `moveVault` can bring up to what
 * this device has seen; then why the place cannot be used, and nothing has changed
 */
export async function usePlace(parts: Parts, folder: string, where: string, options: PlaceOptions): Promise<UsedPlace> {
  const { signal } = options;
  const { around } = await findSurroundings(parts, folder, { refresh: false, signal });
  const before = await vaultOfBefore(parts, folder, signal);
  const waiting = before?.state.sessions.filter(({ queued }) => queued).length ?? 0;
  const chosen = await prepare(parts, where, around, options);
  const vaults = chosen ? await countVaults(chosen, signal) : await tryCountAt(around.remote, signal);
  const target = { ...around, chosen };
  if (before && (await needsMove(parts, folder, { vault: before, target, signal }))) {
    throw new ConvoSyncError('usage', before.place === undefined
      ? marked`This vault lies there as it was before the last saves at the place in use. To go there and bring them along, move it: convosync vault move ${where}`
      : marked`This vault lies there as it was before the last saves at ${before.place}. To go there and bring them along, move it: convosync vault move ${where}`);
  }
  const comesAlong = before !== undefined && !before.wasSent && vaults === 0 && (await rememberedHere(parts, target)) === undefined;
  await remember(parts, target, comesAlong ? before.id : undefined, options);
  return {
    place: chosen ? describePlace(chosen) : (around.identity.remote ?? 'this device'),
    waiting: comesAlong ? 0 : waiting,
    comingAlong: comesAlong ? waiting : 0,
    ...(vaults === undefined ? {} : { vaults }),
    ...(before?.wasSent === true && vaults === 0 ? { left: around.chosen?.address ?? 'remote' } : {}),
  };
}

/** The vault was moved there, and something was saved at the place in use since: going there without it would look like tampering. */
async function needsMove(parts: Parts, folder: string, { vault, target, signal }: { vault: Vault; target: Surroundings; signal: AbortSignal | undefined }): Promise<boolean> {
  const backend = await openThere(parts, folder, { target, id: vault.id, signal });
  if (!backend || backend.describe() === vault.place) {
    return false;
  }
  try {
    await backend.refresh(signal);
    if ((await backend.logs(signal)).size === 0 || (await lackingAt(backend, vault.heads, signal)).length === 0) {
      return false;
    }
  } catch (error) {
    if (isSilence(error)) {
      return false;
    }
    throw error;
  }
  // Where the place in use is the one that lacks something, or does not answer, there is nothing to bring.
  return (await openCheckout(parts, folder, { refresh: true, onlyLooks: true, signal })).problem === undefined;
}

async function openThere(parts: Parts, folder: string, { target, id, signal }: { target: Surroundings; id: string; signal: AbortSignal | undefined }): ReturnType<typeof openBackend> {
  const { state } = await findSurroundings(parts, folder, { refresh: false, signal });
  return openBackend(parts, target, id, state, target.chosen?.kind === 'git' ? (target.chosen.namespace ?? 'own') : 'own');
}

/** Undefined without one; also for a locked one, of which nothing can be told. */
async function vaultOfBefore(parts: Parts, folder: string, signal?: AbortSignal): Promise<Vault | undefined> {
  try {
    return (await openCheckout(parts, folder, { refresh: false, signal })).vault;
  } catch (error) {
    if (ConvoSyncError.is(error, 'vault-locked')) {
      return undefined;
    }
    throw error;
  }
}

async function countVaults(chosen: ChosenPlace, signal?: AbortSignal): Promise<number> {
  if (chosen.kind === 'store') {
    return (await chosen.store.vaults(signal)).length;
  }
  const { refs } = await chosen.remote.look([], signal);
  return vaultsAmong(refs.keys(), chosen.namespace).length;
}

/** Going back to the remote needs no answer from it: undefined without one. */
async function tryCountAt(remote: Surroundings['remote'], signal?: AbortSignal): Promise<number | undefined> {
  try {
    return remote && vaultsAmong((await remote.look([], signal)).refs.keys()).length;
  } catch (error) {
    if (isSilence(error)) {
      return undefined;
    }
    throw error;
  }
}

/**
 * Copies the vault to another place, proves it there, and uses that from now on, on this device. The copy at the former
 * place stays: other devices go on with it until they are told, and what they save there then is not seen here. Where the
 * vault lies at the other place already and went on there, the two are brought together.
 *
 * @throws ConvoSyncError as `usePlace`; `vault-not-found` where there is nothing to move; why a place failed half-way: then
 * the former one is used on, and trying again goes on where it stopped
 */
export async function moveVault(parts: Parts, folder: string, where: string, options: PlaceOptions): Promise<{ place: string; bytes: number; faults: CheckReport['faults'] }> {
  const { signal, onProgress } = options;
  const { vault, problem, state, ...around } = await openCheckout(parts, folder, { refresh: true, readsAll: true, onlyLooks: true, signal });
  if (problem !== undefined && problem.code !== 'vault-rolled-back') {
    throw problem;
  }
  if (!vault) {
    throw await nothingToMove(parts, around, where);
  }
  const target = { ...around, chosen: await prepare(parts, where, around, options) };
  const backend = await openBackend(parts, target, vault.id, state, target.chosen?.kind === 'git' ? (target.chosen.namespace ?? 'own') : 'own');
  if (!backend || backend.describe() === vault.place) {
    throw new ConvoSyncError('usage', backend ? marked`The vault is there already.` : marked`The repository has no remote to keep a vault at.`);
  }
  if (backend.capabilities.carriesCode && vault.holdsOthers) {
    throw new ConvoSyncError('usage', marked`The vault holds sessions of other repositories too, which would all go to this repository’s remote.`);
  }
  await assertComplete(vault, backend, signal);
  let bytes = 0;
  await withVaultLocked(parts, vault, { purpose: 'moving the vault', signal }, async () => {
    const onCopied = (copied: number): void => {
      bytes += copied;
      onProgress?.({ phase: 'publish' });
    };
    await vault.copyTo(backend, { signal, onCopied });
    await remember(parts, target, vault.id, options);
  });
  const { faults } = await checkVault(parts, folder, { signal, onProgress });
  return { place: backend.describe(), bytes, faults };
}

/** A person who has said “use” before anything was moved is told the way back, where what is saved lies at the remote. */
async function nothingToMove({ home }: Parts, around: Surroundings, where: string): Promise<ConvoSyncError> {
  const { chosen } = around;
  const isAtRemote = chosen !== undefined && (await rememberedVault(home, remotePlaceOf(around))) !== undefined;
  return new ConvoSyncError('vault-not-found', 'There is no vault here yet.', { details: isAtRemote ? { reason: 'at-remote', place: describePlace(chosen), to: where } : {} });
}

/**
 * What was seen of a log and is not at the place in use has to be at the other one.
 *
 * @throws ConvoSyncError what is wrong with the log of a device
 */
async function assertComplete(vault: Vault, there: Backend, signal?: AbortSignal): Promise<void> {
  if (vault.distrusted.size > 0) {
    await there.refresh(signal);
  }
  for (const [writer, problem] of vault.distrusted) {
    const { object } = problem.details;
    if (!ConvoSyncError.is(problem, 'vault-rolled-back') || typeof object !== 'string' || (await lackingAt(there, { [writer]: object }, signal)).length > 0) {
      throw problem;
    }
  }
}

/** The place, ready for a vault; undefined for the remote. */
async function prepare(parts: Parts, where: string, { repository, remote }: Pick<Surroundings, 'repository' | 'remote'>, { credentials, from, signal }: PlaceOptions): Promise<ChosenPlace | undefined> {
  if (where === 'remote') {
    return undefined;
  }
  const base = { from, userHome: parts.machine.userHome };
  const address = normaliseGitAddress(where, base) ?? (await import('../storage/openStore.ts')).readStoreAddress(where, base);
  const place = parseGitAddress(address)?.url ?? address;
  if ([repository.top, repository.commonDir].some((folder) => place === folder || place.startsWith(`${folder}${path.sep}`))) {
    throw new ConvoSyncError('usage', marked`${place} lies inside the repository, where a save would commit it: give a folder elsewhere, or “remote” for the repository’s remote.`);
  }
  const chosen = await openPlace(parts, { repository, remote }, address, credentials);
  if (chosen.kind === 'git') {
    await chosen.remote.look([], signal);
    return chosen;
  }
  await chosen.store.create(signal);
  if (credentials) {
    await keepCredentials(parts, address, credentials);
  }
  return chosen;
}

/** @param vault the one that is used there; found out by looking without it */
async function remember({ home }: Parts, around: Surroundings, vault: string | undefined, { signal }: RunOptions): Promise<void> {
  await withLock(home, 'places', { purpose: 'choosing a place', signal, waitMs: lockPatience }, async () => {
    await rememberStore(home, remotePlaceOf(around), around.chosen?.address);
    if (vault !== undefined) {
      await rememberVault(home, placeOf(around), vault);
    }
  });
}
