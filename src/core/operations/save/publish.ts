/** Makes a sealed session visible, or leaves it waiting in a form that needs no push of the branch any more. */
import { ConvoSyncError, isCancellation } from '../../common/errors.ts';
import type { Vault } from '../../vault/vault.ts';
import type { Checkout } from '../checkout.ts';
import type { RunOptions } from '../convosync.ts';
import type { Parts } from '../parts.ts';
import type { SavePlan } from '../plan.ts';
import type { SaveReport } from '../report.ts';
import { send } from '../sending.ts';
import { captureBundles, seal } from './capture.ts';

type Publishing = Pick<SaveReport, 'outcome' | 'branchPushed' | 'problem'>;

/** Runs under the vault's lock. Never throws for what may go wrong on the way: the session is safe by now. */
export async function publish(parts: Parts, checkout: Checkout & { vault: Vault }, plan: SavePlan, { signal, onProgress }: RunOptions): Promise<Publishing> {
  const { vault } = checkout;
  const push = plan.steps.find((step) => step.kind === 'push');
  if (plan.steps.some(({ kind }) => kind === 'keep')) {
    return { outcome: 'kept', branchPushed: false };
  }
  onProgress?.({ phase: 'publish' });
  try {
    await send(parts, checkout, vault, signal);
  } catch (error) {
    if (!ConvoSyncError.is(error) && !isCancellation(error)) {
      throw error;
    }
    const problem = ConvoSyncError.is(error) ? error : new ConvoSyncError('cancelled', 'Cancelled while sending.', { cause: error });
    parts.logger.warn(`the session could not be sent: ${problem.code}`);
    onProgress?.({ phase: 'seal' });
    await makeIndependent(parts, checkout, plan.session);
    const landed = problem.details['landed'];
    return { outcome: 'queued', branchPushed: push !== undefined && Array.isArray(landed) && landed.includes(`refs/heads/${push.branch}`), problem };
  }
  onProgress?.({ phase: 'publish', done: 1, total: 1 });
  return { outcome: 'sent', branchPushed: push !== undefined };
}

/**
 * A session that was to travel with its branch and could not: the branch may be rebased or deleted before it is sent,
 * so it is sealed once more with its commits in a bundle. The branch still goes along with the next try. Where that cannot
 * be done now, the session waits as it is.
 */
async function makeIndependent(parts: Parts, checkout: Checkout & { vault: Vault }, id: string): Promise<void> {
  try {
    await sealWithCommits(parts, checkout, id);
  } catch (error) {
    if (!ConvoSyncError.is(error)) {
      throw error;
    }
    parts.logger.warn(`the session waits without its commits: ${error.code}`);
  }
}

async function sealWithCommits(parts: Parts, checkout: Checkout & { vault: Vault }, id: string): Promise<void> {
  const { vault } = checkout;
  const session = vault.state.sessions.find(({ outline, queued }) => queued && outline.id === id);
  if (!session) {
    return;
  }
  const manifest = await vault.contents.readManifest(session);
  if (!manifest.code.pushed) {
    return;
  }
  const bundles = await captureBundles(parts, { ...checkout, view: undefined }, manifest.code);
  // The first record stays: a push whose answer got lost may have brought it to the remote.
  await seal(vault, { ...manifest, code: { ...manifest.code, pushed: false, bundles } }, session.summary, manifest.code);
}
