/** What sessions and handoffs say, worded for a language model, in English: everything that is not ours stands in a record (see `asRecord`). */
import type { DescribedSession, Listing } from '../core/operations/report.ts';
import { asRecord, plainLine, recordNotice } from '../core/session/asRecord.ts';
import type { Block, Message } from '../core/session/message.ts';
import { countRedactions } from '../core/session/session.ts';
import type { SavedSession } from '../core/vault/state.ts';
import { inEnglish } from '../l10n/language.ts';
import { explainError } from './errors.ts';
import { count, names } from './quantities.ts';
import { shortCommit, shortId } from './short.ts';
import { describeFreshness } from './status.ts';
import { age } from './time.ts';

/** Characters of a handoff that a model is given: a long one, and little of its window. */
const longestHandoff = 20_000;
const longestList = 20_000;
const titleLength = 120;
const filesNamed = 40;
/** Characters of a message that are shown around what was searched for. */
const around = 300;

export interface HandoffForModel {
  session: SavedSession;
  /** Markdown; its first lines alone where the rest is not at hand. */
  handoff: string;
  isExcerpt?: boolean;
}

export function handoffForModel({ session, handoff, isExcerpt = false }: HandoffForModel, now: Date, limit = longestHandoff): string {
  const { outline: { id } } = session;
  const text = handoff.trim() === '' ? 'No handoff was left with this session.' : handoff.trim();
  return inEnglish(() => [
    recordNotice,
    '',
    asRecord(`${sessionLine(session, now)}\n\n${text}`, limit),
    ...(isExcerpt ? ['', `These are its first lines. \`convosync resume --read-only ${shortId(id)}\` shows all of it.`] : []),
  ].join('\n'));
}

/** @param sessions those of the listing that are wanted; `more` of them are left out */
export function sessionsForModel(listing: Listing, sessions: readonly SavedSession[], more: number, now: Date): string {
  return inEnglish(() => listed(listing, sessions, more, now));
}

function listed({ here, refreshed, problem }: Listing, sessions: readonly SavedSession[], more: number, now: Date): string {
  const known = problem === undefined ? '' : ` ${explainError(problem).title} This is what was known before (${describeFreshness(refreshed, now)}).`;
  return sessions.length === 0
    ? `No session fits.${known}`
    : [
        `${count(sessions.length, 'session')}, the newest first${more > 0 ? `; ${count(more, 'more', 'more')}` : ''}.${known} ${recordNotice}`,
        '',
        asRecord(sessions.map((session) => `${sessionLine(session, now)}${session.device.id === here.id ? ' (this device)' : ''}`).join('\n'), longestList),
      ].join('\n');
}

export function sessionForModel(session: DescribedSession, now: Date): string {
  return inEnglish(() => described(session, now));
}

function described({ session, manifest }: DescribedSession, now: Date): string {
  const { code, companions = [], conversations } = manifest;
  const redactions = countRedactions(conversations);
  const facts = [
    sessionLine(session, now),
    `Repository ${code.repository.name}, commit ${code.commit}: ${plainLine(code.subject, titleLength)}`,
    code.pushed ? 'The branch was pushed with it.' : 'The branch was not pushed with it; its commits travel inside the session.',
    ...(code.snapshot === undefined ? [] : [`${count(code.snapshot.files, 'uncommitted file')} in it.`]),
    ...companions.map(({ repository, branch, commit }) => `With repository ${repository.name}, on ${branch ?? 'no branch'} at ${shortCommit(commit)}`),
    ...conversations.map(({ agent, id, title, messages, forkOf }) => `Conversation ${shortId(id)} of ${agent}, ${count(messages, 'message')}${title === undefined ? '' : `: ${plainLine(title, titleLength)}`}${forkOf === undefined ? '' : ` (beside ${shortId(forkOf.id)})`}`),
    ...(redactions === 0 ? [] : [`${count(redactions, 'stretch', 'stretches')} of its conversations ${redactions === 1 ? 'was' : 'were'} left out on purpose.`]),
    ...touchedFiles(manifest),
    ...Object.entries(code.leftOut ?? {}).map(([reason, paths]) => `Not saved (${reason}): ${names(paths)}`),
  ];
  return [recordNotice, '', asRecord(facts.join('\n'), longestList)].join('\n');
}

export interface Found {
  agentName: string;
  message: Message;
}

/** Messages of a session in which all words occur, in any case; tool results and thoughts are left alone. */
export function messagesForModel(session: SavedSession, found: readonly Found[], words: readonly string[], shown: number, now: Date): string {
  return found.length === 0
    ? `Nothing in session ${shortId(session.outline.id)} says so.`
    : inEnglish(() => [
        `${count(found.length, 'message')} in session ${shortId(session.outline.id)}${found.length > shown ? `, the last ${shown}` : ''}. ${recordNotice}`,
        '',
        asRecord(found.slice(-shown).map(({ agentName, message }) => `${message.index + 1}. ${message.author === 'assistant' ? agentName : message.author}${message.at === undefined ? '' : `, ${age(message.at, now)}`}\n${excerptOf(spokenText(message), words)}`).join('\n\n'), longestList),
      ].join('\n'));
}

export function spokenText({ blocks }: Message): string {
  return blocks.map(spoken).filter((text) => text !== '').join('\n');
}

function spoken(block: Block): string {
  switch (block.type) {
    case 'text':
    case 'notice':
      return block.text;
    case 'toolCall':
      return `${block.name} ${block.summary}`;
    case 'toolResult':
    case 'thinking':
    case 'image':
      return '';
  }
}

function excerptOf(text: string, [first = '']: readonly string[]): string {
  const at = Math.max(0, text.toLowerCase().indexOf(first) - around / 2);
  const end = at + around;
  return `${at > 0 ? '…' : ''}${text.slice(at, end)}${end < text.length ? '…' : ''}`;
}

function touchedFiles({ conversations }: DescribedSession['manifest']): string[] {
  const files = [...new Set(conversations.flatMap(({ context }) => context.flatMap((run) => run.files)))];
  const shown = files.slice(-filesNamed);
  return files.length === 0 ? [] : [`Files that the conversation touched${files.length > shown.length ? `, the last ${shown.length} of ${files.length}` : ''}:`, ...shown.map((file) => `- ${file}`)];
}

function sessionLine({ summary, device, pinned, queued }: SavedSession, now: Date): string {
  const { id, message, savedAt, branch, commit, conversations } = summary;
  const messages = conversations.reduce((sum, each) => sum + each.messages, 0);
  return `Session ${shortId(id)} “${plainLine(message, titleLength)}”, saved ${age(savedAt, now)} on ${plainLine(device.name, titleLength)}, on ${branch ?? 'no branch'} at ${shortCommit(commit)}, ${count(messages, 'message')}${pinned ? ', pinned' : ''}${queued ? ', not sent yet' : ''}`;
}
