/**
 * The journal of one checkout: what is running there right now, noted before every step, so that whoever comes after a
 * crash completes it or takes it back. At most one entry at a time; the checkout's lock is held while it is there.
 */
import { rm } from 'node:fs/promises';
import * as path from 'node:path';
import * as z from 'zod';
import { readDocument, writeDocument } from '../home/document.ts';
import type { Home } from '../home/home.ts';

const SaveEntry = z.object({
  v: z.literal(1),
  operation: z.literal('save'),
  folder: z.string(),
  session: z.string(),
  /** The request in full: a completed save does what was asked. */
  plan: z.unknown(),
  before: z.object({ branch: z.string().optional(), commit: z.string() }),
  /** Set once the commit is known to be made, or known to be not needed. */
  committed: z.string().optional(),
});
export type SaveEntry = z.infer<typeof SaveEntry>;

const ResumeEntry = z.object({ v: z.literal(1), operation: z.literal('resume'), folder: z.string(), session: z.string(), undo: z.string() });
export type ResumeEntry = z.infer<typeof ResumeEntry>;

const Entry = z.discriminatedUnion('operation', [SaveEntry, ResumeEntry]);
export type JournalEntry = z.infer<typeof Entry>;

export class Journal {
  readonly #file: string;

  constructor(home: Home, checkout: string) {
    this.#file = path.join(home.journalFolder, `${checkout}.json`);
  }

  async read(): Promise<JournalEntry | undefined> {
    return readDocument(this.#file, Entry);
  }

  async write(entry: JournalEntry): Promise<void> {
    await writeDocument(this.#file, entry);
  }

  async clear(): Promise<void> {
    await rm(this.#file, { force: true });
  }
}
