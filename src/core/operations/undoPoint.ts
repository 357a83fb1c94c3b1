/**
 * What an operation was about to change, kept before it changed it. An undo point lies in a folder of ConvoSync's
 * home: a document, the index as it was, and copies of the files that were replaced. The newest of a checkout and an
 * operation is never removed.
 */
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import * as path from 'node:path';
import * as z from 'zod';
import { fileExists, isMissing, writeFileAtomic } from '../common/files.ts';
import type { Repository } from '../git/repository.ts';
import { readDocument, writeDocument } from '../home/document.ts';
import type { Home } from '../home/home.ts';

/** Undo points kept per checkout and operation. */
const kept = 10;

const ReplacedFile = z.object({
  absolute: z.string(),
  /** Name of the copy in the undo point; absent when there was no such file. */
  copy: z.string().optional(),
  /** Hash of the copy. */
  before: z.string().optional(),
  /** What the operation put there, so that newer work on top of it is recognised. */
  sha256: z.string(),
  size: z.number(),
});
export type ReplacedFile = z.infer<typeof ReplacedFile>;

const UndoPoint = z.object({
  v: z.literal(1),
  id: z.string(),
  operation: z.enum(['save', 'resume']),
  checkout: z.string(),
  session: z.string(),
  at: z.string(),
  before: z.object({
    branch: z.string().optional(),
    commit: z.string().optional(),
    /** Where the session's branch stood; absent when it did not exist. */
    target: z.object({ branch: z.string(), commit: z.string().optional() }).optional(),
  }),
  /** What the operation left behind; absent while it runs. */
  after: z.object({ branch: z.string().optional(), commit: z.string() }).optional(),
  index: z.string().optional(),
  /** Message of the commit that the operation makes of the changes in the working tree. */
  commitMessage: z.string().optional(),
  files: z.array(ReplacedFile),
  /** The save's commit is at the remote and cannot be taken back there. */
  branchPushed: z.boolean().optional(),
  undone: z.boolean().optional(),
});
export type UndoPoint = z.infer<typeof UndoPoint>;

export class UndoPoints {
  readonly #folder: string;
  readonly #checkout: string;

  constructor(home: Home, checkout: string) {
    this.#folder = path.join(home.undoFolder, checkout);
    this.#checkout = checkout;
  }

  /** Starts an undo point and keeps the index as it is. */
  async begin(repository: Repository, point: Omit<UndoPoint, 'v' | 'checkout' | 'files' | 'index'>): Promise<UndoPoint> {
    const folder = this.folderOf(point.id);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const index = repository.indexPath();
    const hasIndex = await fileExists(index);
    if (hasIndex) {
      await copyKeepingTimes(index, path.join(folder, 'index'));
    }
    const begun: UndoPoint = { v: 1, checkout: this.#checkout, files: [], ...point, ...(hasIndex ? { index: 'index' } : {}) };
    await this.update(begun);
    return begun;
  }

  async update(point: UndoPoint): Promise<void> {
    await writeDocument(path.join(this.folderOf(point.id), 'point.json'), point);
  }

  async read(id: string): Promise<UndoPoint | undefined> {
    return readDocument(path.join(this.folderOf(id), 'point.json'), UndoPoint);
  }

  /** The newest point that was not undone yet. */
  async newest(operation: UndoPoint['operation']): Promise<UndoPoint | undefined> {
    return (await this.#all()).find((point) => point.operation === operation && point.undone !== true && point.after !== undefined);
  }

  async remove(id: string): Promise<void> {
    await rm(this.folderOf(id), { recursive: true, force: true });
  }

  /** Removes the oldest beyond the number kept. */
  async prune(operation: UndoPoint['operation']): Promise<void> {
    const old = (await this.#all()).filter((point) => point.operation === operation).slice(kept);
    await Promise.all(old.map(({ id }) => this.remove(id)));
  }

  /** Puts the index back as it was, its own time included. */
  async restoreIndex(repository: Repository, point: UndoPoint): Promise<void> {
    if (point.index === undefined) {
      await rm(repository.indexPath(), { force: true });
      return;
    }
    const fresh = `${repository.indexPath()}.convosync`;
    await copyKeepingTimes(path.join(this.folderOf(point.id), point.index), fresh);
    await rename(fresh, repository.indexPath());
  }

  /** Puts a kept file back where it was. */
  async restoreFile(point: UndoPoint, copy: string, absolute: string): Promise<void> {
    await writeFileAtomic(absolute, createReadStream(path.join(this.folderOf(point.id), copy)), { mode: 0o600 });
  }

  folderOf(id: string): string {
    return path.join(this.#folder, id);
  }

  async #all(): Promise<UndoPoint[]> {
    let names: string[];
    try {
      names = await readdir(this.#folder);
    } catch (error) {
      if (isMissing(error)) {
        return [];
      }
      throw error;
    }
    const points = await Promise.all(names.map((name) => this.read(name)));
    return points.filter((point) => point !== undefined).sort((a, b) => (a.at < b.at ? 1 : -1));
  }
}

/** Git compares an index's own time with those of the files in it, so a copy keeps it. */
export async function copyKeepingTimes(from: string, to: string): Promise<void> {
  const { atime, mtime } = await stat(from);
  await copyFile(from, to);
  await utimes(to, atime, mtime);
}
