import type { Listing, PutOptions, Store } from '../../src/core/storage/store.ts';

export interface Call {
  operation: 'create' | 'list' | 'get' | 'put' | 'delete';
  /** The key or folder. */
  key: string;
}

/** A store between a test and a real one: it notes every call, and the test may make one fail or a listing lie. */
export class MeddledStore implements Store {
  readonly calls: Call[] = [];
  /** Throws what a call is to fail with, before anything has happened. */
  before: (call: Call, number: number) => void | Promise<void> = () => undefined;
  /** Throws what a call is to fail with although it was done: its answer got lost. */
  after: (call: Call, number: number) => void | Promise<void> = () => undefined;
  /** What a listing shows instead of the truth. */
  show: (listing: Listing, folder: string) => Listing = (listing) => listing;
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  describe(): string {
    return this.#store.describe();
  }

  create(signal?: AbortSignal): Promise<void> {
    return this.#call({ operation: 'create', key: '' }, () => this.#store.create(signal));
  }

  async list(folder: string, signal?: AbortSignal): Promise<Listing> {
    return this.show(await this.#call({ operation: 'list', key: folder }, () => this.#store.list(folder, signal)), folder);
  }

  get(key: string, signal?: AbortSignal): Promise<Uint8Array> {
    return this.#call({ operation: 'get', key }, () => this.#store.get(key, signal));
  }

  put(key: string, bytes: Uint8Array, options?: PutOptions): Promise<void> {
    return this.#call({ operation: 'put', key }, () => this.#store.put(key, bytes, options));
  }

  delete(key: string, signal?: AbortSignal): Promise<void> {
    return this.#call({ operation: 'delete', key }, () => this.#store.delete(key, signal));
  }

  async #call<T>(call: Call, action: () => Promise<T>): Promise<T> {
    const number = this.calls.push(call);
    await this.before(call, number);
    const result = await action();
    await this.after(call, number);
    return result;
  }
}
