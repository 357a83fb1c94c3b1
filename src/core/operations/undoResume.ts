/**
 * Takes a resume back: conversations, branches, index and working tree become what the undo point holds. Newer work on
 * top stops it; with `force` that work is kept too: commits on a branch of their own, changes in a stash, files aside.
 */
import { copyFile, mkdir, rm } from 'node:fs/promises';
import * as path from 'node:path';
import { ConvoSyncError } from '../common/errors.ts';
import { fileExists, syncFolder } from '../common/files.ts';
import { sha256File } from '../common/hash.ts';
import type { Repository } from '../git/repository.ts';
import { checkoutKey } from './checkout.ts';
import type { Parts } from './parts.ts';
import type { UndoReport } from './report.ts';
import { stashMessage } from './resume.ts';
import { type ReplacedFile, type UndoPoint, UndoPoints } from './undoPoint.ts';

/** Runs under the checkout's lock, which the caller holds. */
export async function runUndoResume(parts: Parts, repository: Repository, options: { force?: boolean }): Promise<UndoReport> {
  const points = new UndoPoints(parts.home, checkoutKey(repository));
  const point = await points.newest('resume');
  if (!point) {
    throw new ConvoSyncError('nothing-to-undo', 'No resume of this checkout is left to undo.', { details: { folder: repository.top } });
  }
  return takeBackResume(repository, points, point.id, options);
}

/** Also for a resume that did not come to its end: whatever part of it happened is taken back. */
export async function takeBackResume(repository: Repository, points: UndoPoints, id: string, options: { force?: boolean }): Promise<UndoReport> {
  const point = await points.read(id);
  if (!point) {
    throw new ConvoSyncError('nothing-to-undo', 'The undo point is not there any more.', { details: { undo: id } });
  }
  const force = options.force === true;
  const newer = await newerFiles(point);
  if (!force) {
    await assertNothingNewer(repository, point, newer);
  }
  const code = await takeBackCode(repository, points, point);
  const keptAside = await takeBackFiles(points, point, newer);
  await points.update({ ...point, undone: true });
  return { session: point.session, restored: { code, index: code, conversations: point.files.length }, remains: [], keptAside };
}

async function assertNothingNewer(repository: Repository, point: UndoPoint, newer: readonly ReplacedFile[]): Promise<void> {
  const state = await repository.state();
  const moved = point.after !== undefined && (state.commit !== point.after.commit || state.branch !== point.after.branch);
  const reason = moved ? 'newer-commits' : movesCode(point) && state.changes.length > 0 ? 'uncommitted-changes' : newer.length > 0 ? 'newer-messages' : undefined;
  if (reason !== undefined) {
    throw new ConvoSyncError('undo-blocked', 'Newer work lies on top of the resume.', { details: { reason, folder: repository.top } });
  }
}

/** Whether the resume changed anything of the code; without that, the working tree is none of the undo's business. */
function movesCode({ before, after, commitMessage }: UndoPoint): boolean {
  return before.target !== undefined || commitMessage !== undefined || after?.commit !== before.commit || after?.branch !== before.branch;
}

async function takeBackCode(repository: Repository, points: UndoPoints, point: UndoPoint): Promise<boolean> {
  const operation = await repository.operation();
  if (operation === 'merge' || operation === 'rebase') {
    await repository.git.run([operation, '--abort'], { cwd: repository.top, timeout: 0 });
  }
  const { before } = point;
  const stash = await findStash(repository, point.id);
  const head = await repository.head();
  const unmoved = head.commit === before.commit && head.branch === before.branch;
  if ((unmoved && stash === undefined && !(await targetMoved(repository, point))) || before.commit === undefined) {
    return false;
  }
  await keepNewerWork(repository, point);
  const made = await ownCommit(repository, point);
  // Off every branch, so that all of them can be put back; then onto the one of before.
  await repository.detach(made ?? before.commit);
  if (before.target) {
    await putBranch(repository, before.target.branch, before.target.commit);
  }
  if (before.branch === undefined) {
    await repository.git.run(['update-ref', '--no-deref', '-m', 'convosync: undo', 'HEAD', before.commit], { cwd: repository.top });
  } else {
    await putBranch(repository, before.branch, before.commit);
    await repository.git.run(['symbolic-ref', '-m', 'convosync: undo', 'HEAD', `refs/heads/${before.branch}`], { cwd: repository.top });
  }
  if (stash === undefined) {
    await points.restoreIndex(repository, point);
  } else {
    await repository.git.run(['stash', 'pop', '--quiet', '--index', stash], { cwd: repository.top, timeout: 0 });
  }
  return true;
}

async function targetMoved(repository: Repository, { before }: UndoPoint): Promise<boolean> {
  return before.target !== undefined && (await repository.resolve(`refs/heads/${before.target.branch}`)) !== before.target.commit;
}

/** Commits made since get a branch, changes made since a stash. */
async function keepNewerWork(repository: Repository, point: UndoPoint): Promise<void> {
  const state = await repository.state();
  const { after, id } = point;
  if (after && state.commit !== undefined && state.commit !== after.commit && !(await repository.isAncestor(state.commit, after.commit))) {
    const name = `refs/heads/convosync-kept-${id.slice(0, 8)}`;
    await repository.updateRef(name, state.commit, await repository.resolve(name));
  }
  if (state.changes.length > 0) {
    await repository.stashAll(`ConvoSync: kept before undoing ${id.slice(0, 8)}`);
  }
}

/** The commit of the changes that lay in the working tree, if the resume got that far. */
async function ownCommit(repository: Repository, { before, commitMessage }: UndoPoint): Promise<string | undefined> {
  const tip = before.branch === undefined ? undefined : await repository.resolve(`refs/heads/${before.branch}`);
  if (commitMessage === undefined || tip === undefined) {
    return undefined;
  }
  return (await repository.resolve(`${tip}^`)) === before.commit && (await repository.subject(tip)) === commitMessage ? tip : undefined;
}

async function putBranch(repository: Repository, branch: string, commit: string | undefined): Promise<void> {
  const ref = `refs/heads/${branch}`;
  const here = await repository.resolve(ref);
  if (here !== commit) {
    await repository.updateRef(ref, commit, here);
  }
}

async function findStash(repository: Repository, id: string): Promise<string | undefined> {
  const list = await repository.git.text(['stash', 'list', '--format=%gd%x00%gs'], { cwd: repository.top, readOnly: true });
  return list.split('\n').find((line) => line.endsWith(stashMessage(id)))?.split('\0')[0];
}

async function newerFiles(point: UndoPoint): Promise<ReplacedFile[]> {
  const newer: ReplacedFile[] = [];
  for (const file of point.files) {
    if (await fileExists(file.absolute)) {
      const sha256 = await sha256File(file.absolute);
      const untouched = file.copy !== undefined && sha256 === file.before;
      if (sha256 !== file.sha256 && !untouched) {
        newer.push(file);
      }
    }
  }
  return newer;
}

async function takeBackFiles(points: UndoPoints, point: UndoPoint, newer: readonly ReplacedFile[]): Promise<string[]> {
  const folder = points.folderOf(point.id);
  const keptAside: string[] = [];
  for (const [index, file] of point.files.entries()) {
    if (newer.includes(file)) {
      const aside = path.join(folder, 'kept', `${index}-${path.basename(file.absolute)}`);
      await mkdir(path.dirname(aside), { recursive: true });
      await copyFile(file.absolute, aside);
      await syncFolder(path.dirname(aside));
      keptAside.push(aside);
    }
    if (file.copy === undefined) {
      await rm(file.absolute, { force: true });
    } else {
      await points.restoreFile(point, file.copy, file.absolute);
    }
  }
  return keptAside;
}
