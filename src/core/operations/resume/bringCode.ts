import { gatherResumeFacts, type ResumeFacts } from '../../git/preflightFacts.ts';
import type { StoredCode } from '../../session/session.ts';
import type { SavedSession } from '../../vault/state.ts';
import { fetchBundle } from '../bundles.ts';
import type { Checkout } from '../checkout.ts';
import type { Parts } from '../parts.ts';
import type { SessionSource } from '../sessionSource.ts';

/** A repository that a session comes to, and what holds it. */
export type Arriving = Pick<Checkout, 'repository' | 'state' | 'view' | 'problem'> & { source: SessionSource };

/** Fetches, or takes out of the session's bundles, the commits that are not here, and says how things stand then. */
export async function bringCode(parts: Parts, checkout: Arriving, session: SavedSession, code: StoredCode, signal?: AbortSignal): Promise<ResumeFacts> {
  const facts = await bringCommits(parts, checkout, session, code, signal);
  const { repository, state } = checkout;
  if (facts.repository?.commit !== 'here' || !code.snapshot) {
    return facts;
  }
  const isThere = state.commit === code.commit && (state.branch ?? code.branch) === code.branch && state.changes.length > 0;
  const snapshot = isThere && (await (await import('../snapshots.ts')).isInPlace(parts, repository, code.commit, code.snapshot, signal)) ? 'in-place' : 'to-restore';
  if (snapshot === 'to-restore') {
    await fetchBundle(parts, checkout, session, code.snapshot.bundle, signal);
  }
  return { ...facts, repository: { ...facts.repository, snapshot } };
}

/** The same without a snapshot. */
export async function bringCommits(parts: Parts, checkout: Arriving, session: SavedSession, code: StoredCode, signal?: AbortSignal): Promise<ResumeFacts> {
  const { repository, view, problem, state } = checkout;
  const gather = (): Promise<ResumeFacts> => gatherResumeFacts(repository, repository.top, code, { signal, state, look: view ?? problem });
  const facts = await gather();
  if (facts.repository?.commit !== 'bundled') {
    return facts;
  }
  for (const bundle of code.bundles) {
    await fetchBundle(parts, checkout, session, bundle, signal);
  }
  return gather();
}
