/**
 * A bare repository in ConvoSync's home that holds the objects of one vault and nothing of the user's: no code
 * parents, since a cache that claims commits it lacks breaks fetch and gc. Its refs say what the remote was last seen
 * to hold, under the same names.
 *
 * Commits carry a fixed name and the epoch as date: who saved what and when is the vault's own affair.
 */
import { mkdir, rename, rm } from 'node:fs/promises';
import * as path from 'node:path';
import { Readable } from 'node:stream';
import { ConvoSyncError } from '../../common/errors.ts';
import { fileExists } from '../../common/files.ts';
import { randomId } from '../../common/hash.ts';
import type { Git, GitResult, RunOptions } from '../../git/git.ts';
import { namespaces } from './refs.ts';

const signature = 'ConvoSync <convosync@localhost> 0 +0000';

/** A commit to be written: the whole of `base`'s tree, or nothing, with `files` added. */
export interface NewCommit {
  base: string | undefined;
  /** Keep `base` as parent (a growing history) or not (one commit that replaces it). */
  parent: boolean;
  files: readonly { path: string; bytes: Uint8Array }[];
  /** Paths of `base` that are left out. */
  without?: readonly string[];
}

export class CacheRepository {
  readonly #git: Git;
  readonly folder: string;
  #refs: Promise<Map<string, string>> | undefined;
  readonly #trees = new Map<string, Map<string, string>>();

  constructor(git: Git, folder: string) {
    this.#git = git;
    this.folder = folder;
  }

  get objects(): string {
    return path.join(this.folder, 'objects');
  }

  /** Creates the repository unless it is there; safe when two processes do so at once. */
  async ensure(objectFormat: string, signal?: AbortSignal): Promise<void> {
    if (await fileExists(path.join(this.folder, 'HEAD'))) {
      return;
    }
    const fresh = `${this.folder}.${randomId(4)}.new`;
    await mkdir(path.dirname(fresh), { recursive: true });
    await this.#git.run(['init', '--quiet', '--bare', '--template=', `--object-format=${objectFormat}`, fresh], { cwd: path.dirname(fresh), signal });
    await this.#git.run(['config', '--file', path.join(fresh, 'config'), 'gc.auto', '0'], { cwd: path.dirname(fresh), signal });
    try {
      await rename(fresh, this.folder);
    } catch (error) {
      await rm(fresh, { recursive: true, force: true });
      if (!(await fileExists(path.join(this.folder, 'HEAD')))) {
        throw error;
      }
    }
  }

  /** The remote's refs as last seen; asked once, until `forgetRefs`. */
  async refs(signal?: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const asked = (this.#refs ??= this.#readRefs(signal));
    try {
      return await asked;
    } catch (error) {
      this.forgetRefs();
      throw error;
    }
  }

  /** As `refs`, and none where nothing was ever seen of the remote. */
  async refsIfAny(signal?: AbortSignal): Promise<ReadonlyMap<string, string>> {
    return (await fileExists(path.join(this.folder, 'HEAD'))) ? this.refs(signal) : new Map();
  }

  /** Before a question whose answer another process may have changed. */
  forgetRefs(): void {
    this.#refs = undefined;
  }

  async #readRefs(signal?: AbortSignal): Promise<Map<string, string>> {
    const { stdout } = await this.#run(['for-each-ref', '--format=%(objectname) %(refname)', ...Object.values(namespaces)], { readOnly: true, signal });
    return new Map(stdout.toString('utf8').split('\n').filter(Boolean).map((line) => [line.slice(line.indexOf(' ') + 1), line.slice(0, line.indexOf(' '))]));
  }

  /** Records what the remote holds now: sets, and with undefined removes, refs in one transaction. */
  async setRefs(changes: ReadonlyMap<string, string | undefined>, signal?: AbortSignal): Promise<void> {
    if (changes.size === 0) {
      return;
    }
    const lines = [...changes].map(([ref, oid]) => (oid === undefined ? `delete ${ref}\n` : `update ${ref} ${oid}\n`));
    await this.#run(['update-ref', '--stdin'], { input: lines.join(''), signal });
    const changed = new Map<string, string | undefined>([...(await this.refs(signal)), ...changes]);
    this.#refs = Promise.resolve(new Map([...changed].flatMap(([ref, oid]) => (oid === undefined ? [] : [[ref, oid] as const]))));
  }

  /**
   * Whether the commits are here with all that they lead to beyond `known`, which is.
   *
   * @param env may lend the objects of another repository
   */
  async isComplete(commits: readonly string[], known: readonly string[], env: Readonly<Record<string, string>> = {}, signal?: AbortSignal): Promise<boolean> {
    const { exitCode } = await this.#run(['rev-list', '--objects', '--quiet', '--stdin'], { input: revisions(commits, known), okExitCodes: [0, 128], readOnly: true, timeout: 0, env, signal });
    return exitCode === 0;
  }

  /** Copies what `isComplete` found lent by another repository, which may drop it at any time. */
  async adopt(commits: readonly string[], known: readonly string[], env: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<void> {
    const pack = this.#git.stream([...unhooked, 'pack-objects', '--stdout', '--revs', '--quiet'], { cwd: this.folder, env: { GIT_DIR: this.folder, ...env }, input: revisions(commits, known), readOnly: true, timeout: 0, signal });
    await this.#run(['index-pack', '--stdin'], { input: pack, timeout: 0, signal });
  }

  /** Paths in the tree of a commit, with the blob of each. */
  async tree(commit: string, signal?: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const known = this.#trees.get(commit);
    if (known) {
      return known;
    }
    const { stdout } = await this.#run(['ls-tree', '-r', '-z', '--full-tree', commit], { readOnly: true, signal });
    const entries = stdout.toString('utf8').split('\0').filter(Boolean);
    const tree = new Map(entries.map((entry) => {
      const [meta = '', file = ''] = entry.split('\t');
      return [file, meta.split(' ')[2] ?? ''] as const;
    }));
    this.#trees.set(commit, tree);
    return tree;
  }

  /** Contents of `<commit>:<path>` expressions, in order; undefined for what is not there. One process for all. */
  async blobs(expressions: readonly string[], signal?: AbortSignal): Promise<(Uint8Array | undefined)[]> {
    if (expressions.length === 0) {
      return [];
    }
    const { stdout } = await this.#run(['cat-file', '--batch'], { input: expressions.map((expression) => `${expression}\n`).join(''), readOnly: true, timeout: 0, signal });
    const found: (Uint8Array | undefined)[] = [];
    for (let at = 0; found.length < expressions.length; ) {
      const end = stdout.indexOf(10, at);
      const header = stdout.toString('utf8', at, end === -1 ? stdout.length : end);
      if (end === -1) {
        throw new ConvoSyncError('vault-damaged', 'git cat-file ended early.', { details: { cache: this.folder } });
      }
      if (/ (missing|ambiguous)$/.test(header)) {
        found.push(undefined);
        at = end + 1;
        continue;
      }
      const size = Number(header.split(' ')[2]);
      found.push(stdout.subarray(end + 1, end + 1 + size));
      at = end + 1 + size + 1;
    }
    return found;
  }

  /** Writes commits without moving any ref; returns their ids in order. One process for all. */
  async write(commits: readonly NewCommit[], signal?: AbortSignal): Promise<string[]> {
    const inherited = await Promise.all(commits.map(async ({ base, parent, without = [] }) => (base === undefined || parent ? [] : [...(await this.tree(base, signal))].filter(([file]) => !without.includes(file)))));
    const parts: Uint8Array[] = [];
    const say = (text: string): number => parts.push(Buffer.from(text, 'utf8'));
    commits.forEach((commit, index) => {
      const mark = index + 1;
      const scratch = `refs/scratch/${randomId(6)}`;
      say(`commit ${scratch}\nmark :${mark}\ncommitter ${signature}\ndata 0\n`);
      if (commit.base !== undefined && commit.parent) {
        say(`from ${commit.base}\n`);
      }
      for (const file of commit.parent ? (commit.without ?? []) : []) {
        say(`D ${file}\n`);
      }
      for (const [file, blob] of inherited[index] ?? []) {
        say(`M 100644 ${blob} ${file}\n`);
      }
      for (const file of commit.files) {
        say(`M 100644 inline ${file.path}\ndata ${file.bytes.byteLength}\n`);
        parts.push(file.bytes);
        say('\n');
      }
      // A scratch ref is only there for the length of this command: fast-import insists on one.
      say(`\nget-mark :${mark}\nreset ${scratch}\n\n`);
    });
    const { stdout } = await this.#run(['fast-import', '--quiet', '--done'], { input: Readable.from([...parts, Buffer.from('done\n')]), timeout: 0, signal });
    const oids = stdout.toString('utf8').split('\n').filter(Boolean);
    if (oids.length !== commits.length) {
      throw new ConvoSyncError('git-failed', 'git fast-import did not write every commit.', { details: { expected: commits.length, written: oids.length } });
    }
    return oids;
  }

  /** Names the repository outright, since a user may forbid that git finds a bare one, and keeps the user's hooks out of it. */
  #run(args: readonly string[], { env, ...options }: Omit<RunOptions, 'cwd'>): Promise<GitResult> {
    return this.#git.run([...unhooked, ...args], { cwd: this.folder, env: { GIT_DIR: this.folder, ...env }, ...options });
  }
}

const unhooked = ['-c', 'core.hooksPath=/dev/null'];

function revisions(commits: readonly string[], excluding: readonly string[]): string {
  return [...commits, ...excluding.map((commit) => `^${commit}`), ''].join('\n');
}
