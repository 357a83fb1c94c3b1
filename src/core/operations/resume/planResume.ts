/**
 * Preflight and plan of a resume. What the session needs is brought here first, as an ordinary fetch would; branches,
 * index, working tree and conversations stay as they are.
 */
import { ConvoSyncError } from '../../common/errors.ts';
import { randomId } from '../../common/hash.ts';
import type { Finding, Remedy } from '../../git/finding.ts';
import { cloneAddress } from '../../git/identity.ts';
import { preflightResume } from '../../git/preflight.ts';
import type { Repository } from '../../git/repository.ts';
import { boundContext } from '../../session/context.ts';
import type { SessionManifest, StoredCode } from '../../session/session.ts';
import type { SavedSession } from '../../vault/state.ts';
import { answerQuestions } from '../answerQuestions.ts';
import { type Checkout, openCheckout } from '../checkout.ts';
import type { RunOptions } from '../convosync.ts';
import { checkoutsOf } from '../knownCheckouts.ts';
import { lackingFindings } from '../leavingOut.ts';
import { agentOf, type Parts } from '../parts.ts';
import type { InstallStep, ResumePlan, ResumeRequest, ResumeStep } from '../plan.ts';
import { findSession, latestSession } from '../sessions.ts';
import type { SessionSource } from '../sessionSource.ts';
import { bringCode } from './bringCode.ts';
import { planCompanions, type PreparedCompanion } from './companions.ts';
import { planInstall } from './install.ts';
import { followLastGood } from './lastGood.ts';
import { ignoredToReplace } from './moveCode.ts';
import { codeSteps } from './planCode.ts';

export interface PreparedResume {
  plan: ResumePlan;
  /** Without a vault where the session came in a file. */
  checkout: Checkout;
  source: SessionSource;
  manifest: SessionManifest;
  companions: PreparedCompanion[];
}

/** A session that is to come to a checkout, and what holds it. */
export interface SessionToResume {
  source: SessionSource;
  session: SavedSession;
  manifest: SessionManifest;
  /** What is to be said of its conversations. */
  findings: Finding[];
}

export async function planResume(parts: Parts, repository: Repository, request: ResumeRequest, options: RunOptions = {}): Promise<PreparedResume> {
  const { signal, onProgress } = options;
  onProgress?.({ phase: 'list' });
  const checkout = await openCheckout(parts, repository, { refresh: true, resumes: true, choice: request.vault, signal });
  const { vault } = checkout;
  if (!vault) {
    if (checkout.problem) {
      throw checkout.problem;
    }
    throw new ConvoSyncError('session-not-found', 'No session is saved for this repository.', { details: { session: request.session ?? '' } });
  }
  const sessions = vault.holdsOthers && request.session !== undefined ? vault.everySession : vault.state.sessions;
  const asked = request.session === undefined ? latestSession(sessions, parts.device.id) : findSession(sessions, request.session, vault.state.trash);
  const { session, findings } = followLastGood(sessions, asked, request.choices);
  return planArrival(parts, checkout, { source: vault, session, manifest: await vault.contents.readManifest(session, signal), findings }, request, options);
}

/** The plan for a session that was found. */
export async function planArrival(parts: Parts, checkout: Checkout, { source, session, manifest, findings: ofConversations }: SessionToResume, request: ResumeRequest, { signal, onProgress }: RunOptions): Promise<PreparedResume> {
  const { repository } = checkout;
  const arriving = { ...checkout, source };
  onProgress?.({ phase: 'preflight' });
  const facts = await bringCode(parts, arriving, session, manifest.code, signal);
  const { findings: judged, remedies } = answerQuestions((chosen) => preflightResume(facts, chosen), namedRemedies(request), request);
  const findings = await Promise.all(judged.map((finding) => withWaysThere(parts, finding, manifest.code)));
  findings.push(...lackingFindings(manifest.code), ...ofConversations);
  const companions = request.alone === true ? { found: [], findings: [] } : await planCompanions(parts, arriving, { session, manifest, request, named: namedRemedies(request) }, signal);
  findings.push(...companions.findings);
  const blockers = findings.filter(({ severity }) => severity !== 'info');

  const choices = { remedies, findings, leaveOut: parts.leaveOut, pull: request.pull !== false, device: session.device.name };
  const moves = await codeSteps(repository, facts, manifest.code, choices);
  const ignored = await ignoredToReplace(repository, checkout.state, moves, signal);
  const steps: ResumeStep[] = [{ kind: 'protect', ...(ignored.length > 0 ? { ignored } : {}) }, ...moves];
  for (const conversation of blockers.some(({ severity }) => severity === 'refusal') ? [] : manifest.conversations) {
    const step = await planInstall({ parts, source, session, folder: repository.top, signal }, conversation);
    const obstacle = await obstacleTo(parts, step);
    if (obstacle) {
      findings.push(obstacle);
    } else {
      steps.push(step);
    }
  }
  const { branch, commit } = checkout.state;
  const plan: ResumePlan = {
    id: randomId(),
    folder: repository.top,
    session,
    findings,
    blockers,
    steps,
    companions: companions.found.map(({ planned }) => planned),
    head: { ...(branch === undefined ? {} : { branch }), ...(commit === undefined ? {} : { commit }) },
    ...(manifest.context ? { context: boundContext(manifest.context) } : {}),
    handoff: manifest.handoff,
  };
  return { plan, checkout, source, manifest, companions: companions.found };
}

/** Why this conversation alone cannot be brought here; undefined where it can. */
async function obstacleTo(parts: Parts, { agent: id, outcome, title, conversation }: InstallStep): Promise<Finding | undefined> {
  const agent = agentOf(parts, id);
  const writes = outcome !== 'same' && outcome !== 'local-longer';
  return agent && writes && (await agent.records?.obstacle()) !== undefined
    ? { code: 'agent-missing', severity: 'info', details: { agentName: agent.name, conversation: title ?? conversation }, remedies: [] }
    : undefined;
}

/** Where the session's own repository is: checkouts of it on this device, and what it could be cloned from. */
async function withWaysThere({ home }: Parts, finding: Finding, { repository }: StoredCode): Promise<Finding> {
  if (finding.severity !== 'refusal' || !finding.remedies.includes('clone')) {
    return finding;
  }
  const [folders, url] = [await checkoutsOf(home, repository), cloneAddress(repository)];
  return { ...finding, details: { ...finding.details, folders, ...(url === undefined ? {} : { url }) }, remedies: [...(folders.length > 0 ? ['open-other' as const] : []), ...finding.remedies] };
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
