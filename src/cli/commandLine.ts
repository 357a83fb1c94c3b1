/** The command line in this very process: loaded once the runtime is proven (see `main`). */
import manifest from '../../package.json' with { type: 'json' };
import { createConvoSync } from '../core/operations/createConvoSync.ts';
import { runProgram } from './program.ts';
import { programCommand } from './programCommand.ts';

/** Resolves to the exit code. */
export function run(): Promise<number> {
  // A reader that stops early, such as `head`, ends the output and not the work.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') {
        throw error;
      }
    });
  }
  return runProgram(process.argv.slice(2), manifest.version, {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    currentFolder: process.cwd(),
    now: () => new Date(),
    connect: createConvoSync,
    programCommand: programCommand([process.execPath, process.argv[1] ?? ''], process.env, process.platform),
  });
}
