/** Where the conversation of a session is damaged or cut off, an earlier session of it may be the better one to go on with. */
import type { Finding } from '../../git/finding.ts';
import type { SavedSession } from '../../vault/state.ts';
import type { Choices } from '../plan.ts';

type Conversation = SavedSession['summary']['conversations'][number];

/**
 * The session that is meant once `last-good` was chosen wherever it could be: then the findings on what was left for it are
 * among those on it, as answered.
 *
 * @param sessions newest first, `session` among them
 */
export function followLastGood(sessions: readonly SavedSession[], session: SavedSession, choices: Choices = {}): { session: SavedSession; findings: Finding[] } {
  const findings: Finding[] = [];
  for (let meant = session; ;) {
    const judged = judgeConversations(sessions, meant);
    const left = judged.find(({ finding: { code }, lastGood }) => lastGood !== undefined && choices[code] === 'last-good');
    if (left?.lastGood === undefined) {
      return { session: meant, findings: [...findings, ...judged.map(({ finding }) => finding)] };
    }
    findings.push({ ...left.finding, answered: true });
    meant = left.lastGood;
  }
}

interface Judged {
  finding: Finding;
  lastGood: SavedSession | undefined;
}

function judgeConversations(sessions: readonly SavedSession[], session: SavedSession): Judged[] {
  const earlier = sessions.slice(sessions.findIndex(({ outline }) => outline.id === session.outline.id) + 1);
  return session.summary.conversations.flatMap((conversation) => {
    const { messages, damaged = 0 } = conversation;
    const messagesOf = (outline: SavedSession['outline']): number => inIt(outline, conversation)?.messages ?? 0;
    const ofIt = earlier.filter(({ outline }) => inIt(outline, conversation) !== undefined);
    const whole = damaged === 0 ? undefined : ofIt.find(({ summary }) => (inIt(summary, conversation)?.damaged ?? 0) === 0);
    // What another device has more of is a continuation of its own.
    const own = ofIt.filter(({ device }) => device.id === session.device.id);
    const most = Math.max(0, ...own.map(({ outline }) => messagesOf(outline)));
    const longest = most > messages ? own.find(({ outline }) => messagesOf(outline) === most) : undefined;
    return [
      ...(damaged === 0 ? [] : [judged('conversation-damaged', { lines: damaged }, whole, conversation)]),
      ...(longest === undefined ? [] : [judged('conversation-shorter', { messages }, longest, conversation)]),
    ];
  });
}

function judged(code: 'conversation-damaged' | 'conversation-shorter', facts: Finding['details'], lastGood: SavedSession | undefined, conversation: Conversation): Judged {
  const details = lastGood === undefined ? facts : { ...facts, session: lastGood.summary.id, message: lastGood.summary.message, saved: inIt(lastGood.summary, conversation)?.messages ?? 0 };
  return { finding: { code, severity: 'info', details, remedies: lastGood === undefined ? [] : ['last-good'] }, lastGood };
}

function inIt<One extends Pick<Conversation, 'agent' | 'id'>>({ conversations }: { conversations: readonly One[] }, { agent, id }: Conversation): One | undefined {
  return conversations.find((one) => one.agent === agent && one.id === id);
}
