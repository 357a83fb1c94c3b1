/** What gives a vault new keys: sealing a readable one, and taking a device out. */
import { ConvoSyncError } from '../common/errors.ts';
import { marked } from '../common/marked.ts';
import type { Device } from '../session/device.ts';
import { type NewPassphrase, unwrapKeys } from '../vault/keySlots.ts';
import { isRecoveryKey, type Secret } from '../vault/secret.ts';
import { renewKeys } from '../vault/newEpoch.ts';
import type { KnownDevice } from '../vault/state.ts';
import type { Vault } from '../vault/vault.ts';
import { openCheckout } from './checkout.ts';
import type { RunOptions } from './convosync.ts';
import { withVaultLocked } from './locks.ts';
import type { Parts } from './parts.ts';

export interface SealedVault {
  recoveryKey: string;
  /** Sessions that were sent before: as they lie at the place, whoever can read it can read them. */
  readable: number;
}

/**
 * Seals a readable vault from now on: what is saved later only its owner's devices can read.
 *
 * @throws ConvoSyncError `usage` for a vault that is sealed, or a passphrase that is too short; `vault-not-found`; why the place did not answer
 */
export async function sealVault(parts: Parts, folder: string, passphrase: NewPassphrase, options: RunOptions): Promise<SealedVault> {
  return withNewestState(parts, folder, 'sealing the vault', options, async (vault) => {
    if (vault.isSealed) {
      throw new ConvoSyncError('usage', marked`The vault is sealed already.`);
    }
    const readable = [...vault.state.sessions, ...vault.state.trash].filter(({ queued }) => !queued).length;
    const recoveryKey = await renewKeys(vault, parts.keychain, { passphrase, out: [], now: parts.machine.now() }, options.signal);
    return { recoveryKey, readable };
  });
}

export interface Revocation {
  /** Its name, or the beginning of its id. */
  device: string;
  /** The passphrase until now, or the recovery key. */
  current: Secret;
  /** The passphrase from now on; without it the one until now. */
  next?: NewPassphrase | undefined;
}

/**
 * Takes a device out of a sealed vault: what is saved from now on it cannot read, and what it saves from now on nobody uses.
 *
 * @throws ConvoSyncError `usage` for a device that is not known, or is this one; `vault-wrong-key`; why the place did not answer
 */
export async function revokeDevice(parts: Parts, folder: string, { device: name, current, next }: Revocation, options: RunOptions): Promise<{ device: Device; recoveryKey: string }> {
  return withNewestState(parts, folder, 'taking a device out', options, async (vault) => {
    if (!vault.isSealed) {
      throw new ConvoSyncError('usage', marked`The vault is not sealed: whoever can read the place where it is kept can read it. Seal it first with: convosync vault seal`);
    }
    const { device } = findDevice(parts, vault, name);
    await unwrapKeys(vault.description, await vault.slots.read(options.signal), current);
    const passphrase = next ?? (isRecoveryKey(current) ? undefined : { passphrase: current });
    if (!passphrase) {
      throw new ConvoSyncError('usage', marked`With the recovery key, a new passphrase has to be chosen too.`);
    }
    return { device, recoveryKey: await renewKeys(vault, parts.keychain, { passphrase, out: [device.id], now: parts.machine.now() }, options.signal) };
  });
}

function findDevice(parts: Parts, vault: Vault, name: string): KnownDevice {
  const known = [...vault.state.devices.values()].filter(({ device }) => !vault.isTakenOut(device.id));
  const wanted = name.trim().toLowerCase();
  const byName = known.filter(({ device }) => device.name.toLowerCase() === wanted);
  const found = byName.length > 0 ? byName : known.filter(({ device }) => wanted.length >= 4 && device.id.startsWith(wanted));
  const [one] = found;
  if (!one || found.length > 1) {
    throw new ConvoSyncError('usage', one ? marked`Several devices are called “${name}”: give the beginning of an id (${found.map(({ device }) => device.id).join(', ')}).` : marked`No device that saved here is called “${name}”.`);
  }
  if (one.device.id === parts.device.id) {
    throw new ConvoSyncError('usage', marked`This is the device that you are at. Take it out from another one; to forget the keys here, lock the vault.`);
  }
  return one;
}

/** @throws ConvoSyncError why the place did not answer: keys are changed where everyone sees it, or not at all */
async function withNewestState<T>(parts: Parts, folder: string, purpose: string, { signal }: RunOptions, change: (vault: Vault) => Promise<T>): Promise<T> {
  const { vault, problem } = await openCheckout(parts, folder, { refresh: true, signal });
  if (problem) {
    throw problem;
  }
  if (!vault) {
    throw new ConvoSyncError('vault-not-found', 'There is no vault here yet.');
  }
  return withVaultLocked(parts, vault, { purpose, signal }, () => change(vault));
}
