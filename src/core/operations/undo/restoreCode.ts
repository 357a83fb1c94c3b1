/**
 * Puts HEAD, branches, index and working tree back to what an undo point holds. Whoever finds it interrupted runs it
 * once more; how far it had come is noted in the undo point:
 *
 *     —        newer commits get a branch of their own, newer changes a stash
 *     cleared  the commit that holds the files of before is checked out, on no branch
 *     placed   HEAD and the branches, the changes that had been stashed, the index
 */
import * as path from 'node:path';
import { detachAt, forgetSettings, updateRef } from '../../git/branches.ts';
import { commitOrEmpty, standOnCommit } from '../../git/emptyCommit.ts';
import { commitAt, isAncestor, resolveCommit } from '../../git/history.ts';
import { ignoredBetween } from '../../git/ignoredFiles.ts';
import type { Repository } from '../../git/repository.ts';
import { stashAll } from '../../git/staging.ts';
import { holdable, operationInProgress, readHead, readState } from '../../git/workingTree.ts';
import type { KeptWork } from '../report.ts';
import { applyStash, dropStash, findStash } from './stash.ts';
import type { BranchPosition, UndoPoint, UndoPoints } from './undoPoint.ts';

export interface RestoredCode {
  /** False when the operation had changed nothing of the code. */
  changed: boolean;
  kept: KeptWork;
}

/** Newer work is kept, never asked about. */
export async function restoreCode(repository: Repository, points: UndoPoints, point: UndoPoint): Promise<RestoredCode> {
  let kept: KeptWork = { sessions: point.keptAs?.sessions ?? [], branches: [], stashed: false, files: [] };
  const stash = await findStash(repository, stashMessage(point.id));
  let at = point;
  if (at.restoring === undefined) {
    if (at.pulls) {
      await abortPull(repository);
    }
    at = { ...at, ...(await commitMade(repository, at)) };
    const isCleared = at.snapshot !== undefined && (await isAllFrom(repository, at.snapshot.commit));
    if (at.snapshot && isCleared) {
      await (await import('../snapshots.ts')).takeOut(repository, at.snapshot);
      at = { ...at, snapshot: undefined };
    }
    if (!(await changesCode(repository, at))) {
      if (at.commitMessage !== undefined || isCleared) {
        // It may have staged for a commit that never came.
        await points.restoreIndex(repository, at);
      }
      return { changed: isCleared, kept };
    }
    const replaces = await replacesFiles(repository, at);
    if (replaces) {
      kept = await keepNewerWork(repository, points, at);
    }
    at = await points.update({ ...at, restoring: replaces ? 'cleared' : 'placed' });
  } else if (stash !== undefined) {
    if ((await readHead(repository)).commit === undefined) {
      await standOnCommit(repository);
    }
    if (!(await isAllFrom(repository, stash))) {
      await stashAll(repository, keptMessage(at.id));
    }
  }
  if (at.restoring === 'cleared') {
    await detachAt(repository, await filesBefore(repository, at));
    at = await points.update({ ...at, restoring: 'placed' });
  }
  await putHeadAndBranches(repository, at);
  if (stash !== undefined) {
    await applyStash(repository, stash, points.scratchFile(at));
  }
  await points.restoreIndex(repository, at);
  if (stash !== undefined) {
    await dropStash(repository, stashMessage(at.id));
  }
  return { changed: true, kept };
}

/** False when HEAD, branches and working tree are what they were before the operation, or newer on top of that. */
export async function changesCode(repository: Repository, point: UndoPoint): Promise<boolean> {
  const hasStash = (await findStash(repository, stashMessage(point.id))) !== undefined;
  const { branch } = await readHead(repository);
  return hasStash || point.snapshot !== undefined || branch !== point.before.branch || !(await areInPlace(repository, positionsBefore(point)));
}

async function isAllFrom(repository: Repository, stash: string): Promise<boolean> {
  return (await import('../snapshots.ts')).isAllFrom(repository, stash);
}

/** How the stash of an operation is found again. */
export function stashMessage(undo: string): string {
  return `ConvoSync: before resume ${undo}`;
}

function keptMessage(undo: string): string {
  return `ConvoSync: kept before undoing ${undo}`;
}

/** True when the files of before are not those that lie in the working tree, apart from newer changes. */
export async function replacesFiles(repository: Repository, point: UndoPoint): Promise<boolean> {
  const { commit } = await readHead(repository);
  return commit !== (await filesBefore(repository, point)) || point.snapshot !== undefined || (await findStash(repository, stashMessage(point.id))) !== undefined;
}

/** True when files in the working tree are newer than what the operation left there. */
export async function hasNewerChanges(repository: Repository, { snapshot }: UndoPoint): Promise<boolean> {
  const { changes } = await readState(repository);
  return (await holdable(repository, changes)).length > 0 && !(snapshot && (await isAllFrom(repository, snapshot.commit)));
}

/** True when HEAD is where the operation had it at some time, and nothing newer lies on top. */
export async function isAsLeft(repository: Repository, point: UndoPoint): Promise<boolean> {
  const { commit } = await readHead(repository);
  const { made } = await commitMade(repository, point);
  return point.pulls || [point.before.commit, made, point.brings].includes(commit);
}

/** How many commits lie here that neither came with the operation nor were there before. */
export async function countNewerCommits(repository: Repository, point: UndoPoint): Promise<number> {
  const newer = await newerCommits(repository, point);
  return newer.length === 0 ? 0 : Number(await repository.text(['rev-list', '--count', '--ignore-missing', ...newer, '--not', ...(await knownCommits(repository, point))], { timeout: 0 }));
}

/**
 * The commit that the operation made of the working tree's changes, also when a crash kept it from being noted; none
 * when it made none.
 */
export async function commitMade(repository: Repository, { before, commitMessage, made }: UndoPoint): Promise<{ made?: string }> {
  if (made !== undefined || commitMessage === undefined) {
    return made === undefined ? {} : { made };
  }
  const { id, parents, subject } = await commitAt(repository, 'HEAD');
  return parents[0] === before.commit && subject === commitMessage ? { made: id } : {};
}

/** The commit whose files are those that lay in the working tree, apart from what was stashed. */
async function filesBefore(repository: Repository, { before, made }: UndoPoint): Promise<string> {
  return made ?? commitOrEmpty(repository, before);
}

export function positionsBefore({ before, branches }: UndoPoint): BranchPosition[] {
  const others = branches.filter(({ branch }) => branch !== before.branch);
  return before.branch === undefined ? others : [...others, { branch: before.branch, ...(before.commit === undefined ? {} : { commit: before.commit }) }];
}

async function areInPlace(repository: Repository, positions: readonly BranchPosition[]): Promise<boolean> {
  for (const { branch, commit } of positions) {
    if ((await resolveCommit(repository, `refs/heads/${branch}`)) !== commit) {
      return false;
    }
  }
  return true;
}

async function abortPull(repository: Repository): Promise<void> {
  const operation = await operationInProgress(repository);
  if (operation === 'merge' || operation === 'rebase') {
    await repository.git.run([operation, '--abort'], { cwd: repository.top, timeout: 0 });
  }
}

/** Ignored files that the files of before would replace: newer than the operation, which had removed or never known them. */
export async function ignoredOnTop(repository: Repository, point: UndoPoint): Promise<string[]> {
  const { commit } = await readHead(repository);
  return commit === undefined ? [] : ignoredBetween(repository, commit, await filesBefore(repository, point));
}

async function keepNewerWork(repository: Repository, points: UndoPoints, point: UndoPoint): Promise<KeptWork> {
  const files = await points.putAside(point, (await ignoredOnTop(repository, point)).map((file) => path.join(repository.top, file)));
  const branches: string[] = [];
  for (const [index, commit] of (await newerCommits(repository, point)).entries()) {
    const branch = `convosync-kept-${point.id.slice(0, 8)}${index === 0 ? '' : `-${index + 1}`}`;
    await updateRef(repository, `refs/heads/${branch}`, commit, await resolveCommit(repository, `refs/heads/${branch}`));
    branches.push(branch);
  }
  return { sessions: point.keptAs?.sessions ?? [], branches, stashed: await stashNewer(repository, point), files };
}

/** False where nothing had to be stashed, or a session holds just that. Found interrupted, it comes to the same. */
async function stashNewer(repository: Repository, point: UndoPoint): Promise<boolean> {
  const message = keptMessage(point.id);
  await stashAll(repository, message);
  const stash = await findStash(repository, message);
  const contents = point.keptAs?.contents;
  if (stash === undefined || contents === undefined || (await (await import('../../git/snapshot/contents.ts')).contentsOf(repository, stash)) !== contents) {
    return stash !== undefined;
  }
  await dropStash(repository, message);
  return false;
}

/** Tips of HEAD and of the branches to move that nothing known leads to. */
async function newerCommits(repository: Repository, point: UndoPoint): Promise<string[]> {
  const known = await knownCommits(repository, point);
  const tips = await Promise.all([resolveCommit(repository, 'HEAD'), ...positionsBefore(point).map(({ branch }) => resolveCommit(repository, `refs/heads/${branch}`))]);
  const newer: string[] = [];
  for (const tip of new Set(tips)) {
    if (tip !== undefined && !(await leadsTo(repository, [...known, ...newer], tip)) && !(await isOwnMerge(repository, point, known, tip))) {
      newer.push(tip);
    }
  }
  return newer;
}

async function knownCommits(repository: Repository, point: UndoPoint): Promise<string[]> {
  return [await commitOrEmpty(repository, point.before), point.made, point.brings, point.after?.commit, point.keptAs?.commit, ...point.branches.map(({ commit }) => commit)].filter((commit) => commit !== undefined);
}

async function leadsTo(repository: Repository, descendants: readonly string[], commit: string): Promise<boolean> {
  for (const descendant of descendants) {
    if (await isAncestor(repository, commit, descendant)) {
      return true;
    }
  }
  return false;
}

/** A merge of what was here with what came in holds nothing that the two do not. */
async function isOwnMerge(repository: Repository, { pulls }: UndoPoint, known: readonly string[], tip: string): Promise<boolean> {
  const parents = pulls ? await Promise.all([resolveCommit(repository, `${tip}^1`), resolveCommit(repository, `${tip}^2`)]) : [];
  return parents.length > 0 && parents.every((parent) => parent !== undefined && known.includes(parent));
}

async function putHeadAndBranches(repository: Repository, point: UndoPoint): Promise<void> {
  const { branch, commit } = point.before;
  const how = branch === undefined ? ['update-ref', '--no-deref', '-m', 'convosync: undo', 'HEAD', await commitOrEmpty(repository, { commit })] : ['symbolic-ref', '-m', 'convosync: undo', 'HEAD', `refs/heads/${branch}`];
  await repository.git.run(how, { cwd: repository.top });
  for (const position of positionsBefore(point)) {
    const ref = `refs/heads/${position.branch}`;
    const here = await resolveCommit(repository, ref);
    if (here !== position.commit) {
      await updateRef(repository, ref, position.commit, here);
    }
  }
  if (point.tracks !== undefined) {
    await forgetSettings(repository, point.tracks);
  }
}
