/** What a run of tests with real programs has shown, for the README's table (see `matrix`), which is written at its end where that is asked for. */
import { readFileSync, writeFileSync } from 'node:fs';

import { afterRun, type Fact, type Facts, readmeFile, rowsIn, type Tested, withRows } from './matrix.ts';

const runs: { agent: Tested; attempted: readonly Fact[]; shown: Facts }[] = [];

/**
 * @param attempted what tests are to show of the agent; what they do not, counts as not shown
 * @returns called where a test has seen it
 */
export function toShow(agent: Tested, ...attempted: Fact[]): (fact: Fact, how?: string) => void {
  const shown: Facts = {};
  runs.push({ agent, attempted, shown });
  return (fact, how = '✔') => {
    shown[fact] = how;
  };
}

after(() => {
  if (process.env['CONVOSYNC_AGENTS_TABLE'] === 'write') {
    const markdown = readFileSync(readmeFile, 'utf8');
    writeFileSync(readmeFile, withRows(markdown, afterRun(rowsIn(markdown), runs)));
  }
});
