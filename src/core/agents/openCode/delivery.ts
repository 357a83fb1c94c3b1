/**
 * Puts what the files of a conversation say into the program's database. An import adds the messages that are not there and
 * changes none that is; so where the database has what the files do not, the session is deleted first.
 */
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import * as path from 'node:path';

import { ConvoSyncError, throwIfCancelled } from '../../common/errors.ts';
import type { AgentEnvironment, RecordStore } from '../agent.ts';
import { tryParseObject } from '../jsonValues.ts';
import { fieldsOf, stringField } from '../toolFields.ts';
import { withDatabase } from './database.ts';
import type { Mirror } from './mirror.ts';
import { findProgram, runProgram } from './program.ts';
import { findSession, importDocument, type MessageLine, transcriptOf } from './rows.ts';
import { logicalNames, subAgentOf } from './store.ts';

export class Delivery implements RecordStore {
  readonly #environment: AgentEnvironment;
  readonly #database: string;
  readonly #mirror: Mirror;

  constructor(environment: AgentEnvironment, database: string, mirror: Mirror) {
    this.#environment = environment;
    this.#database = database;
    this.#mirror = mirror;
  }

  async obstacle(): Promise<'program-missing' | undefined> {
    return (await findProgram(this.#environment)) === undefined ? 'program-missing' : undefined;
  }

  async refresh(id: string): Promise<void> {
    await this.#mirror.refresh(id);
  }

  async deliver(id: string, signal?: AbortSignal): Promise<void> {
    throwIfCancelled(signal);
    const names = await this.#mirror.names(id);
    const wanted = new Set(linesOf(names.length === 0 ? undefined : await this.#mirror.read(id, logicalNames().transcript)));
    let here = await this.#linesHere(id);
    if (here && (names.length === 0 || !isWithin(here, wanted))) {
      await runProgram(this.#environment, ['session', 'delete', id], this.#environment.userHome, signal);
      here = undefined;
    }
    if (names.length === 0) {
      await this.#mirror.forget(id);
      return;
    }
    if (!here || !isWithin(wanted, here)) {
      await this.#import(id, undefined, signal);
    }
    for (const subAgent of names.map(subAgentOf).filter((each) => each !== undefined)) {
      if (!(await this.#linesHere(subAgent))) {
        await this.#import(id, subAgent, signal);
      }
    }
    await this.#assertTaken(id, wanted);
    await this.#mirror.outdate(id);
    await this.#mirror.refresh(id);
  }

  async #import(id: string, subAgent: string | undefined, signal: AbortSignal | undefined): Promise<void> {
    const names = logicalNames(subAgent);
    const session = fieldsOf(tryParseObject((await this.#mirror.read(id, names.session)) ?? ''));
    const folder = stringField(session, 'directory') ?? this.#environment.userHome;
    const messages = linesOf(await this.#mirror.read(id, names.transcript)).flatMap(messageOf);
    const file = `${this.#mirror.place(id, names.transcript)}.import`;
    try {
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      await writeFile(file, importDocument({ ...session, id: subAgent ?? id }, messages), { mode: 0o600 });
      await runProgram(this.#environment, ['import', file], await existing(folder), signal);
    } finally {
      await rm(file, { force: true });
    }
  }

  /** The program says nothing of what it left out. Another version of it may put a record otherwise, but not away. */
  async #assertTaken(id: string, wanted: ReadonlySet<string>): Promise<void> {
    if (!isWithin(idsIn(wanted), idsIn((await this.#linesHere(id)) ?? new Set()))) {
      throw new ConvoSyncError('install-failed', 'OpenCode did not take the whole conversation.', { details: { reason: 'program-failed', agentName: 'OpenCode', conversation: id } });
    }
  }

  /** Undefined where there is no such session. */
  async #linesHere(id: string): Promise<Set<string> | undefined> {
    return withDatabase(this.#database, (database) => (findSession(database, id) ? new Set(linesOf(transcriptOf(database, id))) : undefined));
  }
}

function linesOf(text: string | undefined): string[] {
  return (text ?? '').split('\n').filter((line) => line !== '');
}

/** Nothing for what is no message: such a line was damaged before it was stored. */
function messageOf(line: string): MessageLine[] {
  const { id, data, parts } = fieldsOf(tryParseObject(line));
  const records = (Array.isArray(parts) ? parts : []).map(fieldsOf).filter((part) => typeof part['id'] === 'string');
  return typeof id === 'string' ? [{ id, data: fieldsOf(data), parts: records.map((part) => ({ id: String(part['id']), data: fieldsOf(part['data']) })) }] : [];
}

function isWithin(some: ReadonlySet<string>, all: ReadonlySet<string>): boolean {
  return [...some].every((one) => all.has(one));
}

function idsIn(lines: ReadonlySet<string>): Set<string> {
  return new Set([...lines].flatMap(messageOf).flatMap(({ id, parts }) => [id, ...parts.map((part) => part.id)]));
}

/** The folder, or the nearest above it that is there: an import is of the folder in which it runs. */
async function existing(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => undefined);
  return found?.isDirectory() === true || path.dirname(folder) === folder ? folder : existing(path.dirname(folder));
}
