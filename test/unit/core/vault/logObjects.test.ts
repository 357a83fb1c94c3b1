import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { ConvoSyncError } from '../../../../src/core/common/errors.ts';
import { keys } from '../../../../src/core/storage/backend.ts';
import { readLogs } from '../../../../src/core/vault/log.ts';
import { isPack, lackedBy, logObject, type LogObject, objectsBeyond, pack, packsDue, reaches, superseded, unpack } from '../../../../src/core/vault/logObjects.ts';
import { sealWith } from '../../../../src/core/vault/seal.ts';
import { packsToSend, readStoredLogs, supersededKeys } from '../../../../src/core/vault/storedLogs.ts';
import { MemoryBackend, MemoryStore } from '../../../support/memoryBackend.ts';
import { SignedLog, vault } from '../../../support/signedLog.ts';

const seal = sealWith([]);
const reading = { seal, known: new Map(), ends: new Map() };
const single = (seq: number): LogObject => ({ name: `${String(seq).padStart(8, '0')}-${'a'.repeat(32)}`, first: seq, last: seq });
const packOf = (parts: LogObject[]): LogObject => {
  const [first = 0, last = 0] = [parts[0]?.first, parts.at(-1)?.last];
  return { name: `${String(first).padStart(8, '0')}-${String(last).padStart(8, '0')}-${'b'.repeat(32)}`, first, last };
};

/** A log that grew by so many records, packed each time and tidied when told. */
function grown(steps: readonly { records: number; tidies: boolean }[]): LogObject[] {
  let objects: LogObject[] = [];
  let seq = 0;
  for (const { records, tidies } of steps) {
    for (let count = 0; count < records; count++) {
      objects.push(single(++seq));
    }
    objects.push(...packsDue(objects).map(packOf));
    if (tidies) {
      const gone = superseded(objects);
      objects = objects.filter((object) => !gone.includes(object));
    }
  }
  return objects;
}

const growth = fc.array(fc.record({ records: fc.integer({ min: 1, max: 700 }), tidies: fc.boolean() }), { minLength: 1, maxLength: 12 });

describe('the objects of a log', () => {
  it('hold every record once for whoever reads them, however the log grew and whatever was tidied', () => {
    fc.assert(fc.property(growth, fc.nat(4_000), (steps, known) => {
      const objects = grown(steps);
      const end = steps.reduce((sum, { records }) => sum + records, 0);
      assert.ok(reaches(objects, end) && !reaches(objects, end + 1));
      const seqs = objectsBeyond(objects, 0).flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, index) => first + index));
      assert.deepEqual(seqs, Array.from({ length: end }, (_, index) => index + 1));
      const beyond = objectsBeyond(objects, known);
      assert.ok(known >= end ? beyond.length === 0 : (beyond[0]?.first ?? Infinity) <= known + 1 && beyond.at(-1)?.last === end);
    }), { numRuns: 60 });
  });

  it('are compared by records with those of another copy, however each is packed', () => {
    fc.assert(fc.property(growth, growth, (one, other) => {
      const [a, b] = [grown(one), grown(other)] as const;
      const [endOfA, endOfB] = [one, other].map((steps) => steps.reduce((sum, { records }) => sum + records, 0)) as [number, number];
      assert.equal(lackedBy(a, b).length > 0, endOfB > endOfA);
      const both = [...a, ...lackedBy(a, b)];
      assert.ok(reaches(both, Math.max(endOfA, endOfB)));
    }), { numRuns: 20 });
    const [log, fork] = [[1, 2, 3].map(single), [{ ...single(3), name: `00000003-${'c'.repeat(32)}` }]] as const;
    assert.deepEqual([lackedBy(log, fork), lackedBy([...log.slice(0, 2), ...fork], log)], [fork, [log[2]]]);
    const whole = Array.from({ length: 64 }, (_, index) => single(index + 1));
    assert.deepEqual(lackedBy([{ ...packOf(whole), name: `00000001-00000064-${'c'.repeat(32)}` }], [packOf(whole)]), [packOf(whole)]);
  });

  it('are few for ten thousand records, and the newest are single', () => {
    const objects = grown(Array.from({ length: 250 }, () => ({ records: 40, tidies: true })));
    assert.ok(objects.length < 64 * 2 + 16, String(objects.length));
    assert.ok(objects.slice(-64).every((object) => object.first > 10_000 - 128 || isPack(object)));
    assert.deepEqual(objectsBeyond(objects, 9_936).map(({ first }) => first), Array.from({ length: 64 }, (_, index) => 9_937 + index));
  });

  it('are never more than a few packs behind when nothing was tidied for long', () => {
    assert.deepEqual(packsDue(grown([{ records: 3_000, tidies: false }, { records: 1, tidies: true }])), []);
  });

  it('are told from anything else by their names', () => {
    for (const name of ['', 'x', '00000001', `00000002-00000001-${'a'.repeat(32)}`, `00000000-${'a'.repeat(32)}`, `00000001-${'a'.repeat(31)}`]) {
      assert.equal(logObject(name), undefined, name);
    }
    assert.deepEqual(logObject(packOf([single(1), single(64)]).name), packOf([single(1), single(64)]));
  });

  it('are missed where one is gone', () => {
    const objects = grown([{ records: 200, tidies: true }]);
    for (const gone of objects) {
      assert.ok(!reaches(objects.filter((object) => object !== gone), 200));
    }
  });
});

describe('a pack of records', () => {
  const log = new SignedLog('aaaaaaaa');
  for (let count = 0; count < 200; count++) {
    log.delete();
  }
  const some = new Map([...log.records].slice(0, 64));

  it('gives back every signed line', async () => {
    const { name, bytes } = await pack(some);
    assert.deepEqual([...(await unpack(logObject(name)!, bytes))].map(([record, lines]) => [record, Buffer.from(lines).toString()]), [...some].map(([record, lines]) => [record, Buffer.from(lines).toString()]));
    assert.ok(bytes.byteLength < [...some.values()].reduce((sum, { byteLength }) => sum + byteLength, 0) / 2);
  });

  it('is refused by name when any byte of it was changed, or its name', async () => {
    const { name, bytes } = await pack(some);
    for (let at = 0; at < bytes.byteLength; at += 13) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      // A bit of the frame's header may say nothing of the content.
      const result = await unpack(logObject(name)!, changed).catch((error: unknown) => error);
      assert.ok(result instanceof Map ? [...result.keys()].join() === [...some.keys()].join() : ConvoSyncError.is(result, 'vault-damaged') && result.details['object'] === name);
    }
    const other = { ...logObject(name)!, last: 63 };
    await assert.rejects(unpack(other, bytes), (error) => ConvoSyncError.is(error, 'vault-damaged'));
  });

  describe('at a store', () => {
    let store: MemoryStore;
    let backend: MemoryBackend;
    const put = (): void => log.records.forEach((bytes, name) => store.put(keys.record(log.writer, name), bytes));
    const packUp = async (): Promise<string[]> => {
      await backend.refresh();
      const { logs } = readLogs(vault.description, await readStoredLogs(backend, reading), {});
      const packs = await packsToSend(backend, seal, { writer: log.writer, records: logs.get(log.writer) ?? [], readable: 0 });
      packs.forEach(({ key, bytes }) => store.put(key, bytes));
      await backend.refresh();
      return packs.map(({ key }) => key);
    };
    const read = async (): Promise<{ names: string[]; problem: string | undefined }> => {
      await backend.refresh();
      const { logs, problems } = readLogs(vault.description, await readStoredLogs(backend, reading), {});
      return { names: logs.get(log.writer)?.map(({ name }) => name) ?? [], problem: problems.get(log.writer)?.code };
    };

    beforeEach(() => {
      store = new MemoryStore({ tells: true });
      backend = new MemoryBackend(store);
      put();
    });

    it('takes the place of its records, before and after these are taken away', async () => {
      assert.equal((await packUp()).length, 2);
      assert.deepEqual(await read(), { names: [...log.records.keys()], problem: undefined });
      const gone = await supersededKeys(backend, log.writer);
      assert.equal(gone.length, 128);
      gone.forEach((key) => store.delete(key));
      assert.deepEqual(await read(), { names: [...log.records.keys()], problem: undefined });
    });

    it('that comes while a reader is between listing and reading is read instead', async () => {
      const reader = new MemoryBackend(store);
      await reader.refresh();
      const plain = reader.get.bind(reader);
      let raced = false;
      reader.get = async (wanted, signal) => {
        if (!raced) {
          raced = true;
          for (const key of await packUp().then(() => supersededKeys(backend, log.writer))) {
            store.delete(key);
          }
          await reader.refresh();
        }
        return plain(wanted, signal);
      };
      const [stored] = await readStoredLogs(reader, reading);
      assert.deepEqual([...(stored?.records.keys() ?? [])], [...log.records.keys()]);
    });

    it('that is damaged leaves what is before it, and is named', async () => {
      const [, second = ''] = await packUp();
      (await supersededKeys(backend, log.writer)).forEach((key) => store.delete(key));
      store.put(second, Buffer.from('nothing of the kind'));
      assert.deepEqual(await read(), { names: [...log.records.keys()].slice(0, 64), problem: 'vault-damaged' });
    });

    it('does not hide a record that says to be one of those in it', async () => {
      await packUp();
      store.put(keys.record(log.writer, `00000007-${'c'.repeat(32)}`), Buffer.from('x'));
      assert.equal((await read()).problem, 'vault-damaged');
    });
  });
});

describe('the logs of a vault of which one is bad', () => {
  it('are all read but for what is wrong with that one', () => {
    const [good, bad] = [new SignedLog('aaaaaaaa'), new SignedLog('bbbbbbbb')];
    good.delete();
    [1, 2, 3].forEach(() => bad.delete());
    const [name = '', bytes = new Uint8Array()] = [...bad.records][2] ?? [];
    bad.records.set(name, Buffer.from(Buffer.from(bytes).toString().replace('abab', 'acac')));
    const { logs, problems } = readLogs(vault.description, [good, bad].map(({ writer, records }) => ({ writer, records, proven: [] })), {});
    assert.deepEqual([...logs].map(([writer, records]) => [writer, records.length]), [[good.writer, 2], [bad.writer, 2]]);
    assert.deepEqual([...problems].map(([writer, { code, details }]) => [writer, code, details['object']]), [[bad.writer, 'vault-damaged', name]]);
  });
});
