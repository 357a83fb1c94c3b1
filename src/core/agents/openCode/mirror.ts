/**
 * The files that are made from the program's database, one folder per session. Beside them stands what the database said
 * when they were made: while it says the same they are left alone, so files that were installed and not yet delivered stay.
 */
import { readdir, rm } from 'node:fs/promises';
import * as path from 'node:path';

import { sha256 } from '../../common/hash.ts';
import { isMissing, tryReadFile, writeFileAtomic } from '../../common/files.ts';
import { withDatabase } from './database.ts';
import { type FileText, filesFromRows, findSession, fingerprint } from './rows.ts';
import { logicalNames, placeOf, subAgentOf } from './store.ts';

const stateName = 'made-from';

export class Mirror {
  readonly #folder: string;
  readonly #database: string;

  /** @param folder absolute; it is made when it is needed */
  constructor(folder: string, database: string) {
    this.#folder = folder;
    this.#database = database;
  }

  place(id: string, logicalPath: string): string {
    return placeOf(this.#folder, id, logicalPath);
  }

  async refresh(id: string): Promise<void> {
    const made = await tryReadFile(this.#stateFile(id));
    const now = await withDatabase(this.#database, (database) => {
      const print = fingerprint(database, id);
      const state = print === undefined ? undefined : sha256(print);
      return { state, modified: findSession(database, id)?.modified ?? 0, files: state === undefined || state === made ? [] : filesFromRows(database, id) };
    });
    if (now?.state === made) {
      return;
    }
    if (now?.state === undefined) {
      await this.forget(id);
      return;
    }
    await this.#write(id, now.files, new Date(now.modified));
    await writeFileAtomic(this.#stateFile(id), now.state, { mode: 0o600 });
  }

  /** Also what the database said: the next look makes the files anew. */
  async forget(id: string): Promise<void> {
    await rm(path.dirname(this.#stateFile(id)), { recursive: true, force: true });
  }

  /** Makes the files anew with the next look, whatever the database says then. */
  async outdate(id: string): Promise<void> {
    await rm(this.#stateFile(id), { force: true });
  }

  /** By logical name, the main transcript first; none where there is none. */
  async names(id: string): Promise<string[]> {
    const main = logicalNames();
    const agents = (await namesIn(path.dirname(this.place(id, 'agents/ses_0.jsonl')))).sort().map((name) => `agents/${name}`).filter((name) => subAgentOf(name.replace(/\.json$/, '.jsonl')) !== undefined);
    return (await this.read(id, main.transcript)) === undefined ? [] : [main.transcript, main.session, ...agents];
  }

  /** Undefined where there is no such file. */
  async read(id: string, logicalPath: string): Promise<string | undefined> {
    return tryReadFile(this.place(id, logicalPath));
  }

  async #write(id: string, files: readonly FileText[], mtime: Date): Promise<void> {
    const wanted = new Set(files.map((file) => file.path));
    for (const name of (await this.names(id)).filter((each) => !wanted.has(each))) {
      await rm(this.place(id, name), { force: true });
    }
    for (const { path: name, text } of files.toReversed()) {
      await writeFileAtomic(this.place(id, name), text, { mode: 0o600, mtime });
    }
  }

  #stateFile(id: string): string {
    return path.join(path.dirname(this.place(id, logicalNames().transcript)), stateName);
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) {
      return [];
    }
    throw error;
  }
}
