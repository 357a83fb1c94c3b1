import assert from 'node:assert/strict';
import { storageBackendSuite } from '../conformance/storageBackendSuite.ts';
import { coded, type Place, storeSuite } from '../conformance/storeSuite.ts';
import { type Radosgw, s3Credentials, startRadosgw } from '../support/radosgw.ts';
import { s3Place } from '../support/s3Place.ts';
import { sharedStore } from '../support/sharedStore.ts';

describe('Ceph’s S3 service', () => {
  let server: Radosgw;

  before(async function () {
    this.timeout(60_000);
    server = await startRadosgw();
  });
  after(() => server.stop());

  const service = (): Parameters<typeof s3Place>[0] => ({ port: server.port, ...s3Credentials });
  storeSuite('S3 by radosgw', { network: true }, () => s3Place(service()));
  storageBackendSuite('S3 by radosgw', { atomicBatch: false, carriesCode: false }, async () => sharedStore(await s3Place(service())));

  describe('as the service has it', () => {
    let place: Place;

    beforeEach(async () => {
      place = await s3Place(service());
    });
    afterEach(() => place.close());

    it('keeps what is there when something else is put under its name', async () => {
      await place.open().put('a/1', Buffer.from('first'));
      await place.open().put('a/1', Buffer.from('second'));
      assert.equal(String(await place.open().get('a/1')), 'first');
    });

    it('is written and read by a device whose clock is wrong by a day, either way', async () => {
      for (const hours of [-24, 24]) {
        const late = await s3Place(service(), { now: () => new Date(Date.now() + hours * 3_600_000) });
        try {
          await late.open().put('a/1', Buffer.from('x'));
          assert.equal(String(await late.open().get('a/1')), 'x');
        } finally {
          await late.close();
        }
      }
    });

    it('says that the bucket is full, and goes on reading', async () => {
      const store = place.open();
      await store.put('a/1', Buffer.from('x'));
      await server.limit(1);
      try {
        await assert.rejects(async () => {
          // The service reckons what is stored with a delay.
          for (let count = 2; count < 200; count++) {
            await store.put(`a/${count}`, Buffer.alloc(100_000));
          }
        }, coded('storage-quota'));
        assert.equal(String(await store.get('a/1')), 'x');
      } finally {
        await server.limit(-1);
      }
    });
  });
});
