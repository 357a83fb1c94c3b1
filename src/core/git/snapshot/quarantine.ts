/**
 * A folder of ours in which git writes what it would otherwise write into the repository: an object directory that has the
 * repository's as alternate, and a copy of the index. Whatever runs through it leaves the repository as it is: its objects,
 * its index, its refs, and nothing of the user's is started, neither hooks nor a file system monitor.
 */
import { copyFile, mkdir, rm, stat, utimes } from 'node:fs/promises';
import * as path from 'node:path';
import { isMissing } from '../../common/files.ts';
import { quoteAlternate } from '../alternates.ts';
import type { Git } from '../git.ts';
import type { Repository } from '../repository.ts';

/** What must not run, or would write where nothing is to be written. */
const quietSettings = { 'core.fsmonitor': 'false', 'core.splitIndex': 'false', 'core.safecrlf': 'false', 'gc.auto': '0', 'maintenance.auto': 'false', 'i18n.commitEncoding': 'UTF-8' };

/**
 * Git LFS keeps what it filters in the repository, and leaves only a pointer to it for the commit. A snapshot holds the file
 * itself, and gives it back as it is, with or without Git LFS.
 */
export const withoutLfsSmudge = { 'filter.lfs.smudge': '', 'filter.lfs.process': '', 'filter.lfs.required': 'false' };
const withoutLfs = { ...withoutLfsSmudge, 'filter.lfs.clean': '' };

export class Quarantine implements AsyncDisposable {
  readonly folder: string;
  /** The user's repository itself. */
  readonly origin: Repository;
  /** The same with our objects and our index. */
  readonly repository: Repository;
  /** The same, which takes files under Git LFS as they are. */
  readonly bytes: Repository;

  private constructor(folder: string, repository: Repository) {
    const git = quietly(repository.git, folder).adding({
      GIT_OBJECT_DIRECTORY: path.join(folder, 'objects'),
      GIT_ALTERNATE_OBJECT_DIRECTORIES: quoteAlternate(repository.objects),
      GIT_INDEX_FILE: path.join(folder, 'index'),
      GIT_NO_REPLACE_OBJECTS: '1',
    });
    this.folder = folder;
    this.origin = repository;
    this.repository = repository.seenThrough(git);
    this.bytes = repository.seenThrough(git.configured(withoutLfs));
  }

  /** @param folder absolute, to be made; it is removed when the quarantine is disposed of */
  static async open(repository: Repository, folder: string): Promise<Quarantine> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await Promise.all([mkdir(path.join(folder, 'objects'), { mode: 0o700 }), mkdir(path.join(folder, 'no-hooks'), { mode: 0o700 }), copyIndex(repository.indexPath, path.join(folder, 'index'))]);
    return new Quarantine(folder, repository);
  }

  /** The environment for another index, empty at first: of files that are read (see `readFiles`). */
  get smallIndex(): { GIT_INDEX_FILE: string } {
    return { GIT_INDEX_FILE: path.join(this.folder, 'small.index') };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The runner with nothing of the user's that could run or write beside it. */
export function quietly(git: Git, folder: string): Git {
  return git.configured({ ...quietSettings, 'core.hooksPath': path.join(folder, 'no-hooks') }).adding({ GIT_OPTIONAL_LOCKS: '0' });
}

/**
 * Git takes a file as unchanged when it is older than the index: the copy must not be younger than the index was, down to
 * the last digit that a file system keeps and Node does not.
 */
async function copyIndex(from: string, to: string): Promise<void> {
  try {
    const { mtimeMs } = await stat(from);
    await copyFile(from, to);
    const seconds = Math.floor(mtimeMs / 1000);
    await utimes(to, seconds, seconds);
  } catch (error) {
    if (!isMissing(error)) {
      throw error;
    }
  }
}
