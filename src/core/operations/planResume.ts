/**
 * Preflight and plan of a resume. What the session needs is brought here first, as an ordinary fetch would; branches,
 * index, working tree and conversations stay as they are.
 */
import { randomId } from '../common/hash.ts';
import { ConvoSyncError } from '../common/errors.ts';
import { writeFileAtomic } from '../common/files.ts';
import { rm } from 'node:fs/promises';
import * as path from 'node:path';
import { applyBundle } from '../git/bundle.ts';
import type { Finding, Remedy } from '../git/finding.ts';
import { preflightResume } from '../git/preflight.ts';
import { gatherResumeFacts, type ResumeFacts } from '../git/preflightFacts.ts';
import { isBranchName } from '../git/refName.ts';
import type { Repository } from '../git/repository.ts';
import type { SessionManifest, StoredCode } from '../session/session.ts';
import type { SavedSession } from '../vault/state.ts';
import type { Vault } from '../vault/vault.ts';
import { type Checkout, openCheckout } from './checkout.ts';
import { findSession } from './delete.ts';
import type { RunOptions } from './convosync.ts';
import { planInstall } from './install.ts';
import type { Parts } from './parts.ts';
import type { ResumePlan, ResumeRequest, ResumeStep } from './plan.ts';
import { withRecommended } from './planSave.ts';

export interface PreparedResume {
  plan: ResumePlan;
  checkout: Checkout & { vault: Vault };
  manifest: SessionManifest;
}

export async function planResume(parts: Parts, folder: string, request: ResumeRequest, options: RunOptions = {}): Promise<PreparedResume> {
  const { signal, onProgress } = options;
  onProgress?.({ phase: 'list' });
  const opened = await openCheckout(parts, folder, { refresh: true, found: false, choice: request.vault, signal });
  const { vault, repository } = opened;
  if (!vault) {
    if (opened.problem) {
      throw opened.problem;
    }
    throw new ConvoSyncError('session-not-found', 'No session is saved for this repository.', { details: { session: request.session ?? '' } });
  }
  const checkout = { ...opened, vault };
  const session = request.session === undefined ? latest(vault, parts.device.id) : findSession(vault.state.sessions, request.session);
  onProgress?.({ phase: 'preflight' });
  const manifest = await vault.readManifest(session, signal);
  const facts = await bringCode(parts, checkout, session, manifest.code, signal);
  const chosen = chosenRemedies(request);
  const judged = (remedies: Remedy[]): Finding[] => preflightResume(facts, remedies);
  const remedies = request.force === true ? withRecommended(judged(chosen), chosen) : chosen;
  const findings = judged(remedies);
  const blockers = findings.filter(({ severity }) => severity !== 'info');

  const steps: ResumeStep[] = [{ kind: 'protect' }, ...(await codeSteps(checkout.repository, facts, manifest.code, { request, remedies, findings, device: session.device.name }))];
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

/** Where the person most likely wants to go on: the newest of another device, else the newest. */
function latest(vault: Vault, here: string): SavedSession {
  const session = vault.state.sessions.find(({ device }) => device.id !== here) ?? vault.state.sessions[0];
  if (!session) {
    throw new ConvoSyncError('session-not-found', 'No session is saved for this repository.', { details: { session: '' } });
  }
  return session;
}

/** Fetches, or takes out of the session's bundles, the commits that are not here, and says how things stand then. */
async function bringCode(parts: Parts, { repository, vault, view, problem, state }: Checkout & { vault: Vault }, session: SavedSession, code: StoredCode, signal?: AbortSignal): Promise<ResumeFacts> {
  const gather = (): Promise<ResumeFacts> => gatherResumeFacts(repository, repository.top, code, { signal, look: view ?? problem });
  const facts = await gather();
  if (facts.repository?.commit !== 'bundled' || state.commit === undefined) {
    return facts;
  }
  for (const bundle of code.bundles) {
    const file = path.join(parts.home.root, 'cache', `${randomId()}.bundle`);
    try {
      await writeFileAtomic(file, vault.readFile(bundle.file, session, signal), { mode: 0o600 });
      await applyBundle(repository, file, signal);
    } finally {
      await rm(file, { force: true });
    }
  }
  return gather();
}

function chosenRemedies(request: ResumeRequest): Remedy[] {
  return [
    ...Object.values(request.choices ?? {}),
    ...(request.exact === true ? (['exact'] as const) : []),
    ...(request.switchBranch === true ? (['switch'] as const) : []),
    ...(request.stayOnBranch === true ? (['stay'] as const) : []),
    ...(request.pull === true ? (['pull-merge'] as const) : []),
  ];
}

interface CodeChoice {
  request: ResumeRequest;
  remedies: readonly Remedy[];
  findings: readonly Finding[];
  /** Name of the device that saved, for a branch of its own. */
  device: string;
}

async function codeSteps(repository: Repository, { repository: facts }: ResumeFacts, code: StoredCode, { request, remedies, findings, device }: CodeChoice): Promise<ResumeStep[]> {
  if (facts?.commit !== 'here') {
    return [];
  }
  const { state, divergence } = facts;
  const { branch, commit } = code;
  const steps: ResumeStep[] = [];
  const asked = findings.find(({ code: finding }) => finding === 'uncommitted-changes')?.remedies[0];
  if (asked === 'stash') {
    steps.push({ kind: 'stash', files: state.changes.length });
  } else if (asked === 'commit') {
    steps.push({ kind: 'commit-changes', files: state.changes.length, message: `Work before resuming on ${state.branch ?? 'a detached HEAD'} [ConvoSync]` });
  }
  if (branch === undefined || remedies.includes('exact')) {
    return state.commit === commit && state.branch === undefined ? steps : [...steps, { kind: 'detach', commit }];
  }
  if (remedies.includes('stay')) {
    return steps;
  }
  const diverged = divergence !== undefined && divergence.behind > 0 && (divergence.ahead > 0 || (asked === 'commit' && state.branch === branch));
  if (diverged && remedies.includes('new-branch')) {
    return [...steps, { kind: 'new-branch', branch: await freeBranch(repository, `${branch}-${slug(device)}`), commit }];
  }
  if (divergence === undefined) {
    return [...steps, { kind: 'switch', branch, create: true, commit }];
  }
  if (state.branch !== branch) {
    steps.push({ kind: 'switch', branch, create: false });
  }
  if (diverged) {
    const how = remedies.includes('pull-rebase') ? 'rebase' : 'merge';
    return [...steps, remedies.includes('discard-local') ? { kind: 'discard-local', branch, commits: divergence.ahead, commit } : { kind: 'pull', how, commit }];
  }
  return divergence.behind > 0 && request.pull !== false ? [...steps, { kind: 'fast-forward', branch, commit }] : steps;
}

async function freeBranch(repository: Repository, wanted: string): Promise<string> {
  const name = isBranchName(wanted) ? wanted : 'convosync-session';
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name}-${number}`;
    if ((await repository.resolve(`refs/heads/${candidate}`)) === undefined) {
      return candidate;
    }
  }
}

function slug(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '') || 'session';
}
