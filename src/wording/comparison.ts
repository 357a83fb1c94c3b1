/** What differs between two sessions, in words. */
import type { ChangedFile } from '../core/git/changedFiles.ts';
import type { ComparedConversation, ComparedSessions } from '../core/operations/report.ts';
import { messageText } from '../core/session/search/messageText.ts';
import type { Message } from '../core/session/message.ts';
import { t } from '../l10n/language.ts';
import { count, separated } from './quantities.ts';

/** `3 files, +12 −4`; why there is none where that cannot be told. */
export function describeCode(code: ComparedSessions['code']): string {
  if (!code) {
    return t`A commit of one of them is neither on this device nor at the remote.`;
  }
  const sum = (of: 'added' | 'removed'): number => code.reduce((total, { lines }) => total + (lines?.[of] ?? 0), 0);
  return code.length === 0 ? t`The same.` : separated([count(code.length, 'file'), `+${sum('added')} −${sum('removed')}`]);
}

export function describeLines({ lines }: Pick<ChangedFile, 'lines'>): string {
  return lines ? `+${lines.added} −${lines.removed}` : t`not text`;
}

/** The first 40 messages in common, then 12 more in the one, 3 more in the other. */
export function describeConversation({ heldBy, common, onlyOlder, onlyNewer }: ComparedConversation): string {
  if (heldBy === 'older') {
    return t`${count(onlyOlder.length, 'message')}, in the first session alone`;
  }
  if (heldBy === 'newer') {
    return t`${count(onlyNewer.length, 'message')}, in the second session alone`;
  }
  const [older, newer] = [onlyOlder.length, onlyNewer.length];
  const inCommon = count(common, 'message');
  if (older > 0 && newer > 0) {
    return t`the first ${inCommon} in common, then ${older} more in the first session, ${newer} more in the second`;
  }
  if (older > 0) {
    return t`the first ${inCommon} in common, then ${older} more in the first session`;
  }
  return newer > 0 ? t`the first ${inCommon} in common, then ${newer} more in the second` : t`the same, ${inCommon}`;
}

/** What a message says, on one line. */
export function excerptOf(message: Message): string {
  return messageText(message).replace(/\s+/gu, ' ').trim().slice(0, 400);
}
