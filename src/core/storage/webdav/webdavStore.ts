/**
 * A folder on a WebDAV server (RFC 4918). Servers differ in what they promise: some ignore `If-None-Match`, some leave
 * a part of a PUT that broke off, some refuse `Depth: infinity`. What all of them keep is that a MOVE shows a file under
 * its name whole, and one with `Overwrite: F` never replaces it. So an object is put under a name of its own, its size
 * is asked for, and then it is moved; and listings go one level deep.
 */
import { randomBytes } from 'node:crypto';
import { ConvoSyncError, throwIfCancelled } from '../../common/errors.ts';
import { inParallel } from '../../common/parallel.ts';
import { type HttpAnswer, send, statusFailure } from '../http.ts';
import { assertStoreFolder, assertStoreKey, type Listing, marker, objectMissing, placeMissing, type PutOptions, sortListing, type Store, temporaryFolder, temporaryLife } from '../store.ts';
import { type Member, propfindBody, readMembers } from './multistatus.ts';

export interface WebdavOptions {
  /** Of the folder, such as `https://cloud.example.org/remote.php/dav/files/ada/ConvoSync`; credentials in it are not used. */
  address: string;
  user: string;
  password: string;
  /** Milliseconds in which a server that says nothing is waited for. */
  patience?: number;
}

interface Request {
  headers?: Record<string, string>;
  body?: Uint8Array;
  signal?: AbortSignal | undefined;
}

export class WebdavStore implements Store {
  readonly #root: URL;
  readonly #authorization: string;
  readonly #patience: number;
  #isReady = false;

  constructor({ address, user, password, patience = 30_000 }: WebdavOptions) {
    this.#root = bareAddress(address);
    this.#authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    this.#patience = patience;
  }

  describe(): string {
    return this.#root.href;
  }

  async create(signal?: AbortSignal): Promise<void> {
    await this.#makeFolder('', signal);
    await this.#makeFolder(`${temporaryFolder}/`, signal);
    const found = await this.#send('GET', marker.name, { signal });
    if (found.status === 404) {
      this.#expect(await this.#send('PUT', marker.name, { body: Buffer.from(marker.text), signal }), marker.name);
    } else {
      this.#expect(found, marker.name);
    }
  }

  async list(folder: string, signal?: AbortSignal): Promise<Listing> {
    assertStoreFolder(folder);
    const members = await this.#members(folder, signal);
    if (members === undefined || (folder === '' && !members.some(({ name }) => name === marker.name))) {
      await this.#assertThere(signal);
    }
    return sortListing({
      objects: (members ?? []).filter(({ isFolder }) => !isFolder).map(({ name, size }) => ({ name, size })),
      folders: (members ?? []).filter(({ isFolder }) => isFolder).map(({ name }) => name),
    });
  }

  async get(key: string, signal?: AbortSignal): Promise<Uint8Array> {
    assertStoreKey(key);
    const answer = await this.#send('GET', key, { signal });
    if (answer.status === 404) {
      await this.#assertThere(signal);
      throw objectMissing(this.describe(), key);
    }
    this.#expect(answer, key);
    return answer.body;
  }

  async put(key: string, bytes: Uint8Array, { replace = false, signal }: PutOptions = {}): Promise<void> {
    assertStoreKey(key);
    await this.#makeReady(signal);
    const temporary = `${temporaryFolder}/${randomBytes(12).toString('hex')}`;
    this.#expectTaken(await this.#send('PUT', temporary, { body: bytes, signal }), key);
    const arrived = await this.#size(temporary, signal);
    if (arrived !== bytes.byteLength) {
      await this.#discard(temporary, signal);
      throw new ConvoSyncError('storage-transient', 'Not all of an object arrived at the store.', { details: { object: key, store: this.describe(), remote: this.describe(), arrived: arrived ?? 0 } });
    }
    let moved = await this.#move(temporary, key, replace, signal);
    if (moved.status >= 400 && moved.status !== 412) {
      // Of a folder that is missing servers say 403, 404, 409 or 500.
      await this.#makeFolders(folderOf(key), signal);
      moved = await this.#move(temporary, key, replace, signal);
    }
    if (moved.status === 412 && !replace) {
      return this.#discard(temporary, signal);
    }
    this.#expectTaken(moved, key);
  }

  async delete(key: string, signal?: AbortSignal): Promise<void> {
    assertStoreKey(key);
    const answer = await this.#send('DELETE', key, { signal });
    if (answer.status === 404) {
      return this.#assertThere(signal);
    }
    this.#expect(answer, key);
  }

  /** Undefined where there is no such folder. */
  async #members(folder: string, signal?: AbortSignal): Promise<(Member & { now: number })[] | undefined> {
    const answer = await this.#propfind(folder, '1', signal);
    if (answer.status === 404) {
      return undefined;
    }
    this.#expect(answer, folder, 207);
    const now = Date.parse(answer.headers.get('date') ?? '');
    return readMembers(answer.body, { store: this.describe(), object: folder }).slice(1).map((member) => ({ ...member, now }));
  }

  async #size(path: string, signal?: AbortSignal): Promise<number | undefined> {
    const answer = await this.#propfind(path, '0', signal);
    if (answer.status === 404) {
      return undefined;
    }
    this.#expect(answer, path, 207);
    return readMembers(answer.body, { store: this.describe(), object: path })[0]?.size;
  }

  async #assertThere(signal?: AbortSignal): Promise<void> {
    const answer = await this.#send('GET', marker.name, { signal });
    if (answer.status === 404) {
      throw placeMissing(this.describe());
    }
    this.#expect(answer, marker.name);
  }

  /** Before the first write: the place is there, and what crashes left in it is gone. Some servers would make the place themselves. */
  async #makeReady(signal?: AbortSignal): Promise<void> {
    if (this.#isReady) {
      return;
    }
    await this.#assertThere(signal);
    const left = await this.#members(`${temporaryFolder}/`, signal);
    if (left === undefined) {
      await this.#makeFolder(`${temporaryFolder}/`, signal);
    }
    const old = (left ?? []).filter(({ modified, now }) => now - modified > temporaryLife);
    await inParallel(old, 8, ({ name }) => this.#discard(`${temporaryFolder}/${name}`, signal));
    this.#isReady = true;
  }

  async #makeFolders(folder: string, signal?: AbortSignal): Promise<void> {
    if (folder !== '' && (await this.#members(folder, signal)) === undefined) {
      await this.#makeFolders(folderOf(folder.slice(0, -1)), signal);
      await this.#makeFolder(folder, signal);
    }
  }

  /** Harmless where it is there already, which servers say in different words. */
  async #makeFolder(folder: string, signal?: AbortSignal): Promise<void> {
    const answer = await this.#send('MKCOL', folder, { signal });
    if (answer.status !== 201) {
      const found = await this.#propfind(folder, '0', signal);
      if (found.status !== 207) {
        // Of a folder whose own folder is missing.
        throw answer.status === 409 || answer.status === 404 ? placeMissing(this.describe()) : this.#failure(answer, folder);
      }
    }
  }

  #move(from: string, to: string, replace: boolean, signal?: AbortSignal): Promise<HttpAnswer> {
    return this.#send('MOVE', from, { headers: { destination: this.#at(to).href, overwrite: replace ? 'T' : 'F' }, signal });
  }

  #propfind(path: string, depth: '0' | '1', signal?: AbortSignal): Promise<HttpAnswer> {
    return this.#send('PROPFIND', path, { headers: { depth, 'content-type': 'application/xml; charset=utf-8' }, body: propfindBody, signal });
  }

  /** What stays is removed after a day. */
  async #discard(path: string, signal?: AbortSignal): Promise<void> {
    await this.#send('DELETE', path, { signal });
  }

  async #send(method: string, path: string, { headers = {}, body, signal }: Request): Promise<HttpAnswer> {
    throwIfCancelled(signal);
    return send({
      method,
      address: this.#at(path),
      headers: { authorization: this.#authorization, ...headers },
      ...(body ? { body: new Uint8Array(body) } : {}),
      patience: this.#patience,
      signal,
    }, { store: this.describe(), object: path });
  }

  #expect(answer: HttpAnswer, object: string, wanted?: number): void {
    if (wanted === undefined ? answer.status < 200 || answer.status >= 300 : answer.status !== wanted) {
      throw this.#failure(answer, object);
    }
  }

  /** Where a folder went away meanwhile, or an object that was on its way, the next try begins anew. */
  #expectTaken(answer: HttpAnswer, key: string): void {
    if (answer.status === 404 || answer.status === 409) {
      this.#isReady = false;
      throw statusFailure(answer, { store: this.describe(), object: key }, undefined, 'storage-transient');
    }
    this.#expect(answer, key);
  }

  #failure(answer: HttpAnswer, object: string): ConvoSyncError {
    return statusFailure(answer, { store: this.describe(), object });
  }

  #at(path: string): URL {
    return new URL(`${this.#root.pathname}${path}`, this.#root);
  }
}

function bareAddress(address: string): URL {
  const { origin, pathname } = new URL(address);
  return new URL(pathname.endsWith('/') ? pathname : `${pathname}/`, origin);
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}
