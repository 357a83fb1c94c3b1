/** The other repositories of a session in a resume: each is found on this device, and brought to where the session has it. */
import type { Finding, Remedy } from '../../git/finding.ts';
import { preflightResume } from '../../git/preflight.ts';
import type { Repository } from '../../git/repository.ts';
import type { SessionManifest, StoredCompanion } from '../../session/session.ts';
import type { SavedSession } from '../../vault/state.ts';
import { answerQuestions } from '../answerQuestions.ts';
import { findSurroundings } from '../checkout.ts';
import { companionMissing, findCompanion } from '../companions.ts';
import { lackingFindings } from '../leavingOut.ts';
import type { Parts } from '../parts.ts';
import type { CodeStep, CompanionResume, ResumeRequest } from '../plan.ts';
import { recoverFirst } from '../recoverFirst.ts';
import { type Arriving, bringCode } from './bringCode.ts';
import { ignoredToReplace } from './moveCode.ts';
import { codeSteps } from './planCode.ts';

export interface PreparedCompanion {
  planned: CompanionResume;
  repository: Repository;
  code: StoredCompanion;
}

interface CompanionsToPlan {
  session: SavedSession;
  manifest: SessionManifest;
  request: ResumeRequest;
  /** The remedies that options of their own stand for. */
  named: readonly Remedy[];
}

/** What an interrupted operation left half done in one of them is settled first. */
export async function planCompanions(parts: Parts, checkout: Arriving, { session, manifest, request, named }: CompanionsToPlan, signal?: AbortSignal): Promise<{ found: PreparedCompanion[]; findings: Finding[] }> {
  const found: PreparedCompanion[] = [];
  const findings: Finding[] = [];
  for (const code of manifest.companions ?? []) {
    const repository = await findCompanion(parts, checkout.repository, code, request.with ?? [], signal);
    // Two of a session, a fork and its origin, may be one clone here: it cannot be in both states.
    if (!repository || found.some((one) => one.repository.commonDir === repository.commonDir)) {
      findings.push({ ...companionMissing({ folder: code.folder, remote: code.repository.remote ?? '' }, ['locate'], request), repository: code.repository.name });
      continue;
    }
    await recoverFirst(parts, repository, { signal });
    const { around, state, problem } = await findSurroundings(parts, repository, { refresh: true, signal });
    const facts = await bringCode(parts, { ...around, state, problem, source: checkout.source }, session, code, signal);
    const answered = answerQuestions((chosen) => preflightResume(facts, chosen), named, request);
    findings.push(...[...answered.findings, ...lackingFindings(code)].map((finding) => ({ ...finding, repository: code.repository.name, details: { folder: repository.top, ...finding.details } })));
    const moves = await codeSteps(repository, facts, code, { ...answered, leaveOut: parts.leaveOut, pull: request.pull !== false, device: session.device.name });
    const ignored = await ignoredToReplace(repository, state, moves, signal);
    const steps: CodeStep[] = [{ kind: 'protect', ...(ignored.length > 0 ? { ignored } : {}) }, ...moves];
    const { branch, commit } = state;
    found.push({ repository, code, planned: { name: code.repository.name, folder: repository.top, steps, head: { ...(branch === undefined ? {} : { branch }), ...(commit === undefined ? {} : { commit }) } } });
  }
  return { found, findings };
}
