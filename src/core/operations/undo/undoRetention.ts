/** Which undo points have had their time. Of every operation the last that can be undone stays, however old it is. */
import type { Machine } from '../machine.ts';
import type { EndedPoint, UndoPoint } from './undoPoint.ts';

export interface UndoRetention {
  /** Days after which one goes that is not the last; undefined for never. */
  days: number | undefined;
  /** So many stay of each operation in a checkout; undefined for all. */
  points: number | undefined;
}

export const defaultUndoRetention: UndoRetention = { days: 30, points: 10 };

const day = 24 * 60 * 60 * 1000;

/** The one that an undo takes back: it came to its end and was not undone yet. */
export function newestOf(operation: UndoPoint['operation'], points: readonly UndoPoint[]): EndedPoint | undefined {
  return points.find((point): point is EndedPoint => point.operation === operation && point.undone !== true && point.after !== undefined);
}

/** @param points newest first */
export function outlived(points: readonly UndoPoint[], { days, points: most }: UndoRetention, now: Date): UndoPoint[] {
  return (['save', 'resume'] as const).flatMap((operation) => {
    const own = points.filter((point) => point.operation === operation);
    const last = newestOf(operation, own);
    const isOld = ({ at }: UndoPoint): boolean => days !== undefined && now.getTime() - Date.parse(at) > days * day;
    // The first may be on its way still.
    return own.filter((point, index) => index > 0 && point !== last && (isOld(point) || (most !== undefined && index >= most)));
  });
}

export function undoRetentionOf({ undoRetention }: Pick<Machine, 'undoRetention'>): UndoRetention {
  return { ...defaultUndoRetention, ...undoRetention };
}
