/**
 * A bucket of an S3-compatible service, addressed by path. An object appears whole or not at all, and every request
 * carries the hash of its body, so what the service took is what was sent. `If-None-Match` keeps what is there where the
 * service honours it; where it does not, the same object is written once more, which does no harm.
 */
import { AwsV4Signer } from 'aws4fetch';
import { ConvoSyncError, type ErrorCode, throwIfCancelled } from '../../common/errors.ts';
import { sha256 } from '../../common/hash.ts';
import { type CallDetails, decodePart, type HttpAnswer, send, statusFailure } from '../http.ts';
import { assertStoreFolder, assertStoreKey, type Listing, objectMissing, placeMissing, type PutOptions, sortListing, type Store } from '../store.ts';
import { elements, parseXml, textOf } from '../xml.ts';

export interface S3Options {
  /** Of the service, such as `https://s3.eu-central-1.amazonaws.com`. */
  endpoint: string;
  region: string;
  bucket: string;
  /** Folder inside the bucket that ends in `/`, or `''`. */
  prefix: string;
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  /** Signatures hold for some minutes around it. Where the service keeps another time, that one is signed with. */
  now: () => Date;
  /** Milliseconds in which a service that says nothing is waited for. */
  patience?: number;
}

interface Request {
  /** Undefined for the bucket itself. */
  key?: string;
  query?: Readonly<Record<string, string>>;
  headers?: Readonly<Record<string, string>>;
  body?: Uint8Array;
  signal?: AbortSignal | undefined;
}

export class S3Store implements Store {
  readonly #options: S3Options;
  readonly #bucket: URL;
  #knowsConditions = true;
  /** Milliseconds by which the clock of the service is ahead of this device's, as far as it minded. */
  #ahead = 0;

  constructor(options: S3Options) {
    assertStoreFolder(options.prefix);
    this.#options = options;
    const { origin, pathname } = new URL(options.endpoint);
    this.#bucket = new URL(`${pathname.replace(/\/$/, '')}/${encodeURIComponent(options.bucket)}`, origin);
  }

  describe(): string {
    return `${this.#bucket.href}/${this.#options.prefix}`;
  }

  /** Makes the bucket only where there is none: most keys may not make one. */
  async create(signal?: AbortSignal): Promise<void> {
    try {
      await this.#page('', undefined, 1, signal);
    } catch (error) {
      if (!ConvoSyncError.is(error, 'remote-unreachable') || error.details['reason'] !== 'place-missing') {
        throw error;
      }
      const { region } = this.#options;
      // Amazon's first region is the one that must not be named.
      const where = region === 'us-east-1' ? {} : { body: Buffer.from(`<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`) };
      this.#expect(await this.#send('PUT', { ...where, signal }), '');
    }
  }

  async list(folder: string, signal?: AbortSignal): Promise<Listing> {
    assertStoreFolder(folder);
    const listing: Listing = { objects: [], folders: [] };
    let token: string | undefined;
    do {
      const page = await this.#page(folder, token, 1_000, signal);
      listing.objects.push(...page.objects);
      listing.folders.push(...page.folders);
      token = page.next;
    } while (token !== undefined);
    return sortListing(listing);
  }

  async get(key: string, signal?: AbortSignal): Promise<Uint8Array> {
    assertStoreKey(key);
    const answer = await this.#send('GET', { key, signal });
    this.#expect(answer, key);
    return answer.body;
  }

  async put(key: string, bytes: Uint8Array, { replace = false, signal }: PutOptions = {}): Promise<void> {
    assertStoreKey(key);
    const isConditional = this.#knowsConditions && !replace;
    const answer = await this.#send('PUT', { key, body: bytes, headers: isConditional ? { 'if-none-match': '*' } : {}, signal });
    if (isConditional && answer.status === 501) {
      this.#knowsConditions = false;
      return this.put(key, bytes, { replace, signal });
    }
    // Another writer is ahead by a moment, or was there before: either way it is the same object.
    if (isConditional && answer.status === 412) {
      return;
    }
    this.#expect(answer, key);
  }

  async delete(key: string, signal?: AbortSignal): Promise<void> {
    assertStoreKey(key);
    const answer = await this.#send('DELETE', { key, signal });
    if (answer.status !== 404 || this.#said(answer, key) === 'NoSuchBucket') {
      this.#expect(answer, key);
    }
  }

  async #page(folder: string, token: string | undefined, most: number, signal?: AbortSignal): Promise<Listing & { next: string | undefined }> {
    const prefix = `${this.#options.prefix}${folder}`;
    const answer = await this.#send('GET', {
      query: { 'list-type': '2', delimiter: '/', prefix, 'max-keys': String(most), 'encoding-type': 'url', ...(token === undefined ? {} : { 'continuation-token': token }) },
      signal,
    });
    this.#expect(answer, folder);
    const page = parseXml(answer.body, 'ListBucketResult', this.#details(folder));
    const next = textOf(page, 'NextContinuationToken');
    if (textOf(page, 'IsTruncated') === 'true' && next === undefined) {
      throw new ConvoSyncError('storage-permanent', 'The store does not say how its listing goes on.', { details: { ...this.#details(folder) } });
    }
    const nameOf = (encoded: string): string => decodePart(encoded.replaceAll('+', ' ')).slice(prefix.length).replace(/\/$/, '');
    return {
      objects: elements(page, 'Contents').map((object) => ({ name: nameOf(textOf(object, 'Key') ?? ''), size: Number(textOf(object, 'Size') ?? NaN) })),
      folders: elements(page, 'CommonPrefixes').map((common) => nameOf(textOf(common, 'Prefix') ?? '')),
      next,
    };
  }

  /** Signs by the clock of the service where it finds this device's wrong. */
  async #send(method: string, request: Request): Promise<HttpAnswer> {
    const answer = await this.#sendSigned(method, request);
    const time = Date.parse(answer.headers.get('date') ?? '');
    if (answer.status !== 403 || Number.isNaN(time) || this.#said(answer, request.key ?? '') !== 'RequestTimeTooSkewed') {
      return answer;
    }
    this.#ahead = time - this.#options.now().getTime();
    return this.#sendSigned(method, request);
  }

  async #sendSigned(method: string, { key, query = {}, headers = {}, body, signal }: Request): Promise<HttpAnswer> {
    throwIfCancelled(signal);
    const { region, accessKeyId, secretAccessKey, sessionToken, now, patience = 30_000 } = this.#options;
    const address = new URL(this.#bucket);
    if (key !== undefined) {
      address.pathname += `/${this.#options.prefix}${key}`;
    }
    for (const [name, value] of Object.entries(query)) {
      address.searchParams.set(name, value);
    }
    const signed = await new AwsV4Signer({
      method,
      url: address.href,
      headers: { ...headers, 'x-amz-content-sha256': sha256(body ?? '') },
      service: 's3',
      region,
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
      datetime: new Date(now().getTime() + this.#ahead).toISOString().replace(/[:-]|\.\d{3}/g, ''),
    }).sign();
    return send({ method, address: signed.url, headers: Object.fromEntries(signed.headers), ...(body ? { body: new Uint8Array(body) } : {}), patience, signal }, this.#details(key ?? ''));
  }

  #expect(answer: HttpAnswer, object: string): void {
    if (answer.status >= 200 && answer.status < 300) {
      return;
    }
    const said = this.#said(answer, object);
    if (said === 'NoSuchBucket') {
      throw placeMissing(this.describe());
    }
    if (said === 'NoSuchKey') {
      throw objectMissing(this.describe(), object);
    }
    throw statusFailure(answer, this.#details(object), said, said === undefined ? undefined : codes[said]);
  }

  /** The service's own code for what went wrong; undefined where something else answered. */
  #said({ body }: HttpAnswer, object: string): string | undefined {
    try {
      return textOf(parseXml(body, 'Error', this.#details(object)), 'Code');
    } catch {
      return undefined;
    }
  }

  #details(object: string): CallDetails {
    return { store: this.describe(), object };
  }
}

/** Where the service's own code says more than the status. */
const codes: Readonly<Record<string, ErrorCode>> = {
  QuotaExceeded: 'storage-quota',
  ExpiredToken: 'storage-denied',
  RequestTimeout: 'storage-transient',
  OperationAborted: 'storage-transient',
  ConditionalRequestConflict: 'storage-transient',
};
