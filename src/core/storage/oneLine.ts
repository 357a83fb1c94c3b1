import { ConvoSyncError } from '../common/errors.ts';
import { marked } from '../common/marked.ts';

/**
 * The address of a place is shown in lines, typed in a terminal and read by other programs line by line.
 *
 * @throws ConvoSyncError `usage` for one that holds a line break or another control character
 */
export function assertOneLine(address: string): void {
  if (/\p{Cc}/u.test(address)) {
    throw new ConvoSyncError('usage', marked`The address of a place cannot hold a line break or another control character.`);
  }
}
