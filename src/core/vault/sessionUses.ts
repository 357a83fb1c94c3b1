/**
 * Which objects the sessions of a vault are made of, to tell what nobody needs. A manifest never changes, so what it names is
 * read once and kept in a cache: a line each of checksum, manifest and the first 16 hex of the name of every object. Of two
 * names that begin the same either counts as used. Lines that are damaged do not count, and the file may go at any time.
 */
import { appendFile, mkdir } from 'node:fs/promises';
import * as path from 'node:path';
import { crc32 } from 'node:zlib';
import { throwIfCancelled } from '../common/errors.ts';
import { tryReadFile } from '../common/files.ts';
import { inParallel } from '../common/parallel.ts';
import type { SessionContents } from './sessionContents.ts';
import type { SavedSession } from './state.ts';

const nameLength = 16;
const readAtOnce = 64;
const parallelReads = 8;

export class SessionUses {
  readonly #file: string;
  readonly #contents: Pick<SessionContents, 'objectsOf'>;
  #known: Promise<Map<string, string>> | undefined;

  constructor(file: string, contents: Pick<SessionContents, 'objectsOf'>) {
    this.#file = file;
    this.#contents = contents;
  }

  /**
   * Whether any of the sessions needs an object.
   *
   * @throws ConvoSyncError why the manifest of one cannot be read: then nobody can say what it needs. What was read stays read
   */
  async of(sessions: readonly SavedSession[], signal?: AbortSignal): Promise<(name: string) => boolean> {
    const known = await (this.#known ??= readLines(this.#file));
    const unread = sessions.filter(({ summary }) => !known.has(summary.manifest));
    for (let at = 0; at < unread.length; at += readAtOnce) {
      throwIfCancelled(signal);
      const some = unread.slice(at, at + readAtOnce);
      const lines = await inParallel(some, parallelReads, async (session) => {
        const names = (await this.#contents.objectsOf(session, signal)).map(({ name }) => name.slice(0, nameLength)).join('');
        known.set(session.summary.manifest, names);
        return lineOf(`${session.summary.manifest} ${names}`);
      });
      await mkdir(path.dirname(this.#file), { recursive: true });
      await appendFile(this.#file, lines.join(''), { mode: 0o600 });
    }
    const used = new Set<string>();
    for (const { summary } of sessions) {
      const names = known.get(summary.manifest) ?? '';
      for (let at = 0; at < names.length; at += nameLength) {
        used.add(names.slice(at, at + nameLength));
      }
    }
    return (name) => used.has(name.slice(0, nameLength));
  }
}

function lineOf(content: string): string {
  return `${crc32(content).toString(16).padStart(8, '0')} ${content}\n`;
}

async function readLines(file: string): Promise<Map<string, string>> {
  const lines = ((await tryReadFile(file)) ?? '').split('\n').filter((line) => `${line}\n` === lineOf(line.slice(9)));
  return new Map(lines.map((line) => {
    const [, manifest = '', names = ''] = line.split(' ');
    return [manifest, names];
  }));
}
