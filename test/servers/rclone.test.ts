import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ConvoSyncError } from '../../src/core/common/errors.ts';
import { RcloneStore } from '../../src/core/storage/rclone/rcloneStore.ts';
import { storageBackendSuite } from '../conformance/storageBackendSuite.ts';
import { coded, storeSuite } from '../conformance/storeSuite.ts';
import { type Radosgw, s3Credentials, startRadosgw } from '../support/radosgw.ts';
import { obscured, rclonePlace, type StartRcloneRemote } from '../support/rclonePlace.ts';
import { retrying } from '../support/retrying.ts';
import { sharedStore } from '../support/sharedStore.ts';
import { credentials, startLighttpd } from '../support/webdavServers.ts';

const disk: StartRcloneRemote = async (folder) => ({
  remoteAt: async () => ({ section: ['type = local'], root: `${folder}/`, secrets: [] }),
  stop: async () => undefined,
});

const webdav: StartRcloneRemote = async (folder) => {
  const server = await startLighttpd(folder);
  const section = async (port: number, user: string, password: string): Promise<string[]> => ['type = webdav', `url = http://127.0.0.1:${port}`, 'vendor = other', `user = ${user}`, `pass = ${await obscured(password)}`];
  return {
    port: server.port,
    remoteAt: async (port) => ({
      section: await section(port, credentials.user, credentials.password),
      intruder: await section(port, 'mallory', 'open-sesame'),
      secrets: [credentials.password, 'open-sesame'],
    }),
    stop: server.stop,
  };
};

storeSuite('rclone over a disk', { network: false }, () => rclonePlace(disk));
storageBackendSuite('rclone over a disk', { atomicBatch: false, carriesCode: false }, async () => {
  const place = await rclonePlace(disk);
  const folder = place.open().describe().replace('rclone:cloud:', '');
  return sharedStore(place, (reachable) => (reachable ? renameSync(`${folder}.gone`, folder) : renameSync(folder, `${folder}.gone`)));
});

storeSuite('rclone over WebDAV', { network: 'behind another program' }, () => rclonePlace(webdav));
// Two that make the same folder at once get in each other’s way there.
storageBackendSuite('rclone over WebDAV', { atomicBatch: false, carriesCode: false }, async () => sharedStore(await rclonePlace(webdav, { wrap: retrying })));

describe('rclone over S3', () => {
  let server: Radosgw;

  before(async function () {
    this.timeout(60_000);
    server = await startRadosgw();
  });
  after(() => server.stop());

  let buckets = 0;
  const s3: StartRcloneRemote = async () => {
    const section = (port: number, secret: string): string[] => ['type = s3', 'provider = Ceph', `access_key_id = ${s3Credentials.accessKeyId}`, `secret_access_key = ${secret}`, `endpoint = http://127.0.0.1:${port}`];
    return {
      port: server.port,
      remoteAt: async (port) => ({
        section: section(port, s3Credentials.secretAccessKey),
        intruder: section(port, 'open-sesame'),
        root: `sessions-${process.pid}-${++buckets}/`,
        secrets: [s3Credentials.secretAccessKey, 'open-sesame'],
      }),
      stop: async () => undefined,
    };
  };
  storeSuite('rclone over S3', { network: 'behind another program' }, () => rclonePlace(s3));
  storageBackendSuite('rclone over S3', { atomicBatch: false, carriesCode: false }, async () => sharedStore(await rclonePlace(s3, { wrap: retrying })));
});

describe('rclone', function () {
  this.timeout(30_000);
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'convosync-rclone-'));
    writeFileSync(path.join(folder, 'rclone.conf'), '[disk]\ntype = local\n');
    mkdirSync(path.join(folder, 'sessions'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

  const environment = (): Record<string, string | undefined> => ({ PATH: process.env['PATH'], HOME: folder, RCLONE_CONFIG: path.join(folder, 'rclone.conf') });
  const store = (place: string, env = {}): RcloneStore => new RcloneStore({ place, env: { ...environment(), ...env }, now: () => new Date(), idle: 200 });
  /** Processes whose environment names this test’s configuration. */
  const running = (): { id: string; args: string; environment: string }[] => readdirSync('/proc').filter((id) => /^\d+$/.test(id)).flatMap((id) => {
    try {
      const found = { id, args: readFileSync(`/proc/${id}/cmdline`, 'utf8'), environment: readFileSync(`/proc/${id}/environ`, 'utf8') };
      return found.environment.includes(folder) && found.args.startsWith('rclone') ? [found] : [];
    } catch {
      return [];
    }
  });
  const ended = async (): Promise<void> => {
    for (let waited = 0; running().length > 0; waited += 50) {
      assert.ok(waited < 5_000, 'it is still there');
      await delay(50);
    }
  };

  it('runs once for many calls, tells its password to nobody who lists processes, and ends when it is not needed', async () => {
    const one = store(`disk:${folder}/sessions`);
    await one.create();
    await Promise.all(Array.from({ length: 20 }, (_, index) => one.put(`a/${index}`, Buffer.from('x'))));
    const [only, ...more] = running();
    assert.equal(more.length, 0);
    assert.equal(only?.args, 'rclone\0rcd\0');
    await ended();
    assert.equal((await one.list('a/')).objects.length, 20);
  });

  it('ends when whoever started it is killed', async () => {
    const program = `
      import { RcloneStore } from ${JSON.stringify(path.resolve('src/core/storage/rclone/rcloneStore.ts'))};
      await new RcloneStore({ place: ${JSON.stringify(`disk:${folder}/sessions`)}, env: process.env, now: () => new Date() }).create();
      console.log('ready');
      setInterval(() => undefined, 1_000);`;
    const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program], { env: environment(), stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    assert.equal(running().length, 1);
    child.kill('SIGKILL');
    await ended();
  });

  it('keeps nobody from ending', async () => {
    const program = `
      import { RcloneStore } from ${JSON.stringify(path.resolve('src/core/storage/rclone/rcloneStore.ts'))};
      await new RcloneStore({ place: ${JSON.stringify(`disk:${folder}/sessions`)}, env: process.env, now: () => new Date(), idle: 60_000 }).create();`;
    const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program], { env: environment(), stdio: 'inherit' });
    const [code] = (await once(child, 'exit')) as [number];
    assert.equal(code, 0);
    await ended();
  });

  it('starts again after it was killed', async () => {
    const one = store(`disk:${folder}/sessions`);
    await one.create();
    process.kill(Number(running()[0]?.id), 'SIGKILL');
    await ended();
    await retrying(one).put('a/1', Buffer.from('x'));
    assert.equal((await one.list('a/')).objects.length, 1);
  });

  it('says what is missing: the program, or the remote in its configuration', async () => {
    await assert.rejects(store('cloud:sessions').create(), coded('storage-permanent'));
    const bin = path.join(folder, 'bin');
    mkdirSync(bin);
    symlinkSync('/bin/sh', path.join(bin, 'sh'));
    await assert.rejects(store(`disk:${folder}/sessions`, { PATH: bin }).create(), (error) => ConvoSyncError.is(error, 'storage-permanent') && error.details['reason'] === 'rclone-missing');
  });

  it('takes the user’s settings for its configuration, but none that would hide objects', async () => {
    const one = store(`disk:${folder}/sessions`, { RCLONE_EXCLUDE: 'a/**', RCLONE_DRY_RUN: 'true', RCLONE_LOG_LEVEL: 'ERROR', RCLONE_MAX_DEPTH: '1' });
    await one.create();
    await one.put('a/b/1', Buffer.from('x'));
    assert.equal((await one.list('a/b/')).objects.length, 1);
  });
});
