import { ConvoSyncError } from '../common/errors.ts';

/**
 * The contract of a storage backend: a dumb, possibly hostile place that holds the objects of one vault under keys
 * such as `writers/<writer>/log/<record>`. Objects are immutable and named by content; nothing is ever overwritten,
 * and no two writers write under the same prefix, so no locks are needed.
 *
 * Every method listens to its signal and throws `cancelled`; failures are `ConvoSyncError`s whose code says whether
 * trying again can help (`remote-unreachable`, `storage-transient`) or not.
 */
export interface Backend {
  readonly capabilities: Capabilities;

  /** Where it lies, for people; never a credential. */
  describe(): string;

  /**
   * After it resolves, `logs`, `list` and `get` answer from the store's state at or after the call. Without it they answer
   * from what this device has of the store, or ask the store where it has nothing.
   */
  refresh(signal?: AbortSignal): Promise<void>;

  /**
   * The writers that have a log, each with the version of it: an opaque string that is another one whenever anything in the
   * log is, or undefined where the store cannot tell. As the last `refresh` found them and own batches left them since:
   * a log that changes at the store meanwhile may be listed newer than its version says, never older.
   */
  logs(signal?: AbortSignal): Promise<Map<string, string | undefined>>;

  /**
   * A version of `vault.json` and everything under `keys/`, like those of `logs`; undefined also while there is nothing.
   */
  documents(signal?: AbortSignal): Promise<string | undefined>;

  /** The keys that begin with a prefix (a folder’s ends in `/`), sorted. An empty list means that there are none, never a failed read. */
  list(prefix: string, signal?: AbortSignal): Promise<string[]>;

  /** All of the keys, or `object-missing` naming the first that is not there. */
  get(keys: readonly string[], signal?: AbortSignal): Promise<Map<string, Uint8Array>>;

  /**
   * Makes a batch visible, its final record last: nobody sees the record before everything it names, nor the description of
   * a vault before its key slots. With
   * `capabilities.atomicBatch` it happens in one instant, the code push included; a rejection then changes nothing.
   * Resolves only after what is really there was read back. What other processes of this device have published counts as
   * known, without another `refresh`.
   *
   * @throws ConvoSyncError `storage-conflict` when the writer's log is not at `expected` any more
   */
  publish(batch: Batch, signal?: AbortSignal): Promise<void>;

  /**
   * Takes away chunks, and records that a pack holds too, of whatever writer: what nobody needs any more, which the caller
   * has to be sure of. What is not there is no error. On git they are no longer referenced then; when a host gives the space
   * back is its own affair. Also ends what a removal that was cut off has left. Resolves only after what is really there was
   * read back.
   *
   * @throws ConvoSyncError `storage-conflict` when something is added to them at the same moment; `push-rejected` where a
   * remote takes nothing that does not go on from what is there. Part of them may be gone then, and trying again goes on
   */
  remove(keys: readonly string[], signal?: AbortSignal): Promise<void>;

  /**
   * Puts key slots there and takes others away. There is always one that opens, so the new
   * ones are there before the old ones go. Resolves only after what is really there was read back.
   *
   * @throws ConvoSyncError `storage-conflict` when another device changes them at the same moment
   */
  changeSlots(added: readonly StoredObject[], removed: readonly string[], signal?: AbortSignal): Promise<void>;

  /**
   * Takes the whole vault away from the place, and nothing else there. Resolves only after it was read back that nothing is
   * left; stopped half-way, it can be called again. On git, when a host gives the space back is its own affair.
   *
   * @throws ConvoSyncError `storage-conflict` when another device adds to it at the same moment
   */
  removeVault(signal?: AbortSignal): Promise<void>;
}

export interface Capabilities {
  /** A batch appears whole or not at all. */
  atomicBatch: boolean;
  /** The code branch can be pushed in the same instant as the batch. */
  carriesCode: boolean;
}

export interface StoredObject {
  key: string;
  bytes: Uint8Array;
}

export interface Batch {
  writer: string;
  /** Name of the last record of this writer's log at the store, as the writer knows it; undefined for an empty log. */
  expected: string | undefined;
  objects: readonly StoredObject[];
  /** Records of the writer's log, oldest first. */
  records: readonly StoredObject[];
  /** Objects that lie there already are put anew: they were found damaged. */
  replaces?: boolean;
  /** Only where `capabilities.carriesCode`. */
  code?: CodePush;
}

export interface CodePush {
  commit: string;
  /** Short name of the branch at the remote. */
  branch: string;
}

export const keys = {
  vault: 'vault.json',
  slots: 'keys/',
  slot: (name: string) => `keys/${name}`,
  log: (writer: string) => `writers/${writer}/log/`,
  record: (writer: string, record: string) => `writers/${writer}/log/${record}`,
  chunks: (writer: string) => `writers/${writer}/chunks/`,
  chunk: (writer: string, name: string) => `writers/${writer}/chunks/${name.slice(0, 2)}/${name}`,
};

const name = '[0-9A-Za-z][0-9A-Za-z-]*';
const keyShape = new RegExp(`^(vault\\.json|keys/${name}|writers/[0-9a-f]{8,64}/(log/${name}|chunks/[0-9a-f]{2}/${name}))$`);

/** Of the names in a log those of single records, of which the last is its end: packs hold older ones (see `vault/logObjects`). */
export function singleRecords(names: readonly string[]): string[] {
  return names.filter((each) => !/^\d{8}-\d{8}-/.test(each));
}

/** Throws `storage-permanent` for what is no key of a vault: nothing in a key is more than a name to a disk, an address or git. */
export function assertKey(key: string): void {
  if (!keyShape.test(key)) {
    throw new ConvoSyncError('storage-permanent', 'Not the name of an object of a vault.', { details: { object: key } });
  }
}

/** Throws `storage-permanent` for what is neither a chunk nor part of a log: nothing else is ever in nobody's use. */
export function assertRemovable(removed: readonly string[]): void {
  for (const key of removed) {
    assertKey(key);
    if (!key.startsWith('writers/')) {
      throw new ConvoSyncError('storage-permanent', 'Only chunks and parts of logs are taken away.', { details: { object: key } });
    }
  }
}

/** Throws `storage-permanent` for a batch that would write under another writer's name. */
export function assertBatch({ writer, objects, records }: Batch): void {
  for (const { key } of [...objects, ...records]) {
    assertKey(key);
    if (key.startsWith('writers/') && !key.startsWith(`writers/${writer}/`)) {
      throw new ConvoSyncError('storage-permanent', 'A writer writes under its own name alone.', { details: { object: key, writer } });
    }
  }
}
