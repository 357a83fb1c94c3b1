/** Preflight and plan of a save. Nothing of the user's is changed. */
import type { FoundConversation } from '../../agents/agent.ts';
import { ConvoSyncError } from '../../common/errors.ts';
import { marked } from '../../common/marked.ts';
import { randomId } from '../../common/hash.ts';
import type { Finding, Remedy } from '../../git/finding.ts';
import { commitAt, resolveCommit } from '../../git/history.ts';
import { findHeldBack, type HeldBack, withoutHeldBack } from '../../git/heldBack.ts';
import { leaveOutNothing } from '../../git/leftOut.ts';
import { ignoredHere } from '../../git/ignoredFiles.ts';
import { contentsUnpushed } from '../../git/lfs.ts';
import { preflightSave } from '../../git/preflight.ts';
import { gatherSaveFacts, type SaveFacts } from '../../git/preflightFacts.ts';
import { isBranchName } from '../../git/refName.ts';
import type { Repository } from '../../git/repository.ts';
import type { Change } from '../../git/status.ts';
import { TouchedFiles } from '../../git/touchedFiles.ts';
import type { Handoff } from '../../session/handoff/handoff.ts';
import { renderHandoff } from '../../session/handoff/render.ts';
import { answerQuestions } from '../answerQuestions.ts';
import { type Checkout, openCheckout, refused, privacyOf } from '../checkout.ts';
import { chooseConversations, contextAt, findConversations, previews, type ReadConversation, readConversation } from '../conversations.ts';
import type { RunOptions } from '../convosync.ts';
import { describeWork } from '../handoffs/describeWork.ts';
import { handoffsLostInMerge } from '../handoffs/lostInMerge.ts';
import type { Parts } from '../parts.ts';
import type { ChangesAs, DecidedSecrets, SavePlan, SaveRequest, SaveStep } from '../plan.ts';
import type { BadTemplate, WithoutModel } from '../report.ts';
import { judgeSecrets, keptSecrets, type NewSecret, newSecrets, redactText, valuesLeftOut } from '../secrets.ts';
import { readDecisions } from '../../secrets/decisions.ts';
import { decideChangesAs } from './changesAs.ts';
import { contextToSave, redactedContext, secretsInContext } from './context.ts';
import { planCompanions } from './companions.ts';
import { leftOutFindings, leftOutOfCommit, trackedSecrets, withSubmodules } from '../leavingOut.ts';
import { handoffFileOf } from './handoffFile.ts';
import { judgeConversation } from './judgeConversation.ts';
import { publishingSteps } from './planPublishing.ts';

const commitSuffix = ' [ConvoSync]';
/** Longest title made here; what a person types is never cut. */
const titleLength = 72;

export async function planSave(parts: Parts, repository: Repository, folder: string, asked: SaveRequest, options: RunOptions = {}): Promise<{ plan: SavePlan; checkout: Checkout }> {
  const { signal, onProgress } = options;
  const request = asked.automatic === true ? { ...asked, snapshot: true, push: false } : asked;
  onProgress?.({ phase: 'preflight' });
  const [checkout, { found, reads }] = await Promise.all([
    openCheckout(parts, repository, { refresh: true, choice: request.vault, signal, ...(request.branch === undefined ? {} : { branches: [request.branch] }) }),
    readChosen(parts, repository, request, signal),
  ]);
  const { identity, state } = checkout;
  const everything = request.choices?.['left-out'] === 'everything';
  const { facts, heldBack, toCommit } = await gatherFacts(parts, checkout, folder, everything, signal);
  const { changesAs, undecided } = await decideChangesAs(parts, checkout, request, signal);
  const context = contextToSave(repository, folder, request);
  const known = reads.length === 0 && !context ? [] : await valuesLeftOut(parts, repository, signal);
  const again = request.choices?.['secrets-found'] !== undefined;
  const secrets = new Map<ReadConversation, NewSecret[]>();
  for (const read of reads) {
    secrets.set(read, await newSecrets(parts, checkout.vault, read, { known, again }, signal));
  }
  const typed = context ? await secretsInContext(parts, context, { known, again }, signal) : [];
  const { findings, remedies } = answerQuestions((chosen) => [...preflightSave(facts, chosen), ...judgeSecrets([...secrets.values(), typed].flat(), chosen)], namedRemedies(request, changesAs, state.branch), request);
  if (state.commit === undefined) {
    throw refused(...findings);
  }

  const changes = state.changes.filter((change) => change.insideSubmodule !== true);
  const ignored = await ignoredHere(repository, reads.flatMap((read) => writtenFiles(repository, read)), signal);
  findings.push(...reads.flatMap((read) => judgeConversation(read, savedOf(parts, checkout, read.found)).map((finding) => (reads.length > 1 ? { ...finding, conversation: read.transcript.title ?? read.found.id } : finding))));
  const isSnapshot = toCommit.length > 0 && remedies.includes('snapshot');
  const branch = await targetBranch(checkout, request, remedies);
  const keeps = keptSecrets(await readDecisions(parts.home, signal), remedies);
  const redacted = (text: string): Promise<string> => redactText(text, known, keeps);
  const by = request.handoffBy ?? 'transcript';
  const made = request.handoff === undefined ? await describeWork(parts, checkout, { branch, read: reads[0], commits: toCommit.length > 0 && !isSnapshot, by }, options) : undefined;
  findings.push(...(made?.withoutModel ? [handoffWithoutModel(made.withoutModel)] : []), ...(made?.badTemplate ? [badTemplateFinding(made.badTemplate)] : []));
  const handoff = await redacted(request.handoff ?? (made ? renderIfSaid(made.handoff) : ''));
  const titles = new Map<string, string>();
  for (const { found: { id }, transcript } of reads) {
    titles.set(id, await redacted(transcript.title ?? ''));
  }
  const { title: given, body } = readMessage(request.message);
  const message = given ?? (await defaultMessage(checkout, readMessage(titles.get(reads[0]?.found.id ?? '')).title, toCommit.length));

  const steps: SaveStep[] = [];
  if (branch !== undefined && branch !== state.branch) {
    steps.push({ kind: 'create-branch', branch });
  }
  const handoffFile = handoff === '' || isSnapshot || request.automatic === true ? undefined : handoffFileOf(parts, checkout.vault);
  if (handoffFile !== undefined) {
    const lost = await handoffsLostInMerge(parts, repository, checkout.vault, signal);
    steps.push({ kind: 'write-handoff', path: handoffFile, ...(lost.length === 0 ? {} : { restores: lost.map(({ device }) => device) }) });
  }
  const files = isSnapshot ? 0 : new Set([...toCommit.map(({ path }) => path), ...(handoffFile === undefined ? [] : [handoffFile])]).size;
  if (files > 0) {
    steps.push({ kind: 'commit', message: `${message}${commitSuffix}`, files, ...(everything ? { everything } : {}) });
  }
  const unpushed = request.push === false || remedies.includes('save-unpushed') || isSnapshot;
  const publishing = await publishingSteps(checkout, { branch, commits: files > 0 ? 1 : 0, unpushed }, signal);
  const lfs = publishing.some(({ kind }) => kind === 'publish') ? await contentsUnpushed(repository, isSnapshot ? { changes } : { toCommit }, signal) : [];
  if (isSnapshot) {
    const { files: kept, leftOut } = await (await import('../snapshots.ts')).surveyWorkingTree(parts, repository, everything, signal);
    findings.push(...leftOutFindings({ ...withSubmodules(leftOut, state.changes), ignored, lfs }));
    if (kept > 0) {
      steps.push({ kind: 'snapshot', files: kept, everything });
    }
  } else {
    findings.push(...leftOutFindings({ ...(await leftOutOfCommit(repository, state.changes, heldBack, signal)), ignored, lfs }), ...trackedSecrets(heldBack));
  }
  const how = remedies.includes('pull-merge') ? 'merge' : remedies.includes('pull-rebase') ? 'rebase' : undefined;
  if (how && checkout.remote && branch !== undefined && findings.some(({ code }) => code === 'diverged')) {
    steps.push({ kind: 'pull', how, remote: checkout.remote.name, branch });
  }
  steps.push(...reads.map((read) => captureStep(read, titles.get(read.found.id), decidedWith(secrets.get(read) ?? [], remedies))));
  if (context) {
    steps.push({ kind: 'context', context: await redactedContext(context, redacted), ...decidedWith(typed, remedies) });
  }
  const companions = await planCompanions(parts, checkout, request, options);
  findings.push(...companions.findings);
  steps.push(...companions.steps);
  steps.push(...publishing);

  const plan: SavePlan = {
    session: randomId(),
    folder: repository.top,
    repository: identity,
    head: { commit: state.commit, ...(state.branch === undefined ? {} : { branch: state.branch }) },
    message,
    ...(body === undefined ? {} : { body }),
    findings,
    blockers: findings.filter(({ severity }) => severity !== 'info'),
    steps,
    changes,
    ...(undecided && toCommit.length > 0 && !isSnapshot ? { undecided } : {}),
    ...(request.automatic === true ? { automatic: true as const } : {}),
    ...(request.remember === true ? { remembers: changesAs } : {}),
    conversations: previews(parts, found, reads.map((read) => read.found)).map((preview) => ({ ...preview, ...titled(titles.get(preview.id)) })),
    handoff,
    ...privacyOf(checkout.vault),
  };
  return { plan, checkout };
}

/** The remedies that options of their own stand for. */
function namedRemedies(request: SaveRequest, changesAs: ChangesAs, here: string | undefined): Remedy[] {
  return [
    ...(request.branch === undefined || request.branch === here ? [] : (['create-branch'] as const)),
    ...(changesAs === 'snapshot' ? (['snapshot'] as const) : []),
    // With nothing to keep in a snapshot that was asked for, the branch stays where it is all the same.
    ...(request.snapshot === true || request.choices?.['uncommitted-changes'] === 'snapshot' ? (['save-unpushed'] as const) : []),
    ...(request.push === false ? (['save-unpushed'] as const) : []),
  ];
}

/** What preflight judges by, without the changes that stay here unless the person wants them in. */
async function gatherFacts(parts: Parts, { repository, state, view, problem }: Checkout, folder: string, everything: boolean, signal?: AbortSignal): Promise<{ facts: SaveFacts; heldBack: HeldBack; toCommit: Change[] }> {
  const facts = await gatherSaveFacts(repository, folder, { signal, state, look: view ?? problem });
  const { changes } = facts.repository?.state ?? state;
  const heldBack = await findHeldBack(repository, changes, everything ? leaveOutNothing : parts.leaveOut, signal);
  const toCommit = await withoutHeldBack(repository, changes, heldBack, signal);
  return { facts: facts.repository ? { ...facts, repository: { ...facts.repository, state: { ...facts.repository.state, changes: toCommit } } } : facts, heldBack, toCommit };
}

/** Messages of the conversation in each session that this device has saved of it. */
function savedOf({ device }: Parts, { vault }: Checkout, found: FoundConversation): number[] {
  const own = vault?.state.sessions.filter((session) => session.device.id === device.id) ?? [];
  return own.flatMap(({ outline }) => outline.conversations.filter(({ agent, id }) => agent === found.agent && id === found.id).map(({ messages }) => messages));
}

/** Relative to the top; what the conversation wrote elsewhere is not the repository's. */
function writtenFiles({ top }: Repository, { transcript: { messages } }: ReadConversation): string[] {
  const touched = new TouchedFiles(top, messages);
  return [...new Set(messages.flatMap((message) => touched.by(message)))];
}

/** All conversations that were found, and those that are to be saved, the one active last first. */
async function readChosen(parts: Parts, repository: Repository, request: SaveRequest, signal?: AbortSignal): Promise<{ found: FoundConversation[]; reads: ReadConversation[] }> {
  const { conversations: found } = await findConversations(parts, repository.top, signal);
  const reads: ReadConversation[] = [];
  for (const chosen of chooseConversations(found, request)) {
    reads.push(await readConversation(parts, chosen, { wanted: 'messages', contextOf: contextAt(repository, undefined, signal), signal }));
  }
  return { found, reads };
}

async function targetBranch({ repository, state }: Checkout, request: SaveRequest, remedies: readonly Remedy[]): Promise<string | undefined> {
  const wanted = request.branch ?? (state.branch === undefined && remedies.includes('create-branch') ? `convosync-${state.commit?.slice(0, 8) ?? 'work'}` : undefined);
  if (wanted === undefined || wanted === state.branch) {
    return state.branch;
  }
  if (!isBranchName(wanted)) {
    throw new ConvoSyncError('usage', marked`This is not a name that git accepts for a branch.`, { details: { branch: wanted } });
  }
  if ((await resolveCommit(repository, `refs/heads/${wanted}`)) !== undefined) {
    throw new ConvoSyncError('usage', marked`The branch exists already: switch to it first, or name a new one.`, { details: { branch: wanted } });
  }
  return wanted;
}

function captureStep({ agent, found, transcript }: ReadConversation, title: string | undefined, secrets: { secrets?: DecidedSecrets }): SaveStep {
  return {
    kind: 'capture', agent: agent.id, conversation: found.id, messages: transcript.counted.messages, issues: transcript.counted.issues, running: found.running,
    ...titled(title),
    ...secrets,
  };
}

function titled(title: string | undefined): { title?: string } {
  return title === undefined || title === '' ? {} : { title };
}

/** What is decided with this plan; nothing where it was before. */
function decidedWith(secrets: readonly NewSecret[], remedies: readonly Remedy[]): { secrets?: DecidedSecrets } {
  const fingerprints = secrets.filter(({ decision }) => decision === undefined).map(({ fingerprint }) => fingerprint);
  return fingerprints.length === 0 ? {} : { secrets: { decision: remedies.includes('keep-secrets') ? 'keep' : 'redact', fingerprints } };
}

function handoffWithoutModel({ asked, whyNot }: WithoutModel): Finding {
  return { code: 'handoff-without-model', severity: 'info', details: { asked, whyNot }, remedies: [] };
}

function badTemplateFinding({ where, kind, about }: BadTemplate): Finding {
  return { code: 'handoff-template', severity: 'info', details: { where, kind, about }, remedies: [] };
}

/** Empty where neither the conversation nor git says anything. */
function renderIfSaid(handoff: Handoff): string {
  return handoff.sections.length === 0 ? '' : renderHandoff(handoff);
}

/** As git takes a message: its first line, and what follows that. */
function readMessage(text: string | undefined): { title?: string; body?: string } {
  const [title = '', ...rest] = text?.trim().split('\n') ?? [];
  const body = rest.map((line) => line.trimEnd()).join('\n').replace(/^\n+/, '');
  return { ...(title === '' ? {} : { title: title.trimEnd() }), ...(body === '' ? {} : { body }) };
}

async function defaultMessage({ repository, state }: Checkout, title: string | undefined, files: number): Promise<string> {
  const text = title ?? (files > 0 ? `Work in ${files === 1 ? 'one file' : `${files} files`}` : (await commitAt(repository, state.commit ?? 'HEAD')).subject);
  return text.length > titleLength ? `${text.slice(0, titleLength - 1).trimEnd()}…` : text;
}
