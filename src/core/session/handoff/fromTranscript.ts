/**
 * A handoff without a language model: it only collects what the conversation itself says, in the words it was said in.
 * Every section has a share of the size, so that a handoff stays below `handoffBytes` whatever the conversation holds.
 */
import type { Message } from '../message.ts';
import type { Handoff, HandoffSection, SectionTitle } from './handoff.ts';
import { sectionTitles } from './handoff.ts';
import { unresolvedFailures } from './failures.ts';
import { dialogAnswers, openQuestions } from './questions.ts';
import { codeSpan, codeTail, line, quote } from './quoting.ts';
import { substantialRequests } from './requests.ts';
import { userWords } from './spoken.ts';
import type { Spoken } from './spoken.ts';
import { decisions, preferences } from './statements.ts';
import type { Statement } from './statements.ts';
import { readTodos } from './todos.ts';
import type { ToolUse } from './toolUse.ts';
import { readToolUses } from './toolUse.ts';

export interface ChangedFile {
  /** Relative to the repository, with `/`. */
  path: string;
  /** Lines; absent for a binary file. */
  added?: number;
  removed?: number;
}

export interface HandoffSource {
  messages: readonly Message[];
  device: { id?: string; name: string };
  /** ISO 8601 in UTC. */
  at: string;
  commit?: string;
  branch?: string;
  /** What git says has changed; empty where it says nothing, then the files that tools wrote are named. */
  changedFiles: readonly ChangedFile[];
}

/** No rendered handoff made here is larger, in UTF-8, unless the names of device and branch alone are. */
export const handoffBytes = 8192;

/**
 * Bytes of each section's items. An item is cut to so few characters that at three bytes each it still fits in its share;
 * what remains of `handoffBytes` is for headings and metadata.
 */
const shares: Readonly<Partial<Record<SectionTitle, number>>> = {
  'Current Task': 1400,
  'Progress So Far': 800,
  'Key Decisions Made': 750,
  'Important Context': 900,
  'Debug/Error Context': 1300,
  'Next Steps': 750,
  'Files Modified': 800,
  'Open Questions': 700,
};
const itemLength = 220;

/** Sections without anything to say are left out; a conversation that says nothing gives a handoff without sections. */
export function makeHandoff({ messages, device, at, commit, branch, changedFiles }: HandoffSource): Handoff {
  const words = userWords(messages);
  const calls = readToolUses(messages);
  const own = calls.filter((call) => !call.sidechain);
  const bodies: Partial<Record<SectionTitle, string>> = {
    'Current Task': currentTask(words),
    'Progress So Far': progress(own),
    'Key Decisions Made': keyDecisions(words, own),
    'Important Context': importantContext(words),
    'Debug/Error Context': failingCommands(own),
    'Next Steps': nextSteps(own),
    'Files Modified': filesModified(changedFiles, calls),
    'Open Questions': list(openQuestions(messages, own).map((text) => `- ${line(text, itemLength)}`), 'Open Questions'),
  };
  return {
    device,
    at,
    ...(commit !== undefined && { commit }),
    ...(branch !== undefined && { branch }),
    madeBy: 'transcript',
    sections: sectionTitles.map((title): HandoffSection => ({ title, body: bodies[title] ?? '' })).filter(({ body }) => body !== ''),
  };
}

function currentTask(words: readonly Spoken[]): string {
  const requests = substantialRequests(words);
  const latest = requests.slice(-3).reverse().map(({ text }) => quote(text, { lines: 6, length: 360 }));
  const first = requests.length > latest.length ? requests[0] : undefined;
  const beginning = first ? [`The conversation began with:\n\n${quote(first.text, { lines: 3, length: 200 })}`] : [];
  return fitting([...latest, ...beginning], 'Current Task').join('\n\n');
}

function progress(calls: readonly ToolUse[]): string {
  const todos = readTodos(calls);
  const done = todos.filter(({ status }) => status === 'done').map(({ text }) => `- [x] ${line(text, itemLength)}`);
  const commits = madeCommits(calls).map(({ commit, subject }) => `- [x] Committed ${codeSpan(commit, 40)} ${line(subject, 160)}`);
  const running = todos.filter(({ status }) => status === 'in progress').map(({ text }) => `- [ ] ${line(text, itemLength)} (in progress)`);
  // The latest matter most: they are chosen first and shown last.
  return list([...done, ...commits, ...running].reverse(), 'Progress So Far', (items) => items.reverse());
}

/** git prints `[branch commit] subject`; a commit that was amended counts once. */
function madeCommits(calls: readonly ToolUse[]): { commit: string; subject: string }[] {
  const commits = new Map<string, string>();
  for (const { summary, input, result } of calls) {
    if (result?.failed === false && /\bgit\b.*\bcommit\b/s.test(summary + JSON.stringify(input))) {
      for (const [, commit = '', subject = ''] of result.text.matchAll(/^\[[^\]\n]+ ([0-9a-f]{7,40})\] (.+)$/gm)) {
        commits.delete(subject);
        commits.set(subject, commit);
      }
    }
  }
  return [...commits].map(([subject, commit]) => ({ commit, subject }));
}

function keyDecisions(words: readonly Spoken[], calls: readonly ToolUse[]): string {
  return inTheirWords([...decisions(words), ...dialogAnswers(calls)].sort(byIndex).reverse(), 'Key Decisions Made');
}

function importantContext(words: readonly Spoken[]): string {
  const { personal, rules } = preferences(words);
  return inTheirWords([...personal.reverse(), ...rules.reverse()], 'Important Context');
}

/** @param statements the most important first; shown as the conversation goes */
function inTheirWords(statements: readonly Statement[], title: SectionTitle): string {
  const items = statements.map((statement) => ({ statement, text: `- ${line(statement.text, itemLength)}` }));
  const chosen = fitting(items.map(({ text }) => text), title).length;
  return items.slice(0, chosen).sort((a, b) => byIndex(a.statement, b.statement)).map(({ text }) => text).join('\n');
}

function failingCommands(calls: readonly ToolUse[]): string {
  const latest = unresolvedFailures(calls).slice(-3).reverse();
  const items = latest.map(({ command, output }) => `${codeSpan(command, 110)} failed:\n\n${codeTail(output, { lines: 12, length: 300 })}`);
  return fitting(items, 'Debug/Error Context').join('\n\n');
}

function nextSteps(calls: readonly ToolUse[]): string {
  const todos = readTodos(calls);
  const steps = [...todos.filter(({ status }) => status === 'in progress'), ...todos.filter(({ status }) => status === 'open')];
  return list(steps.map(({ text }, index) => `${index + 1}. ${line(text, itemLength)}`), 'Next Steps');
}

function filesModified(changed: readonly ChangedFile[], calls: readonly ToolUse[]): string {
  const fromGit = changed.map(({ path, added, removed }) => `- ${codeSpan(path, itemLength)}${added === undefined || removed === undefined ? '' : ` (+${added}, −${removed})`}`);
  const written = calls.filter(({ result }) => result?.failed !== true).flatMap(writtenPaths).reverse();
  return list(changed.length > 0 ? fromGit : [...new Set(written)].map((path) => `- ${codeSpan(path, itemLength)}`), 'Files Modified');
}

/** Relative to where the agent ran, for paths below it. */
function writtenPaths({ writes, workingDirectory }: ToolUse): string[] {
  const isBelow = (path: string): boolean => workingDirectory !== undefined && path.startsWith(workingDirectory) && /[\\/]/.test(path.charAt(workingDirectory.length));
  return writes.map((path) => (isBelow(path) ? path.slice((workingDirectory ?? '').length + 1) : path));
}

/** @param items the most important first */
function list(items: readonly string[], title: SectionTitle, order = (chosen: string[]): string[] => chosen): string {
  const chosen = fitting(items, title);
  const more = items.length - chosen.length;
  return [...order(chosen), ...(more > 0 ? [`- … ${more} more`] : [])].join('\n');
}

/** As many of the first items as fit in the section's share. */
function fitting(items: readonly string[], title: SectionTitle): string[] {
  let left = shares[title] ?? 0;
  const end = items.findIndex((item) => (left -= Buffer.byteLength(item) + 2) < 0);
  return items.slice(0, end === -1 ? items.length : end);
}

function byIndex(a: Statement, b: Statement): number {
  return a.index - b.index;
}
