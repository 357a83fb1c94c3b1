/**
 * Where the keys of unlocked vaults are kept on this machine: in VS Code its secret storage, for the command line a file
 * in ConvoSync's home that only the user can read.
 */
import { rm } from 'node:fs/promises';
import * as path from 'node:path';
import * as z from 'zod';
import { readDocument, writeDocument } from './document.ts';
import type { Home } from './home.ts';

export interface Keychain {
  /** The document of keys as it was set; undefined while the vault is locked here. */
  get(vault: string): Promise<string | undefined>;
  set(vault: string, keys: string): Promise<void>;
  delete(vault: string): Promise<void>;
}

const Unlocked = z.object({ v: z.literal(1), keys: z.string() });

export class FileKeychain implements Keychain {
  readonly #home: Home;

  constructor(home: Home) {
    this.#home = home;
  }

  async get(vault: string): Promise<string | undefined> {
    return (await readDocument(this.#file(vault), Unlocked))?.keys;
  }

  async set(vault: string, keys: string): Promise<void> {
    await writeDocument(this.#file(vault), { v: 1, keys });
  }

  async delete(vault: string): Promise<void> {
    await rm(this.#file(vault), { force: true });
  }

  #file(vault: string): string {
    return path.join(this.#home.vaultsFolder, vault, 'unlocked.json');
  }
}
