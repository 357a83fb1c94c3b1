/** Sending what waits on this device. */
import { ConvoSyncError } from '../common/errors.ts';
import type { CodePush } from '../storage/backend.ts';
import { pushAndReadBack } from '../storage/git/push.ts';
import type { SendResult, Vault } from '../vault/vault.ts';
import { type Checkout, openCheckout } from './checkout.ts';
import type { RunOptions } from './convosync.ts';
import { withVaultLocked } from './locks.ts';
import type { Parts } from './parts.ts';

/**
 * Sends the outbox, under the vault's lock; throws what `Vault.send` throws. A branch that goes with it and has no
 * upstream gets this one, as with `git push -u`: our push names a commit, for which git sets nothing.
 */
export async function send(parts: Parts, { repository, remote }: Pick<Checkout, 'repository' | 'remote'>, vault: Vault, signal: AbortSignal | undefined): Promise<SendResult> {
  const code = await vault.pendingCode();
  const landed: string[] = [];
  const pushCode = async ({ commit, branch }: CodePush): Promise<void> => {
    if (remote) {
      const ref = `refs/heads/${branch}`;
      await pushAndReadBack(remote, [{ commit, ref }], { logger: parts.logger }, signal);
      landed.push(ref);
    }
  };
  const result = await vault.send({ pushCode, signal }).catch((error: unknown) => {
    throw landed.length > 0 && ConvoSyncError.is(error) ? new ConvoSyncError(error.code, error.message, { cause: error, details: { ...error.details, landed } }) : error;
  });
  if (result === 'sent' && code && remote && (await repository.configuration(signal)).get(`branch.${code.branch}.merge`) === undefined) {
    await repository.setUpstream(code.branch, remote.name);
  }
  return result;
}

/** Runs under the checkout's lock, which the caller holds. Throws why it could not be sent; then it waits on. */
export async function sendWaiting(parts: Parts, folder: string, { push, signal }: RunOptions & { push?: boolean }): Promise<{ outcome: 'sent' | 'nothing-to-send' | 'kept'; sessions: number }> {
  const checkout = await openCheckout(parts, folder, { refresh: true, signal });
  const { vault, problem } = checkout;
  if (problem) {
    throw problem;
  }
  if (!vault) {
    return { outcome: 'nothing-to-send', sessions: 0 };
  }
  return withVaultLocked(parts, vault, { purpose: 'sending', signal }, async () => {
    if (push === false) {
      await vault.dropPendingCode();
    }
    const sessions = vault.state.sessions.filter(({ queued }) => queued).length;
    const result = await sendLater(parts, checkout, vault, signal);
    return { outcome: result === 'no-place' ? 'kept' : result, sessions };
  });
}

/** Sends what waits, under the vault's lock; false when it could not and waits on. */
export async function trySend(parts: Parts, checkout: Checkout, vault: Vault, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    if (checkout.problem) {
      throw checkout.problem;
    }
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
  const tip = code && (await repository.resolve(`refs/heads/${code.branch}`, signal));
  if (code && (tip === undefined || !(await repository.isAncestor(code.commit, tip, signal)))) {
    await vault.dropPendingCode();
  }
  return send(parts, checkout, vault, signal);
}
