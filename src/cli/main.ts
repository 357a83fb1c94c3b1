#!/usr/bin/env node
/**
 * Entry of the command line. What the program stands on is proven before the rest is loaded, so that an old Node gets
 * a sentence and not a stack: the rest is a file of its own, since a module that imports a name which that Node lacks
 * does not even load.
 */
import { assertRuntime } from '../core/common/runtime.ts';
import { explainError } from '../wording/errors.ts';
import { exitCodeOf } from './exitCodes.ts';
import { silenceSqliteWarning } from './nodeWarnings.ts';

silenceSqliteWarning(process);
process.exitCode = await main();

async function main(): Promise<number> {
  try {
    await assertRuntime();
  } catch (error) {
    const { title, hint = '' } = explainError(error);
    if (process.argv.includes('--json')) {
      process.stdout.write(`${JSON.stringify({ error: { code: 'runtime-too-old', message: title, hint } }, undefined, 2)}\n`);
    } else {
      process.stderr.write(`${title} ${hint}\n`);
    }
    return exitCodeOf(error);
  }
  const { run } = await import('./commandLine.ts');
  return run();
}
