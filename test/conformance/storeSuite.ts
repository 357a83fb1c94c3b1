/** What every dumb store promises, checked against a real one that several processes share. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { ConvoSyncError, type ErrorCode, isCancellation } from '../../src/core/common/errors.ts';
import type { Store } from '../../src/core/storage/store.ts';
import type { Proxy } from '../support/proxy.ts';

/** A place that is made anew for every test, and empty at first. */
export interface Place {
  /** The store as one process has it; `create` has been called for the place. */
  open: () => Store;
  /** The store at a place that nobody has made. */
  elsewhere: () => Store;
  /** Where the store is reached through a network. */
  network?: {
    /** Stands before the server of every store but `elsewhere`. */
    proxy: Proxy;
    /** The store as somebody has it who may not come in. */
    intruder: () => Store;
  };
  /** What must be told to nobody. */
  secrets: readonly string[];
  close: () => Promise<void>;
}

const megabyte = 1024 * 1024;

/** @param traits whether the places have a `network`, and whether the store itself speaks on it */
export function storeSuite(name: string, { network }: { network: boolean | 'behind another program' }, create: () => Promise<Place>): void {
  // Another program tells what the server said in its own words.
  const isOnNetwork = network === true;
  describe(`the contract of a store: ${name}`, function () {
    this.timeout(120_000);
    let place: Place;
    let store: Store;

    beforeEach(async () => {
      place = await create();
      store = place.open();
    });
    afterEach(() => place.close());

    it('holds nothing at first, and says so as such', async () => {
      assert.deepEqual(await store.list(''), { objects: [], folders: [] });
      assert.deepEqual(await store.list('a/b/'), { objects: [], folders: [] });
    });

    it('may be made ready again without harm', async () => {
      await store.put('a/1', Buffer.from('x'));
      await store.create();
      assert.equal((await store.get('a/1')).byteLength, 1);
    });

    for (const [what, size] of [['an empty object', 0], ['a small one', 300], ['one of 20 MB', 20 * megabyte]] as const) {
      it(`gives ${what} back byte by byte, to another process too`, async () => {
        const bytes = randomBytes(size);
        await store.put('a/b-2/object', bytes);
        assert.ok(Buffer.compare(await place.open().get('a/b-2/object'), bytes) === 0);
        assert.deepEqual(await store.list('a/b-2/'), { objects: [{ name: 'object', size }], folders: [] });
      });
    }

    it('lists what lies directly in a folder, sorted, with sizes', async () => {
      for (const key of ['a/2', 'a/1', 'a/10', 'a/deep/er/x', 'a/B', 'vault.json', 'ab/x']) {
        await store.put(key, Buffer.from(key));
      }
      assert.deepEqual(await store.list(''), { objects: [{ name: 'vault.json', size: 10 }], folders: ['a', 'ab'] });
      assert.deepEqual(await store.list('a/'), { objects: [{ name: '1', size: 3 }, { name: '10', size: 4 }, { name: '2', size: 3 }, { name: 'B', size: 3 }], folders: ['deep'] });
      assert.deepEqual(await store.list('a/deep/'), { objects: [], folders: ['er'] });
    });

    // More than services tell at once; through another program it takes its time.
    const many = network === 'behind another program' ? 150 : 1_050;
    it(`lists all of ${many} objects`, async () => {
      const names = Array.from({ length: many }, (_, index) => String(index).padStart(8, '0'));
      const waiting = names.values();
      await Promise.all(Array.from({ length: 8 }, async () => {
        for (const object of waiting) {
          await store.put(`many/${object}`, Buffer.from(object));
        }
      }));
      assert.deepEqual((await store.list('many/')).objects.map((object) => object.name), names);
    });

    it('takes again what is there already', async () => {
      await store.put('a/1', Buffer.from('the same'));
      await store.put('a/1', Buffer.from('the same'));
      assert.equal(text(await store.get('a/1')), 'the same');
    });

    it('puts a sound object in place of a damaged one when told to', async () => {
      await store.put('a/1', Buffer.from('dama'));
      await store.put('a/1', Buffer.from('damaged no more'), { replace: true });
      assert.equal(text(await place.open().get('a/1')), 'damaged no more');
      assert.deepEqual((await store.list('a/')).objects, [{ name: '1', size: 15 }]);
    });

    it('deletes one object and no other, and does not mind when it is gone', async () => {
      await store.put('a/1', Buffer.from('x'));
      await store.put('a/10', Buffer.from('y'));
      await store.delete('a/1');
      await store.delete('a/1');
      await store.delete('never/there');
      await assert.rejects(store.get('a/1'), coded('object-missing'));
      assert.deepEqual((await store.list('a/')).objects.map((object) => object.name), ['10']);
    });

    it('names an object that is not there', async () => {
      await store.put('a/1', Buffer.from('x'));
      for (const key of ['a/2', 'b/c/d', 'vault.json']) {
        await assert.rejects(store.get(key), (error) => ConvoSyncError.is(error, 'object-missing') && error.details['object'] === key);
      }
    });

    for (const key of ['', '/', '/a', 'a/', '../a', 'a/../b', 'a//b', 'a/.', '.hidden', 'a b', 'a\\b', 'a%2fb', 'ä', 'a\nb', 'a/..%2f..', 'x?y', 'x#y', 'con:', '-rf', 'convosync.txt']) {
      it(`refuses ${JSON.stringify(key)} as a key, whatever is asked of it`, async () => {
        for (const attempt of [() => store.get(key), () => store.put(key, Buffer.from('x')), () => store.delete(key)]) {
          await assert.rejects(attempt, coded('storage-permanent'));
        }
      });
    }

    it('refuses a folder that is none', async () => {
      for (const folder of ['a', '/', '../', 'a/../', '.git/', 'a//', '%2e%2e/']) {
        await assert.rejects(store.list(folder), coded('storage-permanent'), folder);
      }
    });

    it('takes what eight processes write at once, the same and different things', async () => {
      const shared = randomBytes(200_000);
      const stores = Array.from({ length: 8 }, () => place.open());
      await Promise.all(stores.map(async (one, index) => {
        await one.put('shared/object', shared);
        for (let count = 0; count < 10; count++) {
          await one.put(`writers/w${index}/${count}`, Buffer.from(`${index} ${count}`));
        }
      }));
      assert.ok(Buffer.compare(await store.get('shared/object'), shared) === 0);
      for (const [index] of stores.entries()) {
        assert.equal((await store.list(`writers/w${index}/`)).objects.length, 10);
      }
      assert.deepEqual(await store.list(''), { objects: [], folders: ['shared', 'writers'] });
    });

    it('shows a reader nothing by halves while it is written', async () => {
      const writing = (async () => {
        for (let count = 0; count < 12; count++) {
          await store.put(`log/${count}`, Buffer.alloc(megabyte, count));
        }
        return true;
      })();
      const reader = place.open();
      const seen = new Set<string>();
      let isDone = false;
      while (!isDone) {
        isDone = await Promise.race([writing, new Promise<boolean>((resolve) => setTimeout(resolve, 5, false))]);
        for (const object of (await reader.list('log/')).objects) {
          assert.equal(object.size, megabyte, `${object.name} was seen unfinished`);
          seen.add(object.name);
        }
      }
      assert.equal(seen.size, 12);
    });

    it('does nothing once the signal has fired', async () => {
      await store.put('a/1', Buffer.from('x'));
      const signal = AbortSignal.abort();
      for (const attempt of [() => store.list('', signal), () => store.get('a/1', signal), () => store.put('a/2', Buffer.from('y'), { signal }), () => store.delete('a/1', signal), () => store.create(signal)]) {
        await assert.rejects(attempt, isCancellation);
      }
      assert.deepEqual((await store.list('a/')).objects.map((object) => object.name), ['1']);
    });

    it('leaves nothing of a transfer that was cancelled', async () => {
      const bytes = randomBytes(20 * megabyte);
      for (const milliseconds of [1, 4, 9]) {
        const controller = new AbortController();
        setTimeout(() => controller.abort(), milliseconds);
        // A fast store may be done before.
        await store.put(`large/${milliseconds}`, bytes, { signal: controller.signal }).catch((error: unknown) => assert.ok(isCancellation(error), inspect(error)));
      }
      for (const object of (await store.list('large/')).objects) {
        assert.equal(object.size, bytes.byteLength);
      }
      await store.put('large/again', bytes);
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 2);
      await store.get('large/again', controller.signal).then((read) => assert.equal(read.byteLength, bytes.byteLength), (error: unknown) => assert.ok(isCancellation(error), inspect(error)));
    });

    it('never takes a place that is not there for an empty one, and does not make it unasked', async () => {
      const elsewhere = place.elsewhere();
      for (let round = 0; round < 2; round++) {
        for (const attempt of [() => elsewhere.list(''), () => elsewhere.list('a/'), () => elsewhere.get('a/1'), () => elsewhere.put('a/1', Buffer.from('x')), () => elsewhere.delete('a/1')]) {
          await assert.rejects(attempt, coded('remote-unreachable'));
        }
      }
    });

    it('is described without a secret', () => {
      assert.notEqual(store.describe(), '');
      assertNoSecret(store.describe());
    });

    if (network) {
      it('says that it does not let somebody in, and not with what key they tried', async () => {
        await store.put('a/1', Buffer.from('x'));
        const intruder = networkOf(place).intruder();
        for (const attempt of [() => intruder.list(''), () => intruder.get('a/1'), () => intruder.put('a/2', Buffer.from('x')), () => intruder.delete('a/1'), () => intruder.create()]) {
          await assert.rejects(attempt, (error) => {
            assertNoSecret(inspect(error, { depth: 9 }));
            return coded('storage-denied')(error);
          });
        }
        assert.deepEqual((await store.list('a/')).objects.map((object) => object.name), ['1']);
      });

      describe('in bad weather', () => {
        let proxy: Proxy;

        beforeEach(async () => {
          ({ proxy } = networkOf(place));
          await store.put('a/1', Buffer.from('x'));
        });

        it('is unreachable, and not empty, when nobody answers at its address', async () => {
          await proxy.change('refused');
          for (const attempt of everything()) {
            await assert.rejects(attempt, coded('remote-unreachable'));
          }
          await proxy.change('fair');
          assert.deepEqual((await store.list('a/')).objects.map((object) => object.name), ['1']);
        });

        it('says that trying again can help when a connection is cut in the middle of an object', async () => {
          const bytes = randomBytes(4 * megabyte);
          await proxy.change({ cutAfter: megabyte });
          await assert.rejects(store.put('a/2', bytes), coded('storage-transient'));
          await proxy.change('fair');
          assert.deepEqual((await store.list('a/')).objects.map((object) => object.name), ['1']);
          await store.put('a/2', bytes);
          await proxy.change({ cutAfter: megabyte });
          await assert.rejects(store.get('a/2'), coded('storage-transient'));
          await proxy.change('fair');
          assert.ok(Buffer.compare(await store.get('a/2'), bytes) === 0);
        });

        for (const status of [429, 503]) {
          it(`passes on how long to wait when it is told so by a ${status}`, async () => {
            await proxy.change({ answer: `HTTP/1.1 ${status} Later\r\nRetry-After: 7\r\nContent-Length: 0\r\nConnection: close\r\n\r\n` });
            for (const attempt of everything()) {
              await assert.rejects(attempt, (error) => ConvoSyncError.is(error, 'storage-transient') && (!isOnNetwork || error.details['retryAfter'] === 7));
            }
          });
        }

        it('understands a date to wait until, and the answers that have none', async () => {
          await proxy.change({ answer: `HTTP/1.1 503 Later\r\nDate: Tue, 03 Mar 2026 09:00:00 GMT\r\nRetry-After: Tue, 03 Mar 2026 09:02:00 GMT\r\nContent-Length: 0\r\nConnection: close\r\n\r\n` });
          await assert.rejects(store.get('a/1'), (error) => ConvoSyncError.is(error, 'storage-transient') && (!isOnNetwork || error.details['retryAfter'] === 120));
          for (const [status, code] of [[500, 'storage-transient'], [502, 'storage-transient'], [507, 'storage-quota'], [403, 'storage-denied'], ...(isOnNetwork ? ([[302, 'storage-permanent'], [418, 'storage-permanent']] as const) : [])] as const) {
            await proxy.change({ answer: `HTTP/1.1 ${status} Sorry\r\nContent-Length: 0\r\nConnection: close\r\n\r\n` });
            for (const attempt of everything()) {
              await assert.rejects(attempt, coded(code));
            }
          }
        });

        it('says so when a server takes the call and never answers', async () => {
          await proxy.change('silent');
          for (const attempt of everything()) {
            await assert.rejects(attempt, coded('storage-transient'));
          }
        });

        it('can be cancelled while it waits for an answer', async () => {
          await proxy.change('silent');
          const controller = new AbortController();
          setTimeout(() => controller.abort(), 20);
          await assert.rejects(store.get('a/1', controller.signal), isCancellation);
        });

        const everything = (): (() => Promise<unknown>)[] => [() => store.list(''), () => store.get('a/1'), () => store.put('a/3', Buffer.from('x')), () => store.delete('a/1')];
      });
    }

    function assertNoSecret(said: string): void {
      for (const secret of place.secrets) {
        assert.ok(!said.includes(secret), said);
      }
    }
  });
}

export function coded(code: ErrorCode): (error: unknown) => true {
  return (error) => {
    assert.ok(ConvoSyncError.is(error, code), inspect(error, { depth: 5 }));
    return true;
  };
}

function networkOf({ network }: Place): NonNullable<Place['network']> {
  return network ?? assert.fail('the place has no network');
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
