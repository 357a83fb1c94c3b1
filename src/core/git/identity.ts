/**
 * How the same repository is recognised on another machine: by the address of its remote in a form in which all ways
 * to write it are equal, and failing that by its root commits. Two devices may reach one repository by addresses that
 * stay different (a file path and a web server, an ssh alias): their roots agree, and so they count as `related`, which a resume
 * accepts and says.
 */
import { realpath } from 'node:fs/promises';
import * as path from 'node:path';
import type { RepositoryIdentity } from '../session/session.ts';
import { rootsOf } from './history.ts';
import { fetchUrlOf, pushRemoteOf, pushUrlsOf } from './remotes.ts';
import type { Repository } from './repository.ts';
import { type Head, readHead } from './workingTree.ts';

const defaultPorts: Readonly<Record<string, string>> = { http: '80', https: '443', ssh: '22', git: '9418' };

/**
 * `host/path` of an address, without user, `.git`, default port, and with the host in lower case; `file:/…` for a path of
 * this machine. Undefined for what is no address of a place: a relative path, a bundle piped through a helper.
 */
export function normaliseRemote(url: string): string | undefined {
  const windowsPath = /^([A-Za-z]):[\\/](.*)$/s.exec(url);
  if (windowsPath) {
    return local(`/${windowsPath[1] ?? ''}:/${windowsPath[2] ?? ''}`);
  }
  if (url.startsWith('/') || url.startsWith('\\\\')) {
    return local(url);
  }
  const full = /^([a-z][a-z0-9+.-]*):\/\/(?:[^/@]*@)?([^/]*)(\/.*)?$/is.exec(url);
  if (full) {
    const [, scheme = '', authority = '', place = ''] = full;
    const kind = scheme.toLowerCase().replace(/^(git\+ssh|ssh\+git)$/, 'ssh');
    return kind === 'file' ? local(decode(authority === '' || authority === 'localhost' ? place : `//${authority}${place}`)) : hosted(withoutPort(authority, defaultPorts[kind]), decode(place));
  }
  if (/^[a-z0-9+.-]+::/i.test(url)) {
    return undefined;
  }
  // As ssh and scp write it: a colon before the first slash.
  const scpLike = /^(?:[^/@]*@)?(\[[^\]/]+\]|[^/:[\]]+):(.*)$/s.exec(url);
  if (!scpLike) {
    return undefined;
  }
  const [, host = '', place = ''] = scpLike;
  const bracketed = /^\[([^\]:]+(?::\d+)?)\]$/.exec(host)?.[1];
  return hosted(withoutPort(bracketed ?? host, defaultPorts['ssh']), place);
}

/**
 * What a session says of its repository. Finding the roots walks the whole history: a caller that asks often passes the
 * ones it found before. A shallow clone has none to tell.
 */
export async function identify(repository: Repository, options: { head?: Head; roots?: string[]; signal?: AbortSignal | undefined } = {}): Promise<RepositoryIdentity> {
  const { signal } = options;
  const head = options.head ?? (await readHead(repository, signal));
  const remoteName = await pushRemoteOf(repository, head.branch, signal);
  const remote = remoteName === undefined ? undefined : await addressOf((await remoteAddress(repository, remoteName, signal)).url, repository.top);
  return {
    ...(remote === undefined ? {} : { remote }),
    roots: options.roots ?? (head.commit === undefined ? [] : await rootsOf(repository, head.commit, signal)),
    name: path.posix.basename(remote ?? '') || path.basename(repository.top),
  };
}

/** The same, for a comparison with another: walks the history for its roots only where the remote's address does not settle the matter. */
export async function identifyAgainst(repository: Repository, other: RepositoryIdentity, options: { head?: Head; signal?: AbortSignal | undefined } = {}): Promise<RepositoryIdentity> {
  const byRemote = await identify(repository, { ...options, roots: [] });
  return sameRepository(byRemote, other) === 'same' ? byRemote : identify(repository, options);
}

/**
 * Where a remote's branches are: the address that is fetched from, unless pushes go to another repository; then the first
 * they go to. Two addresses of one repository, such as `https` to read and `ssh` to write, count as the one that is read.
 */
export async function remoteAddress(repository: Repository, name: string, signal?: AbortSignal): Promise<{ url: string; isFetched: boolean }> {
  const [fetched, pushed] = await Promise.all([fetchUrlOf(repository, name, signal), pushUrlsOf(repository, name, signal)]);
  const isSame = (url: string): boolean => url === fetched || (normaliseRemote(url) ?? url) === normaliseRemote(fetched);
  const [first] = pushed;
  return first === undefined || pushed.some(isSame) ? { url: fetched, isFetched: true } : { url: first, isFetched: false };
}

/**
 * `same` by remote, or by roots where one side has no remote; `related` when the roots agree but the remotes differ: a fork,
 * or one repository by two addresses; `other` when nothing is shared.
 */
export function sameRepository(a: RepositoryIdentity, b: RepositoryIdentity): 'same' | 'related' | 'other' {
  if (a.remote !== undefined && a.remote === b.remote) {
    return 'same';
  }
  if (!a.roots.some((root) => b.roots.includes(root))) {
    return 'other';
  }
  return a.remote === undefined || b.remote === undefined ? 'same' : 'related';
}

/** An address that a clone may be made from; a person may know a better one. Undefined without a remote. */
export function cloneAddress({ remote }: Pick<RepositoryIdentity, 'remote'>): string | undefined {
  return remote === undefined ? undefined : remote.startsWith('file:') ? remote.slice('file:'.length) : `https://${remote}`;
}

/** Git takes a relative path as relative to the working tree's top, and follows symbolic links. */
async function addressOf(url: string, top: string): Promise<string | undefined> {
  const address = normaliseRemote(url);
  const place = address === undefined && /^[^:]*(\/|$)/.test(url) ? path.resolve(top, url) : /^(\/|file:\/\/\/)/.test(url) ? decode(url.replace(/^file:\/\//, '')) : undefined;
  if (place === undefined) {
    return address;
  }
  try {
    return local(await realpath(place));
  } catch {
    // Not mounted now, or git adds the `.git` itself: the path as written still names it.
    return local(place);
  }
}

function hosted(host: string, place: string): string | undefined {
  const trimmed = withoutGit(place.replace(/^\/+/, ''));
  return host === '' || trimmed === '' ? undefined : `${host.toLowerCase()}/${trimmed}`;
}

function local(place: string): string {
  const slashed = place.replaceAll('\\', '/').replace(/^\/([A-Za-z]):/, (_, drive: string) => `/${drive.toLowerCase()}:`);
  return `file:${withoutGit(path.posix.normalize(slashed))}`;
}

function withoutGit(place: string): string {
  return place.replace(/\/+$/, '').replace(/(\/|(?<=[^/]))\.git$/, '').replace(/\/+$/, '') || place;
}

function withoutPort(authority: string, port: string | undefined): string {
  return port !== undefined && authority.endsWith(`:${port}`) && !authority.endsWith(`::${port}`) ? authority.slice(0, -port.length - 1) : authority;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
