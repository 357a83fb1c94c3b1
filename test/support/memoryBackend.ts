/** A store in memory, shared by the backends of several devices, and what was asked of it. */
import { ConvoSyncError, throwIfCancelled } from '../../src/core/common/errors.ts';
import { assertBatch, assertRemovable, type Backend, type Batch, type Capabilities, keys, singleRecords, type StoredObject } from '../../src/core/storage/backend.ts';

export class MemoryStore {
  readonly objects = new Map<string, Uint8Array>();
  /** How often the log of each writer has changed. */
  readonly versions = new Map<string, number>();
  reachable = true;
  /** Days that have gone by for the devices that share it. */
  days = 0;
  /** Whether it can tell the versions of logs. */
  readonly tells: boolean;

  constructor({ tells }: { tells: boolean }) {
    this.tells = tells;
  }

  put(key: string, bytes: Uint8Array): void {
    this.objects.set(key, bytes);
    this.#changed(key);
  }

  delete(key: string): void {
    this.objects.delete(key);
    this.#changed(key);
  }

  #changed(key: string): void {
    const [, writer = '', kind] = key.split('/');
    if (kind === 'log') {
      this.versions.set(writer, (this.versions.get(writer) ?? 0) + 1);
    }
  }
}

export class MemoryBackend implements Backend {
  readonly capabilities: Capabilities = { atomicBatch: true, carriesCode: false };
  /** Keys of the records that were fetched, and prefixes that were listed, since the test last emptied them. */
  readonly asked: { listed: string[]; fetched: string[] } = { listed: [], fetched: [] };
  readonly #store: MemoryStore;
  #objects = new Map<string, Uint8Array>();
  #versions = new Map<string, number>();

  constructor(store: MemoryStore) {
    this.#store = store;
  }

  describe(): string {
    return 'memory';
  }

  async refresh(signal?: AbortSignal): Promise<void> {
    this.#assertReachable(signal);
    this.#objects = new Map(this.#store.objects);
    this.#versions = new Map(this.#store.versions);
    return Promise.resolve();
  }

  async logs(signal?: AbortSignal): Promise<Map<string, string | undefined>> {
    throwIfCancelled(signal);
    const writers = new Set([...this.#objects.keys()].flatMap((key) => /^writers\/(\w+)\/log\//.exec(key)?.[1] ?? []));
    return Promise.resolve(new Map([...writers].sort().map((writer) => [writer, this.#store.tells ? `version ${this.#versions.get(writer) ?? 0}` : undefined])));
  }

  async documents(signal?: AbortSignal): Promise<string | undefined> {
    throwIfCancelled(signal);
    const names = [...this.#objects.keys()].filter((key) => !key.startsWith('writers/')).sort();
    return Promise.resolve(this.#store.tells && names.length > 0 ? names.join(' ') : undefined);
  }

  async list(prefix: string, signal?: AbortSignal): Promise<string[]> {
    throwIfCancelled(signal);
    this.asked.listed.push(prefix);
    return Promise.resolve([...this.#objects.keys()].filter((key) => key.startsWith(prefix)).sort());
  }

  async get(wanted: readonly string[], signal?: AbortSignal): Promise<Map<string, Uint8Array>> {
    throwIfCancelled(signal);
    this.asked.fetched.push(...wanted);
    return Promise.resolve(new Map(wanted.map((key) => {
      const bytes = this.#objects.get(key);
      if (!bytes) {
        throw new ConvoSyncError('object-missing', 'An object of the vault is not there.', { details: { object: key } });
      }
      return [key, bytes];
    })));
  }

  async publish(batch: Batch, signal?: AbortSignal): Promise<void> {
    assertBatch(batch);
    this.#assertReachable(signal);
    const prefix = keys.log(batch.writer);
    const last = singleRecords([...this.#store.objects.keys()].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length))).sort().at(-1);
    if (last !== batch.expected) {
      throw new ConvoSyncError('storage-conflict', 'The writer’s log is not where this device left it.', { details: { writer: batch.writer } });
    }
    for (const { key, bytes } of [...batch.objects, ...batch.records]) {
      this.#store.put(key, bytes);
      this.#objects.set(key, bytes);
    }
    this.#versions.set(batch.writer, this.#store.versions.get(batch.writer) ?? 0);
    return Promise.resolve();
  }

  async remove(removed: readonly string[], signal?: AbortSignal): Promise<void> {
    assertRemovable(removed);
    this.#assertReachable(signal);
    for (const key of removed) {
      this.#store.delete(key);
      this.#objects.delete(key);
    }
    return Promise.resolve();
  }

  async removeVault(signal?: AbortSignal): Promise<void> {
    this.#assertReachable(signal);
    [...this.#store.objects.keys()].forEach((key) => this.#store.delete(key));
    this.#objects.clear();
    return Promise.resolve();
  }

  async changeSlots(added: readonly StoredObject[], removed: readonly string[], signal?: AbortSignal): Promise<void> {
    this.#assertReachable(signal);
    for (const { key, bytes } of added) {
      this.#store.put(key, bytes);
      this.#objects.set(key, bytes);
    }
    for (const key of removed) {
      this.#store.delete(key);
      this.#objects.delete(key);
    }
    return Promise.resolve();
  }

  #assertReachable(signal: AbortSignal | undefined): void {
    throwIfCancelled(signal);
    if (!this.#store.reachable) {
      throw new ConvoSyncError('remote-unreachable', 'The store does not answer.');
    }
  }
}
