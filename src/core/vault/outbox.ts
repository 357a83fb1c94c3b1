/**
 * What this device has sealed and not yet sent: objects, then the records that name them, as they will lie at the store. A record in the outbox is
 * saved on this device for good, whatever happens to the network; sending it later makes no second copy. Objects
 * without a record are left-overs of a save that never came to its record; they are cleared with the next sending.
 */
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import * as path from 'node:path';
import * as z from 'zod';
import { fileExists, isMissing, writeFileAtomic } from '../common/files.ts';
import { readDocument, writeDocument } from '../home/document.ts';
import type { Home } from '../home/home.ts';
import type { Seal } from './seal.ts';

/** The code that has to become visible in the same push as the last record. */
const PendingCode = z.object({ v: z.literal(1), record: z.string(), commit: z.string(), branch: z.string() });
export type PendingCode = z.infer<typeof PendingCode>;

/** The epoch that everything here is sealed for. */
const SealedFor = z.object({ v: z.literal(1), epoch: z.int() });

export class Outbox {
  readonly #folder: string;
  readonly #seal: Seal;

  constructor(folder: string, seal: Seal) {
    this.#folder = folder;
    this.#seal = seal;
  }

  /** Seals what waits anew once another epoch has begun: those that were taken out know the key of before. */
  async sealFor(epoch: number): Promise<void> {
    const before = (await readDocument(this.#sealedFor, SealedFor))?.epoch ?? 1;
    if (before === epoch) {
      return;
    }
    for (const name of (await this.objectSizes()).keys()) {
      await writeFileAtomic(this.#object(name), await this.#seal.seal(await this.#seal.open(name, await this.sealedObject(name))), { mode: 0o600 });
    }
    for (const [name, lines] of await this.records()) {
      await writeFileAtomic(this.#record(name), await this.#seal.sealRecord(lines), { mode: 0o600 });
    }
    await writeDocument(this.#sealedFor, { v: 1, epoch });
  }

  async addObject(name: string, bytes: Uint8Array): Promise<void> {
    const file = this.#object(name);
    if (!(await fileExists(file))) {
      await writeFileAtomic(file, await this.#seal.seal(bytes), { mode: 0o600 });
    }
  }

  async object(name: string): Promise<Uint8Array | undefined> {
    const bytes = await tryRead(this.#object(name));
    return bytes && this.#seal.open(name, bytes);
  }

  /** The objects' names and how many bytes each is as it is to be sent. */
  async objectSizes(): Promise<Map<string, number>> {
    const sizes = await Promise.all((await names(path.join(this.#folder, 'objects'))).map(async (name) => [name, (await stat(this.#object(name))).size] as const));
    return new Map(sizes);
  }

  /** One as it is to be sent. */
  sealedObject(name: string): Promise<Uint8Array> {
    return readFile(this.#object(name));
  }

  /** The instant at which a save is safe on this device. */
  async addRecord(name: string, bytes: Uint8Array, code?: { commit: string; branch: string }): Promise<void> {
    if (code) {
      await writeDocument(this.#code, { v: 1, record: name, ...code });
    }
    await writeFileAtomic(this.#record(name), await this.#seal.sealRecord(bytes), { mode: 0o600 });
  }

  /** Oldest first. */
  async records(): Promise<Map<string, Uint8Array>> {
    const sealed = await this.sealedRecords();
    return new Map(await Promise.all([...sealed].map(async ([name, bytes]) => [name, await this.#seal.openRecord(name, bytes)] as const)));
  }

  /** By name, oldest first, as they are to be sent. */
  sealedRecords(): Promise<Map<string, Uint8Array>> {
    return readAll(path.join(this.#folder, 'records'));
  }

  /** The code that belongs to the last record; undefined when there is none, or it has been sent. */
  async pendingCode(): Promise<PendingCode | undefined> {
    const code = await readDocument(this.#code, PendingCode);
    return code && (await fileExists(this.#record(code.record))) ? code : undefined;
  }

  async dropCode(): Promise<void> {
    await rm(this.#code, { force: true });
  }

  /** Says of a record, before it is added, which session it is of: so that also a locked vault can tell how many wait. */
  async noteSession(record: string, session: string): Promise<void> {
    await writeFileAtomic(path.join(this.#folder, sessionsFolder, record), session, { mode: 0o600 });
  }

  async removeRecord(name: string): Promise<void> {
    await rm(this.#record(name), { force: true });
    await rm(path.join(this.#folder, sessionsFolder, name), { force: true });
  }

  /** After a sending: the records that went, and once none is left their code and all objects. */
  async clear(records: readonly string[]): Promise<void> {
    for (const name of records) {
      await this.removeRecord(name);
    }
    if ((await names(path.join(this.#folder, 'records'))).length === 0) {
      await this.dropCode();
      await rm(path.join(this.#folder, 'objects'), { recursive: true, force: true });
    }
  }

  get #sealedFor(): string {
    return path.join(this.#folder, 'sealed-for.json');
  }

  get #code(): string {
    return path.join(this.#folder, 'code.json');
  }

  #object(name: string): string {
    return path.join(this.#folder, 'objects', name);
  }

  #record(name: string): string {
    return path.join(this.#folder, 'records', name);
  }
}

/** Where a home keeps what waits for a vault. */
export const outboxFolder = (home: Home, vault: string): string => path.join(home.vaultsFolder, vault, 'outbox');

/** How many sessions wait to be sent, whether the vault is unlocked or not. One that could not go with its branch has several records. */
export async function countWaiting(home: Home, vault: string): Promise<number> {
  const [sessions, records] = await Promise.all([readAll(path.join(outboxFolder(home, vault), sessionsFolder)), names(path.join(outboxFolder(home, vault), 'records'))]);
  return new Set(records.flatMap((name) => sessions.get(name)?.toString() ?? [])).size;
}

const sessionsFolder = 'sessions';

/** Every file of a folder, by name in order; one that goes away meanwhile is left out. */
async function readAll(folder: string): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  for (const name of await names(folder)) {
    const bytes = await tryRead(path.join(folder, name));
    if (bytes) {
      found.set(name, bytes);
    }
  }
  return found;
}

async function names(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
  } catch (error) {
    if (isMissing(error)) {
      return [];
    }
    throw error;
  }
}

async function tryRead(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (isMissing(error)) {
      return undefined;
    }
    throw error;
  }
}
