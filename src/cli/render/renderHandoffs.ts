import type { HandoffDraft, Handoffs, Listing } from '../../core/operations/report.ts';
import type { ComparedLine, ComparedSection } from '../../core/session/handoff/compare.ts';
import type { FoundLine } from '../../core/session/handoff/search.ts';
import type { SavedSession } from '../../core/vault/state.ts';
import { deviceName } from '../../wording/deviceName.ts';
import { explainError } from '../../wording/errors.ts';
import { describeBadTemplate, describeWithoutModel } from '../../wording/handoffs.ts';
import { count } from '../../wording/quantities.ts';
import { shortId } from '../../wording/short.ts';
import { age } from '../../wording/time.ts';
import { renderColumns } from '../terminal/columns.ts';
import type { Look, Style } from '../terminal/style.ts';

export interface HandoffHistory {
  listing: Listing;
  /** Those to show, newest first. */
  sessions: readonly SavedSession[];
  /** How many more there are that were not asked for. */
  more: number;
}

export function renderHandoffHistory({ listing, sessions, more }: HandoffHistory, look: Look): string {
  if (sessions.length === 0) {
    return 'No handoff fits.';
  }
  return [
    ...renderColumns(
      [
        { heading: 'SESSION', paint: look.style.command },
        { heading: 'SAVED', atLeast: 8 },
        { heading: 'DEVICE', atLeast: 6 },
        { heading: 'CONVERSATION', paint: look.style.faint },
        { heading: 'HANDOFF', atLeast: 10 },
      ],
      sessions.map(({ summary, device }) => [
        shortId(summary.id), age(summary.savedAt, look.now), deviceName(device, listing.sessions),
        summary.conversations.map(({ id }) => shortId(id)).join(' '), summary.excerpt.replace(/\s+/g, ' '),
      ]),
      look.columns,
      look.style.faint,
    ),
    ...(more > 0 ? ['', `${count(more, 'older handoff')} not shown; see them with --all.`] : []),
  ].join('\n');
}

export interface Comparison {
  older: { session: SavedSession };
  newer: { session: SavedSession };
  sections: readonly ComparedSection[];
}

/** Sections that are the same in both are only named; of the others every line is shown. */
export function renderComparison({ older, newer, sections }: Comparison, { style, now }: Look): string {
  const differing = sections.filter(({ change }) => change !== 'same');
  const same = sections.filter(({ change }) => change === 'same').map(({ title }) => title || 'the beginning');
  const head = (mark: string, { session }: Comparison['older']): string => `${mark} ${shortId(session.summary.id)} from ${session.device.name}, ${age(session.summary.savedAt, now)}`;
  return [
    style.bad(head('-', older)),
    style.good(head('+', newer)),
    ...differing.flatMap(({ title, change, lines }) => ['', `${style.strong(`## ${title || '(beginning)'}`)}${change === 'changed' ? '' : style.faint(` (${change})`)}`, ...lines.map((line) => paint(line, style))]),
    ...(same.length === 0 ? [] : ['', style.faint(`The same in both: ${same.join(', ')}.`)]),
  ].join('\n');
}

function paint({ change, text }: ComparedLine, style: Style): string {
  switch (change) {
    case 'added':
      return style.good(`+ ${text}`);
    case 'removed':
      return style.bad(`- ${text}`);
    case 'same':
      return `  ${text}`.trimEnd();
  }
}

export interface FoundHandoffs {
  listing: Listing;
  found: readonly { session: SavedSession; lines: readonly FoundLine[] }[];
}

export function renderFoundHandoffs({ listing, found }: FoundHandoffs, { style, now }: Look): string {
  if (found.length === 0) {
    return 'No handoff holds all of these words.';
  }
  return found.map(({ session: { summary, device }, lines }) => [
    `${style.command(shortId(summary.id))}  ${deviceName(device, listing.sessions)}, ${age(summary.savedAt, now)}: ${style.strong(summary.message)}`,
    ...lines.map(({ section, line }) => `  ${section === '' ? '' : style.faint(`${section}: `)}${line}`),
  ].join('\n')).join('\n\n');
}

/** Which handoffs were not searched. Empty when all were. */
export function renderUnread({ unread }: Pick<Handoffs, 'unread'>, { style }: Look): string {
  const [first] = unread;
  return first === undefined ? '' : `${style.warn('!')} ${count(unread.length, 'handoff')} could not be read. ${explainError(first.error).title}`;
}

/** Why a draft is not by whom, or not as, it was to be. Empty when it is. */
export function renderDraftProblems({ withoutModel, badTemplate }: HandoffDraft, { style }: Look): string {
  const problems = [...(withoutModel ? [describeWithoutModel(withoutModel)] : []), ...(badTemplate ? [describeBadTemplate({ ...badTemplate })] : [])];
  return problems.map(({ title, detail }) => `${style.warn('!')} ${title} ${detail}`).join('\n');
}
