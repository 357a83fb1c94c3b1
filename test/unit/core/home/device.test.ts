import assert from 'node:assert/strict';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { ConvoSyncError } from '../../../../src/core/common/errors.ts';
import { loadDevice, renameDevice } from '../../../../src/core/home/device.ts';
import { useTemporaryHome } from './temporaryHome.ts';

const hints = { hostname: 'anna-thinkpad.fritz.box', kindHint: 'laptop' } as const;

describe('the identity of this device', () => {
  const home = useTemporaryHome();

  it('is made once, from the name of the host, and found again', async () => {
    const made = await loadDevice(home(), hints);
    assert.equal(made.isNew, true);
    assert.equal(made.nameIsGeneric, false);
    assert.equal(made.device.name, 'anna-thinkpad');
    assert.equal(made.device.kind, 'laptop');
    assert.deepEqual(await loadDevice(home(), { hostname: 'other', kindHint: 'unknown' }), { ...made, isNew: false });
    if (process.platform !== 'win32') {
      assert.equal((await stat(home().deviceFile)).mode & 0o777, 0o600);
    }
  });

  it('is the same for all who ask at once', async () => {
    const loaded = await Promise.all(Array.from({ length: 5 }, () => loadDevice(home(), hints)));
    assert.equal(new Set(loaded.map(({ device }) => device.id)).size, 1);
    assert.equal(loaded.filter(({ isNew }) => isNew).length, 1);
  });

  it('is another one in another home', async () => {
    const first = await loadDevice(home(), hints);
    await rm(home().deviceFile);
    assert.notEqual((await loadDevice(home(), hints)).device.id, first.device.id);
  });

  it('is never replaced silently: a damaged document is an error that names it', async () => {
    await writeFile(home().deviceFile, '{"v":1,"id":"../x","name":"a","kind":"laptop"}');
    await assert.rejects(loadDevice(home(), hints), (error) => ConvoSyncError.is(error, 'home-unusable') && error.details['file'] === home().deviceFile);
    assert.match(await readFile(home().deviceFile, 'utf8'), /\.\.\/x/);
  });

  it('asks for a name where the host has a generic one, until a person has chosen, whatever they chose', async () => {
    const { nameIsGeneric, device } = await loadDevice(home(), { hostname: 'localhost', kindHint: 'phone' });
    assert.equal(nameIsGeneric, true);
    assert.deepEqual(await renameDevice(home(), '  desktop '), { ...device, name: 'desktop' });
    assert.deepEqual(await loadDevice(home(), hints), { device: { ...device, name: 'desktop' }, nameIsGeneric: false, isNew: false });
  });

  for (const name of ['', '   ', 'x'.repeat(65), 'two\nlines', '\u001b[31mred']) {
    it(`keeps its name when it is to be called ${JSON.stringify(name.slice(0, 10))}`, async () => {
      const { device } = await loadDevice(home(), hints);
      await assert.rejects(renameDevice(home(), name), (error) => ConvoSyncError.is(error, 'usage'));
      assert.deepEqual((await loadDevice(home(), hints)).device, device);
    });
  }
});
