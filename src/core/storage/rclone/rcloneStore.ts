/**
 * A folder in whatever rclone reaches. Where that is made of files, an object is uploaded under a name of its own and then
 * moved, since many of rclone's backends show a part of what is being written, or keep it when the upload breaks off. Of
 * buckets objects appear whole, and moving them would copy: there they are put under their names at once. `replace` may
 * show an object missing for a moment: rclone takes the old one away before it moves the new one.
 */
import { randomBytes } from 'node:crypto';
import * as z from 'zod/mini';
import { ConvoSyncError, throwIfCancelled } from '../../common/errors.ts';
import { type HttpAnswer, send } from '../http.ts';
import { inParallel } from '../../common/parallel.ts';
import { assertStoreFolder, assertStoreKey, type Listing, marker, objectMissing, placeMissing, type PutOptions, sortListing, type Store, temporaryFolder } from '../store.ts';
import { rcloneFailure } from './failure.ts';
import { type Connection, placeName, RcloneProcess, type RcloneProcessOptions } from './rcloneProcess.ts';

export interface RcloneOptions extends RcloneProcessOptions {
  now: () => Date;
  /** Milliseconds in which rclone, which tries again itself, has to say something. */
  patience?: number;
}

const Features = z.object({ Features: z.object({ BucketBased: z.boolean(), Move: z.boolean(), Copy: z.boolean() }) });
const Entry = z.object({ Name: z.string(), Size: z.number(), IsDir: z.boolean(), ModTime: z.optional(z.string()) });
const Entries = z.object({ list: z.nullable(z.array(Entry)) });
const Stat = z.object({ item: z.nullable(Entry) });
const Failure = z.object({ error: z.string() });

/** Times of files are those of the device that wrote them, whose clock may be wrong. */
const temporaryLife = 7 * 24 * 3_600_000;

export class RcloneStore implements Store {
  readonly #options: RcloneOptions;
  readonly #rclone: RcloneProcess;
  #isBucket: Promise<boolean> | undefined;
  #isReady = false;

  /** @param options.place as `rclone` takes it: `<remote>:<folder>` */
  constructor(options: RcloneOptions) {
    this.#options = options;
    this.#rclone = new RcloneProcess(options);
  }

  describe(): string {
    return `rclone:${this.#options.place}`;
  }

  async create(signal?: AbortSignal): Promise<void> {
    await this.#call('mkdir', { remote: '' }, z.unknown(), signal);
    if (!(await this.#isBucketBased(signal))) {
      await this.#call('mkdir', { remote: temporaryFolder }, z.unknown(), signal);
    }
    if (!(await this.#find(marker.name, signal))) {
      await this.#upload('', marker.name, Buffer.from(marker.text), signal);
    }
  }

  async list(folder: string, signal?: AbortSignal): Promise<Listing> {
    assertStoreFolder(folder);
    const entries = await this.#entries(folder, signal);
    // Of a folder in a bucket that is not there the listing is empty, too.
    if (entries === undefined || entries.length === 0 || (folder === '' && !entries.some(({ Name }) => Name === marker.name))) {
      await this.#assertThere(signal);
    }
    // Some clouds keep two files of one name.
    const byName = [...new Map((entries ?? []).map((entry) => [entry.Name, entry])).values()];
    return sortListing({
      objects: byName.filter(({ IsDir }) => !IsDir).map(({ Name, Size }) => ({ name: Name, size: Size })),
      folders: byName.filter(({ IsDir }) => IsDir).map(({ Name }) => Name),
    });
  }

  async get(key: string, signal?: AbortSignal): Promise<Uint8Array> {
    assertStoreKey(key);
    const answer = await this.#send('GET', `%5B${placeName}%5D/${key}`, { object: key, signal });
    if (answer.status === 404) {
      await this.#assertThere(signal);
      throw objectMissing(this.describe(), key);
    }
    this.#expect(answer, key);
    if (Number(answer.headers.get('content-length') ?? answer.body.byteLength) !== answer.body.byteLength) {
      throw new ConvoSyncError('storage-transient', 'Not all of an object came back.', { details: { object: key, store: this.describe(), remote: this.describe() } });
    }
    return answer.body;
  }

  async put(key: string, bytes: Uint8Array, { replace = false, signal }: PutOptions = {}): Promise<void> {
    assertStoreKey(key);
    await this.#makeReady(signal);
    // Each time: an upload to a place that went away would make it anew.
    const [found] = await Promise.all([replace ? null : this.#find(key, signal), this.#assertThere(signal)]);
    if (found) {
      return;
    }
    const [, folder = '', name = ''] = /^(.*?)\/?([^/]+)$/.exec(key) ?? [];
    if (await this.#isBucketBased(signal)) {
      return this.#upload(folder, name, bytes, signal);
    }
    const temporary = randomBytes(12).toString('hex');
    await this.#upload(temporaryFolder, temporary, bytes, signal);
    const from = `${temporaryFolder}/${temporary}`;
    try {
      await this.#call('movefile', { srcFs: placeName, srcRemote: from, dstFs: placeName, dstRemote: key }, z.unknown(), signal);
    } catch (error) {
      // Another device may have been faster with the same object, which some clouds call a failure.
      if (!replace && ConvoSyncError.is(error, 'storage-transient') && (await this.#find(key, signal))) {
        return this.#discard(from, signal);
      }
      throw error;
    }
  }

  async delete(key: string, signal?: AbortSignal): Promise<void> {
    assertStoreKey(key);
    if (!(await this.#discardIfThere(key, signal))) {
      await this.#assertThere(signal);
    }
  }

  /** Undefined where there is no such folder. */
  async #entries(folder: string, signal?: AbortSignal): Promise<z.infer<typeof Entry>[] | undefined> {
    const answer = await this.#ask('list', { remote: folder.replace(/\/$/, ''), opt: { noMimeType: true } }, folder, signal);
    return answer.status === 404 ? undefined : (this.#read(answer, Entries, folder).list ?? []);
  }

  async #find(key: string, signal?: AbortSignal): Promise<z.infer<typeof Entry> | null> {
    return (await this.#call('stat', { remote: key }, Stat, signal)).item;
  }

  async #assertThere(signal?: AbortSignal): Promise<void> {
    if (!(await this.#find(marker.name, signal))) {
      throw placeMissing(this.describe());
    }
  }

  /** Before the first write: what crashes left is gone. */
  async #makeReady(signal?: AbortSignal): Promise<void> {
    if (this.#isReady) {
      return;
    }
    const now = this.#options.now().getTime();
    const old = ((await this.#isBucketBased(signal)) ? [] : ((await this.#entries(`${temporaryFolder}/`, signal)) ?? [])).filter(({ ModTime }) => now - Date.parse(ModTime ?? '') > temporaryLife);
    await inParallel(old, 8, ({ Name }) => this.#discard(`${temporaryFolder}/${Name}`, signal));
    this.#isReady = true;
  }

  /** @throws ConvoSyncError `storage-permanent` where nothing could appear whole */
  async #isBucketBased(signal?: AbortSignal): Promise<boolean> {
    this.#isBucket ??= this.#call('fsinfo', {}, Features, signal).then(({ Features: { BucketBased, Move, Copy } }) => {
      if (!BucketBased && !Move && !Copy) {
        throw new ConvoSyncError('storage-permanent', 'rclone can neither move nor copy files there.', { details: { store: this.describe(), remote: this.describe(), reason: 'rclone-cannot-move' } });
      }
      return BucketBased;
    });
    try {
      return await this.#isBucket;
    } catch (error) {
      this.#isBucket = undefined;
      throw error;
    }
  }

  async #upload(folder: string, name: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    const boundary = randomBytes(16).toString('hex');
    const body = Buffer.concat([
      Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="file0"; filename="${name}"\r\nContent-Type: application/octet-stream\r\n\r\n`),
      bytes,
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]);
    const object = folder === '' ? name : `${folder}/${name}`;
    const query = new URLSearchParams({ fs: placeName, remote: folder });
    this.#expect(await this.#send('POST', `operations/uploadfile?${query.toString()}`, { object, signal, body, type: `multipart/form-data; boundary=${boundary}` }), object);
  }

  async #discardIfThere(key: string, signal?: AbortSignal): Promise<boolean> {
    const answer = await this.#ask('deletefile', { remote: key }, key, signal);
    if (answer.status !== 404) {
      this.#expect(answer, key);
    }
    return answer.status !== 404;
  }

  /** What stays is removed after some days. */
  async #discard(key: string, signal?: AbortSignal): Promise<void> {
    await this.#ask('deletefile', { remote: key }, key, signal);
  }

  async #call<T>(operation: string, input: object, shape: z.ZodMiniType<T>, signal?: AbortSignal): Promise<T> {
    const object = 'remote' in input ? String(input.remote) : '';
    return this.#read(await this.#ask(operation, input, object, signal), shape, object);
  }

  #ask(operation: string, input: object, object: string, signal?: AbortSignal): Promise<HttpAnswer> {
    return this.#send('POST', `operations/${operation}`, { object, signal, body: Buffer.from(JSON.stringify({ fs: placeName, ...input })), type: 'application/json' });
  }

  #read<T>(answer: HttpAnswer, shape: z.ZodMiniType<T>, object: string): T {
    this.#expect(answer, object);
    const read = shape.safeParse(parsed(answer));
    if (!read.success) {
      throw new ConvoSyncError('storage-permanent', 'This rclone answers otherwise than expected.', { cause: read.error, details: { store: this.describe(), remote: this.describe(), object } });
    }
    return read.data;
  }

  #expect(answer: HttpAnswer, object: string): void {
    if (answer.status < 200 || answer.status >= 300) {
      const failure = Failure.safeParse(parsed(answer));
      throw rcloneFailure(failure.success ? failure.data.error : `status ${answer.status}`, { store: this.describe(), object });
    }
  }

  #send(method: string, path: string, { object, body, type, signal }: { object: string; body?: Uint8Array<ArrayBuffer>; type?: string; signal?: AbortSignal | undefined }): Promise<HttpAnswer> {
    throwIfCancelled(signal);
    const { patience = 120_000 } = this.#options;
    return this.#rclone.use(async ({ address, authorization }: Connection) => {
      try {
        return await send({ method, address: new URL(path, address), headers: { authorization, ...(type === undefined ? {} : { 'content-type': type }) }, ...(body ? { body } : {}), patience, signal }, { store: this.describe(), object });
      } catch (error) {
        // It is rclone that cannot be reached then, and not the place: the next try starts another.
        throw ConvoSyncError.is(error, 'remote-unreachable') ? new ConvoSyncError('storage-transient', 'rclone does not answer.', { cause: error, details: error.details }) : error;
      }
    }, signal);
  }
}

function parsed({ body }: HttpAnswer): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return undefined;
  }
}
