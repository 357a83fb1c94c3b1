import assert from 'node:assert/strict';
import * as path from 'node:path';
import { ConvoSyncError } from '../../../../src/core/common/errors.ts';
import { sha256 } from '../../../../src/core/common/hash.ts';
import { silentLogger } from '../../../../src/core/common/logger.ts';
import { type Batch, keys } from '../../../../src/core/storage/backend.ts';
import { FolderStore } from '../../../../src/core/storage/folder/folderStore.ts';
import { StoreBackend } from '../../../../src/core/storage/storeBackend.ts';
import { StorePlace } from '../../../../src/core/storage/storePlace.ts';
import { coded } from '../../../conformance/storeSuite.ts';
import { MeddledStore } from '../../../support/meddledStore.ts';
import { temporaryFolderPerTest } from '../../../support/temporaryFolder.ts';

const vault = '0123456789abcdef';
const writer = 'aaaaaaaa';
const broken = (): never => {
  throw new ConvoSyncError('storage-transient', 'The line went dead.');
};

describe('a vault in a dumb store', () => {
  const folder = temporaryFolderPerTest();
  let store: MeddledStore;
  let backend: StoreBackend;
  let pauses: number;

  const open = (): StoreBackend => new StoreBackend({
    store,
    vault,
    pause: async () => {
      pauses++;
    },
    random: () => 0.5,
    logger: silentLogger,
  });

  beforeEach(async () => {
    pauses = 0;
    store = new MeddledStore(new FolderStore(path.join(folder.path, 'store')));
    await store.create();
    backend = open();
  });

  it('writes every object, and proves it, before the first record, and the records oldest first', async () => {
    await backend.publish(batchOf([1, 2, 3], undefined));
    const puts = store.calls.filter(({ operation, key }) => operation === 'put' && !key.includes('/claims/')).map(({ key }) => key);
    assert.deepEqual(puts.slice(-3), [1, 2, 3].map((seq) => `${vault}/${keys.record(writer, nameOf(seq))}`));
    assert.equal(puts.length, 8);
    const firstRecord = store.calls.findIndex(({ operation, key }) => operation === 'put' && key.includes('/log/'));
    const proofs = store.calls.slice(0, firstRecord).filter(({ operation, key }) => operation === 'list' && key.includes('/chunks/'));
    assert.equal(proofs.length, new Set(puts.filter((key) => key.includes('/chunks/')).map((key) => path.dirname(key))).size);
  });

  it('founds a vault by its description, once every key slot is there', async () => {
    const documents = ['open', 'recovery-1'].map((slot) => ({ key: keys.slot(slot), bytes: Buffer.from(slot) }));
    const batch = { ...batchOf([1], undefined), objects: [{ key: keys.vault, bytes: Buffer.from('{}') }, ...documents] };
    const isFounded = async (): Promise<boolean> => (await open().list(keys.vault)).length > 0;
    store.before = ({ operation, key }) => (operation === 'put' && key.endsWith('recovery-1') ? broken() : undefined);
    await assert.rejects(backend.publish(batch), { code: 'storage-transient' });
    assert.equal(await isFounded(), false);
    store.before = () => undefined;
    await open().publish(batch);
    assert.equal(await isFounded(), true);
    const puts = store.calls.filter(({ operation, key }) => operation === 'put' && !key.includes('writers/')).map(({ key }) => key);
    assert.ok(puts.at(-1)?.endsWith(keys.vault));
  });

  it('shows another device all of a save or nothing, whichever call fails, and completes it afterwards without a second copy', async () => {
    await backend.publish(batchOf([1], undefined));
    const before = store.calls.length;
    await backend.publish(batchOf([2, 3], nameOf(1)));
    const calls = store.calls.length - before;
    assert.ok(calls > 10);
    for (const meddle of ['before', 'after'] as const) {
      for (let failing = 1; failing <= calls; failing++) {
        const base = 2 * (failing + (meddle === 'after' ? calls : 0)) + 1;
        const batch = batchOf([base + 1, base + 2], base === 3 ? nameOf(3) : nameOf(base));
        const start = store.calls.length;
        store[meddle] = (_, number) => (number === start + failing ? broken() : undefined);
        const failure = await backend.publish(batch).catch((error: unknown) => error);
        store[meddle] = () => undefined;
        assert.ok(failure === undefined || ConvoSyncError.is(failure, 'storage-transient'), String(failure));
        const other = open();
        await other.refresh();
        const log = await other.list(keys.log(writer));
        const shown = batch.records.filter(({ key }) => log.includes(key));
        assert.deepEqual(shown, batch.records.slice(0, shown.length), 'records came out of order');
        if (shown.length > 0) {
          await other.get(batch.objects.map(({ key }) => key));
        }
        await open().publish(batch);
        await other.refresh();
        assert.equal((await other.list(keys.log(writer))).length, base + 2);
      }
    }
    assert.deepEqual((await store.list(`${vault}/writers/${writer}/claims/`)).objects, []);
  }).timeout(20_000);

  it('believes the object itself where a listing is old', async () => {
    store.show = (listing, shown) => (shown.includes('/chunks/') ? { objects: [], folders: [] } : listing);
    await backend.publish(batchOf([1], undefined));
    assert.equal((await backend.list(keys.log(writer))).length, 1);
  });

  it('puts an object of its own that was found torn anew', async () => {
    const batch = batchOf([1], undefined);
    await store.put(`${vault}/${batch.objects[1]!.key}`, Buffer.from('tor'));
    await backend.publish(batch);
    const stored = await backend.get(batch.objects.map(({ key }) => key));
    assert.deepEqual([...stored.values()].map(String), batch.objects.map(({ bytes }) => String(bytes)));
  });

  it('puts what was found damaged anew, also where it is as long as it was', async () => {
    await backend.publish(batchOf([1], undefined));
    const again = { ...batchOf([1], nameOf(1)), records: [] };
    const object = again.objects[1]!;
    await store.put(`${vault}/${object.key}`, Buffer.from(object.bytes).fill('x'), { replace: true });
    await backend.publish(again);
    assert.notDeepEqual(Buffer.from((await backend.get([object.key])).get(object.key) ?? []), Buffer.from(object.bytes));
    await backend.publish({ ...again, replaces: true });
    assert.deepEqual(Buffer.from((await backend.get([object.key])).get(object.key) ?? []), Buffer.from(object.bytes));
  });

  it('does not touch what belongs to all writers, and says that it is something else', async () => {
    await store.put(`${vault}/${keys.vault}`, Buffer.from('{"another":"vault"}'));
    await assert.rejects(backend.publish({ ...batchOf([1], undefined), objects: [{ key: keys.vault, bytes: Buffer.from('{}') }] }), coded('storage-conflict'));
    assert.equal(String(await store.get(`${vault}/${keys.vault}`)), '{"another":"vault"}');
    await backend.refresh();
    assert.equal((await backend.logs()).size, 0);
  });

  it('believes no answer that says stored while nothing is', async () => {
    const batch = batchOf([1], undefined);
    store.after = ({ operation, key }) => {
      if (operation === 'put' && key.includes('/chunks/')) {
        store.show = () => ({ objects: [], folders: [] });
      }
    };
    store.before = ({ operation, key }) => {
      if (operation === 'get') {
        throw new ConvoSyncError('object-missing', 'Gone.', { details: { object: key } });
      }
    };
    await assert.rejects(backend.publish(batch), coded('storage-transient'));
    assert.ok(!store.calls.some(({ operation, key }) => operation === 'put' && key.includes('/log/')));
  });

  it('waits for another machine that writes under its name, and goes on when a crash has left the claim', async () => {
    const claim = `${vault}/writers/${writer}/claims/${nameOf(1, 'other')}`;
    await store.put(claim, Buffer.alloc(0));
    await backend.publish(batchOf([1], undefined));
    assert.ok(pauses >= 10);
    await assert.rejects(store.get(claim), coded('object-missing'));
  });

  it('waits for nobody whose claim stayed behind when the log had moved', async () => {
    await backend.publish(batchOf([1, 2], undefined));
    const claim = `${vault}/writers/${writer}/claims/${nameOf(1)}`;
    await store.put(claim, Buffer.alloc(0));
    await backend.publish(batchOf([3], nameOf(2)));
    assert.equal(pauses, 0);
    await assert.rejects(store.get(claim), coded('object-missing'));
  });

  it('steps back when the other machine was first', async () => {
    await store.put(`${vault}/writers/${writer}/claims/${nameOf(1, 'other')}`, Buffer.alloc(0));
    store.before = async ({ operation, key }) => {
      if (operation === 'delete' && key.endsWith(nameOf(1))) {
        store.before = () => undefined;
        await store.put(`${vault}/${keys.record(writer, nameOf(1, 'other'))}`, Buffer.from('theirs'));
        await store.delete(`${vault}/writers/${writer}/claims/${nameOf(1, 'other')}`);
      }
    };
    await assert.rejects(backend.publish(batchOf([1], undefined)), coded('storage-conflict'));
    await backend.refresh();
    assert.deepEqual(await backend.list(keys.log(writer)), [keys.record(writer, nameOf(1, 'other'))]);
  });

  it('stops before the next write once cancelled', async () => {
    const batch = batchOf([1, 2], undefined);
    const controller = new AbortController();
    store.after = ({ operation, key }) => (operation === 'put' && key.endsWith(nameOf(1)) && key.includes('/log/') ? controller.abort() : undefined);
    await assert.rejects(backend.publish(batch, controller.signal), coded('cancelled'));
    store.after = () => undefined;
    await backend.refresh();
    assert.deepEqual(await backend.list(keys.log(writer)), [keys.record(writer, nameOf(1))]);
    await backend.publish(batch);
    assert.equal((await backend.list(keys.log(writer))).length, 2);
  });

  it('refuses code, which only git carries, instead of leaving it behind', async () => {
    await assert.rejects(backend.publish({ ...batchOf([1], undefined), code: { commit: 'c0ffee', branch: 'main' } }), coded('storage-permanent'));
    assert.ok(!store.calls.some(({ operation }) => operation === 'put'));
  });

  it('lists chunks where they are asked for', async () => {
    const batch = batchOf([1], undefined);
    await backend.publish(batch);
    const chunks = batch.objects.map(({ key }) => key).filter((key) => key.startsWith('writers/')).sort();
    assert.deepEqual(await backend.list(keys.chunks(writer)), chunks);
    assert.deepEqual(await backend.list(`${path.dirname(chunks[0]!)}/`), chunks.filter((key) => path.dirname(key) === path.dirname(chunks[0]!)));
    assert.deepEqual(await backend.list('writers/'), [...chunks, keys.record(writer, nameOf(1))].sort());
  });

  it('is found by its id among others, once it is founded', async () => {
    await backend.publish(batchOf([1], undefined));
    await store.put('fedcba9876543210/vault.json', Buffer.from('{}'));
    await store.put('0000000000000000/keys/open', Buffer.from('{}'));
    await store.put('pictures/vault.json', Buffer.from('{}'));
    assert.deepEqual(await new StorePlace(store, silentLogger).vaults(), [vault, 'fedcba9876543210']);
  });
});

function nameOf(seq: number, content = 'record'): string {
  return `${String(seq).padStart(8, '0')}-${sha256(content).slice(0, 32)}`;
}

function batchOf(seqs: readonly number[], expected: string | undefined): Batch {
  const chunks = [1, 2, 3].map((part) => Buffer.from(`part ${part} of ${seqs.join()}`));
  return {
    writer,
    expected,
    objects: [
      { key: keys.vault, bytes: Buffer.from('{}\n') },
      ...chunks.map((bytes) => ({ key: keys.chunk(writer, sha256(bytes)), bytes })),
      { key: keys.slot('open'), bytes: Buffer.from('slot') },
    ],
    records: seqs.map((seq) => ({ key: keys.record(writer, nameOf(seq)), bytes: Buffer.from(`record ${seq}`) })),
  };
}
