/**
 * The life of one child process: started in a group of its own, fed, listened to, and ended early with everything it
 * started (hooks, ssh, helpers) when the caller cancels or its time is up.
 */
import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import * as os from 'node:os';
import { Readable } from 'node:stream';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConvoSyncError, throwIfCancelled } from './errors.ts';
import { fileExists, isErrno } from './files.ts';

export interface ProcessOptions {
  cwd: string;
  env: Record<string, string>;
  input: string | Uint8Array | AsyncIterable<Uint8Array> | undefined;
  signal: AbortSignal | undefined;
  /** Milliseconds; 0 for as long as it takes. */
  timeout: number;
  /** Gets standard output before any of it has arrived. */
  onStdout: (stdout: Readable) => void;
  /** Told of the process as soon as it runs. */
  onStart?: ((pid: number) => void) | undefined;
}

export interface ProcessEnd {
  /** As a shell tells it: 128 and the signal's number when a signal ended the process. */
  exitCode: number;
  stderr: string;
}

/** Why a process has no end of its own: its program or its folder is not there, or its time was up. */
export class ProcessFailure extends Error {
  readonly reason: 'no-program' | 'no-folder' | 'too-slow';

  constructor(reason: ProcessFailure['reason'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** Milliseconds from the request to end until the kill, and for what outlives the process itself. */
const graceToEnd = 2000;
const graceOfOrphans = 500;
/**
 * Milliseconds of silence after which output is complete although something still holds the pipe: a process that a hook
 * left in the background.
 */
const silenceAfterExit = 300;

/** The pipes of a child process are sockets: they can be kept from holding this process open. */
type Pipe = Readable & { unref(): void };
type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** Throws a ProcessFailure, `cancelled`, or what the input threw; whenever it settles the process and its group have ended. */
export async function runProcess(binary: string, args: readonly string[], options: ProcessOptions): Promise<ProcessEnd> {
  const { signal, timeout } = options;
  throwIfCancelled(signal);
  const child = spawn(binary, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ['pipe', 'pipe', 'pipe'],
    // A session of its own has no terminal on which git, ssh or an agent could ask.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  if (child.pid !== undefined) {
    options.onStart?.(child.pid);
  }
  const stderr: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  options.onStdout(child.stdout);

  let failure: unknown;
  let ending: Promise<void> | undefined;
  const endBecause = (reason: unknown): void => {
    failure ??= reason;
    ending ??= endGroup(child);
  };
  const onAbort = (): void => endBecause(new ConvoSyncError('cancelled', 'Cancelled.', { cause: signal?.reason }));
  const onTimeout = (): void => endBecause(new ProcessFailure('too-slow', `${binary} took longer than ${timeout} ms.`));
  signal?.addEventListener('abort', onAbort, { once: true });
  const timer = timeout === 0 ? undefined : setTimeout(onTimeout, timeout);
  const feeding = feed(child.stdin, options.input).catch(endBecause);
  try {
    const exitCode = await ended(child);
    child.stdin.destroy();
    await feeding;
    await ending;
    if (failure !== undefined) {
      throw failure as Error;
    }
    return { exitCode, stderr: Buffer.concat(stderr).toString('utf8') };
  } catch (error) {
    throw isErrno(error, 'ENOENT') ? await notFound(binary, options.cwd, error) : error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

async function feed(stdin: Writable, input: ProcessOptions['input']): Promise<void> {
  const pieces = input === undefined ? [] : typeof input === 'string' || input instanceof Uint8Array ? [Buffer.from(input)] : input;
  try {
    await pipeline(Readable.from(pieces, { objectMode: false }), stdin);
  } catch (error) {
    // A process may end without reading all of its input; its exit code says whether that was a failure.
    if (!stdinGone.some((code) => isErrno(error, code))) {
      throw error;
    }
  }
}

const stdinGone = ['EPIPE', 'EOF', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED'];

/** The exit code, once the process has ended and its output has arrived. Rejects when it could not be started. */
function ended(child: Child): Promise<number> {
  return new Promise((resolve, reject) => {
    const outputs = [child.stdout as Pipe, child.stderr as Pipe];
    let heard = false;
    let wait: NodeJS.Timeout | undefined;
    let exitCode = -1;
    for (const output of outputs) {
      output.on('data', () => (heard = true));
    }
    const letGo = (): void => {
      for (const output of outputs) {
        output.unpipe().removeAllListeners('data').resume();
        output.unref();
      }
      resolve(exitCode);
    };
    const awaitSilence = (): void => {
      heard = false;
      // After a busy stretch timers run before the pipes are read, so the verdict waits for one more round.
      wait = setTimeout(() => setImmediate(() => (heard || child.stdout.isPaused() ? awaitSilence() : letGo())), silenceAfterExit);
    };
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      exitCode = code ?? 128 + (signal === null ? 0 : os.constants.signals[signal]);
      awaitSilence();
    });
    child.once('close', () => {
      clearTimeout(wait);
      resolve(exitCode);
    });
  });
}

/** Asks the process and all it started to end, and kills what does not. */
async function endGroup(child: Child): Promise<void> {
  if (child.pid === undefined || hasExited(child)) {
    return;
  }
  if (process.platform === 'win32') {
    spawn('taskkill', ['/pid', String(child.pid), '/t', '/f'], { windowsHide: true, stdio: 'ignore' });
    return;
  }
  const group = -child.pid;
  signalGroup(group, 'SIGTERM');
  for (let waited = 0; waited < (hasExited(child) ? graceOfOrphans : graceToEnd); waited += 20) {
    await sleep(20);
    if (!signalGroup(group, 0)) {
      return;
    }
  }
  signalGroup(group, 'SIGKILL');
}

function hasExited(child: Child): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** False when nothing is left of the group. */
function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(group, signal);
  } catch (error) {
    // macOS says EPERM where only processes that have ended are left.
    if (isErrno(error, 'ESRCH') || isErrno(error, 'EPERM')) {
      return false;
    }
    throw error;
  }
}

/** The system reports a missing program and a missing folder alike. */
async function notFound(binary: string, cwd: string, cause: unknown): Promise<ProcessFailure> {
  return (await fileExists(cwd)) ? new ProcessFailure('no-program', `${binary} was not found.`, { cause }) : new ProcessFailure('no-folder', `There is no folder ${cwd}.`, { cause });
}
