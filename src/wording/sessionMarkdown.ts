/**
 * A session as a Markdown document that stands by itself: what it is, its handoff, and every message of its conversations. What
 * was said is given as it was said; what tools did is folded. Whoever opens it elsewhere needs nothing of ours.
 */
import type { Block, Message } from '../core/session/message.ts';
import type { OpenedSession } from '../core/operations/report.ts';
import { parseHandoff } from '../core/session/handoff/parse.ts';
import { renderHandoff } from '../core/session/handoff/render.ts';
import { type ContextRun, countRedactions } from '../core/session/session.ts';
import { count } from './quantities.ts';
import { completeExcept } from './reports.ts';
import { shortCommit, shortId } from './short.ts';

type Conversation = OpenedSession['conversations'][number];

export function sessionMarkdown({ session: { summary, device }, manifest, conversations }: Omit<OpenedSession, 'verdict'>): string {
  const redactions = countRedactions(manifest.conversations);
  return `${[
    `# ${onOneLine(summary.message)}`,
    [
      `- Saved on ${onOneLine(device.name)}, ${summary.savedAt}`,
      `- ${summary.branch === undefined ? 'On no branch' : `Branch ${code(summary.branch)}`} at ${code(shortCommit(summary.commit))}: ${onOneLine(summary.subject)}`,
      `- Session ${code(shortId(summary.id))}`,
      ...(redactions === 0 ? [] : [`- Saved ${completeExcept(redactions)}`]),
    ].join('\n'),
    ...(manifest.body === undefined ? [] : [manifest.body.trim()]),
    ...(manifest.handoff.trim() === '' ? [] : [renderHandoff(parseHandoff(manifest.handoff), 2).trim()]),
    ...conversations.flatMap((conversation) => {
      const stored = manifest.conversations.find(({ agent, id }) => agent === conversation.agent && id === conversation.id);
      return conversationParts(conversation, stored?.title, stored?.context ?? []);
    }),
  ].join('\n\n')}\n`;
}

function conversationParts({ agentName, id, messages, issues }: Conversation, title: string | undefined, context: readonly ContextRun[]): string[] {
  const results = new Map(messages.flatMap(({ blocks }) => blocks).flatMap((block) => (block.type === 'toolResult' ? [[block.callId, block] as const] : [])));
  const calls = new Set(messages.flatMap(({ blocks }) => blocks).flatMap((block) => (block.type === 'toolCall' ? [block.callId] : [])));
  let place = '';
  return [
    `## ${onOneLine(title ?? `Conversation ${shortId(id)}`)}`,
    `With ${agentName}, ${count(messages.length, 'message')}.${issues.length === 0 ? '' : ` ${count(issues.length, 'record')} of the transcript could not be read.`}`,
    ...messages.flatMap((message) => {
      const parts = message.blocks.flatMap((block) => blockParts(block, results, calls));
      const here = placeOf(context.find(({ from, to }) => message.index >= from && message.index <= to));
      const moved = here !== undefined && here !== place ? [`*${here}*`] : [];
      place = here ?? place;
      return parts.length === 0 ? moved : [...moved, headingOf(message, agentName), ...parts];
    }),
  ];
}

function headingOf({ author, at, sidechain }: Message, agentName: string): string {
  const who = sidechain === true ? `${agentName}, sub-agent` : { user: 'You', assistant: agentName, system: 'System' }[author];
  return `### ${who}${at === undefined ? '' : ` · ${at}`}`;
}

function placeOf(run: ContextRun | undefined): string | undefined {
  return run?.commit === undefined ? undefined : `${run.branch === undefined ? 'On no branch' : `On ${run.branch}`} at ${shortCommit(run.commit)}`;
}

type Result = Extract<Block, { type: 'toolResult' }>;

/** A result is shown with its call. */
function blockParts(block: Block, results: ReadonlyMap<string, Result>, calls: ReadonlySet<string>): string[] {
  switch (block.type) {
    case 'text':
      return block.text.trim() === '' ? [] : [block.text.trim()];
    case 'notice':
      return [quoted(block.text)];
    case 'thinking':
      return block.text.trim() === '' ? [] : [folded('Thinking', quoted(block.text))];
    case 'image':
      return [`*An image (${onOneLine(block.mediaType)})*`];
    case 'toolCall': {
      const result = results.get(block.callId);
      return [folded(`${block.name}: ${block.summary}${result?.failed === true ? ' (failed)' : ''}`, fenced(inputText(block.input)), ...(result ? [fenced(result.text)] : []))];
    }
    case 'toolResult':
      return calls.has(block.callId) ? [] : [folded(`Result${block.failed ? ' (failed)' : ''}`, fenced(block.text))];
  }
}

function inputText(input: unknown): string {
  return typeof input === 'string' ? input : JSON.stringify(input, undefined, 2);
}

function folded(summary: string, ...parts: string[]): string {
  return ['<details>', `<summary>${escaped(onOneLine(summary))}</summary>`, ...parts.flatMap((part) => ['', part]), '', '</details>'].join('\n');
}

/** Nothing in the text can end the fence. */
function fenced(text: string): string {
  const fence = '`'.repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length + 1)));
  return `${fence}\n${text.replace(/\n$/, '')}\n${fence}`;
}

function quoted(text: string): string {
  return text.trim().split('\n').map((line) => `> ${line}`.trimEnd()).join('\n');
}

function code(text: string): string {
  return `\`${onOneLine(text).replaceAll('`', 'ˋ')}\``;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function onOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
