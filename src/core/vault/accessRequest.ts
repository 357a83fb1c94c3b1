/**
 * Asking to be let into a sealed vault from a device that does not know its passphrase. The device puts a request among the
 * key slots, `keys/request-<random>`: an age file for the vault's own public key, which holds the public key that it made
 * for itself and what it is called. A device that is in opens it and shows its short code; the person sees the same code on both
 * screens and says so there, and the vault's keys are wrapped for that public key (`keys/device-<random>`).
 *
 * Why the storage cannot slip in a key of its own: the code is made of the request, of the vault's id and of its newest epoch.
 * To show the same code for another request somebody has to find one among 2^60, each guess a round of scrypt. They do not
 * even know the code that is asked for, since a request opens to the vault's devices alone; unless the new device was shown
 * a vault that is not yours, whose code the device that is in never shows for anything it is asked. So no commitment has to be
 * exchanged first, and a request is one object. What is answered needs no signature of its own: keys prove themselves
 * (see `keysDocument`). A request that nobody answers within a day is over.
 *
 * A device that joins looks for the first time, so it may be shown an old state, or keys of before by somebody who was taken
 * out and holds the storage: the state code is to be compared once it is in.
 */
import * as z from 'zod';
import { randomId } from '../common/hash.ts';
import { Device } from '../session/device.ts';
import { keys as storageKeys } from '../storage/backend.ts';
import { type Documents, readJson, vaultFormat, writeJson } from './documents.ts';
import { type Chain, newestOf } from './epochs.ts';
import type { EpochKey } from './seal.ts';
import { shortCode } from './shortCode.ts';

const RequestDocument = z.object({
  v: z.int(),
  vault: z.string(),
  recipient: z.string().startsWith('age1'),
  device: Device,
  /** ISO 8601 in UTC. */
  asked: z.string(),
});

/** Milliseconds in which a request can be answered. */
export const requestLifetime = 24 * 60 * 60 * 1000;

const requestPrefix = storageKeys.slot('request-');

export interface AccessRequest {
  /** Where it lies. */
  slot: string;
  code: string;
  device: Device;
  /** `age1…` */
  recipient: string;
  /** ISO 8601 in UTC. */
  asked: string;
}

export interface NewRequest {
  code: string;
  slot: [key: string, bytes: Uint8Array];
  /** What the code is made of, to show it again. */
  document: Uint8Array;
}

export async function makeRequest(vault: Chain, recipient: string, device: Device, now: Date): Promise<NewRequest> {
  const { encryptTo } = await import('./age.ts');
  const document = writeJson({ v: vaultFormat, vault: vault.id, recipient, device: { ...device }, asked: now.toISOString() });
  const sealed = await encryptTo([newestOf(vault.epochs).recipient ?? ''], document);
  return { code: await requestCode(vault, document), slot: [`${requestPrefix}${randomId(8)}`, sealed], document };
}

export function requestCode({ id, epochs }: Chain, document: Uint8Array): Promise<string> {
  return shortCode('convosync access request 1', 3, [id, newestOf(epochs).signature, document]);
}

export function isRequest(key: string): boolean {
  return key.startsWith(requestPrefix);
}

/** Those that can be answered, the newest first; whatever else lies among them is passed over, since anybody can put it there. */
export async function readRequests(vault: Chain, epochs: readonly EpochKey[], documents: Documents, now: Date): Promise<AccessRequest[]> {
  const { decryptBy } = await import('./age.ts');
  const opened = await Promise.all([...documents].filter(([slot]) => isRequest(slot)).map(async ([slot, bytes]) => {
    try {
      const document = (await decryptBy(epochs.map(({ identity }) => identity), bytes)) ?? new Uint8Array();
      const { vault: of, recipient, device, asked } = readJson(RequestDocument, document, vault.id, slot);
      return of === vault.id && isOpen(asked, now) ? [{ slot, document, recipient, device, asked }] : [];
    } catch {
      return [];
    }
  }));
  const newest = opened.flat().sort((a, b) => (a.asked < b.asked ? 1 : -1)).slice(0, mostShown);
  return Promise.all(newest.map(async ({ document, ...request }) => ({ ...request, code: await requestCode(vault, document) })));
}

/** Nobody has more devices that ask at the same time; a storage could show any number. */
const mostShown = 10;

function isOpen(asked: string, now: Date): boolean {
  return Math.abs(now.getTime() - Date.parse(asked)) <= requestLifetime;
}
