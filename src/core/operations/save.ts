/**
 * A save: protect → commit → capture → seal → publish. Up to sealing nothing is visible to others and everything can
 * be taken back; from sealing on the session is safe on this device and only waits to be sent. The journal is written
 * before the repository is touched, so whoever comes after a crash knows which of the two it is.
 */
import * as path from 'node:path';
import { ConvoSyncError, isCancellation, throwIfCancelled } from '../common/errors.ts';
import { tryReadFile, writeFileAtomic } from '../common/files.ts';
import type { Repository } from '../git/repository.ts';
import type { Change } from '../git/status.ts';
import { distinctDeviceName } from '../session/handoff/inRepository.ts';
import { parseHandoff } from '../session/handoff/parse.ts';
import { pluginHandoffFile, writePluginHandoff } from '../session/handoff/pluginFile.ts';
import type { StoredCode, StoredConversation } from '../session/session.ts';
import type { Vault } from '../vault/vault.ts';
import { captureBundles, captureConversation, seal } from './capture.ts';
import { type Checkout, checkoutKey, openCheckout, withVaultLocked } from './checkout.ts';
import type { RunOptions } from './convosync.ts';
import { Journal, type SaveEntry } from './journal.ts';
import type { Parts } from './parts.ts';
import type { SavePlan, SaveStep } from './plan.ts';
import type { Note, SaveReport } from './report.ts';
import { type UndoPoint, UndoPoints } from './undoPoint.ts';

/** Runs a plan under the checkout's lock, which the caller holds. */
export async function runSave(parts: Parts, plan: SavePlan, prepared: Checkout | undefined, options: RunOptions): Promise<SaveReport> {
  const checkout = prepared ?? (await openCheckout(parts, plan.folder, { refresh: true, found: true, signal: options.signal }));
  await assertUnchanged(checkout.repository, plan, options.signal);
  const journal = new Journal(parts.home, checkoutKey(checkout.repository));
  const entry: SaveEntry = { v: 1, operation: 'save', folder: plan.folder, session: plan.session, plan, before: plan.head };
  const points = new UndoPoints(parts.home, checkoutKey(checkout.repository));
  options.onProgress?.({ phase: 'protect' });
  const point = await points.begin(checkout.repository, { id: plan.session, operation: 'save', session: plan.session, at: parts.machine.now().toISOString(), before: plan.head });
  await journal.write(entry);

  let commit: string;
  try {
    commit = await commitCode(parts, checkout, plan, options);
  } catch (error) {
    await takeBackCommit(checkout.repository, points, point, plan);
    await journal.clear();
    throw error;
  }
  return finishSave(parts, { checkout, plan, journal, entry: { ...entry, committed: commit }, points, point, commit }, options);
}

export interface Committed {
  checkout: Checkout;
  plan: SavePlan;
  journal: Journal;
  entry: SaveEntry;
  points: UndoPoints;
  point: UndoPoint;
  commit: string;
}

/** Everything after the commit; also what completes a save that a crash interrupted there. */
export async function finishSave(parts: Parts, committed: Committed, options: RunOptions): Promise<SaveReport> {
  const { checkout, plan, journal, entry, points, point, commit } = committed;
  const { repository } = checkout;
  await journal.write(entry);
  let vault: Vault;
  try {
    vault = await vaultOf(parts, checkout, options.signal);
  } catch (error) {
    await giveUp(committed);
    throw error;
  }
  return withVaultLocked(parts, vault, 'saving', options.signal, async () => {
    let captured: Captured;
    try {
      captured = await captureAndSeal(parts, { ...checkout, vault }, vault, plan, commit, options);
    } catch (error) {
      await giveUp(committed);
      throw error;
    }
    const publishing = await publish(parts, { ...checkout, vault }, vault, plan, captured, options);
    const head = await repository.head();
    await points.update({
      ...point,
      after: { commit, ...(head.branch === undefined ? {} : { branch: head.branch }) },
      branchPushed: publishing.branchPushed,
    });
    await points.prune('save');
    await journal.clear();
    return {
      session: plan.session,
      message: plan.message,
      steps: plan.steps,
      commit,
      ...(head.branch === undefined ? {} : { branch: head.branch }),
      ...publishing,
      stored: captured.stored,
      messages: captured.conversations.reduce((sum, { messages }) => sum + messages, 0),
      issues: captured.conversations.reduce((sum, { issues }) => sum + issues, 0),
      ...(vault.place === undefined ? {} : { place: vault.place }),
      notes: await notesOf(parts, repository, vault, captured.conversations, plan),
    };
  });
}

/** Nothing was sealed: the save never happened, and the commit is taken back with it. */
async function giveUp({ checkout, plan, journal, points, point }: Committed): Promise<void> {
  await takeBackCommit(checkout.repository, points, point, plan);
  await journal.clear();
}

/** Brings the working tree's changes into a commit, with the user's hooks; returns where HEAD is then. */
async function commitCode(parts: Parts, checkout: Checkout, plan: SavePlan, { signal, onProgress }: RunOptions): Promise<string> {
  const { repository } = checkout;
  for (const step of plan.steps) {
    throwIfCancelled(signal);
    switch (step.kind) {
      case 'create-branch':
        onProgress?.({ phase: 'commit' });
        await repository.switchTo(step.branch, { create: plan.head.commit }, signal);
        break;
      case 'write-handoff':
        await writeHandoffFile(parts, checkout, plan, step.path);
        break;
      case 'commit':
        onProgress?.({ phase: 'commit' });
        if (await repository.stageAll(signal)) {
          await repository.commit(step.message, signal);
        }
        break;
      case 'pull':
        onProgress?.({ phase: 'fetch' });
        await repository.pull(step.how, step.remote, step.branch, signal);
        break;
      case 'capture':
      case 'bundle':
      case 'push':
      case 'publish':
      case 'keep':
        break;
    }
  }
  onProgress?.({ phase: 'commit', done: 1, total: 1 });
  const { commit } = await repository.head();
  if (commit === undefined) {
    throw new ConvoSyncError('git-failed', 'HEAD is at no commit after the save committed.', { details: { folder: repository.top } });
  }
  return commit;
}

/**
 * Puts branch and index back to where they were before the save; the files in the working tree stay as they are. A
 * history that is more than the save's own commit, such as a merge of what was pulled, is left alone.
 */
export async function takeBackCommit(repository: Repository, points: UndoPoints, point: UndoPoint, plan: Pick<SavePlan, 'steps'>): Promise<void> {
  const operation = await repository.operation();
  if (operation === 'merge' || operation === 'rebase') {
    await repository.git.run([operation, '--abort'], { cwd: repository.top, timeout: 0 });
  }
  const { commit } = await repository.head();
  if (commit === point.before.commit || (commit !== undefined && (await isOwnCommit(repository, commit, point, plan)))) {
    await restoreHead(repository, point);
    await points.restoreIndex(repository, point);
  }
  await points.remove(point.id);
}

/** Whether a commit is the one that the save made on top of where it began. */
export async function isOwnCommit(repository: Repository, commit: string, point: UndoPoint, plan: Pick<SavePlan, 'steps'>): Promise<boolean> {
  const step = plan.steps.find(({ kind }) => kind === 'commit');
  const parent = await repository.resolve(`${commit}^`);
  return step?.kind === 'commit' && parent === point.before.commit && (await repository.subject(commit)) === step.message;
}

export async function restoreHead(repository: Repository, { before }: UndoPoint): Promise<void> {
  const head = await repository.head();
  if (head.branch === before.branch) {
    if (head.commit !== before.commit) {
      await repository.updateRef('HEAD', before.commit, head.commit);
    }
    return;
  }
  if (before.branch === undefined) {
    await repository.git.run(['update-ref', '--no-deref', '-m', 'convosync: undo', 'HEAD', before.commit ?? ''], { cwd: repository.top });
  } else {
    await repository.git.run(['symbolic-ref', '-m', 'convosync: undo', 'HEAD', `refs/heads/${before.branch}`], { cwd: repository.top });
  }
  // The save made this branch for its commit.
  if (head.branch !== undefined && head.commit !== undefined) {
    await repository.updateRef(`refs/heads/${head.branch}`, undefined, head.commit);
  }
}

interface Captured {
  conversations: StoredConversation[];
  code: StoredCode;
  savedAt: string;
  stored: number;
}

async function captureAndSeal(parts: Parts, checkout: Checkout, vault: Vault, plan: SavePlan, commit: string, options: RunOptions): Promise<Captured> {
  const { signal, onProgress } = options;
  const { repository } = checkout;
  const conversations: StoredConversation[] = [];
  let bundles: StoredCode['bundles'] = [];
  let pushed: { commit: string; branch: string } | undefined;
  for (const step of plan.steps) {
    throwIfCancelled(signal);
    if (step.kind === 'capture') {
      onProgress?.({ phase: 'capture' });
      conversations.push(await captureConversation(parts, checkout, vault, step, plan.session, options));
    } else if (step.kind === 'bundle') {
      bundles = await captureBundles(parts, checkout, vault, commit, signal);
    } else if (step.kind === 'push') {
      pushed = { commit, branch: step.branch };
    }
  }
  if (!pushed) {
    // An earlier save's branch that could not be pushed waits no longer: this one wants it unpushed.
    await vault.dropPendingCode();
  }
  const head = await repository.head(signal);
  const code: StoredCode = {
    repository: plan.repository,
    commit,
    subject: await repository.subject(commit, signal),
    clean: (await repository.state(signal)).changes.length === 0,
    pushed: pushed !== undefined,
    bundles,
    ...(head.branch === undefined ? {} : { branch: head.branch }),
  };
  const savedAt = parts.machine.now().toISOString();
  throwIfCancelled(signal);
  onProgress?.({ phase: 'seal' });
  const summary = await seal(vault, { id: plan.session, savedAt, message: plan.message, code, conversations, handoff: plan.handoff }, pushed);
  return { conversations, code, savedAt, stored: summary.stored };
}

type Publishing = Pick<SaveReport, 'outcome' | 'branchPushed'> & { problem?: ConvoSyncError };

/** Makes the session visible, or leaves it in the outbox in a form that needs no push of the branch any more. */
async function publish(parts: Parts, checkout: Checkout, vault: Vault, plan: SavePlan, captured: Captured, options: RunOptions): Promise<Publishing> {
  const { signal, onProgress } = options;
  const push = plan.steps.find((step) => step.kind === 'push');
  if (plan.steps.some(({ kind }) => kind === 'keep')) {
    return { outcome: 'kept', branchPushed: false };
  }
  onProgress?.({ phase: 'publish' });
  try {
    if (checkout.problem) {
      throw checkout.problem;
    }
    await vault.send(signal);
  } catch (error) {
    if (!ConvoSyncError.is(error) && !isCancellation(error)) {
      throw error;
    }
    const problem = ConvoSyncError.is(error) ? error : new ConvoSyncError('cancelled', 'Cancelled while sending.', { cause: error });
    parts.logger.warn(`the session could not be sent: ${problem.code}`);
    await makeIndependent(parts, checkout, vault, plan, captured);
    const landed = problem.details['landed'];
    return { outcome: 'queued', branchPushed: push !== undefined && Array.isArray(landed) && landed.includes(`refs/heads/${push.branch}`), problem };
  }
  if (push?.setUpstream === true) {
    await setUpstream(checkout.repository, push);
  }
  onProgress?.({ phase: 'verify' });
  return { outcome: 'sent', branchPushed: push !== undefined };
}

/**
 * A session that was to travel with its branch and could not: the branch may be rebased or deleted before it is sent,
 * so its commits are bundled into it after all. The branch still goes along with the next try.
 */
async function makeIndependent(parts: Parts, checkout: Checkout, vault: Vault, plan: SavePlan, captured: Captured): Promise<void> {
  const { code, conversations, savedAt } = captured;
  const pending = await vault.pendingCode();
  if (!code.pushed || !(await vault.takeBack(plan.session))) {
    return;
  }
  const bundles = await captureBundles(parts, { ...checkout, view: undefined }, vault, code.commit);
  await seal(vault, { id: plan.session, savedAt, message: plan.message, code: { ...code, pushed: false, bundles }, conversations, handoff: plan.handoff }, pending && { commit: pending.commit, branch: pending.branch });
}

/** What `git push -u` would set; our push names a commit, for which git sets nothing. */
async function setUpstream(repository: Repository, push: Extract<SaveStep, { kind: 'push' }>): Promise<void> {
  for (const [key, value] of [['remote', push.remote], ['merge', `refs/heads/${push.branch}`]] as const) {
    await repository.git.run(['config', `branch.${push.branch}.${key}`, value], { cwd: repository.top });
  }
}

async function vaultOf(parts: Parts, checkout: Checkout, signal?: AbortSignal): Promise<Vault> {
  const vault = checkout.vault ?? (await openCheckout(parts, checkout.repository.top, { refresh: checkout.problem === undefined, found: true, signal })).vault;
  if (!vault) {
    throw new ConvoSyncError('remote-unreachable', 'The first save of a repository needs its remote, which does not answer.', { cause: checkout.problem, details: checkout.problem?.details ?? {} });
  }
  return vault;
}

async function writeHandoffFile(parts: Parts, { repository, vault }: Checkout, plan: SavePlan, file: string): Promise<void> {
  const absolute = path.join(repository.top, file);
  const devices = [...(vault?.state.devices.values() ?? [])].map(({ device }) => device);
  const content = file === pluginHandoffFile
    ? writePluginHandoff(await tryReadFile(absolute), distinctDeviceName(parts.device, devices), parseHandoff(plan.handoff))
    : plan.handoff;
  await writeFileAtomic(absolute, content);
}

/** What runs is what was shown: on another HEAD or other changes a plan is not run. */
async function assertUnchanged(repository: Repository, plan: SavePlan, signal?: AbortSignal): Promise<void> {
  const state = await repository.state(signal);
  const names = (changes: readonly Change[]): string => JSON.stringify(changes.filter((change) => change.insideSubmodule !== true).map(({ path: file, kind }) => [file, kind]).sort());
  if (state.commit !== plan.head.commit || state.branch !== plan.head.branch || names(state.changes) !== names(plan.changes)) {
    throw new ConvoSyncError('busy', 'The repository has changed since the save was planned.', { details: { reason: 'changed', folder: plan.folder } });
  }
}

async function notesOf(parts: Parts, repository: Repository, vault: Vault, conversations: readonly StoredConversation[], plan: SavePlan): Promise<Note[]> {
  const notes: Note[] = conversations.filter(({ issues }) => issues > 0).map(({ agent, id, issues }) => ({ kind: 'bad-lines', agent, conversation: id, count: issues }));
  if (vault.wasCopied) {
    notes.push({ kind: 'copied-device' });
  }
  if (vault.state.clocksAhead.length > 0) {
    notes.push({ kind: 'clock-ahead', writers: vault.state.clocksAhead.length });
  }
  if (parts.nameIsGeneric) {
    notes.push({ kind: 'generic-device-name', name: parts.device.name });
  }
  const left = (await repository.state()).changes;
  if (left.length > 0 && plan.steps.some(({ kind }) => kind === 'commit')) {
    notes.push({ kind: 'hooks-changed-files', paths: left.map(({ path: file }) => file) });
  }
  const nested = await repository.nestedRepositories();
  return nested.length > 0 ? [...notes, { kind: 'not-saved', what: 'nested-repository', paths: nested }] : notes;
}
