import { storageBackendSuite } from '../conformance/storageBackendSuite.ts';
import { byDaemon, gitStore, onDisk, overHttp, overSsh } from '../support/gitStores.ts';

for (const [name, start] of [['git daemon', byDaemon], ['ssh', overSsh]] as const) {
  storageBackendSuite(`git by ${name}`, { atomicBatch: true, carriesCode: true }, () => gitStore(start));
}

for (const [name, start] of [['a file path', onDisk], ['http', overHttp], ['git daemon', byDaemon], ['ssh', overSsh]] as const) {
  storageBackendSuite(`git in a repository of its own, by ${name}`, { atomicBatch: true, carriesCode: false }, () => gitStore(start, { isApart: true }));
}

storageBackendSuite('git among the branches, by a file path', { atomicBatch: true, carriesCode: true }, () => gitStore(onDisk, { namespace: 'branches' }));
storageBackendSuite('git among the branches of a repository of its own, by http', { atomicBatch: true, carriesCode: false }, () => gitStore(overHttp, { namespace: 'branches', isApart: true }));
