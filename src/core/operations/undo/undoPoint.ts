/**
 * What an operation was about to change, kept before it changed it. An undo point lies in a folder of ConvoSync's
 * home: a document, the index as it was with the objects that are only in it, and copies of the files that are replaced.
 */
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import * as path from 'node:path';
import * as z from 'zod';
import { fileExists, isMissing, writeFileAtomic } from '../../common/files.ts';
import { sha256File } from '../../common/hash.ts';
import { treeOrEmpty } from '../../git/emptyCommit.ts';
import type { Repository } from '../../git/repository.ts';
import { stageFrom } from '../../git/staging.ts';
import { packStaged, unpack } from '../../git/stagedObjects.ts';
import { readDocument, writeDocument } from '../../home/document.ts';
import type { Home } from '../../home/home.ts';
import { SnapshotState } from '../../session/session.ts';
import { newestOf, outlived, type UndoRetention } from './undoRetention.ts';

const KeptFile = z.object({
  absolute: z.string(),
  /** Name of the copy in the undo point and hash of what it holds; absent when there was no such file. */
  copy: z.string().optional(),
  before: z.string().optional(),
  /** Hash of what the operation puts there, so that newer work on top of it is recognised. */
  after: z.string(),
});
export type KeptFile = z.infer<typeof KeptFile>;

const KeptConversation = z.object({
  agent: z.string(),
  id: z.string(),
  title: z.string().optional(),
  /** Absolute paths of those of the kept files that are its own. */
  files: z.array(z.string()),
});
export type KeptConversation = z.infer<typeof KeptConversation>;

const BranchPosition = z.object({ branch: z.string(), commit: z.string().optional() });
export type BranchPosition = z.infer<typeof BranchPosition>;

const UndoPoint = z.object({
  v: z.literal(1),
  id: z.string(),
  /** Counts up within a checkout: clocks run backwards at times. */
  order: z.int().positive(),
  operation: z.enum(['save', 'resume']),
  /** ISO time at which it began. */
  at: z.string(),
  session: z.string(),
  /** Without a commit before the first one. */
  before: z.object({ branch: z.string().optional(), commit: z.string().optional() }),
  /** Where the branches stood that the operation moves or makes, without a commit where there was none. */
  branches: z.array(BranchPosition),
  /** The branch that the operation makes and has follow the remote's; it had no settings of its own. */
  tracks: z.string().optional(),
  /** The commit that the operation brings in: its own arrival is no newer work. */
  brings: z.string().optional(),
  /** The files beyond a commit that the operation puts, or was about to put, into a working tree without changes. */
  snapshot: SnapshotState.optional(),
  /** Tops of the other repositories that the operation changes, each with a point of this id of its own. */
  companions: z.array(z.string()).optional(),
  /** For the point of such another repository: the top of the one that the operation was asked for in. */
  partOf: z.string().optional(),
  /** The operation merges or rebases, which a crash may leave half done. */
  pulls: z.boolean(),
  /** Message of the commit that the operation makes of the changes in the working tree, and that commit once it is made. */
  commitMessage: z.string().optional(),
  made: z.string().optional(),
  /** Files that were staged, that the commit left out, and that are staged again after it. */
  heldBack: z.array(z.string()).optional(),
  /** What the operation left behind; absent while it runs. */
  after: z.object({ branch: z.string().optional(), commit: z.string() }).optional(),
  /** Name of the kept index; absent when there was none. */
  index: z.string().optional(),
  /** Name of the pack of what was staged and in no commit, which nothing in the repository holds once it is staged no more. */
  staged: z.string().optional(),
  files: z.array(KeptFile),
  /** Those that the operation wrote. */
  conversations: z.array(KeptConversation),
  /** The sessions that were saved of what was newer, before it was undone, and what they hold: that makes room without a trace. */
  keptAs: z.object({
    sessions: z.array(z.string()),
    commit: z.string(),
    /** Of the uncommitted files (see `contentsOf`). */
    contents: z.string().optional(),
    /** Hashes of the files of conversations that they hold to the last byte. */
    files: z.array(z.string()),
  }).optional(),
  /** How far taking back the code has come (see `restoreCode`). */
  restoring: z.enum(['cleared', 'placed']).optional(),
  undone: z.boolean().optional(),
});
export type UndoPoint = z.infer<typeof UndoPoint>;

/** Of an operation that came to its end. */
export type EndedPoint = UndoPoint & { after: NonNullable<UndoPoint['after']> };

export type UndoDraft = Pick<UndoPoint, 'id' | 'operation' | 'at' | 'session' | 'before' | 'branches' | 'tracks' | 'brings' | 'companions' | 'partOf' | 'pulls' | 'commitMessage'>;

export class UndoPoints {
  readonly #folder: string;

  constructor(home: Home, checkout: string) {
    this.#folder = path.join(home.undoFolder, checkout);
  }

  /** Starts an undo point and keeps the index as it is. */
  async begin(repository: Repository, draft: UndoDraft): Promise<UndoPoint> {
    const index = repository.indexPath;
    const hasIndex = await fileExists(index);
    if (hasIndex) {
      await copyExactly(index, path.join(this.#folderOf(draft.id), 'index'));
    }
    const staged = await packStaged(repository, await treeOrEmpty(repository, draft.before), this.#folderOf(draft.id));
    const order = 1 + Math.max(0, ...(await this.all()).map((point) => point.order));
    const begun: UndoPoint = { v: 1, order, files: [], conversations: [], ...draft, ...(hasIndex ? { index: 'index' } : {}), ...(staged === undefined ? {} : { staged }) };
    await this.update(begun);
    return begun;
  }

  async update(point: UndoPoint): Promise<UndoPoint> {
    await writeDocument(path.join(this.#folderOf(point.id), 'point.json'), point);
    return point;
  }

  async read(id: string): Promise<UndoPoint | undefined> {
    return readDocument(path.join(this.#folderOf(id), 'point.json'), UndoPoint);
  }

  /** The newest point of an operation that came to its end and was not undone yet. */
  async newest(operation: UndoPoint['operation']): Promise<EndedPoint | undefined> {
    return newestOf(operation, await this.all());
  }

  async remove(id: string): Promise<void> {
    await rm(this.#folderOf(id), { recursive: true, force: true });
  }

  async removeOutlived(retention: UndoRetention, now: Date): Promise<void> {
    await Promise.all(outlived(await this.all(), retention, now).map(({ id }) => this.remove(id)));
  }

  /** The same under the checkout's lock, when nobody begins one: what a crash left of one that was never begun goes, too. */
  async tidy(retention: UndoRetention, now: Date): Promise<void> {
    const ids = (await this.all()).map(({ id }) => id);
    await Promise.all((await this.#names()).filter((name) => !ids.includes(name)).map((name) => this.remove(name)));
    await this.removeOutlived(retention, now);
  }

  /** Keeps files that are about to be replaced, before the first of them is. */
  async keep(point: UndoPoint, files: readonly { absolute: string; after: string }[]): Promise<UndoPoint> {
    const added: KeptFile[] = [];
    for (const [index, { absolute, after }] of files.entries()) {
      if (await fileExists(absolute)) {
        const copy = `file-${point.files.length + index}`;
        await copyExactly(absolute, this.#copyOf(point, copy));
        added.push({ absolute, after, copy, before: await sha256File(this.#copyOf(point, copy)) });
      } else {
        added.push({ absolute, after });
      }
    }
    return this.update({ ...point, files: [...point.files, ...added] });
  }

  /** Puts the index back as it was, its own time included. */
  async restoreIndex(repository: Repository, point: UndoPoint): Promise<void> {
    if (point.index === undefined) {
      await rm(repository.indexPath, { force: true });
    } else {
      await (point.staged === undefined ? undefined : unpack(repository, this.#copyOf(point, point.staged)));
      await copyExactly(this.#copyOf(point, point.index), repository.indexPath);
    }
  }

  /** Stages what the index held of files that an operation has left out of its commit. */
  async stageHeldBack(repository: Repository, { heldBack = [], ...point }: UndoPoint, signal?: AbortSignal): Promise<void> {
    if (heldBack.length > 0 && point.index !== undefined) {
      await stageFrom(repository, this.#copyOf(point, point.index), heldBack, signal);
    }
  }

  /** Which of the files changed since the operation put them there: newer work, that an undo must not lose. */
  async newerFiles({ files }: UndoPoint): Promise<KeptFile[]> {
    const newer: KeptFile[] = [];
    for (const file of files) {
      const now = (await isFile(file.absolute)) ? await sha256File(file.absolute) : undefined;
      if (now !== undefined && now !== file.after && now !== file.before) {
        newer.push(file);
      }
    }
    return newer;
  }

  /**
   * Puts every kept file back and removes those that were not there. Newer ones go aside first, to the paths it returns;
   * those of them that a session holds are not told.
   */
  async restoreFiles(point: UndoPoint): Promise<string[]> {
    const newer = await this.newerFiles(point);
    const keptAside: string[] = [];
    for (const [index, file] of point.files.entries()) {
      if (newer.includes(file)) {
        const aside = path.join(this.#folderOf(point.id), 'kept', `${index}-${path.basename(file.absolute)}`);
        await copyExactly(file.absolute, aside);
        if (point.keptAs?.files.includes(await sha256File(aside)) !== true) {
          keptAside.push(aside);
        }
      }
      await removeUnfinished(file.absolute);
      if (file.copy === undefined) {
        await rm(file.absolute, { force: true });
      } else {
        await copyExactly(this.#copyOf(point, file.copy), file.absolute);
      }
    }
    return keptAside;
  }

  /** Copies files that an undo is about to replace, and says where to. */
  async putAside(point: UndoPoint, files: readonly string[]): Promise<string[]> {
    const aside = files.map((file, index) => path.join(this.#folderOf(point.id), 'kept', `ignored-${index}-${path.basename(file)}`));
    for (const [index, file] of files.entries()) {
      await copyExactly(file, aside[index] ?? '');
    }
    return aside;
  }

  /** A file of the undo point's folder for what an undo needs for a moment. */
  scratchFile(point: UndoPoint): string {
    return this.#copyOf(point, 'scratch');
  }

  #folderOf(id: string): string {
    return path.join(this.#folder, id);
  }

  #copyOf(point: Pick<UndoPoint, 'id'>, name: string): string {
    return path.join(this.#folderOf(point.id), name);
  }

  /** Newest first. */
  async all(): Promise<UndoPoint[]> {
    const points = await Promise.all((await this.#names()).map((name) => this.read(name)));
    return points.filter((point) => point !== undefined).sort((a, b) => b.order - a.order);
  }

  async #names(): Promise<string[]> {
    try {
      return await readdir(this.#folder);
    } catch (error) {
      if (isMissing(error)) {
        return [];
      }
      throw error;
    }
  }
}

async function isFile(file: string): Promise<boolean> {
  return (await fileExists(file)) && (await stat(file)).isFile();
}

/** With mode and times: git compares an index's own time with those of the files in it, agents sort by them. */
async function copyExactly(from: string, to: string): Promise<void> {
  const { mode, mtime } = await stat(from);
  await mkdir(path.dirname(to), { recursive: true, mode: 0o700 });
  await writeFileAtomic(to, createReadStream(from), { mode: mode & 0o777, mtime });
}

/** What a write leaves beside its file when its process is killed (see `writeFileAtomic`). */
async function removeUnfinished(absolute: string): Promise<void> {
  const folder = path.dirname(absolute);
  const begins = `.${path.basename(absolute).slice(0, 80)}.`;
  const names = await readdir(folder).catch(() => []);
  await Promise.all(names.filter((name) => name.startsWith(begins) && /\.[0-9a-f]{12}\.tmp$/.test(name)).map((name) => rm(path.join(folder, name), { force: true })));
}
