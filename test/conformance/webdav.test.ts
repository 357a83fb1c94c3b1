import assert from 'node:assert/strict';
import { WebdavStore } from '../../src/core/storage/webdav/webdavStore.ts';
import { retrying } from '../support/retrying.ts';
import { sharedStore } from '../support/sharedStore.ts';
import { webdavPlace } from '../support/webdavPlace.ts';
import { credentials, startLighttpd } from '../support/webdavServers.ts';
import { storageBackendSuite } from './storageBackendSuite.ts';
import { coded, storeSuite } from './storeSuite.ts';

storeSuite('WebDAV by lighttpd', { network: true }, () => webdavPlace(startLighttpd));
storageBackendSuite('WebDAV by lighttpd', { atomicBatch: false, carriesCode: false }, async () => sharedStore(await webdavPlace(startLighttpd)));

describe('a WebDAV server whose folders come and go', () => {
  it('does not make a folder whose own folder is missing, and says so', async () => {
    const place = await webdavPlace(startLighttpd);
    try {
      const deep = new WebdavStore({ address: `${place.open().describe()}away/away/away`, ...credentials });
      await assert.rejects(deep.create(), coded('remote-unreachable'));
    } finally {
      await place.close();
    }
  });

  it('takes objects again after the folder for unfinished ones was removed', async () => {
    const place = await webdavPlace(startLighttpd, { wrap: retrying });
    try {
      const store = place.open();
      await store.put('a/1', Buffer.from('x'));
      const removed = await fetch(`${store.describe()}_temporary/`, { method: 'DELETE', headers: { authorization: `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64')}` } });
      assert.equal(removed.status, 204);
      await store.put('a/2', Buffer.from('y'));
      assert.deepEqual((await store.list('a/')).objects.map(({ name }) => name), ['1', '2']);
    } finally {
      await place.close();
    }
  });
});
