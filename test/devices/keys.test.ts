import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { ConvoSyncError, type ErrorCode } from '../../src/core/common/errors.ts';
import { type Device, World } from '../support/device.ts';
import { GitServerRepository } from '../support/gitServerRepository.ts';

const talk = randomUUID();
const passphrase = { passphrase: 'four cheeses and a fig', workFactor: 10 };

describe('the keys of a vault', function () {
  this.timeout(120_000);
  let world: World;
  let remote: string;

  beforeEach(() => {
    world = new World();
    remote = world.remote();
  });
  afterEach(() => world[Symbol.dispose]());

  const device = (name: string): Device => world.device(name).clone(remote);
  const goOn = async (from: Device, words: string): Promise<void> => {
    world.passMinutes(1);
    from.say(talk, words);
    assert.equal((await from.save(words, { push: false })).outcome, 'sent');
  };
  const messages = async (from: Device): Promise<string[]> => (await from.convosync.list(from.folder)).sessions.map(({ summary }) => summary.message).sort();

  it('seal it later, let a device in that shows the same code, and leave out one that is taken out', async () => {
    const [desktop, laptop, tablet] = [device('desktop'), device('laptop'), device('tablet')];
    await goOn(desktop, 'Readable');
    assert.deepEqual(await messages(tablet), ['Readable']);

    const { recoveryKey, readable } = await desktop.convosync.seal(desktop.folder, passphrase);
    assert.match(recoveryKey, /^AGE-SECRET-KEY-1/);
    assert.equal(readable, 1);
    await goOn(desktop, 'Sealed');
    await assert.rejects(tablet.save('Not yet', { push: false }), is('vault-locked'));

    for (const who of [laptop, tablet]) {
      assert.equal(await who.convosync.join(who.folder), false);
      const { code } = await who.convosync.requestAccess(who.folder);
      assert.equal((await who.convosync.requestAccess(who.folder)).code, code);
      const requests = await desktop.convosync.accessRequests(desktop.folder);
      assert.deepEqual(requests.map((request) => [request.code, request.device.name]), [[code, who.name]]);
      await assert.rejects(desktop.convosync.approveAccess(desktop.folder, '0000-0000-0000'), is('usage'));
      assert.equal((await desktop.convosync.approveAccess(desktop.folder, code.toLowerCase().replaceAll('-', ''))).device.name, who.name);
      assert.equal(await who.convosync.join(who.folder), true);
      assert.deepEqual(await messages(who), ['Readable', 'Sealed']);
    }
    assert.deepEqual(await desktop.convosync.accessRequests(desktop.folder), []);
    await laptop.resume();
    await goOn(laptop, 'From the laptop');
    await tablet.resume();
    await goOn(tablet, 'From the tablet');

    await desktop.convosync.revoke(desktop.folder, { device: 'Laptop', current: passphrase.passphrase, next: { passphrase: 'five cheeses and a date', workFactor: 10 } });
    await goOn(tablet, 'After it');
    for (const look of [() => laptop.convosync.list(laptop.folder), () => laptop.save('Still here?', { push: false }), () => laptop.resume()]) {
      await assert.rejects(look, is('vault-revoked'));
    }
    await assert.rejects(laptop.convosync.unlock(laptop.folder, passphrase.passphrase), is('vault-wrong-key'));
    const all = ['After it', 'From the laptop', 'From the tablet', 'Readable', 'Sealed'];
    assert.deepEqual([await messages(desktop), await messages(tablet)], [all, all]);
    const { devices } = await desktop.convosync.status(desktop.folder);
    assert.deepEqual(devices.map((each) => [each.device.name, each.revoked]).sort(), [['desktop', false], ['laptop', true], ['tablet', false]]);
    assert.deepEqual((await desktop.convosync.check(desktop.folder)).faults, []);
    const codes = await Promise.all([desktop, tablet].map(async (who) => (await who.convosync.describeVault(who.folder)).code));
    assert.equal(codes[0], codes[1]);
  });

  it('go with everything else that is removed from a remote, where other people’s vaults and all branches stay', async () => {
    const [desktop, laptop] = [device('desktop'), device('laptop')];
    const eve = world.device('eve', { email: 'eve@example.org' }).clone(remote);
    await goOn(desktop, 'Mine');
    assert.deepEqual(await messages(laptop), ['Mine']);
    eve.say(talk, 'Not yours.');
    await eve.convosync.save(await eve.convosync.planSave(eve.folder, { message: 'Hers', push: false, vault: 'new' }));
    const server = new GitServerRepository(world, remote);
    const { vault } = await desktop.convosync.planRemoval(desktop.folder);
    const [chunks = '', commit = ''] = [...server.refs()].find(([ref]) => ref.includes(vault) && ref.endsWith('/chunks')) ?? [];
    server.git('update-ref', chunks.replace(/chunks$/, 'former'), commit);
    const before = server.refs();
    await assert.rejects(desktop.convosync.removeVault(desktop.folder, 'ffffffff'), is('usage'));
    assert.deepEqual(server.refs(), before);
    await desktop.convosync.removeVault(desktop.folder, vault.slice(0, 8));
    assert.deepEqual([...server.refs()], [...before].filter(([ref]) => !ref.includes(vault)));
    assert.deepEqual(await messages(eve), ['Hers']);
    assert.ok(desktop.readTranscript(talk).includes('Mine'));
    const { problem } = await laptop.convosync.list(laptop.folder);
    assert.deepEqual([problem?.code, problem?.details['reason']], ['vault-rolled-back', 'vault-gone']);
    laptop.say(talk, 'Too late.');
    await assert.rejects(laptop.save('Too late', { push: false }), is('vault-rolled-back'), 'nothing begins it anew');
    assert.equal((await laptop.convosync.planRemoval(laptop.folder)).isThere, false);
    await laptop.convosync.removeVault(laptop.folder, vault.slice(0, 8));
    world.passMinutes(1);
    await desktop.convosync.save(await desktop.convosync.planSave(desktop.folder, { message: 'Anew', push: false, vault: 'new' }));
    assert.deepEqual(await messages(desktop), ['Anew']);
  });
});

function is(code: ErrorCode) {
  return (error: unknown): error is ConvoSyncError => {
    assert.ok(ConvoSyncError.is(error), String(error));
    assert.equal(error.code, code, error.message);
    return true;
  };
}
