import type { Block, Message } from '../../core/session/message.ts';
import type { OpenedSession } from '../../core/operations/report.ts';
import { countRedactions, type StoredConversation } from '../../core/session/session.ts';
import { count } from '../../wording/quantities.ts';
import { completeExcept, describeVerdict } from '../../wording/reports.ts';
import { shortCommit, shortId } from '../../wording/short.ts';
import { age } from '../../wording/time.ts';
import type { Look } from '../terminal/style.ts';
import { indented } from './lines.ts';

const messagesShown = 10;
const linesShown = 30;

const authors: Record<Message['author'], string> = { user: 'You', assistant: 'Assistant', system: 'System' };

/** A session to look at: where it stands, its handoff, and the last messages of each conversation. */
export function renderSession({ session, manifest, verdict, conversations }: OpenedSession, look: Look): string {
  const { style } = look;
  const { summary, device } = session;
  const described = describeVerdict(verdict);
  const redactions = countRedactions(manifest.conversations);
  return [
    style.strong(`“${summary.message}”`),
    `${shortId(summary.id)} from ${device.name}, ${age(summary.savedAt, look.now)}, on ${summary.branch ?? 'no branch'} at ${shortCommit(summary.commit)}`,
    `${verdict.inSync ? style.good('✓') : style.warn('!')} ${described.title}${verdict.inSync ? '.' : ':'}`,
    ...described.differences.map((line) => `  ${line}`),
    ...(redactions === 0 ? [] : [`${style.warn('!')} Saved ${completeExcept(redactions)}.`]),
    ...(manifest.body === undefined ? [] : ['', manifest.body]),
    ...(manifest.handoff.trim() === '' ? [] : ['', manifest.handoff.trim()]),
    ...conversations.flatMap(({ agentName, id, messages, issues }) => [
      '',
      style.strong(`${agentName}, ${count(messages.length, 'message')}${messages.length > messagesShown ? `, the last ${messagesShown}` : ''} (${shortId(id)})`),
      ...forkPoint(manifest.conversations.find((stored) => stored.id === id)),
      ...(issues.length === 0 ? [] : [`  ${count(issues.length, 'line')} could not be read and ${issues.length === 1 ? 'is' : 'are'} kept as ${issues.length === 1 ? 'it is' : 'they are'}.`]),
      ...messages.slice(-messagesShown).flatMap((message) => ['', ...renderMessage(message, look)]),
    ]),
  ].join('\n');
}

function forkPoint({ forkOf }: Pick<StoredConversation, 'forkOf'> = {}): string[] {
  return forkOf ? [`  Went on by itself${forkOf.messages === undefined ? '' : ` after ${count(forkOf.messages, 'message')}`}, beside conversation ${shortId(forkOf.id)}.`] : [];
}

function renderMessage(message: Message, { style, now }: Look): string[] {
  const lines = message.blocks.flatMap(renderBlock);
  const shown = lines.slice(0, linesShown);
  return [
    `${style.strong(authors[message.author])}${message.at === undefined ? '' : style.faint(` ${age(message.at, now)}`)}`,
    ...shown.map((line) => `  ${line}`.trimEnd()),
    ...(lines.length > shown.length ? [`  ${style.faint(`… ${count(lines.length - shown.length, 'more line')}`)}`] : []),
  ];

  function renderBlock(block: Block): string[] {
    switch (block.type) {
      case 'text':
        return indented(block.text.trim(), 0);
      case 'notice':
        return [style.faint(block.text)];
      case 'toolCall':
        return [style.faint(`› ${block.name} ${block.summary}`)];
      case 'toolResult':
        return block.failed ? [style.faint('› failed')] : [];
      case 'image':
        return [style.faint(`[${block.mediaType}]`)];
      case 'thinking':
        return [];
    }
  }
}
