/** The store that a person chose for a repository's sessions, instead of the repository's remote. */
import * as z from 'zod';
import { ConvoSyncError } from '../common/errors.ts';
import { sha256 } from '../common/hash.ts';
import { FileKeychain } from '../home/keychain.ts';
import type { Credentials } from '../storage/openStore.ts';
import type { Store } from '../storage/store.ts';
import { rememberedStore } from '../vault/places.ts';
import type { Parts } from './parts.ts';

export interface ChosenStore {
  address: string;
  store: Store;
}

const CredentialsDocument = z.object({ user: z.string(), password: z.string() });

/** Undefined where the remote keeps the sessions. */
export async function storeFor(parts: Parts, place: string): Promise<ChosenStore | undefined> {
  const address = await rememberedStore(parts.home, place);
  if (address === undefined) {
    return undefined;
  }
  return { address, store: await openChosen(parts, address) };
}

/** @throws ConvoSyncError `storage-denied` where credentials are needed and not kept */
export async function openChosen({ logger, machine, home, keychain }: Parts, address: string, given?: Credentials): Promise<Store> {
  const { needsCredentials, openStore } = await import('../storage/openStore.ts');
  // A place is chosen in a terminal, whose keychain VS Code's own does not share.
  const kept = given ? undefined : ((await keychain.get(credentialsName(address))) ?? (await new FileKeychain(home).get(credentialsName(address))));
  const credentials = given ?? (kept === undefined ? undefined : CredentialsDocument.parse(JSON.parse(kept)));
  if (needsCredentials(address) && credentials === undefined) {
    throw new ConvoSyncError('storage-denied', 'The credentials for the store are not on this device.', { details: { store: address, reason: 'no-credentials' } });
  }
  return openStore(address, credentials ?? { user: '', password: '' }, { logger, now: machine.now });
}

export async function keepCredentials({ keychain }: Parts, address: string, credentials: Credentials): Promise<void> {
  await keychain.set(credentialsName(address), JSON.stringify(credentials));
}

function credentialsName(address: string): string {
  return `store-${sha256(address).slice(0, 24)}`;
}
