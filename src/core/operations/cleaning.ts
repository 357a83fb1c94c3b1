/** Giving back the space of what nobody needs: when a person asks for it, and now and then after a save. */
import * as path from 'node:path';
import * as z from 'zod';
import { ConvoSyncError, isCancellation } from '../common/errors.ts';
import { readDocument, writeDocument } from '../home/document.ts';
import type { CleanReport } from '../vault/cleaning.ts';
import { defaultRetention, type RetentionPolicy } from '../vault/retention.ts';
import type { Vault } from '../vault/vault.ts';
import { type Checkout, openCheckout } from './checkout.ts';
import type { RunOptions } from './convosync.ts';
import { withVaultLocked } from './locks.ts';
import type { Machine } from './machine.ts';
import type { Parts } from './parts.ts';
import type { VaultChoice } from './plan.ts';
import { send, trySend } from './sending.ts';
import { expireEverywhere } from './undo/expireEverywhere.ts';
import { undoRetentionOf } from './undo/undoRetention.ts';

const day = 24 * 60 * 60 * 1000;
/** Days between two cleanings, and after one that came to no end. */
const interval = 7;
const shortInterval = 1;
/** Milliseconds that a save may go on for the sake of space. */
const patience = 4_000;

const Appointment = z.object({ v: z.literal(1), next: z.string() });

export interface CleanRequest extends RunOptions {
  vault?: VaultChoice | undefined;
  /** Instead of what is set on this machine. */
  policy?: Partial<RetentionPolicy> | undefined;
  /** First stores once more, sealed, what was saved before the vault was sealed later. */
  sealsAgain?: boolean | undefined;
}

/**
 * Thins old versions, empties the trash of what has had its time, and gives back what was condemned long enough ago.
 *
 * @throws ConvoSyncError why the vault cannot be reached, or what a session is made of cannot be read: then nothing is removed
 */
export async function clean(parts: Parts, folder: string, { vault: choice, policy, sealsAgain, signal, onProgress }: CleanRequest): Promise<CleanReport> {
  onProgress?.({ phase: 'list' });
  const checkout = await openCheckout(parts, folder, { refresh: true, readsAll: true, choice, signal });
  const { vault, problem } = checkout;
  if (problem) {
    throw problem;
  }
  if (!vault) {
    throw new ConvoSyncError('vault-not-found', 'There is no vault here yet.');
  }
  return withVaultLocked(parts, vault, { purpose: 'cleaning', signal }, async () => {
    await trySend(parts, checkout, vault, signal);
    onProgress?.({ phase: 'verify' });
    await expireEverywhere(parts.home, undoRetentionOf(parts.machine), parts.machine.now());
    return vault.clean({ policy: { ...retentionOf(parts.machine), ...policy }, thorough: true, sealsAgain, send: () => sendAll(parts, checkout, vault, signal), signal });
  });
}

/** After a save that was sent, under the vault's lock: seldom, for a moment, and never a reason for the save to fail. */
export async function cleanNowAndThen(parts: Parts, checkout: Checkout, vault: Vault, signal: AbortSignal | undefined): Promise<void> {
  const { home, machine, logger } = parts;
  const file = path.join(home.vaultsFolder, vault.id, 'cleaning.json');
  const now = machine.now().getTime();
  const inDays = (days: number): Promise<void> => writeDocument(file, { v: 1, next: new Date(now + days * day).toISOString() });
  try {
    const next = Date.parse((await readDocument(file, Appointment))?.next ?? '');
    if (!(next <= now)) {
      // The first is due after a while; so is one that a wrong clock has put far away.
      await (next <= now + interval * day ? undefined : inDays(interval));
      return;
    }
    await inDays(shortInterval);
    await expireEverywhere(home, undoRetentionOf(machine), machine.now());
    const limit = AbortSignal.any([AbortSignal.timeout(patience), ...(signal ? [signal] : [])]);
    const report = await vault.clean({ policy: retentionOf(machine), thorough: false, send: () => sendAll(parts, checkout, vault, limit), signal: limit });
    logger.info(`cleaned: ${JSON.stringify(report)}`);
    await inDays(report.obstacle === undefined ? interval : shortInterval);
  } catch (error) {
    if (!ConvoSyncError.is(error) && !isCancellation(error)) {
      throw error;
    }
    logger.info(`not cleaned: ${String(error)}`);
  }
}

export function retentionOf({ retention }: Pick<Machine, 'retention'>): RetentionPolicy {
  return { ...defaultRetention, ...retention };
}

async function sendAll(parts: Parts, checkout: Checkout, vault: Vault, signal: AbortSignal | undefined): Promise<void> {
  await send(parts, checkout, vault, signal);
}
