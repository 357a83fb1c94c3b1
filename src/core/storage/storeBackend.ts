/**
 * A vault in a dumb store. Below `<vault id>/` it lies as `keys` in the backend contract has it, and nothing happens in
 * one instant, so the order of the writes is the promise: objects, proof that they are there, then the records oldest
 * first. Whoever stops half-way leaves objects that no record names, and the next attempt finds them done.
 *
 * One writer has one log, but a copied machine may believe to be the same writer. Stores have no compare-and-swap that
 * can be relied on, so before it writes records a writer puts a claim, `writers/<writer>/claims/<first record>`, and
 * lists the claims: of two that put before they list, one at least sees the other. Who sees another takes its own back,
 * waits and tries again; whoever comes first moves the log, and the other finds it moved. A claim for a number that the log
 * has reached was left behind, since who holds it can only find the log moved; so was one that outlives all this patience.
 */
import { ConvoSyncError, throwIfCancelled } from '../common/errors.ts';
import type { Logger } from '../common/logger.ts';
import { inParallel } from '../common/parallel.ts';
import type { Pause } from '../common/pause.ts';
import { assertBatch, assertRemovable, type Backend, type Batch, type Capabilities, keys, singleRecords, type StoredObject } from './backend.ts';
import type { Store } from './store.ts';

export interface StoreBackendOptions {
  store: Store;
  vault: string;
  pause: Pause;
  /** In [0, 1). */
  random: () => number;
  logger: Logger;
}

/** Enough to hide the way to a server; few enough that none takes it for an attack. */
const parallelCalls = 8;

/** Two that meet at every one of so many tries, after random pauses that grow by so many milliseconds, are not both alive. */
const claimTries = 12;
const claimPause = 500;
/** Milliseconds that giving a claim back may take; one that stays only makes the next save wait. */
const releasePatience = 5_000;

export class StoreBackend implements Backend {
  readonly capabilities: Capabilities = { atomicBatch: false, carriesCode: false };
  readonly #options: StoreBackendOptions;
  #view: View | undefined;

  constructor(options: StoreBackendOptions) {
    this.#options = options;
  }

  describe(): string {
    return this.#options.store.describe();
  }

  async refresh(signal?: AbortSignal): Promise<void> {
    this.#view = await this.#look(signal);
  }

  /** Names say what was added to a log, and nothing says whether a record is still the same: there are no versions. */
  async logs(signal?: AbortSignal): Promise<Map<string, undefined>> {
    const { logs } = await this.#seen(signal);
    return new Map([...logs].flatMap(([writer, records]) => (records.length > 0 ? [[writer, undefined] as const] : [])));
  }

  /** Each is immutable, so their names say it all. */
  async documents(signal?: AbortSignal): Promise<string | undefined> {
    const { others } = await this.#seen(signal);
    return others.length === 0 ? undefined : [...others].sort().join(' ');
  }

  /** Chunks, which no look brings, are listed at the store when they are asked for. */
  async list(prefix: string, signal?: AbortSignal): Promise<string[]> {
    const { others, logs } = await this.#seen(signal);
    const known = [...others, ...[...logs].flatMap(([writer, records]) => records.map((record) => keys.record(writer, record)))];
    const folders = [...logs.keys()].map((writer) => keys.chunks(writer)).flatMap((folder) => (folder.startsWith(prefix) ? folder : prefix.startsWith(folder) ? prefix : []));
    const chunks = await Promise.all(folders.map((folder) => this.#walk(folder, signal)));
    return [...known.filter((key) => key.startsWith(prefix)), ...chunks.flat()].sort();
  }

  async get(wanted: readonly string[], signal?: AbortSignal): Promise<Map<string, Uint8Array>> {
    throwIfCancelled(signal);
    const contents = await inParallel(wanted, parallelCalls, (key) => this.#tryGet(key, signal));
    const absent = wanted.find((_, index) => contents[index] === undefined);
    if (absent !== undefined) {
      throw new ConvoSyncError('object-missing', 'An object of the vault is not there.', { details: { object: absent, store: this.describe() } });
    }
    return new Map(wanted.map((key, index) => [key, contents[index] ?? new Uint8Array()]));
  }

  /** Can be called again after a failure: what has arrived stays, and the rest follows. */
  async publish(batch: Batch, signal?: AbortSignal): Promise<void> {
    assertBatch(batch);
    if (batch.code) {
      throw new ConvoSyncError('storage-permanent', 'Only a git remote carries code.', { details: { store: this.describe() } });
    }
    throwIfCancelled(signal);
    await this.#assertLogAt(batch, signal);
    // The description after the slots: whoever finds a vault can open it, and whoever finds none begins it once more.
    for (const objects of [batch.objects.filter(({ key }) => key !== keys.vault), batch.objects.filter(({ key }) => key === keys.vault)]) {
      await inParallel(objects, parallelCalls, (object) => this.#put(object, signal, batch.replaces));
      await this.#prove(objects, batch.writer, signal);
    }
    const log = await this.#whileClaimed(batch, signal, async () => {
      const before = await this.#assertLogAt(batch, signal);
      for (const record of batch.records) {
        await this.#put(record, signal);
      }
      await this.#prove(batch.records, batch.writer, signal);
      return [...before, ...batch.records.map(({ key }) => key.slice(keys.log(batch.writer).length))];
    });
    if (this.#view) {
      const { others, logs } = this.#view;
      const founding = batch.objects.map(({ key }) => key).filter((key) => !key.startsWith('writers/'));
      this.#view = { others: [...new Set([...others, ...founding])], logs: new Map(logs).set(batch.writer, [...new Set(log)]) };
    }
  }

  async remove(removed: readonly string[], signal?: AbortSignal): Promise<void> {
    assertRemovable(removed);
    throwIfCancelled(signal);
    await inParallel(removed, parallelCalls, async (key) => {
      throwIfCancelled(signal);
      await this.#delete(key, signal);
    });
    const gone = new Set(removed);
    await inParallel([...Map.groupBy(removed, (key) => key.slice(0, key.lastIndexOf('/') + 1)).keys()], parallelCalls, async (folder) => {
      const left = (await this.#list(folder, signal)).objects.find(({ name }) => gone.has(`${folder}${name}`));
      // A listing may be old: the object itself decides.
      if (left && (await this.#tryGet(`${folder}${left.name}`, signal))) {
        throw new ConvoSyncError('storage-transient', 'The store still holds an object that was deleted.', { details: { object: `${folder}${left.name}`, store: this.describe() } });
      }
    });
    if (this.#view) {
      const { others, logs } = this.#view;
      this.#view = { others, logs: new Map([...logs].map(([writer, records]) => [writer, records.filter((record) => !gone.has(keys.record(writer, record)))])) };
    }
  }

  async changeSlots(added: readonly StoredObject[], removed: readonly string[], signal?: AbortSignal): Promise<void> {
    await inParallel(added, parallelCalls, (object) => this.#put(object, signal));
    await this.#prove(added, '', signal);
    for (const key of removed) {
      throwIfCancelled(signal);
      await this.#delete(key, signal);
    }
    this.#view = await this.#look(signal);
  }

  async removeVault(signal?: AbortSignal): Promise<void> {
    const objects = await this.#walk('', signal);
    // The description last: as long as something is there, it is found as a vault.
    for (const batch of [objects.filter((key) => key !== keys.vault), objects.filter((key) => key === keys.vault)]) {
      await inParallel(batch, parallelCalls, async (key) => {
        throwIfCancelled(signal);
        await this.#delete(key, signal);
      });
    }
    this.#view = undefined;
    const [left] = await this.#walk('', signal);
    // A listing may be old: the object itself decides.
    if (left !== undefined && (await this.#tryGet(left, signal))) {
      throw new ConvoSyncError('storage-conflict', 'Another device has added to the vault meanwhile.', { details: { object: left, store: this.describe() } });
    }
  }

  async #seen(signal?: AbortSignal): Promise<View> {
    throwIfCancelled(signal);
    this.#view ??= await this.#look(signal);
    return this.#view;
  }

  async #look(signal?: AbortSignal): Promise<View> {
    throwIfCancelled(signal);
    const [top, slots, writers] = await Promise.all(['', keys.slots, 'writers/'].map((folder) => this.#list(folder, signal)));
    const names = writers?.folders ?? [];
    const logs = await inParallel(names, parallelCalls, (writer) => this.#log(writer, signal));
    return {
      others: [...(top?.objects ?? []).map(({ name }) => name), ...(slots?.objects ?? []).map(({ name }) => keys.slot(name))],
      logs: new Map(names.map((writer, index) => [writer, logs[index] ?? []])),
    };
  }

  async #log(writer: string, signal?: AbortSignal): Promise<string[]> {
    return (await this.#list(keys.log(writer), signal)).objects.map(({ name }) => name);
  }

  async #walk(folder: string, signal?: AbortSignal): Promise<string[]> {
    const { objects, folders } = await this.#list(folder, signal);
    const below = await inParallel(folders, parallelCalls, (name) => this.#walk(`${folder}${name}/`, signal));
    return [...objects.map(({ name }) => `${folder}${name}`), ...below.flat()];
  }

  /** The log, which ends where the writer left it, or further on with the first records of this very batch. */
  async #assertLogAt({ writer, expected, records }: Batch, signal?: AbortSignal): Promise<string[]> {
    const all = await this.#log(writer, signal);
    const found = singleRecords(all);
    const beyond = found.slice(expected === undefined ? 0 : found.indexOf(expected) + 1);
    const isThere = expected === undefined || found.includes(expected);
    if (!isThere || beyond.some((name, index) => records[index]?.key !== keys.record(writer, name))) {
      throw new ConvoSyncError('storage-conflict', 'The writer’s log is not where this device left it.', { details: { writer, expected: expected ?? 'nothing', found: found.at(-1) ?? 'nothing' } });
    }
    return all;
  }

  /**
   * A store shows nothing by halves, and a name stands for its content, so a listing that shows the name with the right
   * size is proof enough; reading everything again would double the traffic. A listing that does not may be old: then
   * the object itself decides. One that is damaged is this writer's own to put anew.
   */
  async #prove(objects: readonly StoredObject[], writer: string, signal?: AbortSignal): Promise<void> {
    const byFolder = Map.groupBy(objects, ({ key }) => key.slice(0, key.lastIndexOf('/') + 1));
    await inParallel([...byFolder], parallelCalls, async ([folder, expected]) => {
      const sizes = new Map((await this.#list(folder, signal)).objects.map(({ name, size }) => [`${folder}${name}`, size]));
      for (const object of expected.filter(({ key, bytes }) => sizes.get(key) !== bytes.byteLength)) {
        await this.#proveByReading(object, writer, signal);
      }
    });
  }

  async #proveByReading(object: StoredObject, writer: string, signal?: AbortSignal): Promise<void> {
    const { store, logger } = this.#options;
    const { key, bytes } = object;
    const details = { object: key, store: this.describe() };
    const stored = await this.#tryGet(key, signal);
    if (stored && Buffer.compare(stored, bytes) === 0) {
      return;
    }
    if (stored && !key.startsWith(`writers/${writer}/`)) {
      throw new ConvoSyncError('storage-conflict', 'The store holds something else under this name.', { details });
    }
    logger.warn(`${key} is not at the store as it was sent: sent once more`);
    throwIfCancelled(signal);
    await store.put(this.#at(key), bytes, { replace: stored !== undefined, signal });
    const again = await this.#tryGet(key, signal);
    if (!again || Buffer.compare(again, bytes) !== 0) {
      throw new ConvoSyncError('storage-transient', 'The store took an object and does not show it.', { details });
    }
  }

  /** Runs `write` while no other machine writes this writer's log. */
  async #whileClaimed<T>({ writer, records, expected }: Batch, signal: AbortSignal | undefined, write: () => Promise<T>): Promise<T> {
    const [first] = records;
    if (first === undefined) {
      return write();
    }
    const folder = `writers/${writer}/claims/`;
    const name = first.key.slice(keys.log(writer).length);
    try {
      await this.#claim(folder, name, expected, signal);
      return await write();
    } finally {
      await this.#release(`${folder}${name}`);
    }
  }

  async #claim(folder: string, name: string, expected: string | undefined, signal?: AbortSignal): Promise<void> {
    const { pause, random, logger } = this.#options;
    for (let attempt = 1; ; attempt++) {
      await this.#put({ key: `${folder}${name}`, bytes: new Uint8Array() }, signal);
      const others = (await this.#list(folder, signal)).objects.filter((claim) => claim.name !== name);
      const rivals = others.filter((claim) => expected === undefined || numberOf(claim.name) > numberOf(expected));
      if (rivals.length === 0 || attempt === claimTries) {
        if (others.length > 0) {
          logger.warn(`${others.length} claim(s) that were left behind are removed`);
        }
        await inParallel(others, parallelCalls, (other) => this.#delete(`${folder}${other.name}`, signal));
        return;
      }
      await this.#delete(`${folder}${name}`, signal);
      await pause(claimPause * attempt * random(), signal);
    }
  }

  /** Also after a cancellation. */
  async #release(key: string): Promise<void> {
    try {
      await this.#delete(key, AbortSignal.timeout(releasePatience));
    } catch (error) {
      if (!ConvoSyncError.is(error)) {
        throw error;
      }
      this.#options.logger.warn(`a claim stays at the store: ${error.code}`);
    }
  }

  async #tryGet(key: string, signal?: AbortSignal): Promise<Uint8Array | undefined> {
    try {
      return await this.#options.store.get(this.#at(key), signal);
    } catch (error) {
      if (ConvoSyncError.is(error, 'object-missing')) {
        return undefined;
      }
      throw error;
    }
  }

  #put({ key, bytes }: StoredObject, signal?: AbortSignal, replace = false): Promise<void> {
    throwIfCancelled(signal);
    return this.#options.store.put(this.#at(key), bytes, { replace, signal });
  }

  #delete(key: string, signal?: AbortSignal): Promise<void> {
    return this.#options.store.delete(this.#at(key), signal);
  }

  #list(folder: string, signal?: AbortSignal): ReturnType<Store['list']> {
    return this.#options.store.list(this.#at(folder), signal);
  }

  #at(key: string): string {
    return `${this.#options.vault}/${key}`;
  }
}

/** Of a record in its log, with zeros before it. */
function numberOf(record: string): string {
  return record.slice(0, record.indexOf('-'));
}

/** What the last look showed. */
interface View {
  /** `vault.json` and the slots. */
  others: readonly string[];
  /** Names of the records by writer, oldest first; empty for a writer whose first save has not arrived yet. */
  logs: ReadonlyMap<string, readonly string[]>;
}
