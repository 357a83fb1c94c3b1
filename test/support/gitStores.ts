/** Vaults in git repositories on real servers, for the conformance suite of backends. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import * as path from 'node:path';
import { silentLogger } from '../../src/core/common/logger.ts';
import { Git } from '../../src/core/git/git.ts';
import { normaliseRemote } from '../../src/core/git/identity.ts';
import { Repository } from '../../src/core/git/repository.ts';
import { CacheRepository } from '../../src/core/storage/git/cacheRepository.ts';
import { GitBackend } from '../../src/core/storage/git/gitBackend.ts';
import type { Namespace } from '../../src/core/storage/git/refs.ts';
import { GitRemote } from '../../src/core/storage/git/remote.ts';
import type { Store } from '../conformance/storageBackendSuite.ts';
import { type Device, World } from './device.ts';
import { startGitHttpServer } from './gitHttpServer.ts';
import { GitServerRepository } from './gitServerRepository.ts';
import { startProxy } from './proxy.ts';
import { run } from './run.ts';
import { type Server, startServer } from './server.ts';

const vault = '0123456789abcdef0123456789abcdef';

/** A server of the repositories below a folder. */
export interface GitHost {
  /** Address of a repository, credentials included where git takes them from it. */
  addressOf: (repository: string) => string;
  /** The same for somebody who may not come in. */
  addressForIntruder?: (repository: string) => string;
  /** What git needs besides, such as how ssh is called. */
  env?: Record<string, string>;
  secrets: readonly string[];
  setReachable: (reachable: boolean) => void | Promise<void>;
  stop: () => Promise<void>;
}

export type StartGitHost = (folder: string) => Promise<GitHost>;

/** No server at all: git reads and writes the other repository itself. */
export const onDisk: StartGitHost = async (folder) => ({
  addressOf: (repository) => path.join(folder, repository),
  secrets: [],
  setReachable: (reachable) => (reachable ? renameSync(`${folder}.gone`, folder) : renameSync(folder, `${folder}.gone`)),
  stop: async () => undefined,
});

/** Git's own program for web servers, behind a password. */
export const overHttp: StartGitHost = async (folder) => {
  const credentials = { user: 'ada', password: 'correct-horse' };
  const server = await startGitHttpServer({ folder, credentials });
  const as = (user: string, password: string) => (repository: string): string => `${server.url.replace('//', `//${user}:${password}@`)}/${repository}`;
  return {
    addressOf: as(credentials.user, credentials.password),
    addressForIntruder: as('mallory', 'open-sesame'),
    secrets: [credentials.password, 'open-sesame'],
    setReachable: (reachable) => {
      server.broken = !reachable;
    },
    stop: server.stop,
  };
};

/** Git's own server, which knows no users. */
export const byDaemon: StartGitHost = async (folder) => {
  const daemon = await startServer('git', (port) => ['daemon', '--export-all', '--enable=receive-pack', `--base-path=${folder}`, '--listen=127.0.0.1', `--port=${port}`, folder]);
  return behindProxy(daemon, (port) => ({ addressOf: (repository) => `git://127.0.0.1:${port}/${repository}`, secrets: [] }));
};

/** OpenSSH with keys and settings of its own. */
export const overSsh: StartGitHost = async (folder) => {
  const own = path.join(folder, '..', 'ssh');
  mkdirSync(own);
  // Where sshd locks itself in before somebody has signed in.
  mkdirSync('/run/sshd', { recursive: true });
  for (const key of ['host', 'ada', 'mallory']) {
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path.join(own, key)]);
  }
  const file = path.join(own, 'sshd.conf');
  writeFileSync(file, `
ListenAddress 127.0.0.1
HostKey ${own}/host
AuthorizedKeysFile ${own}/ada.pub
PidFile ${own}/pid
StrictModes no
PermitRootLogin yes
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
MaxStartups 100
SetEnv GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
`);
  const sshd = await startServer('/usr/sbin/sshd', (port) => ['-D', '-e', '-f', file, '-p', String(port)]);
  const wrapper = path.join(own, 'ssh');
  // Who somebody is depends on the name that they sign in with, as far as these tests go.
  writeFileSync(wrapper, `#!/bin/sh
key=ada
case "$*" in *mallory@*) key=mallory;; esac
exec ssh -F none -i "${own}/$key" -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile="${own}/known_$key" -o LogLevel=ERROR "$@"
`, { mode: 0o755 });
  const as = (user: string, port: number) => (repository: string): string => `ssh://${user}@127.0.0.1:${port}${folder}/${repository}`;
  return behindProxy(sshd, (port) => ({ addressOf: as(userInfo().username, port), addressForIntruder: as('mallory', port), env: { GIT_SSH: wrapper }, secrets: [] }));
};

async function behindProxy(server: Server, hostAt: (port: number) => Pick<GitHost, 'addressOf' | 'addressForIntruder' | 'env' | 'secrets'>): Promise<GitHost> {
  const proxy = await startProxy(server.port);
  return {
    ...hostAt(proxy.port),
    setReachable: (reachable) => proxy.change(reachable ? 'fair' : 'refused'),
    stop: async () => {
      await proxy.stop();
      await server.stop();
    },
  };
}

export interface GitStoreOptions {
  namespace?: Namespace;
  /** The vault lies in a repository of its own, and the code in another. */
  isApart?: boolean;
}

export async function gitStore(start: StartGitHost, { namespace = 'own', isApart = false }: GitStoreOptions = {}): Promise<Store> {
  const world = new World();
  const code = world.remote();
  const kept = isApart ? world.remote('sessions.git') : code;
  const host = await start(path.dirname(kept));
  const server = new GitServerRepository(world, code);
  const devices = new Map<string, Device>();
  const deviceOf = (name: string): Device => {
    const known = devices.get(name);
    if (known) {
      return known;
    }
    const device = world.device(name, host.env ? { env: host.env } : {}).clone(code);
    device.git('remote', 'set-url', 'origin', host.addressOf(path.basename(code)));
    devices.set(name, device);
    return device;
  };
  const open = async (name: string, address: string | undefined): Promise<GitBackend> => {
    const device = deviceOf(name);
    const git = new Git({ env: device.env, logger: silentLogger });
    const repository = await Repository.open(git, device.folder);
    if (!repository) {
      throw new Error(`${device.folder} is no repository`);
    }
    return new GitBackend({
      vault,
      namespace,
      carriesCode: !isApart,
      remote: new GitRemote({ repository, name: address ?? 'origin', lookTimeout: 10_000, logger: silentLogger }),
      cache: new CacheRepository(git, path.join(device.home, 'cache.git')),
      objectFormat: 'sha1',
      address: normaliseRemote(address ?? host.addressOf(path.basename(kept))) ?? '',
      logger: silentLogger,
    });
  };
  const { addressForIntruder } = host;
  return {
    secrets: host.secrets,
    setReachable: host.setReachable,
    open: (name) => open(name, isApart ? host.addressOf(path.basename(kept)) : undefined),
    elsewhere: () => open('lost', host.addressOf('elsewhere.git')),
    ...(addressForIntruder ? { intruder: () => open('mallory', addressForIntruder(path.basename(kept))) } : {}),
    ...(isApart ? {} : {
      code: {
        commit: (name: string, branch: string) => {
          const device = deviceOf(name);
          device.write('oven.txt', `${name} ${device.git('rev-list', '--count', 'HEAD')}`);
          device.git('add', '--all');
          device.git('commit', '--quiet', '-m', 'Heat the oven');
          return { commit: device.git('rev-parse', 'HEAD'), branch };
        },
        at: (branch: string) => server.branch(branch),
      },
    }),
    close: async () => {
      await host.stop();
      world[Symbol.dispose]();
    },
  };
}
