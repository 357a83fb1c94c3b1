/** How a session, a device and an agent are called wherever they are listed. */
import type { SavedSession } from '../core/vault/state.ts';
import { language, t } from '../l10n/language.ts';
import { count } from '../wording/quantities.ts';
import { shortCommit } from '../wording/short.ts';
import { age } from '../wording/time.ts';

/** `main @ 1a2b3c4 · 42 messages · 3 hours ago · Claude Code` */
export function sessionFacts({ summary }: SavedSession, now: Date): string {
  const messages = summary.conversations.reduce((sum, conversation) => sum + conversation.messages, 0);
  const agents = [...new Set(summary.conversations.map(({ agent }) => agentName(agent)))];
  return [
    `${summary.branch ?? t`no branch`} @ ${shortCommit(summary.commit)}`,
    summary.conversations.length === 0 ? t`code only` : count(messages, 'message'),
    age(summary.savedAt, now),
    ...(summary.automatic === true ? [t`saved by itself`] : []),
    ...agents,
  ].join(' · ');
}

/** A moment in numbers, for a tooltip; in English as this machine is used to, which may be the American or the British way. */
export function dateAndTime(iso: string): string {
  return new Date(iso).toLocaleString(language() === 'en' ? undefined : language());
}

const odd: Readonly<Record<string, string>> = { cli: 'CLI', opencode: 'OpenCode' };

/** The name for people of an agent's id: `claude-code` is Claude Code. */
export function agentName(id: string): string {
  return id.split('-').map((word) => odd[word] ?? word.charAt(0).toUpperCase() + word.slice(1)).join(' ');
}

