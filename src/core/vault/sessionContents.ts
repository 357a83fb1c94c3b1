/**
 * What the sessions of a vault are made of: files in chunks, and one manifest each that names every byte. The manifests of
 * a conversation say nearly the same, so one leans on an earlier one: always on one that stands alone, so that reading it
 * takes two reads, and no more often than that makes it small.
 */
import * as z from 'zod';
import { ConvoSyncError } from '../common/errors.ts';
import { SessionManifest, type StoredFile } from '../session/session.ts';
import { filesOf, withFiles } from '../session/storedFiles.ts';
import { isSilence } from '../storage/silence.ts';
import { captureFile, type CaptureSource, encodeAgain, newFrom, type ObjectStore, readStoredFile } from './fileStore.ts';
import type { KeptManifests } from './keptManifests.ts';
import { decodeObject, type Dictionary, encodeObject, epochOf, leansOn, type NameKeys, type ObjectPlace } from './object.ts';
import type { Outbox } from './outbox.ts';
import type { SavedSession } from './state.ts';

export interface ContentsOptions {
  outbox: Outbox;
  objects: ObjectStore;
  /** Where they lie that this device does not have; undefined without a store. */
  place?: string | undefined;
  kept: KeptManifests;
  nameKeys: NameKeys;
  /** The writer that this device writes as just now. */
  writer: () => string;
  /** Every writer of the vault: under which of them an object lies may be another than it was to be. */
  writers: () => readonly string[];
  /** Whether an object was taken away, so that nothing can build on it. */
  isGone: (place: ObjectPlace) => boolean;
  /** What was stored in an earlier epoch lies readable, and nothing of a sealed one builds on it. */
  sealedSince: number;
}

/** A manifest that leans on another takes at most this share of what it would take alone. */
const worthLeaning = 1 / 3;

export class SessionContents {
  readonly #options: ContentsOptions;

  constructor(options: ContentsOptions) {
    this.#options = options;
  }

  /** What it works with, for what stores sessions in another way (see `sealedAgain`). */
  get options(): ContentsOptions {
    return this.#options;
  }

  capture(source: CaptureSource, base: StoredFile | undefined, signal?: AbortSignal): Promise<StoredFile> {
    const { objects, nameKeys, writer } = this.#options;
    // What the base leaves out stays so, also where its chunks are of no use.
    return captureFile(source, base && (this.canBuildOn(base) ? base : { ...base, chunks: [] }), objects, { writer: writer(), nameKeys }, signal);
  }

  /** From which byte on a file of this machine is new, going on from how it was stored before; 0 where it does not. */
  newFrom(source: CaptureSource, base: StoredFile): Promise<number> {
    return newFrom(source, base, this.#options.nameKeys);
  }

  /** Whether a file that was stored before may be a part of what is saved now: no session needed a part of it that is gone, and it does not lie readable. */
  canBuildOn({ chunks, epoch = 1 }: StoredFile): boolean {
    const { isGone, sealedSince } = this.#options;
    return epoch >= sealedSince && !chunks.some(isGone);
  }

  read(file: StoredFile, session: SavedSession, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    const { objects, nameKeys } = this.#options;
    const named: ObjectStore = { put: (name, bytes) => objects.put(name, bytes), get: (...wanted) => this.#get(session, ...wanted) };
    return readStoredFile(file, named, nameKeys, this.#placesToLook(session), signal);
  }

  /**
   * Stores a manifest and says under which name.
   *
   * @param alike a session that is listed, so that what its manifest leans on stays
   */
  async storeManifest(manifest: SessionManifest, alike?: SavedSession): Promise<string> {
    const { objects, nameKeys, kept } = this.#options;
    const text = Buffer.from(JSON.stringify(manifest));
    const dictionary = alike && (await this.#tryDictionary(alike));
    const alone = await encodeObject(text, nameKeys);
    const leaning = dictionary && (await encodeObject(text, nameKeys, dictionary));
    const object = leaning && leaning.bytes.byteLength <= alone.bytes.byteLength * worthLeaning ? leaning : alone;
    await objects.put(object.name, object.bytes);
    await kept.put(object.name, object.bytes);
    return object.name;
  }

  /** Before what is stored is taken for being there no longer: the next manifest stands alone. */
  async leanOnNothing(): Promise<void> {
    await this.#options.kept.clear();
  }

  /** @throws ConvoSyncError `object-missing`, `vault-damaged` or `vault-newer-format`, naming the object or the session */
  async readManifest(session: SavedSession, signal?: AbortSignal): Promise<SessionManifest> {
    const { nameKeys, kept } = this.#options;
    const { id, manifest: name } = session.summary;
    const bytes = await this.#object({ name, writer: session.writer }, session, signal).catch((error: unknown) => this.#keptAfter(error, name, isSilence(error)));
    const on = leansOn(name, bytes);
    const before = on && (await this.#leanedOn(on, session, signal));
    const value: unknown = JSON.parse((await decodeObject(name, bytes, nameKeys, on && before && (await decodeObject(on.name, before, nameKeys)))).toString('utf8'));
    const version = z.object({ v: z.int() }).safeParse(value);
    if (version.success && version.data.v > 1) {
      throw new ConvoSyncError('vault-newer-format', 'The session is in a newer format.', { details: { session: id } });
    }
    const manifest = SessionManifest.safeParse(value);
    if (!manifest.success || manifest.data.session !== id) {
      throw new ConvoSyncError('vault-damaged', 'The session’s manifest is not readable.', { cause: manifest.error, details: { session: id, object: name } });
    }
    await kept.put(name, bytes);
    if (on && before) {
      await kept.put(on.name, before);
    }
    return manifest.data;
  }

  async #object(place: ObjectPlace, session: SavedSession, signal?: AbortSignal): Promise<Uint8Array> {
    const found = await this.#get(session, [place], this.#placesToLook(session), signal);
    return found.get(place.name) ?? new Uint8Array();
  }

  /** What a store that does not answer fails with says of which session parts lie there alone, and where that is. */
  async #get({ summary }: SavedSession, ...wanted: Parameters<ObjectStore['get']>): ReturnType<ObjectStore['get']> {
    const { objects, place } = this.#options;
    try {
      return await objects.get(...wanted);
    } catch (error) {
      throw isSilence(error) ? new ConvoSyncError(error.code, error.message, { cause: error, details: { ...error.details, incomplete: summary.id, liesAt: place } }) : error;
    }
  }

  /** What a manifest leans on may be here still when it is gone from the store, or the store does not answer. */
  #leanedOn(place: ObjectPlace, session: SavedSession, signal?: AbortSignal): Promise<Uint8Array> {
    return this.#object(place, session, signal).catch((error: unknown) => this.#keptAfter(error, place.name, isSilence(error) || ConvoSyncError.is(error, 'object-missing')));
  }

  async #keptAfter(error: unknown, name: string, mayBeKept: boolean): Promise<Uint8Array> {
    const kept = mayBeKept ? await this.#options.kept.get(name) : undefined;
    if (!kept) {
      throw error;
    }
    return kept;
  }

  /** What the manifest of a session leans on, or that itself; undefined where it is not kept here. */
  async #tryDictionary({ summary, writer }: SavedSession): Promise<Dictionary | undefined> {
    const { kept, nameKeys, isGone, sealedSince } = this.#options;
    try {
      const bytes = await kept.get(summary.manifest);
      const on = bytes && (leansOn(summary.manifest, bytes) ?? { name: summary.manifest, writer });
      const frame = on && !isGone(on) ? await kept.get(on.name) : undefined;
      return on && frame && epochOf(on.name, frame) >= sealedSince ? { text: await decodeObject(on.name, frame, nameKeys), on } : undefined;
    } catch (error) {
      // What is kept may be of another key, or half gone: a manifest that stands alone is as good.
      if (ConvoSyncError.is(error, 'vault-damaged', 'vault-newer-format', 'vault-forged')) {
        return undefined;
      }
      throw error;
    }
  }

  #placesToLook(session: SavedSession): string[] {
    const { writer, writers } = this.#options;
    return [...new Set([session.writer, writer(), ...writers()])];
  }

  /**
   * Every object without which the session cannot be resumed: its manifest, what that leans on, and the chunks of its files.
   * Throws as `readManifest`.
   */
  async objectsOf(session: SavedSession, signal?: AbortSignal): Promise<ObjectPlace[]> {
    const files = filesOf(await this.readManifest(session, signal));
    const manifest = { name: session.summary.manifest, writer: session.writer };
    const on = leansOn(manifest.name, await this.#object(manifest, session, signal));
    return [manifest, ...(on ? [on] : []), ...files.flatMap(({ chunks }) => chunks)];
  }

  /**
   * Stores objects of a session again, under this device's writer, and says under which name its manifest is then.
   *
   * @throws ConvoSyncError `object-missing` where one is gone, with the session in its details
   */
  async storeAgain(session: SavedSession, places: readonly ObjectPlace[], signal?: AbortSignal): Promise<string> {
    const { objects, writer } = this.#options;
    const manifest = await this.readManifest(session, signal);
    const chunks = new Set(filesOf(manifest).flatMap((file) => file.chunks).map(({ name }) => name));
    const names = new Set<string>();
    try {
      for (const place of places.filter(({ name }) => chunks.has(name))) {
        await objects.put(place.name, await this.#object(place, session, signal));
        names.add(place.name);
      }
    } catch (error) {
      throw ConvoSyncError.is(error, 'object-missing') ? new ConvoSyncError('object-missing', error.message, { cause: error, details: { ...error.details, session: session.summary.id } }) : error;
    }
    return this.storeManifest(await withFiles(manifest, async (file) => ({ ...file, chunks: file.chunks.map((chunk) => (names.has(chunk.name) ? { ...chunk, writer: writer() } : chunk)) })));
  }

  /**
   * Stores a chunk again that is damaged or gone at the store, from a file of this machine.
   *
   * @returns where it was to lie; undefined where the file holds something else there
   */
  async restoreChunk(file: StoredFile, name: string, source: CaptureSource): Promise<ObjectPlace | undefined> {
    const { objects, nameKeys } = this.#options;
    const object = await encodeAgain(file, name, source, nameKeys);
    const place = object && file.chunks.find((chunk) => chunk.name === name);
    if (!place) {
      return undefined;
    }
    await objects.put(name, object.bytes);
    return { name, writer: place.writer };
  }

  /** The same for a session's manifest, or what that leans on, where it was read or written here lately. */
  async restoreManifest(session: SavedSession, name: string, signal?: AbortSignal): Promise<ObjectPlace | undefined> {
    const { objects, nameKeys } = this.#options;
    const manifest = { name: session.summary.manifest, writer: session.writer };
    const place = name === manifest.name ? manifest : leansOn(manifest.name, await this.#object(manifest, session, signal));
    const bytes = await this.#tryKept(name);
    if (!bytes || place?.name !== name) {
      return undefined;
    }
    const on = leansOn(name, bytes);
    await decodeObject(name, bytes, nameKeys, on && (await decodeObject(on.name, await this.#leanedOn(on, session, signal), nameKeys)));
    await objects.put(name, bytes);
    return place;
  }

  /** Undefined also for what is kept and damaged. */
  async #tryKept(name: string): Promise<Uint8Array | undefined> {
    try {
      return await this.#options.kept.get(name);
    } catch (error) {
      if (ConvoSyncError.is(error, 'vault-damaged', 'vault-forged', 'vault-newer-format')) {
        return undefined;
      }
      throw error;
    }
  }

  /** Bytes that wait in the outbox; what a save is about to send. */
  async waitingSize(): Promise<number> {
    return [...(await this.#options.outbox.objectSizes()).values()].reduce((sum, size) => sum + size, 0);
  }
}
