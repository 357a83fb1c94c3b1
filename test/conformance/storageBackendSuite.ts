/** What every storage backend promises, checked against a real store that several devices share. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';
import { ConvoSyncError, type ErrorCode, isCancellation } from '../../src/core/common/errors.ts';
import { sha256 } from '../../src/core/common/hash.ts';
import { type Backend, type Batch, type CodePush, keys, type StoredObject } from '../../src/core/storage/backend.ts';

/** One store, empty at first. */
export interface Store {
  /** The backend of a device of its own; with the name of another, as a second process of that device has it. */
  open: (device: string) => Promise<Backend>;
  /** Makes the store unreachable, or reachable again. */
  setReachable: (reachable: boolean) => void | Promise<void>;
  /** The backend at a place that nobody has made, where there can be such. */
  elsewhere?: () => Promise<Backend>;
  /** The backend as somebody has it who may not come in, where anybody is kept out. */
  intruder?: () => Promise<Backend>;
  /** Where `capabilities.carriesCode`: the user's code on the device, and what a branch is at in the store. */
  code?: {
    commit: (device: string, branch: string) => CodePush;
    at: (branch: string) => string | undefined;
  };
  /** What must not be told to people, such as a password in the address. */
  secrets: readonly string[];
  close: () => Promise<void>;
}

const one = 'aaaaaaaa';
/** Begins with the other's id, so that a prefix without its end would mix them up. */
const two = 'aaaaaaaabb';
const worthAnotherTry: readonly ErrorCode[] = ['remote-unreachable', 'storage-transient', 'git-timeout'];

/** @param capabilities those that the backend has to declare */
export function storageBackendSuite(name: string, capabilities: Backend['capabilities'], create: () => Promise<Store>): void {
  describe(`the storage contract: ${name}`, function () {
    this.timeout(120_000);
    let store: Store;
    let here: Backend;
    let there: Backend;

    beforeEach(async () => {
      store = await create();
      [here, there] = await Promise.all([store.open('here'), store.open('there')]);
      await here.refresh();
      await there.refresh();
    });
    afterEach(() => store.close());

    describe('an empty store', () => {
      it('holds nothing, and says so as such', async () => {
        assert.deepEqual([await writers(here), await here.list(keys.slots), await here.list(keys.log(one))], [[], [], []]);
        assert.deepEqual(await here.get([]), new Map());
        await assert.rejects(here.get([keys.vault]), missing(keys.vault));
      });

      it('is described without a credential, by a backend that declares what it can do', () => {
        assert.notEqual(here.describe(), '');
        assert.ok(store.secrets.every((secret) => !here.describe().includes(secret)));
        assert.deepEqual(here.capabilities, capabilities);
      });
    });

    describe('the documents of a vault', () => {
      it('have another version whenever they are changed, by whomever, and the same as long as they are not, if the store can tell', async () => {
        const slot = (name: string): StoredObject => ({ key: keys.slot(name), bytes: Buffer.from(name) });
        assert.equal(await here.documents(), undefined);
        await here.publish({ writer: one, expected: undefined, objects: [{ key: keys.vault, bytes: Buffer.from('{}\n') }, slot('open')], records: [recordOf(one, 1)] });
        await there.refresh();
        const first = await there.documents();
        await here.publish({ writer: one, expected: recordOf(one, 1).key.slice(keys.log(one).length), objects: [], records: [recordOf(one, 2)] });
        await there.refresh();
        assert.equal(await there.documents(), first);
        await here.changeSlots([slot('new')], []);
        await there.refresh();
        assert.ok(first === undefined || (await there.documents()) !== first);
      });
    });

    describe('a batch', () => {
      it('is there whole for the other device once that looks, byte by byte, and not before', async () => {
        const objects = [{ key: keys.vault, bytes: Buffer.from('{}\n') }, { key: keys.slot('open'), bytes: Buffer.alloc(0) }, chunk(one, randomBytes(300_000)), chunk(one, Buffer.from([0, 10, 13, 255]))];
        const record = recordOf(one, 1);
        await here.publish({ writer: one, expected: undefined, objects, records: [record] });
        assert.deepEqual([await writers(there), await there.list(keys.log(one))], [[], []]);
        await there.refresh();
        assert.deepEqual(await writers(there), [one]);
        const all = [...objects, record];
        assert.deepEqual(contents(await there.get(all.map(({ key }) => key))), contents(new Map(all.map(({ key, bytes }) => [key, bytes]))));
        assert.deepEqual(await there.list(keys.slots), [keys.slot('open')]);
      });

      it('is there for its own device at once, and goes on where a second process of the device left the log, without another look', async () => {
        const second = await store.open('here');
        await second.refresh();
        await publish(here, one, [1]);
        assert.deepEqual(await here.list(keys.log(one)), [recordOf(one, 1).key]);
        await publish(second, one, [2], 1);
        await publish(here, one, [3], 2);
        await there.refresh();
        assert.deepEqual(await there.list(keys.log(one)), [1, 2, 3].map((seq) => recordOf(one, seq).key));
      });

      it('goes on where the last one ended, and takes nothing away', async () => {
        const first = await publish(here, one, [1, 2]);
        const next = await publish(here, one, [3], 2);
        await there.refresh();
        assert.deepEqual(await there.list(keys.log(one)), [1, 2, 3].map((seq) => recordOf(one, seq).key));
        const names = [...first.objects, ...next.objects].map(({ key }) => key);
        assert.deepEqual([...(await there.get(names)).keys()].sort(), names.sort());
      });

      it('may be as long as a device was offline', async () => {
        const seqs = Array.from({ length: 150 }, (_, index) => index + 1);
        await publish(here, one, seqs);
        await there.refresh();
        assert.deepEqual(await there.list(keys.log(one)), seqs.map((seq) => recordOf(one, seq).key));
      });

      it('may hold what is there already', async () => {
        const { objects } = await publish(here, one, [1]);
        await here.publish({ writer: one, expected: nameOf(1), objects, records: [recordOf(one, 2)] });
        await there.refresh();
        assert.deepEqual((await there.get(objects.map(({ key }) => key))).size, objects.length);
      });

      it('is refused when the log is not where the writer left it, and changes nothing', async () => {
        await publish(here, one, [1]);
        await there.refresh();
        for (const expected of [undefined, nameOf(2)]) {
          await assert.rejects(there.publish({ writer: one, expected, objects: [], records: [recordOf(one, 3)] }), coded('storage-conflict'));
        }
        await here.refresh();
        assert.deepEqual(await here.list(keys.log(one)), [recordOf(one, 1).key]);
      });

      it('is refused when another machine has written under the writer’s name since the last look', async () => {
        await publish(here, one, [1]);
        await there.refresh();
        await publish(there, one, [2], 1);
        await assert.rejects(here.publish({ writer: one, expected: nameOf(1), objects: [], records: [recordOf(one, 2, 'other')] }), coded('storage-conflict'));
        await here.refresh();
        assert.deepEqual(await here.list(keys.log(one)), [1, 2].map((seq) => recordOf(one, seq).key));
      });

      it('of one writer from two machines at once arrives from one of them', async () => {
        const results = await Promise.allSettled([here, there].map((backend, index) => backend.publish({ writer: one, expected: undefined, objects: [], records: [recordOf(one, 1, `machine ${index}`)] })));
        assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
        const [loser] = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
        assert.ok(ConvoSyncError.is(loser, 'storage-conflict'), String(loser));
        await here.refresh();
        assert.equal((await here.list(keys.log(one))).length, 1);
      });

      it('of one writer is in nobody’s way: all arrive, and are told apart', async () => {
        await Promise.all([publish(here, one, [1]), publish(there, two, [1, 2])]);
        await Promise.all([here.refresh(), there.refresh()]);
        for (const backend of [here, there]) {
          assert.deepEqual(await writers(backend), [one, two]);
          assert.deepEqual((await backend.list(keys.log(one))).length, 1);
          assert.deepEqual((await backend.list(keys.log(two))).length, 2);
          assert.deepEqual((await backend.list('writers/')).filter((key) => key.includes('/log/')).length, 3);
        }
      });
    });

    describe('the version of a log', () => {
      const versionOf = async (backend: Backend, writer: string): Promise<string | undefined> => (await backend.logs()).get(writer);

      it('is another one whenever something was added, and the same otherwise', async () => {
        await publish(there, two, [1]);
        await here.refresh();
        const other = await versionOf(here, two);
        const [told, seen] = [new Set<string>(), new Set<string>()];
        for (const seq of [1, 2, 3]) {
          await publish(here, one, [seq], seq === 1 ? undefined : seq - 1);
          const version = await versionOf(here, one);
          await Promise.all([here.refresh(), there.refresh()]);
          assert.ok(version === undefined || (await versionOf(here, one)) === version, 'what was published has its version at once');
          for (const [backend, versions] of [[here, told], [there, seen]] as const) {
            versions.add((await versionOf(backend, one)) ?? `unknown ${seq}`);
          }
          assert.equal(await versionOf(here, two), other);
        }
        assert.deepEqual([told.size, seen.size], [3, 3]);
      });

      it('is never newer than what is listed', async () => {
        await publish(here, one, [1]);
        await there.refresh();
        const version = await versionOf(there, one);
        await publish(here, one, [2], 1);
        assert.equal(await versionOf(there, one), version);
        await there.refresh();
        assert.ok(version === undefined || (await versionOf(there, one)) !== version);
        assert.equal((await there.list(keys.log(one))).length, 2);
      });
    });

    describe('what is taken away', () => {
      it('is gone for every device, and everything else is there', async () => {
        const [kept, gone] = [chunk(one, randomBytes(2_000)), chunk(one, randomBytes(2_000))];
        await here.publish({ writer: one, expected: undefined, objects: [kept, gone], records: [recordOf(one, 1)] });
        await publish(there, two, [1]);
        await here.remove([gone.key]);
        await assert.rejects(here.get([gone.key]), missing(gone.key));
        const third = await store.open('third');
        for (const device of [here, third]) {
          await device.refresh();
          await assert.rejects(device.get([gone.key]), missing(gone.key));
          assert.equal((await device.get([kept.key, recordOf(one, 1).key])).size, 2);
          assert.deepEqual(await device.list(keys.chunks(one)), [kept.key]);
          assert.deepEqual(await writers(device), [one, two]);
        }
      });

      it('may be the last object of a writer, may be gone already, and may come again', async () => {
        const { objects } = await publish(here, one, [1]);
        const gone = objects.map(({ key }) => key);
        await here.remove(gone);
        await here.remove(gone);
        assert.deepEqual(await here.list(keys.chunks(one)), []);
        await here.publish({ writer: one, expected: nameOf(1), objects, records: [recordOf(one, 2)] });
        await there.refresh();
        assert.deepEqual((await there.get(gone)).size, gone.length);
      });

      it('may be records that a pack holds, and the log goes on', async () => {
        await publish(here, one, [1, 2, 3]);
        const packed: StoredObject = { key: keys.record(one, `00000001-00000002-${'a'.repeat(32)}`), bytes: Buffer.from('both') };
        await here.publish({ writer: one, expected: nameOf(3), objects: [packed], records: [recordOf(one, 4)] });
        await here.remove([1, 2].map((seq) => recordOf(one, seq).key));
        assert.deepEqual(await here.list(keys.log(one)), [packed.key, recordOf(one, 3).key, recordOf(one, 4).key]);
        await publish(here, one, [5], 4);
        await there.refresh();
        assert.deepEqual(await there.list(keys.log(one)), [packed.key, ...[3, 4, 5].map((seq) => recordOf(one, seq).key)]);
        assert.deepEqual(contents(await there.get([packed.key])), contents(new Map([[packed.key, packed.bytes]])));
      });

      it('may be another writer’s, which goes on all the same', async () => {
        const { objects } = await publish(here, one, [1]);
        await there.refresh();
        await there.remove([objects[0]?.key ?? '']);
        await here.refresh();
        const next = await publish(here, one, [2], 1);
        await there.refresh();
        assert.equal((await there.get(next.objects.map(({ key }) => key))).size, next.objects.length);
      });

      it('stays while the store does not answer, and after a signal that has fired', async () => {
        const { objects } = await publish(here, one, [1]);
        const gone = objects.map(({ key }) => key);
        await assert.rejects(here.remove(gone, AbortSignal.abort()), isCancellation);
        await store.setReachable(false);
        await assert.rejects(here.remove(gone), (error) => ConvoSyncError.is(error, ...worthAnotherTry));
        await store.setReachable(true);
        await there.refresh();
        assert.equal((await there.get(gone)).size, gone.length);
      });

      it('is never a document, a slot, or what is no key', async () => {
        for (const key of [keys.vault, keys.slot('open'), `writers/${one}/log/../x`]) {
          await assert.rejects(here.remove([key]), coded('storage-permanent'));
        }
      });
    });

    describe('the key slots', () => {
      const slot = (name: string, text = name): StoredObject => ({ key: keys.slot(name), bytes: Buffer.from(text) });

      beforeEach(async () => {
        await here.publish({ writer: one, expected: undefined, objects: [{ key: keys.vault, bytes: Buffer.from('{}\n') }, slot('old'), slot('other')], records: [recordOf(one, 1)] });
        await there.refresh();
      });

      it('are changed for every device, and nothing else is', async () => {
        await there.changeSlots([slot('new')], [keys.slot('old')]);
        assert.deepEqual(await there.list(keys.slots), [keys.slot('new'), keys.slot('other')]);
        await here.refresh();
        assert.deepEqual(await here.list(keys.slots), [keys.slot('new'), keys.slot('other')]);
        assert.equal((await here.get([keys.vault, keys.slot('new'), recordOf(one, 1).key])).size, 3);
        await assert.rejects(here.get([keys.slot('old')]), missing(keys.slot('old')));
      });

      it('are there with the new one before the old one goes', async () => {
        await store.setReachable(false);
        await assert.rejects(here.changeSlots([slot('new')], [keys.slot('old'), keys.slot('other')]));
        await store.setReachable(true);
        await there.refresh();
        assert.ok((await there.list(keys.slots)).length > 0);
      });
    });

    describe('a vault that is removed', () => {
      it('leaves nothing behind, can be removed again, and can be begun anew', async () => {
        await here.publish({ writer: one, expected: undefined, objects: [{ key: keys.vault, bytes: Buffer.from('{}\n') }, { key: keys.slot('open'), bytes: Buffer.from('{}') }], records: [recordOf(one, 1)] });
        await publish(there, two, [1]);
        await there.refresh();
        await assert.rejects(there.removeVault(AbortSignal.abort()), isCancellation);
        await there.removeVault();
        await there.removeVault();
        for (const backend of [here, there, await store.open('third')]) {
          await backend.refresh();
          assert.deepEqual([...(await backend.logs()).keys(), ...(await backend.list(keys.slots)), ...(await backend.list('writers/'))], []);
        }
        await publish(here, one, [1]);
      });
    });

    describe('a key', () => {
      const unfit = ['../vault.json', '/vault.json', 'vault.json/..', 'keys/../x', 'keys/a/b', `writers/${one}/log/../x`, `writers/${one}/log/a b`, `writers/${one}/chunks/zz/a`, 'writers/AAAAAAAA/log/1', 'writers/../log/1', '', 'keys/a\nb', 'keys/.git'];
      for (const key of unfit) {
        it(`is a name and never a way: ${JSON.stringify(key)} is refused, and the whole batch with it`, async () => {
          await assert.rejects(here.publish({ writer: one, expected: undefined, objects: [{ key, bytes: Buffer.from('x') }], records: [recordOf(one, 1)] }), coded('storage-permanent'));
          await there.refresh();
          assert.deepEqual(await writers(there), []);
        });
      }

      it('of another writer is refused', async () => {
        await assert.rejects(here.publish({ writer: one, expected: undefined, objects: [chunk(two, Buffer.from('x'))], records: [recordOf(one, 1)] }), coded('storage-permanent'));
        await assert.rejects(here.publish({ writer: one, expected: undefined, objects: [], records: [recordOf(two, 1)] }), coded('storage-permanent'));
      });

      it('that is not there is named, also among others that are', async () => {
        await publish(here, one, [1]);
        const absent = chunk(one, Buffer.from('never stored')).key;
        await assert.rejects(here.get([recordOf(one, 1).key, absent]), missing(absent));
      });
    });

    describe('a store that does not answer', () => {
      it('is an error that says that trying again can help, and never an empty list', async () => {
        await publish(here, one, [1]);
        await store.setReachable(false);
        for (const attempt of [() => here.refresh(), () => publish(here, one, [2], 1)]) {
          await assert.rejects(attempt, (error) => ConvoSyncError.is(error, ...worthAnotherTry));
        }
        assert.deepEqual(await here.list(keys.log(one)), [recordOf(one, 1).key]);
        await store.setReachable(true);
        await publish(here, one, [2], 1);
        await there.refresh();
        assert.deepEqual(await there.list(keys.log(one)), [1, 2].map((seq) => recordOf(one, seq).key));
      });
    });

    describe('many at once', () => {
      it('of eight writers lose nothing of anybody’s, batch after batch', async () => {
        const names = Array.from({ length: 8 }, (_, index) => `cccccc0${index}`);
        const devices = await Promise.all(names.map((name) => store.open(`device of ${name}`)));
        await Promise.all(devices.map((device) => device.refresh()));
        await Promise.all(devices.map(async (device, index) => {
          await publish(device, names[index] ?? '', [1]);
          await publish(device, names[index] ?? '', [2, 3], 1);
        }));
        await here.refresh();
        assert.deepEqual(await writers(here), names);
        for (const name of names) {
          const records = await here.list(keys.log(name));
          assert.equal(records.length, 3);
          const chunks = [chunk(name, Buffer.from('object of 1')).key, chunk(name, Buffer.from('object of 2,3')).key];
          assert.equal((await here.get([...records, ...chunks])).size, 5);
        }
      });

      it('show whoever looks meanwhile no record before what it names', async () => {
        const last = 4;
        const writing = (async () => {
          for (let seq = 1; seq <= last; seq++) {
            await publish(here, one, [seq], seq === 1 ? undefined : seq - 1);
          }
        })();
        for (let seen = 0; seen < last; ) {
          await there.refresh();
          const records = await there.list(keys.log(one));
          assert.ok(records.length >= seen, 'what was seen stays');
          seen = records.length;
          const named = records.map((_, index) => chunk(one, Buffer.from(`object of ${index + 1}`)).key);
          assert.equal((await there.get([...records, ...named])).size, 2 * seen);
        }
        await writing;
      });
    });

    describe('an object', () => {
      it('of 6 MB comes back byte by byte', async () => {
        const large = chunk(one, randomBytes(6 * 1024 * 1024));
        await here.publish({ writer: one, expected: undefined, objects: [large], records: [recordOf(one, 1)] });
        await there.refresh();
        assert.ok(Buffer.compare((await there.get([large.key])).get(large.key) ?? Buffer.of(), large.bytes) === 0);
      });

      it('may come three hundred at a time', async () => {
        const many = Array.from({ length: 300 }, (_, index) => chunk(one, Buffer.from(`object ${index}`)));
        await here.publish({ writer: one, expected: undefined, objects: many, records: [recordOf(one, 1)] });
        await there.refresh();
        assert.deepEqual(contents(await there.get(many.map(({ key }) => key))), contents(new Map(many.map(({ key, bytes }) => [key, bytes]))));
        assert.deepEqual(await there.list(keys.chunks(one)), many.map(({ key }) => key).sort());
      });
    });

    describe('a place', () => {
      it('that is not there is no empty one, and is not made by looking or writing', async function () {
        const elsewhere = await store.elsewhere?.();
        if (!elsewhere) {
          this.skip();
        }
        for (let round = 0; round < 2; round++) {
          for (const attempt of [() => elsewhere.refresh(), () => publish(elsewhere, one, [1])]) {
            await assert.rejects(attempt, (error) => ConvoSyncError.is(error, 'remote-unreachable', 'git-credentials', 'git-failed'));
          }
        }
      });

      it('does not let in whoever may not come in, and tells no secret of theirs', async function () {
        const intruder = await store.intruder?.();
        if (!intruder) {
          this.skip();
        }
        await publish(here, one, [1]);
        for (const attempt of [() => intruder.refresh(), () => publish(intruder, two, [1])]) {
          await assert.rejects(attempt, (error) => {
            const said = inspect(error, { depth: 9 });
            assert.ok(ConvoSyncError.is(error, 'storage-denied', 'git-credentials'), said);
            assert.ok(store.secrets.every((secret) => !said.includes(secret)), said);
            return true;
          });
        }
        await there.refresh();
        assert.deepEqual(await writers(there), [one]);
      });
    });

    describe('a signal', () => {
      it('that fires in the middle of a batch leaves all of it or no record, and the next try completes it', async () => {
        await publish(here, one, [1]);
        for (const [index, milliseconds] of [1, 60].entries()) {
          const seq = index + 2;
          const batch: Batch = { writer: one, expected: nameOf(seq - 1), objects: [chunk(one, randomBytes(500_000))], records: [recordOf(one, seq)] };
          const controller = new AbortController();
          const cancelled = delay(milliseconds).then(() => controller.abort());
          // A fast store may be done before.
          const isDone = await here.publish(batch, controller.signal).then(() => true, (error: unknown) => {
            assert.ok(isCancellation(error), inspect(error));
            return false;
          });
          await cancelled;
          await there.refresh();
          const arrived = (await there.list(keys.log(one))).length;
          assert.ok(isDone ? arrived === seq : arrived === seq || arrived === seq - 1);
          if (arrived < seq) {
            await here.refresh();
            await here.publish(batch);
            await there.refresh();
          }
          assert.equal((await there.get([...batch.objects, ...batch.records].map(({ key }) => key))).size, 2);
        }
      });

      it('that has fired stops everything that would wait or write', async () => {
        const { objects } = await publish(here, one, [1]);
        await there.refresh();
        const signal = AbortSignal.abort();
        const batch: Batch = { writer: one, expected: nameOf(1), objects: [], records: [recordOf(one, 2)] };
        for (const attempt of [() => there.refresh(signal), () => there.logs(signal), () => there.list(keys.log(one), signal), () => there.get(objects.map(({ key }) => key), signal), () => here.publish(batch, signal)]) {
          await assert.rejects(attempt, isCancellation);
        }
        await there.refresh();
        assert.deepEqual(await there.list(keys.log(one)), [recordOf(one, 1).key]);
      });
    });

    if (capabilities.carriesCode) {
      describe('a branch', () => {
        const codeOf = (): NonNullable<Store['code']> => store.code ?? assert.fail('the store has no code');

        it('arrives together with the batch that it belongs to', async () => {
          for (const seq of [1, 2]) {
            const code = codeOf().commit('here', 'feature/oven');
            await here.publish({ writer: one, expected: seq === 1 ? undefined : nameOf(1), objects: [], records: [recordOf(one, seq)], code });
            assert.equal(codeOf().at('feature/oven'), code.commit);
          }
          await there.refresh();
          assert.equal((await there.list(keys.log(one))).length, 2);
        });

        it('that is rejected keeps the record away too', async () => {
          await publish(here, one, [1]);
          const theirs = codeOf().commit('there', 'feature/oven');
          await there.publish({ writer: two, expected: undefined, objects: [], records: [recordOf(two, 1)], code: theirs });
          const ours = codeOf().commit('here', 'feature/oven');
          await assert.rejects(here.publish({ writer: one, expected: nameOf(1), objects: [], records: [recordOf(one, 2)], code: ours }), coded('push-rejected'));
          assert.equal(codeOf().at('feature/oven'), theirs.commit);
          await there.refresh();
          assert.deepEqual(await there.list(keys.log(one)), [recordOf(one, 1).key]);
        });

        it('stays where it is when the record is refused', async () => {
          await publish(there, one, [1]);
          const code = codeOf().commit('here', 'feature/oven');
          await assert.rejects(here.publish({ writer: one, expected: nameOf(7), objects: [], records: [recordOf(one, 8)], code }), coded('storage-conflict'));
          assert.equal(codeOf().at('feature/oven'), undefined);
        });
      });
    }
  });
}

async function publish(backend: Backend, writer: string, seqs: readonly number[], after?: number): Promise<Batch> {
  const batch: Batch = {
    writer,
    expected: after === undefined ? undefined : nameOf(after),
    objects: [chunk(writer, Buffer.from(`object of ${seqs.join()}`))],
    records: seqs.map((seq) => recordOf(writer, seq)),
  };
  await backend.publish(batch);
  return batch;
}

async function writers(backend: Backend): Promise<string[]> {
  return [...(await backend.logs()).keys()].sort();
}

function nameOf(seq: number, content = 'record'): string {
  return `${String(seq).padStart(8, '0')}-${sha256(content).slice(0, 32)}`;
}

function recordOf(writer: string, seq: number, content = 'record'): StoredObject {
  return { key: keys.record(writer, nameOf(seq, content)), bytes: Buffer.from(`${content} ${seq}\n`) };
}

function chunk(writer: string, bytes: Uint8Array): StoredObject {
  return { key: keys.chunk(writer, sha256(bytes)), bytes };
}

function contents(found: ReadonlyMap<string, Uint8Array>): Record<string, string> {
  return Object.fromEntries([...found].map(([key, bytes]) => [key, Buffer.from(bytes).toString('base64')]));
}

function coded(code: ErrorCode): (error: unknown) => true {
  return (error) => {
    assert.ok(ConvoSyncError.is(error, code), error instanceof Error ? error.stack : String(error));
    return true;
  };
}

function missing(key: string): (error: unknown) => true {
  return (error) => {
    assert.ok(ConvoSyncError.is(error, 'object-missing') && error.details['object'] === key, error instanceof Error ? error.stack : String(error));
    return true;
  };
}
