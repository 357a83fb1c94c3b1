import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { ConvoSyncError } from '../../../../src/core/common/errors.ts';
import { S3Store } from '../../../../src/core/storage/s3/s3Store.ts';
import { coded } from '../../../conformance/storeSuite.ts';

interface Answer {
  status: number;
  date?: string;
  body?: string;
}

/** What services say that a test cannot bring about on a real one at will; everything else is proven on a real one. */
describe('a bucket whose service has its own ways', () => {
  let server: Server;
  let store: S3Store;
  let requests: IncomingMessage[];
  let answer: (request: IncomingMessage) => Answer;

  beforeEach(async () => {
    requests = [];
    answer = () => ({ status: 200 });
    server = createServer((request, response) => {
      requests.push(request);
      request.resume().once('end', () => {
        const { status, date, body = '' } = answer(request);
        response.writeHead(status, { 'content-type': 'application/xml', ...(date === undefined ? {} : { date }) }).end(body);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    store = new S3Store({ endpoint: `http://127.0.0.1:${port}`, region: 'eu-central-1', bucket: 'sessions', prefix: 'convosync/', accessKeyId: 'ADA', secretAccessKey: 'correct-horse', sessionToken: 'for-an-hour', now: () => new Date('2026-03-02T09:00:00Z') });
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  const failure = (code: string): string => `<?xml version="1.0"?><Error><Code>${code}</Code><Message>correct-horse</Message></Error>`;

  it('writes without a condition, for good, where the service knows none', async () => {
    answer = ({ headers }) => (headers['if-none-match'] === undefined ? { status: 200 } : { status: 501, body: failure('NotImplemented') });
    await store.put('a/1', Buffer.from('x'));
    await store.put('a/2', Buffer.from('y'));
    assert.deepEqual(requests.map(({ url, headers }) => [url, headers['if-none-match']]), [['/sessions/convosync/a/1', '*'], ['/sessions/convosync/a/1', undefined], ['/sessions/convosync/a/2', undefined]]);
  });

  it('takes a refusal because the object is there for what it is, and asks for no condition where it replaces', async () => {
    answer = ({ headers }) => (headers['if-none-match'] === undefined ? { status: 200 } : { status: 412, body: failure('PreconditionFailed') });
    await store.put('a/1', Buffer.from('x'));
    await store.put('a/1', Buffer.from('x'), { replace: true });
    assert.equal(requests.length, 2);
  });

  it('signs at the time it is given, with the body’s hash and the token of the hour', async () => {
    await store.put('a/1', Buffer.from('x'));
    const { headers } = requests[0]!;
    assert.equal(headers['x-amz-date'], '20260302T090000Z');
    assert.equal(headers['x-amz-content-sha256'], '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881');
    assert.equal(headers['x-amz-security-token'], 'for-an-hour');
    assert.match(String(headers.authorization), /^AWS4-HMAC-SHA256 Credential=ADA\/20260302\/eu-central-1\/s3\/aws4_request, SignedHeaders=[a-z0-9;-]*x-amz-content-sha256[a-z0-9;-]*, Signature=[0-9a-f]{64}$/);
  });

  it('goes by the clock of the service where this device’s is wrong, and says so where that does not help', async () => {
    answer = ({ headers }) => (headers['x-amz-date'] === '20260304T120000Z' ? { status: 200 } : { status: 403, date: 'Wed, 04 Mar 2026 12:00:00 GMT', body: failure('RequestTimeTooSkewed') });
    await store.put('a/1', Buffer.from('x'));
    await store.put('a/2', Buffer.from('y'));
    assert.equal(requests.length, 3);
    answer = () => ({ status: 403, date: 'Thu, 05 Mar 2026 12:00:00 GMT', body: failure('RequestTimeTooSkewed') });
    await assert.rejects(store.get('a/1'), coded('storage-denied'));
    assert.equal(requests.length, 5);
  });

  for (const [said, status, code] of [['ConditionalRequestConflict', 409, 'storage-transient'], ['RequestTimeout', 400, 'storage-transient'], ['SlowDown', 503, 'storage-transient'], ['ExpiredToken', 400, 'storage-denied'], ['RequestTimeTooSkewed', 403, 'storage-denied'], ['QuotaExceeded', 403, 'storage-quota'], ['NoSuchBucket', 404, 'remote-unreachable'], ['AuthorizationHeaderMalformed', 400, 'storage-permanent'], ['PermanentRedirect', 301, 'storage-permanent']] as const) {
    it(`understands ${said}, and repeats nothing that could be a secret`, async () => {
      answer = () => ({ status, body: failure(said) });
      for (const attempt of [() => store.put('a/1', Buffer.from('x')), () => store.get('a/1'), () => store.list('a/'), () => store.delete('a/1')]) {
        await assert.rejects(attempt, (error) => {
          assert.doesNotMatch(inspect(error, { depth: 9 }), /correct-horse|for-an-hour|ADA/);
          return coded(code)(error);
        });
      }
    });
  }

  it('does not take a listing for whole that does not say how it goes on', async () => {
    answer = () => ({ status: 200, body: '<ListBucketResult><IsTruncated>true</IsTruncated><Contents><Key>convosync/a/1</Key><Size>1</Size></Contents></ListBucketResult>' });
    await assert.rejects(store.list('a/'), coded('storage-permanent'));
  });

  it('does not take the page of a gateway for an empty bucket', async () => {
    for (const body of ['<html><body>Please sign in</body></html>', '<!doctype html><p>Please sign in', '', '<ListBucketResult><Contents>']) {
      answer = () => ({ status: 200, body });
      await assert.rejects(store.list(''), coded('storage-transient'));
    }
  });

  it('goes on with a listing page by page, and overlooks what others keep there', async () => {
    const page = (entries: string, next: string | undefined): string => `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsTruncated>${next === undefined ? 'false' : 'true'}</IsTruncated>${next === undefined ? '' : `<NextContinuationToken>${next}</NextContinuationToken>`}${entries}</ListBucketResult>`;
    const object = (key: string, size: number): string => `<Contents><Key>${key}</Key><Size>${size}</Size></Contents>`;
    answer = ({ url }) => ({
      status: 200,
      body: url?.includes('continuation-token=next%2B1')
        ? page(`${object('convosync%2Fa%2F2', 20)}<CommonPrefixes><Prefix>convosync%2Fa%2Fdeep%2F</Prefix></CommonPrefixes>`, undefined)
        : page(`${object('convosync/a/', 0)}${object('convosync/a/1', 10)}${object('convosync/a/holiday+photo%01.jpg', 3)}${object('convosync/a/100%', 3)}`, 'next+1'),
    });
    assert.deepEqual(await store.list('a/'), { objects: [{ name: '1', size: 10 }, { name: '2', size: 20 }], folders: ['deep'] });
    assert.equal(requests.length, 2);
  });

  it('makes a bucket only where there is none, in the region that was asked for', async () => {
    answer = () => ({ status: 200, body: '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>' });
    await store.create();
    assert.deepEqual(requests.map(({ method }) => method), ['GET']);
    answer = ({ method }) => (method === 'GET' ? { status: 404, body: failure('NoSuchBucket') } : { status: 200 });
    await store.create();
    assert.deepEqual(requests.map(({ method, url }) => `${method} ${url?.split('?')[0]}`), ['GET /sessions', 'GET /sessions', 'PUT /sessions']);
    answer = () => ({ status: 403, body: failure('AccessDenied') });
    await assert.rejects(store.create(), (error) => ConvoSyncError.is(error, 'storage-denied'));
  });
});
