import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { ConvoSyncError } from '../../../../src/core/common/errors.ts';
import { Home, resolveHome } from '../../../../src/core/home/home.ts';

describe("where ConvoSync's home lies", () => {
  const linux = { env: {}, userHome: '/home/anna', platform: 'linux' } as const;

  it('is the folder that CONVOSYNC_HOME names, on every platform', () => {
    assert.equal(resolveHome({ ...linux, env: { CONVOSYNC_HOME: '/srv/cs', XDG_DATA_HOME: '/x' } }), '/srv/cs');
    assert.equal(resolveHome({ env: { CONVOSYNC_HOME: 'D:\\cs' }, userHome: 'C:\\Users\\anna', platform: 'win32' }), 'D:\\cs');
  });

  it('is refused when CONVOSYNC_HOME would mean another folder in every place', () => {
    assert.throws(() => resolveHome({ ...linux, env: { CONVOSYNC_HOME: 'cs' } }), (error) => ConvoSyncError.is(error, 'home-unusable') && error.details['folder'] === 'cs');
  });

  it("is in the platform's folder for data otherwise", () => {
    assert.equal(resolveHome(linux), '/home/anna/.local/share/convosync');
    assert.equal(resolveHome({ ...linux, env: { CONVOSYNC_HOME: '', XDG_DATA_HOME: '/data' } }), '/data/convosync');
    assert.equal(resolveHome({ ...linux, env: { XDG_DATA_HOME: 'relative' } }), '/home/anna/.local/share/convosync');
    assert.equal(resolveHome({ ...linux, platform: 'android' }), '/home/anna/.local/share/convosync');
    assert.equal(resolveHome({ env: {}, userHome: '/Users/anna', platform: 'darwin' }), '/Users/anna/Library/Application Support/ConvoSync');
    assert.equal(resolveHome({ env: { LOCALAPPDATA: 'E:\\Local' }, userHome: 'C:\\Users\\anna', platform: 'win32' }), 'E:\\Local\\ConvoSync');
    assert.equal(resolveHome({ env: {}, userHome: 'C:\\Users\\anna', platform: 'win32' }), 'C:\\Users\\anna\\AppData\\Local\\ConvoSync');
  });
});

describe("preparing ConvoSync's home", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'convosync-home-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('makes folders that only the user can read, and can be done again', async () => {
    const home = new Home(path.join(folder, 'deep', 'home'));
    await home.prepare();
    await home.prepare();
    assert.deepEqual((await readdir(home.root)).sort(), ['heads', 'installs', 'journal', 'locks', 'undo', 'vaults', 'writers']);
    if (process.platform !== 'win32') {
      for (const each of [home.root, home.writersFolder, home.journalFolder]) {
        assert.equal((await stat(each)).mode & 0o777, 0o700);
      }
    }
  });

  it('leaves the permissions of a folder that was there before', async () => {
    await chmod(folder, 0o755);
    await new Home(folder).prepare();
    assert.equal((await stat(folder)).mode & 0o777, 0o755);
  });

  it('names the folder when it cannot be one', async () => {
    const file = path.join(folder, 'file');
    await writeFile(file, '');
    await assert.rejects(new Home(file).prepare(), (error) => ConvoSyncError.is(error, 'home-unusable') && error.details['folder'] === file);
  });
});
