/** A disk that is full: said as such, with nothing half there, and everything as before once there is room again. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { inspect } from 'node:util';
import { ConvoSyncError } from '../../src/core/common/errors.ts';
import { FolderStore } from '../../src/core/storage/folder/folderStore.ts';
import { RcloneStore } from '../../src/core/storage/rclone/rcloneStore.ts';
import type { Store } from '../../src/core/storage/store.ts';
import { WebdavStore } from '../../src/core/storage/webdav/webdavStore.ts';
import { World } from '../support/device.ts';
import { GitServerRepository } from '../support/gitServerRepository.ts';
import { credentials, startApache, startLighttpd, startNginx, type StartWebdav } from '../support/webdavServers.ts';

const megabyte = 1024 * 1024;

/** A folder on a disk of its own, of a few megabytes. */
class SmallDisk implements Disposable {
  readonly folder: string;

  constructor(megabytes: number) {
    this.folder = mkdtempSync(path.join(tmpdir(), 'convosync-disk-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=777`, 'tmpfs', this.folder]);
  }

  [Symbol.dispose](): void {
    execFileSync('umount', ['--lazy', this.folder]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const webdav = (start: StartWebdav) => async (folder: string): Promise<{ store: Store; stop: () => Promise<void> }> => {
  const server = await start(folder);
  return { store: new WebdavStore({ address: `http://127.0.0.1:${server.port}/sessions`, ...credentials }), stop: server.stop };
};

const stores: Readonly<Record<string, (folder: string) => Promise<{ store: Store; stop: () => Promise<void> }>>> = {
  'a folder': async (folder) => ({ store: new FolderStore(path.join(folder, 'sessions')), stop: async () => undefined }),
  'rclone over a disk': async (folder) => {
    const file = path.join(folder, 'rclone.conf');
    writeFileSync(file, '[disk]\ntype = local\n');
    return { store: new RcloneStore({ place: `disk:${folder}/sessions`, env: { ...process.env, RCLONE_CONFIG: file }, now: () => new Date(), idle: 300 }), stop: async () => undefined };
  },
  'WebDAV by lighttpd': webdav(startLighttpd),
  'WebDAV by Apache': webdav(startApache),
  'WebDAV by nginx': webdav(startNginx),
};

describe('a full disk', function () {
  this.timeout(60_000);

  for (const [name, start] of Object.entries(stores)) {
    it(`behind ${name} loses nothing that was there and shows nothing by halves`, async () => {
      using disk = new SmallDisk(6);
      const { store, stop } = await start(disk.folder);
      try {
        await store.create();
        await store.put('a/1', Buffer.from('first'));
        const bytes = randomBytes(megabyte);
        let failure: unknown;
        for (let count = 2; failure === undefined && count < 20; count++) {
          failure = await store.put(`a/${count}`, bytes).then(() => undefined, (error: unknown) => error);
        }
        // Servers that cannot write say so in many ways; with a number that means it, or with 500.
        assert.ok(ConvoSyncError.is(failure, 'storage-quota', 'storage-transient'), inspect(failure));
        const { objects } = await store.list('a/');
        assert.ok(objects.every(({ name: object, size }) => size === (object === '1' ? 5 : megabyte)), inspect(objects));
        assert.equal(String(await store.get('a/1')), 'first');
        await store.delete('a/2');
        await store.delete('a/3');
        await store.put('a/after', bytes);
        assert.ok(Buffer.compare(await store.get('a/after'), bytes) === 0);
      } finally {
        await stop();
      }
    });
  }

  it('behind a git remote leaves a save waiting, and takes it once there is room', async () => {
    using disk = new SmallDisk(4);
    using world = new World();
    const desktop = world.device('desktop').clone(world.remote());
    mkdirSync(path.join(disk.folder, 'kept.git'));
    const kept = new GitServerRepository(world, path.join(disk.folder, 'kept.git'));
    kept.git('init', '--quiet', '--bare');
    await desktop.convosync.usePlace(desktop.folder, `git:${kept.path}`, { from: desktop.folder });
    const filling = path.join(disk.folder, 'filling');
    writeFileSync(filling, Buffer.alloc(3 * megabyte));
    const talk = '0b7a3c0e-1d5e-4f5c-9d0a-5f2f1c8a7b66';
    desktop.say(talk, 'A long talk', randomBytes(2 * megabyte).toString('base64'));
    desktop.write('menu.js', 'full');
    const { outcome, problem } = await desktop.save('Full');
    assert.equal(outcome, 'queued');
    assert.ok(ConvoSyncError.is(problem, 'storage-quota'), inspect(problem));
    assert.ok(!kept.vaultRefs().includes('log'));
    rmSync(filling);
    assert.equal((await desktop.convosync.sync(desktop.folder)).outcome, 'sent');
    assert.deepEqual((await desktop.convosync.check(desktop.folder)).faults, []);
  });
});
