/**
 * A SQLite database in the home that holds only what can be had again. Whatever is wrong with it stops nothing:
 *
 * - There is none, or one of another version of this program, older or newer: nothing is in it, and writing begins it anew.
 * - It is damaged: it is deleted, and the next writing begins it anew. What SQLite itself cannot notice, a change within a
 *   value, is for checksums in what is written.
 * - The disk is full or read-only, or another process writes for too long: nothing is read or written, which is logged.
 *
 * Several processes may use it at once: it has a write-ahead log, each reading sees one moment, each writing is one
 * transaction that takes its lock at the beginning, and whoever is killed within it has changed nothing. Connections last
 * for one reading or writing, so that nobody is kept from forgetting it and no left-over of the log stays behind. What is
 * deleted is overwritten, and only its user can read the files.
 */
import { mkdir, open, rm } from 'node:fs/promises';
import * as path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { fileExists } from '../common/files.ts';
import type { Logger } from '../common/logger.ts';

export interface CacheDatabaseOptions {
  file: string;
  /** Of schema and content. */
  version: number;
  /** Creates the tables. */
  schema: string;
  logger: Logger;
}

/** Milliseconds; the thread waits, so it must not be long. */
const longestWait = 250;
/** SQLite's primary result codes: the environment is to blame, and not the file. */
const environment: ReadonlySet<number> = new Set([3 /* PERM */, 5 /* BUSY */, 6 /* LOCKED */, 7 /* NOMEM */, 8 /* READONLY */, 10 /* IOERR */, 13 /* FULL */, 14 /* CANTOPEN */]);

export class CacheDatabase {
  readonly #options: CacheDatabaseOptions;

  constructor(options: CacheDatabaseOptions) {
    this.#options = options;
  }

  /** Undefined where there is nothing to read, or it cannot be. */
  async read<T>(action: (database: DatabaseSync) => T): Promise<T | undefined> {
    return this.#attempt('read', async () => {
      if (!(await fileExists(this.#options.file))) {
        return undefined;
      }
      return this.#connected((database) => {
        database.exec('BEGIN');
        return versionOf(database) === this.#options.version ? action(database) : undefined;
      });
    });
  }

  /** All of it is written, or nothing: false then. */
  async write(action: (database: DatabaseSync) => void): Promise<boolean> {
    return (await this.#attempt('written', async () => {
      const { file, version, schema } = this.#options;
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      await (await open(file, 'a', 0o600)).close();
      await this.#connected((database) => {
        database.exec('PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE');
        if (versionOf(database) !== version) {
          for (const table of tablesOf(database)) {
            database.exec(`DROP TABLE ${table}`);
          }
          database.exec(`${schema}; PRAGMA user_version = ${version}`);
        }
        action(database);
        database.exec('COMMIT');
      });
      return true;
    })) === true;
  }

  /** Nothing of what was in it can be read any more. Another process may begin it anew. */
  async forget(): Promise<void> {
    const { file } = this.#options;
    const isEmptied = await this.#attempt('emptied', async () => !(await fileExists(file)) || this.#connected((database) => {
      database.exec('BEGIN IMMEDIATE');
      for (const table of tablesOf(database)) {
        database.exec(`DROP TABLE ${table}`);
      }
      database.exec('PRAGMA user_version = 0; COMMIT; VACUUM');
      return database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.['busy'] === 0;
    }));
    if (isEmptied !== true) {
      await this.#remove();
    }
  }

  async #connected<T>(action: (database: DatabaseSync) => T): Promise<T> {
    // Loaded on first use: start-up does not need it.
    const { DatabaseSync } = await import('node:sqlite');
    const database = new DatabaseSync(this.#options.file, { timeout: longestWait });
    try {
      database.exec('PRAGMA secure_delete = ON');
      return action(database);
    } finally {
      database.close();
    }
  }

  async #attempt<T>(what: string, action: () => Promise<T>): Promise<T | undefined> {
    const { file, logger } = this.#options;
    try {
      return await action();
    } catch (error) {
      logger.warn(`${path.basename(file)} could not be ${what}: ${String(error)}`);
      if (isDamage(error)) {
        await this.#remove();
      }
      return undefined;
    }
  }

  async #remove(): Promise<void> {
    const { file, logger } = this.#options;
    try {
      await Promise.all(['', '-wal', '-shm'].map((end) => rm(`${file}${end}`, { recursive: true, force: true })));
    } catch (error) {
      logger.warn(`${path.basename(file)} could not be removed: ${String(error)}`);
    }
  }
}

function versionOf(database: DatabaseSync): unknown {
  return database.prepare('PRAGMA user_version').get()?.['user_version'];
}

/** Without those that a virtual table keeps its content in, which come and go with it. */
function tablesOf(database: DatabaseSync): string[] {
  return database.prepare(`SELECT quote(name) AS name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual') AND name NOT LIKE 'sqlite_%'`).all().map(({ name }) => String(name));
}

function isDamage(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' && !environment.has(error.errcode & 0xff);
}
