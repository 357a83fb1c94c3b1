/** What differs between two sessions, in words. */
import type { ChangedFile } from '../core/git/changedFiles.ts';
import type { ComparedConversation, ComparedSessions } from '../core/operations/report.ts';
import { messageText } from '../core/session/search/messageText.ts';
import type { Message } from '../core/session/message.ts';
import { count } from './quantities.ts';

/** `3 files, +12 −4`; why there is none where that cannot be told. */
export function describeCode(code: ComparedSessions['code']): string {
  if (!code) {
    return 'A commit of one of them is neither on this device nor at the remote.';
  }
  const sum = (of: 'added' | 'removed'): number => code.reduce((total, { lines }) => total + (lines?.[of] ?? 0), 0);
  return code.length === 0 ? 'The same.' : `${count(code.length, 'file')}, +${sum('added')} −${sum('removed')}`;
}

export function describeLines({ lines }: Pick<ChangedFile, 'lines'>): string {
  return lines ? `+${lines.added} −${lines.removed}` : 'not text';
}

/** The first 40 messages in common, then 12 more in the one, 3 more in the other. */
export function describeConversation({ heldBy, common, onlyOlder, onlyNewer }: ComparedConversation): string {
  if (heldBy !== 'both') {
    return `${count(heldBy === 'older' ? onlyOlder.length : onlyNewer.length, 'message')}, in the ${heldBy === 'older' ? 'first' : 'second'} session alone`;
  }
  const more = [...(onlyOlder.length > 0 ? [`${onlyOlder.length} more in the first session`] : []), ...(onlyNewer.length > 0 ? [`${onlyNewer.length} more in the second`] : [])];
  return more.length === 0 ? `the same, ${count(common, 'message')}` : `the first ${count(common, 'message')} in common, then ${more.join(', ')}`;
}

/** What a message says, on one line. */
export function excerptOf(message: Message): string {
  return messageText(message).replace(/\s+/gu, ' ').trim().slice(0, 400);
}
