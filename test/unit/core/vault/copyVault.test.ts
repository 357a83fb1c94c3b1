import assert from 'node:assert/strict';
import { ConvoSyncError } from '../../../../src/core/common/errors.ts';
import { keys } from '../../../../src/core/storage/backend.ts';
import { copyVault } from '../../../../src/core/vault/copyVault.ts';
import { openSlot } from '../../../../src/core/vault/keySlots.ts';
import { MemoryBackend, MemoryStore } from '../../../support/memoryBackend.ts';

const writer = 'aaaaaaaa';
const record = (seq: number, hex = 'a'): string => `${String(seq).padStart(8, '0')}-${hex.repeat(32)}`;
const records = (first: number, last: number): string[] => Array.from({ length: last - first + 1 }, (_, index) => record(first + index));
const pack = `00000001-00000064-${'b'.repeat(32)}`;

describe('a vault that is copied to where a copy of before lies', () => {
  const place = (...log: string[]): MemoryStore => {
    const store = new MemoryStore({ tells: true });
    for (const key of [keys.vault, openSlot, keys.chunk(writer, 'ab12'), ...log.map((name) => keys.record(writer, name))]) {
      store.put(key, Buffer.from(key));
    }
    return store;
  };

  const copy = async (source: MemoryStore, target: MemoryStore): Promise<string[]> => {
    const [from, to] = [new MemoryBackend(source), new MemoryBackend(target)];
    await from.refresh();
    await copyVault(from, to, { onCopied: () => undefined });
    await to.refresh();
    return (await to.list(keys.log(writer))).map((key) => key.slice(keys.log(writer).length));
  };

  for (const [what, source, target] of [
    ['packed there alone', records(1, 140), [pack, ...records(65, 130)]],
    ['packed there alone, and not tidied', records(1, 140), [...records(1, 130), pack]],
    ['packed here alone', [pack, ...records(65, 140)], records(1, 130)],
    ['packed in both', [pack, ...records(65, 140)], [pack, ...records(65, 130)]],
  ] as const) {
    it(`brings what is new of a log that is ${what}, once`, async () => {
      const [here, there] = [place(...source), place(...target)];
      const log = await copy(here, there);
      assert.deepEqual(log, [...target, ...records(131, 140)].sort());
      assert.deepEqual(await copy(here, there), log);
    });
  }

  it('leaves a log that went on there as it is, packed there alone too', async () => {
    const there = [pack, ...records(65, 150)];
    assert.deepEqual(await copy(place(...records(1, 140)), place(...there)), there.sort());
  });

  it('is refused where each holds what the other does not, and nothing changes there', async () => {
    const there = place(pack, ...records(65, 130), record(131, 'c'));
    const before = [...there.objects.keys()];
    await assert.rejects(copy(place(...records(1, 140)), there), (error) => ConvoSyncError.is(error, 'storage-conflict'));
    assert.deepEqual([...there.objects.keys()], before);
  });
});
