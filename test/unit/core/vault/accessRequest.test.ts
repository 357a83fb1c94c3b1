import assert from 'node:assert/strict';
import { ConvoSyncError } from '../../../../src/core/common/errors.ts';
import type { Device } from '../../../../src/core/session/device.ts';
import { keys } from '../../../../src/core/storage/backend.ts';
import { makeRequest, readRequests, requestCode, requestLifetime } from '../../../../src/core/vault/accessRequest.ts';
import { encryptTo, newKey } from '../../../../src/core/vault/age.ts';
import { createVault } from '../../../../src/core/vault/description.ts';
import { ensureDeviceKey } from '../../../../src/core/vault/deviceKey.ts';
import { readKeys, writeKeys } from '../../../../src/core/vault/keysDocument.ts';
import { deviceSlot } from '../../../../src/core/vault/keySlots.ts';
import { adoptVault, loadVault } from '../../../../src/core/vault/openVault.ts';
import { MemoryStore } from '../../../support/memoryBackend.ts';
import { VaultDevice } from '../../../support/vaultDevice.ts';

const laptop: Device = { id: 'a'.repeat(20), name: 'Ada’s laptop', kind: 'laptop' };
const locked = (error: unknown): boolean => ConvoSyncError.is(error, 'vault-locked');

describe('a request to be let into a sealed vault', () => {
  let store: MemoryStore;
  let desktop: VaultDevice;
  let newcomer: VaultDevice;

  beforeEach(async () => {
    store = new MemoryStore({ tells: true });
    desktop = await new VaultDevice('desktop', store).founds();
    await desktop.saves('one');
    newcomer = new VaultDevice('newcomer', store);
    await newcomer.home.prepare();
  });

  const opened = () => loadVault(desktop, desktop.vaultId);
  const asks = async (now = new Date()) => {
    const { description } = await opened();
    const { recipient } = await ensureDeviceKey(newcomer.keychain, desktop.vaultId);
    const made = await makeRequest(description, recipient, laptop, now);
    store.put(...made.slot);
    return made;
  };
  const shown = async (now = new Date()) => {
    const { description, keys: vaultKeys } = await opened();
    return readRequests(description, vaultKeys.epochs, await desktop.documentsAtStore(), now);
  };
  const adopts = async () => adoptVault(newcomer, desktop.vaultId, await newcomer.documentsAtStore());

  it('shows the same code on both devices, and the storage neither key nor name', async () => {
    const { code, slot: [key, bytes], document } = await asks();
    const [request, ...more] = await shown();
    assert.deepEqual([request?.code, request?.device, request?.slot, more.length], [code, laptop, key, 0]);
    assert.match(code, /^\w{4}-\w{4}-\w{4}$/);
    assert.equal(await requestCode((await opened()).description, document), code);
    const text = Buffer.from(bytes).toString('latin1');
    assert.ok(text.startsWith('age-encryption.org/v1\n') && !text.includes('age1') && !text.includes('laptop'));
  });

  it('lets the device in once it is answered, and not before', async () => {
    await asks();
    await assert.rejects(adopts(), locked);
    const [request] = await shown();
    store.put(...(await deviceSlot(Buffer.from((await desktop.keychain.get(desktop.vaultId)) ?? ''), [request?.recipient ?? ''])));
    await adopts();
    newcomer.vaultId = desktop.vaultId;
    assert.deepEqual(await newcomer.sees(), ['one']);
    await newcomer.saves('two');
    assert.deepEqual(await desktop.sees(), ['one', 'two']);
  });

  it('has another code when the storage puts a key of its own in its place, or takes it over from another vault', async () => {
    const { code, slot: [key] } = await asks();
    const { description } = await opened();
    const { slot: [, swapped] } = await makeRequest(description, (await newKey()).recipient, laptop, new Date());
    store.put(key, swapped);
    assert.notEqual((await shown())[0]?.code, code);
    const other = createVault('ada@example.org', new Date(), await newKey());
    const { code: elsewhere, document } = await makeRequest(other.description, (await newKey()).recipient, laptop, new Date());
    store.put(key, await encryptTo([description.epochs[0].recipient ?? ''], document));
    assert.deepEqual(await shown(), []);
    assert.notEqual(await requestCode(description, document), elsewhere);
  });

  it('is over after a day, and nothing that is put among the requests keeps the others from being shown', async () => {
    const { code } = await asks();
    store.put(keys.slot('request-0'), Buffer.from('nonsense'));
    store.put(keys.slot('request-1'), await encryptTo([(await newKey()).recipient], Buffer.from('for someone else')));
    assert.deepEqual((await shown()).map((request) => request.code), [code]);
    assert.deepEqual(await shown(new Date(Date.now() + requestLifetime + 60_000)), []);
    assert.deepEqual(await shown(new Date(Date.now() - requestLifetime - 60_000)), []);
  });

  it('is answered by nobody who does not know the vault’s keys', async () => {
    await asks();
    const [request] = await shown();
    const { keys: mine } = await opened();
    const elsewhere = createVault('ada@example.org', new Date(), await newKey());
    const forged = [
      elsewhere.keys,
      // With all that the storage may have learned but the identity.
      writeKeys({ ...mine, identity: readKeys(elsewhere.description, elsewhere.keys, 'x').identity }),
      Buffer.from('{}'),
    ];
    for (const document of forged) {
      const [slot, bytes] = await deviceSlot(document, [request?.recipient ?? '']);
      store.put(slot, bytes);
      await assert.rejects(adopts(), locked);
    }
  });

  it('that was answered in an epoch that is over opens nothing', async () => {
    await asks();
    const [request] = await shown();
    const before = Buffer.from((await desktop.keychain.get(desktop.vaultId)) ?? '');
    await desktop.takesOut(newcomer);
    store.put(...(await deviceSlot(before, [request?.recipient ?? ''])));
    await assert.rejects(adopts(), locked);
    assert.deepEqual(await shown(), []);
  });
});
