/** What may stand at a position of the command line, as the scripts for shells read it. */
import type { Listing } from '../../core/operations/report.ts';
import type { SavedSession } from '../../core/vault/state.ts';
import { shortId } from '../../wording/short.ts';
import { age } from '../../wording/time.ts';
import { safeText } from '../terminal/safeText.ts';
import type { Expected, Position } from './position.ts';

export interface Candidate {
  value: string;
  description: string;
}

export interface Candidates {
  /** What the shell adds by itself. */
  also: 'nothing' | 'files' | 'folders';
  candidates: Candidate[];
}

/** What is known on this device, read only where a value asks for it. */
export type ReadListing = () => Promise<Listing | undefined>;

/** @param now for ages */
export async function candidatesAt(position: Position, readListing: ReadListing, now: Date): Promise<Candidates> {
  const { expected, typed, before } = position;
  const all = (await Promise.all(expected.map((each) => valuesOf(each, position, readListing, now)))).flat();
  const names = expected.flatMap((each) => (each.kind === 'value' ? [each.name] : []));
  return {
    also: names.includes('file') ? 'files' : names.includes('folder') ? 'folders' : 'nothing',
    // A name that could steer the terminal is no word that anybody would type.
    candidates: all.filter(({ value }) => value.startsWith(typed) && value !== '' && safeText(value) === value && !/[\t\n]/.test(value))
      .map(({ value, description }) => ({ value: before + value, description: oneLine(description) })),
  };
}

/** The first line says what the shell adds; each other is a word, a tab, and what it is. */
export function asAnswer({ also, candidates }: Candidates): string {
  return [also, ...candidates.map(({ value, description }) => `${value}\t${description}`)].map((line) => `${line}\n`).join('');
}

async function valuesOf(expected: Expected, { command, given }: Position, readListing: ReadListing, now: Date): Promise<Candidate[]> {
  const help = command.createHelp();
  switch (expected.kind) {
    case 'verb':
      return help.visibleCommands(command).map((verb) => ({ value: verb.name(), description: verb.summary() || verb.description() }));
    case 'option':
      return help.visibleOptions(command).map((option) => ({ value: option.long ?? '', description: option.description }));
    case 'value': {
      if (expected.choices.length > 0) {
        return expected.choices.map((value) => ({ value, description: '' }));
      }
      const read = known[expected.option?.long?.slice(2) ?? expected.name];
      const listing = read && (await readListing());
      return listing ? read(given.has('--restore') ? listing.trash : listing.sessions, now) : [];
    }
  }
}

type Known = (sessions: readonly SavedSession[], now: Date) => Candidate[];

const sessionIds: Known = (sessions, now) => sessions.map(({ summary, device }) => ({ value: shortId(summary.id), description: `${device.name}, ${age(summary.savedAt, now)}: ${summary.message}` }));

/** By what an argument or an option is called. */
const known: Readonly<Record<string, Known>> = {
  id: sessionIds,
  ids: sessionIds,
  session: sessionIds,
  from: sessionIds,
  to: sessionIds,
  device: (sessions) => once(sessions.map(({ device }) => device.name)),
  branch: (sessions) => once(sessions.flatMap(({ summary }) => summary.branch ?? [])),
  agent: (sessions) => once(sessions.flatMap(({ summary }) => summary.conversations.map(({ agent }) => agent))),
};

function once(values: readonly string[]): Candidate[] {
  return [...new Set(values)].map((value) => ({ value, description: '' }));
}

function oneLine(text: string): string {
  const line = safeText(text).replace(/\s+/g, ' ').trim();
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
