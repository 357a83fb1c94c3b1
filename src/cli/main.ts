/**
 * Entry of the command line. What the program stands on is proven before the rest is loaded, so that an old Node gets
 * a sentence and not a stack.
 */
import manifest from '../../package.json' with { type: 'json' };
import { assertRuntime } from '../core/common/runtime.ts';
import { explainError } from '../wording/errors.ts';

// Warnings of Node's own, such as that SQLite is young, are not for whoever types a command.
process.removeAllListeners('warning');

// A reader that stops early, such as `head`, ends the output and not the work.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') {
      throw error;
    }
  });
}

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    await assertRuntime();
  } catch (error) {
    const { title, hint } = explainError(error);
    process.stderr.write(`${title}${hint === undefined ? '' : ` ${hint}`}\n`);
    return 1;
  }
  const [{ runProgram }, { createConvoSync }] = await Promise.all([import('./program.ts'), import('../core/operations/createConvoSync.ts')]);
  return runProgram(process.argv.slice(2), manifest.version, {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    currentFolder: process.cwd(),
    now: () => new Date(),
    connect: createConvoSync,
  });
}
