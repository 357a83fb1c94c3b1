import { storageBackendSuite } from '../conformance/storageBackendSuite.ts';
import { storeSuite } from '../conformance/storeSuite.ts';
import { retrying } from '../support/retrying.ts';
import { sharedStore } from '../support/sharedStore.ts';
import { webdavPlace } from '../support/webdavPlace.ts';
import { startApache, startNginx, startRclone } from '../support/webdavServers.ts';

for (const [name, start, options] of [
  ['Apache', startApache, {}],
  ['nginx', startNginx, {}],
  // It takes its time for long listings, and breaks off where a file is moved away just then.
  ['rclone, tried again', startRclone, { wrap: retrying, patience: 2_000 }],
] as const) {
  storeSuite(`WebDAV by ${name}`, { network: true }, () => webdavPlace(start, options));
  storageBackendSuite(`WebDAV by ${name}`, { atomicBatch: false, carriesCode: false }, async () => sharedStore(await webdavPlace(start, options)));
}
