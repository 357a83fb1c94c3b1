/** What is the matter with a conversation that is about to be saved. It is saved as it is all the same. */
import type { Finding, FindingCode } from '../../git/finding.ts';
import type { ReadConversation } from '../conversations.ts';

/** Bytes of transcript and sidecars, from which on a first save takes its time. */
const large = 100_000_000;

/** @param saved how many messages each session has that this device has saved of it */
export function judgeConversation({ files, transcript }: Pick<ReadConversation, 'files' | 'transcript'>, saved: readonly number[]): Finding[] {
  const { messages, damaged } = transcript.counted;
  const size = files.reduce((sum, file) => sum + file.size, 0);
  const longest = Math.max(0, ...saved);
  return [
    ...(size > large ? [info('conversation-large', { size })] : []),
    ...(damaged > 0 ? [info('conversation-damaged', { lines: damaged, sessions: saved.length })] : []),
    // Something may have cut it off.
    ...(messages < longest ? [info('conversation-shorter', { messages, saved: longest })] : []),
  ];
}

function info(code: FindingCode, details: Finding['details']): Finding {
  return { code, severity: 'info', details, remedies: [] };
}
