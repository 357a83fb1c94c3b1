/**
 * One process at a time, among all windows and terminals of a person on this machine.
 *
 * A lock is the operating system's own lock on a file, reached through SQLite, which every platform's file locking has
 * been proven under: the kernel gives it back the moment its holder ends, however that happens, and keeps it while
 * the holder sleeps with the laptop. So a lock is never stale, and nothing is ever judged by process ids or clocks.
 * The lock file stays when the lock is released (a lock on a deleted file would exclude nobody); the note beside it
 * says who holds it, for people, and proves nothing.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { ConvoSyncError, throwIfCancelled } from '../common/errors.ts';
import type { Home } from './home.ts';

const LockHolder = z.object({
  pid: z.int(),
  host: z.string(),
  purpose: z.string(),
  /** ISO 8601 in UTC. */
  since: z.string(),
});
export type LockHolder = z.infer<typeof LockHolder>;

export interface LockOptions {
  /** What the holder is doing, in a few words for whoever has to wait. */
  purpose: string;
  signal: AbortSignal | undefined;
  /** How long to wait for another holder, in milliseconds; 0 does not wait at all. */
  waitMs: number;
  /** Called once when the lock is found held; without the holder when its note cannot be read yet. */
  onWait?: (holder: LockHolder | undefined) => void;
}

const firstPause = 10;
const longestPause = 200;
/** SQLite's primary result code for a lock that another connection holds. */
const sqliteBusy = 5;

/**
 * Runs the action while holding the lock `name`, and gives the lock back when the action has ended either way.
 * Not reentrant: an action that takes the same lock again waits for itself.
 *
 * @param name a file name: letters, digits, `-`
 * @throws ConvoSyncError `busy` with the holder in its details, `cancelled` while waiting, `home-unusable` where files cannot be locked
 */
export async function withLock<T>(home: Home, name: string, options: LockOptions, action: () => Promise<T>): Promise<T> {
  const note = path.join(home.locksFolder, `${name}.json`);
  const lock = await acquire(home, name, note, options);
  try {
    throwIfCancelled(options.signal);
    const holder: LockHolder = { pid: process.pid, host: os.hostname(), purpose: options.purpose, since: new Date().toISOString() };
    await writeFile(note, JSON.stringify(holder), { mode: 0o600 });
    return await action();
  } finally {
    await rm(note, { force: true }).catch(() => undefined);
    lock.close();
  }
}

async function acquire(home: Home, name: string, note: string, { signal, waitMs, onWait }: LockOptions): Promise<DatabaseSync> {
  const started = performance.now();
  let pause = firstPause;
  for (;;) {
    throwIfCancelled(signal);
    const lock = await tryLock(home, name);
    if (lock) {
      return lock;
    }
    if (pause === firstPause) {
      onWait?.(await readHolder(note));
    }
    const left = waitMs - (performance.now() - started);
    if (left <= 0) {
      throw new ConvoSyncError('busy', `The lock “${name}” is held by another process.`, { details: { lock: name, ...(await readHolder(note)) } });
    }
    // Those who wait must not come back all at the same moment.
    await delay(Math.min(left, pause * (0.5 + Math.random())), undefined, signal ? { signal } : {}).catch(() => throwIfCancelled(signal));
    pause = Math.min(pause * 2, longestPause);
  }
}

/** Undefined while another connection, of this process or of another, holds the lock. */
async function tryLock(home: Home, name: string): Promise<DatabaseSync | undefined> {
  let database: DatabaseSync | undefined;
  try {
    await mkdir(home.locksFolder, { recursive: true, mode: 0o700 });
    // Loaded on first use: it prints a warning in some versions of Node, and start-up does not need it.
    const sqlite = await import('node:sqlite');
    database = new sqlite.DatabaseSync(path.join(home.locksFolder, `${name}.lock`), { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database?.close();
    if (isBusy(error)) {
      return undefined;
    }
    throw new ConvoSyncError('home-unusable', "Files in ConvoSync's home cannot be locked.", { cause: error, details: { folder: home.locksFolder, reason: 'lock' } });
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' && (error.errcode & 0xff) === sqliteBusy;
}

async function readHolder(note: string): Promise<LockHolder | undefined> {
  try {
    return LockHolder.parse(JSON.parse(await readFile(note, 'utf8')));
  } catch {
    return undefined;
  }
}
