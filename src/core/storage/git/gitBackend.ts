/**
 * A vault in the refs of a git remote, pushed together with the code in one atomic push (see `refs`, `location`).
 *
 * A remote that hides our refs rejects them and lets the branch land in spite of `--atomic`; so the namespace is
 * proven with a ref of its own before the first push that carries code, and every push is read back.
 */
import { ConvoSyncError, throwIfCancelled } from '../../common/errors.ts';
import type { Logger } from '../../common/logger.ts';
import type { Backend, Batch, Capabilities } from '../backend.ts';
import type { CacheRepository } from './cacheRepository.ts';
import { keyAt, locate } from './location.ts';
import type { RemoteRefs } from '../../git/repository.ts';
import type { GitRemote, RefUpdate } from './remote.ts';
import { chunksRef, logRef, namespace, probeRef } from './refs.ts';

/** Remembers between runs which remotes took our refs. */
export interface NamespaceMemory {
  isProven(): Promise<boolean>;
  remember(): Promise<void>;
}

export interface GitBackendOptions {
  vault: string;
  remote: GitRemote;
  cache: CacheRepository;
  namespaceMemory: NamespaceMemory;
  /** `sha1` or `sha256`, as the user's repository has it. */
  objectFormat: string;
  /** For people: the remote's address without credentials. */
  address: string;
  logger: Logger;
}

/** A ref may vanish or move between the look and the fetch; after so many tries the remote is too busy to read. */
const fetchAttempts = 4;

export class GitBackend implements Backend {
  readonly capabilities: Capabilities = { atomicBatch: true, carriesCode: true };
  readonly #options: GitBackendOptions;
  #view: RemoteRefs | undefined;

  constructor(options: GitBackendOptions) {
    this.#options = options;
  }

  describe(): string {
    return this.#options.address;
  }

  /**
   * Takes over a look at the remote that was just made for the code's sake, so that one connection serves both.
   * Without one, looks for itself.
   */
  async refresh(signal?: AbortSignal, seen?: RemoteRefs): Promise<void> {
    const { vault, remote, cache, objectFormat } = this.#options;
    await cache.ensure(objectFormat, signal);
    const known = await cache.refs(signal);
    const prefix = `${namespace}${vault}/`;
    for (let attempt = 1; ; attempt++) {
      const view = (attempt === 1 ? seen : undefined) ?? (await remote.look([], signal));
      const mine = new Map([...view.refs].filter(([ref]) => ref.startsWith(prefix)));
      // Chunks are brought when something is opened: listing needs the logs alone.
      const moved = [...mine].filter(([ref, oid]) => !ref.endsWith('/chunks') && ref !== probeRef(vault) && known.get(ref) !== oid);
      if (moved.length > 0) {
        try {
          await remote.fetch(moved.map(([ref]) => ref), cache.objects, signal);
        } catch (error) {
          if (attempt === fetchAttempts || !ConvoSyncError.is(error, 'git-failed', 'remote-unreachable')) {
            throw error;
          }
        }
      }
      if (await cache.has(moved.map(([, oid]) => oid), signal)) {
        const gone = [...known.keys()].filter((ref) => ref.startsWith(prefix) && !ref.endsWith('/chunks') && !mine.has(ref));
        await cache.setRefs(new Map([...moved, ...gone.map((ref) => [ref, undefined] as const)]), signal);
        this.#view = { ...view, refs: mine };
        return;
      }
      if (attempt === fetchAttempts) {
        throw new ConvoSyncError('storage-transient', 'The remote changed faster than it could be read.', { details: { remote: remote.name } });
      }
    }
  }

  async writers(signal?: AbortSignal): Promise<string[]> {
    const prefix = `${namespace}${this.#options.vault}/`;
    return [...(await this.#options.cache.refs(signal)).keys()].filter((ref) => ref.startsWith(prefix) && ref.endsWith('/log')).map((ref) => ref.slice(prefix.length, -'/log'.length)).sort();
  }

  async list(prefix: string, signal?: AbortSignal): Promise<string[]> {
    const { vault, cache } = this.#options;
    const found: string[] = [];
    for (const [ref, commit] of await cache.refs(signal)) {
      const folder = keyAt(vault, ref, '');
      if (folder !== undefined && ref.startsWith(`${namespace}${vault}/`) && (folder.startsWith(prefix) || prefix.startsWith(folder))) {
        for (const path of (await cache.tree(commit, signal)).keys()) {
          const key = keyAt(vault, ref, path);
          if (key?.startsWith(prefix)) {
            found.push(key);
          }
        }
      }
    }
    return found.sort();
  }

  async get(wanted: readonly string[], signal?: AbortSignal): Promise<Map<string, Uint8Array>> {
    const found = new Map<string, Uint8Array>();
    await this.#read(wanted, found, signal);
    const missing = wanted.filter((key) => !found.has(key));
    if (missing.length > 0) {
      await this.#fetchChunks(missing, signal);
      await this.#read(missing, found, signal);
    }
    const absent = wanted.find((key) => !found.has(key));
    if (absent !== undefined) {
      throw new ConvoSyncError('object-missing', 'An object of the vault is not there.', { details: { object: absent, store: this.describe() } });
    }
    return found;
  }

  async publish(batch: Batch, signal?: AbortSignal): Promise<void> {
    const { vault, cache } = this.#options;
    const refs = await cache.refs(signal);
    const heads = { log: refs.get(logRef(vault, batch.writer)), chunks: this.#view?.refs.get(chunksRef(vault, batch.writer)) ?? refs.get(chunksRef(vault, batch.writer)) };
    await this.#assertLogAt(batch, heads.log, signal);
    if (heads.chunks !== undefined && refs.get(chunksRef(vault, batch.writer)) !== heads.chunks) {
      await this.#fetchRefs([chunksRef(vault, batch.writer)], signal);
    }

    const byRef = Map.groupBy([...batch.objects, ...batch.records].map((object) => ({ ...object, ...locate(vault, object.key) })), ({ ref }) => ref);
    const targets = [...byRef.keys()];
    const commits = await cache.write(targets.map((ref) => ({
      base: ref === logRef(vault, batch.writer) ? heads.log : ref === chunksRef(vault, batch.writer) ? heads.chunks : undefined,
      parent: ref === chunksRef(vault, batch.writer),
      files: byRef.get(ref) ?? [],
    })), signal);
    const updates: RefUpdate[] = targets.map((ref, index) => ({
      ref,
      commit: commits[index],
      lease: { expected: ref === logRef(vault, batch.writer) ? heads.log : ref === chunksRef(vault, batch.writer) ? heads.chunks : undefined },
    }));

    if (!(await this.#options.namespaceMemory.isProven())) {
      await this.#prove(updates[0]?.commit, signal);
    }
    throwIfCancelled(signal);
    const code = batch.code;
    await this.#pushAndReadBack([...updates, ...(code ? [{ commit: code.commit, ref: `refs/heads/${code.branch}` }] : [])], signal);
    await cache.setRefs(new Map(updates.map(({ ref, commit }) => [ref, commit])));
  }

  async #assertLogAt(batch: Batch, head: string | undefined, signal?: AbortSignal): Promise<void> {
    const names = head === undefined ? [] : [...(await this.#options.cache.tree(head, signal)).keys()].map((path) => path.split('/').at(-1) ?? '').sort();
    if (names.at(-1) !== batch.expected) {
      throw new ConvoSyncError('storage-conflict', 'The writer’s log is not where this device left it.', { details: { writer: batch.writer, expected: batch.expected ?? 'nothing', found: names.at(-1) ?? 'nothing' } });
    }
  }

  /**
   * Whatever the push said, what the remote holds afterwards decides: a push whose answer got lost may have landed,
   * and one that was rejected may have landed in part.
   */
  async #pushAndReadBack(updates: readonly RefUpdate[], signal?: AbortSignal): Promise<void> {
    const { remote, logger } = this.#options;
    let failure: unknown;
    try {
      await remote.push(updates, this.#options.cache.objects, signal);
    } catch (error) {
      failure = error;
    }
    let view: RemoteRefs;
    try {
      view = await remote.look(updates.flatMap(({ ref }) => (ref.startsWith('refs/heads/') ? [ref.slice('refs/heads/'.length)] : [])), signal?.aborted ? undefined : signal);
    } catch (error) {
      if (failure !== undefined) {
        throw failure;
      }
      throw new ConvoSyncError('push-unverified', 'The push went through, and the remote could not be read afterwards.', { cause: error, details: { remote: remote.name } });
    }
    const landed = updates.filter(({ ref, commit }) => view.refs.get(ref) === commit);
    if (landed.length === updates.length) {
      if (failure !== undefined) {
        logger.warn('the push reported a failure, and everything is at the remote');
      }
      return;
    }
    const details = {
      ...(ConvoSyncError.is(failure) ? failure.details : {}),
      remote: remote.name,
      landed: landed.map(({ ref }) => ref),
      missing: updates.filter((update) => !landed.includes(update)).map(({ ref }) => ref),
    };
    if (ConvoSyncError.is(failure)) {
      throw new ConvoSyncError(failure.code, failure.message, { cause: failure, details });
    }
    if (failure !== undefined) {
      throw failure;
    }
    throw new ConvoSyncError('push-unverified', 'The push went through, and the remote does not show it.', { details });
  }

  async #prove(commit: string | undefined, signal?: AbortSignal): Promise<void> {
    const { vault, cache, remote, namespaceMemory, logger } = this.#options;
    if (commit === undefined) {
      return;
    }
    const ref = probeRef(vault);
    const update: RefUpdate = { ref, commit };
    try {
      await remote.push([update], cache.objects, signal);
      const seen = (await remote.look([], signal)).refs.get(ref);
      if (seen !== commit) {
        throw new ConvoSyncError('namespace-refused', 'The remote took a ref of ours and does not show it.', { details: { remote: remote.name } });
      }
    } catch (error) {
      if (ConvoSyncError.is(error, 'push-rejected', 'git-failed')) {
        throw new ConvoSyncError('namespace-refused', 'The remote refuses refs under refs/convosync.', { cause: error, details: error.details });
      }
      throw error;
    }
    await remote.push([{ ref, commit: undefined }], cache.objects, signal);
    logger.info(`${remote.name} takes refs under ${namespace}`);
    await namespaceMemory.remember();
  }

  async #read(wanted: readonly string[], into: Map<string, Uint8Array>, signal?: AbortSignal): Promise<void> {
    const { vault, cache } = this.#options;
    const refs = await cache.refs(signal);
    const places = wanted.flatMap((key) => {
      const { ref, path } = locate(vault, key);
      const commit = refs.get(ref);
      return commit === undefined ? [] : [{ key, expression: `${commit}:${path}` }];
    });
    const contents = await cache.blobs(places.map(({ expression }) => expression), signal);
    places.forEach(({ key }, index) => {
      const bytes = contents[index];
      if (bytes) {
        into.set(key, bytes);
      }
    });
  }

  async #fetchChunks(missing: readonly string[], signal?: AbortSignal): Promise<void> {
    const { vault } = this.#options;
    const refs = new Set(missing.map((key) => locate(vault, key).ref).filter((ref) => ref.endsWith('/chunks')));
    const view = this.#view ?? (await this.#options.remote.look([], signal));
    await this.#fetchRefs([...refs].filter((ref) => view.refs.has(ref)), signal);
  }

  /** Brings refs into the cache and records where they are. */
  async #fetchRefs(refs: readonly string[], signal?: AbortSignal): Promise<void> {
    const { remote, cache } = this.#options;
    for (let attempt = 1; refs.length > 0; attempt++) {
      await remote.fetch(refs, cache.objects, signal);
      const view = attempt === 1 && this.#view ? this.#view : await remote.look([], signal);
      const heads = refs.flatMap((ref) => {
        const oid = view.refs.get(ref);
        return oid === undefined ? [] : [[ref, oid] as const];
      });
      if (await cache.has(heads.map(([, oid]) => oid), signal)) {
        await cache.setRefs(new Map(heads), signal);
        return;
      }
      if (attempt === fetchAttempts) {
        throw new ConvoSyncError('storage-transient', 'The remote changed faster than it could be read.', { details: { remote: remote.name } });
      }
    }
  }
}

/** The vaults that a remote shows, by id. */
export function vaultsIn(view: RemoteRefs): string[] {
  const found = [...view.refs.keys()].flatMap((ref) => (/^refs\/convosync\/([0-9a-f]{8,64})\/vault$/.exec(ref)?.[1] ?? []));
  return [...new Set(found)].sort();
}

