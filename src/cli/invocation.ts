/** One run of a verb: what it has to work with, and what surrounds every run (errors, Ctrl-C, progress, the log). */
import { spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import * as path from 'node:path';
import type { ReadStream, WriteStream } from 'node:tty';
import type { ResumeCommand } from '../core/agents/agent.ts';
import { isCancellation, ConvoSyncError } from '../core/common/errors.ts';
import { silentLogger } from '../core/common/logger.ts';
import type { ConvoSync, RunOptions } from '../core/operations/convosync.ts';
import type { Machine } from '../core/operations/machine.ts';
import type { PreflightOperation } from '../wording/findings.ts';
import { errorDocument } from './documents.ts';
import { exitCodeOf } from './exitCodes.ts';
import type { ExitCode } from './exitCodes.ts';
import { readMachine } from './machine.ts';
import { readPassphrase } from './passphrase.ts';
import { renderFailure } from './render/renderError.ts';
import { listenForInterrupt } from './terminal/interrupt.ts';
import { Output } from './terminal/output.ts';
import { ProgressLine } from './terminal/progressLine.ts';
import { Prompts } from './terminal/prompts.ts';
import { signsFor } from './terminal/signs.ts';
import { stderrLogger } from './terminal/stderrLogger.ts';

/** What the process gives the program. */
export interface System {
  stdin: ReadStream;
  stdout: WriteStream;
  stderr: WriteStream;
  env: Readonly<Record<string, string | undefined>>;
  currentFolder: string;
  now: () => Date;
  connect: (machine: Machine) => ConvoSync;
  /** How this program is called in a shell (see `programCommand`). */
  programCommand: string;
}

/** Options that every verb has. */
export interface CommonOptions {
  cwd?: string;
  verbose?: boolean;
  json?: boolean;
  handoffFile: Machine['handoffFile'];
  passphraseFile?: string;
  /** No window of git's or ssh's may come up either: an agent runs this, and nobody looks. */
  asksNothing?: boolean;
  /** An agent's start waits for this: what goes wrong goes into the log alone. */
  neverFails?: boolean;
}

export interface Invocation {
  convosync: ConvoSync;
  output: Output;
  /** Undefined where there is nobody to ask. */
  prompts: Prompts | undefined;
  folder: string;
  /** Where the person is, whatever folder the command works in. */
  currentFolder: string;
  env: System['env'];
  stdin: System['stdin'];
  /** For who speaks a protocol over it; all text goes through `output`. */
  stdout: System['stdout'];
  programCommand: string;
  now: System['now'];
  /** The passphrase or recovery key that was handed over; undefined where none was. */
  passphrase: () => Promise<string | undefined>;
  /** Runs something of core that can be cancelled and reports progress. */
  work: <T>(run: (options: RunOptions) => Promise<T>) => Promise<T>;
}

/** A verb ends with an exit code, or hands the terminal over to another program. */
export type Ending = ExitCode | { start: ResumeCommand & { /** Besides what this process has. */ env: Record<string, string> } };

export type Verb = (invocation: Invocation) => Promise<Ending>;

/** How a command hands over what it wants to run. */
export type RunVerb = (options: CommonOptions, operation: PreflightOperation, verb: Verb) => Promise<void>;

export async function invoke(system: System, options: CommonOptions, operation: PreflightOperation, verb: Verb): Promise<number> {
  const { stdout, stderr, stdin, now } = system;
  const signs = signsFor(system.env, process.platform);
  const output = new Output({ stdout, stderr, json: options.json === true, now, signs });
  const logger = options.verbose === true ? stderrLogger((line) => void stderr.write(line), now) : silentLogger;
  let ending: Ending;
  try {
    using interrupt = listenForInterrupt(() => output.tell(undefined, () => '\nStopping cleanly… (Ctrl-C again stops at once)'));
    const { signal } = interrupt;
    const folder = path.resolve(system.currentFolder, options.cwd ?? '.');
    await assertFolder(folder);
    ending = await verb({
      convosync: system.connect(readMachine({ env: system.env, logger, now, handoffFile: options.handoffFile, asksNothing: options.asksNothing === true })),
      output,
      prompts: stdin.isTTY && stderr.isTTY && options.json !== true && options.asksNothing !== true ? new Prompts({ input: stdin, output: stderr, signal, signs }) : undefined,
      folder,
      currentFolder: system.currentFolder,
      env: system.env,
      stdin,
      stdout,
      programCommand: system.programCommand,
      now,
      passphrase: () => readPassphrase(options.passphraseFile, { currentFolder: system.currentFolder, stdin }),
      work: async (run) => {
        const line = new ProgressLine(stderr, signs);
        try {
          return await run({ signal, onProgress: line.onProgress });
        } finally {
          line.end();
        }
      },
    });
  } catch (error) {
    if (!isCancellation(error)) {
      logger.error('the command failed', error);
    }
    if (options.neverFails === true) {
      return 0;
    }
    output.fail({ error, operation }, renderFailure, () => errorDocument(error, operation));
    return exitCodeOf(error);
  }
  return typeof ending === 'object' ? startProgram(ending.start, output) : ending;
}

async function assertFolder(folder: string): Promise<void> {
  const stats = await stat(folder).catch(() => undefined);
  if (stats?.isDirectory() !== true) {
    throw new ConvoSyncError('usage', `There is no folder ${folder}.`);
  }
}

/** Lends the terminal to another program until it ends; its exit code becomes ours. */
function startProgram({ argv, folder, env }: Extract<Ending, object>['start'], output: Output): Promise<number> {
  const [program = '', ...args] = argv;
  const ignore = (): void => undefined;
  process.on('SIGINT', ignore);
  return new Promise<number>((resolve) => {
    const child = spawn(program, args, { cwd: folder, env: { ...process.env, ...env }, stdio: 'inherit', shell: process.platform === 'win32' });
    child.once('error', () => {
      output.fail({ error: new ConvoSyncError('usage', `“${program}” could not be started: it was not found on the PATH.`), operation: 'resume' }, renderFailure, () => undefined);
      resolve(1);
    });
    child.once('close', (code) => resolve(code ?? 1));
  }).finally(() => process.off('SIGINT', ignore));
}
