/** What the sessions of a vault are made of: files in chunks, and one manifest each that names every byte. */
import * as z from 'zod';
import { ConvoSyncError } from '../common/errors.ts';
import { SessionManifest, type StoredFile } from '../session/session.ts';
import { captureFile, type CaptureSource, type ObjectStore, readStoredFile } from './fileStore.ts';
import { decodeObject, encodeObject } from './object.ts';
import type { Outbox } from './outbox.ts';
import type { SavedSession } from './state.ts';

export interface ContentsOptions {
  outbox: Outbox;
  objects: ObjectStore;
  nameKey: Uint8Array;
  /** The writer that this device writes as just now. */
  writer: () => string;
}

export class SessionContents {
  readonly #options: ContentsOptions;

  constructor(options: ContentsOptions) {
    this.#options = options;
  }

  capture(source: CaptureSource, base: StoredFile | undefined, signal?: AbortSignal): Promise<StoredFile> {
    const { objects, nameKey, writer } = this.#options;
    return captureFile(source, base, objects, { writer: writer(), nameKey }, signal);
  }

  read(file: StoredFile, session: SavedSession, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    const { objects, nameKey, writer } = this.#options;
    return readStoredFile(file, objects, nameKey, [session.writer, writer()], signal);
  }

  /** Stores a manifest and says under which name. */
  async storeManifest(manifest: SessionManifest): Promise<string> {
    const { objects, nameKey } = this.#options;
    const object = await encodeObject(Buffer.from(JSON.stringify(manifest)), nameKey);
    await objects.put(object.name, object.bytes);
    return object.name;
  }

  /** @throws ConvoSyncError `object-missing`, `vault-damaged` or `vault-newer-format`, naming the object or the session */
  async readManifest(session: SavedSession, signal?: AbortSignal): Promise<SessionManifest> {
    const { objects, nameKey, writer } = this.#options;
    const { id, manifest: name } = session.summary;
    const found = await objects.get([{ name, writer: session.writer }], [writer()], signal);
    const value: unknown = JSON.parse((await decodeObject(name, found.get(name) ?? new Uint8Array(), nameKey)).toString('utf8'));
    const version = z.object({ v: z.int() }).safeParse(value);
    if (version.success && version.data.v > 1) {
      throw new ConvoSyncError('vault-newer-format', 'The session is in a newer format.', { details: { session: id } });
    }
    const manifest = SessionManifest.safeParse(value);
    if (!manifest.success || manifest.data.session !== id) {
      throw new ConvoSyncError('vault-damaged', 'The session’s manifest is not readable.', { cause: manifest.error, details: { session: id, object: name } });
    }
    return manifest.data;
  }

  /** Bytes that wait in the outbox; what a save is about to send. */
  async waitingSize(): Promise<number> {
    return [...(await this.#options.outbox.sealedObjects()).values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
  }
}
