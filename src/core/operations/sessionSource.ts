import type { SessionContents } from '../vault/sessionContents.ts';

/** What a session is read from: a vault, or a file that holds one session alone (see `portable`). */
export interface SessionSource {
  /** What is installed from it is noted under this id (see `installMap`). */
  id: string;
  contents: Pick<SessionContents, 'read'>;
}
