/**
 * What was said in the conversations of a vault, and what its handoffs say, as an index of words: a cache in SQLite (see
 * `CacheDatabase`) with FTS5, which may be deleted at any time and is emptied when the vault is locked.
 *
 * A thread is what one version of a conversation says: entries, one for each message that says anything. What goes on from it is
 * added to it. A version that says otherwise from some message on is a thread of its own, which begins with stretches of
 * others. Of each session is noted which stretches it holds, so what fifty sessions hold is here once. What a session says
 * of itself, its title and its handoff, is a small thread of its own.
 *
 * Entries are numbered by when they were said, in seconds, with room for several within one; so the newest are found first
 * without anything being sorted.
 */
import type { DatabaseSync } from 'node:sqlite';
import * as path from 'node:path';
import * as z from 'zod';
import { ConvoSyncError, throwIfCancelled } from '../common/errors.ts';
import type { Logger } from '../common/logger.ts';
import { CacheDatabase } from '../home/cacheDatabase.ts';
import type { Home } from '../home/home.ts';
import { segmented } from '../session/search/words.ts';

/** The messages before `upTo` that lie in a thread. Of those in several stretches, the first that reaches so far has it. */
const Stretch = z.object({ thread: z.int(), upTo: z.int() });
export type Stretch = z.infer<typeof Stretch>;

const said = ['user', 'assistant', 'system', 'title', 'handoff'] as const;
export type Said = (typeof said)[number];

export interface Entry {
  /** Position among the messages of its conversation. */
  message: number;
  said: Said;
  /** Milliseconds since the epoch. */
  at: number;
  text: string;
}

export const Thread = z.object({
  thread: z.int(),
  agent: z.string(),
  conversation: z.string(),
  /** Of the transcript of which all is here: bytes, and hash. */
  size: z.int(),
  sha256: z.string(),
  /** Byte up to which nothing after it changes what was read, and how many messages lie before it. */
  settled: z.int(),
  settledMessages: z.int(),
  messages: z.int(),
  /** What it begins with. */
  begins: z.array(Stretch),
});
export type Thread = z.infer<typeof Thread>;

/** In the database a thread that is being written has neither size nor hash: what was interrupted is told by it. */
const ThreadRow = Thread.extend({ begins: z.string().transform((text) => z.array(Stretch).parse(JSON.parse(text))) });
const HeldRow = z.object({ session: z.string(), thread: z.int(), upTo: z.int() });
const SessionRow = z.object({ session: z.string(), isWhole: z.int() });
const EntryRow = z.object({ entry: z.int(), thread: z.int(), message: z.int(), said: z.enum(said) });
const TextRow = z.object({ message: z.int(), said: z.enum(said), text: z.string() });
const FoundRow = z.object({ text: z.string(), agent: z.string(), conversation: z.string() });

export interface FoundEntry extends z.infer<typeof EntryRow> {
  /** Milliseconds since the epoch, in whole seconds. */
  at: number;
  text: string;
  /** Empty for what a session says of itself. */
  agent: string;
  conversation: string;
}

export interface FindOptions {
  /** Whether an entry counts, by the sessions that hold it. */
  accept: (entry: z.infer<typeof EntryRow>, holders: readonly string[]) => boolean;
  limit: number;
  signal?: AbortSignal | undefined;
}

const schemaVersion = 1;
const schema = `
  CREATE TABLE threads (thread INTEGER PRIMARY KEY, agent TEXT, conversation TEXT, size INTEGER, sha256 TEXT, settled INTEGER, settledMessages INTEGER, messages INTEGER, begins TEXT);
  CREATE INDEX conversations ON threads (agent, conversation);
  CREATE TABLE sessions (session TEXT PRIMARY KEY, isWhole INTEGER) WITHOUT ROWID;
  CREATE TABLE holds (thread INTEGER, session TEXT, upTo INTEGER, PRIMARY KEY (thread, session)) WITHOUT ROWID;
  CREATE INDEX held ON holds (session);
  CREATE TABLE entries (entry INTEGER PRIMARY KEY, thread INTEGER, message INTEGER, said TEXT, text TEXT);
  CREATE INDEX said ON entries (thread, message);
  CREATE VIRTUAL TABLE words USING fts5(text, content='', columnsize=0, tokenize="unicode61 remove_diacritics 2")`;

/** Numbers for the entries of one second; what is more takes those of the next. */
const perSecond = 1024;
const lastSecond = 2 ** 32;
/** So many entries are looked at in one go; the first time as many as are wanted. */
const mostAtOnce = 4000;

export class SearchIndex {
  /** Absolute. */
  readonly file: string;
  readonly #database: CacheDatabase;

  constructor({ home, vault, logger }: { home: Home; vault: string; logger: Logger }) {
    this.file = path.join(home.vaultsFolder, vault, 'search.sqlite');
    this.#database = new CacheDatabase({ file: this.file, version: schemaVersion, schema, logger });
  }

  /** The sessions that are here, and of each whether all of it is; none where there is no index, or it cannot be read. */
  async sessions(): Promise<Map<string, boolean>> {
    const rows = await this.#database.read((database) => database.prepare('SELECT * FROM sessions').all().map((row) => SessionRow.parse(row)));
    return new Map((rows ?? []).map(({ session, isWhole }) => [session, isWhole === 1]));
  }

  /** Those of a conversation, without what an interrupted run has left. */
  async threads(agent: string, conversation: string): Promise<Thread[]> {
    return (await this.#database.read((database) => database.prepare('SELECT * FROM threads WHERE agent = ? AND conversation = ? AND size >= 0').all(agent, conversation).map((row) => ThreadRow.parse(row)))) ?? [];
  }

  /** What messages of a thread say, from one on up to another. */
  async texts(stretches: readonly Stretch[], from: number, to: number): Promise<Map<number, Pick<Entry, 'said' | 'text'>>> {
    const texts = await this.#database.read((database) => {
      let at = from;
      return stretches.flatMap(({ thread, upTo }) => {
        const [first, end] = [at, Math.min(upTo, to)];
        at = Math.max(at, end);
        return first < end ? database.prepare('SELECT message, said, text FROM entries WHERE thread = ? AND message >= ? AND message < ?').all(thread, first, end).map((row) => TextRow.parse(row)) : [];
      });
    });
    return new Map((texts ?? []).map(({ message, ...entry }) => [message, entry]));
  }

  /** @throws ConvoSyncError `home-unusable` where it cannot be written */
  async write(action: (writing: Writing) => void): Promise<void> {
    if (!(await this.#database.write((database) => action(new Writing(database))))) {
      throw new ConvoSyncError('home-unusable', 'The search index cannot be written.', { details: { file: this.file, reason: 'unwritable' } });
    }
  }

  /**
   * The newest entries that match. Undefined where there is no index, or it could not be read.
   *
   * @param match for FTS5 (see `session/search/query`)
   */
  async find(match: string, { accept, limit, signal }: FindOptions): Promise<FoundEntry[] | undefined> {
    const found: FoundEntry[] = [];
    const holders = new Map<number, z.infer<typeof HeldRow>[]>();
    let before = Number.MAX_SAFE_INTEGER;
    for (let atOnce = limit; ; atOnce = Math.min(atOnce * 4, mostAtOnce)) {
      throwIfCancelled(signal);
      const looked = await this.#database.read((database) => {
        const held = database.prepare('SELECT session, thread, upTo FROM holds WHERE thread = ?');
        const holdersOf = (thread: number): z.infer<typeof HeldRow>[] => known(holders, thread, () => held.all(thread).map((row) => HeldRow.parse(row)));
        const rows = database.prepare(`
          SELECT entry, thread, message, said FROM words CROSS JOIN entries ON entry = words.rowid
          WHERE words MATCH ? AND words.rowid < ? ORDER BY words.rowid DESC LIMIT ?`).all(match, before, atOnce).map((row) => EntryRow.parse(row));
        const more = database.prepare('SELECT text, agent, conversation FROM entries JOIN threads USING (thread) WHERE entry = ?');
        for (const row of rows) {
          if (found.length < limit && accept(row, holdersOf(row.thread).filter(({ upTo }) => upTo > row.message).map(({ session }) => session))) {
            found.push({ ...row, at: Math.floor(row.entry / perSecond) * 1000, ...FoundRow.parse(more.get(row.entry)) });
          }
        }
        return rows;
      });
      if (!looked) {
        return undefined;
      }
      before = looked.at(-1)?.entry ?? 0;
      if (looked.length < atOnce || found.length >= limit) {
        return found;
      }
    }
  }

  /** Nothing that it held can be read on this device any more. */
  forget(): Promise<void> {
    return this.#database.forget();
  }
}

/** One transaction. */
export class Writing {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** A thread to which entries are about to be added: until it is closed nothing counts that lies in it. Resolves to its number. */
  begin({ agent, conversation, begins }: Pick<Thread, 'agent' | 'conversation' | 'begins'>): number {
    const { lastInsertRowid } = this.#database.prepare('INSERT INTO threads (agent, conversation, size, sha256, settled, settledMessages, messages, begins) VALUES (?, ?, -1, \'\', 0, 0, 0, ?)').run(agent, conversation, JSON.stringify(begins));
    return Number(lastInsertRowid);
  }

  /** A thread goes on: what it says from a message on is read anew. */
  reopen({ thread, settledMessages }: Thread): void {
    this.#database.prepare('UPDATE threads SET size = -1 WHERE thread = ?').run(thread);
    this.#deleteEntries('thread = ? AND message >= ?', thread, settledMessages);
  }

  close({ thread, size, sha256, settled, settledMessages, messages }: Thread): void {
    this.#database.prepare('UPDATE threads SET size = ?, sha256 = ?, settled = ?, settledMessages = ?, messages = ? WHERE thread = ?').run(size, sha256, settled, settledMessages, messages, thread);
  }

  add(thread: number, entries: readonly Entry[]): void {
    const isTaken = this.#database.prepare('SELECT 1 FROM entries WHERE entry = ?');
    const taken = new Set<number>();
    const numbered = entries.map((entry) => {
      let number = numberOf(entry.at);
      while (taken.has(number) || isTaken.get(number) !== undefined) {
        number += 1;
      }
      taken.add(number);
      return { number, ...entry };
    });
    const insert = this.#database.prepare('INSERT INTO entries VALUES (?, ?, ?, ?, ?)');
    const index = this.#database.prepare('INSERT INTO words (rowid, text) VALUES (?, ?)');
    // FTS5 writes out what it has in memory whenever a number is smaller than the one before.
    for (const { number, message, said: kind, text } of numbered.sort((a, b) => a.number - b.number)) {
      insert.run(number, thread, message, kind, text);
      index.run(number, segmented(text));
    }
  }

  /** @param isWhole false where some of it could not be read, and is to be tried again */
  hold(session: string, stretches: readonly Stretch[], isWhole: boolean): void {
    this.#database.prepare('INSERT OR REPLACE INTO sessions VALUES (?, ?)').run(session, isWhole ? 1 : 0);
    this.#database.prepare('DELETE FROM holds WHERE session = ?').run(session);
    const insert = this.#database.prepare('INSERT OR REPLACE INTO holds (thread, session, upTo) VALUES (?, ?, ?)');
    stretches.forEach(({ thread, upTo }) => insert.run(thread, session, upTo));
  }

  /**
   * Sessions are gone, and with them what they alone hold. A thread of which only a beginning is held any more goes as a whole, and so
   * does what was interrupted; the sessions that hold something of such a thread are no longer here either.
   */
  drop(sessions: Iterable<string>): void {
    const forget = (session: string): void => {
      this.#database.prepare('DELETE FROM holds WHERE session = ?').run(session);
      this.#database.prepare('DELETE FROM sessions WHERE session = ?').run(session);
    };
    [...sessions].forEach(forget);
    const over = this.#database.prepare(`
      SELECT thread FROM threads WHERE size < 0 OR coalesce((SELECT max(upTo) FROM holds WHERE holds.thread = threads.thread), -1) < messages`);
    for (let threads = over.all(); threads.length > 0; threads = over.all()) {
      for (const { thread } of threads.map((row) => z.object({ thread: z.int() }).parse(row))) {
        this.#database.prepare('SELECT session FROM holds WHERE thread = ?').all(thread).forEach(({ session }) => forget(String(session)));
        this.#deleteEntries('thread = ?', thread);
        this.#database.prepare('DELETE FROM threads WHERE thread = ?').run(thread);
      }
    }
  }

  #deleteEntries(where: string, ...of: number[]): void {
    const unindex = this.#database.prepare('INSERT INTO words (words, rowid, text) VALUES (\'delete\', ?, ?)');
    for (const { entry, text } of this.#database.prepare(`SELECT entry, text FROM entries WHERE ${where} ORDER BY entry`).all(...of)) {
      unindex.run(Number(entry), segmented(String(text)));
    }
    this.#database.prepare(`DELETE FROM entries WHERE ${where}`).run(...of);
  }
}

function numberOf(at: number): number {
  const second = Math.floor(at / 1000);
  return (second >= 1 && second < lastSecond ? second : 1) * perSecond;
}

function known<K, V>(kept: Map<K, V>, key: K, find: () => V): V {
  const value = kept.get(key) ?? find();
  kept.set(key, value);
  return value;
}
