import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { ConvoSyncError, type ErrorCode } from '../../../../src/core/common/errors.ts';
import { keys } from '../../../../src/core/storage/backend.ts';
import { readDescription } from '../../../../src/core/vault/description.ts';
import { epochSlot, signEpoch } from '../../../../src/core/vault/epochs.ts';
import { loadDocuments } from '../../../../src/core/vault/keptDocuments.ts';
import { readKeys } from '../../../../src/core/vault/keysDocument.ts';
import { encodeObject } from '../../../../src/core/vault/object.ts';
import { loadVault } from '../../../../src/core/vault/openVault.ts';
import { certify, signRecord } from '../../../../src/core/vault/record.ts';
import { Clock } from '../../../../src/core/vault/clock.ts';
import { sealWith } from '../../../../src/core/vault/seal.ts';
import { MemoryStore } from '../../../support/memoryBackend.ts';
import { idOf, manifestOf, passphrase, VaultDevice } from '../../../support/vaultDevice.ts';

const is = (code: ErrorCode, object?: RegExp) => (error: unknown): boolean => {
  assert.ok(ConvoSyncError.is(error), String(error));
  assert.equal(error.code, code, error.message);
  assert.match(String(error.details['object']), object ?? /./);
  return true;
};
const locked = (error: unknown): boolean => ConvoSyncError.is(error, 'vault-locked');

describe('a sealed vault of which a device was taken out', () => {
  let store: MemoryStore;
  let [desktop, laptop, tablet]: VaultDevice[] = [];
  /** As the laptop had it when it was still in. */
  let before: Map<string, Uint8Array>;
  let known: Awaited<ReturnType<typeof loadVault>>;

  const made = (name: string): VaultDevice => new VaultDevice(name, store);
  const all = (): [VaultDevice, VaultDevice, VaultDevice] => [desktop!, laptop!, tablet!];

  beforeEach(async () => {
    store = new MemoryStore({ tells: true });
    desktop = await made('desktop').founds();
    await desktop.saves('from the desktop');
    laptop = await made('laptop').joins(desktop.vaultId);
    await laptop.saves('from the laptop');
    tablet = await made('tablet').joins(desktop.vaultId);
    await tablet.saves('from the tablet');
    before = new Map(store.objects);
    known = await loadVault(laptop, laptop.vaultId);
    await desktop.takesOut(laptop);
  });

  it('goes on for the devices that stay, without a passphrase, with all that was saved before', async () => {
    const [one, , other] = all();
    assert.deepEqual(await other.sees(), ['from the desktop', 'from the laptop', 'from the tablet']);
    await other.saves('after it');
    assert.deepEqual(await one.sees(), ['after it', 'from the desktop', 'from the laptop', 'from the tablet']);
    const newcomer = await made('newcomer').joins(one.vaultId);
    assert.deepEqual(await newcomer.sees(), await one.sees());
    assert.equal(await (await newcomer.looks()).stateCode(), await (await one.looks()).stateCode());
  });

  it('is closed to that device, which is told so, and nothing that is saved later opens to the keys that it has', async () => {
    const [one, out] = all();
    await assert.rejects(out.looks(), (error) => ConvoSyncError.is(error, 'vault-revoked'));
    await one.saves('after it');
    const seal = sealWith(known.keys.epochs);
    const later = [...store.objects].filter(([key]) => !before.has(key) && key.startsWith('writers/'));
    assert.ok(later.length >= 2);
    for (const [key, bytes] of later) {
      await assert.rejects(seal.open(key, bytes), is('vault-damaged'), key);
    }
    for (const [key, bytes] of before) {
      if (key.startsWith('writers/')) {
        await seal.open(key, bytes);
      }
    }
  });

  it('hides from that device, if it holds the storage too, whether a text that it knows is stored again', async () => {
    const [one] = all();
    const isStored = async (session: string): Promise<boolean> => {
      const { name } = await encodeObject(Buffer.from(JSON.stringify(manifestOf(session))), known.keys.nameKeys);
      return [...store.objects.keys()].some((key) => key.endsWith(`/${name}`));
    };
    assert.ok(await isStored('from the desktop'), 'of what was saved before it can tell, as it could then');
    await one.saves('a text that it knows');
    assert.ok(!(await isStored('a text that it knows')));
    assert.equal((await (await made('newcomer').joins(one.vaultId)).sees()).length, 4);
  });

  it('uses nothing that the device writes afterwards, and says so, also to who looks for the first time', async () => {
    const [one, out, other] = all();
    // It goes on as if it had not heard of the new epoch.
    const stale = new MemoryStore({ tells: true });
    before.forEach((bytes, key) => stale.put(key, bytes));
    out.store = stale;
    await out.saves('too late');
    stale.objects.forEach((bytes, key) => store.objects.has(key) || store.put(key, bytes));
    const newcomer = await made('newcomer').joins(one.vaultId);
    for (const device of [one, other, newcomer]) {
      const vault = await device.looks();
      assert.deepEqual(vault.state.sessions.map(({ summary }) => summary.message).sort(), ['from the desktop', 'from the laptop', 'from the tablet'], device.name);
      assert.deepEqual(vault.refused.map(({ reason, count }) => [reason, count]), [['ended', 1]], device.name);
      assert.equal(vault.distrusted.size, 0);
      assert.ok(vault.isTakenOut(out.id));
    }
  });

  it('uses nothing of a writer that the device certifies with the key it knows', async () => {
    const [one, , other] = all();
    const { writer, records } = forgedLog(known.keys.identity, 1);
    records.forEach((bytes, name) => store.put(keys.record(writer, name), bytes));
    const sealed = sealWith(known.keys.epochs);
    for (const [name, bytes] of records) {
      store.put(keys.record(writer, name), await sealed.sealRecord(bytes));
    }
    for (const device of [one, other]) {
      const vault = await device.looks();
      assert.deepEqual(vault.refused.map(({ reason, writer: of }) => [reason, of]), [['unlisted', writer]]);
      assert.ok(!vault.state.sessions.some(({ summary }) => summary.message === 'forged'));
    }
  });

  it('refuses by name a writer that claims to be certified by the new epoch, and goes on with the others', async () => {
    const [one] = all();
    const { writer, records } = forgedLog(known.keys.identity, 2);
    const sealed = sealWith(known.keys.epochs);
    for (const [name, bytes] of records) {
      store.put(keys.record(writer, name), await sealed.sealRecord(bytes));
    }
    const vault = await one.looks();
    is('vault-forged', /^0000000\d-/)(vault.distrusted.get(writer));
    assert.equal(vault.state.sessions.length, 3);
  });

  it('is not taken back to the epoch of before by a storage, for whoever has seen the new one', async () => {
    const [one, , other] = all();
    await other.looks();
    const now = new Map(store.objects);
    for (const tamper of [
      () => store.delete(epochSlot(2)),
      () => [...store.objects.keys()].filter((key) => key.startsWith('keys/')).forEach((key) => store.delete(key)),
      () => [...store.objects.keys()].forEach((key) => before.has(key) || store.delete(key)),
    ]) {
      tamper();
      before.forEach((bytes, key) => store.put(key, bytes));
      for (const device of [one, other]) {
        await assert.rejects(device.looks(), is('vault-downgraded', /^keys\/epoch-2$/), device.name);
        await assert.rejects(device.joins(device.vaultId), is('vault-downgraded', /^keys\/epoch-2$/), device.name);
      }
      [...store.objects.keys()].forEach((key) => store.delete(key));
      now.forEach((bytes, key) => store.put(key, bytes));
    }
  });

  it('is not led into another epoch that the device begins with the key it knows, for whoever has seen the true one', async () => {
    const [one, , other] = all();
    await other.looks();
    const description = readDescription(one.vaultId, before);
    const forge = (sealed: boolean): [string, Uint8Array] => {
      const { publicKey } = generateKeyPairSync('ed25519');
      return signEpoch(description, { sealed, ...(sealed ? { recipient: 'age1forged' } : {}), identity: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'), begun: '2026-03-03T00:00:00Z', writers: {}, ended: [] }, known.keys.identity);
    };
    const [slot, bytes] = forge(true);
    store.put(slot, bytes);
    store.put('keys/epoch-3', bytes);
    for (const device of [one, other]) {
      await assert.rejects(device.looks(), is('vault-forged', /^keys\/epoch-[23]$/));
      await assert.rejects(device.joins(device.vaultId), is('vault-forged', /^keys\/epoch-[23]$/));
    }
    // Nobody at all follows one that would make it readable, or one of a stranger.
    const [, readable] = forge(false);
    store.delete('keys/epoch-3');
    store.put(slot, readable);
    await assert.rejects(made('newcomer').joins(one.vaultId), is('vault-downgraded', /^keys\/epoch-2$/));
    const stranger = signEpoch(description, { sealed: true, recipient: 'age1x', identity: description.epochs[0].identity, begun: '', writers: {}, ended: [] }, generateKeyPairSync('ed25519').privateKey);
    store.put(...stranger);
    await assert.rejects(made('newcomer').joins(one.vaultId), is('vault-forged', /^keys\/epoch-2$/));
  });

  it('tells damaged, newer and missing documents of an epoch from each other', async () => {
    const [one] = all();
    const text = Buffer.from(store.objects.get(epochSlot(2)) ?? []).toString();
    for (const [bytes, code] of [['{', 'vault-damaged'], [text.replace('"v": 1', '"v": 9'), 'vault-newer-format'], [text.replace('"ended": [', '"ended": [ "00000000", '), 'vault-forged']] as const) {
      store.put(epochSlot(2), Buffer.from(bytes));
      await assert.rejects(made('newcomer').joins(one.vaultId), is(code, /^keys\/epoch-2$/), code);
    }
    store.put('keys/epoch-3', Buffer.from(text));
    store.delete(epochSlot(2));
    await assert.rejects(made('newcomer').joins(one.vaultId), is('vault-damaged', /^keys\/epoch-2$/));
  });

  it('opens by no slot of the epoch before that is put back, neither to its passphrase nor to the device', async () => {
    const [one, out] = all();
    await one.takesOut(out, { passphrase: 'five cheeses and a date', workFactor: 2 });
    [...store.objects.keys()].filter((key) => /^keys\/(passphrase|device|recovery)-/.test(key)).forEach((key) => store.delete(key));
    before.forEach((bytes, key) => key.startsWith('keys/') && store.put(key, bytes));
    await assert.rejects(made('newcomer').joins(one.vaultId), (error) => ConvoSyncError.is(error, 'vault-wrong-key') && ConvoSyncError.is(error.cause, 'vault-wrong-key') && error.cause.details['reason'] === 'older-epoch');
    await assert.rejects(out.looks(), (error) => ConvoSyncError.is(error, 'vault-revoked'));
  });

  it('lists every writer of before with its end, so that even a first look finds a log that was cut', async () => {
    const [one] = all();
    const { epochs } = readDescription(one.vaultId, await loadDocuments(one.home, one.vaultId));
    const [writer = '', head = ''] = Object.entries(epochs[1]?.writers ?? {})[2] ?? [];
    store.delete(keys.record(writer, head));
    const newcomer = await made('newcomer').joins(one.vaultId);
    is('vault-rolled-back', new RegExp(head))((await newcomer.looks()).distrusted.get(writer));
  });

  it('lets the device in again with the passphrase, as a new writer', async () => {
    const [one, out] = all();
    await out.joins(one.vaultId);
    await out.saves('back again');
    assert.deepEqual(await one.sees(), ['back again', 'from the desktop', 'from the laptop', 'from the tablet']);
    assert.ok(!(await one.looks()).isTakenOut(out.id));
  });

  it('seals anew what waited on a device that stays', async () => {
    const [one, out, other] = all();
    const vault = await other.looks();
    await vault.takeUp();
    store.reachable = false;
    await other.seals(vault, 'in the tunnel');
    store.reachable = true;
    await one.takesOut(out);
    const again = await other.looks();
    await again.takeUp();
    const earlier = new Set(store.objects.keys());
    assert.equal(await again.send({ pushCode: () => assert.fail() }), 'sent');
    const old = (await loadVault(one, one.vaultId)).keys.epochs.slice(0, -1);
    for (const [key, bytes] of store.objects) {
      if (!earlier.has(key)) {
        await assert.rejects(sealWith(old).open(key, bytes), is('vault-damaged'), key);
      }
    }
    assert.ok((await one.sees()).includes('in the tunnel'));
  });

  function forgedLog(identity: KeyObject, epoch: number): { writer: string; records: Map<string, Uint8Array> } {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const vault = desktop!.vaultId;
    const writer = 'f0f0f0f0f0f0f0f0';
    const clock = new Clock(() => new Date('2026-03-02T09:00:00Z'));
    const sign = (seq: number, prev: string | null, body: Parameters<typeof signRecord>[0]['body']) => signRecord({ vault, epoch, writer, seq, prev, heads: {}, body }, privateKey, clock);
    const first = sign(1, null, { type: 'introduced', certificate: certify({ vault, epoch, writer, publicKey }, identity), device: { id: 'd'.repeat(20), name: 'eve', kind: 'unknown' } });
    const second = sign(2, first.name, { type: 'session', summary: { id: 'ee'.repeat(10), savedAt: '', message: 'forged', repository: { roots: [], name: 'shop' }, commit: 'a'.repeat(40), subject: 's', conversations: [], excerpt: '', stored: 0, manifest: 'b'.repeat(64) } });
    return { writer, records: new Map([[first.name, first.bytes], [second.name, second.bytes]]) };
  }
});

describe('a readable vault that is sealed later', () => {
  let store: MemoryStore;
  let desktop: VaultDevice;
  let laptop: VaultDevice;

  beforeEach(async () => {
    store = new MemoryStore({ tells: false });
    desktop = await new VaultDevice('desktop', store).founds('readable');
    await desktop.saves('readable');
    laptop = new VaultDevice('laptop', store);
  });

  it('shows the storage nothing of what is saved from then on, and all devices all of it', async () => {
    await desktop.sealsVault();
    assert.deepEqual([...store.objects.keys()].filter((key) => key === 'keys/open'), []);
    const before = new Set(store.objects.keys());
    await desktop.saves('sealed');
    for (const [key, bytes] of store.objects) {
      assert.ok(before.has(key) || Buffer.from(bytes).toString('latin1').startsWith('age-encryption.org/v1\n'), key);
    }
    await laptop.joins(desktop.vaultId);
    assert.deepEqual(await laptop.sees(), ['readable', 'sealed']);
    await laptop.saves('from the laptop');
    assert.deepEqual(await desktop.sees(), ['from the laptop', 'readable', 'sealed']);
  });

  it('is locked on a device that knew it readable, until that is given the passphrase; what waited there is sealed too', async () => {
    await laptop.home.prepare();
    const { adoptVault } = await import('../../../../src/core/vault/openVault.ts');
    await adoptVault(laptop, desktop.vaultId, await laptop.documentsAtStore());
    laptop.vaultId = desktop.vaultId;
    const vault = await laptop.looks();
    await vault.takeUp();
    await laptop.seals(vault, 'waited');
    await desktop.sealsVault();
    const before = new Set(store.objects.keys());
    await assert.rejects(laptop.looks(), locked);
    await laptop.joins(desktop.vaultId);
    const again = await laptop.looks();
    await again.takeUp();
    assert.equal(await again.send({ pushCode: () => assert.fail() }), 'sent');
    for (const [key, bytes] of store.objects) {
      assert.ok(before.has(key) || Buffer.from(bytes).toString('latin1').startsWith('age-encryption.org/v1\n'), key);
    }
    assert.deepEqual(await desktop.sees(), ['readable', 'waited']);
  });

  describe('whose earlier sessions are stored once more', () => {
    const long = Array.from({ length: 4_000 }, (_, line) => `${line}: ${(line * 7919).toString(36)}\n`).join('');
    const isReadable = (bytes: Uint8Array): boolean => !Buffer.from(bytes).toString('latin1').startsWith('age-encryption.org/v1\n');
    const readableKeys = (): string[] => [...store.objects].filter(([key, bytes]) => key.startsWith('writers/') && isReadable(bytes)).map(([key]) => key);
    let texts: Record<string, string>;

    beforeEach(async () => {
      const { adoptVault } = await import('../../../../src/core/vault/openVault.ts');
      await laptop.home.prepare();
      await adoptVault(laptop, desktop.vaultId, await laptop.documentsAtStore());
      laptop.vaultId = desktop.vaultId;
      await desktop.talks('first', long);
      await desktop.talks('second', `${long}and on\n`);
      await desktop.talks('third', `${long}and on\nand further\n`);
      await laptop.talks('of the laptop', 'something else altogether\n'.repeat(50));
      await desktop.says({ type: 'deleted', session: idOf('first') });
      texts = await desktop.reads();
      await desktop.sealsVault();
      await laptop.joins(desktop.vaultId);
    });

    it('builds nothing that is saved from then on on what lies readable', async () => {
      const before = new Set(store.objects.keys());
      await desktop.talks('sealed', `${long}and on\nand further\nand on\n`);
      const [session] = (await desktop.looks()).state.sessions;
      assert.ok(session);
      const vault = await desktop.looks();
      const needed = await vault.contents.objectsOf(session);
      assert.ok(needed.every(({ name, writer }) => !before.has(keys.chunk(writer, name))));
    });

    it('has them as they were, of the same devices and in the same order, and counts none as readable', async () => {
      const order = (await desktop.looks()).state.sessions.map(({ summary }) => summary.id);
      assert.equal((await desktop.looks()).readableSessions, 5);
      assert.deepEqual(await desktop.cleans({ sealsAgain: true }).then(({ sealed, unsealed }) => [sealed, unsealed]), [5, 0]);
      const newcomer = await new VaultDevice('newcomer', store).joins(desktop.vaultId);
      for (const device of [desktop, laptop, newcomer]) {
        assert.deepEqual(await device.reads(), texts);
        assert.deepEqual((await device.looks()).state.sessions.map(({ summary }) => summary.id), order);
        assert.equal((await device.looks()).readableSessions, 0);
      }
      assert.equal((await desktop.cleans({ sealsAgain: true })).sealed, 0, 'once is enough');
      await desktop.talks('later', `${long}and on\nand further\nand later\n`);
      assert.equal((await desktop.cleans({ sealsAgain: true })).sealed, 0, 'and goes on from there');
    });

    it('leaves nothing readable at the store once every device has saved and cleaned', async () => {
      await desktop.cleans({ sealsAgain: true });
      assert.ok(readableKeys().length > 0);
      for (let round = 0; round < 4; round++) {
        store.days += 8;
        for (const device of [desktop, laptop]) {
          await device.saves(`${device.name} in round ${round}`);
        }
        for (const device of [desktop, laptop]) {
          await device.cleans();
        }
      }
      assert.deepEqual(readableKeys(), []);
      const newcomer = await new VaultDevice('newcomer', store).joins(desktop.vaultId);
      const read = await newcomer.reads();
      const [thrown, ...left] = Object.keys(texts).sort();
      assert.equal(thrown, 'desktop: first');
      assert.deepEqual(left.map((session) => read[session]), left.map((session) => texts[session]));
      assert.equal((await newcomer.looks()).distrusted.size, 0);
      assert.equal((await desktop.looks()).distrusted.size, 0);
    });

    it('says which could not be, and stores the others', async () => {
      const session = (await desktop.looks()).state.sessions.find(({ summary }) => summary.message === 'of the laptop');
      assert.ok(session);
      store.delete(keys.chunk(session.writer, session.summary.manifest));
      assert.deepEqual(await desktop.cleans({ sealsAgain: true }).then(({ sealed, unsealed, obstacle }) => [sealed, unsealed, obstacle]), [4, 1, 'unreadable']);
      assert.equal((await desktop.looks()).readableSessions, 1);
    });
  });

  it('is never taken for readable again, whatever the storage shows', async () => {
    const readable = new Map(store.objects);
    await desktop.sealsVault();
    for (const key of [...store.objects.keys()]) {
      if (!readable.has(key)) {
        store.delete(key);
      }
    }
    readable.forEach((bytes, key) => store.put(key, bytes));
    await assert.rejects(desktop.looks(), is('vault-downgraded', /^keys\/epoch-2$/));
    const { adoptVault } = await import('../../../../src/core/vault/openVault.ts');
    await assert.rejects(adoptVault(desktop, desktop.vaultId, readable), is('vault-downgraded', /^keys\/epoch-2$/));
  });

  it('takes nothing from whoever read its keys while it was readable', async () => {
    const documents = await desktop.documentsAtStore();
    const { identity } = readKeys(readDescription(desktop.vaultId, documents), documents.get('keys/open') ?? new Uint8Array(), 'keys/open');
    await desktop.sealsVault();
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const writer = 'f0f0f0f0f0f0f0f0';
    const { name, bytes } = signRecord({ vault: desktop.vaultId, epoch: 1, writer, seq: 1, prev: null, heads: {}, body: { type: 'introduced', certificate: certify({ vault: desktop.vaultId, epoch: 1, writer, publicKey }, identity), device: { id: 'd'.repeat(20), name: 'eve', kind: 'unknown' } } }, privateKey, new Clock(desktop.now));
    store.put(keys.record(writer, name), bytes);
    assert.deepEqual((await desktop.looks()).refused.map(({ reason }) => reason), ['unlisted']);
    assert.deepEqual(await desktop.sees(), ['readable']);
  });

  it('is not begun with a passphrase that can be guessed: then nothing happens', async () => {
    const before = new Map(store.objects);
    await assert.rejects(desktop.sealsVault({ ...passphrase, passphrase: 'fig' }), (error) => ConvoSyncError.is(error, 'usage'));
    assert.deepEqual(store.objects, before);
  });
});
