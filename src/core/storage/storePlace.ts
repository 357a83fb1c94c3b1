/** A dumb store as a place of vaults: any number of them lie there side by side, each below its id. */
import type { Logger } from '../common/logger.ts';
import { inParallel } from '../common/parallel.ts';
import { pause } from '../common/pause.ts';
import { keys } from './backend.ts';
import type { Store } from './store.ts';
import { StoreBackend } from './storeBackend.ts';

const parallelCalls = 8;

export class StorePlace {
  readonly #store: Store;
  readonly #logger: Logger;

  constructor(store: Store, logger: Logger) {
    this.#store = store;
    this.#logger = logger;
  }

  describe(): string {
    return this.#store.describe();
  }

  /** Makes the place where there is none; harmless when there is. */
  create(signal?: AbortSignal): Promise<void> {
    return this.#store.create(signal);
  }

  /** The vaults that lie there, by id. */
  async vaults(signal?: AbortSignal): Promise<string[]> {
    const ids = (await this.#store.list('', signal)).folders.filter((name) => /^[0-9a-f]{8,64}$/.test(name));
    const listings = await inParallel(ids, parallelCalls, (id) => this.#store.list(`${id}/`, signal));
    return ids.filter((_, index) => listings[index]?.objects.some(({ name }) => name === keys.vault));
  }

  /** `vault.json` and the key slots of a vault. */
  async documents(vault: string, signal?: AbortSignal): Promise<Map<string, Uint8Array>> {
    const { objects } = await this.#store.list(`${vault}/${keys.slots}`, signal);
    const wanted = [keys.vault, ...objects.map(({ name }) => keys.slot(name))];
    const contents = await inParallel(wanted, parallelCalls, (key) => this.#store.get(`${vault}/${key}`, signal));
    return new Map(wanted.map((key, index) => [key, contents[index] ?? new Uint8Array()]));
  }

  backend(vault: string): StoreBackend {
    return new StoreBackend({ store: this.#store, vault, pause, random: Math.random, logger: this.#logger });
  }
}
