/** Letting a device into a sealed vault without its passphrase: what the new device does, and what one does that is in. */
import * as z from 'zod';
import { ConvoSyncError } from '../common/errors.ts';
import { marked } from '../common/marked.ts';
import { type AccessRequest, isRequest, makeRequest, readRequests, requestCode, requestLifetime } from '../vault/accessRequest.ts';
import { ensureDeviceKey } from '../vault/deviceKey.ts';
import { deviceSlot } from '../vault/keySlots.ts';
import { adoptVault } from '../vault/openVault.ts';
import { readShortCode } from '../vault/shortCode.ts';
import type { Vault } from '../vault/vault.ts';
import { findSurroundings, openBackend, openCheckout } from './checkout.ts';
import type { RunOptions } from './convosync.ts';
import { withVaultLocked } from './locks.ts';
import type { Parts } from './parts.ts';
import type { VaultChoice } from './plan.ts';
import { type Candidate, goOnWith, sealedVaults, type Surroundings } from './vaultChoice.ts';

export interface Asked {
  vault: string;
  /** To be compared with what the other device shows. */
  code: string;
  /** ISO time after which nobody can answer it any more. */
  expires: string;
}

export interface JoinOptions extends RunOptions {
  vault?: VaultChoice | undefined;
}

/**
 * Asks to be let into the sealed vault here. Asking again shows the same request as long as it can be answered.
 *
 * @throws ConvoSyncError `vault-not-found`, `vault-choice`; why the place did not answer, or takes no request
 */
export async function requestAccess(parts: Parts, folder: string, { vault: choice, signal }: JoinOptions): Promise<Asked> {
  const { around, state, problem } = await findSurroundings(parts, folder, { refresh: true, signal });
  const { description, documents } = await sealedVaultHere(parts, around, { choice, signal, problem });
  const { id } = description;
  const pending = await pendingRequest(parts, id);
  if (pending && documents.has(pending.slot) && parts.machine.now().getTime() < Date.parse(pending.expires)) {
    return { vault: id, code: await requestCode(description, Buffer.from(pending.document)), expires: pending.expires };
  }
  const backend = await openBackend(parts, around, id, state);
  if (!backend) {
    throw new ConvoSyncError('vault-not-found', 'There is no place where another device could be asked.');
  }
  const { recipient } = await ensureDeviceKey(parts.keychain, id);
  const now = parts.machine.now();
  const { code, slot, document } = await makeRequest(description, recipient, parts.device, now);
  await backend.refresh(signal);
  await backend.changeSlots([{ key: slot[0], bytes: slot[1] }], pending && documents.has(pending.slot) ? [pending.slot] : [], signal);
  const expires = new Date(now.getTime() + requestLifetime).toISOString();
  await parts.keychain.set(pendingName(id), JSON.stringify({ slot: slot[0], document: Buffer.from(document).toString('utf8'), expires } satisfies Pending));
  return { vault: id, code, expires };
}

/** Whether this device has been let in meanwhile; from then on the vault is unlocked here. Throws as `requestAccess`. */
export async function join(parts: Parts, folder: string, { vault: choice, signal }: JoinOptions): Promise<boolean> {
  const { around, problem } = await findSurroundings(parts, folder, { refresh: true, signal });
  const { description: { id }, documents } = await sealedVaultHere(parts, around, { choice, signal, problem });
  try {
    await adoptVault(parts, id, documents);
  } catch (error) {
    if (ConvoSyncError.is(error, 'vault-locked', 'vault-revoked')) {
      return false;
    }
    throw error;
  }
  await goOnWith(parts, around, id, signal);
  await parts.keychain.delete(pendingName(id));
  return true;
}

/** Devices that ask to be let in. Throws as `approveAccess`. */
export async function accessRequests(parts: Parts, folder: string, options: RunOptions): Promise<AccessRequest[]> {
  return withUnlocked(parts, folder, options, (vault) => requestsOf(parts, vault, options.signal));
}

/**
 * Lets the device in whose request shows a code. The person has seen the same one on that device's screen.
 *
 * @throws ConvoSyncError `usage` when no request has this code; `vault-not-found` where no sealed vault is; why the place did not answer
 */
export async function approveAccess(parts: Parts, folder: string, code: string, options: RunOptions): Promise<AccessRequest> {
  const { signal } = options;
  return withUnlocked(parts, folder, options, (vault) => withVaultLocked(parts, vault, { purpose: 'letting a device in', signal }, async () => {
    const requests = await requestsOf(parts, vault, signal);
    const request = requests.find((each) => each.code === readShortCode(code));
    if (!request) {
      throw new ConvoSyncError('usage', marked`No device asks with the code ${readShortCode(code)}. Nobody was let in.`);
    }
    const document = await parts.keychain.get(vault.id);
    if (document === undefined) {
      throw new ConvoSyncError('vault-locked', 'The vault is locked on this device.', { details: { vault: vault.id } });
    }
    // The other requests stay as long as they can be answered.
    const over = [...(await vault.slots.read(signal)).keys()].filter((key) => isRequest(key) && !requests.some(({ slot }) => slot === key && slot !== request.slot));
    await vault.slots.change(new Map([await deviceSlot(Buffer.from(document), [request.recipient])]), over, signal);
    return request;
  }));
}

const PendingRequest = z.object({ slot: z.string(), document: z.string(), expires: z.string() });
type Pending = z.infer<typeof PendingRequest>;

const pendingName = (vault: string): string => `${vault}-request`;

async function pendingRequest({ keychain }: Parts, vault: string): Promise<Pending | undefined> {
  const stored = await keychain.get(pendingName(vault));
  return stored === undefined ? undefined : PendingRequest.parse(JSON.parse(stored));
}

async function sealedVaultHere(parts: Parts, around: Surroundings, { problem, ...options }: { choice: VaultChoice | undefined; signal: AbortSignal | undefined; problem: ConvoSyncError | undefined }): Promise<Candidate> {
  if (!around.vaults) {
    throw problem ?? new ConvoSyncError('vault-not-found', 'There is no place where another device could be asked.');
  }
  const sealed = await sealedVaults(parts, around, options);
  const mine = sealed.filter(({ isMine }) => isMine);
  const [one, ...more] = mine.length > 0 ? mine : sealed;
  if (!one) {
    throw new ConvoSyncError('vault-not-found', 'There is no sealed vault here.', { details: { reason: 'none-sealed' } });
  }
  if (more.length > 0) {
    throw new ConvoSyncError('vault-choice', 'Several sealed vaults are here.', { details: { vaults: [one, ...more].map(({ description: { id, created } }) => ({ id, created })) } });
  }
  return one;
}

async function withUnlocked<T>(parts: Parts, folder: string, { signal }: RunOptions, action: (vault: Vault) => Promise<T>): Promise<T> {
  const { vault, problem } = await openCheckout(parts, folder, { refresh: true, signal });
  if (problem) {
    throw problem;
  }
  if (!vault?.isSealed) {
    throw new ConvoSyncError('vault-not-found', 'There is no sealed vault here.', { details: { reason: 'none-sealed' } });
  }
  return action(vault);
}

async function requestsOf({ machine }: Parts, vault: Vault, signal: AbortSignal | undefined): Promise<AccessRequest[]> {
  return readRequests(vault.description, vault.keys.epochs, await vault.slots.read(signal), machine.now());
}
