/**
 * A resume: protect → code → conversation → verify. Before anything of the user's changes, an undo point keeps it; the
 * journal names the undo point, so a resume that a crash interrupted is taken back as a whole by whoever comes next.
 */
import { ConvoSyncError, throwIfCancelled } from '../../common/errors.ts';
import type { Repository } from '../../git/repository.ts';
import type { RepositoryState } from '../../git/status.ts';
import { holdable, readState } from '../../git/workingTree.ts';
import type { SessionManifest } from '../../session/session.ts';
import type { RunOptions } from '../convosync.ts';
import { Journal } from '../journal.ts';
import { checkoutKey, withVaultLocked } from '../locks.ts';
import { conversationNotes, deviceNotes } from '../notes.ts';
import type { Parts } from '../parts.ts';
import type { InstallStep, ResumePlan } from '../plan.ts';
import type { ResumeReport } from '../report.ts';
import { type UndoDraft, type UndoPoint, UndoPoints } from '../undo/undoPoint.ts';
import { takeBackResume } from '../undo/undoResume.ts';
import { goOnWith } from '../vaultChoice.ts';
import { type Destination, requireAgent } from './compare.ts';
import { installFile, noteInstalled, placements } from './install.ts';
import { branchesToMove, changedSincePlanned, keepIgnored, moveCode } from './moveCode.ts';
import type { PreparedResume } from './planResume.ts';
import { judge } from './verdict.ts';

/** Runs a plan under the checkout's lock, which the caller holds. */
export async function runResume(parts: Parts, prepared: PreparedResume, options: RunOptions): Promise<ResumeReport> {
  const { plan, checkout, manifest } = prepared;
  const { vault } = checkout;
  const { signal, onProgress } = options;
  const key = checkoutKey(checkout.repository);
  const points = new UndoPoints(parts.home, key);
  const journal = new Journal(parts.home, key);
  const repository = journal.watch(checkout.repository);
  const to: Destination = { parts, vault, session: plan.session, folder: repository.top, signal };
  return withVaultLocked(parts, vault, { purpose: 'resuming', signal }, async () => {
    const draft = await undoDraft(repository, plan, manifest);
    await goOnWith(parts, checkout, vault.id, signal);
    onProgress?.({ phase: 'protect' });
    let point = await points.begin(repository, draft);
    onProgress?.({ phase: 'protect' });
    await journal.write({ v: 1, operation: 'resume', session: plan.session.summary.id, undo: plan.id });
    let state: RepositoryState;
    try {
      point = await keepIgnored(repository, points, point, { steps: plan.steps, brings: manifest.code.commit }, signal);
      for (const step of plan.steps) {
        throwIfCancelled(signal);
        onProgress?.({ phase: step.kind === 'install' ? 'conversation' : 'code' });
        point = step.kind === 'install' ? await install(to, points, point, manifest, step, options)
          : step.kind === 'restore-snapshot' ? await restoreWorkingTree(parts, repository, points, point, manifest, signal)
          : await moveCode(repository, points, point, step, signal);
      }
      onProgress?.({ phase: 'verify' });
      state = await readState(repository);
      const { commit, branch } = state;
      if (commit === undefined) {
        throw new ConvoSyncError('git-failed', 'HEAD is at no commit after the resume.', { details: { folder: repository.top } });
      }
      point = await points.update({ ...point, after: { commit, ...(branch === undefined ? {} : { branch }) } });
    } catch (error) {
      await takeBackResume(repository, points, (await points.read(plan.id)) ?? point, {});
      await journal.clear();
      throw error;
    }
    onProgress?.({ phase: 'verify' });
    await points.prune('resume');
    await journal.clear();
    return report(parts, prepared, state, to);
  });
}

/** @throws ConvoSyncError `busy` when the repository has changed since the resume was planned */
async function undoDraft(repository: Repository, plan: ResumePlan, { code }: SessionManifest): Promise<UndoDraft> {
  const { branch, commit, changes } = await readState(repository);
  const stashed = plan.steps.find((step) => step.kind === 'stash' || step.kind === 'commit-changes');
  const followed = plan.steps.find((step) => step.kind === 'switch');
  const appeared = (await holdable(repository, changes)).length > 0 && !stashed && !plan.findings.some(({ code: finding }) => finding === 'uncommitted-changes');
  if (commit === undefined || commit !== plan.head.commit || branch !== plan.head.branch || appeared) {
    throw changedSincePlanned(repository);
  }
  return {
    id: plan.id,
    operation: 'resume',
    session: plan.session.summary.id,
    before: { commit, ...(branch === undefined ? {} : { branch }) },
    branches: await branchesToMove(repository, plan.head, plan.steps),
    ...(followed?.tracks === undefined ? {} : { tracks: followed.branch }),
    brings: code.commit,
    pulls: plan.steps.some(({ kind }) => kind === 'pull'),
    ...(stashed?.kind === 'commit-changes' ? { commitMessage: stashed.message } : {}),
  };
}

/** From here on an undo knows which files are no newer work. */
async function restoreWorkingTree(parts: Parts, repository: Repository, points: UndoPoints, point: UndoPoint, { code }: SessionManifest, signal?: AbortSignal): Promise<UndoPoint> {
  const { snapshot } = code;
  if (!snapshot) {
    throw new ConvoSyncError('install-failed', 'The session holds no files beyond its commit.', { details: { session: point.session } });
  }
  const noted = await points.update({ ...point, snapshot });
  await (await import('../snapshots.ts')).bringBack(parts, repository, snapshot, signal);
  return noted;
}

/** What is replaced is kept before the first file is written. */
async function install(to: Destination, points: UndoPoints, begun: UndoPoint, { conversations }: SessionManifest, step: InstallStep, { onProgress }: RunOptions): Promise<UndoPoint> {
  const conversation = conversations.find(({ agent, id }) => agent === step.agent && id === step.conversation);
  if (!conversation) {
    throw new ConvoSyncError('install-failed', 'The session does not hold this conversation.', { details: { conversation: step.conversation } });
  }
  const placed = await placements(to, conversation, step);
  let point = begun;
  if (placed.length > 0) {
    point = await points.keep({ ...begun, conversations: begun.conversations + 1 }, placed.map(({ absolute, sha256 }) => ({ absolute, after: sha256 })));
  }
  // The transcript goes last: an agent that finds it finds its sidecars too.
  for (const [index, placement] of placed.toReversed().entries()) {
    onProgress?.({ phase: 'conversation', done: index, total: placed.length });
    await installFile(to, placement);
  }
  onProgress?.({ phase: 'conversation', done: placed.length, total: placed.length });
  await noteInstalled(to, conversation, step);
  return point;
}

async function report(parts: Parts, { plan, checkout, manifest }: PreparedResume, state: RepositoryState, to: Destination): Promise<ResumeReport> {
  const { repository, vault } = checkout;
  const installs = plan.steps.filter((step) => step.kind === 'install');
  return {
    session: plan.session,
    steps: plan.steps,
    verdict: await judge(to, repository, state, manifest, installs),
    commands: installs.map((step) => {
      const agent = requireAgent(parts, step.agent);
      const folder = manifest.conversations.find(({ id }) => id === step.conversation)?.folder ?? '';
      return { agent: agent.id, agentName: agent.name, conversation: step.as, ...agent.resumeCommand(step.as, folder, { folder: repository.top }) };
    }),
    folder: repository.top,
    undo: plan.id,
    handoff: plan.handoff,
    notes: [...conversationNotes(manifest.conversations), ...deviceNotes(vault)],
  };
}
