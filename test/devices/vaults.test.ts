import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { cpSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { ConvoSyncError, type ErrorCode } from '../../src/core/common/errors.ts';
import { type Device, type DeviceOptions, World } from '../support/device.ts';
import { GitServerRepository } from '../support/gitServerRepository.ts';

const talk = randomUUID();

describe('vaults in one remote', function () {
  this.timeout(120_000);
  let world: World;
  let remote: string;
  let server: GitServerRepository;

  beforeEach(() => {
    world = new World();
    remote = world.remote();
    server = new GitServerRepository(world, remote);
  });
  afterEach(() => world[Symbol.dispose]());

  const device = (name: string, options: DeviceOptions = {}): Device => {
    const made = world.device(name, options).clone(remote);
    made.say(talk, `Hello from ${name}.`);
    return made;
  };
  const saves = async (from: Device, message: string, request: Parameters<Device['save']>[1] = {}): Promise<string> => {
    world.passMinutes(1);
    from.say(talk, message);
    const { outcome, session } = await from.save(message, request);
    assert.equal(outcome, 'sent');
    return session;
  };
  const messages = async (from: Device): Promise<string[]> => (await from.convosync.list(from.folder)).sessions.map(({ summary }) => summary.message).sort();
  const vaultRefs = (): string[] => [...server.refs().keys()].filter((ref) => ref.startsWith('refs/convosync/'));
  const vaultIds = (): string[] => [...new Set(vaultRefs().map((ref) => ref.split('/')[2] ?? ''))];

  describe('of several people', () => {
    const ben = { email: 'ben@example.org', user: 'ben' };

    it('are never mixed: each sees their own sessions alone, on all of their devices', async () => {
      const adas = device('adas-desktop');
      await saves(adas, 'Ada 1', { push: false });
      const bens = device('bens-desktop', ben);
      await saves(bens, 'Ben 1', { push: false, vault: 'new' });
      await saves(adas, 'Ada 2', { push: false });
      await saves(bens, 'Ben 2', { push: false });
      assert.equal(vaultIds().length, 2);
      const [adasOther, bensOther] = [device('adas-laptop'), device('bens-laptop', ben)];
      for (const [one, seen] of [[adas, ['Ada 1', 'Ada 2']], [bens, ['Ben 1', 'Ben 2']], [adasOther, ['Ada 1', 'Ada 2']], [bensOther, ['Ben 1', 'Ben 2']]] as const) {
        assert.deepEqual(await messages(one), seen, one.name);
      }
      const { sessions: [session] } = await bens.convosync.list(bens.folder);
      await assert.rejects(adas.convosync.open(adas.folder, session?.summary.id ?? ''), isError('session-not-found'));
      await assert.rejects(adas.convosync.delete(adas.folder, [session?.summary.id ?? '']), isError('session-not-found'));
    });

    it('are not joined by guessing: who is not recognised is asked, and nothing is written meanwhile', async () => {
      await saves(device('adas-desktop'), 'Ada 1', { push: false });
      const bens = device('bens-desktop', ben);
      const [before, refs] = [bens.snapshot(), server.refs()];
      for (const attempt of [() => bens.save('Ben 1'), () => bens.convosync.list(bens.folder), () => bens.convosync.status(bens.folder)]) {
        await assert.rejects(attempt, (error) => isError('vault-choice')(error) && (error.details['vaults'] as { id: string }[])[0]?.id === vaultIds()[0]);
      }
      assert.deepEqual(bens.snapshot(), before);
      assert.deepEqual(server.refs(), refs);
    });

    it('do not miss each other: one that is removed from the remote leaves the other as it is', async () => {
      const adas = device('adas-desktop');
      await saves(adas, 'Ada 1', { push: false });
      const [adasVault] = vaultIds();
      const bens = device('bens-desktop', ben);
      await saves(bens, 'Ben 1', { push: false, vault: 'new' });
      for (const ref of vaultRefs().filter((one) => one.split('/')[2] !== adasVault)) {
        server.git('update-ref', '-d', ref);
      }
      assert.deepEqual(await messages(adas), ['Ada 1']);
      await saves(adas, 'Ada 2', { push: false });
      assert.deepEqual(await messages(device('adas-laptop')), ['Ada 1', 'Ada 2']);
      assert.equal((await bens.convosync.list(bens.folder)).problem?.code, 'vault-rolled-back');
    });
  });

  describe('of one person who commits with another address on another device', () => {
    it('are not left for another by a look or a plan, only by what is run', async () => {
      const desktop = device('desktop');
      await saves(desktop, 'Before');
      await desktop.convosync.planSave(desktop.folder, { message: 'Never run', vault: 'new' });
      await desktop.convosync.status(desktop.folder, { vault: 'new' });
      assert.deepEqual(await messages(desktop), ['Before']);
      await saves(desktop, 'Apart', { vault: 'new' });
      assert.deepEqual(await messages(desktop), ['Apart']);
      const both = await Promise.all(vaultIds().map(async (id) => (await desktop.convosync.list(desktop.folder, { vault: { join: id } })).sessions.map(({ summary }) => summary.message)));
      assert.deepEqual(both.flat().sort(), ['Apart', 'Before']);
      assert.deepEqual(await messages(desktop), ['Apart']);
    });

    it('are offered to be joined, and the choice is remembered', async () => {
      await saves(device('desktop'), 'At home');
      const [vault = ''] = vaultIds();
      const office = device('office', { email: 'ada@company.example' });
      await assert.rejects(office.convosync.list(office.folder), isError('vault-choice'));
      await assert.rejects(office.convosync.list(office.folder, { vault: { join: 'ffff' } }), isError('vault-not-found'));
      assert.equal((await office.convosync.list(office.folder, { vault: { join: vault.slice(0, 8) } })).sessions.length, 1);
      assert.deepEqual(await messages(office), ['At home']);
      await office.resume();
      await saves(office, 'At work');
      assert.deepEqual(await messages(device('laptop')), ['At home', 'At work']);
      assert.deepEqual(vaultIds(), [vault]);
    });
  });

  describe('of a device that was copied or restored', () => {
    const convosyncHome = (of: Device): string => path.join(of.home, '.local', 'share', 'convosync');
    const copyHome = (from: Device, to: Device): void => cpSync(convosyncHome(from), convosyncHome(to), { recursive: true, preserveTimestamps: true });
    const copyOf = (from: Device, name: string): Device => {
      const copy = world.device(name).clone(remote);
      cpSync(from.home, copy.home, { recursive: true, preserveTimestamps: true });
      copy.machine.machineId = from.machine.machineId ?? '';
      copy.machine.hostname = from.machine.hostname;
      return copy;
    };

    /** The device with an older home: `inPlace` the folder itself stays the same one, and with it all that tells a copy. */
    const restore = (backup: Device, to: Device, inPlace: boolean): Device => {
      for (const folder of inPlace ? ['writers', 'heads', 'vaults', 'undo', 'journal', 'installs'] : ['']) {
        rmSync(path.join(convosyncHome(to), folder), { recursive: true });
      }
      copyHome(backup, to);
      const restored = world.device(to.name);
      restored.folder = to.folder;
      return restored;
    };
    const queues = async (from: Device, message: string): Promise<void> => {
      renameSync(remote, `${remote}.gone`);
      world.passMinutes(1);
      from.say(talk, message);
      assert.equal((await from.save(message, { push: false })).outcome, 'queued');
      renameSync(`${remote}.gone`, remote);
    };

    it('go on on both, as two writers of one device, with nothing lost', async () => {
      const desktop = device('desktop');
      await saves(desktop, '1', { push: false });
      const copy = copyOf(desktop, 'copy');
      await saves(desktop, '2', { push: false });
      world.passMinutes(1);
      copy.say(talk, '3');
      const isSaid = ({ notes }: Awaited<ReturnType<Device['save']>>): boolean => notes.some(({ kind }) => kind === 'copied-device');
      assert.ok(isSaid(await copy.save('3', { push: false })));
      await saves(desktop, '4', { push: false });
      await saves(copy, '5', { push: false });
      const laptop = device('laptop');
      for (const one of [desktop, copy, laptop]) {
        assert.deepEqual(await messages(one), ['1', '2', '3', '4', '5'], one.name);
      }
      const { sessions } = await laptop.convosync.list(laptop.folder);
      assert.equal(new Set(sessions.map((session) => session.device.id)).size, 1);
      assert.equal(new Set(sessions.map(({ writer }) => writer)).size, 2);
      assert.ok(!isSaid(await copy.save('6', { push: false })), 'it is said once');
    });

    it('send on both what waited in the home that was copied, and list it once', async () => {
      const desktop = device('desktop');
      await saves(desktop, '1', { push: false });
      await queues(desktop, '2');
      const copy = copyOf(desktop, 'copy');
      assert.deepEqual(await messages(copy), ['1', '2']);
      await saves(copy, '3', { push: false });
      await saves(desktop, '4', { push: false });
      for (const one of [desktop, copy, device('laptop')]) {
        assert.deepEqual(await messages(one), ['1', '2', '3', '4'], one.name);
      }
      const laptop = device('laptop-2');
      for (const { summary } of (await laptop.convosync.list(laptop.folder)).sessions) {
        assert.equal((await laptop.convosync.open(laptop.folder, summary.id)).conversations.length, 1, summary.message);
      }
    });

    for (const [how, inPlace] of [['in place', true], ['as a new folder', false]] as const) {
      it(`lose nothing by an old backup of the home that is restored ${how}, and leave no gap`, async () => {
        const desktop = device('desktop');
        await saves(desktop, '1', { push: false });
        const backup = world.device('backup');
        copyHome(desktop, backup);
        await saves(desktop, '2', { push: false });
        await saves(desktop, '3', { push: false });
        const restored = restore(backup, desktop, inPlace);
        assert.deepEqual(await messages(restored), ['1', '2', '3']);
        await saves(restored, '4', { push: false });
        await saves(restored, '5', { push: false });
        for (const one of [restored, device('laptop')]) {
          assert.deepEqual(await messages(one), ['1', '2', '3', '4', '5'], one.name);
        }
      });
    }

    it('lose nothing by a backup in which a session waited that was sent since', async () => {
      const desktop = device('desktop');
      await saves(desktop, '1', { push: false });
      await queues(desktop, '2');
      const backup = world.device('backup');
      copyHome(desktop, backup);
      await saves(desktop, '3', { push: false });
      const restored = restore(backup, desktop, false);
      await saves(restored, '4', { push: false });
      assert.deepEqual(await messages(restored), ['1', '2', '3', '4']);
      assert.deepEqual(await messages(device('laptop')), ['1', '2', '3', '4']);
    });

    it('lose nothing by a backup in which a session waits whose place in the log another one took', async () => {
      const desktop = device('desktop');
      await saves(desktop, '1', { push: false });
      const [before, after] = [world.device('before'), world.device('after')];
      copyHome(desktop, before);
      await queues(desktop, 'overtaken');
      copyHome(desktop, after);
      await saves(restore(before, desktop, true), '2', { push: false });
      const restored = restore(after, desktop, true);
      assert.deepEqual(await messages(restored), ['1', '2', 'overtaken']);
      await saves(restored, '3', { push: false });
      for (const one of [restored, device('laptop')]) {
        assert.deepEqual(await messages(one), ['1', '2', '3', 'overtaken'], one.name);
      }
    });
  });

  describe('of a home in which a file is broken', () => {
    const files: [what: string, file: (vault: string) => string, spoil: (file: string) => void][] = [
      ['the description of the vault is gone', (vault) => `vaults/${vault}/vault.json`, (file) => rmSync(file)],
      ['the description of the vault is damaged', (vault) => `vaults/${vault}/vault.json`, (file) => writeFileSync(file, '{')],
      ['the key of the vault is damaged', (vault) => `vaults/${vault}/keys/open`, (file) => writeFileSync(file, '{}')],
      ['the writer is damaged', (vault) => `writers/${vault}.json`, (file) => writeFileSync(file, '')],
    ];
    for (const [what, fileOf, spoil] of files) {
      it(`name it, and go on when it is brought back or the vault is chosen again: ${what}`, async () => {
        const desktop = device('desktop');
        await saves(desktop, '1', { push: false });
        const [vault = ''] = vaultIds();
        const file = path.join(desktop.home, '.local', 'share', 'convosync', fileOf(vault));
        cpSync(file, `${file}.kept`);
        spoil(file);
        await assert.rejects(desktop.convosync.list(desktop.folder), (error) => isError('home-unusable')(error) && error.details['file'] === file);
        if (fileOf(vault).startsWith('vaults/')) {
          await desktop.convosync.list(desktop.folder, { vault: { join: vault } });
        } else {
          renameSync(`${file}.kept`, file);
        }
        await saves(desktop, '2', { push: false });
        assert.deepEqual(await messages(desktop), ['1', '2']);
      });
    }

    it('name a waiting session that is damaged', async () => {
      const desktop = device('desktop');
      await saves(desktop, '1', { push: false });
      const records = path.join(desktop.home, '.local', 'share', 'convosync', 'vaults', vaultIds()[0] ?? '', 'outbox', 'records');
      renameSync(remote, `${remote}.gone`);
      assert.equal((await desktop.save('2', { push: false })).outcome, 'queued');
      const [name = ''] = readdirSync(records).slice(-1);
      writeFileSync(path.join(records, name), 'garbage');
      await assert.rejects(desktop.convosync.list(desktop.folder), (error) => isError('vault-damaged')(error) && error.details['object'] === name);
    });
  });

  describe('at a remote that was tampered with', () => {
    let desktop: Device;
    let laptop: Device;
    let first: string;

    beforeEach(async () => {
      desktop = device('desktop');
      laptop = device('laptop');
      first = await saves(desktop, '1', { push: false });
      await saves(laptop, '2', { push: false });
      assert.deepEqual(await messages(desktop), ['1', '2']);
    });

    const refOf = async (session: string, kind: 'log' | 'chunks'): Promise<string> => {
      const { sessions } = await laptop.convosync.list(laptop.folder, { refresh: false });
      const writer = sessions.find(({ summary }) => summary.id === session)?.writer ?? '';
      return vaultRefs().find((ref) => ref.endsWith(`/${writer}/${kind}`)) ?? assert.fail('no such ref');
    };
    /**
     * The log of the desktop was tampered with: a look shows what was there before and says what is the matter; the desktop
     * writes nothing, and another device goes on, naming the object. All is as ever once the remote is repaired.
     */
    const refuses = async (one: Device, code: ErrorCode, tamper: () => void | Promise<void>): Promise<void> => {
      const tampered = await refOf(first, 'log');
      const sound = server.refs().get(tampered) ?? '';
      await tamper();
      one.write('orders.js', `export const orders = ["${code}"];\n`);
      const [before, head, refs] = [one.snapshot(), one.git('rev-parse', 'HEAD'), server.refs()];
      const { sessions: known } = await one.convosync.list(one.folder, { refresh: false });
      for (const refresh of [true, false]) {
        const listing = await one.convosync.list(one.folder, { refresh });
        assert.deepEqual([listing.problem?.code, listing.sessions], [refresh ? code : undefined, known]);
      }
      assert.equal((await one.convosync.status(one.folder)).sync, 'distrusted');
      await assert.rejects(desktop.save('More'), (error) => isError(code)(error) && record.test(String(error.details['object'])), 'a device whose own log it is writes nothing');
      assert.deepEqual([one.snapshot(), one.git('rev-parse', 'HEAD'), server.refs()], [before, head, refs]);
      one.say(talk, 'More');
      const { outcome, notes } = await one.save('More', { push: false });
      const [error] = notes.flatMap((note) => (note.kind === 'distrusted' ? [note.error] : []));
      assert.deepEqual([outcome, error?.code, record.test(String(error?.details['object']))], ['sent', code, true]);
      server.git('update-ref', tampered, sound);
      assert.deepEqual((await messages(desktop)).filter((message) => message !== '3'), ['1', '2', 'More']);
    };
    const record = /^\d{8}-[0-9a-f]{32}$/;

    it('notice a log that was rolled back, on every device that has seen more of it', async () => {
      const ref = await refOf(first, 'log');
      const old = server.refs().get(ref) ?? '';
      await saves(desktop, '3', { push: false });
      assert.deepEqual(await messages(laptop), ['1', '2', '3']);
      server.git('update-ref', ref, old);
      for (const one of [desktop, laptop]) {
        const { problem } = await one.convosync.list(one.folder);
        assert.ok(isError('vault-rolled-back')(problem) && record.test(String(problem.details['object'])));
      }
    });

    it('notice on a device without any memory a log that was rolled back behind what another has seen', async () => {
      const ref = await refOf(first, 'log');
      const old = server.refs().get(ref) ?? '';
      await saves(desktop, '3', { push: false });
      await saves(laptop, '4', { push: false });
      server.git('update-ref', ref, old);
      const tablet = device('tablet');
      const { problem, sessions } = await tablet.convosync.list(tablet.folder);
      assert.deepEqual([problem?.code, problem?.details['device']], ['vault-rolled-back', 'desktop']);
      assert.ok(sessions.some(({ summary }) => summary.message === '4'), 'the sessions of the others are listed');
    });

    it('notice a log that is gone', async () => {
      const ref = await refOf(first, 'log');
      await refuses(laptop, 'vault-rolled-back', () => void server.git('update-ref', '-d', ref));
    });

    it('notice a record that was altered', async () => {
      const ref = await refOf(first, 'log');
      const [file = ''] = server.files(ref).slice(-1);
      const altered = `${server.git('show', `${ref}:${file}`).replace(/"message":"1"/, '"message":"I owe you 1"')}\n`;
      await refuses(laptop, 'vault-damaged', () => server.replaceFile(ref, file, altered));
    });

    it('notice a record that was taken out of the middle', async () => {
      const ref = await refOf(first, 'log');
      await saves(desktop, '3', { push: false });
      await refuses(laptop, 'vault-damaged', () => server.replaceFile(ref, server.files(ref)[1] ?? ''));
    });

    it('notice a log that another writer wrote', async () => {
      const second = (await laptop.convosync.list(laptop.folder)).sessions.find(({ summary }) => summary.message === '2')?.summary.id ?? '';
      const [ref, other] = [await refOf(first, 'log'), await refOf(second, 'log')];
      await refuses(laptop, 'vault-forged', () => void server.git('update-ref', ref, other));
    });

    it('notice a damaged object when it is needed, name it, and open every other session', async () => {
      const ref = await refOf(first, 'chunks');
      const files = server.files(ref);
      files.forEach((file) => server.replaceFile(ref, file, 'not what it was'));
      await assert.rejects(laptop.resume({ session: first }), (error) => isError('vault-damaged')(error) && files.some((file) => file.endsWith(String(error.details['object']))));
      const second = (await desktop.convosync.list(desktop.folder)).sessions.find(({ summary }) => summary.message === '2')?.summary.id ?? '';
      assert.equal((await desktop.resume({ session: second })).session.summary.id, second);
      await saves(laptop, '3', { push: false });
      assert.deepEqual(await messages(desktop), ['1', '2', '3']);
    });

    it('are checked as a whole: every session that cannot be resumed is named with what is wrong, and no other', async () => {
      await saves(desktop, '3', { push: false });
      assert.deepEqual((await laptop.convosync.check(laptop.folder)).faults, []);
      const ref = await refOf(first, 'chunks');
      const { manifest } = await laptop.convosync.open(laptop.folder, first);
      const last = manifest.conversations[0]?.files[0]?.chunks.at(-1)?.name ?? '';
      server.replaceFile(ref, server.files(ref).find((file) => file.endsWith(last)) ?? '', 'not what it was');
      const tablet = device('tablet');
      const { sessions, faults } = await tablet.convosync.check(tablet.folder);
      assert.equal(sessions, 3);
      assert.deepEqual(faults.map(({ message, error }) => [message, error.code]).sort(), [['1', 'vault-damaged'], ['3', 'vault-damaged']]);
      server.replaceFile(ref, server.files(ref).find((file) => file.endsWith(last)) ?? '');
      const other = device('other');
      assert.deepEqual((await other.convosync.check(other.folder)).faults.map(({ error }) => error.code), ['object-missing', 'object-missing']);
    });

    it('are mended by a check on any device that holds what is damaged or gone', async () => {
      await laptop.resume({ session: first });
      await saves(desktop, '3', { push: false });
      const ref = await refOf(first, 'chunks');
      const { manifest } = await desktop.convosync.open(desktop.folder, first);
      const last = manifest.conversations[0]?.files[0]?.chunks.at(-1)?.name ?? '';
      const damaged = server.files(ref).find((file) => file.endsWith(last)) ?? '';
      server.replaceFile(ref, damaged, 'not what it was');
      const { mended } = await laptop.convosync.check(laptop.folder);
      assert.ok(!server.files(ref).includes(damaged));
      const tablet = device('tablet');
      assert.deepEqual((await tablet.convosync.check(tablet.folder)).faults, []);
      await saves(desktop, '4', { push: false });
      await tablet.resume({ session: first });
      assert.deepEqual(mended.map(({ message, objects }) => [message, objects]), [['3', 1]]);
    });

    it('notice a missing object when it is needed, name it, and leave what is here as it is', async () => {
      const ref = await refOf(first, 'chunks');
      const files = server.files(ref);
      files.forEach((file) => server.replaceFile(ref, file));
      const before = laptop.snapshot();
      await assert.rejects(laptop.resume({ session: first }), (error) => isError('object-missing')(error) && files.some((file) => String(error.details['object']).endsWith(file.split('/').at(-1) ?? '')));
      assert.deepEqual(laptop.snapshot(), before);
      await saves(laptop, '3', { push: false });
    });

    it('notice that all objects of a writer are gone, and bring back those that the next save still has here', async () => {
      server.git('update-ref', '-d', await refOf(first, 'chunks'));
      await assert.rejects(laptop.resume({ session: first }), isError('object-missing'));
      await saves(desktop, '3', { push: false });
      assert.equal((await laptop.resume({ session: first })).session.summary.id, first);
    });
  });
});

function isError(code: ErrorCode): (error: unknown) => error is ConvoSyncError {
  return (error): error is ConvoSyncError => {
    assert.ok(ConvoSyncError.is(error), error instanceof Error ? error.stack : String(error));
    assert.equal(error.code, code, error.stack);
    return true;
  };
}
