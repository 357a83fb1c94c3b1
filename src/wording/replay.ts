/** What was said until a commit, in words. */
import type { Replay } from '../core/operations/report.ts';
import { t } from '../l10n/language.ts';
import { count } from './quantities.ts';
import { sessionMarkdown } from './sessionMarkdown.ts';
import { shortCommit, shortId } from './short.ts';

export const noCode = (): string => t`The commit is neither on this device nor at the remote, so there is no code to show.`;

/** `Session 3f2a91c0 up to commit 1a2b3c4: 12 of 40 messages.` */
export function describeReplay({ session, commit, conversations }: Replay): string {
  const [shown, all] = [conversations.reduce((sum, { messages }) => sum + messages.length, 0), conversations.reduce((sum, { of }) => sum + of, 0)];
  return t`Session ${shortId(session.outline.id)} up to commit ${shortCommit(commit)}: ${shown === all ? count(all, 'message') : t`${shown} of ${count(all, 'message')}`}.`;
}

/** Without the handoff, which says how it stood later. */
export function replayMarkdown(replay: Replay): string {
  return sessionMarkdown({ ...replay, manifest: { ...replay.manifest, handoff: '' } });
}
