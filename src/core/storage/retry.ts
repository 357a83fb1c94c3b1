/**
 * A store that tries again what is worth trying again. Only `storage-transient` is: a place that cannot be reached is
 * said at once, since whoever is offline should not have to wait to learn it, and every other failure stays the same.
 * All calls of a store can be repeated: a put of what arrived already, and a delete of what is gone, are no errors.
 */
import { ConvoSyncError } from '../common/errors.ts';
import type { Logger } from '../common/logger.ts';
import type { Pause } from '../common/pause.ts';
import type { Listing, PutOptions, Store } from './store.ts';

export interface RetryOptions {
  pause: Pause;
  /** In [0, 1). */
  random: () => number;
  logger: Logger;
}

const tries = 5;
/** Milliseconds before the second try; doubled before every further one. */
const firstPause = 500;
/** A store that asks for more patience than this is taken at its word: its error is passed on. */
const longestPause = 60_000;

export class RetryingStore implements Store {
  readonly #store: Store;
  readonly #options: RetryOptions;

  constructor(store: Store, options: RetryOptions) {
    this.#store = store;
    this.#options = options;
  }

  describe(): string {
    return this.#store.describe();
  }

  create(signal?: AbortSignal): Promise<void> {
    return this.#persist(() => this.#store.create(signal), signal);
  }

  list(folder: string, signal?: AbortSignal): Promise<Listing> {
    return this.#persist(() => this.#store.list(folder, signal), signal);
  }

  get(key: string, signal?: AbortSignal): Promise<Uint8Array> {
    return this.#persist(() => this.#store.get(key, signal), signal);
  }

  put(key: string, bytes: Uint8Array, options: PutOptions = {}): Promise<void> {
    return this.#persist(() => this.#store.put(key, bytes, options), options.signal);
  }

  delete(key: string, signal?: AbortSignal): Promise<void> {
    return this.#persist(() => this.#store.delete(key, signal), signal);
  }

  async #persist<T>(action: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await action();
      } catch (error) {
        if (attempt === tries || !ConvoSyncError.is(error, 'storage-transient')) {
          throw error;
        }
        const milliseconds = this.#patience(attempt, error);
        if (milliseconds > longestPause) {
          throw error;
        }
        this.#options.logger.info(`the storage is tried again in ${Math.round(milliseconds)} ms: ${error.message}`);
        await this.#options.pause(milliseconds, signal);
      }
    }
  }

  /** Random, so that many devices that failed in the same moment do not come back in the same moment. */
  #patience(attempt: number, error: ConvoSyncError): number {
    const spread = firstPause * 2 ** (attempt - 1) * (0.5 + this.#options.random());
    const { retryAfter } = error.details;
    return typeof retryAfter === 'number' ? retryAfter * 1_000 + spread : spread;
  }
}
