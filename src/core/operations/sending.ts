/** Sending what waits on this device. */
import { ConvoSyncError } from '../common/errors.ts';
import { setUpstream } from '../git/branches.ts';
import { readConfiguration } from '../git/configuration.ts';
import { isAncestor, resolveCommit } from '../git/history.ts';
import type { CodePush } from '../storage/backend.ts';
import { pushAndReadBack } from '../storage/git/push.ts';
import type { SendOptions, SendResult, Vault } from '../vault/vault.ts';
import { type Checkout, openCheckout } from './checkout.ts';
import type { SyncOptions } from './convosync.ts';
import { withVaultLocked } from './locks.ts';
import type { Parts } from './parts.ts';
import { forgetTries, noteTry } from './queue.ts';
import type { Note, SyncReport } from './report.ts';
import { captureAgain } from './save/captureAgain.ts';

/**
 * Sends the outbox, under the vault's lock; a failure is noted, and what waits waits on. A branch that goes with it and has
 * no upstream gets this one, as with `git push -u`: our push names a commit, for which git sets nothing.
 *
 * @throws ConvoSyncError why the remote did not answer when it was looked at, or what `Vault.send` throws; `landed` in its
 * details are the refs that made it all the same
 */
export async function send(parts: Parts, checkout: Checkout, vault: Vault, signal: AbortSignal | undefined): Promise<SendResult> {
  const { repository, remote, problem } = checkout;
  const code = await vault.pendingCode();
  const landed: string[] = [];
  const pushCode = async ({ commit, branch }: CodePush): Promise<void> => {
    if (remote) {
      const ref = `refs/heads/${branch}`;
      await pushAndReadBack(remote, [{ commit, ref }], { logger: parts.logger }, signal);
      landed.push(ref);
    }
  };
  let result: SendResult;
  try {
    if (problem) {
      throw problem;
    }
    result = await sendWhole(parts, checkout, vault, { pushCode, signal });
  } catch (error) {
    if (!ConvoSyncError.is(error)) {
      throw error;
    }
    const failure = landed.length > 0 ? new ConvoSyncError(error.code, error.message, { cause: error, details: { ...error.details, landed } }) : error;
    if (vault.isWaiting && failure.code !== 'cancelled') {
      await noteTry(parts, vault.id, repository.top, failure);
    }
    throw failure;
  }
  await forgetTries(parts, vault.id);
  if (result === 'sent' && code && remote && (await readConfiguration(repository, signal)).get(`branch.${code.branch}.merge`) === undefined) {
    await setUpstream(repository, code.branch, remote.name);
  }
  return result;
}

/** What has lost a part of itself while it waited is captured once more, each session once. */
async function sendWhole(parts: Parts, checkout: Checkout, vault: Vault, options: SendOptions): Promise<SendResult> {
  const again = new Set<unknown>();
  for (;;) {
    try {
      return await vault.send(options);
    } catch (error) {
      const session = ConvoSyncError.is(error, 'object-missing') ? error.details['session'] : undefined;
      if (!ConvoSyncError.is(error) || session === undefined || again.has(session)) {
        throw error;
      }
      parts.logger.warn('a session that waits builds on what is gone: it is captured once more');
      again.add(session);
      await captureAgain(parts, { ...checkout, vault }, error, options.signal);
    }
  }
}

/**
 * Sends what waits, and looks at what other devices saved since the last look. Runs under the checkout's lock, which the
 * caller holds.
 *
 * @param recovered what was recovered first: what was sent by that counts as sent now
 * @throws ConvoSyncError why it could not be sent; then it waits on
 */
export async function syncCheckout(parts: Parts, folder: string, { push, vault: choice, signal }: SyncOptions, recovered: readonly Note[]): Promise<SyncReport> {
  const { vault: before } = await openCheckout(parts, folder, { refresh: false, choice, signal });
  const known = new Set(before?.state.sessions.map(({ outline }) => outline.id));
  const checkout = await openCheckout(parts, folder, { refresh: true, choice, signal });
  const { vault, problem } = checkout;
  if (!vault) {
    if (problem) {
      throw problem;
    }
    return { outcome: 'nothing-to-send', sessions: 0, arrived: [], notes: [...recovered] };
  }
  const sentBefore = recovered.reduce((sum, note) => sum + (note.kind === 'recovered' ? note.sent : 0), 0);
  return withVaultLocked(parts, vault, { purpose: 'sending', signal }, async () => {
    if (push === false) {
      await vault.dropPendingCode();
    }
    const sessions = vault.state.sessions.filter(({ queued }) => queued).length;
    const result = await sendLater(parts, checkout, vault, signal);
    const arrived = vault.state.sessions.filter(({ outline, device }) => device.id !== parts.device.id && !known.has(outline.id));
    const outcome = result === 'no-place' ? 'kept' : sentBefore > 0 ? 'sent' : result;
    return { outcome, sessions: sessions + sentBefore, arrived, notes: [...recovered] };
  });
}

/** Sends what waits, under the vault's lock; false when it could not and waits on. */
export async function trySend(parts: Parts, checkout: Checkout, vault: Vault, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    return (await sendLater(parts, checkout, vault, signal)) !== 'no-place';
  } catch (error) {
    if (!ConvoSyncError.is(error)) {
      throw error;
    }
    parts.logger.warn(`could not send: ${error.code}`);
    return false;
  }
}

/** As `send`, without a branch that has left the commit meanwhile: the session carries it in a bundle. */
async function sendLater(parts: Parts, checkout: Checkout, vault: Vault, signal: AbortSignal | undefined): Promise<SendResult> {
  const { repository } = checkout;
  const code = await vault.pendingCode();
  const tip = code && (await resolveCommit(repository, `refs/heads/${code.branch}`, signal));
  if (code && (tip === undefined || !(await isAncestor(repository, code.commit, tip, signal)))) {
    await vault.dropPendingCode();
  }
  return send(parts, checkout, vault, signal);
}
