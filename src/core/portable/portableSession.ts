/** A portable session that is proven to be whole: opening it reads every byte of it once and writes nothing. */
import { createHash } from 'node:crypto';
import { ConvoSyncError } from '../common/errors.ts';
import type { StoredFile } from '../session/session.ts';
import { isPortableName, largestManifest, manifestName, nameOf, type PortableManifest, readPortableManifest } from './manifest.ts';
import { listZip, readEntry, type ZipBounds, type ZipEntry } from './zipReader.ts';

export const portableBounds: ZipBounds = { entries: 10_000, bytes: 2 * 1024 ** 3, isName: isPortableName };

export class PortableSession {
  readonly manifest: PortableManifest;
  readonly #file: string;
  readonly #entries: ReadonlyMap<string, ZipEntry>;

  private constructor(file: string, manifest: PortableManifest, entries: ReadonlyMap<string, ZipEntry>) {
    this.#file = file;
    this.manifest = manifest;
    this.#entries = entries;
  }

  /** @throws ConvoSyncError `portable-unreadable` with the reason (see `listZip`, and `missing-file`, `changed`, `bad-manifest`), `portable-newer-format` */
  static async open(file: string, signal?: AbortSignal, bounds = portableBounds): Promise<PortableSession> {
    const entries = new Map((await listZip(file, bounds)).map((entry) => [entry.name, entry]));
    const manifest = readPortableManifest(await readWhole(file, entries.get(manifestName), signal));
    const session = new PortableSession(file, manifest, entries);
    const listed = new Set([manifestName, ...manifest.files.map(({ name }) => name)]);
    for (const name of entries.keys()) {
      if (!listed.has(name)) {
        throw unreadable('unexpected-file', name);
      }
    }
    for (const { name, size, sha256 } of manifest.files) {
      if (entries.get(name)?.size !== size) {
        throw unreadable(entries.has(name) ? 'changed' : 'missing-file', name);
      }
      const content = session.#read(name, sha256, signal);
      while ((await content.next()).done !== true) {
        // Proven by being read to its end.
      }
    }
    return session;
  }

  /** The bytes of a file of the session; throws before the end of the last piece if they are not those that the manifest names. */
  read(file: StoredFile, _session: unknown, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    return this.#read(nameOf(file), file.sha256, signal);
  }

  async *#read(name: string, sha256: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    const entry = this.#entries.get(name);
    if (!entry) {
      throw unreadable('missing-file', name);
    }
    const hash = createHash('sha256');
    for await (const piece of readEntry(this.#file, entry, signal)) {
      hash.update(piece);
      yield piece;
    }
    if (hash.digest('hex') !== sha256) {
      throw unreadable('changed', name);
    }
  }
}

async function readWhole(file: string, entry: ZipEntry | undefined, signal?: AbortSignal): Promise<Buffer> {
  if (!entry || entry.size > largestManifest) {
    throw unreadable(entry ? 'too-large' : 'missing-file', manifestName);
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of readEntry(file, entry, signal)) {
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function unreadable(reason: 'unexpected-file' | 'missing-file' | 'changed' | 'too-large', name: string): ConvoSyncError {
  return new ConvoSyncError('portable-unreadable', 'The portable session is not as it was written.', { details: { reason, name } });
}
