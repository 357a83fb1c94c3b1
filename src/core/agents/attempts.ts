import { throwIfCancelled } from '../common/errors.ts';
import type { TranscriptIssue } from '../session/message.ts';

/** A look through a store, in which what cannot be read hides nothing else. */
export interface Attempts {
  /** What could not be read, so far. */
  problems: TranscriptIssue[];
  /**
   * What `read` gives of a file or folder; undefined where it fails, and that is among the problems.
   * @throws ConvoSyncError `cancelled`
   */
  tried: <T>(file: string, read: () => Promise<T>) => Promise<T | undefined>;
}

export function attempts(signal?: AbortSignal): Attempts {
  const problems: TranscriptIssue[] = [];
  return {
    problems,
    tried: async (file, read) => {
      throwIfCancelled(signal);
      try {
        return await read();
      } catch {
        throwIfCancelled(signal);
        problems.push({ kind: 'unreadable-file', file });
        return undefined;
      }
    },
  };
}
