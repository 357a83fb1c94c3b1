/**
 * What ConvoSync costs beside the tools it is measured against, in one run on one machine: `npm run bench [case…]`,
 * with the cases below. Machines are noisy, so every comparison alternates both sides, and what is printed are medians
 * and their ratio. BENCH_ROUNDS says how often (15). What was measured is also written to `RESULTS.md`.
 */
import { type Figure, printTable } from './figures.ts';
import { writeResults } from './results.ts';

const rounds = Number(process.env['BENCH_ROUNDS'] ?? 15);
/** Read when it is wanted: starting a program takes the longer the more memory the one that starts it has. */
const cases: Record<string, (rounds: number) => Promise<Figure[]>> = {
  save: async (each) => (await import('./operations.ts')).save(each),
  resume: async (each) => (await import('./operations.ts')).resume(each),
  snapshot: async (each) => (await import('./snapshot.ts')).snapshot(each),
  listing: async (each) => (await import('./listing.ts')).listing(each),
  stored: async () => (await import('./stored.ts')).stored(),
  growth: async () => (await import('./growth.ts')).growth(),
  history: async (each) => (await import('./history.ts')).history(each),
  search: async (each) => (await import('./search.ts')).search(each),
  large: async (each) => (await import('./large.ts')).large(each),
  tools: async () => (await import('./tools.ts')).tools(),
  sealing: async (each) => (await import('./sealing.ts')).sealing(each),
  secrets: async (each) => (await import('./secrets.ts')).secrets(each),
  page: async (each) => (await import('./page.ts')).page(each),
  tree: async (each) => (await import('./tree.ts')).tree(each),
  activation: async () => (await import('./activation.ts')).activation(),
  idle: async () => (await import('./idle.ts')).idle(),
  sizes: async () => (await import('./sizes.ts')).sizes(),
};

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
