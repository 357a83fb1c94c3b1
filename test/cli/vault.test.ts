import * as assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { resolveHome } from '../../src/core/home/home.ts';
import type { Keychain } from '../../src/core/home/keychain.ts';
import { lendKeychain, lentKeys } from '../../src/core/home/lentKeychain.ts';
import { type Device, World } from '../support/device.ts';
import { convosync, convosyncJson, type Place, placeOf } from './commandLine.ts';
import { down, enter, hasPseudoTerminal, PseudoTerminal } from './pseudoTerminal.ts';

const talk = randomUUID();
/** Where nothing is said beforehand of how a new vault is to be. */
const asked = (device: Device): Place => ({ folder: device.folder, env: device.env });

describe('a sealed vault in a terminal', function () {
  this.timeout(120_000);
  let world: World;
  let desktop: Device;
  let laptop: Device;
  let passphrase: string;

  beforeEach(() => {
    world = new World();
    const remote = world.remote();
    [desktop, laptop] = [world.device('desktop').clone(remote), world.device('laptop', { user: 'other' }).clone(remote)];
    desktop.say(talk, 'Hello');
    passphrase = path.join(world.folder, 'passphrase');
    writeFileSync(passphrase, 'four cheeses and a fig\nand a second line\n');
  });
  afterEach(() => world[Symbol.dispose]());

  it('is neither made nor opened where nobody says how, and names what to type', async () => {
    const { code, stderr } = await convosync(asked(desktop), 'save', 'One');
    assert.equal(code, 3);
    const both = await convosync(asked(desktop), 'save', 'One', '--passphrase-file', passphrase, '--new-vault', 'readable');
    assert.deepEqual([both.code, both.stderr.includes('either --new-vault readable or --passphrase-file')], [2, true]);
    assert.match(stderr, /^✗ This is the first save here[^]*--passphrase-file <file> .*\n.*--new-vault readable /);
    assert.equal((await convosync(asked(desktop), 'save', 'One', '--passphrase-file', passphrase)).code, 0);
    for (const verb of [['list'], ['status'], ['resume', '--no-start'], ['save', 'Mine'], ['devices'], ['vault']]) {
      const refused = await convosync(placeOf(laptop), ...verb);
      assert.equal(refused.code, 3, verb.join(' '));
      assert.match(refused.stderr, /^✗ The vault( at .+)? is locked on this device\.[^]*convosync vault unlock/, verb.join(' '));
    }
    const { document } = await convosyncJson(placeOf(laptop), 'list');
    assert.equal((document['error'] as { code: string }).code, 'vault-locked');
  });

  it('is made, unlocked, locked and given new keys by a script, which reads its answers as JSON', async () => {
    const sealed = await convosyncJson(asked(desktop), 'save', 'One', '--passphrase-file', passphrase);
    assert.equal(sealed.document['sealing'], 'sealed');
    assert.match(String(sealed.document['recoveryKey']), /^AGE-SECRET-KEY-1/);

    const wrong = await convosyncJson(placeOf(laptop), 'vault', 'unlock', '--passphrase-file', path.join(laptop.folder, 'README.md'));
    assert.deepEqual([wrong.code, (wrong.document['error'] as { code: string }).code], [8, 'vault-wrong-key']);
    assert.equal((await convosync(placeOf(laptop), 'vault', 'unlock', '--passphrase-file', 'nowhere')).code, 2);
    const unlocked = await convosyncJson(placeOf(laptop), 'vault', 'unlock', '--passphrase-file', passphrase);
    assert.deepEqual(Object.keys(unlocked.document), ['unlocked', 'code']);
    assert.equal((await convosyncJson(placeOf(desktop), 'vault', 'code')).document['code'], unlocked.document['code']);
    const { document } = await convosyncJson(placeOf(laptop), 'vault');
    assert.deepEqual([document['sealing'], document['sessions'], String(document['vault']).length], ['sealed', 1, 32]);

    const next = path.join(world.folder, 'next');
    writeFileSync(next, 'five cheeses and a date');
    assert.deepEqual((await convosyncJson(placeOf(laptop), 'vault', 'passphrase', '--passphrase-file', passphrase, '--new-passphrase-file', next)).document, { changed: true });
    const renewed = await convosyncJson(placeOf(laptop), 'vault', 'recovery-key', '--passphrase-file', next);
    assert.match(String(renewed.document['recoveryKey']), /^AGE-SECRET-KEY-1/);
    assert.notEqual(renewed.document['recoveryKey'], sealed.document['recoveryKey']);
    assert.deepEqual((await convosyncJson(placeOf(laptop), 'vault', 'lock')).document, { locked: true });
    assert.deepEqual((await convosyncJson(placeOf(laptop), 'vault', 'lock')).document, { locked: false });
    assert.equal((await convosync(placeOf(laptop), 'vault', 'unlock', '--passphrase-file', passphrase)).code, 8);
  });

  it('opens for one command that is handed the passphrase', async () => {
    await convosync(asked(desktop), 'save', 'One', '--passphrase-file', passphrase);
    const resumed = await convosync(placeOf(laptop, { CONVOSYNC_PASSPHRASE_FILE: passphrase }), 'resume', '--no-start');
    assert.equal(resumed.code, 0, resumed.stderr);
    assert.equal(laptop.readTranscript(talk), desktop.readTranscript(talk));
  });

  it('opens with the keys that an editor lends, and is locked where that has none', async () => {
    await convosync(asked(desktop), 'save', 'One', '--passphrase-file', passphrase);
    const keychain = path.join(resolveHome({ env: desktop.env, userHome: desktop.home, platform: process.platform }), 'keychain');
    const away = `${keychain}.away`;
    renameSync(keychain, away);
    const lends = async (get: Keychain['get']): Promise<number | null> => {
      const lent = await lendKeychain({ get }, process.platform);
      const { code } = await convosync(placeOf(desktop, { [lentKeys]: lent.address }), 'list').finally(() => lent.close());
      return code;
    };
    assert.equal(await lends(async (name) => (JSON.parse(await readFile(path.join(away, `${name}.json`), 'utf8')) as { secret: string }).secret), 0);
    assert.equal(await lends(() => Promise.resolve(undefined)), 3);
  });

  it('is sealed later, lets a device in by its code, and is removed, by a script too', async () => {
    await convosync(placeOf(desktop), 'save', 'One');
    const sealed = await convosyncJson(placeOf(desktop), 'vault', 'seal', '--new-passphrase-file', passphrase);
    assert.deepEqual([sealed.code, Object.keys(sealed.document).sort(), sealed.document['readable']], [0, ['readable', 'recoveryKey'], 1]);
    const asked = await convosyncJson(placeOf(laptop), 'vault', 'request');
    assert.deepEqual([asked.code, asked.document['joined']], [3, false]);
    assert.equal((await convosync(placeOf(desktop), 'vault', 'approve', '0000-0000-0000')).code, 2);
    assert.equal((await convosyncJson(placeOf(desktop), 'vault', 'approve', String(asked.document['code']))).code, 0);
    assert.equal((await convosyncJson(placeOf(laptop), 'vault', 'request')).document['joined'], true);
    assert.match((await convosync(placeOf(desktop), 'vault')).stdout, /except 1 session from before it was sealed/);
    const again = await convosyncJson(placeOf(desktop), 'vault', 'seal', '--all');
    assert.deepEqual([again.code, (again.document['again'] as { sealed: number }).sealed], [0, 1]);
    assert.match((await convosync(placeOf(desktop), 'vault')).stdout, /only your own devices can read what is saved\. Copies from before/);
    assert.match((await convosync(placeOf(desktop), 'vault', 'seal', '--all')).stdout, /Nothing lies readable/);
    const mayBeKnown = await convosync(placeOf(desktop), 'devices', 'revoke', 'nobody', '--yes', '--passphrase-file', passphrase);
    assert.deepEqual([mayBeKnown.code, mayBeKnown.stderr.includes('may know the passphrase')], [2, true]);
    const refused = await convosync(placeOf(desktop), 'devices', 'revoke', 'nobody', '--yes', '--keep-passphrase', '--passphrase-file', passphrase);
    assert.deepEqual([refused.code, refused.stderr.includes('No device that saved here is called “nobody”')], [2, true]);
    const vault = String((await convosyncJson(placeOf(desktop), 'vault')).document['vault']);
    assert.equal((await convosync(placeOf(desktop), 'vault', 'remove')).code, 2);
    assert.equal((await convosync(placeOf(desktop), 'vault', 'remove', '--confirm', vault.slice(0, 8))).code, 0);
  });

  it('is kept in a folder instead of the remote when told so, and is found there by the other device', async () => {
    const stick = path.join(world.folder, 'stick');
    const used = await convosyncJson(placeOf(desktop), 'vault', 'use', path.relative(desktop.folder, stick));
    assert.deepEqual(used, { code: 0, document: { place: stick, vaults: 0, waiting: 0, comingAlong: 0 } });
    await convosync(asked(desktop), 'save', 'One', '--passphrase-file', passphrase);
    assert.match((await convosync(placeOf(laptop), 'vault', 'use', stick)).stdout, /kept at .*stick from now on\.\n {2}1 vault is there already/);
    assert.equal((await convosync(placeOf(laptop), 'resume', '--no-start', '--passphrase-file', passphrase)).code, 0);
    assert.equal(laptop.readTranscript(talk), desktop.readTranscript(talk));
    const refused: [args: string[], code: number, sentence: RegExp][] = [
      [['ftp://example.org'], 2, /is no place for sessions/],
      [['https://example.org/dav', '--user', 'ada'], 2, /--password-file/],
      [['https://example.org/dav', '--password-file', passphrase], 2, /--user/],
      [['https://example.org/dav'], 7, /./],
    ];
    for (const [args, code, sentence] of refused) {
      const { code: ended, stderr } = await convosync(placeOf(laptop), 'vault', 'use', ...args);
      assert.equal(ended, code, args.join(' '));
      assert.match(stderr, sentence);
    }
    assert.match((await convosync(placeOf(laptop), 'vault')).stdout, /stick, 1 session/);
    const checked = await convosync(placeOf(laptop), 'vault', 'check');
    assert.deepEqual([checked.code, checked.stdout.slice(0, 43)], [0, '✓ Every session can be resumed: 1 session, ']);
  });

  if (hasPseudoTerminal()) {
    it('is asked for by the first save, and opened by the first command on the other device', async () => {
      const saving = new PseudoTerminal(asked(desktop), ['save', 'One']);
      await saving.sees('Who may read what you save?');
      await saving.sees('Only My Devices');
      saving.type(enter);
      await saving.sees('A passphrase for your new vault');
      saving.type(`short${enter}`);
      await saving.sees('At least 10 characters');
      saving.type(` but longer${enter}`);
      await saving.sees('The same passphrase once more');
      saving.type(`another one${enter}`);
      await saving.sees('The two were not the same');
      for (const question of ['A passphrase for your new vault', 'The same passphrase once more']) {
        await saving.sees(question);
        saving.type(`short but longer${enter}`);
      }
      const saved = await saving.ends();
      assert.equal(saved.code, 0, saved.text);
      assert.match(saved.text, /Sealed: only your own devices[^]*Recovery key of your vault\n {2}AGE-SECRET-KEY-1/);
      assert.ok(!saved.text.includes('short but longer'));

      const listing = new PseudoTerminal(placeOf(laptop), ['list']);
      await listing.sees('Passphrase or recovery key of the vault');
      listing.type(`nonsense${enter}`);
      await listing.sees('does not open the vault');
      await listing.sees('Passphrase or recovery key of the vault');
      listing.type(`short but longer${enter}`);
      const listed = await listing.ends();
      assert.equal(listed.code, 0, listed.text);
      assert.match(listed.text, /One/);
      assert.equal((await convosync(placeOf(laptop), 'list')).code, 0);
    });

    it('is not made where the person wants it readable', async () => {
      const saving = new PseudoTerminal(asked(desktop), ['save', 'One']);
      await saving.sees('Whoever Can Read the Repository');
      saving.type(`${down}${enter}`);
      const { code, text } = await saving.ends();
      assert.equal(code, 0, text);
      assert.match(text, /Not sealed: whoever can read the place/);
      assert.doesNotMatch(text, /AGE-SECRET-KEY/);
    });
  }
});
