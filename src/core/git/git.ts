/**
 * The plumbing runner: one git process, with an environment of our own, that can be cancelled and never waits on a
 * prompt. What needs `GIT_*` variables, a network, hooks or bytes goes through here; `porcelain.ts` asks simple-git what
 * simple-git already knows how to read.
 */
import { PassThrough } from 'node:stream';
import type { Readable } from 'node:stream';
import { ConvoSyncError } from '../common/errors.ts';
import type { Logger } from '../common/logger.ts';
import { ProcessFailure, runProcess } from '../common/process.ts';
import { gitEnvironment, lendsAskpass } from './environment.ts';
import type { Environment } from './environment.ts';
import { classifyGitFailure, describeCommand, talksToRemote } from './failure.ts';
import type { FailedRun } from './failure.ts';

export interface GitOptions {
  /** The user's environment; inside VS Code with the askpass variables of its Git extension where a prompt is wanted. */
  env: Environment;
  logger: Logger;
  binary?: string;
  /** How the user's settings have ssh called (`core.sshCommand`), where that is known already; asked each time without it. */
  sshCommand?: (signal?: AbortSignal) => Promise<string | undefined>;
  /** More for the environment of every process, also `GIT_*`. */
  variables?: Readonly<Record<string, string>>;
  /** Told the id of every process that may change a repository, as soon as it runs. */
  onChange?: (pid: number) => void;
}

export interface RunOptions {
  cwd: string;
  /** Added to the environment, also `GIT_*`. */
  env?: Readonly<Record<string, string>>;
  /** Standard input; empty without it. */
  input?: string | Uint8Array | AsyncIterable<Uint8Array>;
  signal?: AbortSignal | undefined;
  /** Milliseconds until the process is ended with `git-timeout`; 60,000 unless told, 0 for as long as it takes. */
  timeout?: number;
  /** Exit codes that are answers and not failures; `[0]` unless told. */
  okExitCodes?: readonly number[];
  /** Takes no optional lock, so that a look never disturbs the user's own command. */
  readOnly?: boolean;
}

export interface GitResult {
  exitCode: number;
  stdout: Buffer;
  stderr: string;
}

const defaultTimeout = 60_000;

export class Git {
  readonly binary: string;
  readonly #options: GitOptions;
  readonly #env: Environment;
  readonly #logger: Logger;

  constructor(options: GitOptions) {
    this.binary = options.binary ?? 'git';
    this.#options = options;
    this.#env = options.env;
    this.#logger = options.logger.child('git');
  }

  /** The same runner for a repository whose settings are known. */
  knowing(sshCommand: (signal?: AbortSignal) => Promise<string | undefined>): Git {
    return new Git({ ...this.#options, sshCommand });
  }

  /** The same runner, which tells of every process that may change a repository. */
  watched(onChange: (pid: number) => void): Git {
    return new Git({ ...this.#options, onChange });
  }

  /** The same runner with more in the environment of every process, also `GIT_*`. */
  adding(variables: Readonly<Record<string, string>>): Git {
    return new Git({ ...this.#options, variables: { ...this.#options.variables, ...variables } });
  }

  /** The same runner with settings that win over the user's. */
  configured(settings: Readonly<Record<string, string>>): Git {
    const given = this.#options.variables?.['GIT_CONFIG_COUNT'] ?? this.#env['GIT_CONFIG_COUNT'] ?? '0';
    const first = Number.parseInt(given, 10) || 0;
    const entries = Object.entries(settings).flatMap(([key, value], index) => [[`GIT_CONFIG_KEY_${first + index}`, key], [`GIT_CONFIG_VALUE_${first + index}`, value]]);
    return this.adding({ ...Object.fromEntries(entries) as Record<string, string>, GIT_CONFIG_COUNT: String(first + Object.keys(settings).length) });
  }

  /** The environment of a git process of ours, for whoever starts one by other means. */
  environment(options: { readOnly?: boolean } = {}): Record<string, string> {
    return { ...gitEnvironment(this.#env, options), ...this.#options.variables };
  }

  /**
   * Runs git and collects its output. Throws `git-missing`, `git-timeout`, `cancelled`, or what `classifyGitFailure`
   * makes of an exit code that is not ok. When it settles the process has ended, also after a cancellation.
   */
  async run(args: readonly string[], options: RunOptions): Promise<GitResult> {
    const stdout: Buffer[] = [];
    const end = await this.#execute(args, options, (source) => source.on('data', (chunk: Buffer) => stdout.push(chunk)));
    const result = { ...end, stdout: Buffer.concat(stdout) };
    assertOk(args, result, options);
    return result;
  }

  /** Standard output as text without surrounding white space; fails as `run` does. */
  async text(args: readonly string[], options: RunOptions): Promise<string> {
    return (await this.run(args, options)).stdout.toString('utf8').trim();
  }

  /**
   * Standard output piece by piece, for what is too large for memory. A failure is thrown after the last piece, so
   * whatever was made of the pieces is valid only when the iteration ended by itself. Leaving early ends the process.
   */
  async *stream(args: readonly string[], options: RunOptions): AsyncGenerator<Buffer, void, undefined> {
    const left = new AbortController();
    const signal = options.signal ? AbortSignal.any([options.signal, left.signal]) : left.signal;
    const output = new PassThrough();
    const finished = this.#execute(args, { ...options, signal }, (source) => source.pipe(output, { end: false })).then(
      (end) => {
        assertOk(args, end, options);
        output.end();
      },
    ).catch((error: unknown) => void output.destroy(error as Error));
    try {
      for await (const chunk of output) {
        yield chunk as Buffer;
      }
    } finally {
      left.abort();
      await finished;
    }
  }

  async #execute(args: readonly string[], options: RunOptions, onStdout: (stdout: Readable) => void): Promise<{ exitCode: number; stderr: string }> {
    const started = performance.now();
    const timeout = options.timeout ?? defaultTimeout;
    const env = { ...this.environment(options), ...(talksToRemote(args) ? await this.#sshEnvironment(options) : {}), ...options.env };
    try {
      const end = await runProcess(this.binary, args, { cwd: options.cwd, env, input: options.input, signal: options.signal, timeout, onStdout, onStart: options.readOnly === true ? undefined : this.#options.onChange });
      this.#logger.debug(`git ${describeCommand(args)}: exit code ${end.exitCode} after ${Math.round(performance.now() - started)} ms`);
      return end;
    } catch (thrown) {
      const error = thrown instanceof ProcessFailure ? asGitFailure(thrown, this.binary, { cwd: options.cwd, timeout }) : thrown;
      this.#logger.debug(`git ${describeCommand(args)}: ${ConvoSyncError.is(error) ? error.code : 'failed'} after ${Math.round(performance.now() - started)} ms`);
      throw error;
    }
  }

  /** Keeps ssh from asking where no askpass program is lent: a prompt on the terminal would wait for ever behind a progress bar. */
  async #sshEnvironment({ cwd, signal }: RunOptions): Promise<Record<string, string>> {
    if (lendsAskpass(this.#env)) {
      return {};
    }
    const ask = async (): Promise<string | undefined> => {
      const { exitCode, stdout } = await this.run(['config', '--get', 'core.sshCommand'], { cwd, signal, readOnly: true, okExitCodes: [0, 1] });
      return exitCode === 0 ? stdout.toString('utf8').trim() : undefined;
    };
    const command = this.#env['GIT_SSH_COMMAND'] ?? (await (this.#options.sshCommand ?? ask)(signal));
    if (command === undefined) {
      // A program named by GIT_SSH takes no options of ours.
      return this.#env['GIT_SSH'] ? {} : { GIT_SSH_COMMAND: `ssh ${batchMode}` };
    }
    return isOpenSsh(command) ? { GIT_SSH_COMMAND: `${command} ${batchMode}` } : {};
  }
}

function asGitFailure(failure: ProcessFailure, binary: string, { cwd, timeout }: { cwd: string; timeout: number }): ConvoSyncError {
  switch (failure.reason) {
    case 'no-program':
      return new ConvoSyncError('git-missing', failure.message, { cause: failure, details: { binary } });
    case 'no-folder':
      return new ConvoSyncError('git-failed', failure.message, { cause: failure, details: { folder: cwd } });
    case 'too-slow':
      return new ConvoSyncError('git-timeout', failure.message, { cause: failure, details: { timeout } });
  }
}

const batchMode = '-o BatchMode=yes';

/** Whether a command line begins with ssh itself, by name or path, so that it takes its options. */
function isOpenSsh(command: string): boolean {
  return /^\s*(?:"(?:[^"]*[\\/])?ssh(?:\.exe)?"|(?:[^\s"']*[\\/])?ssh(?:\.exe)?)(?=\s|$)[^;&|]*$/i.test(command);
}

function assertOk(args: readonly string[], run: FailedRun, options: RunOptions): void {
  if (!(options.okExitCodes ?? [0]).includes(run.exitCode)) {
    throw classifyGitFailure(args, run);
  }
}
