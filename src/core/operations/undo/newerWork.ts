/** What was done on top of a resume since: it makes room for an undo, so it is found first and kept. */
import { holdable, readHead, readState } from '../../git/workingTree.ts';
import type { NewerReason } from '../plan.ts';
import { countNewerCommits, hasNewerChanges, ignoredOnTop, replacesFiles } from './restoreCode.ts';
import type { Resumed } from './resumed.ts';
import type { KeptConversation } from './undoPoint.ts';

export interface NewerWork {
  /** HEAD is not where the resume left it. */
  hasMoved: boolean;
  commits: number;
  /** Changed files that are in the way. */
  changes: number;
  /** Ignored files that are in the way, relative to the top. */
  ignored: string[];
  /** Those that went on. */
  conversations: KeptConversation[];
}

export async function findNewerWork({ repository, points, point }: Resumed): Promise<NewerWork> {
  const { commit, branch } = await readHead(repository);
  const isInTheWay = (await replacesFiles(repository, point)) && (await hasNewerChanges(repository, point));
  const newerFiles = (await points.newerFiles(point)).map(({ absolute }) => absolute);
  return {
    hasMoved: commit !== point.after?.commit || branch !== point.after?.branch,
    commits: await countNewerCommits(repository, point),
    changes: isInTheWay ? (await holdable(repository, (await readState(repository)).changes)).length : 0,
    ignored: await ignoredOnTop(repository, point),
    conversations: point.conversations.filter(({ files }) => files.some((file) => newerFiles.includes(file))),
  };
}

/** Why to ask before it makes room in all of the repositories; undefined where nothing is newer. */
export function reasonToAsk(newer: readonly NewerWork[]): NewerReason | undefined {
  return newer.some(({ commits }) => commits > 0) ? 'newer-commits'
    : newer.some(({ hasMoved }) => hasMoved) ? 'moved'
    : newer.some(({ changes, ignored }) => changes + ignored.length > 0) ? 'uncommitted-changes'
    : newer.some(({ conversations }) => conversations.length > 0) ? 'newer-messages'
    : undefined;
}

/** Whether there is something that a session can hold. */
export function isToBeKept({ commits, changes, conversations }: NewerWork): boolean {
  return commits + changes + conversations.length > 0;
}
