/**
 * Where secrets are kept on this machine: the keys of unlocked vaults, the credentials of stores. In VS Code its secret
 * storage, for the command line files in ConvoSync's home that only the user can read.
 */
import { rm } from 'node:fs/promises';
import * as path from 'node:path';
import * as z from 'zod';
import { readDocument, writeDocument } from './document.ts';
import type { Home } from './home.ts';

/** Names are letters, digits and hyphens. */
export interface Keychain {
  get(name: string): Promise<string | undefined>;
  set(name: string, secret: string): Promise<void>;
  delete(name: string): Promise<void>;
}

const Secret = z.object({ v: z.literal(1), secret: z.string() });

export class FileKeychain implements Keychain {
  readonly #folder: string;

  constructor(home: Home) {
    this.#folder = path.join(home.root, 'keychain');
  }

  async get(name: string): Promise<string | undefined> {
    return (await readDocument(this.#file(name), Secret))?.secret;
  }

  async set(name: string, secret: string): Promise<void> {
    await writeDocument(this.#file(name), { v: 1, secret });
  }

  async delete(name: string): Promise<void> {
    await rm(this.#file(name), { force: true });
  }

  #file(name: string): string {
    return path.join(this.#folder, `${name}.json`);
  }
}
