/**
 * Takes a resume back: conversations, branches, index and working tree become what the undo point holds. Newer work on
 * top stops it; with `force` that work is kept too: commits on a branch of their own, changes in a stash, files aside.
 */
import * as path from 'node:path';
import { ConvoSyncError } from '../../common/errors.ts';
import type { Repository } from '../../git/repository.ts';
import { readHead } from '../../git/workingTree.ts';
import { companionsAt, withCompanionsLocked } from '../companions.ts';
import type { RunOptions } from '../convosync.ts';
import { Journal } from '../journal.ts';
import { checkoutKey } from '../locks.ts';
import type { Parts } from '../parts.ts';
import type { KeptWork, UndoReport } from '../report.ts';
import { hasNewerChanges, hasNewerCommits, ignoredOnTop, replacesFiles, restoreCode } from './restoreCode.ts';
import { type UndoPoint, UndoPoints } from './undoPoint.ts';

type Restored = Pick<UndoReport, 'restored' | 'kept'>;

/** Runs under the checkout's lock, which the caller holds. */
export async function runUndoResume(parts: Parts, repository: Repository, { force, signal, onProgress }: RunOptions & { force?: boolean }): Promise<Omit<UndoReport, 'notes'>> {
  const points = new UndoPoints(parts.home, checkoutKey(repository));
  const point = await points.newest('resume');
  if (!point) {
    throw new ConvoSyncError('nothing-to-undo', 'No resume of this checkout is left to undo.', { details: { folder: repository.top } });
  }
  if (point.partOf !== undefined) {
    throw new ConvoSyncError('undo-blocked', 'The resume was one of several repositories.', { details: { reason: 'part-of-session', folder: point.partOf } });
  }
  const companions = await companionsAt(parts, point.companions ?? [], signal);
  return withCompanionsLocked(parts, companions, { purpose: 'undoing a resume', signal }, async () => {
    const own: Resumed = { repository, points, journal: new Journal(parts.home, checkoutKey(repository)), point };
    const others = (await Promise.all(companions.map((one) => resumedWith(parts, one, point.id)))).filter((one) => one !== undefined);
    if (force !== true) {
      for (const resumed of [own, ...others]) {
        await assertNothingNewer(resumed);
      }
    }
    await own.journal.write({ v: 1, operation: 'undo', of: 'resume', session: point.session, undo: point.id, keepsCode: false, ...(point.companions ? { companions: point.companions } : {}) });
    const kept: KeptWork = { branches: [], stashed: false, files: [] };
    for (const other of others) {
      await other.journal.write({ v: 1, operation: 'undo', of: 'resume', session: point.session, undo: point.id, keepsCode: false });
      addTo(kept, (await takeBackResume(other.journal.watch(other.repository), other.points, other.point, { onProgress })).kept);
      await other.journal.clear();
    }
    const restored = await takeBackResume(own.journal.watch(repository), points, point, { onProgress });
    await own.journal.clear();
    return { session: point.session, remains: [], ...restored, kept: addTo(kept, restored.kept), companions: others.map(({ repository: { top } }) => path.basename(top)) };
  });
}

/** What a resume has done in one repository. */
interface Resumed {
  repository: Repository;
  points: UndoPoints;
  journal: Journal;
  point: UndoPoint;
}

/** Undefined where the resume is taken back already. */
async function resumedWith({ home }: Parts, repository: Repository, id: string): Promise<Resumed | undefined> {
  const points = new UndoPoints(home, checkoutKey(repository));
  const point = await points.read(id);
  return point && point.undone !== true ? { repository, points, journal: new Journal(home, checkoutKey(repository)), point } : undefined;
}

function addTo(all: KeptWork, { branches, stashed, files }: KeptWork): KeptWork {
  all.branches.push(...branches);
  all.files.push(...files);
  all.stashed ||= stashed;
  return all;
}

/** Also for a resume that did not come to its end: whatever part of it happened is taken back. Can be repeated. */
export async function takeBackResume(repository: Repository, points: UndoPoints, point: UndoPoint, { onProgress }: Pick<RunOptions, 'onProgress'>): Promise<Restored> {
  onProgress?.({ phase: 'code' });
  const { changed: code, kept } = await restoreCode(repository, points, point);
  onProgress?.({ phase: 'conversation' });
  const files = await points.restoreFiles(point);
  onProgress?.({ phase: 'verify' });
  await points.update({ ...point, undone: true });
  return { restored: { code, index: code, conversations: point.conversations }, kept: { ...kept, files: [...kept.files, ...files] } };
}

async function assertNothingNewer({ repository, points, point }: Resumed): Promise<void> {
  const { commit, branch } = await readHead(repository);
  const hasMoved = commit !== point.after?.commit || branch !== point.after?.branch || (await hasNewerCommits(repository, point));
  const isInTheWay = ((await replacesFiles(repository, point)) && (await hasNewerChanges(repository, point))) || (await ignoredOnTop(repository, point)).length > 0;
  const reason = hasMoved ? 'newer-commits' : isInTheWay ? 'uncommitted-changes' : (await points.newerFiles(point)).length > 0 ? 'newer-messages' : undefined;
  if (reason !== undefined) {
    throw new ConvoSyncError('undo-blocked', 'Newer work lies on top of the resume.', { details: { reason, folder: repository.top } });
  }
}
