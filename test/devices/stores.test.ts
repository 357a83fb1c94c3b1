import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { ConvoSyncError, type ErrorCode } from '../../src/core/common/errors.ts';
import { line, userRecord } from '../support/claudeHome.ts';
import { type Device, type DeviceOptions, World } from '../support/device.ts';
import { GitServerRepository } from '../support/gitServerRepository.ts';
import { credentials, startLighttpd } from '../support/webdavServers.ts';

const talk = randomUUID();
const passphrase = 'four cheeses and a fig';

describe('sessions in a folder instead of the remote', function () {
  this.timeout(120_000);
  let world: World;
  let remote: string;
  let server: GitServerRepository;
  let stick: string;

  beforeEach(() => {
    world = new World();
    remote = world.remote();
    server = new GitServerRepository(world, remote);
    stick = path.join(world.folder, 'stick', 'ConvoSync');
  });
  afterEach(() => world[Symbol.dispose]());

  const device = async (name: string, options: DeviceOptions = {}, from = remote): Promise<Device> => {
    const made = world.device(name, options).clone(from);
    await made.convosync.usePlace(made.folder, stick, { from: made.folder });
    return made;
  };
  const saves = async (from: Device, message: string): ReturnType<Device['save']> => {
    world.passMinutes(1);
    from.say(talk, message);
    from.write('menu.js', `${message}\n`);
    return from.save(message);
  };
  const messages = async (from: Device): Promise<string[]> => (await from.convosync.list(from.folder)).sessions.map(({ summary }) => summary.message).sort();
  const filesOnStick = (): string[] => readdirSync(stick, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));

  it('travel there, and the remote gets the branch and nothing else', async () => {
    const desktop = await device('desktop');
    const report = await saves(desktop, 'Margherita');
    assert.deepEqual([report.outcome, report.branchPushed, report.place], ['sent', true, stick]);
    assert.deepEqual([...server.refs().keys()], ['refs/heads/main']);
    assert.equal(server.branch('main'), report.commit);
    const laptop = await device('laptop', { user: 'other' });
    assert.equal((await laptop.resume()).verdict.inSync, true);
    assert.equal(laptop.readTranscript(talk), desktop.readTranscript(talk));
    assert.equal((await saves(laptop, 'With basil')).outcome, 'sent');
    assert.equal((await desktop.resume()).verdict.inSync, true);
    assert.equal(desktop.readTranscript(talk), laptop.readTranscript(talk));
    assert.deepEqual(await messages(desktop), ['Margherita', 'With basil']);
  });

  it('are sealed there as anywhere', async () => {
    const desktop = await device('desktop');
    desktop.say(talk, 'My favorite pizza is Margherita.');
    await desktop.convosync.save(await desktop.convosync.planSave(desktop.folder, { message: 'Secret menu' }), { newVault: { passphrase, workFactor: 10 } });
    for (const file of filesOnStick().filter((one) => !/vault\.json|convosync\.txt|claims/.test(one))) {
      assert.ok(readFileSync(file, 'latin1').startsWith('age-encryption.org/v1'), file);
    }
    const laptop = await device('laptop');
    await assert.rejects(laptop.convosync.list(laptop.folder), isError('vault-locked'));
    await laptop.convosync.unlock(laptop.folder, passphrase);
    assert.equal((await laptop.resume()).verdict.inSync, true);
    await laptop.convosync.changePassphrase(laptop.folder, { current: passphrase, next: { passphrase: 'five cheeses and a date', workFactor: 10 } });
    await desktop.convosync.lock(desktop.folder);
    await assert.rejects(desktop.convosync.unlock(desktop.folder, passphrase), isError('vault-wrong-key'));
    await desktop.convosync.unlock(desktop.folder, 'five cheeses and a date');
    assert.deepEqual(await messages(desktop), ['Secret menu']);
  });

  it('of several repositories share one vault there, and each shows its own', async () => {
    const shop = await device('desktop');
    await saves(shop, 'Margherita');
    const other = world.remote('other.git');
    const bar = world.device('desktop');
    bar.clone(other, 'work/bar');
    await bar.convosync.usePlace(bar.folder, stick, { from: bar.folder });
    assert.deepEqual(await messages(bar), []);
    bar.write('drinks.js', 'water');
    assert.equal((await bar.save('Water', { conversations: 'none' })).outcome, 'sent');
    assert.deepEqual([await messages(shop), await messages(bar)], [['Margherita'], ['Water']]);
    assert.equal(readdirSync(stick).filter((name) => /^[0-9a-f]{32}$/.test(name)).length, 1);
    await assert.rejects(bar.convosync.moveVault(bar.folder, 'remote', { from: bar.folder }), isError('usage'));
    const laptop = await device('laptop');
    assert.deepEqual(await messages(laptop), ['Margherita']);
    assert.equal((await laptop.resume()).verdict.inSync, true);
  });

  it('wait here while the stick is unplugged: the branch is pushed, and nothing is lost or sent twice', async () => {
    const desktop = await device('desktop');
    // With so much to say, what is saved leans on what was saved before, which lies on the stick.
    const handoff = `## Goal\n\n${Array.from({ length: 200 }, (_, word) => (word * 7919).toString(36)).join(' ')}\n`;
    const savesMuch = async (message: string): ReturnType<Device['save']> => {
      world.passMinutes(1);
      desktop.say(talk, message);
      desktop.write('menu.js', `${message}\n`);
      return desktop.convosync.save(await desktop.convosync.planSave(desktop.folder, { message, handoff }), { newVault: 'readable' });
    };
    await savesMuch('Margherita');
    renameSync(stick, `${stick}.unplugged`);
    const report = await savesMuch('Unplugged');
    assert.equal(report.outcome, 'queued');
    assert.equal(report.problem?.code, 'remote-unreachable');
    const listing = await desktop.convosync.list(desktop.folder);
    assert.deepEqual(listing.sessions.map(({ summary, queued }) => [summary.message, queued]), [['Unplugged', true], ['Margherita', false]]);
    assert.equal(listing.problem?.code, 'remote-unreachable');
    assert.deepEqual((await desktop.convosync.status(desktop.folder)).queued, 1);
    assert.ok(!existsSync(stick));
    renameSync(`${stick}.unplugged`, stick);
    const { outcome, sessions } = await desktop.convosync.sync(desktop.folder);
    assert.deepEqual([outcome, sessions], ['sent', 1]);
    assert.equal((await desktop.convosync.sync(desktop.folder)).outcome, 'nothing-to-send');
    const laptop = await device('laptop');
    assert.deepEqual(await messages(laptop), ['Margherita', 'Unplugged']);
    assert.equal((await laptop.resume()).verdict.inSync, true);
    assert.equal(laptop.readTranscript(talk), desktop.readTranscript(talk));
  });

  it('are not visible before the branch that they promise: a rejected push leaves them waiting here', async () => {
    const desktop = await device('desktop');
    server.hook('pre-receive', 'echo no pizza today >&2; exit 1');
    const report = await saves(desktop, 'Rejected');
    assert.deepEqual([report.outcome, report.branchPushed, report.problem?.code], ['queued', false, 'push-rejected']);
    const laptop = await device('laptop');
    assert.deepEqual(await messages(laptop), []);
    assert.equal((await desktop.convosync.sync(desktop.folder, { push: false })).outcome, 'sent');
    assert.equal((await laptop.resume()).verdict.inSync, true);
  });

  it('carry their code along where the repository has no remote at all', async () => {
    const desktop = world.device('desktop').create();
    await desktop.convosync.usePlace(desktop.folder, stick, { from: desktop.folder });
    assert.equal((await saves(desktop, 'Alone')).outcome, 'sent');
    const laptop = world.device('laptop');
    laptop.folder = path.join(laptop.home, 'copy');
    const first = desktop.git('rev-list', '--max-parents=0', 'HEAD');
    cpSync(desktop.folder, laptop.folder, { recursive: true });
    laptop.git('reset', '--quiet', '--hard', first);
    laptop.git('reflog', 'expire', '--expire=now', '--all');
    laptop.git('gc', '--quiet', '--prune=now');
    await laptop.convosync.usePlace(laptop.folder, stick, { from: laptop.folder });
    assert.equal((await laptop.resume()).verdict.inSync, true);
    assert.equal(laptop.read('menu.js'), 'Alone\n');
  });

  it('go to the remote again when asked, and what is in the folder stays there', async () => {
    const desktop = await device('desktop');
    await saves(desktop, 'In the folder');
    const useRemote = async (who: Device): Promise<number | undefined> => (await who.convosync.usePlace(who.folder, 'remote', { from: who.folder })).vaults;
    assert.equal(await useRemote(desktop), 0);
    assert.deepEqual(await messages(desktop), []);
    await saves(desktop, 'At the remote');
    assert.equal(await useRemote(await device('laptop')), 1);
    renameSync(remote, `${remote}.away`);
    assert.equal(await useRemote(desktop), undefined, 'it is used nevertheless');
    renameSync(`${remote}.away`, remote);
    assert.deepEqual(server.vaultRefs(), ['chunks', 'log', 'vault']);
    await desktop.convosync.usePlace(desktop.folder, stick, { from: desktop.folder });
    assert.deepEqual(await messages(desktop), ['In the folder']);
  });

  it('are moved there and back: every session comes along, proven, and the other device goes on there', async () => {
    const desktop = world.device('desktop').clone(remote);
    const laptop = world.device('laptop', { user: 'other' }).clone(remote);
    await saves(desktop, 'Margherita');
    await laptop.resume();
    await saves(laptop, 'With basil');
    const { place, bytes } = await desktop.convosync.moveVault(desktop.folder, stick, { from: desktop.folder });
    assert.equal(place, stick);
    assert.ok(bytes > 1000);
    assert.deepEqual(await messages(desktop), ['Margherita', 'With basil']);
    assert.deepEqual((await desktop.convosync.check(desktop.folder)).faults, []);
    await desktop.resume();
    await saves(desktop, 'On the stick');
    await laptop.convosync.usePlace(laptop.folder, stick, { from: laptop.folder });
    assert.equal((await laptop.resume()).verdict.inSync, true);
    assert.equal(laptop.readTranscript(talk), desktop.readTranscript(talk));
    await saves(laptop, 'From the laptop');

    await assert.rejects(laptop.convosync.moveVault(laptop.folder, stick, { from: laptop.folder }), isError('usage'));
    await laptop.convosync.moveVault(laptop.folder, 'remote', { from: laptop.folder });
    const tablet = world.device('tablet').clone(remote);
    assert.deepEqual(await messages(tablet), ['From the laptop', 'Margherita', 'On the stick', 'With basil']);
    assert.deepEqual((await tablet.convosync.check(tablet.folder)).faults, []);
    assert.equal((await tablet.resume()).verdict.inSync, true);
  });

  it('of a device that saved at the former place are brought along when it moves there too, whatever was saved there since', async () => {
    const desktop = world.device('desktop').clone(remote);
    const laptop = world.device('laptop', { user: 'other' }).clone(remote);
    await saves(desktop, 'Margherita');
    await laptop.resume();
    await desktop.convosync.moveVault(desktop.folder, stick, { from: desktop.folder });
    await saves(desktop, 'On the stick');
    world.passMinutes(1);
    laptop.say(talk, 'Not told');
    await laptop.save('Not told', { push: false });
    await assert.rejects(laptop.convosync.usePlace(laptop.folder, stick, { from: laptop.folder }), (error) => isError('usage')(error) && error.message.includes(`convosync vault move ${stick}`));
    renameSync(remote, `${remote}.away`);
    await laptop.convosync.usePlace(laptop.folder, stick, { from: laptop.folder });
    await assert.rejects(laptop.convosync.check(laptop.folder), isError('vault-rolled-back'));
    renameSync(`${remote}.away`, remote);
    await laptop.convosync.usePlace(laptop.folder, 'remote', { from: laptop.folder });
    await laptop.convosync.moveVault(laptop.folder, stick, { from: laptop.folder });
    for (const one of [desktop, laptop]) {
      assert.deepEqual(await messages(one), ['Margherita', 'Not told', 'On the stick']);
      assert.deepEqual((await one.convosync.check(one.folder)).faults, []);
    }
    laptop.say(talk, 'Goes on');
    assert.equal((await laptop.save('Goes on', { push: false })).outcome, 'sent');
    await assert.rejects(laptop.convosync.usePlace(laptop.folder, 'remote', { from: laptop.folder }), isError('usage'));
  });

  it('of a place that was restored from a backup stay in sight while nothing more is taken there, and a vault begun anew goes on', async () => {
    const desktop = await device('desktop');
    await saves(desktop, 'Margherita');
    cpSync(stick, `${stick}.backup`, { recursive: true });
    await saves(desktop, 'With basil');
    renameSync(stick, `${stick}.newer`);
    cpSync(`${stick}.backup`, stick, { recursive: true });
    await assert.rejects(desktop.convosync.planSave(desktop.folder, { message: 'Refused' }), isError('vault-rolled-back'));
    const before = (await desktop.convosync.list(desktop.folder)).sessions.length;
    assert.equal(before, 2);
    await desktop.convosync.save(await desktop.convosync.planSave(desktop.folder, { message: 'Anew', push: false, vault: 'new' }));
    assert.deepEqual(await messages(desktop), ['Anew']);
  });

  it('of a place that was restored from a backup come back from a newer copy by a move', async () => {
    const desktop = await device('desktop');
    await saves(desktop, 'Margherita');
    cpSync(stick, `${stick}.backup`, { recursive: true });
    await saves(desktop, 'With basil');
    renameSync(stick, `${stick}.newer`);
    cpSync(`${stick}.backup`, stick, { recursive: true });
    await desktop.convosync.usePlace(desktop.folder, `${stick}.newer`, { from: desktop.folder });
    await desktop.convosync.moveVault(desktop.folder, stick, { from: desktop.folder });
    assert.deepEqual(await messages(desktop), ['Margherita', 'With basil']);
    assert.equal((await saves(desktop, 'Goes on')).outcome, 'sent');
  });

  it('travel by a WebDAV server whose password is told to nobody, and wait here while it does not let them in', async () => {
    const served = path.join(world.folder, 'served');
    mkdirSync(served);
    const webdav = await startLighttpd(served);
    try {
      const address = `http://127.0.0.1:${webdav.port}/sessions`;
      const [desktop, laptop] = [world.device('desktop').clone(remote), world.device('laptop', { user: 'other' }).clone(remote)];
      const { user, password } = credentials;
      await assert.rejects(desktop.convosync.usePlace(desktop.folder, address, { from: desktop.folder, credentials: { user, password: 'guessed' } }), isError('storage-denied'));
      for (const one of [desktop, laptop]) {
        await one.convosync.usePlace(one.folder, address, { from: one.folder, credentials });
      }
      assert.equal((await saves(desktop, 'Margherita')).outcome, 'sent');
      assert.equal((await laptop.resume()).verdict.inSync, true);
      assert.equal(laptop.readTranscript(talk), desktop.readTranscript(talk));
      const told = readdirSync(desktop.home, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && readFileSync(path.join(entry.parentPath, entry.name), 'latin1').includes(password))
        .map((entry) => [path.basename(entry.parentPath), statSync(path.join(entry.parentPath, entry.name)).mode & 0o777]);
      assert.deepEqual(told, [['keychain', 0o600]]);
      await webdav.stop();
      assert.equal((await saves(desktop, 'Server away')).outcome, 'queued');
      assert.deepEqual(await messages(desktop), ['Margherita', 'Server away']);
    } finally {
      await webdav.stop();
    }
  });

  it('stay where they are when moving them stops half-way, and the next try goes on', async () => {
    const desktop = world.device('desktop').clone(remote);
    await assert.rejects(desktop.convosync.moveVault(desktop.folder, stick, { from: desktop.folder }), isError('vault-not-found'));
    await saves(desktop, 'Margherita');
    const controller = new AbortController();
    await assert.rejects(desktop.convosync.moveVault(desktop.folder, stick, { from: desktop.folder, signal: controller.signal, onProgress: () => controller.abort() }), isError('cancelled'));
    await saves(desktop, 'At the remote');
    assert.equal(server.vaultRefs().length, 3);
    await desktop.convosync.moveVault(desktop.folder, stick, { from: desktop.folder });
    assert.deepEqual(await messages(desktop), ['At the remote', 'Margherita']);
    assert.deepEqual((await desktop.convosync.check(desktop.folder)).faults, []);
  });

  it('of which a part is damaged or gone are mended by a check on a device that holds it still', async () => {
    const desktop = await device('desktop');
    const { session } = await saves(desktop, 'Margherita');
    await saves(desktop, 'With basil');
    for (const [index, file] of filesOnStick().filter((one) => one.includes('/chunks/')).entries()) {
      if (index % 2 === 0) {
        rmSync(file);
      } else {
        writeFileSync(file, Buffer.from(readFileSync(file)).fill('x', 20));
      }
    }
    const { mended, faults } = await desktop.convosync.check(desktop.folder);
    assert.deepEqual(faults, []);
    assert.deepEqual(mended.map(({ message }) => message), ['With basil', 'Margherita']);
    assert.ok(mended.every(({ objects }) => objects > 0));
    const laptop = await device('laptop');
    const { mended: again, faults: left } = await laptop.convosync.check(laptop.folder);
    assert.deepEqual({ again, left }, { again: [], left: [] });
    await laptop.resume({ session });
    assert.ok(desktop.readTranscript(talk).startsWith(laptop.readTranscript(talk)));
  });

  it('of which a part has gone are found by a check where nothing holds it any more, and stored as a whole by the next save', async () => {
    const desktop = await device('desktop');
    await saves(desktop, 'Margherita');
    await saves(desktop, 'With basil');
    for (const file of filesOnStick().filter((one) => one.includes('/chunks/'))) {
      rmSync(file);
    }
    writeFileSync(desktop.transcriptPath(talk), `${line(userRecord(99, 'Another beginning'))}${desktop.readTranscript(talk)}`);
    const { faults } = await desktop.convosync.check(desktop.folder);
    assert.deepEqual(faults.map(({ error }) => error.code), ['object-missing', 'object-missing']);
    const { session } = await saves(desktop, 'Whole again');
    const laptop = await device('laptop');
    assert.deepEqual((await laptop.convosync.check(laptop.folder)).faults.map(({ message }) => message).sort(), ['Margherita', 'With basil']);
    assert.equal((await laptop.resume({ session })).verdict.inSync, true);
    assert.equal(laptop.readTranscript(talk), desktop.readTranscript(talk));
  });

  it('of which the code is damaged are built upon no more after a check, and what has the name of a damaged part takes its place', async () => {
    const desktop = await device('desktop');
    desktop.git('switch', '--quiet', '--create', 'feature/oven');
    const first = await saves(desktop, 'Margherita');
    for (const file of filesOnStick().filter((one) => one.includes('/chunks/'))) {
      writeFileSync(file, Buffer.from(readFileSync(file)).fill('x', 20));
    }
    writeFileSync(desktop.transcriptPath(talk), line(userRecord(99, 'Another beginning')));
    assert.deepEqual((await desktop.convosync.check(desktop.folder)).faults.map(({ session }) => session), [first.session]);
    const same = await desktop.save('The same commit');
    assert.equal(same.commit, first.commit);
    const next = await saves(desktop, 'The next commit');
    desktop.git('push', '--quiet', 'origin', '--delete', 'feature/oven');
    const laptop = await device('laptop');
    for (const { session, commit } of [same, next]) {
      await laptop.resume({ session, switchBranch: true });
      assert.equal(laptop.git('rev-parse', 'HEAD'), commit);
    }
    assert.deepEqual((await laptop.convosync.check(laptop.folder)).faults.map(({ session }) => session), [first.session]);
  });

  it('are checked at the place, not by what this device has read before', async () => {
    const desktop = await device('desktop');
    await saves(desktop, 'Margherita');
    assert.equal((await messages(desktop)).length, 1);
    const [record = ''] = filesOnStick().filter((one) => one.includes('/log/')).sort().slice(-1);
    writeFileSync(record, readFileSync(record, 'latin1').replace('Margherita', 'Marinara!!'));
    await assert.rejects(desktop.convosync.check(desktop.folder), isError('vault-damaged'));
  });

  it('are listed while it is away, open as far as this device has them, and of the others is said where they lie', async () => {
    const desktop = await device('desktop');
    await saves(desktop, 'Margherita');
    renameSync(stick, `${stick}.unplugged`);
    const { sessions: [saved], problem } = await desktop.convosync.list(desktop.folder);
    assert.deepEqual([saved?.summary.message, problem?.code], ['Margherita', 'remote-unreachable']);
    const id = saved?.summary.id ?? '';
    const isNamed = (error: unknown): boolean => isError('remote-unreachable')(error) && error.details['incomplete'] === id && error.details['liesAt'] === stick;
    const again = world.device('desktop');
    again.folder = desktop.folder;
    const { conversations, verdict } = await again.convosync.open(desktop.folder, id);
    assert.deepEqual([conversations[0]?.messages.length, verdict.inSync], [2, true], 'what is kept here needs no stick');
    assert.equal((await again.resume({ session: id })).verdict.inSync, true);
    rmSync(desktop.transcriptPath(talk));
    await assert.rejects(again.convosync.open(desktop.folder, id), isNamed);
    await assert.rejects(again.resume({ session: id }), isNamed);
  });

  it('that wait here for one place are not forgotten silently when another is used', async () => {
    const desktop = await device('desktop');
    await saves(desktop, 'Margherita');
    renameSync(stick, `${stick}.unplugged`);
    await saves(desktop, 'Unplugged');
    assert.equal((await desktop.convosync.usePlace(desktop.folder, 'remote', { from: desktop.folder })).waiting, 1);
    renameSync(`${stick}.unplugged`, stick);
    assert.equal((await desktop.convosync.usePlace(desktop.folder, stick, { from: desktop.folder })).waiting, 0);
    assert.equal((await desktop.convosync.sync(desktop.folder)).outcome, 'sent');
  });

  it('are not sent to what is no place', async () => {
    const desktop = world.device('desktop').clone(remote);
    for (const [where, code] of [['ftp://example.org/x', 'usage'], ['https://ada:secret@example.org/x', 'usage'], ['s3:https://example.org', 'usage'], ['', 'usage'], ['remot', 'usage'], ['.git/sessions', 'usage'], ['/proc/nowhere/at/all', 'remote-unreachable'], ['https://127.0.0.1:9/x', 'storage-denied'], [path.join(desktop.home, '.gitconfig'), 'storage-permanent']] as const) {
      await assert.rejects(desktop.convosync.usePlace(desktop.folder, where, { from: desktop.folder }), (error) => isError(code)(error) && !JSON.stringify([error.message, error.details]).includes('secret'), where);
    }
    assert.equal((await saves(desktop, 'At the remote')).outcome, 'sent');
    assert.deepEqual(server.vaultRefs(), ['chunks', 'log', 'vault']);
  });
});

function isError(code: ErrorCode): (error: unknown) => error is ConvoSyncError {
  return (error): error is ConvoSyncError => {
    assert.ok(ConvoSyncError.is(error), error instanceof Error ? error.stack : String(error));
    assert.equal(error.code, code, error.stack);
    return true;
  };
}
