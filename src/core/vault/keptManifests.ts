/**
 * Manifests that this device wrote or read lately, as they lie at the store: a new one leans on such a one without asking
 * the store. A cache that may be deleted at any time; what is not in it makes a manifest larger, never wrong.
 */
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { fileExists, isMissing } from '../common/files.ts';
import type { Seal } from './seal.ts';

/** Manifests of some 2 KB each; those of the conversations that go on here are read again with every save. */
const capacity = 64;

export class KeptManifests {
  readonly #folder: string;
  readonly #seal: Seal;

  constructor(folder: string, seal: Seal) {
    this.#folder = folder;
    this.#seal = seal;
  }

  /** Undefined for one that is not kept. */
  async get(name: string): Promise<Uint8Array | undefined> {
    try {
      return await this.#seal.open(name, await readFile(path.join(this.#folder, name)));
    } catch (error) {
      if (isMissing(error)) {
        return undefined;
      }
      throw error;
    }
  }

  /** Not made durable: of one that is half there `get` throws `vault-damaged`, or what reads it does. */
  async put(name: string, bytes: Uint8Array): Promise<void> {
    const file = path.join(this.#folder, name);
    if (await fileExists(file)) {
      return;
    }
    await mkdir(this.#folder, { recursive: true });
    await writeFile(file, await this.#seal.seal(bytes), { mode: 0o600 });
    const names = await readdir(this.#folder);
    if (names.length > capacity) {
      const files = await Promise.all(names.map(async (one) => ({ one, written: await tryTime(path.join(this.#folder, one)) })));
      const old = files.sort((a, b) => b.written - a.written).slice(capacity);
      await Promise.all(old.map(({ one }) => rm(path.join(this.#folder, one), { force: true })));
    }
  }

  async clear(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Milliseconds since the epoch; 0 for a file that another process has removed meanwhile. */
async function tryTime(file: string): Promise<number> {
  try {
    return (await stat(file)).mtimeMs;
  } catch (error) {
    if (isMissing(error)) {
      return 0;
    }
    throw error;
  }
}
