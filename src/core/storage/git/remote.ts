/**
 * A remote of the user's repository, spoken to as the user's repository would (its configuration, credentials, hooks
 * and ssh settings apply) without leaving anything of ours there: objects come from and go to the cache through git's
 * object directory variables, and no ref, config or FETCH_HEAD is written.
 */
import * as path from 'node:path';
import { ConvoSyncError } from '../../common/errors.ts';
import type { Logger } from '../../common/logger.ts';
import { trackingRef } from '../../git/refName.ts';
import type { RemoteRefs, Repository } from '../../git/repository.ts';
import { namespace } from './refs.ts';

export interface RefUpdate {
  /** A commit to set, or undefined to remove the ref. */
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

  constructor(options: GitRemoteOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  /** One look at the remote: every ref of ours, its default branch, and the branches named. */
  async look(branches: readonly string[], signal?: AbortSignal): Promise<RemoteRefs> {
    const { repository, name, lookTimeout } = this.#options;
    return repository.lsRemote(name, ['HEAD', `${namespace}*`, ...branches.map((branch) => `refs/heads/${branch}`)], { signal, timeout: lookTimeout });
  }

  /** Brings the objects of refs into an object store of ours. A ref that vanished meanwhile makes git fail: look again. */
  async fetch(refs: readonly string[], objects: string, signal?: AbortSignal): Promise<void> {
    const { repository, name } = this.#options;
    await repository.git.run(
      [
        '-c', 'fetch.writeCommitGraph=false', '-c', 'fetch.fsckObjects=true', '-c', `remote.${name}.mirror=false`,
        'fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--refmap=', '--no-recurse-submodules', '--no-auto-gc', '--no-prune', '--no-filter',
        name, ...refs,
      ],
      {
        cwd: repository.top,
        signal,
        timeout: 0,
        env: { GIT_OBJECT_DIRECTORY: objects, GIT_ALTERNATE_OBJECT_DIRECTORIES: quoteAlternate(path.join(repository.commonDir, 'objects')) },
      },
    );
  }

  /**
   * One atomic push of all updates, or none. The user's push settings that would add to it are switched off.
   * Hooks run exactly when a branch moves.
   *
   * @param objects the object store of ours that holds what is pushed beside the code
   * @throws ConvoSyncError `push-rejected` with git's own words, `namespace-refused` where the server knows no atomic push
   */
  async push(updates: readonly RefUpdate[], objects: string, signal?: AbortSignal): Promise<void> {
    const { repository, name } = this.#options;
    const movesBranch = updates.some(({ ref }) => ref.startsWith('refs/heads/'));
    const destination = await this.#destination(updates.map(({ ref }) => ref), signal);
    const leases = updates.flatMap(({ ref, lease }) => (lease ? [`--force-with-lease=${ref}:${lease.expected ?? ''}`] : []));
    try {
      await repository.git.run(
        [
          '-c', 'push.pushOption=', '-c', `remote.${name}.mirror=false`,
          'push', '--atomic', '--porcelain', '--no-follow-tags', '--no-signed', '--recurse-submodules=no',
          ...(movesBranch ? [] : ['--no-verify']),
          ...leases, ...destination.options, destination.address,
          ...updates.map(({ commit, ref }) => `${commit ?? ''}:${ref}`),
        ],
        // A pre-push hook may run the user's whole test suite, and a large push takes its time: only patience ends it.
        { cwd: repository.top, signal, timeout: 0, env: { GIT_ALTERNATE_OBJECT_DIRECTORIES: quoteAlternate(objects) } },
      );
    } catch (error) {
      if (ConvoSyncError.is(error) && String(error.details['stderr']).includes('does not support --atomic')) {
        throw new ConvoSyncError('namespace-refused', 'The remote does not support atomic pushes.', { cause: error, details: error.details });
      }
      throw error;
    }
    if (destination.address !== name) {
      await this.#moveTrackingRefs(updates, signal);
    }
  }

  /**
   * The remote's name, unless a fetch refspec of the user's would catch one of our refs: then git would create
   * tracking refs to objects that are not in the user's repository, so the push goes to the bare address instead.
   */
  async #destination(refs: readonly string[], signal?: AbortSignal): Promise<{ address: string; options: string[] }> {
    const { repository, name, logger } = this.#options;
    const settings = await repository.configuration(signal);
    const all = (key: string): string[] => settings.get(`remote.${name}.${key}`) ?? [];
    const ours = refs.filter((ref) => ref.startsWith(namespace));
    if (ours.every((ref) => trackingRef(all('fetch'), ref) === undefined)) {
      return { address: name, options: [] };
    }
    logger.info(`a fetch refspec of ${name} matches our refs: pushing to its address`);
    const receivePack = all('receivepack').at(-1);
    return { address: all('pushurl')[0] ?? all('url')[0] ?? name, options: receivePack === undefined ? [] : [`--receive-pack=${receivePack}`] };
  }

  /** What git does itself when a push names the remote. */
  async #moveTrackingRefs(updates: readonly RefUpdate[], signal?: AbortSignal): Promise<void> {
    const { repository, name } = this.#options;
    const refspecs = await repository.fetchRefspecs(name, signal);
    for (const { ref, commit } of updates) {
      const tracking = ref.startsWith('refs/heads/') ? trackingRef(refspecs, ref) : undefined;
      // A mirror tracks a branch under its own name, which is the user's to move.
      if (tracking !== undefined && tracking !== ref && commit !== undefined) {
        await repository.updateRef(tracking, commit, await repository.resolve(tracking, signal), signal);
      }
    }
  }
}

/** Entries of GIT_ALTERNATE_OBJECT_DIRECTORIES are separated by a colon (on Windows `;`) unless quoted as in C. */
function quoteAlternate(folder: string): string {
  return folder.includes(path.delimiter) || folder.startsWith('"') || folder.includes('\n')
    ? `"${folder.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`
    : folder;
}
