/** The code's part of a resume: HEAD, branches and working tree, step by step as the plan says. */
import * as path from 'node:path';
import { ConvoSyncError } from '../../common/errors.ts';
import { sha256 } from '../../common/hash.ts';
import { detachAt, fastForwardTo, setUpstream, switchTo } from '../../git/branches.ts';
import { commitsBetween, fileAt, resolveCommit, tipOfBranch } from '../../git/history.ts';
import { findHeldBack } from '../../git/heldBack.ts';
import { ignoredBetween } from '../../git/ignoredFiles.ts';
import { standOnCommit, treeOrEmpty } from '../../git/emptyCommit.ts';
import type { Repository } from '../../git/repository.ts';
import { commitStaged, stageAll, stashAll } from '../../git/staging.ts';
import { type Head, readState } from '../../git/workingTree.ts';
import type { Parts } from '../parts.ts';
import type { CodeStep, ResumeStep } from '../plan.ts';
import { commitMade, stashMessage } from '../undo/restoreCode.ts';
import type { BranchPosition, UndoPoint, UndoPoints } from '../undo/undoPoint.ts';

/** What moves HEAD, branches and working tree from commit to commit. */
type MoveStep = Exclude<CodeStep, { kind: 'restore-snapshot' }>;

/** The branches that the steps will move or make, and where they stand. */
export async function branchesToMove(repository: Repository, head: Head, steps: readonly ResumeStep[]): Promise<BranchPosition[]> {
  const branches = new Set(steps.flatMap((step) => (step.kind === 'switch' || step.kind === 'fast-forward' || step.kind === 'new-branch' || step.kind === 'discard-local' ? [step.branch] : [])));
  return Promise.all([...branches].map(async (branch) => {
    const commit = await tipOfBranch(repository, branch, head);
    return { branch, ...(commit === undefined ? {} : { commit }) };
  }));
}

/** Ignored files, relative to the top, that git would replace or remove without a word on the way. */
export async function ignoredToReplace(repository: Repository, head: { commit?: string | undefined }, steps: readonly ResumeStep[], signal?: AbortSignal): Promise<string[]> {
  const ignored: string[] = [];
  const from = await treeOrEmpty(repository, head);
  for (const step of steps) {
    const to = step.kind === 'switch' ? (step.commit ?? (await resolveCommit(repository, `refs/heads/${step.branch}`, signal))) : 'commit' in step ? step.commit : undefined;
    if (step.kind === 'restore-snapshot') {
      ignored.push(...(await (await import('../snapshots.ts')).ignoredBySnapshot(repository, step.commit, signal)));
    } else if (to !== undefined) {
      ignored.push(...(await ignoredBetween(repository, from, to, signal)));
    }
  }
  return [...new Set(ignored)];
}

/** Keeps them in the undo point; an undo that finds them as the step left them puts the kept ones back. */
export async function keepIgnored(repository: Repository, points: UndoPoints, point: UndoPoint, { steps, brings }: { steps: readonly ResumeStep[]; brings: string }, signal?: AbortSignal): Promise<UndoPoint> {
  const snapshot = steps.find((step) => step.kind === 'restore-snapshot')?.commit;
  const sources = snapshot === undefined ? [brings] : [snapshot, `${snapshot}^3`, brings];
  const ignored = await ignoredToReplace(repository, point.before, steps, signal);
  return ignored.length === 0 ? point : points.keep(point, await Promise.all(ignored.map(async (file) => ({ absolute: path.join(repository.top, file), after: sha256(await fileAt(repository, sources, file, signal)) }))));
}

/**
 * Takes one step. Returns the undo point with what has to be known to take it back.
 *
 * @throws ConvoSyncError `git-failed` in git's words, `busy` when more would be lost than was shown
 */
export async function moveCode({ leaveOut }: Pick<Parts, 'leaveOut'>, repository: Repository, points: UndoPoints, point: UndoPoint, step: MoveStep, signal?: AbortSignal): Promise<UndoPoint> {
  switch (step.kind) {
    case 'protect':
      break;
    case 'stash':
      if (point.before.commit === undefined) {
        await standOnCommit(repository, signal);
      }
      await stashAll(repository, stashMessage(point.id), signal);
      break;
    case 'commit-changes': {
      const { changes } = await readState(repository, signal);
      const { secrets, large } = await findHeldBack(repository, changes, leaveOut, signal);
      if (await stageAll(repository, changes, [...secrets, ...large], signal)) {
        await commitStaged(repository, step.message, signal);
      }
      return points.update({ ...point, ...(await commitMade(repository, point)) });
    }
    case 'switch':
      await switchTo(repository, step.branch, step.commit === undefined ? {} : { create: step.commit }, signal);
      if (step.tracks !== undefined) {
        await setUpstream(repository, step.branch, step.tracks);
      }
      break;
    case 'fast-forward':
      await fastForwardTo(repository, step.commit, signal);
      break;
    case 'pull':
      await repository.git.run(['merge', '--quiet', '--no-edit', step.commit], { cwd: repository.top, timeout: 0, signal });
      break;
    case 'new-branch':
      await switchTo(repository, step.branch, { create: step.commit }, signal);
      break;
    case 'discard-local':
      if ((await commitsBetween(repository, step.commit, 'HEAD', signal)) !== step.commits) {
        throw changedSincePlanned(repository);
      }
      await repository.git.run(['reset', '--quiet', '--keep', step.commit], { cwd: repository.top, timeout: 0, signal });
      break;
    case 'detach':
      await detachAt(repository, step.commit, signal);
      break;
  }
  return point;
}

export function changedSincePlanned({ top }: Repository): ConvoSyncError {
  return new ConvoSyncError('busy', 'The repository has changed since the resume was planned.', { details: { reason: 'changed', folder: top } });
}
