import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { ConvoSyncError } from '../../../../src/core/common/errors.ts';
import { decodeObject, encodeObject, leansOn } from '../../../../src/core/vault/object.ts';

const key = [Buffer.alloc(32, 7)] as const;
const hasCode = (...codes: Parameters<typeof ConvoSyncError.is>[1][]) => (error: unknown) => ConvoSyncError.is(error, ...codes);

describe('an object of the vault', () => {
  it('gives back exactly the bytes that went in, with and without a dictionary', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), fc.uint8Array({ minLength: 1, maxLength: 3000 }), async (plaintext, before) => {
      const alone = await encodeObject(plaintext, key);
      assert.deepEqual(new Uint8Array(await decodeObject(alone.name, alone.bytes, key)), plaintext);
      const leaning = await encodeObject(plaintext, key, { text: before });
      assert.deepEqual(new Uint8Array(await decodeObject(leaning.name, leaning.bytes, key, before)), plaintext);
    }), { numRuns: 50 });
  });

  it('costs next to nothing when the text right before it says the same', async () => {
    const before = randomBytes(50_000);
    const repeated = await encodeObject(before, key, { text: before });
    assert.ok(repeated.bytes.byteLength < 500, `${repeated.bytes.byteLength} bytes`);
  });

  it('has another name under another key, other content or another dictionary', async () => {
    const one = await encodeObject(Buffer.from('one'), key);
    const names = [
      one.name,
      (await encodeObject(Buffer.from('one'), [Buffer.alloc(32, 8)])).name,
      (await encodeObject(Buffer.from('two'), key)).name,
      (await encodeObject(Buffer.from('one'), key, { text: Buffer.from('one') })).name,
    ];
    assert.equal(new Set(names).size, names.length);
  });

  it('has another name in every epoch, so that the key of one tells nothing of the names of another', async () => {
    const [first, later] = [await encodeObject(Buffer.from('one'), key), await encodeObject(Buffer.from('one'), [key[0], Buffer.alloc(32, 8)])];
    assert.notEqual(first.name, later.name);
    for (const { name, bytes } of [first, later]) {
      assert.equal((await decodeObject(name, bytes, [key[0], Buffer.alloc(32, 8), Buffer.alloc(32, 9)])).toString(), 'one');
    }
    await assert.rejects(decodeObject(later.name, later.bytes, key), hasCode('vault-damaged'));
    await assert.rejects(decodeObject(later.name, later.bytes, [key[0], Buffer.alloc(32, 9)]), hasCode('vault-damaged'));
  });

  it('is refused as damaged wherever one byte of it is changed', async () => {
    const object = await encodeObject(Buffer.from('My favorite pizza is Margherita. '.repeat(20)), key);
    for (let at = 0; at < object.bytes.byteLength; at++) {
      const bytes = Buffer.from(object.bytes);
      bytes[at] = (bytes[at] ?? 0) ^ 0x41;
      // Header fields that decoding does not need may change without harm; what comes out is never something else.
      try {
        assert.equal((await decodeObject(object.name, bytes, key)).toString(), 'My favorite pizza is Margherita. '.repeat(20), `byte ${at}`);
      } catch (error) {
        assert.ok(ConvoSyncError.is(error, 'vault-damaged', 'vault-newer-format'), `byte ${at}: ${String(error)}`);
      }
    }
  });

  it('is refused when it is cut short, swapped for another, or read with another key', async () => {
    const one = await encodeObject(Buffer.from('one'), key);
    const two = await encodeObject(Buffer.from('two'), key);
    for (let length = 0; length < one.bytes.byteLength; length++) {
      await assert.rejects(decodeObject(one.name, one.bytes.subarray(0, length), key), hasCode('vault-damaged'));
    }
    await assert.rejects(decodeObject(one.name, two.bytes, key), hasCode('vault-damaged'));
    await assert.rejects(decodeObject(one.name, one.bytes, [Buffer.alloc(32, 8)]), hasCode('vault-damaged'));
  });

  it('is refused when the text before it is missing or another', async () => {
    const before = Buffer.from('the text before');
    const object = await encodeObject(Buffer.from('the text before it, and more'), key, { text: before });
    await assert.rejects(decodeObject(object.name, object.bytes, key), hasCode('vault-damaged'));
    await assert.rejects(decodeObject(object.name, object.bytes, key, Buffer.from('another text be')), hasCode('vault-damaged'));
  });

  it('says on which other object it leans, and nothing where that is the text before it', async () => {
    const place = { name: 'ab'.repeat(32), writer: '0123456789' };
    const text = Buffer.from('{"v":1}');
    const one = await encodeObject(Buffer.from('{"v":1,"w":2}'), key, { text, on: place });
    assert.deepEqual(leansOn(one.name, one.bytes), place);
    assert.equal((await decodeObject(one.name, one.bytes, key, text)).toString(), '{"v":1,"w":2}');
    const two = await encodeObject(Buffer.from('{"v":1,"w":2}'), key, { text });
    assert.equal(leansOn(two.name, two.bytes), undefined);
  });

  it('of a newer format is told from a damaged one', async () => {
    const object = await encodeObject(Buffer.from('one'), key);
    const newer = Buffer.from(object.bytes);
    newer.write('CSO2', 0, 'latin1');
    await assert.rejects(decodeObject(object.name, newer, key), hasCode('vault-newer-format'));
  });
});
