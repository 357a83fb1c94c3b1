/** How a store fails that does not answer, or lets nobody in: it says nothing of what it holds. */
import { ConvoSyncError } from '../common/errors.ts';

export function isSilence(error: unknown): error is ConvoSyncError {
  return ConvoSyncError.is(error, 'remote-unreachable', 'storage-denied', 'storage-transient', 'storage-permanent', 'git-credentials', 'git-timeout', 'git-failed');
}
