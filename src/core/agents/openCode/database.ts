import type { DatabaseSync } from 'node:sqlite';

import { fileExists } from '../../common/files.ts';

/** The program may be writing: so long is it waited for, in milliseconds. */
const longestWait = 5000;

/**
 * Reads the program's database as it is at one moment; undefined where there is none.
 *
 * @throws what opening or reading it throws
 */
export async function withDatabase<T>(file: string, read: (database: DatabaseSync) => T): Promise<T | undefined> {
  if (!(await fileExists(file))) {
    return undefined;
  }
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(file, { readOnly: true, timeout: longestWait });
  try {
    database.exec('BEGIN');
    return read(database);
  } finally {
    database.close();
  }
}
