import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { ConvoSyncError } from '../../../../src/core/common/errors.ts';
import { FolderStore } from '../../../../src/core/storage/folder/folderStore.ts';
import { coded } from '../../../conformance/storeSuite.ts';
import { temporaryFolderPerTest } from '../../../support/temporaryFolder.ts';

describe('a folder as a store', () => {
  const temporary = temporaryFolderPerTest();
  let folder: string;
  let store: FolderStore;

  beforeEach(async () => {
    folder = path.join(temporary.path, 'stick');
    store = new FolderStore(folder);
    await store.create();
  });

  it('overlooks what sync tools leave beside our objects', async () => {
    await store.put('keys/open', Buffer.from('slot'));
    await store.put('vault.json', Buffer.from('{}'));
    for (const name of ['open (Ada’s conflicted copy 2026-03-02)', 'open.sync-conflict-20260302-090000-ABCDEFG', 'open (1)', 'open~', '.syncthing.open.tmp', 'open.part', 'open.crdownload', '.DS_Store', 'desktop.ini', 'open_conf(1)']) {
      writeFileSync(path.join(folder, 'keys', name), 'x');
      writeFileSync(path.join(folder, name), 'x');
    }
    writeFileSync(path.join(folder, 'vault.sync-conflict-20260302-090000-ABCDEFG.json'), '{}');
    mkdirSync(path.join(folder, '.stfolder'));
    mkdirSync(path.join(folder, 'lost+found'));
    assert.deepEqual(await store.list(''), { objects: [{ name: 'vault.json', size: 2 }], folders: ['keys'] });
    assert.deepEqual(await store.list('keys/'), { objects: [{ name: 'open', size: 4 }], folders: [] });
  });

  it('is unreachable, not empty, when the stick is pulled, and a save does not make the folder anew', async () => {
    await store.put('keys/open', Buffer.from('slot'));
    for (const leavesMountPoint of [true, false]) {
      renameSync(folder, `${folder}.pulled`);
      if (leavesMountPoint) {
        mkdirSync(folder);
      }
      for (const attempt of [() => store.list(''), () => store.list('keys/'), () => store.get('keys/open'), () => store.put('keys/other', Buffer.from('x')), () => store.delete('keys/open')]) {
        await assert.rejects(attempt, coded('remote-unreachable'));
      }
      assert.deepEqual(leavesMountPoint ? readdirSync(folder) : existsSync(folder), leavesMountPoint ? [] : false);
      rmSync(folder, { recursive: true, force: true });
      renameSync(`${folder}.pulled`, folder);
    }
    assert.equal(String(await store.get('keys/open')), 'slot');
  });

  it('is no place, and not one without a connection, where a file is or lies above it', async () => {
    const file = `${folder}.txt`;
    writeFileSync(file, 'x');
    for (const place of [file, path.join(file, 'below')]) {
      await assert.rejects(new FolderStore(place).create(), (error) => ConvoSyncError.is(error, 'storage-permanent') && error.details['errno'] === 'ENOTDIR');
    }
  });

  it('tells a person who finds the folder what it is', () => {
    assert.match(readFileSync(path.join(folder, 'convosync.txt'), 'utf8'), /ConvoSync/);
  });

  it('removes what a crash left unfinished, after a day, and nothing that may still be written', async () => {
    const [old, young] = ['old', 'young'].map((name) => path.join(folder, '_temporary', name)) as [string, string];
    writeFileSync(old, 'half');
    writeFileSync(young, 'half');
    utimesSync(old, new Date(Date.now() - 25 * 3_600_000), new Date(Date.now() - 25 * 3_600_000));
    await store.put('a/1', Buffer.from('x'));
    assert.deepEqual(readdirSync(path.join(folder, '_temporary')), ['young']);
  });

  it('takes what two processes write at once, and shows each the other’s objects whole', async () => {
    const writer = path.join(import.meta.dirname, '../../../support/writeObjects.ts');
    const processes = [0, 1].map((index) => spawn(process.execPath, [writer, folder, String(index)], { stdio: ['ignore', 'inherit', 'inherit'] }));
    const ends = Promise.all(processes.map((one) => once(one, 'exit')));
    let isDone = false;
    while (!isDone) {
      isDone = await Promise.race([ends.then(() => true), new Promise<boolean>((resolve) => setTimeout(resolve, 10, false))]);
      for (const { size } of (await store.list('shared/')).objects) {
        assert.equal(size, 300_000);
      }
    }
    assert.deepEqual((await ends).map(([code]) => code as unknown), [0, 0]);
    assert.equal((await store.list('shared/')).objects.length, 20);
    assert.deepEqual([(await store.list('own/0/')).objects.length, (await store.list('own/1/')).objects.length], [20, 20]);
    assert.deepEqual(readdirSync(path.join(folder, '_temporary')), []);
  });

  describe('on a disk of its own', () => {
    let isMounted = false;
    beforeEach(function () {
      try {
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder], { stdio: 'ignore' });
      } catch {
        console.log('      skipped: a small disk can only be mounted as root');
        this.skip();
      }
      isMounted = true;
    });
    afterEach(() => {
      if (isMounted) {
        execFileSync('umount', [folder]);
        isMounted = false;
      }
    });

    it('says that the disk is full, leaves nothing half, and goes on once there is room', async () => {
      await store.create();
      await store.put('a/1', Buffer.alloc(100_000));
      await assert.rejects(store.put('a/2', Buffer.alloc(200_000)), coded('storage-quota'));
      assert.deepEqual((await store.list('a/')).objects.map(({ name }) => name), ['1']);
      assert.deepEqual(readdirSync(path.join(folder, '_temporary')), []);
      await store.delete('a/1');
      await store.put('a/2', Buffer.alloc(200_000));
    });

    it('says that it may not write on a disk that is read-only, and reads on', async () => {
      await store.create();
      await store.put('a/1', Buffer.from('x'));
      execFileSync('mount', ['-o', 'remount,ro', folder]);
      for (const attempt of [() => store.put('a/2', Buffer.from('y')), () => store.delete('a/1')]) {
        await assert.rejects(attempt, (error) => ConvoSyncError.is(error, 'storage-denied') && error.details['errno'] === 'EROFS');
      }
      assert.equal(String(await store.get('a/1')), 'x');
    });
  });
});
