/** The repositories of a resume that can be undone: the session's own, and those that went with it. */
import { ConvoSyncError } from '../../common/errors.ts';
import type { Repository } from '../../git/repository.ts';
import { companionsAt } from '../companions.ts';
import type { UndoOptions } from '../convosync.ts';
import { Journal } from '../journal.ts';
import { checkoutKey } from '../locks.ts';
import type { Parts } from '../parts.ts';
import { lastPoint } from './lastPoint.ts';
import { type UndoPoint, UndoPoints } from './undoPoint.ts';

/** What a resume has done in one repository. */
export interface Resumed {
  repository: Repository;
  points: UndoPoints;
  journal: Journal;
  point: UndoPoint;
}

export interface ResumedTogether {
  own: Resumed;
  others: Resumed[];
}

/** @throws ConvoSyncError as `lastPoint`; `undo-blocked` in a repository that only went with another */
export async function lastResumed(parts: Parts, repository: Repository, { expected, signal }: Pick<UndoOptions, 'expected' | 'signal'> = {}): Promise<ResumedTogether> {
  const { home } = parts;
  const points = new UndoPoints(home, checkoutKey(repository));
  const point = await lastPoint(points, 'resume', repository, expected);
  if (point.partOf !== undefined) {
    throw new ConvoSyncError('undo-blocked', 'The resume was one of several repositories.', { details: { reason: 'part-of-session', folder: point.partOf } });
  }
  const companions = await companionsAt(parts, point.companions ?? [], signal);
  const others = await Promise.all(companions.map((one) => resumedWith(parts, one, point.id)));
  return { own: { repository, points, journal: new Journal(home, checkoutKey(repository)), point }, others: others.filter((one) => one !== undefined) };
}

/** Undefined where the resume is taken back already. */
async function resumedWith({ home }: Parts, repository: Repository, id: string): Promise<Resumed | undefined> {
  const points = new UndoPoints(home, checkoutKey(repository));
  const point = await points.read(id);
  return point && point.undone !== true ? { repository, points, journal: new Journal(home, checkoutKey(repository)), point } : undefined;
}
