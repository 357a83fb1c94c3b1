/**
 * A remote of the user's repository, spoken to as the user's repository would (its configuration, credentials, hooks
 * and ssh settings apply) without leaving anything of ours there: objects come from and go to the cache through git's
 * object directory variables, and no ref, config or FETCH_HEAD is written.
 */
import { ConvoSyncError } from '../../common/errors.ts';
import type { Logger } from '../../common/logger.ts';
import { quoteAlternate } from '../../git/alternates.ts';
import { updateRef } from '../../git/branches.ts';
import { readConfiguration } from '../../git/configuration.ts';
import { fetchBranch, listRemoteRefs, type RemoteRefs } from '../../git/fetch.ts';
import { hasCommit, isAncestor, resolveCommit } from '../../git/history.ts';
import { remoteAddress } from '../../git/identity.ts';
import { trackingRef } from '../../git/refName.ts';
import { fetchRefspecs } from '../../git/remotes.ts';
import type { Repository } from '../../git/repository.ts';
import type { CacheRepository } from './cacheRepository.ts';
import { isCode, isOfVault, namespaces } from './refs.ts';

export interface RefUpdate {
  /** Undefined to take the ref away. */
  commit: string | undefined;
  ref: string;
  /** The push is refused unless the ref is at this commit (undefined: absent). Branches go without: they only fast-forward. */
  lease?: { expected: string | undefined };
}

export interface GitRemoteOptions {
  repository: Repository;
  /** Name of the remote, or an address. */
  name: string;
  /** Milliseconds after which a look counts as `git-timeout`; a person who is asked for a password needs longer. */
  lookTimeout: number;
  logger: Logger;
}

export class GitRemote {
  readonly #options: GitRemoteOptions;
  #source: string | undefined;

  constructor(options: GitRemoteOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  /** One look at the remote: every ref of ours in either namespace, its default branch, and the branches named. */
  async look(branches: readonly string[], signal?: AbortSignal): Promise<RemoteRefs> {
    const { repository, lookTimeout } = this.#options;
    return listRemoteRefs(repository, await this.#readable(signal), ['HEAD', ...Object.values(namespaces).map((prefix) => `${prefix}*`), ...branches.map((branch) => `refs/heads/${branch}`)], { signal, timeout: lookTimeout });
  }

  /**
   * Brings what refs were just seen at into the cache, and says whether all of it is there: false when the remote has
   * moved meanwhile. Look again then, as after a `git-failed` because a ref has vanished.
   */
  async bring(heads: ReadonlyMap<string, string>, cache: CacheRepository, signal?: AbortSignal): Promise<boolean> {
    if (heads.size === 0) {
      return true;
    }
    const refs = [...heads.keys()];
    const known = await cache.refs(signal);
    const tips = refs.flatMap((ref) => known.get(ref) ?? []);
    const { objects } = this.#options.repository;
    await this.#fetch(refs, tips, cache, objects, signal);
    if (await cache.isComplete([...heads.values()], tips, {}, signal)) {
      return true;
    }
    // Git fetches nothing that the user's repository has already: a mirror, or a clone that copied all objects of its source.
    const borrowed = { GIT_ALTERNATE_OBJECT_DIRECTORIES: quoteAlternate(objects) };
    if (!(await cache.isComplete([...heads.values()], tips, borrowed, signal))) {
      return false;
    }
    await cache.adopt([...heads.values()], tips, borrowed, signal);
    return true;
  }

  async #fetch(refs: readonly string[], tips: readonly string[], cache: CacheRepository, objects: string, signal?: AbortSignal): Promise<void> {
    const { repository } = this.#options;
    await repository.git.run(
      [
        '-c', 'fetch.writeCommitGraph=false', '-c', 'fetch.fsckObjects=true',
        'fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--refmap=', '--no-recurse-submodules', '--no-auto-gc', '--no-prune', '--no-filter',
        // Git would tell the remote of the user's branches, which share nothing with a vault.
        ...tips.map((tip) => `--negotiation-tip=${tip}`),
        await this.#readable(signal), ...refs,
      ],
      { cwd: repository.top, signal, timeout: 0, env: { GIT_OBJECT_DIRECTORY: cache.objects, GIT_ALTERNATE_OBJECT_DIRECTORIES: quoteAlternate(objects) } },
    );
  }

  /**
   * One atomic push: all updates or none. On a server that knows no such push they go one after the other in the
   * order given, and none after the first that fails. The user's push settings that would add to it are switched off.
   * Hooks run exactly when a branch moves.
   *
   * @param objects the object store of ours that holds what is pushed beside the code; undefined for code alone
   * @throws ConvoSyncError `push-rejected` with git's own words
   */
  async push(updates: readonly RefUpdate[], objects: string | undefined, signal?: AbortSignal): Promise<void> {
    try {
      await this.#push(['--atomic'], updates, objects, signal);
    } catch (error) {
      if (!ConvoSyncError.is(error) || !String(error.details['stderr']).includes('does not support --atomic')) {
        throw error;
      }
      this.#options.logger.info(`${this.name} knows no atomic push: one ref after the other`);
      for (const update of updates) {
        await this.#push([], [update], objects, signal);
      }
    }
  }

  /** Whether a commit is part of the remote's branch, whose tip was seen at `tip`. Fetches the branch, as the user would, to know. */
  async holds(commit: string, branch: string, tip: string, signal?: AbortSignal): Promise<boolean> {
    const { repository } = this.#options;
    if (tip !== commit && !(await hasCommit(repository, tip, signal))) {
      await fetchBranch(repository, await this.#readable(signal), branch, signal);
    }
    return tip === commit || ((await hasCommit(repository, tip, signal)) && isAncestor(repository, commit, tip, signal));
  }

  async #push(options: readonly string[], updates: readonly RefUpdate[], objects: string | undefined, signal?: AbortSignal): Promise<void> {
    const { repository, name } = this.#options;
    const movesBranch = updates.some(({ ref }) => isCode(ref));
    const destination = await this.#destination(updates.map(({ ref }) => ref), signal);
    await repository.git.run(
      [
        '-c', 'push.pushOption=', ...destination.settings,
        'push', ...options, '--no-follow-tags', '--no-signed', '--recurse-submodules=no',
        ...(movesBranch ? [] : ['--no-verify']),
        ...updates.flatMap(({ ref, lease }) => (lease ? [`--force-with-lease=${ref}:${lease.expected ?? ''}`] : [])),
        ...destination.options, destination.address, ...updates.map(({ commit = '', ref }) => `${commit}:${ref}`),
      ],
      // A pre-push hook may run the user's whole test suite, and a large push takes its time: only patience ends it.
      { cwd: repository.top, signal, timeout: 0, env: objects === undefined ? {} : { GIT_ALTERNATE_OBJECT_DIRECTORIES: quoteAlternate(objects) } },
    );
    if (destination.address !== name) {
      await this.#moveTrackingRefs(updates, signal);
    }
  }

  /**
   * The remote's name, unless a fetch refspec of the user's would catch one of our refs: then git would create
   * tracking refs to objects that are not in the user's repository, so the push goes to the bare address instead.
   * (A negative refspec beside it would do, had git not long applied it to pushes the wrong way round.)
   */
  async #destination(refs: readonly string[], signal?: AbortSignal): Promise<{ address: string; settings: string[]; options: string[] }> {
    const { repository, name, logger } = this.#options;
    const settings = await readConfiguration(repository, signal);
    const all = (key: string): string[] => settings.get(`remote.${name}.${key}`) ?? [];
    // Of an address nothing is configured, and git would not take it for a name.
    const ownSettings = all('url').length + all('pushurl').length > 0 ? ['-c', `remote.${name}.mirror=false`] : [];
    const ours = refs.filter(isOfVault);
    if (ours.every((ref) => trackingRef(all('fetch'), ref) === undefined)) {
      return { address: name, settings: ownSettings, options: [] };
    }
    logger.info(`a fetch refspec of ${name} matches our refs: pushing to its address`);
    const receivePack = all('receivepack').at(-1);
    return { address: all('pushurl')[0] ?? all('url')[0] ?? name, settings: ownSettings, options: receivePack === undefined ? [] : [`--receive-pack=${receivePack}`] };
  }

  /** What git does itself when a push names the remote. */
  async #moveTrackingRefs(updates: readonly RefUpdate[], signal?: AbortSignal): Promise<void> {
    const { repository, name } = this.#options;
    const refspecs = await fetchRefspecs(repository, name, signal);
    for (const { ref, commit } of updates) {
      const tracking = isCode(ref) ? trackingRef(refspecs, ref) : undefined;
      // A mirror tracks a branch under its own name, which is the user's to move.
      if (commit !== undefined && tracking !== undefined && tracking !== ref) {
        await updateRef(repository, tracking, commit, await resolveCommit(repository, tracking, signal), signal);
      }
    }
  }

  /** What a look or a fetch names: the remote itself, unless it is fetched from elsewhere than it is pushed to. */
  async #readable(signal?: AbortSignal): Promise<string> {
    const { repository, name } = this.#options;
    if (this.#source === undefined) {
      const { url, isFetched } = await remoteAddress(repository, name, signal);
      this.#source = isFetched ? name : url;
    }
    return this.#source;
  }
}
