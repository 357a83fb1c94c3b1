/**
 * A vault in the refs of a git remote (see `refs`, `location`): the remote of the code, which is then pushed together with
 * it in one atomic push, or a repository of its own.
 *
 * A remote that hides our refs rejects them and lets the branch land in spite of `--atomic`. A writer whose log is there
 * is safe from that: git does not find the log where the lease expects it, and sends nothing. The first push of a writer
 * goes in two: the objects alone, which shows whether the remote takes them, then code and log. Nobody sees a session
 * before its record is there. Every push is read back, and what the remote then holds decides.
 */
import { ConvoSyncError, throwIfCancelled } from '../../common/errors.ts';
import type { Logger } from '../../common/logger.ts';
import type { RemoteRefs } from '../../git/fetch.ts';
import { assertBatch, assertRemovable, type Backend, type Batch, type Capabilities, keys, singleRecords, type StoredObject } from '../backend.ts';
import type { CacheRepository } from './cacheRepository.ts';
import { keyAt, locate, writerOfLog } from './location.ts';
import { pushAndReadBack } from './push.ts';
import type { GitRemote, RefUpdate } from './remote.ts';
import { chunksRef, formerRef, isFormer, logRef, type Namespace, rootOf, vaultRef } from './refs.ts';

export interface GitBackendOptions {
  vault: string;
  namespace: Namespace;
  /** The remote is that of the code. */
  carriesCode: boolean;
  remote: GitRemote;
  cache: CacheRepository;
  /** `sha1` or `sha256`, as the user's repository has it. */
  objectFormat: string;
  /** For people: the remote's address without credentials. */
  address: string;
  logger: Logger;
}

const branches = 'refs/heads/';

/** A ref may vanish or move between the look and the fetch; after so many tries the remote is too busy to read. */
const fetchAttempts = 4;

export class GitBackend implements Backend {
  readonly capabilities: Capabilities;
  readonly #options: GitBackendOptions;
  readonly #root: string;
  #view: RemoteRefs | undefined;

  constructor(options: GitBackendOptions) {
    this.capabilities = { atomicBatch: true, carriesCode: options.carriesCode };
    this.#options = options;
    this.#root = rootOf(options.namespace, options.vault);
  }

  describe(): string {
    const { address, namespace } = this.#options;
    return namespace === 'own' ? address : `${address} (branches)`;
  }

  /**
   * Chunks are brought when something is opened: listing needs the logs alone.
   *
   * @param options.seen a look at the remote that was just made for the code's sake, so that one connection serves both
   * @param options.chunks brings also the chunks of the writers that went on, in the same fetch, and others than were
   * brought before, which may have been tampered with and are repaired; or those of all writers
   */
  async refresh(signal?: AbortSignal, { seen, chunks = false }: { seen?: RemoteRefs; chunks?: boolean | 'all' } = {}): Promise<void> {
    const { remote, cache, objectFormat } = this.#options;
    await cache.ensure(objectFormat, signal);
    cache.forgetRefs();
    const known = await cache.refs(signal);
    for (let attempt = 1; ; attempt++) {
      const view = (attempt === 1 ? seen : undefined) ?? (await remote.look([], signal));
      const mine = new Map([...view.refs].filter(([ref]) => keyAt(this.#root, ref, '') !== undefined));
      const hasMoved = (ref: string): boolean => known.get(ref) !== mine.get(ref);
      const moved = new Map([...mine].filter(([ref]) => hasMoved(ref) && (!ref.endsWith('/chunks') || chunks === 'all' || (chunks && (known.has(ref) || hasMoved(ref.replace(/chunks$/, 'log')))))));
      if (await this.#bring(moved, attempt, signal)) {
        const gone = [...known.keys()].filter((ref) => keyAt(this.#root, ref, '') !== undefined && !ref.endsWith('/chunks') && !mine.has(ref));
        await cache.setRefs(new Map([...moved, ...gone.map((ref) => [ref, undefined] as const)]), signal);
        this.#view = { ...view, refs: mine };
        return;
      }
    }
  }

  /** The version of a log is the commit of its ref. */
  async logs(signal?: AbortSignal): Promise<Map<string, string>> {
    const { cache } = this.#options;
    const logs = [...(await cache.refs(signal))].flatMap(([ref, commit]) => {
      const writer = writerOfLog(this.#root, ref);
      return writer === undefined ? [] : [[writer, commit] as const];
    });
    return new Map(logs.sort());
  }

  async documents(signal?: AbortSignal): Promise<string | undefined> {
    return (await this.#options.cache.refs(signal)).get(vaultRef(this.#root));
  }

  async list(prefix: string, signal?: AbortSignal): Promise<string[]> {
    const { cache } = this.#options;
    const found: string[] = [];
    for (const [ref, commit] of await cache.refs(signal)) {
      const folder = keyAt(this.#root, ref, '');
      const mayHold = folder === '' ? !prefix.startsWith('writers/') : folder !== undefined && (folder.startsWith(prefix) || prefix.startsWith(folder));
      for (const path of mayHold ? (await cache.tree(commit, signal)).keys() : []) {
        const key = keyAt(this.#root, ref, path);
        if (key?.startsWith(prefix)) {
          found.push(key);
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
    assertBatch(batch);
    const updates = await this.#write(batch, signal);
    const record = updates.filter(({ ref }) => ref === logRef(this.#root, batch.writer));
    const objects = updates.filter((update) => !record.includes(update));
    const code: RefUpdate[] = batch.code ? [{ commit: batch.code.commit, ref: `${branches}${batch.code.branch}` }] : [];
    if (code.length > 0 && batch.expected === undefined) {
      await this.#push(objects, signal);
      await this.#push([...code, ...record], signal);
    } else {
      await this.#push([...objects, ...code, ...record], signal);
    }
  }

  async remove(removed: readonly string[], signal?: AbortSignal): Promise<void> {
    assertRemovable(removed);
    throwIfCancelled(signal);
    for (const [ref, places] of Map.groupBy(removed.map((key) => locate(this.#root, key)), (place) => place.ref)) {
      await this.#removeFrom(ref, places.map(({ path }) => path), signal);
    }
    const { refs } = (this.#view = await this.#options.remote.look([], signal));
    const former = [...refs].filter(([ref]) => isFormer(this.#root, ref));
    if (former.length > 0) {
      await this.#push(former.map(([ref, expected]) => ({ ref, commit: undefined, lease: { expected } })), signal);
    }
  }

  /**
   * The ref begins anew, without a parent. Git would send such a commit with all that is in it; so one that goes on from what
   * is there and ends at the same tree is pushed along, under a ref that is taken away at the end, and nothing is sent twice.
   */
  async #removeFrom(ref: string, paths: readonly string[], signal?: AbortSignal): Promise<void> {
    const { remote, cache } = this.#options;
    const { refs } = (this.#view = await remote.look([], signal));
    const base = refs.get(ref);
    if (base === undefined) {
      return;
    }
    await this.#fetchRefs([ref], signal);
    const there = await cache.tree(base, signal);
    const without = paths.filter((path) => there.has(path));
    if (without.length === 0) {
      return;
    }
    const [fresh = '', bridge = ''] = await cache.write([false, true].map((parent) => ({ base, parent, files: [], without })), signal);
    const former = formerRef(ref);
    await this.#push([{ ref, commit: fresh, lease: { expected: base } }, { ref: former, commit: bridge, lease: { expected: refs.get(former) } }], signal);
  }

  async changeSlots(added: readonly StoredObject[], removed: readonly string[], signal?: AbortSignal): Promise<void> {
    const { cache } = this.#options;
    const ref = vaultRef(this.#root);
    const base = (await cache.refs(signal)).get(ref);
    const files = added.map(({ key, bytes }) => ({ path: locate(this.#root, key).path, bytes }));
    const [commit = ''] = await cache.write([{ base, parent: false, files, without: removed.map((key) => locate(this.#root, key).path) }], signal);
    await this.#push([{ ref, commit, lease: { expected: base } }], signal);
  }

  async removeVault(signal?: AbortSignal): Promise<void> {
    const { remote, cache } = this.#options;
    const mine = async (): Promise<[ref: string, commit: string][]> => [...(await remote.look([], signal)).refs].filter(([ref]) => keyAt(this.#root, ref, '') !== undefined || isFormer(this.#root, ref));
    const there = await mine();
    if (there.length > 0) {
      await this.#push(there.map(([ref, expected]) => ({ ref, commit: undefined, lease: { expected } })), signal);
      await cache.setRefs(new Map(there.map(([ref]) => [ref, undefined])), signal);
      this.#view = undefined;
    }
    const [left] = await mine();
    if (left) {
      throw new ConvoSyncError('storage-conflict', 'Another device has added to the vault meanwhile.', { details: { object: left[0], store: this.describe() } });
    }
  }

  /** Writes the commits of a batch into the cache; says which refs are to be moved to them, the record's last. */
  async #write(batch: Batch, signal?: AbortSignal): Promise<RefUpdate[]> {
    const { cache } = this.#options;
    const [log, chunks] = [logRef(this.#root, batch.writer), chunksRef(this.#root, batch.writer)];
    const byRef = Map.groupBy([...batch.objects, ...batch.records].map((object) => ({ ...object, ...locate(this.#root, object.key) })), ({ ref }) => ref);
    const known = await this.#refsWithLogAt(batch, signal);
    const stored = (this.#view?.refs ?? known).get(chunks);
    if (stored !== undefined && known.get(chunks) !== stored) {
      await this.#fetchRefs([chunks], signal);
    }
    // Where the remote has lost the chunks and the cache still has them, they go there again.
    const bases = stored === undefined ? known : new Map(known).set(chunks, stored);
    const targets = [...byRef.keys()].sort((a, b) => Number(a === log) - Number(b === log));
    const commits = await cache.write(targets.map((ref) => ({ base: bases.get(ref), parent: ref !== vaultRef(this.#root), files: byRef.get(ref) ?? [] })), signal);
    return targets.flatMap((ref, index) => {
      const commit = commits[index];
      return commit === undefined ? [] : [{ ref, commit, lease: { expected: ref === chunks ? stored : known.get(ref) } }];
    });
  }

  /** The refs in the cache, where this writer's log ends as the batch expects it. */
  async #refsWithLogAt({ writer, expected }: Batch, signal?: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const { vault, cache } = this.#options;
    const last = async (): Promise<string | undefined> => singleRecords((await this.list(keys.log(writer), signal)).map((key) => key.slice(keys.log(writer).length))).at(-1);
    if ((await last()) !== expected) {
      // Another process of this device may have published: the cache knows of that, and our look is of before.
      cache.forgetRefs();
      this.#view = undefined;
    }
    const found = await last();
    if (found !== expected) {
      throw new ConvoSyncError('storage-conflict', 'The writer’s log is not where this device left it.', { details: { writer, vault, expected: expected ?? 'nothing', found: found ?? 'nothing' } });
    }
    return cache.refs(signal);
  }

  #push(updates: readonly RefUpdate[], signal?: AbortSignal): Promise<void> {
    const { remote, logger, cache } = this.#options;
    return pushAndReadBack(remote, updates, { objects: cache.objects, logger, onLanded: (landed) => this.#note(landed) }, signal);
  }

  /** Of what was read back, what is ours: the cache holds what it names. */
  async #note(landed: readonly RefUpdate[]): Promise<void> {
    const ours = landed.flatMap(({ ref, commit }) => (commit !== undefined && keyAt(this.#root, ref, '') !== undefined ? [[ref, commit] as const] : []));
    await this.#options.cache.setRefs(new Map(ours));
    this.#view &&= { ...this.#view, refs: new Map([...this.#view.refs, ...ours]) };
  }

  async #read(wanted: readonly string[], into: Map<string, Uint8Array>, signal?: AbortSignal): Promise<void> {
    const { cache } = this.#options;
    const refs = await cache.refs(signal);
    const places = wanted.flatMap((key) => {
      const { ref, path } = locate(this.#root, key);
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
    const refs = new Set(missing.map((key) => locate(this.#root, key).ref).filter((ref) => ref.endsWith('/chunks')));
    await this.#fetchRefs([...refs], signal);
  }

  /** Brings refs into the cache and records where they are. */
  async #fetchRefs(refs: readonly string[], signal?: AbortSignal): Promise<void> {
    const { remote, cache } = this.#options;
    for (let attempt = 1; ; attempt++) {
      const view = (attempt === 1 ? this.#view : undefined) ?? (await remote.look([], signal));
      const heads = new Map(refs.flatMap((ref) => {
        const oid = view.refs.get(ref);
        return oid === undefined ? [] : [[ref, oid] as const];
      }));
      if (await this.#bring(heads, attempt, signal)) {
        await cache.setRefs(heads, signal);
        return;
      }
    }
  }

  /** False when it is worth another look. */
  async #bring(heads: ReadonlyMap<string, string>, attempt: number, signal?: AbortSignal): Promise<boolean> {
    const { remote, cache } = this.#options;
    try {
      if (await remote.bring(heads, cache, signal)) {
        return true;
      }
    } catch (error) {
      if (attempt === fetchAttempts || !ConvoSyncError.is(error, 'git-failed', 'remote-unreachable')) {
        throw error;
      }
    }
    if (attempt === fetchAttempts) {
      throw new ConvoSyncError('storage-transient', 'The remote changed faster than it could be read.', { details: { remote: remote.name } });
    }
    return false;
  }
}
