/**
 * Objects that a check found damaged or gone at the place, and had nothing to mend with. Until a check finds them whole, nothing that
 * is saved here builds on them, and what has the name of one is stored in its place.
 */
import { rm } from 'node:fs/promises';
import * as path from 'node:path';
import * as z from 'zod';
import { readDocument, writeDocument } from '../home/document.ts';
import type { Home } from '../home/home.ts';

const Document = z.object({ v: z.literal(1), objects: z.array(z.string()) });

export class FaultyObjects {
  readonly #file: string;
  #names: ReadonlySet<string>;

  private constructor(file: string, names: readonly string[]) {
    this.#file = file;
    this.#names = new Set(names);
  }

  static async load(home: Home, vault: string): Promise<FaultyObjects> {
    const file = path.join(home.vaultsFolder, vault, 'faulty.json');
    return new FaultyObjects(file, (await readDocument(file, Document))?.objects ?? []);
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** In place of those that were known. */
  async keep(names: readonly string[]): Promise<void> {
    this.#names = new Set(names);
    await (names.length === 0 ? rm(this.#file, { force: true }) : writeDocument(this.#file, { v: 1, objects: [...this.#names] }));
  }
}
