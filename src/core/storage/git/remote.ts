/**
 * A remote of the user's repository, spoken to as the user's repository would (its configuration, credentials, hooks
 * and ssh settings apply) without leaving anything of ours there: objects come from and go to the cache through git's
 * object directory variables, and no ref, config or FETCH_HEAD is written.
 */
import * as path from 'node:path';
import { ConvoSyncError } from '../../common/errors.ts';
import type { Logger } from '../../common/logger.ts';
import type { Git } from '../../git/git.ts';
import type { CacheRepository } from './cacheRepository.ts';
import { namespace, refspecMatches } from './refs.ts';

/** What a remote showed when it was asked: all of our refs and the branches that were asked for. */
export interface RemoteView {
  refs: ReadonlyMap<string, string>;
  /** The remote's default branch, where it says so. */
  defaultBranch?: string;
}

export interface RefUpdate {
  /** A commit to set, or undefined to remove the ref. */
  commit: string | undefined;
  ref: string;
  /** The push is refused unless the ref is at this commit (undefined: absent). Branches go without: they only fast-forward. */
  lease?: { expected: string | undefined };
}

export interface GitRemoteOptions {
  git: Git;
  /** The user's working tree. */
  folder: string;
  /** Absolute path of the user's object store (`git rev-parse --git-path objects`). */
  userObjects: string;
  remote: string;
  cache: CacheRepository;
  logger: Logger;
}

export class GitRemote {
  readonly #options: GitRemoteOptions;

  constructor(options: GitRemoteOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.remote;
  }

  /** One look at the remote: every ref of ours, its default branch, and the branches named. */
  async look(branches: readonly string[], signal?: AbortSignal): Promise<RemoteView> {
    const patterns = ['HEAD', `${namespace}*`, ...branches.map((branch) => `refs/heads/${branch}`)];
    const { stdout } = await this.#options.git.run(['ls-remote', '--symref', this.#options.remote, ...patterns], this.#network(signal));
    const refs = new Map<string, string>();
    let defaultBranch: string | undefined;
    for (const line of stdout.toString('utf8').split('\n')) {
      const [value = '', ref] = line.split('\t');
      if (ref === undefined) {
        continue;
      }
      if (value.startsWith('ref: refs/heads/') && ref === 'HEAD') {
        defaultBranch = value.slice('ref: refs/heads/'.length);
      } else if (!value.startsWith('ref: ')) {
        refs.set(ref, value);
      }
    }
    return { refs, ...(defaultBranch === undefined ? {} : { defaultBranch }) };
  }

  /** Brings the objects of refs into the cache. A ref that vanished meanwhile makes git fail: look again. */
  async fetch(refs: readonly string[], signal?: AbortSignal): Promise<void> {
    const { git, remote, cache, userObjects } = this.#options;
    await git.run(
      [
        '-c', 'fetch.writeCommitGraph=false', '-c', 'fetch.fsckObjects=true', '-c', `remote.${remote}.mirror=false`,
        'fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--refmap=', '--no-recurse-submodules', '--no-auto-gc', '--no-prune', '--no-filter',
        remote, ...refs,
      ],
      this.#network(signal, {
        GIT_OBJECT_DIRECTORY: cache.objects,
        GIT_ALTERNATE_OBJECT_DIRECTORIES: quoteAlternate(userObjects),
      }),
    );
  }

  /**
   * One atomic push of all updates, or none. The user's push settings that would add to it are switched off.
   * Hooks run exactly when a branch moves.
   *
   * @throws ConvoSyncError `push-rejected` with git's own words, `namespace-refused` where the server knows no atomic push
   */
  async push(updates: readonly RefUpdate[], signal?: AbortSignal): Promise<void> {
    const { git, remote, cache } = this.#options;
    const movesBranch = updates.some(({ ref }) => ref.startsWith('refs/heads/'));
    const destination = await this.#destination(updates.map(({ ref }) => ref), signal);
    const leases = updates.flatMap(({ ref, lease }) => (lease ? [`--force-with-lease=${ref}:${lease.expected ?? ''}`] : []));
    try {
      await git.run(
        [
          '-c', 'push.pushOption=', '-c', `remote.${remote}.mirror=false`,
          'push', '--atomic', '--porcelain', '--no-follow-tags', '--no-signed', '--recurse-submodules=no',
          ...(movesBranch ? [] : ['--no-verify']),
          ...leases, ...destination.options, destination.name,
          ...updates.map(({ commit, ref }) => `${commit ?? ''}:${ref}`),
        ],
        // A pre-push hook may run the user's whole test suite: only the user's patience ends it.
        { ...this.#network(signal, { GIT_ALTERNATE_OBJECT_DIRECTORIES: quoteAlternate(cache.objects) }), ...(movesBranch ? { timeout: 0 } : {}) },
      );
    } catch (error) {
      if (ConvoSyncError.is(error) && String(error.details['stderr']).includes('does not support --atomic')) {
        throw new ConvoSyncError('namespace-refused', 'The remote does not support atomic pushes.', { cause: error, details: error.details });
      }
      throw error;
    }
    if (destination.byUrl) {
      await this.#moveTrackingRefs(updates, signal);
    }
  }

  /**
   * The remote's name, unless a fetch refspec of the user's would catch one of our refs: then git would create
   * tracking refs to objects that are not in the user's repository, so the push goes to the bare address instead.
   */
  async #destination(refs: readonly string[], signal?: AbortSignal): Promise<{ name: string; byUrl: boolean; options: string[] }> {
    const { git, folder, remote } = this.#options;
    const { stdout } = await git.run(['config', '--null', '--get-regexp', `^remote\\.${escapeRegExp(remote)}\\.`], { cwd: folder, readOnly: true, okExitCodes: [0, 1], ...(signal ? { signal } : {}) });
    const settings = stdout.toString('utf8').split('\0').filter(Boolean).map((entry) => {
      const [key = '', ...value] = entry.split('\n');
      return { key: key.slice(`remote.${remote}.`.length), value: value.join('\n') };
    });
    const all = (key: string): string[] => settings.filter((setting) => setting.key === key).map(({ value }) => value);
    const ours = refs.filter((ref) => ref.startsWith(namespace));
    if (!all('fetch').some((refspec) => ours.some((ref) => refspecMatches(refspec, ref)))) {
      return { name: remote, byUrl: false, options: [] };
    }
    const url = all('pushurl')[0] ?? all('url')[0] ?? remote;
    const receivePack = all('receivepack').at(-1);
    this.#options.logger.info(`a fetch refspec of ${remote} matches our refs: pushing to its address`);
    return { name: url, byUrl: true, options: receivePack === undefined ? [] : [`--receive-pack=${receivePack}`] };
  }

  /** What git does itself when a push names the remote. */
  async #moveTrackingRefs(updates: readonly RefUpdate[], signal?: AbortSignal): Promise<void> {
    const { git, folder, remote } = this.#options;
    for (const { ref, commit } of updates) {
      if (ref.startsWith('refs/heads/') && commit !== undefined) {
        const tracking = `refs/remotes/${remote}/${ref.slice('refs/heads/'.length)}`;
        const known = await git.run(['rev-parse', '--verify', '--quiet', tracking], { cwd: folder, readOnly: true, okExitCodes: [0, 1] });
        if (known.exitCode === 0) {
          await git.run(['update-ref', '-m', 'update by push', tracking, commit], { cwd: folder, ...(signal ? { signal } : {}) });
        }
      }
    }
  }

  #network(signal?: AbortSignal, env: Record<string, string> = {}): { cwd: string; env: Record<string, string>; signal?: AbortSignal } {
    return { cwd: this.#options.folder, env, ...(signal ? { signal } : {}) };
  }
}

/** Entries of GIT_ALTERNATE_OBJECT_DIRECTORIES are separated by a colon (on Windows `;`) unless quoted as in C. */
function quoteAlternate(folder: string): string {
  return folder.includes(path.delimiter) || folder.startsWith('"') || folder.includes('\n')
    ? `"${folder.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`
    : folder;
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
