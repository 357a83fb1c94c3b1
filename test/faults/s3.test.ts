import { faultsAtEveryOperation } from '../support/faults.ts';
import { inBucket } from '../support/faultyBackends.ts';
import { type Radosgw, startRadosgw } from '../support/radosgw.ts';

describe('Ceph’s S3 service', () => {
  let server: Radosgw;

  before(async function () {
    this.timeout(60_000);
    server = await startRadosgw();
  });
  after(() => server.stop());

  faultsAtEveryOperation('a bucket', inBucket(() => server.port));
});
