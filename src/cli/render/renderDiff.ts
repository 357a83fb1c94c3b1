import type { ChangedFile } from '../../core/git/changedFiles.ts';
import type { ComparedConversation, ComparedSessions } from '../../core/operations/report.ts';
import type { Message } from '../../core/session/message.ts';
import { describeCode, describeConversation, describeLines, excerptOf } from '../../wording/comparison.ts';
import { lineSafe } from '../../wording/lineSafe.ts';
import { count } from '../../wording/quantities.ts';
import { shortId } from '../../wording/short.ts';
import { describeSpeaker } from '../../wording/searchHits.ts';
import type { Look, Style } from '../terminal/style.ts';
import { fit } from '../terminal/width.ts';
import { renderBoth, renderSections } from './renderHandoffs.ts';

/** So many messages that only one of them holds are shown of each. */
const mostMessages = 10;
const marks: Record<ChangedFile['change'], string> = { added: 'A', removed: 'D', changed: 'M', moved: 'R' };

export function renderDiff({ older, newer, code, handoff, conversations, unknownAgents }: ComparedSessions, look: Look): string {
  const { style } = look;
  return [
    ...renderBoth({ older, newer }, look),
    '', `${style.strong('Code')}: ${describeCode(code)}`,
    ...(code ?? []).map((file) => `  ${marks[file.change]} ${file.was === undefined ? '' : `${lineSafe(file.was)} → `}${lineSafe(file.path)}  ${style.faint(describeLines(file))}`),
    ...conversations.flatMap((conversation) => ['', ...renderConversation(conversation, look)]),
    ...(unknownAgents.length === 0 ? [] : ['', `Not compared, since this version does not know the agent: conversations of ${unknownAgents.join(', ')}.`]),
    '', handoff.every(({ change }) => change === 'same') ? `${style.strong('Handoff')}: The same.` : `${style.strong('Handoff')}:`,
    ...(handoff.every(({ change }) => change === 'same') ? [] : renderSections(handoff, look)),
  ].join('\n');
}

function renderConversation(conversation: ComparedConversation, { style, columns }: Look): string[] {
  const { title, agentName, id, onlyOlder, onlyNewer } = conversation;
  const lines = (messages: readonly Message[], mark: string, paint: Style['good']): string[] => [
    ...messages.slice(0, mostMessages).map((message) => paint(fit(`${mark} ${describeSpeaker({ said: message.author })}: ${excerptOf(message)}`, columns - 2))).map((line) => `  ${line}`),
    ...(messages.length > mostMessages ? [style.faint(`  ${mark} and ${count(messages.length - mostMessages, 'message')} more`)] : []),
  ];
  return [
    `${style.strong(title ?? shortId(id))} ${style.faint(`(${agentName})`)}: ${describeConversation(conversation)}`,
    ...lines(onlyOlder, '-', style.bad),
    ...lines(onlyNewer, '+', style.good),
  ];
}
