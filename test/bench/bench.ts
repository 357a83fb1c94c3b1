/**
 * What ConvoSync costs beside the tools it is measured against, in one run on one machine: `npm run bench [case…]`,
 * with the cases below. Machines are noisy, so every comparison alternates both sides, and what is printed are medians
 * and their ratio. BENCH_ROUNDS says how often (15). What was measured is also written to `RESULTS.md`.
 */
import { activation } from './activation.ts';
import { type Figure, printTable } from './figures.ts';
import { growth } from './growth.ts';
import { history } from './history.ts';
import { large } from './large.ts';
import { listing } from './listing.ts';
import { resume, save } from './operations.ts';
import { writeResults } from './results.ts';
import { sealing } from './sealing.ts';
import { sizes } from './sizes.ts';
import { snapshot } from './snapshot.ts';
import { stored } from './stored.ts';
import { tools } from './tools.ts';

const rounds = Number(process.env['BENCH_ROUNDS'] ?? 15);
const cases: Record<string, (rounds: number) => Promise<Figure[]>> = { save, resume, snapshot, listing, stored, growth, history, large, tools, sealing, activation, sizes };

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in cases));
if (unknown.length > 0) {
  console.error(`Nothing is called ${unknown.join(', ')}. There are: ${Object.keys(cases).join(', ')}.`);
  process.exit(2);
}
const figures: Figure[] = [];
for (const [name, measure] of Object.entries(cases)) {
  if (wanted.length === 0 || wanted.includes(name)) {
    console.log(`Measuring ${name}…`);
    const measured = await measure(rounds);
    writeResults(name, measured, rounds);
    figures.push(...measured);
  }
}
console.log(`\nNode ${process.version}, medians of ${rounds} rounds\n`);
printTable(figures);
