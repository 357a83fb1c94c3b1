/** What undoing a resume does, as steps. */
import type { UndoStep } from '../plan.ts';
import type { PlannedSave } from './keepNewer.ts';
import type { NewerWork } from './newerWork.ts';
import { changesCode, positionsBefore } from './restoreCode.ts';
import type { Resumed } from './resumed.ts';
import type { UndoPoint } from './undoPoint.ts';

/**
 * Where what is newer in one repository goes.
 *
 * @param name of another repository than the session's own
 */
export function keepingSteps(newer: NewerWork | undefined, save: PlannedSave | undefined, name?: string): UndoStep[] {
  const { commits = 0, changes = 0, ignored = [], conversations = [] } = newer ?? {};
  const isKept = save !== undefined;
  const aside = { commits: isKept ? 0 : commits, changes: isKept ? filesLeftOut(save, name) : changes, ignored, conversations: isKept ? 0 : conversations.length };
  return [
    ...(save && name === undefined ? [{ kind: 'keep-newer', session: save.plan.session, message: save.plan.message, commits, steps: save.plan.steps } as const] : []),
    ...(aside.commits + aside.changes + ignored.length + aside.conversations > 0 ? [{ kind: 'set-aside', ...aside } as const] : []),
  ];
}

/** A session takes no secrets and no large files unasked. */
function filesLeftOut({ plan }: PlannedSave, name: string | undefined): number {
  const details = plan.findings.find(({ code, repository }) => code === 'left-out' && repository === name)?.details ?? {};
  return [details['secrets'], details['large']].reduce<number>((sum, paths) => sum + (Array.isArray(paths) ? paths.length : 0), 0);
}

export async function codeSteps({ repository, point }: Resumed): Promise<UndoStep[]> {
  if (!(await changesCode(repository, point))) {
    return [];
  }
  const others = positionsBefore(point).filter(({ branch }) => branch !== point.before.branch);
  return [{ kind: 'restore-code', ...point.before, files: true }, ...others.map((position) => ({ kind: 'restore-branch', ...position }) as const)];
}

export function conversationSteps({ conversations, files }: UndoPoint): UndoStep[] {
  return conversations.map(({ agent, id, title, files: own }) => {
    const wasHere = files.some(({ absolute, copy }) => copy !== undefined && own.includes(absolute));
    return { kind: 'restore-conversation', agent, conversation: id, outcome: wasHere ? 'as-before' : 'removed', ...(title === undefined ? {} : { title }) };
  });
}
