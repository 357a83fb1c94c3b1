/**
 * A running Claude Code names itself in `sessions/<pid>.json`; a process that died leaves the file behind.
 */
import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import * as z from 'zod';

import { isMissing } from '../../common/files.ts';
import { entriesOf } from '../files.ts';
import { tryParseObject } from '../jsonValues.ts';
import { isAlive } from '../liveProcess.ts';

const LiveSession = z.looseObject({ pid: z.int().positive(), sessionId: z.string() });

/** Ids of the conversations that a live process has open. Throws when that cannot be known. */
export async function liveSessions(base: string): Promise<Set<string>> {
  const folder = path.join(base, 'sessions');
  const live = new Set<string>();
  for (const entry of await entriesOf(folder)) {
    if (entry.name.endsWith('.json') && !entry.isDirectory()) {
      const session = LiveSession.safeParse(tryParseObject(await readOrNothing(path.join(folder, entry.name)))).data;
      if (session && isAlive(session.pid)) {
        live.add(session.sessionId);
      }
    }
  }
  return live;
}

/** A process that ends removes its file, perhaps just now. */
async function readOrNothing(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) {
      return '';
    }
    throw error;
  }
}
