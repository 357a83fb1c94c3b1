import assert from 'node:assert/strict';
import * as path from 'node:path';
import { ConvoSyncError, type ErrorCode, throwIfCancelled } from '../../../../src/core/common/errors.ts';
import { silentLogger } from '../../../../src/core/common/logger.ts';
import { FolderStore } from '../../../../src/core/storage/folder/folderStore.ts';
import { RetryingStore } from '../../../../src/core/storage/retry.ts';
import { coded } from '../../../conformance/storeSuite.ts';
import { MeddledStore } from '../../../support/meddledStore.ts';
import { temporaryFolderPerTest } from '../../../support/temporaryFolder.ts';

describe('a store that tries again', () => {
  const folder = temporaryFolderPerTest();
  let meddled: MeddledStore;
  let store: RetryingStore;
  let pauses: number[];
  let random: number;

  beforeEach(async () => {
    pauses = [];
    random = 0.5;
    meddled = new MeddledStore(new FolderStore(path.join(folder.path, 'store')));
    await meddled.create();
    meddled.calls.length = 0;
    store = new RetryingStore(meddled, {
      pause: async (milliseconds, signal) => {
        throwIfCancelled(signal);
        pauses.push(milliseconds);
      },
      random: () => random,
      logger: silentLogger,
    });
  });

  const failing = (times: number, code: ErrorCode = 'storage-transient', details = {}): ((_: unknown, number: number) => void) => (_, number) => {
    if (number <= times) {
      throw new ConvoSyncError(code, 'The line went dead.', { details });
    }
  };

  it('succeeds where a later try does, and waits twice as long before each', async () => {
    meddled.before = failing(4);
    await store.put('a/1', Buffer.from('x'));
    assert.deepEqual(pauses, [500, 1_000, 2_000, 4_000]);
    assert.equal(String(await store.get('a/1')), 'x');
  });

  it('puts what had arrived though its answer was lost', async () => {
    meddled.after = failing(1);
    await store.put('a/1', Buffer.from('x'));
    assert.equal(String(await store.get('a/1')), 'x');
  });

  it('gives up after a few tries with what the store said last', async () => {
    meddled.before = failing(99);
    for (const attempt of [() => store.list(''), () => store.get('a/1'), () => store.delete('a/1'), () => store.create()]) {
      meddled.calls.length = 0;
      await assert.rejects(attempt, coded('storage-transient'));
      assert.equal(meddled.calls.length, 5);
    }
  });

  it('waits a little more or less than others do', async () => {
    meddled.before = failing(1);
    random = 0;
    await store.list('');
    meddled.calls.length = 0;
    random = 0.999;
    await store.list('');
    assert.deepEqual(pauses.map(Math.round), [250, 750]);
  });

  it('waits as long as the store asks for', async () => {
    meddled.before = failing(1, 'storage-transient', { retryAfter: 7 });
    await store.list('');
    assert.deepEqual(pauses, [7_500]);
  });

  it('passes on at once that the store wants to be left alone for long', async () => {
    meddled.before = failing(1, 'storage-transient', { retryAfter: 3_600 });
    await assert.rejects(store.list(''), (error) => ConvoSyncError.is(error, 'storage-transient') && error.details['retryAfter'] === 3_600);
    assert.deepEqual(pauses, []);
  });

  for (const code of ['remote-unreachable', 'storage-denied', 'storage-quota', 'storage-conflict', 'storage-permanent', 'object-missing', 'cancelled'] as const) {
    it(`does not try again what cannot be helped so: ${code}`, async () => {
      meddled.before = failing(1, code);
      await assert.rejects(store.get('a/1'), coded(code));
      assert.deepEqual([meddled.calls.length, pauses], [1, []]);
    });
  }

  it('writes nothing more once it was cancelled while it waited', async () => {
    const controller = new AbortController();
    meddled.before = (_, number) => {
      controller.abort();
      failing(1)(_, number);
    };
    await assert.rejects(store.put('a/1', Buffer.from('x'), { signal: controller.signal }), coded('cancelled'));
    assert.equal(meddled.calls.length, 1);
  });
});
