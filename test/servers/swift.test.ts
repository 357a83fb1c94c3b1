import { storageBackendSuite } from '../conformance/storageBackendSuite.ts';
import { storeSuite } from '../conformance/storeSuite.ts';
import { s3Place } from '../support/s3Place.ts';
import type { Server } from '../support/server.ts';
import { sharedStore } from '../support/sharedStore.ts';
import { startSwift, swiftCredentials } from '../support/swift.ts';

describe('Swift’s S3 service, which refuses conditions', () => {
  let server: Server;

  before(async function () {
    this.timeout(60_000);
    server = await startSwift();
  });
  after(() => server.stop());

  const service = (): Parameters<typeof s3Place>[0] => ({ port: server.port, ...swiftCredentials });
  storeSuite('S3 by Swift', { network: true }, () => s3Place(service()));
  storageBackendSuite('S3 by Swift', { atomicBatch: false, carriesCode: false }, async () => sharedStore(await s3Place(service())));
});
