/**
 * The objects of a vault as this device reaches them: in memory, waiting in the outbox, or at the store, from where they
 * come sealed.
 */
import { ConvoSyncError } from '../common/errors.ts';
import { type Backend, keys as key } from '../storage/backend.ts';
import type { ObjectStore } from './fileStore.ts';
import type { ObjectPlace } from './object.ts';
import type { Outbox } from './outbox.ts';
import { RecentObjects } from './recentObjects.ts';
import type { Seal } from './seal.ts';

export class VaultObjects implements ObjectStore {
  readonly #outbox: Outbox;
  readonly #backend: Backend | undefined;
  readonly #seal: Seal;
  readonly #recent = new RecentObjects();

  constructor(outbox: Outbox, backend: Backend | undefined, seal: Seal) {
    this.#outbox = outbox;
    this.#backend = backend;
    this.#seal = seal;
  }

  put(name: string, bytes: Uint8Array): Promise<void> {
    // What was read of it a moment ago may be what is damaged.
    this.#recent.forget(name);
    return this.#outbox.addObject(name, bytes);
  }

  async get(places: readonly ObjectPlace[], others: readonly string[], signal?: AbortSignal): Promise<Map<string, Uint8Array>> {
    const found = new Map<string, Uint8Array>();
    for (const { name } of places) {
      const bytes = this.#recent.get(name) ?? (await this.#outbox.object(name));
      if (bytes) {
        found.set(name, bytes);
      }
    }
    const wanted = places.filter(({ name }) => !found.has(name));
    for (const [name, bytes] of wanted.length === 0 ? [] : await this.#fetch(wanted, others, signal)) {
      this.#recent.put(name, bytes);
      found.set(name, bytes);
    }
    return found;
  }

  /** All in one go; where that fails, one by one, since each may lie under another writer. */
  async #fetch(places: readonly ObjectPlace[], others: readonly string[], signal?: AbortSignal): Promise<Map<string, Uint8Array>> {
    try {
      return await this.#ask(places, signal);
    } catch (error) {
      if (!ConvoSyncError.is(error, 'object-missing')) {
        throw error;
      }
    }
    const found = await Promise.all(places.map((place) => this.#search(place, [...new Set([place.writer, ...others])], signal)));
    return new Map(found.flatMap((one) => [...one]));
  }

  async #search({ name }: ObjectPlace, writers: readonly string[], signal?: AbortSignal): Promise<Map<string, Uint8Array>> {
    for (const writer of writers) {
      try {
        return await this.#ask([{ name, writer }], signal);
      } catch (error) {
        if (!ConvoSyncError.is(error, 'object-missing')) {
          throw error;
        }
      }
    }
    throw missing(name);
  }

  async #ask(places: readonly ObjectPlace[], signal?: AbortSignal): Promise<Map<string, Uint8Array>> {
    const keyOf = ({ name, writer }: ObjectPlace): string => key.chunk(writer, name);
    const objects = await this.#backend?.get(places.map(keyOf), signal);
    return new Map(await Promise.all(places.map(async (place) => {
      const bytes = objects?.get(keyOf(place));
      if (!bytes) {
        throw missing(place.name);
      }
      return [place.name, await this.#seal.open(place.name, bytes)] as const;
    })));
  }
}

function missing(name: string): ConvoSyncError {
  return new ConvoSyncError('object-missing', 'An object of the vault is not there.', { details: { object: name } });
}
