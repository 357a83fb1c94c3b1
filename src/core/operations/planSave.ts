/** Preflight and plan of a save. Nothing of the user's is changed. */
import { randomId } from '../common/hash.ts';
import type { Finding, Remedy } from '../git/finding.ts';
import { isBranchName } from '../git/refName.ts';
import { ConvoSyncError } from '../common/errors.ts';
import { preflightSave } from '../git/preflight.ts';
import { gatherSaveFacts } from '../git/preflightFacts.ts';
import type { Repository } from '../git/repository.ts';
import { makeHandoff } from '../session/handoff/fromTranscript.ts';
import { handoffPath } from '../session/handoff/inRepository.ts';
import { pluginHandoffFile } from '../session/handoff/pluginFile.ts';
import { renderHandoff } from '../session/handoff/render.ts';
import type { Vault } from '../vault/vault.ts';
import { type Checkout, openCheckout, refused } from './checkout.ts';
import { chooseConversation, findConversations, previews, readConversation } from './conversations.ts';
import type { RunOptions } from './convosync.ts';
import type { Parts } from './parts.ts';
import type { SavePlan, SaveRequest, SaveStep } from './plan.ts';

export const commitSuffix = ' [ConvoSync]';

export async function planSave(parts: Parts, folder: string, request: SaveRequest, options: RunOptions = {}): Promise<{ plan: SavePlan; checkout: Checkout }> {
  const { signal, onProgress } = options;
  onProgress?.({ phase: 'preflight' });
  const checkout = await openCheckout(parts, folder, { refresh: true, found: false, choice: request.vault, signal, ...(request.branch === undefined ? {} : { branches: [request.branch] }) });
  const { repository, identity } = checkout;
  const facts = await gatherSaveFacts(repository, folder, { signal, look: checkout.view ?? checkout.problem });
  const chosen = chosenRemedies(request);
  const judged = (remedies: Remedy[]): Finding[] => preflightSave(facts, remedies);
  const remedies = request.force === true ? withRecommended(judged(chosen), chosen) : chosen;
  const findings = judged(remedies);
  const { state } = checkout;
  if (state.commit === undefined) {
    throw refused(...findings);
  }

  const { conversations } = await findConversations(parts, repository.top, signal);
  const found = chooseConversation(conversations, request);
  const read = found && (await readConversation(parts, found, signal));
  const changes = state.changes.filter((change) => change.insideSubmodule !== true);
  const branch = await targetBranch(checkout, request, remedies);
  const changedFiles = await changesSince(checkout, signal);
  const handoff = request.handoff ?? renderHandoff(makeHandoff({
    messages: read?.transcript.messages ?? [],
    device: parts.device,
    at: parts.machine.now().toISOString(),
    commit: state.commit,
    ...(branch === undefined ? {} : { branch }),
    changedFiles,
  }));
  const message = firstLine(request.message) ?? defaultMessage(read?.transcript.title, changes.length);

  const steps: SaveStep[] = [];
  if (branch !== undefined && branch !== state.branch) {
    steps.push({ kind: 'create-branch', branch });
  }
  const handoffFile = handoffFileOf(parts, checkout.vault);
  if (handoffFile !== undefined) {
    steps.push({ kind: 'write-handoff', path: handoffFile });
  }
  if (changes.length > 0 || handoffFile !== undefined) {
    steps.push({ kind: 'commit', message: `${message}${commitSuffix}`, files: changes.length + (handoffFile === undefined ? 0 : 1) });
  }
  const how = remedies.includes('pull-merge') ? 'merge' : remedies.includes('pull-rebase') ? 'rebase' : undefined;
  if (how && checkout.remote && branch !== undefined && findings.some(({ code }) => code === 'diverged')) {
    steps.push({ kind: 'pull', how, remote: checkout.remote.name, branch });
  }
  if (read) {
    steps.push({
      kind: 'capture', agent: read.agent.id, conversation: read.found.id, messages: read.transcript.messages.length, issues: read.transcript.issues.length, running: read.found.running,
      ...(read.transcript.title === undefined ? {} : { title: read.transcript.title }),
    });
  }
  steps.push(...(await publishingSteps(checkout, { branch, request, remedies, commits: steps.some(({ kind }) => kind === 'commit') ? 1 : 0 }, signal)));

  const plan: SavePlan = {
    session: randomId(),
    folder: repository.top,
    repository: identity,
    head: { commit: state.commit, ...(state.branch === undefined ? {} : { branch: state.branch }) },
    message,
    findings,
    blockers: findings.filter(({ severity }) => severity !== 'info'),
    steps,
    changes,
    conversations: previews(parts, conversations, found),
    handoff,
    readableByRepository: true,
  };
  return { plan, checkout };
}

/** The answers that were given, as the remedies that preflight understands. */
export function chosenRemedies(request: Pick<SaveRequest, 'choices' | 'branch' | 'push'>): Remedy[] {
  const remedies: Remedy[] = Object.values(request.choices ?? {});
  if (request.branch !== undefined) {
    remedies.push('create-branch');
  }
  if (request.push === false) {
    remedies.push('save-unpushed');
  }
  return remedies;
}

/** `--force`: of every question the first remedy, unless another one was chosen. */
export function withRecommended(findings: readonly Finding[], chosen: readonly Remedy[]): Remedy[] {
  return [...chosen, ...findings.filter(({ severity }) => severity === 'question').flatMap(({ remedies }) => remedies.slice(0, 1))];
}

async function targetBranch({ repository, state }: Checkout, request: SaveRequest, remedies: readonly Remedy[]): Promise<string | undefined> {
  const wanted = request.branch ?? (state.branch === undefined && remedies.includes('create-branch') ? `convosync-${state.commit?.slice(0, 8) ?? 'work'}` : undefined);
  if (wanted === undefined || wanted === state.branch) {
    return state.branch;
  }
  if (!isBranchName(wanted)) {
    throw new ConvoSyncError('usage', 'This is not a name that git accepts for a branch.', { details: { branch: wanted } });
  }
  if ((await repository.resolve(`refs/heads/${wanted}`)) !== undefined) {
    throw new ConvoSyncError('usage', 'The branch exists already: switch to it first, or name a new one.', { details: { branch: wanted } });
  }
  return wanted;
}

interface Publishing {
  branch: string | undefined;
  request: SaveRequest;
  remedies: readonly Remedy[];
  /** Commits that this save itself adds. */
  commits: number;
}

/**
 * The branch travels with the session when it may and has something to send. Commits that will not be on the remote's
 * default branch are bundled as well, so that no later rebase or deletion makes the session's code disappear.
 */
async function publishingSteps(checkout: Checkout, { branch, request, remedies, commits }: Publishing, signal?: AbortSignal): Promise<SaveStep[]> {
  const { repository, remote, view, vault, identity, state, problem } = checkout;
  const head = state.commit ?? '';
  const defaultBranch = remote && (await repository.defaultBranch(remote.name, view?.head, signal));
  const mayPush = remote !== undefined && branch !== undefined && request.push !== false && !remedies.includes('save-unpushed') && problem === undefined;
  const tip = branch === undefined ? undefined : view?.refs.get(`refs/heads/${branch}`);
  const pushes = mayPush && (commits > 0 || tip === undefined || !(await repository.isAncestor(head, tip, signal).catch(() => false)));
  const lands = branch !== undefined && branch === defaultBranch && (pushes || tip === head);

  const steps: SaveStep[] = [];
  if (!lands) {
    const base = remote && defaultBranch !== undefined ? await knownDefaultTip(checkout, defaultBranch, signal) : undefined;
    const unmerged = commits + (base === undefined ? await countAll(repository, head, signal) : await repository.commitsBetween(base, head, signal));
    if (unmerged > 0) {
      steps.push({ kind: 'bundle', commits: unmerged });
    }
  }
  const place = vault?.place ?? identity.remote ?? remote?.name;
  if (!remote || place === undefined) {
    return [...steps, { kind: 'keep' }];
  }
  if (!pushes) {
    return [...steps, { kind: 'publish', place }];
  }
  const ahead = commits + (tip !== undefined && (await repository.hasCommit(tip, signal)) ? await repository.commitsBetween(tip, head, signal) : 0);
  return [...steps, { kind: 'push', remote: remote.name, branch, commits: ahead, setUpstream: state.upstream === undefined || branch !== state.branch, place }];
}

/** The newest commit of the remote's default branch that is here. */
export async function knownDefaultTip({ repository, remote, view }: Checkout, defaultBranch: string, signal?: AbortSignal): Promise<string | undefined> {
  const seen = view?.refs.get(`refs/heads/${defaultBranch}`) ?? view?.refs.get('HEAD');
  if (seen !== undefined && (await repository.hasCommit(seen, signal))) {
    return seen;
  }
  return remote && repository.trackedCommit(remote.name, defaultBranch, signal);
}

async function countAll(repository: Repository, commit: string, signal?: AbortSignal): Promise<number> {
  return Number(await repository.git.text(['rev-list', '--count', commit], { cwd: repository.top, readOnly: true, timeout: 0, signal }));
}

/** Lines added and removed since the work left the default branch, for the handoff. */
async function changesSince(checkout: Checkout, signal?: AbortSignal): Promise<{ path: string; added?: number; removed?: number }[]> {
  const { repository, remote, view, state } = checkout;
  const head = state.commit ?? '';
  const defaultBranch = remote && (await repository.defaultBranch(remote.name, view?.head, signal));
  const tip = defaultBranch === undefined ? undefined : await knownDefaultTip(checkout, defaultBranch, signal);
  const base = (tip === undefined ? undefined : await repository.mergeBase(tip, head, signal)) ?? head;
  const { stdout } = await repository.git.run(['diff', '--numstat', '-z', '--no-renames', base], { cwd: repository.top, readOnly: true, signal });
  return stdout.toString('utf8').split('\0').filter(Boolean).map((line) => {
    const [added = '-', removed = '-', ...path] = line.split('\t');
    return { path: path.join('\t'), ...(added === '-' ? {} : { added: Number(added), removed: Number(removed) }) };
  });
}

function handoffFileOf(parts: Parts, vault: Vault | undefined): string | undefined {
  const devices = [...(vault?.state.devices.values() ?? [])].map(({ device }) => device);
  switch (parts.machine.handoffFile) {
    case 'device':
      return handoffPath(parts.device, devices);
    case 'plugin':
      return pluginHandoffFile;
    case 'none':
      return undefined;
  }
}

function firstLine(text: string | undefined): string | undefined {
  const line = text?.split('\n').map((part) => part.trim()).find((part) => part !== '');
  return line === undefined || line === '' ? undefined : line;
}

function defaultMessage(title: string | undefined, files: number): string {
  const text = title ?? (files > 0 ? `Work in ${files === 1 ? 'one file' : `${files} files`}` : 'Session');
  return text.length > 72 ? `${text.slice(0, 71).trimEnd()}…` : text;
}
