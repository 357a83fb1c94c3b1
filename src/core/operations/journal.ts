/**
 * The journal of one checkout: what is running there right now, noted before anything changes, so that whoever comes
 * after a crash completes it or takes it back. At most one entry at a time; the checkout's lock is held while it is there.
 *
 * A git process outlives a ConvoSync that is killed, with its hooks. So each that may change the repository is noted
 * too, and recovery waits for it: a commit must not land in a repository that is being put back.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { ConvoSyncError, throwIfCancelled } from '../common/errors.ts';
import { fileExists, isErrno, tryReadFile } from '../common/files.ts';
import type { Repository } from '../git/repository.ts';
import { readDocument, writeDocument } from '../home/document.ts';
import type { Home } from '../home/home.ts';
import { lockPatience } from './locks.ts';

const SaveEntry = z.object({
  v: z.literal(1),
  operation: z.literal('save'),
  session: z.string(),
  /** In full: a completed save does what was asked. */
  plan: z.unknown(),
});
export type SaveEntry = z.infer<typeof SaveEntry>;

/** Tops of other repositories that the operation changes, too. */
const companions = z.array(z.string()).optional();

const Entry = z.discriminatedUnion('operation', [
  SaveEntry,
  z.object({
    v: z.literal(1),
    operation: z.literal('resume'),
    session: z.string(),
    undo: z.string(),
    companions,
    /** In the journal of such another repository: names the checkout whose resume it is a part of (see `checkoutKey`). */
    partOf: z.string().optional(),
  }),
  /** Taking back a save or resume that had ended; by now nothing is asked any more. */
  z.object({
    v: z.literal(1),
    operation: z.literal('undo'),
    of: z.enum(['save', 'resume']),
    session: z.string(),
    undo: z.string(),
    /** The commit stays, as others build upon it. */
    keepsCode: z.boolean(),
    companions,
  }),
]);
export type JournalEntry = z.infer<typeof Entry>;

const Process = z.object({
  v: z.literal(1),
  pid: z.int().positive(),
  /** Whose process it is, where several machines share a home. */
  host: z.string(),
  booted: z.number(),
  /** When it was started, where the system tells: another process may get its id. */
  started: z.string().optional(),
});
type Process = z.infer<typeof Process>;

/** The system's start is computed from two clocks, which do not agree to the second. */
const sameBoot = 60;
const pause = 50;

export class Journal {
  readonly #file: string;
  readonly #processFile: string;

  constructor(home: Home, checkout: string) {
    this.#file = path.join(home.journalFolder, `${checkout}.json`);
    this.#processFile = path.join(home.journalFolder, `${checkout}.process.json`);
  }

  async read(): Promise<JournalEntry | undefined> {
    return readDocument(this.#file, Entry);
  }

  async write(entry: JournalEntry): Promise<void> {
    await writeDocument(this.#file, entry);
  }

  async clear(): Promise<void> {
    await rm(`${this.#processFile}.tmp`, { force: true });
    await rm(this.#processFile, { force: true });
    await rm(this.#file, { force: true });
  }

  /** The repository, whose changing git processes are noted here. */
  watch(repository: Repository): Repository {
    return repository.through(repository.git.watched((pid) => this.#note(pid)));
  }

  #note(pid: number): void {
    const started = startOf(pid);
    const note: Process = { v: 1, pid, host: os.hostname(), booted: bootedAt(), ...(started === undefined ? {} : { started }) };
    const temporary = `${this.#processFile}.tmp`;
    // As a whole or not at all; not synced to the disk, since what takes the disk's cache away takes the process, too.
    writeFileSync(temporary, JSON.stringify(note));
    renameSync(temporary, this.#processFile);
  }

  /**
   * Waits until no git process works on the repository any more that an earlier ConvoSync started, and until its
   * index is not locked by another one of the user's.
   *
   * @throws ConvoSyncError `busy` with the process, or with the reason `index-locked` and the file
   */
  async untilQuiet(repository: Repository, signal?: AbortSignal): Promise<void> {
    const indexLock = `${repository.indexPath}.lock`;
    for (let waited = 0; ; waited += pause) {
      throwIfCancelled(signal);
      const process = await this.#survivor();
      const isLocked = await fileExists(indexLock);
      if (process === undefined && !isLocked) {
        return;
      }
      if (waited >= lockPatience) {
        throw process === undefined
          ? new ConvoSyncError('busy', 'The index is locked.', { details: { reason: 'index-locked', file: indexLock } })
          : new ConvoSyncError('busy', 'A git process of an interrupted operation is still at work.', { details: { purpose: 'ending an interrupted operation', pid: process } });
      }
      await delay(pause);
    }
  }

  async #survivor(): Promise<number | undefined> {
    const text = await tryReadFile(this.#processFile);
    const noted = text === undefined ? undefined : Process.safeParse(tryJson(text)).data;
    const isHere = noted?.host === os.hostname() && Math.abs(noted.booted - bootedAt()) < sameBoot && noted.started === startOf(noted.pid);
    return isHere && (await isAtWork(noted.pid)) ? noted.pid : undefined;
  }
}

/** Seconds since the epoch: a process id says nothing after the system has started anew. */
function bootedAt(): number {
  return Date.now() / 1000 - os.uptime();
}

/** In ticks since the system's start (proc(5), "starttime"); undefined where the system does not tell, or there is no such process. */
function startOf(pid: number): string | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program comes before, in parentheses, and may hold any character.
    return status.slice(status.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

async function isAtWork(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return !isErrno(error, 'ESRCH');
  }
  // In a container without an init, a process that has ended stays listed for ever as a zombie.
  const status = await tryReadFile(`/proc/${pid}/stat`).catch(() => undefined);
  return status === undefined || !/\) [ZX] /.test(status);
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
