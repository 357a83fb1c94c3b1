/** The remotes of a repository as they are configured here, and what the last fetch saw of them. No network is asked. */
import { readConfiguration } from './configuration.ts';
import { resolveCommit } from './history.ts';
import { askPorcelain } from './porcelain.ts';
import { isBranchName, trackingRef } from './refName.ts';
import type { Repository } from './repository.ts';

export interface Remote {
  name: string;
  /** As git resolves them, with `insteadOf` and `pushInsteadOf` applied. */
  fetchUrl: string;
  pushUrls: string[];
}

/** Asked once, as the configuration. */
export function listRemotes(repository: Repository, signal?: AbortSignal): Promise<Remote[]> {
  return repository.once('remotes', async () => {
    const remotes = new Map<string, Remote>();
    const listed = await askPorcelain(repository.git, repository.top, (porcelain) => porcelain.remote(['-v']), signal);
    for (const [, name = '', url = '', direction] of (listed ?? '').matchAll(/^(.+)\t(.*) \((fetch|push)\)/gm)) {
      const remote = remotes.get(name) ?? { name, fetchUrl: url, pushUrls: [] };
      remotes.set(name, direction === 'fetch' ? { ...remote, fetchUrl: url } : { ...remote, pushUrls: [...remote.pushUrls, url] });
    }
    return [...remotes.values()];
  });
}

/**
 * Where a push of this branch goes: the name of a remote, or an address where the user configured one. Falls back to
 * `origin`, then to the only remote; undefined when there is none or several stand to choose from.
 */
export async function pushRemoteOf(repository: Repository, branch: string | undefined, signal?: AbortSignal): Promise<string | undefined> {
  const [settings, remotes] = await Promise.all([readConfiguration(repository, signal), listRemotes(repository, signal)]);
  const last = (key: string): string | undefined => settings.get(key)?.at(-1);
  const names = remotes.map(({ name }) => name);
  const configured = [
    ...(branch === undefined ? [] : [last(`branch.${branch}.pushremote`)]),
    last('remote.pushdefault'),
    ...(branch === undefined ? [] : [last(`branch.${branch}.remote`)]),
  ].find((name) => name !== undefined && name !== '' && name !== '.');
  return configured ?? (names.includes('origin') ? 'origin' : names.length === 1 ? names[0] : undefined);
}

/** The address git fetches from, with `insteadOf` applied; also of what is no remote but an address itself. */
export async function fetchUrlOf(repository: Repository, name: string, signal?: AbortSignal): Promise<string> {
  const remote = await findRemote(repository, name, signal);
  return remote?.fetchUrl ?? (await repository.look(['ls-remote', '--get-url', '--', name], { signal })).stdout.toString('utf8').replace(/\r?\n$/, '');
}

/** The addresses git pushes to, with `pushInsteadOf` and `insteadOf` applied; none for what is no remote but an address itself. */
export async function pushUrlsOf(repository: Repository, name: string, signal?: AbortSignal): Promise<string[]> {
  return (await findRemote(repository, name, signal))?.pushUrls ?? [];
}

export async function fetchRefspecs(repository: Repository, remote: string, signal?: AbortSignal): Promise<string[]> {
  return (await readConfiguration(repository, signal)).get(`remote.${remote}.fetch`) ?? [];
}

/** The commit at which the last fetch saw a branch of the remote; undefined when it is not tracked. */
export async function trackedCommit(repository: Repository, remote: string, branch: string, signal?: AbortSignal): Promise<string | undefined> {
  const ref = trackingRef(await fetchRefspecs(repository, remote, signal), `refs/heads/${branch}`);
  return ref === undefined ? undefined : resolveCommit(repository, ref, signal);
}

/** The branch that the remote works on: by the local note of its HEAD, else `main` or `master` when tracked. Undefined when nothing tells. */
export async function notedDefaultBranch(repository: Repository, remote: string, signal?: AbortSignal): Promise<string | undefined> {
  const prefix = `refs/remotes/${remote}/`;
  // What a push goes to may be an address, which names no ref.
  const noted = isBranchName(remote) ? await repository.once(`head of ${remote}`, () => repository.ask(['symbolic-ref', '-q', `${prefix}HEAD`], signal)) : undefined;
  if (noted?.startsWith(prefix)) {
    return noted.slice(prefix.length);
  }
  for (const name of ['main', 'master']) {
    if ((await resolveCommit(repository, `${prefix}${name}`, signal)) !== undefined) {
      return name;
    }
  }
  return undefined;
}

async function findRemote(repository: Repository, name: string, signal?: AbortSignal): Promise<Remote | undefined> {
  return (await listRemotes(repository, signal)).find((remote) => remote.name === name);
}
