import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { ConvoSyncError, type ErrorCode } from '../../src/core/common/errors.ts';
import { type Device, type DeviceOptions, World } from '../support/device.ts';
import { GitServerRepository } from '../support/gitServerRepository.ts';

const talk = randomUUID();
const passphrase = 'four cheeses and a fig';
const ageHeader = 'age-encryption.org/v1\n';

describe('a sealed vault', function () {
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

  const device = (name: string, options: DeviceOptions = {}): Device => world.device(name, options).clone(remote);
  const foundSealed = async (from: Device, message = 'Secret menu'): ReturnType<Device['save']> => {
    from.say(talk, 'My favorite pizza is Margherita.');
    from.write('menu.js', 'margherita\n');
    return from.convosync.save(await from.convosync.planSave(from.folder, { message, push: false }), { newVault: { passphrase, workFactor: 10 } });
  };
  const goOn = async (from: Device, words: string): Promise<void> => {
    world.passMinutes(1);
    from.say(talk, words);
    assert.equal((await from.save(words, { push: false })).outcome, 'sent');
  };
  const unlock = (who: Device, secret = passphrase): Promise<unknown> => who.convosync.unlock(who.folder, secret);
  const messages = async (from: Device): Promise<string[]> => (await from.convosync.list(from.folder)).sessions.map(({ summary }) => summary.message).sort();
  const vaultRefs = (): string[] => [...server.refs().keys()].filter((ref) => ref.startsWith('refs/convosync/'));
  const filesAt = (ref: string): Map<string, string> => new Map(server.files(ref).map((file) => [file, server.content(ref, file).toString('latin1')]));
  const stored = (): Map<string, string> => new Map(vaultRefs().flatMap((ref) => [...filesAt(ref)].map(([file, bytes]) => [`${ref}:${file}`, bytes] as const)));

  it('shows the storage nothing but age files and its own description', async () => {
    const desktop = device('desktop');
    const report = await foundSealed(desktop);
    assert.equal(report.sealing, 'sealed');
    await goOn(desktop, 'And extra basil');
    const objects = stored();
    assert.ok(objects.size >= 8);
    for (const [name, bytes] of objects) {
      assert.ok(name.endsWith('vault:vault.json') || bytes.startsWith(ageHeader), name);
      for (const word of ['Margherita', 'basil', 'Secret menu', 'desktop', 'pizza', 'ada@example.org']) {
        assert.ok(!bytes.includes(word), `${name} shows ${word}`);
      }
    }
  });

  it('is resumed on another device after it was unlocked there, byte for byte, and comes home', async () => {
    const desktop = device('desktop');
    await foundSealed(desktop);
    const laptop = device('laptop', { user: 'other' });
    for (const attempt of [() => laptop.convosync.list(laptop.folder), () => laptop.convosync.status(laptop.folder), () => laptop.resume(), () => laptop.save('Mine')]) {
      await assert.rejects(attempt, isError('vault-locked'));
    }
    await unlock(laptop);
    assert.equal((await laptop.resume()).verdict.inSync, true);
    assert.equal(laptop.readTranscript(talk), desktop.readTranscript(talk));
    await goOn(laptop, 'With olives');
    assert.equal((await desktop.resume()).verdict.inSync, true);
    assert.equal(desktop.readTranscript(talk), laptop.readTranscript(talk));
    assert.deepEqual(await messages(desktop), ['Secret menu', 'With olives']);
  });

  it('stays closed to a wrong passphrase, which begins no second vault either', async () => {
    await foundSealed(device('desktop'));
    const laptop = device('laptop');
    const refs = server.refs();
    for (const wrong of ['five cheeses and a fig', ` ${passphrase}`, `${passphrase}\n`, 'AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQS3UE4H']) {
      await assert.rejects(unlock(laptop, wrong), isError('vault-wrong-key'), JSON.stringify(wrong));
      await assert.rejects(laptop.save('Mine'), isError('vault-locked'));
    }
    assert.deepEqual(server.refs(), refs);
    assert.ok(!existsSync(keysOn(laptop)));
  });

  it('opens with its recovery key, also typed in small letters', async () => {
    const { recoveryKey = '' } = await foundSealed(device('desktop'));
    const laptop = device('laptop');
    await unlock(laptop, ` ${recoveryKey.toLowerCase()} `);
    assert.deepEqual(await messages(laptop), ['Secret menu']);
  });

  it('tells its recovery key once, to the save that made it', async () => {
    const desktop = device('desktop');
    const { recoveryKey } = await foundSealed(desktop);
    assert.match(recoveryKey ?? '', /^AGE-SECRET-KEY-1[0-9A-Z]{58}$/);
    desktop.say(talk, 'More.');
    assert.equal((await desktop.save('Again', { push: false })).recoveryKey, undefined);
    const kept = readdirSync(desktop.home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'latin1'));
    assert.ok(kept.length > 0 && kept.every((content) => !content.includes(recoveryKey ?? '')));
  });

  it('tells its recovery key to the first save that comes to its end', async () => {
    const desktop = device('desktop');
    desktop.write('menu.js', 'margherita\n');
    const hook = path.join(desktop.folder, '.git', 'hooks', 'pre-commit');
    writeFileSync(hook, '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    await assert.rejects(foundSealed(desktop), isError('git-failed'));
    rmSync(hook);
    const { recoveryKey = '' } = await foundSealed(desktop);
    const laptop = device('laptop');
    await unlock(laptop, recoveryKey);
    assert.deepEqual(await messages(laptop), ['Secret menu']);
  });

  it('is locked on one device alone, and what waits there is neither lost nor sent twice', async () => {
    const desktop = device('desktop');
    await foundSealed(desktop);
    const laptop = device('laptop');
    await unlock(laptop);
    renameSync(remote, `${remote}.away`);
    desktop.say(talk, 'In the tunnel.');
    assert.equal((await desktop.save('Tunnel')).outcome, 'queued');
    assert.equal(await desktop.convosync.lock(desktop.folder), true);
    assert.equal(await desktop.convosync.lock(desktop.folder), false);
    renameSync(`${remote}.away`, remote);
    const { place, branch, commit, changes, waiting, since } = await detailsOfLocked(desktop);
    assert.deepEqual([place, branch, commit, changes, waiting, since], [(await laptop.convosync.list(laptop.folder)).place, 'main', desktop.git('rev-parse', 'HEAD').trim(), 0, 1, world.now.toISOString()]);
    await assert.rejects(desktop.convosync.sync(desktop.folder), isError('vault-locked'));
    assert.deepEqual(await messages(laptop), ['Secret menu']);
    await unlock(desktop);
    assert.equal((await desktop.convosync.sync(desktop.folder)).outcome, 'sent');
    assert.deepEqual(await messages(laptop), ['Secret menu', 'Tunnel']);
  });

  it('opens to a new passphrase and to no earlier one, on every device; where it is unlocked it stays so', async () => {
    const desktop = device('desktop');
    const { recoveryKey = '' } = await foundSealed(desktop);
    const laptop = device('laptop');
    await unlock(laptop);
    const next = { passphrase: 'five cheeses and a date', workFactor: 10 };
    await assert.rejects(laptop.convosync.changePassphrase(laptop.folder, { current: 'not this one', next }), isError('vault-wrong-key'));
    await assert.rejects(laptop.convosync.changePassphrase(laptop.folder, { current: passphrase, next: { passphrase: 'short' } }), isError('usage'));
    await laptop.convosync.changePassphrase(laptop.folder, { current: passphrase, next });
    await goOn(desktop, 'Still here');
    const tablet = device('tablet');
    for (const [who, secret] of [[tablet, passphrase], [desktop, passphrase]] as const) {
      await who.convosync.lock(who.folder);
      await assert.rejects(unlock(who, secret), isError('vault-wrong-key'), who.name);
    }
    await unlock(tablet, next.passphrase);
    await unlock(desktop, recoveryKey);
    assert.deepEqual(await messages(tablet), ['Secret menu', 'Still here']);
    await goOn(desktop, 'On and on');
    assert.equal(server.files(vaultRefs().find((ref) => ref.endsWith('/vault')) ?? '').length, 3);
  });

  it('opens to a new recovery key and to no earlier one', async () => {
    const desktop = device('desktop');
    const { recoveryKey: earlier = '' } = await foundSealed(desktop);
    const later = await desktop.convosync.renewRecoveryKey(desktop.folder, passphrase);
    const laptop = device('laptop');
    await assert.rejects(unlock(laptop, earlier), isError('vault-wrong-key'));
    await unlock(laptop, later);
    assert.deepEqual(await messages(laptop), ['Secret menu']);
  });

  it('keeps a new passphrase from its first sending on where nothing was sent before', async () => {
    const desktop = world.device('desktop').create();
    await foundSealed(desktop);
    await desktop.convosync.changePassphrase(desktop.folder, { current: passphrase, next: { passphrase: 'five cheeses and a date', workFactor: 10 } });
    desktop.git('remote', 'add', 'origin', world.remote('later.git'));
    assert.equal((await desktop.convosync.sync(desktop.folder, { push: false })).outcome, 'sent');
    const laptop = world.device('laptop').clone(path.join(world.folder, 'server', 'later.git'));
    await assert.rejects(unlock(laptop), isError('vault-wrong-key'));
    await unlock(laptop, 'five cheeses and a date');
    assert.deepEqual(await messages(laptop), ['Secret menu']);
  });

  it('forgets on a device that locks it what it has read of the vault there', async () => {
    const desktop = device('desktop');
    await foundSealed(desktop);
    await messages(desktop);
    const home = path.join(desktop.home, '.local', 'share', 'convosync', 'vaults');
    const told = (): boolean => readdirSync(home, { recursive: true, withFileTypes: true }).some((entry) => entry.isFile() && readFileSync(path.join(entry.parentPath, entry.name), 'latin1').includes('Secret menu'));
    assert.equal(told(), true);
    await desktop.convosync.lock(desktop.folder);
    assert.equal(told(), false);
    await assert.rejects(desktop.convosync.list(desktop.folder, { refresh: false }), isError('vault-locked'));
  });

  it('keeps its keys where the user alone reads them', async () => {
    const desktop = device('desktop');
    await foundSealed(desktop);
    assert.equal(statSync(keysOn(desktop)).mode & 0o777, 0o600);
  });

  it('is never made without being asked for, nor with a passphrase that can be guessed: then nothing happens', async () => {
    const desktop = device('desktop');
    desktop.write('menu.js', 'margherita\n');
    const [before, refs, head] = [desktop.snapshot(), server.refs(), desktop.git('rev-parse', 'HEAD')];
    const plan = await desktop.convosync.planSave(desktop.folder, { message: 'First' });
    assert.equal(plan.sealing, 'not-chosen');
    await assert.rejects(desktop.convosync.save(plan, { newVault: undefined }), isError('vault-sealing-choice'));
    const again = await desktop.convosync.planSave(desktop.folder, { message: 'First' });
    await assert.rejects(desktop.convosync.save(again, { newVault: { passphrase: 'fig' } }), isError('usage'));
    assert.deepEqual([desktop.snapshot(), server.refs(), desktop.git('rev-parse', 'HEAD')], [before, refs, head]);
  });

  describe('at a remote whose holder tampers', () => {
    let desktop: Device;

    beforeEach(async () => {
      desktop = device('desktop');
      await foundSealed(desktop);
      await goOn(desktop, 'And extra basil');
    });

    const refOf = (kind: 'log' | 'chunks' | 'vault'): string => vaultRefs().find((ref) => ref.endsWith(`/${kind}`)) ?? '';
    /** The device does not use it, says what it is, and saves all the same. */
    const refusedOn = async (who: Device, code: ErrorCode, object: RegExp): Promise<void> => {
      const { outcome, notes } = await who.save('On top');
      assert.equal(outcome, 'sent');
      const [error] = notes.flatMap((note) => (note.kind === 'distrusted' ? [note.error] : []));
      assert.ok(isError(code)(error) && object.test(String(error.details['object'])), code);
    };

    it('a record that lies there unsealed is refused by name', async () => {
      const file = server.files(refOf('log')).at(-1) ?? '';
      server.replaceFile(refOf('log'), file, Buffer.from('{"v":1}\nsignature\n'));
      await refusedOn(await unlocked('laptop'), 'vault-forged', /^\d{8}-/);
    });

    it('a record that is sealed for the vault by someone else is refused by name', async () => {
      const other = await foundElsewhere();
      const file = server.files(refOf('log')).at(-1) ?? '';
      server.replaceFile(refOf('log'), file, other);
      await refusedOn(await unlocked('laptop'), 'vault-damaged', /^\d{8}-/);
    });

    it('a record of which a byte was changed is refused by name', async () => {
      const [file, bytes] = [...filesAt(refOf('log'))].at(-1) ?? ['', ''];
      for (const at of [30, 120, bytes.length - 1]) {
        const changed = Buffer.from(bytes, 'latin1');
        changed[at] = (changed[at] ?? 0) ^ 1;
        server.replaceFile(refOf('log'), file, changed);
        await refusedOn(await unlocked(`laptop-${at}`), 'vault-damaged', /^\d{8}-/);
      }
    });

    it('objects that change places are refused by name when they are needed, and everything else goes on', async () => {
      const files = [...filesAt(refOf('chunks'))];
      const [[one, first], [other, second]] = files as [[string, string], [string, string]];
      server.replaceFile(refOf('chunks'), one, Buffer.from(second, 'latin1'));
      server.replaceFile(refOf('chunks'), other, Buffer.from(first, 'latin1'));
      const laptop = await unlocked('laptop');
      const { sessions, faults } = await laptop.convosync.check(laptop.folder);
      assert.equal(sessions, 2);
      assert.ok(faults.length > 0 && faults.every(({ error }) => isError('vault-damaged')(error) && files.some(([file]) => file.endsWith(String(error.details['object'])))));
      assert.deepEqual(await messages(laptop), ['And extra basil', 'Secret menu']);
    });

    it('an object that was taken from another vault, and one that was put there unsealed, are refused by name', async () => {
      const other = await foundElsewhere('chunks');
      const laptop = await unlocked('laptop');
      for (const [content, code] of [[other, 'vault-damaged'], [Buffer.from('an object that nobody sealed'), 'vault-forged']] as const) {
        const before = server.refs().get(refOf('chunks')) ?? '';
        server.files(refOf('chunks')).forEach((file) => server.replaceFile(refOf('chunks'), file, content));
        await assert.rejects(laptop.resume(), (error) => isError(code)(error) && /^[0-9a-f]{64}$/.test(String(error.details['object'])), code);
        server.git('update-ref', refOf('chunks'), before);
      }
      assert.equal((await laptop.resume()).verdict.inSync, true);
    });

    it('a log that is taken back to what it was, or away, is refused by a device that has seen more', async () => {
      const laptop = await unlocked('laptop');
      const ref = refOf('log');
      const old = server.refs().get(ref) ?? '';
      await goOn(desktop, 'And olives');
      assert.equal((await messages(laptop)).length, 3);
      const now = server.refs().get(ref) ?? '';
      for (const tamper of [() => server.git('update-ref', ref, old), () => server.git('update-ref', '-d', ref)]) {
        tamper();
        await refusedOn(laptop, 'vault-rolled-back', /^\d{8}-/);
        server.git('update-ref', ref, now);
      }
    });

    it('records that change their order, or come from another writer, are refused by name', async () => {
      const laptop = await unlocked('laptop');
      await laptop.resume();
      await goOn(laptop, 'From the laptop');
      const [mine = '', theirs = ''] = vaultRefs().filter((ref) => ref.endsWith('/log'));
      const sound = server.refs();
      const restore = (): void => [mine, theirs].forEach((ref) => server.git('update-ref', ref, sound.get(ref) ?? ''));
      const [a = '', b = ''] = server.files(mine).slice(-2);
      const [contentA, contentB] = [server.content(mine, a), server.content(mine, b)];
      server.replaceFile(mine, a, contentB);
      server.replaceFile(mine, b, contentA);
      await refusedOn(await unlocked('tablet'), 'vault-damaged', /^\d{8}-/);
      restore();
      server.git('update-ref', mine, sound.get(theirs) ?? '');
      await refusedOn(await unlocked('phone'), 'vault-forged', /^\d{8}-/);
      restore();
      assert.equal((await messages(await unlocked('watch'))).filter((message) => message !== 'On top').length, 3);
    });

    it('a description that says the vault is readable is refused, whoever looks for the first time included', async () => {
      const text = filesAt(refOf('vault')).get('vault.json') ?? '';
      server.replaceFile(refOf('vault'), 'vault.json', Buffer.from(text.replace('"sealed": true', '"sealed": false'), 'latin1'));
      const newcomer = device('newcomer');
      await assert.rejects(unlock(newcomer), isError('vault-not-found'));
      await assert.rejects(newcomer.save('Mine'), isError('vault-choice'));
      desktop.say(talk, 'Who knows the vault goes on.');
      assert.equal((await desktop.save('On', { push: false })).outcome, 'sent');
    });

    it('a slot of another vault lets nobody in', async () => {
      const slot = [...filesAt(refOf('vault')).keys()].find((file) => file.startsWith('keys/passphrase-')) ?? '';
      server.replaceFile(refOf('vault'), slot, await foundElsewhere('vault'));
      await assert.rejects(unlock(device('newcomer')), isError('vault-wrong-key'));
    });

    const unlocked = async (name: string): Promise<Device> => {
      const made = device(name);
      await unlock(made);
      return made;
    };
    /** A file of another vault, sealed for other keys. */
    const foundElsewhere = async (kind: 'log' | 'chunks' | 'vault' = 'log'): Promise<Buffer> => {
      const place = world.remote('elsewhere');
      const away = world.device('away', { email: 'eve@example.org' }).clone(place);
      await foundSealed(away);
      const elsewhere = new GitServerRepository(world, place);
      const ref = [...elsewhere.refs().keys()].find((one) => one.endsWith(`/${kind}`)) ?? '';
      const file = elsewhere.files(ref).find((one) => kind !== 'vault' || one.startsWith('keys/passphrase-')) ?? '';
      return elsewhere.content(ref, file);
    };
  });
});

async function detailsOfLocked({ convosync, folder }: Device): Promise<ConvoSyncError['details']> {
  try {
    await convosync.status(folder);
  } catch (error) {
    assert.ok(isError('vault-locked')(error));
    return error.details;
  }
  return assert.fail('it is not locked');
}

/** Where a device keeps the keys of the only vault that it has unlocked. */
function keysOn(device: Device): string {
  const keychain = path.join(device.home, '.local', 'share', 'convosync', 'keychain');
  return path.join(keychain, (existsSync(keychain) ? readdirSync(keychain) : [])[0] ?? 'none');
}

function isError(code: ErrorCode): (error: unknown) => error is ConvoSyncError {
  return (error): error is ConvoSyncError => ConvoSyncError.is(error, code);
}
