import { gitStore, onDisk, overHttp } from '../support/gitStores.ts';
import { MemoryBackend, MemoryStore } from '../support/memoryBackend.ts';
import { storageBackendSuite } from './storageBackendSuite.ts';

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

storageBackendSuite('git over a file path', { atomicBatch: true, carriesCode: true }, () => gitStore(onDisk));
storageBackendSuite('git over http with a password', { atomicBatch: true, carriesCode: true }, () => gitStore(overHttp));
