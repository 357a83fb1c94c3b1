/** The command line in this very process: loaded once the runtime is proven (see `main`). */
import manifest from '../../package.json' with { type: 'json' };
import { createConvoSync } from '../core/operations/createConvoSync.ts';
import { runProgram } from './program.ts';
import { programCommand } from './programCommand.ts';
import { Output } from './terminal/output.ts';
import { signsFor } from './terminal/signs.ts';

/** Resolves to the exit code. */
export function run(): Promise<number> {
  // A reader that stops early, such as `head`, ends the output and not the work; no more does a full disk.
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code !== 'EPIPE') {
      failUnwritten(code);
    }
  });
  // Of this there is nowhere to tell.
  process.stderr.on('error', () => undefined);
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

/** The work goes on to its end, and fails then, unless it has a code of its own for how it ended. */
function failUnwritten(code: string | undefined): void {
  const { stdout, stderr, env, platform } = process;
  const output = new Output({ stdout, stderr, json: false, now: () => new Date(), signs: signsFor(env, platform) });
  const why = code === 'ENOSPC' ? 'the disk is full' : (code ?? 'no reason was given');
  output.tell(why, (reason, { style }) => `${style.bad('✗')} ${style.strong(`The answer could not be written: ${reason}.`)}`);
  process.once('exit', (ended) => {
    process.exitCode = ended === 0 ? 1 : ended;
  });
}
