/** The place that a person chose for a repository's sessions, instead of refs of ConvoSync's own at the repository's remote. */
import * as z from 'zod';
import { ConvoSyncError } from '../common/errors.ts';
import { marked } from '../common/marked.ts';
import { sha256 } from '../common/hash.ts';
import { lendsAskpass } from '../git/environment.ts';
import { normaliseRemote } from '../git/identity.ts';
import type { Repository } from '../git/repository.ts';
import { FileKeychain } from '../home/keychain.ts';
import { parseGitAddress } from '../storage/git/address.ts';
import type { Namespace } from '../storage/git/refs.ts';
import { GitRemote } from '../storage/git/remote.ts';
import type { Credentials } from '../storage/openStore.ts';
import type { StorePlace } from '../storage/storePlace.ts';
import type { Parts } from './parts.ts';

export type ChosenPlace = ChosenStore | ChosenRepository;

export interface ChosenStore {
  kind: 'store';
  address: string;
  store: StorePlace;
}

export interface ChosenRepository {
  kind: 'git';
  address: string;
  remote: GitRemote;
  /** It is the remote of the code. */
  isCodeRemote: boolean;
  /** Where in it the vault is to lie; where it lies already without it. */
  namespace?: Namespace;
}

/** What a place is opened for. */
export interface Around {
  repository: Repository;
  /** Of the code. */
  remote: GitRemote | undefined;
}

/** Milliseconds that a remote may take to answer before it counts as unreachable, without and with a person to ask. */
const patience = 5_000;
const patienceWithPerson = 120_000;

const CredentialsDocument = z.object({ user: z.string(), password: z.string() });

/**
 * @param address as `normaliseGitAddress` or `readStoreAddress` write it
 * @throws ConvoSyncError `storage-denied` where credentials are needed and not kept, `usage` for the branches of a remote
 * that there is not
 */
export async function openPlace(parts: Parts, around: Around, address: string, given?: Credentials): Promise<ChosenPlace> {
  const git = parseGitAddress(address);
  if (!git) {
    return { kind: 'store', address, store: await openStoreAt(parts, address, given) };
  }
  const remote = git.url === undefined ? around.remote : openRemote(parts, around.repository, git.url);
  if (!remote) {
    throw new ConvoSyncError('usage', marked`The repository has no remote whose branches could keep sessions.`);
  }
  return { kind: 'git', address, remote, isCodeRemote: git.url === undefined, ...(git.amongBranches ? { namespace: 'branches' } : {}) };
}

/** @param name of a remote, or an address */
export function openRemote({ machine, logger }: Parts, repository: Repository, name: string): GitRemote {
  return new GitRemote({ repository, name, lookTimeout: lendsAskpass(machine.gitEnv) ? patienceWithPerson : patience, logger });
}

/** As the backend there describes it. */
export function describePlace(place: ChosenPlace): string {
  if (place.kind === 'store') {
    return place.store.describe();
  }
  const { remote, namespace } = place;
  return `${normaliseRemote(remote.name) ?? remote.name}${namespace === 'branches' ? ' (branches)' : ''}`;
}

export async function keepCredentials({ keychain }: Parts, address: string, credentials: Credentials): Promise<void> {
  await keychain.set(credentialsName(address), JSON.stringify(credentials));
}

async function openStoreAt({ logger, machine, home, keychain }: Parts, address: string, given: Credentials | undefined): Promise<StorePlace> {
  const { needsCredentials, openStore } = await import('../storage/openStore.ts');
  // A place is chosen in a terminal, whose keychain VS Code's own does not share.
  const kept = given ? undefined : ((await keychain.get(credentialsName(address))) ?? (await new FileKeychain(home).get(credentialsName(address))));
  const credentials = given ?? (kept === undefined ? undefined : CredentialsDocument.parse(JSON.parse(kept)));
  if (needsCredentials(address) && credentials === undefined) {
    throw new ConvoSyncError('storage-denied', 'The credentials for the store are not on this device.', { details: { store: address, reason: 'no-credentials' } });
  }
  return openStore(address, credentials ?? { user: '', password: '' }, { logger, now: machine.now, env: machine.gitEnv });
}

function credentialsName(address: string): string {
  return `store-${sha256(address).slice(0, 24)}`;
}
