/**
 * A resume: protect → code → conversation → verify. Before anything of the user's changes, an undo point keeps it; the
 * journal names the undo point, so a resume that a crash interrupted is taken back as a whole by whoever comes next.
 */
import { copyFile } from 'node:fs/promises';
import * as path from 'node:path';
import { ConvoSyncError, throwIfCancelled } from '../common/errors.ts';
import { fileExists } from '../common/files.ts';
import { sha256File } from '../common/hash.ts';
import type { Repository } from '../git/repository.ts';
import { checkoutKey, withVaultLocked } from './checkout.ts';
import type { RunOptions } from './convosync.ts';
import { type Ground, installFile, noteInstalled, placements, requireAgent } from './install.ts';
import { Journal } from './journal.ts';
import type { Parts } from './parts.ts';
import type { InstallStep, ResumeStep } from './plan.ts';
import type { PreparedResume } from './planResume.ts';
import type { Note, ResumeReport } from './report.ts';
import { takeBackResume } from './undoResume.ts';
import { type UndoPoint, UndoPoints } from './undoPoint.ts';
import { judge } from './verdict.ts';

/** Runs a plan under the checkout's lock, which the caller holds. */
export async function runResume(parts: Parts, prepared: PreparedResume, options: RunOptions): Promise<ResumeReport> {
  const { plan, checkout, manifest } = prepared;
  const { repository, vault } = checkout;
  const { signal, onProgress } = options;
  const before = await repository.head(signal);
  if (before.commit !== plan.head.commit || before.branch !== plan.head.branch) {
    throw new ConvoSyncError('busy', 'The repository has changed since the resume was planned.', { details: { reason: 'changed', folder: plan.folder } });
  }
  const key = checkoutKey(repository);
  const points = new UndoPoints(parts.home, key);
  const journal = new Journal(parts.home, key);
  onProgress?.({ phase: 'protect' });
  const ground: Ground = { parts, vault, session: plan.session, folder: repository.top, signal };
  return withVaultLocked(parts, vault, 'resuming', signal, async () => {
    let point = await points.begin(repository, {
      id: plan.id, operation: 'resume', session: plan.session.summary.id, at: parts.machine.now().toISOString(),
      before: { ...before, ...(await targetOf(repository, plan.steps)) },
      ...commitMessageOf(plan.steps),
    });
    await journal.write({ v: 1, operation: 'resume', folder: plan.folder, session: plan.session.summary.id, undo: plan.id });
    try {
      for (const step of plan.steps) {
        throwIfCancelled(signal);
        onProgress?.({ phase: step.kind === 'install' ? 'conversation' : 'code' });
        if (step.kind === 'install') {
          point = await install(ground, points, point, manifest.conversations, step);
        } else {
          await runCodeStep(repository, step, plan.id, signal);
        }
      }
      onProgress?.({ phase: 'verify' });
      const after = await repository.head();
      if (after.commit === undefined) {
        throw new ConvoSyncError('git-failed', 'HEAD is at no commit after the resume.', { details: { folder: repository.top } });
      }
      await points.update({ ...point, after: { commit: after.commit, ...(after.branch === undefined ? {} : { branch: after.branch }) } });
    } catch (error) {
      await takeBackResume(repository, points, plan.id, { force: true });
      await journal.clear();
      throw error;
    }
    await points.prune('resume');
    await journal.clear();
    return report(parts, prepared, ground);
  });
}

async function runCodeStep(repository: Repository, step: Exclude<ResumeStep, InstallStep>, undo: string, signal?: AbortSignal): Promise<void> {
  switch (step.kind) {
    case 'protect':
      break;
    case 'stash':
      await repository.stashAll(stashMessage(undo), signal);
      break;
    case 'commit-changes':
      await repository.stageAll(signal);
      await repository.commit(step.message, signal);
      break;
    case 'switch':
      await repository.switchTo(step.branch, step.commit === undefined ? {} : { create: step.commit }, signal);
      break;
    case 'fast-forward':
      await repository.fastForward(step.commit, signal);
      break;
    case 'pull':
      await repository.git.run(step.how === 'merge' ? ['merge', '--quiet', '--no-edit', step.commit] : ['rebase', '--quiet', step.commit], { cwd: repository.top, timeout: 0, signal });
      break;
    case 'new-branch':
      await repository.switchTo(step.branch, { create: step.commit }, signal);
      break;
    case 'discard-local':
      await repository.git.run(['reset', '--quiet', '--keep', step.commit], { cwd: repository.top, timeout: 0, signal });
      break;
    case 'detach':
      await repository.detach(step.commit, signal);
      break;
  }
}

/** How the stash of a resume is found again, also by whoever takes an interrupted one back. */
export function stashMessage(undo: string): string {
  return `ConvoSync: before resume ${undo}`;
}

/** Copies are kept and noted before the first file is written. */
async function install(ground: Ground, points: UndoPoints, point: UndoPoint, conversations: PreparedResume['manifest']['conversations'], step: InstallStep): Promise<UndoPoint> {
  const conversation = conversations.find(({ agent, id }) => agent === step.agent && id === step.conversation);
  if (!conversation) {
    throw new ConvoSyncError('install-failed', 'The session does not hold this conversation.', { details: { conversation: step.conversation } });
  }
  const placed = await placements(ground, conversation, step);
  const files = await Promise.all(placed.map(async ({ stored, absolute }, index) => {
    const copy = `file-${point.files.length + index}`;
    const exists = await fileExists(absolute);
    if (exists) {
      await copyFile(absolute, path.join(points.folderOf(point.id), copy));
    }
    return { absolute, sha256: stored.sha256, size: stored.size, ...(exists ? { copy, before: await sha256File(absolute) } : {}) };
  }));
  const protectedPoint = { ...point, files: [...point.files, ...files] };
  await points.update(protectedPoint);
  // The transcript goes last: an agent that finds it finds its sidecars too.
  for (const placement of placed.toReversed()) {
    await installFile(ground, placement);
  }
  await noteInstalled(ground, conversation, step);
  return protectedPoint;
}

/** The branch that the steps will move or make, and where it stands. */
async function targetOf(repository: Repository, steps: readonly ResumeStep[]): Promise<{ target?: { branch: string; commit?: string } }> {
  const branch = steps.flatMap((step) => (step.kind === 'switch' || step.kind === 'fast-forward' || step.kind === 'new-branch' || step.kind === 'discard-local' ? [step.branch] : []))[0];
  if (branch === undefined) {
    return {};
  }
  const commit = await repository.resolve(`refs/heads/${branch}`);
  return { target: { branch, ...(commit === undefined ? {} : { commit }) } };
}

function commitMessageOf(steps: readonly ResumeStep[]): { commitMessage?: string } {
  const step = steps.find(({ kind }) => kind === 'commit-changes');
  return step?.kind === 'commit-changes' ? { commitMessage: step.message } : {};
}

async function report(parts: Parts, { plan, checkout, manifest }: PreparedResume, ground: Ground): Promise<ResumeReport> {
  const { repository, vault } = checkout;
  const installs = plan.steps.filter((step) => step.kind === 'install');
  const notes: Note[] = manifest.conversations.filter(({ issues }) => issues > 0).map(({ agent, id, issues }) => ({ kind: 'bad-lines', agent, conversation: id, count: issues }));
  return {
    session: plan.session,
    steps: plan.steps,
    verdict: await judge(ground, repository, manifest, installs),
    commands: installs.map((step) => {
      const agent = requireAgent(parts, step.agent);
      const folder = manifest.conversations.find(({ id }) => id === step.conversation)?.folder ?? '';
      return { agent: agent.id, agentName: agent.name, conversation: step.as, ...agent.resumeCommand(step.as, folder, { folder: repository.top }) };
    }),
    folder: repository.top,
    undo: plan.id,
    handoff: plan.handoff,
    notes: vault.wasCopied ? [...notes, { kind: 'copied-device' }] : notes,
  };
}
