/**
 * The README's table of agents: what the tests with their real programs have shown, a row per agent, between two markers.
 * A run writes what it has shown itself; the rest of a row stays as it is, as long as the version is the same.
 */
import * as path from 'node:path';

import { createAgents } from '../../src/core/agents/registry.ts';
import type { AgentProgram } from './agentProgram.ts';

export const readmeFile = path.resolve(import.meta.dirname, '../../README.md');

/** What can be shown of an agent, in the order of the columns. */
export const headings = {
  read: 'found and read',
  resumed: 'resumed on another device',
  returned: 'gone on there, and at home again',
  typed: 'resumed by typing, in a terminal',
  parted: 'both devices went on',
  home: 'comes home as',
} as const;
export type Fact = keyof typeof headings;

/** What a cell says of it: undefined for what was not shown. */
export type Facts = Partial<Record<Fact, string>>;
export type Tested = Pick<AgentProgram, 'id' | 'version'>;
export interface Row extends Tested {
  facts: Facts;
}

const begin = '<!-- What follows, `npm run test:agents` writes. -->';
const end = '<!-- Up to here. -->';
const notShown = '–';
const facts = Object.keys(headings) as Fact[];
const agents = createAgents({ userHome: '/', env: {}, platform: process.platform }, '/');

export function rowsIn(markdown: string): Row[] {
  const { from, to } = placeIn(markdown);
  const [, , ...lines] = markdown.slice(from, to).trim().split('\n');
  return lines.map((line) => {
    const [name, version = '', ...cells] = line.split('|').slice(1, -1).map((cell) => cell.trim());
    const shown = facts.map((fact, index) => [fact, cells[index]] as const).filter(([, cell]) => cell !== undefined && cell !== notShown);
    return { id: agents.find((agent) => agent.name === name)?.id ?? '', version, facts: Object.fromEntries(shown) };
  });
}

/** The document with these rows, and without those of other agents. */
export function withRows(markdown: string, rows: readonly Row[]): string {
  const table = [
    ['Agent', 'version', ...facts.map((fact) => headings[fact]), 'goes on with'],
    [...facts, '', '', ''].map(() => '---'),
    ...agents.flatMap((agent) => rows.filter(({ id }) => id === agent.id).map(({ version, facts: shown }) => [
      agent.name, version, ...facts.map((fact) => shown[fact] ?? notShown), `\`${agent.resumeCommand('<id>', '', { folder: '/' }).argv.join(' ')}\``,
    ])),
  ];
  const { from, to } = placeIn(markdown);
  return `${markdown.slice(0, from)}\n\n${table.map((cells) => `| ${cells.join(' | ')} |\n`).join('')}\n${markdown.slice(to)}`;
}

/** Rows after a run: what it was to show of an agent is as it has shown it. */
export function afterRun(before: readonly Row[], runs: readonly { agent: Tested; attempted: readonly Fact[]; shown: Facts }[]): Row[] {
  return runs.reduce<Row[]>((rows, { agent: { id, version }, attempted, shown }) => {
    const known = rows.find((row) => row.id === id && row.version === version)?.facts ?? {};
    const rest = Object.fromEntries(Object.entries(known).filter(([fact]) => !attempted.includes(fact as Fact)));
    return [...rows.filter((row) => row.id !== id), { id, version, facts: { ...rest, ...shown } }];
  }, [...before]);
}

function placeIn(markdown: string): { from: number; to: number } {
  const [from, to] = [markdown.indexOf(begin) + begin.length, markdown.indexOf(end)];
  if (from < begin.length || to < from) {
    throw new Error('The README has no place for the table of agents.');
  }
  return { from, to };
}
