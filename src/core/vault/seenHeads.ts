/**
 * The ends of all logs of a vault as this device has seen them at the store: an older end is not believed later, and
 * losing them loses that protection. Kept apart from the logs themselves, which are a cache.
 */
import * as path from 'node:path';
import * as z from 'zod';
import { readDocument, writeDocument } from '../home/document.ts';
import type { Home } from '../home/home.ts';
import type { Heads } from './log.ts';
import { sequenceOf } from './record.ts';

const HeadsDocument = z.object({ v: z.literal(1), heads: z.record(z.string(), z.string()), refreshed: z.string().optional() });

export interface Seen {
  heads: Heads;
  /** ISO time of the last look; undefined before the first. */
  refreshed?: string | undefined;
}

export class SeenHeads {
  readonly #file: string;

  constructor(home: Home, vault: string) {
    this.#file = path.join(home.headsFolder, `${vault}.json`);
  }

  async read(): Promise<Seen> {
    return (await readDocument(this.#file, HeadsDocument)) ?? { heads: {} };
  }

  /** Never takes back what another process of this device has seen since. */
  async remember(found: Heads, refreshed: string | undefined): Promise<void> {
    const heads = { ...found };
    for (const [writer, head] of Object.entries((await this.read()).heads)) {
      if (sequenceOf(head) > sequenceOf(heads[writer] ?? '')) {
        heads[writer] = head;
      }
    }
    await writeDocument(this.#file, { v: 1, heads, ...(refreshed === undefined ? {} : { refreshed }) });
  }
}
