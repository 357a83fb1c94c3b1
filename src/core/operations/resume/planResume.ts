/**
 * Preflight and plan of a resume. What the session needs is brought here first, as an ordinary fetch would; branches,
 * index, working tree and conversations stay as they are.
 */
import { ConvoSyncError } from '../../common/errors.ts';
import { randomId } from '../../common/hash.ts';
import type { Remedy } from '../../git/finding.ts';
import { preflightResume } from '../../git/preflight.ts';
import { gatherResumeFacts, type ResumeFacts } from '../../git/preflightFacts.ts';
import type { Repository } from '../../git/repository.ts';
import type { SessionManifest, StoredCode } from '../../session/session.ts';
import type { SavedSession } from '../../vault/state.ts';
import type { Vault } from '../../vault/vault.ts';
import { answerQuestions } from '../answerQuestions.ts';
import { type Checkout, openCheckout } from '../checkout.ts';
import type { RunOptions } from '../convosync.ts';
import type { Parts } from '../parts.ts';
import type { ResumePlan, ResumeRequest, ResumeStep } from '../plan.ts';
import { fetchBundle } from '../bundles.ts';
import { findSession, latestSession } from '../sessions.ts';
import { planInstall } from './install.ts';
import { ignoredToReplace } from './moveCode.ts';
import { codeSteps } from './planCode.ts';

export interface PreparedResume {
  plan: ResumePlan;
  checkout: Checkout & { vault: Vault };
  manifest: SessionManifest;
}

export async function planResume(parts: Parts, repository: Repository, request: ResumeRequest, options: RunOptions = {}): Promise<PreparedResume> {
  const { signal, onProgress } = options;
  onProgress?.({ phase: 'list' });
  const opened = await openCheckout(parts, repository, { refresh: true, resumes: true, choice: request.vault, signal });
  const { vault } = opened;
  if (!vault) {
    if (opened.problem) {
      throw opened.problem;
    }
    throw new ConvoSyncError('session-not-found', 'No session is saved for this repository.', { details: { session: request.session ?? '' } });
  }
  const checkout = { ...opened, vault };
  const session = request.session === undefined ? latestSession(vault.state.sessions, parts.device.id) : findSession(vault.state.sessions, request.session, vault.state.trash);
  onProgress?.({ phase: 'preflight' });
  const manifest = await vault.contents.readManifest(session, signal);
  const facts = await bringCode(parts, checkout, session, manifest.code, signal);
  const { findings, remedies } = answerQuestions((chosen) => preflightResume(facts, chosen), namedRemedies(request), request);
  const blockers = findings.filter(({ severity }) => severity !== 'info');

  const choices = { remedies, findings, pull: request.pull !== false, device: session.device.name };
  const moves = await codeSteps(repository, facts, manifest.code, choices);
  const ignored = await ignoredToReplace(repository, checkout.state, moves, signal);
  const steps: ResumeStep[] = [{ kind: 'protect', ...(ignored.length > 0 ? { ignored } : {}) }, ...moves];
  for (const conversation of blockers.some(({ severity }) => severity === 'refusal') ? [] : manifest.conversations) {
    steps.push(await planInstall({ parts, vault, session, folder: repository.top, signal }, conversation));
  }
  const { branch, commit } = checkout.state;
  const plan: ResumePlan = {
    id: randomId(),
    folder: repository.top,
    session,
    findings,
    blockers,
    steps,
    head: { ...(branch === undefined ? {} : { branch }), ...(commit === undefined ? {} : { commit }) },
    handoff: manifest.handoff,
  };
  return { plan, checkout, manifest };
}

/** Fetches, or takes out of the session's bundles, the commits that are not here, and says how things stand then. */
async function bringCode(parts: Parts, checkout: Checkout & { vault: Vault }, session: SavedSession, code: StoredCode, signal?: AbortSignal): Promise<ResumeFacts> {
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

async function bringCommits(parts: Parts, checkout: Checkout & { vault: Vault }, session: SavedSession, code: StoredCode, signal?: AbortSignal): Promise<ResumeFacts> {
  const { repository, view, problem, state } = checkout;
  const gather = (): Promise<ResumeFacts> => gatherResumeFacts(repository, repository.top, code, { signal, state, look: view ?? problem });
  const facts = await gather();
  if (facts.repository?.commit !== 'bundled' || state.commit === undefined) {
    return facts;
  }
  for (const bundle of code.bundles) {
    await fetchBundle(parts, checkout, session, bundle, signal);
  }
  return gather();
}

/** The remedies that options of their own stand for. */
function namedRemedies(request: ResumeRequest): Remedy[] {
  return [
    ...(request.exact === true ? (['exact'] as const) : []),
    ...(request.switchBranch === true ? (['switch'] as const) : []),
    ...(request.stayOnBranch === true ? (['stay'] as const) : []),
    ...(request.pull === true ? (['pull-merge'] as const) : []),
  ];
}
