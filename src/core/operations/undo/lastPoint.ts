import { ConvoSyncError } from '../../common/errors.ts';
import type { Repository } from '../../git/repository.ts';
import type { EndedPoint, UndoPoint, UndoPoints } from './undoPoint.ts';

/**
 * The point that an undo takes back.
 *
 * @param expected id of the only one that may be
 * @throws ConvoSyncError `nothing-to-undo`; with the reason `undone` or `not-last` where the last one is another than expected
 */
export async function lastPoint(points: UndoPoints, operation: UndoPoint['operation'], { top: folder }: Repository, expected?: string): Promise<EndedPoint> {
  const last = await points.newest(operation);
  if (expected !== undefined && expected !== last?.id) {
    const meant = await points.read(expected);
    if (meant?.undone === true) {
      throw new ConvoSyncError('nothing-to-undo', `This ${operation} is undone already.`, { details: { folder, operation, reason: 'undone' } });
    }
    if (last) {
      throw new ConvoSyncError('nothing-to-undo', `This is not the last ${operation} of this checkout.`, { details: { folder, operation, reason: 'not-last' } });
    }
  }
  if (!last) {
    throw new ConvoSyncError('nothing-to-undo', `No ${operation} of this checkout is left to undo.`, { details: { folder } });
  }
  return last;
}
