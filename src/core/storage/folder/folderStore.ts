/**
 * A folder of this machine, which may be a stick, a network drive, or kept alike on several machines by Dropbox,
 * Syncthing and the like. An object is written to a temporary name beside the others, synced, and linked to its name:
 * a reader sees all of it or nothing, and of two that write it one is first. Disks without hard links get a rename.
 */
import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { ConvoSyncError, type ErrorCode, isCancellation, throwIfCancelled } from '../../common/errors.ts';
import { fileExists, isErrno, isMissing, syncFolder } from '../../common/files.ts';
import { inParallel } from '../../common/parallel.ts';
import { assertStoreFolder, assertStoreKey, isObjectName, type Listing, marker, objectMissing, placeMissing, type PutOptions, sortListing, type Store, temporaryFolder, temporaryLife } from '../store.ts';

export class FolderStore implements Store {
  readonly #folder: string;
  #hasSwept = false;

  /** @param folder absolute; `create` has been called for it once, on whatever machine */
  constructor(folder: string) {
    this.#folder = folder;
  }

  describe(): string {
    return this.#folder;
  }

  async create(signal?: AbortSignal): Promise<void> {
    throwIfCancelled(signal);
    await this.#classified(marker.name, async () => {
      await makeFolders(path.join(this.#folder, temporaryFolder));
      if (!(await fileExists(path.join(this.#folder, marker.name)))) {
        await writeFile(path.join(this.#folder, marker.name), marker.text);
      }
      await syncFolder(this.#folder);
    });
  }

  async list(folder: string, signal?: AbortSignal): Promise<Listing> {
    assertStoreFolder(folder);
    throwIfCancelled(signal);
    return this.#classified(folder, async () => {
      await this.#assertThere();
      const entries = await emptyWhereMissing(readdir(path.join(this.#folder, folder), { withFileTypes: true }));
      const files = entries.filter((entry) => entry.isFile() && isObjectName(entry.name));
      const sizes = await inParallel(files, 16, async ({ name }) => {
        throwIfCancelled(signal);
        return this.#sizeOf(`${folder}${name}`);
      });
      return sortListing({
        objects: files.flatMap(({ name }, index) => {
          const size = sizes[index];
          return size === undefined ? [] : [{ name, size }];
        }),
        folders: entries.filter((entry) => entry.isDirectory()).map(({ name }) => name),
      });
    });
  }

  async get(key: string, signal?: AbortSignal): Promise<Uint8Array> {
    assertStoreKey(key);
    throwIfCancelled(signal);
    return this.#classified(key, async () => {
      try {
        return await readFile(path.join(this.#folder, key), { signal });
      } catch (error) {
        if (isMissing(error)) {
          await this.#assertThere();
          throw objectMissing(this.describe(), key);
        }
        throw error;
      }
    });
  }

  async put(key: string, bytes: Uint8Array, { replace = false, signal }: PutOptions = {}): Promise<void> {
    assertStoreKey(key);
    throwIfCancelled(signal);
    await this.#classified(key, async () => {
      // Before anything is made: a folder that is gone must not come into being again by a save.
      await this.#assertThere();
      const target = path.join(this.#folder, key);
      if (!replace && (await fileExists(target))) {
        return;
      }
      await mkdir(path.dirname(target), { recursive: true });
      const temporary = await this.#writeTemporary(bytes, signal);
      try {
        throwIfCancelled(signal);
        await (replace ? rename(temporary, target) : linkOrRename(temporary, target));
        await syncFolder(path.dirname(target));
      } finally {
        await rm(temporary, { force: true });
      }
    });
  }

  async delete(key: string, signal?: AbortSignal): Promise<void> {
    assertStoreKey(key);
    throwIfCancelled(signal);
    await this.#classified(key, async () => {
      await this.#assertThere();
      await rm(path.join(this.#folder, key), { force: true });
    });
  }

  async #assertThere(): Promise<void> {
    if (!(await fileExists(path.join(this.#folder, marker.name)))) {
      throw placeMissing(this.describe());
    }
  }

  /** Undefined for a file that went away meanwhile. */
  async #sizeOf(key: string): Promise<number | undefined> {
    try {
      return (await stat(path.join(this.#folder, key))).size;
    } catch (error) {
      if (isMissing(error)) {
        return undefined;
      }
      throw error;
    }
  }

  async #writeTemporary(bytes: Uint8Array, signal?: AbortSignal): Promise<string> {
    const folder = path.join(this.#folder, temporaryFolder);
    const file = path.join(folder, randomBytes(12).toString('hex'));
    // A tool that keeps folders alike may not carry one that is empty.
    await mkdir(folder, { recursive: true });
    try {
      const handle = await open(file, 'wx');
      try {
        await handle.writeFile(bytes, { signal });
        await handle.sync();
      } finally {
        await handle.close();
      }
      await this.#sweep(file);
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    }
    return file;
  }

  /** Removes what interrupted writes left long ago, by the clock of the disk itself. Once for each store is enough. */
  async #sweep(fresh: string): Promise<void> {
    if (this.#hasSwept) {
      return;
    }
    this.#hasSwept = true;
    const now = (await stat(fresh)).mtimeMs;
    for (const name of await readdir(path.dirname(fresh))) {
      const file = path.join(path.dirname(fresh), name);
      const written = await stat(file).catch(() => undefined);
      if (written && now - written.mtimeMs > temporaryLife) {
        await rm(file, { force: true });
      }
    }
  }

  async #classified<T>(key: string, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      if (ConvoSyncError.is(error)) {
        throw error;
      }
      if (isCancellation(error)) {
        throw new ConvoSyncError('cancelled', 'Cancelled.', { cause: error });
      }
      const errno = (error as NodeJS.ErrnoException).code ?? '';
      throw new ConvoSyncError(codes[errno] ?? 'storage-permanent', 'The folder could not be used.', { cause: error, details: { object: key, store: this.describe(), remote: this.describe(), errno } });
    }
  }
}

const codes: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: 'storage-quota', EDQUOT: 'storage-quota', EFBIG: 'storage-quota',
  EACCES: 'storage-denied', EPERM: 'storage-denied', EROFS: 'storage-denied',
  EAGAIN: 'storage-transient', EBUSY: 'storage-transient', EMFILE: 'storage-transient', ENFILE: 'storage-transient', ETIMEDOUT: 'storage-transient', ESTALE: 'storage-transient',
  // A stick that is pulled, a network drive that is gone.
  EIO: 'remote-unreachable', ENODEV: 'remote-unreachable', ENXIO: 'remote-unreachable', ENOTCONN: 'remote-unreachable', EHOSTDOWN: 'remote-unreachable', EHOSTUNREACH: 'remote-unreachable', ENOENT: 'remote-unreachable',
  ENOTDIR: 'storage-permanent',
};

/** As `mkdir` with `recursive`, which never ends where the system says of a folder that exists that there is none, as in /proc. */
async function makeFolders(folder: string): Promise<void> {
  if (!(await fileExists(folder)) && path.dirname(folder) !== folder) {
    await makeFolders(path.dirname(folder));
    await mkdir(folder).catch((error: unknown) => {
      if (!isErrno(error, 'EEXIST')) {
        throw error;
      }
    });
  }
}

/** Whoever links first wins; on a disk without hard links the content is the same, so a rename does no harm. */
async function linkOrRename(temporary: string, target: string): Promise<void> {
  try {
    await link(temporary, target);
  } catch (error) {
    if (['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV'].some((code) => isErrno(error, code))) {
      await rename(temporary, target);
    } else if (!isErrno(error, 'EEXIST')) {
      throw error;
    }
  }
}

async function emptyWhereMissing<T>(entries: Promise<T[]>): Promise<T[]> {
  try {
    return await entries;
  } catch (error) {
    if (isMissing(error)) {
      return [];
    }
    throw error;
  }
}
