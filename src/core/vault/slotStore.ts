/**
 * `vault.json` and the key slots of a vault in use, where they lie: at its place, and as this home keeps them. They are
 * changed at the place first, since a slot that only one device knows lets nobody else in.
 */
import type { Home } from '../home/home.ts';
import { type Backend, keys } from '../storage/backend.ts';
import type { Documents } from './documents.ts';
import { keepDocuments } from './keptDocuments.ts';

export interface SlotStoreOptions {
  home: Home;
  vault: string;
  /** As they are, or will be, stored. */
  documents: Documents;
  backend: Backend | undefined;
}

export class SlotStore {
  readonly #options: SlotStoreOptions;

  constructor(options: SlotStoreOptions) {
    this.#options = options;
  }

  /** As far as this home knows. */
  get hasRecoveryKey(): boolean {
    return [...this.#options.documents.keys()].some((slot) => slot.startsWith(keys.slot('recovery-')));
  }

  /**
   * Whether the vault is at its place: not before something of it was sent. Its description decides, which comes last (see
   * `Backend.publish`): slots alone are what a first save left that did not get further.
   */
  async areStored(signal?: AbortSignal): Promise<boolean> {
    return ((await this.#options.backend?.list(keys.vault, signal)) ?? []).length > 0;
  }

  /** As the place has them, or will have them once something is sent. */
  async read(signal?: AbortSignal): Promise<Documents> {
    const { backend, documents } = this.#options;
    return backend && (await this.areStored(signal)) ? backend.get([keys.vault, ...(await backend.list(keys.slots, signal))], signal) : documents;
  }

  /**
   * Adds slots and takes others away, at the place if the vault is there already, and in this home.
   *
   * @throws ConvoSyncError `storage-conflict` when another device changes them at the same moment
   */
  async change(added: Documents, removed: readonly string[], signal?: AbortSignal): Promise<void> {
    const { backend, home, vault } = this.#options;
    const before = await this.read(signal);
    if (backend && (await this.areStored(signal))) {
      await backend.changeSlots([...added].map(([slot, bytes]) => ({ key: slot, bytes })), removed, signal);
    }
    await keepDocuments(home, vault, new Map([...before, ...added].filter(([slot]) => !removed.includes(slot))));
  }
}
