import type { HandoffDraft, Handoffs, Listing } from '../../core/operations/report.ts';
import type { ComparedLine, ComparedSection } from '../../core/session/handoff/compare.ts';
import { handoffExcerpt } from '../../core/session/handoff/excerpt.ts';
import { parseHandoff } from '../../core/session/handoff/parse.ts';
import type { FoundLine } from '../../core/session/handoff/search.ts';
import type { SavedSession } from '../../core/vault/state.ts';
import { deviceName } from '../../wording/deviceName.ts';
import { explainError } from '../../wording/errors.ts';
import { describeBadTemplate, describeWithoutModel } from '../../wording/handoffs.ts';
import { count } from '../../wording/quantities.ts';
import { shortId } from '../../wording/short.ts';
import { age } from '../../wording/time.ts';
import { renderColumns } from '../terminal/columns.ts';
import { quoteWord } from '../terminal/quote.ts';
import type { Look, Style } from '../terminal/style.ts';
import { fit } from '../terminal/width.ts';

export interface HandoffHistory {
  listing: Listing;
  /** Those to show, newest first. */
  sessions: readonly SavedSession[];
  /** How many more there are that were not asked for. */
  more: number;
  /** Of devices that save no sessions. */
  inRepository: Handoffs['inRepository'];
}

export function renderHandoffHistory({ listing, sessions, more, inRepository }: HandoffHistory, look: Look): string {
  if (sessions.length === 0 && inRepository.length === 0) {
    return 'No handoff fits.';
  }
  return [
    ...(sessions.length === 0 ? [] : renderColumns(
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
    )),
    ...(more > 0 ? ['', `${count(more, 'older handoff')} not shown; see them with --all.`] : []),
    ...(inRepository.length === 0 ? [] : [
      ...(sessions.length === 0 ? [] : ['']),
      'In the repository alone, of devices without ConvoSync:',
      ...inRepository.map(({ device, at, markdown }) => fit(`  ${device}${at === undefined ? '' : `, ${age(at, look.now)}`}: ${handoffExcerpt(parseHandoff(markdown)).replace(/\s+/g, ' ')}`, look.columns)),
      `Read one with: convosync handoff show ${quoteWord(inRepository[0]?.device ?? '', process.platform)}`,
    ]),
  ].join('\n');
}

export function renderWhereItLies({ device, file, at }: Handoffs['inRepository'][number], { style, now }: Look): string {
  return style.faint(`Of ${device}${at === undefined ? '' : `, ${age(at, now)}`}, from ${file}: no session comes with it.`);
}

export interface Comparison {
  older: { session: SavedSession };
  newer: { session: SavedSession };
  sections: readonly ComparedSection[];
}

/** Sections that are the same in both are only named; of the others every line is shown. */
export function renderComparison({ sections, ...both }: Comparison, look: Look): string {
  return [...renderBoth(both, look), ...renderSections(sections, look)].join('\n');
}

/** Which two are compared. */
export function renderBoth({ older, newer }: Pick<Comparison, 'older' | 'newer'>, { style, now }: Look): string[] {
  const head = (mark: string, { session }: Comparison['older']): string => `${mark} ${shortId(session.summary.id)} from ${session.device.name}, ${age(session.summary.savedAt, now)}`;
  return [style.bad(head('-', older)), style.good(head('+', newer))];
}

export function renderSections(sections: readonly ComparedSection[], { style }: Look): string[] {
  const differing = sections.filter(({ change }) => change !== 'same');
  const same = sections.filter(({ change }) => change === 'same').map(({ title }) => title || 'the beginning');
  return [
    ...differing.flatMap(({ title, change, lines }) => ['', `${style.strong(`## ${title || '(beginning)'}`)}${change === 'changed' ? '' : style.faint(` (${change})`)}`, ...lines.map((line) => paint(line, style))]),
    ...(same.length === 0 ? [] : ['', style.faint(`The same in both: ${same.join(', ')}.`)]),
  ];
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
  foundInRepository: readonly { handoff: Handoffs['inRepository'][number]; lines: readonly FoundLine[] }[];
}

export function renderFoundHandoffs({ listing, found, foundInRepository }: FoundHandoffs, { style, now }: Look): string {
  if (found.length + foundInRepository.length === 0) {
    return 'No handoff holds all of these words.';
  }
  const shown = (head: string, lines: readonly FoundLine[]): string => [head, ...lines.map(({ section, line }) => `  ${section === '' ? '' : style.faint(`${section}: `)}${line}`)].join('\n');
  return [
    ...found.map(({ session: { summary, device }, lines }) => shown(`${style.command(shortId(summary.id))}  ${deviceName(device, listing.sessions)}, ${age(summary.savedAt, now)}: ${style.strong(summary.message)}`, lines)),
    ...foundInRepository.map(({ handoff: { device, file, at }, lines }) => shown(`${style.command(device)}${at === undefined ? '' : `, ${age(at, now)}`}, in ${file}`, lines)),
  ].join('\n\n');
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
