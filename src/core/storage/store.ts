import { ConvoSyncError } from '../common/errors.ts';

/**
 * The contract of a dumb store: a folder, a WebDAV server, a bucket. It keeps bytes under keys and knows nothing of
 * vaults; `StoreBackend` makes a backend of it. A key stands for one object for ever, so no call has to decide between
 * two contents, and no lock is needed.
 *
 * Every call throws `cancelled` when its signal fires. Every other failure is a `ConvoSyncError` that says what it means:
 *
 * | code | meaning |
 * |---|---|
 * | `object-missing` | the place is there, the object is not |
 * | `remote-unreachable` | the place cannot be seen: no connection, a stick that is unplugged, a folder that is gone |
 * | `storage-transient` | trying again can help, after `details.retryAfter` seconds where the store says so |
 * | `storage-denied`, `storage-quota` | a person has to do something there first |
 * | `storage-conflict` | the store found another state than the call expected |
 * | `storage-permanent` | the call itself is wrong, or the store cannot do it |
 *
 * Neither errors nor `describe` hold a credential.
 */
export interface Store {
  /** Where it lies, for people. */
  describe(): string;

  /** Makes the place ready for its first object; harmless when it is. Nothing else ever makes a place. */
  create(signal?: AbortSignal): Promise<void>;

  /**
   * What lies directly in a folder, sorted; nothing where there is no such folder. What is not named like an object of
   * ours (conflict copies, temporary files) is left out.
   *
   * @param folder `''` for the top, or a key that ends in `/`
   */
  list(folder: string, signal?: AbortSignal): Promise<Listing>;

  get(key: string, signal?: AbortSignal): Promise<Uint8Array>;

  /**
   * Resolves when the object is there whole and lasts; nobody ever sees a part of it. What is there already stays
   * wherever the store can see to that, and is no error.
   */
  put(key: string, bytes: Uint8Array, options?: PutOptions): Promise<void>;

  /** What is not there is no error. */
  delete(key: string, signal?: AbortSignal): Promise<void>;
}

export interface PutOptions {
  /** Puts these bytes in place of what is there, in one instant: for an object that was found damaged. */
  replace?: boolean;
  signal?: AbortSignal | undefined;
}

export interface Listing {
  objects: ListedObject[];
  /** Names without the slash. */
  folders: string[];
}

export interface ListedObject {
  name: string;
  /** In bytes. */
  size: number;
}

/**
 * Lies at the top of a place that is made of folders. A mount point without its disk is an empty folder: only this file
 * tells it from a place that holds nothing yet.
 */
export const marker = { name: 'convosync.txt', text: 'ConvoSync keeps sessions in this folder. Please leave what is in it as it is.\n' };

/**
 * Beside it, where a place is made of folders: what is being written lies here until it is whole. Not named as objects
 * are, so no listing shows it. What lies there for a day was left by a crash.
 */
export const temporaryFolder = '_temporary';
export const temporaryLife = 24 * 3_600_000;

const segment = '[0-9A-Za-z][0-9A-Za-z-]*';
const nameShape = new RegExp(`^${segment}(\\.json)?$`);
const keyShape = new RegExp(`^(${segment}/)*${segment}(\\.json)?$`);
const folderShape = new RegExp(`^(${segment}/)*$`);

/** Whether a name in a listing can be one of ours. */
export function isObjectName(name: string): boolean {
  return nameShape.test(name);
}

/** Throws `storage-permanent` for what is no key: nothing in a key is more than a name to a disk or an address. */
export function assertStoreKey(key: string): void {
  assertShape(keyShape, key);
}

export function assertStoreFolder(folder: string): void {
  assertShape(folderShape, folder);
}

function assertShape(shape: RegExp, key: string): void {
  if (!shape.test(key)) {
    throw new ConvoSyncError('storage-permanent', 'Not the name of an object.', { details: { object: key } });
  }
}

export function objectMissing(store: string, key: string): ConvoSyncError {
  return new ConvoSyncError('object-missing', 'An object is not in the store.', { details: { object: key, store } });
}

/** The place itself is not there. */
export function placeMissing(store: string, cause?: unknown): ConvoSyncError {
  return new ConvoSyncError('remote-unreachable', 'The place where sessions are kept is not there.', { cause, details: { remote: store, store, reason: 'place-missing' } });
}

/** A listing as the contract has it: names of ours alone, sorted. */
export function sortListing({ objects, folders }: Listing): Listing {
  return {
    objects: objects.filter(({ name }) => isObjectName(name)).sort((a, b) => (a.name < b.name ? -1 : 1)),
    folders: folders.filter(isObjectName).sort(),
  };
}
