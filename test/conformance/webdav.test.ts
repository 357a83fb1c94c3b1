import { sharedStore } from '../support/sharedStore.ts';
import { webdavPlace } from '../support/webdavPlace.ts';
import { startLighttpd } from '../support/webdavServers.ts';
import { storageBackendSuite } from './storageBackendSuite.ts';
import { storeSuite } from './storeSuite.ts';

storeSuite('WebDAV by lighttpd', { network: true }, () => webdavPlace(startLighttpd));
storageBackendSuite('WebDAV by lighttpd', { atomicBatch: false, carriesCode: false }, async () => sharedStore(await webdavPlace(startLighttpd)));
