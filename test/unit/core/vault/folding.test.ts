import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { chunkSize, foldFrom, fullSize, maxLoose } from '../../../../src/core/vault/folding.ts';

/** The chunks after a save, and bytes that it encodes. */
function saved(sizes: readonly number[], added: number): { sizes: number[]; encoded: number } {
  const from = foldFrom(sizes, added);
  const encoded = sizes.slice(from).reduce((sum, size) => sum + size, added);
  const chunks = sizes.slice(0, from);
  for (let left = encoded; left > 0; left -= chunkSize) {
    chunks.push(Math.min(left, chunkSize));
  }
  return { sizes: chunks, encoded };
}

describe('folding', () => {
  const growth = fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 1, max: 50_000 }) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 3 * chunkSize }) });

  it('leaves few chunks, however a file has grown, and never touches a full one', () => {
    fc.assert(fc.property(fc.array(growth, { maxLength: 300 }), (growths) => {
      let sizes: number[] = [];
      let total = 0;
      for (const added of growths) {
        const full = sizes.slice(0, sizes.findLastIndex((size) => size >= fullSize) + 1);
        ({ sizes } = saved(sizes, added));
        total += added;
        assert.deepEqual(sizes.slice(0, full.length), full);
        assert.equal(sizes.reduce((sum, size) => sum + size, 0), total);
        assert.ok(sizes.length <= 2 * Math.ceil(total / fullSize) + maxLoose, `${sizes.length} chunks of ${total} bytes`);
      }
    }));
  });

  for (const [saves, limit] of [[20, 1.6], [200, 2.9], [1000, 3.7]] as const) {
    it(`sends the text of ${saves} saves alike at most ${limit} times in all`, () => {
      let sizes: number[] = [];
      let sent = 0;
      for (let save = 0; save < saves; save++) {
        const after = saved(sizes, 900);
        sizes = after.sizes;
        sent += after.encoded;
      }
      assert.ok(sent <= limit * saves * 900, `${(sent / saves / 900).toFixed(2)} times`);
    });
  }
});
