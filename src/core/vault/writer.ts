/**
 * The writer through which this device writes to one vault: an id, a key, and where its log stands. It lives in
 * ConvoSync's home and nowhere else. A home that was copied or restored from a backup would write the same sequence
 * numbers twice; it is told by the machine's fingerprint or by a log at the store that is not where this writer left
 * it, and then a new writer of the same device goes on.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import * as path from 'node:path';
import * as z from 'zod';
import { randomId } from '../common/hash.ts';
import type { Home } from '../home/home.ts';
import { readDocument, writeDocument } from '../home/document.ts';

const WriterDocument = z.object({
  v: z.literal(1),
  vault: z.string(),
  writer: z.string(),
  /** PKCS 8, base64. */
  privateKey: z.string(),
  fingerprint: z.string(),
  /** Name of the last record known to be at the store. */
  published: z.string().nullable(),
  /** The writer of this device that it took over from. */
  continues: z.string().optional(),
});
type WriterDocument = z.infer<typeof WriterDocument>;

/** Id of this machine's writer of a vault; undefined where it never wrote. */
export async function writerHere(home: Home, vault: string): Promise<string | undefined> {
  return (await readDocument(fileOf(home, vault), WriterDocument))?.writer;
}

export interface LoadedWriter {
  writer: Writer;
  /** The home came from another machine. */
  copied: boolean;
}

export class Writer {
  readonly #file: string;
  #document: WriterDocument;

  private constructor(file: string, document: WriterDocument) {
    this.#file = file;
    this.#document = document;
  }

  /** Loads this machine's writer of a vault, or starts one. */
  static async load(home: Home, vault: string, fingerprint: string): Promise<LoadedWriter> {
    const file = fileOf(home, vault);
    const document = await readDocument(file, WriterDocument);
    if (document?.fingerprint === fingerprint) {
      return { writer: new Writer(file, document), copied: false };
    }
    const writer = new Writer(file, newDocument(vault, fingerprint, document?.writer));
    await writer.#store();
    return { writer, copied: document !== undefined };
  }

  get id(): string {
    return this.#document.writer;
  }

  get continues(): string | undefined {
    return this.#document.continues;
  }

  get published(): string | undefined {
    return this.#document.published ?? undefined;
  }

  get key(): KeyObject {
    return createPrivateKey({ key: Buffer.from(this.#document.privateKey, 'base64'), format: 'der', type: 'pkcs8' });
  }

  get publicKey(): KeyObject {
    return createPublicKey(this.key);
  }

  async markPublished(record: string): Promise<void> {
    this.#document = { ...this.#document, published: record };
    await this.#store();
  }

  /** Someone else has written this writer's log: from here on, a new one of the same device. */
  async replace(): Promise<void> {
    this.#document = newDocument(this.#document.vault, this.#document.fingerprint, this.#document.writer);
    await this.#store();
  }

  async #store(): Promise<void> {
    await writeDocument(this.#file, this.#document);
  }
}

const fileOf = (home: Home, vault: string): string => path.join(home.writersFolder, `${vault}.json`);

function newDocument(vault: string, fingerprint: string, continues: string | undefined): WriterDocument {
  const { privateKey } = generateKeyPairSync('ed25519');
  return {
    v: 1,
    vault,
    writer: randomId(8),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
    fingerprint,
    published: null,
    ...(continues === undefined ? {} : { continues }),
  };
}
