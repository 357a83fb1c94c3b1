/**
 * A session as a Markdown document that stands by itself: what it is, its handoff, and every message of its conversations. What
 * was said is given as it was said; what tools did is folded. Whoever opens it elsewhere needs nothing of ours.
 */
import type { OpenedSession } from '../core/operations/report.ts';
import { parseHandoff } from '../core/session/handoff/parse.ts';
import { renderHandoff } from '../core/session/handoff/render.ts';
import { countRedactions } from '../core/session/session.ts';
import { t } from '../l10n/language.ts';
import { inParentheses } from './facts.ts';
import { entriesOf, type Entry, inputText, introductionOf, onOneLine, type Said, titleOf } from './readable.ts';
import { completeExcept } from './reports.ts';
import { shortCommit, shortId } from './short.ts';

export function sessionMarkdown({ session: { summary, device }, manifest, conversations }: Omit<OpenedSession, 'verdict'>): string {
  const redactions = countRedactions(manifest.conversations);
  return `${[
    `# ${onOneLine(summary.message)}`,
    [
      t`Saved on ${onOneLine(device.name)}, ${summary.savedAt}`,
      codeOf(summary),
      t`Session ${code(shortId(summary.id))}`,
      ...(redactions === 0 ? [] : [t`Saved ${completeExcept(redactions)}`]),
    ].map((item) => `- ${item}`).join('\n'),
    ...(manifest.body === undefined ? [] : [manifest.body.trim()]),
    ...(manifest.handoff.trim() === '' ? [] : [renderHandoff(parseHandoff(manifest.handoff), 2).trim()]),
    ...conversations.flatMap((conversation) => [`## ${titleOf(conversation, manifest)}`, introductionOf(conversation), ...entriesOf(conversation, manifest).flatMap(entryParts)]),
  ].join('\n\n')}\n`;
}

function codeOf({ branch, commit, subject }: OpenedSession['session']['summary']): string {
  return branch === undefined
    ? t`On no branch at ${code(shortCommit(commit))}: ${onOneLine(subject)}`
    : t`Branch ${code(branch)} at ${code(shortCommit(commit))}: ${onOneLine(subject)}`;
}

function entryParts({ moved, who, at, said }: Entry): string[] {
  return [...(moved === undefined ? [] : [`*${moved}*`]), ...(said.length === 0 ? [] : [`### ${who}${at === undefined ? '' : ` · ${at}`}`, ...said.map(saidPart)])];
}

function saidPart(said: Said): string {
  switch (said.type) {
    case 'text':
      return said.text.trim();
    case 'notice':
      return quoted(said.text);
    case 'thinking':
      return folded(t`Thinking`, quoted(said.text));
    case 'image':
      return `*${t`An image (${onOneLine(said.mediaType)})`}*`;
    case 'call':
      return folded(`${said.call.name}: ${said.call.summary}${failure(said.result?.failed)}`, fenced(inputText(said.call.input)), ...(said.result ? [fenced(said.result.text)] : []));
    case 'loneResult':
      return folded(`${t`Result`}${failure(said.result.failed)}`, fenced(said.result.text));
  }
}

function failure(failed: boolean | undefined): string {
  return inParentheses(failed === true ? t`failed` : undefined);
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
