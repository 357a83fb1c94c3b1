/**
 * Whether uncommitted changes are committed or kept in a snapshot: asked once for a repository, and remembered on this device
 * for all its working trees.
 */
import * as z from 'zod';
import { sha256 } from '../../common/hash.ts';
import type { Repository } from '../../git/repository.ts';
import { readDocument, writeDocument } from '../../home/document.ts';
import { withLock } from '../../home/lock.ts';
import type { Checkout } from '../checkout.ts';
import { lockPatience } from '../locks.ts';
import type { Parts } from '../parts.ts';
import type { ChangesAs, SaveRequest } from '../plan.ts';
import { findDefaultBranch } from './defaultBranch.ts';

const AnswersDocument = z.object({
  v: z.literal(1),
  /** By repository. */
  changesAs: z.record(z.string(), z.enum(['commit', 'snapshot'])),
});

/** As the request says, else as remembered. Without either they are committed, and a person is asked first where there is one. */
export async function decideChangesAs({ home }: Parts, checkout: Checkout, { snapshot, choices }: SaveRequest, signal?: AbortSignal): Promise<{ changesAs: ChangesAs; undecided?: { recommended: ChangesAs } }> {
  const chosen = choices?.['uncommitted-changes'];
  if (chosen === 'commit' || chosen === 'snapshot') {
    return { changesAs: chosen };
  }
  if (snapshot !== undefined) {
    return { changesAs: snapshot ? 'snapshot' : 'commit' };
  }
  const answers = await readDocument(home.answersFile, AnswersDocument);
  const remembered = answers?.changesAs[keyOf(checkout.repository)];
  if (remembered !== undefined) {
    return { changesAs: remembered };
  }
  const { branch } = await findDefaultBranch(checkout, signal);
  return { changesAs: 'commit', undecided: { recommended: branch !== undefined && branch === checkout.state.branch ? 'snapshot' : 'commit' } };
}

/** From now on in this repository, until another answer is remembered. */
export async function rememberChangesAs({ home }: Parts, repository: Repository, changesAs: ChangesAs, signal?: AbortSignal): Promise<void> {
  await withLock(home, 'answers', { purpose: 'remembering an answer', signal, waitMs: lockPatience }, async () => {
    const answers = await readDocument(home.answersFile, AnswersDocument);
    await writeDocument(home.answersFile, { v: 1, changesAs: { ...answers?.changesAs, [keyOf(repository)]: changesAs } });
  });
}

function keyOf({ commonDir }: Repository): string {
  return sha256(commonDir).slice(0, 24);
}
