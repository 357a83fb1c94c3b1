import { renameSync } from 'node:fs';
import * as path from 'node:path';
import { silentLogger } from '../../src/core/common/logger.ts';
import { Git } from '../../src/core/git/git.ts';
import { normaliseRemote } from '../../src/core/git/identity.ts';
import { Repository } from '../../src/core/git/repository.ts';
import { CacheRepository } from '../../src/core/storage/git/cacheRepository.ts';
import { GitBackend } from '../../src/core/storage/git/gitBackend.ts';
import { GitRemote } from '../../src/core/storage/git/remote.ts';
import { type Device, World } from '../support/device.ts';
import { startGitHttpServer } from '../support/gitHttpServer.ts';
import { GitServerRepository } from '../support/gitServerRepository.ts';
import { MemoryBackend, MemoryStore } from '../support/memoryBackend.ts';
import { type Store, storageBackendSuite } from './storageBackendSuite.ts';

const vault = '0123456789abcdef0123456789abcdef';
const capabilities = { atomicBatch: true, carriesCode: true };

for (const tells of [true, false]) {
  storageBackendSuite(`memory that ${tells ? 'tells' : 'does not tell'} versions`, { atomicBatch: true, carriesCode: false }, () => {
    const memory = new MemoryStore({ tells });
    return Promise.resolve({
      secrets: [],
      open: () => Promise.resolve(new MemoryBackend(memory)),
      setReachable: (reachable) => {
        memory.reachable = reachable;
      },
      close: () => Promise.resolve(),
    });
  });
}

storageBackendSuite('git over a file path', capabilities, async () => {
  const world = new World();
  const remote = world.remote();
  return gitStore(world, remote, {
    address: remote,
    secrets: [],
    setReachable: (reachable) => (reachable ? renameSync(`${remote}.gone`, remote) : renameSync(remote, `${remote}.gone`)),
    stop: async () => undefined,
  });
});

storageBackendSuite('git over http with a password', capabilities, async () => {
  const world = new World();
  const remote = world.remote();
  const credentials = { user: 'ada', password: 'correct-horse' };
  const server = await startGitHttpServer({ folder: path.dirname(remote), credentials });
  return gitStore(world, remote, {
    address: `${server.url.replace('//', `//${credentials.user}:${credentials.password}@`)}/${path.basename(remote)}`,
    secrets: [credentials.password],
    setReachable: (reachable) => {
      server.broken = !reachable;
    },
    stop: server.stop,
  });
});

interface GitStore {
  address: string;
  secrets: string[];
  setReachable: Store['setReachable'];
  stop: () => Promise<void>;
}

function gitStore(world: World, remote: string, { address, secrets, setReachable, stop }: GitStore): Store {
  const server = new GitServerRepository(world, remote);
  const devices = new Map<string, Device>();
  const deviceOf = (name: string): Device => {
    const known = devices.get(name);
    if (known) {
      return known;
    }
    const device = world.device(name).clone(remote);
    device.git('remote', 'set-url', 'origin', address);
    devices.set(name, device);
    return device;
  };
  return {
    secrets,
    setReachable,
    open: async (name) => {
      const device = deviceOf(name);
      const git = new Git({ env: device.env, logger: silentLogger });
      const repository = await Repository.open(git, device.folder);
      if (!repository) {
        throw new Error(`${device.folder} is no repository`);
      }
      return new GitBackend({
        vault,
        remote: new GitRemote({ repository, name: 'origin', lookTimeout: 5_000, logger: silentLogger }),
        cache: new CacheRepository(git, path.join(device.home, 'cache.git')),
        objectFormat: 'sha1',
        address: normaliseRemote(address) ?? '',
        logger: silentLogger,
      });
    },
    code: {
      commit: (name, branch) => {
        const device = deviceOf(name);
        device.write('oven.txt', `${name} ${device.git('rev-list', '--count', 'HEAD')}`);
        device.git('add', '--all');
        device.git('commit', '--quiet', '-m', 'Heat the oven');
        return { commit: device.git('rev-parse', 'HEAD'), branch };
      },
      at: (branch) => server.branch(branch),
    },
    close: async () => {
      await stop();
      world[Symbol.dispose]();
    },
  };
}
