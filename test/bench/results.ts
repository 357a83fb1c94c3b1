/**
 * `RESULTS.md` beside this file: a section a case, each as the last run of that case on that machine left it, so that a slow
 * case can be measured by itself.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { type Figure, table } from './figures.ts';

const file = path.join(import.meta.dirname, 'RESULTS.md');
const opening = `# What was measured

Written by \`npm run bench\`, a section a case. Machines are noisy: both sides of a comparison ran in the same minutes, and what
counts are ratios and medians. A ✘ is an aim that is missed; what the limit is says the text of the case's source.
`;

export function writeResults(name: string, figures: readonly Figure[], rounds: number): void {
  const [header, ...rows] = table(figures);
  const cells = (row: readonly string[]): string => `| ${row.join(' | ')} |`;
  const section = [
    `## ${name}`, '',
    `${new Date().toISOString().slice(0, 10)}, ${machine()}; ${rounds} rounds.`, '',
    cells(header ?? []), '|---|--:|---|--:|--:|---|', ...rows.map(cells), '',
  ].join('\n');
  const others = sectionsOf(existsSync(file) ? readFileSync(file, 'utf8') : '').filter((other) => !other.startsWith(`## ${name}\n`));
  writeFileSync(file, [opening, ...[...others, section].sort()].join('\n'));
}

function sectionsOf(text: string): string[] {
  return text.split(/^(?=## )/m).filter((part) => part.startsWith('## ')).map((part) => `${part.trimEnd()}\n`);
}

function machine(): string {
  const [cpu] = os.cpus();
  const git = execFileSync('git', ['--version'], { encoding: 'utf8' }).trim();
  return `${os.cpus().length} × ${cpu?.model.trim() ?? 'unknown processor'}, ${Math.round(os.totalmem() / 2 ** 30)} GB, ${os.platform()}, Node ${process.versions.node}, ${git}, load ${(os.loadavg()[0] ?? 0).toFixed(1)}`;
}
