/**
 * The user's own rclone program, asked through its remote control: one process for all calls of an operation, since a
 * process for each call would find its way into the cloud anew every time. It listens on a port of loopback to whoever knows
 * a password that is made for it and that only its environment holds; it ends some seconds after the last call, and when
 * this process ends, however it does. Which cloud, and with which credentials, is rclone's own configuration.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { ConvoSyncError, throwIfCancelled } from '../../common/errors.ts';
import { rcloneFailure } from './failure.ts';

export interface RcloneProcessOptions {
  /** `<remote>:<folder>`, as rclone takes it. */
  place: string;
  /** The user's environment. */
  env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds after the last call in which the process waits for another. */
  idle?: number;
}

/** How a running rclone is reached. */
export interface Connection {
  address: URL;
  authorization: string;
}

/** What the place is called for rclone, however odd its folder is named. */
export const placeName = 'convosync_place:';

const startPatience = 20_000;

/** Settings of the user's that would hide objects, or what rclone says. */
const unsuitable = /^RCLONE_(RC_|RC$|LOG_|USE_JSON_LOG|SYSLOG|VERBOSE|QUIET|DRY_RUN|INTERACTIVE|INCLUDE|EXCLUDE|FILTER|FILES_FROM|MIN_|MAX_(AGE|SIZE|DEPTH|TRANSFER|DURATION))/;

/** Ends rclone when our end of its standard input closes, which also happens when this process is killed. */
const guard = 'command -v rclone >/dev/null || exit 127; exec 3<&0; rclone rcd & rclone=$!; { cat <&3 >/dev/null; kill "$rclone" 2>/dev/null; } & wait "$rclone"';
const programMissing = 127;

export class RcloneProcess {
  readonly #options: RcloneProcessOptions;
  #connecting: Promise<Connection> | undefined;
  #child: ChildProcessWithoutNullStreams | undefined;
  #calls = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(options: RcloneProcessOptions) {
    this.#options = options;
  }

  /** Runs a call while rclone runs. Throws what starting it throws: `storage-permanent` where there is no such program. */
  async use<T>(call: (connection: Connection) => Promise<T>, signal?: AbortSignal): Promise<T> {
    throwIfCancelled(signal);
    clearTimeout(this.#idle);
    this.#calls++;
    try {
      this.#connecting ??= this.#start();
      return await call(await this.#connecting);
    } finally {
      if (--this.#calls === 0) {
        this.#idle = setTimeout(() => this.#stop(), this.#options.idle ?? 10_000).unref();
      }
    }
  }

  async #start(): Promise<Connection> {
    const { place, env } = this.#options;
    const [user, password] = [randomBytes(12).toString('hex'), randomBytes(24).toString('hex')];
    const child = spawnGuarded({
      ...Object.fromEntries(Object.entries(env).filter(([name]) => !unsuitable.test(name))),
      RCLONE_RC_ADDR: '127.0.0.1:0', RCLONE_RC_USER: user, RCLONE_RC_PASS: password, RCLONE_RC_SERVE: 'true',
      RCLONE_CONFIG_CONVOSYNC_PLACE_TYPE: 'alias', RCLONE_CONFIG_CONVOSYNC_PLACE_REMOTE: place,
      RCLONE_ASK_PASSWORD: 'false', RCLONE_LOG_LEVEL: 'NOTICE',
      // Trying again is done here, where a person can stop it.
      RCLONE_LOW_LEVEL_RETRIES: env['RCLONE_LOW_LEVEL_RETRIES'] ?? '2', RCLONE_CONTIMEOUT: env['RCLONE_CONTIMEOUT'] ?? '15s',
    });
    this.#child = child;
    child.once('exit', () => this.#forget(child));
    const address = await addressOf(child, place).catch((error: unknown) => {
      this.#stop();
      throw error;
    });
    return { address, authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
  }

  #stop(): void {
    const child = this.#child;
    if (child) {
      this.#forget(child);
      end(child);
    }
  }

  #forget(child: ChildProcessWithoutNullStreams): void {
    if (this.#child === child) {
      this.#child = undefined;
      this.#connecting = undefined;
    }
  }
}

function spawnGuarded(env: Record<string, string | undefined>): ChildProcessWithoutNullStreams {
  const child = process.platform === 'win32' ? spawn('rclone', ['rcd'], { env, windowsHide: true }) : spawn('sh', ['-c', guard], { env });
  if (process.platform === 'win32') {
    const kill = (): boolean => child.kill();
    process.once('exit', kill);
    child.once('exit', () => process.off('exit', kill));
  }
  // It keeps nobody waiting who is done.
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr]) {
    (stream as unknown as Socket).unref();
    stream.on('error', () => undefined);
  }
  child.stdout.resume();
  return child;
}

function end(child: ChildProcessWithoutNullStreams): void {
  child.stdin.end();
  if (process.platform === 'win32') {
    child.kill();
  }
}

/** Where it listens, once it says so. */
function addressOf(child: ChildProcessWithoutNullStreams, place: string): Promise<URL> {
  return new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => reject(rcloneFailure(`rclone does not start: ${said}`, { store: `rclone:${place}`, object: '' })), startPatience);
    child.once('error', (cause) => reject(missing(place, cause)));
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(code === programMissing ? missing(place) : rcloneFailure(said, { store: `rclone:${place}`, object: '' }));
    });
    child.stderr.on('data', (bytes: Buffer) => {
      // It goes on to say things all its life.
      said = said.length > 4_000 ? said : said + bytes.toString();
      const [, address] = /Serving remote control on (http:\S+)/.exec(said) ?? [];
      if (address !== undefined) {
        clearTimeout(timer);
        resolve(new URL(address));
      }
    });
  });
}

function missing(place: string, cause?: Error): ConvoSyncError {
  return new ConvoSyncError('storage-permanent', 'There is no rclone program.', { cause, details: { store: `rclone:${place}`, remote: `rclone:${place}`, reason: 'rclone-missing' } });
}
