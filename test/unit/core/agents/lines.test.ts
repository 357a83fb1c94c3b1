import assert from 'node:assert/strict';

import fc from 'fast-check';

import type { Line } from '../../../../src/core/agents/lines.ts';
import { LineSplitter } from '../../../../src/core/agents/lines.ts';

describe('lines', () => {
  const bytes = fc.array(fc.oneof(fc.constant(0x0a), fc.constant(0x0d), fc.nat(255)), { maxLength: 60 }).map((values) => Uint8Array.from(values));

  it('are the file again when joined, each at its place, however the file came in pieces', () => {
    fc.assert(fc.property(fc.array(bytes), (pieces) => {
      const lines = split(pieces);
      assert.deepEqual(Buffer.concat(lines.map((line) => line.bytes!)), Buffer.concat(pieces));
      let offset = 0;
      for (const [i, line] of lines.entries()) {
        assert.deepEqual({ number: line.number, offset: line.offset, size: line.size }, { number: i + 1, offset, size: line.bytes!.length });
        assert.equal(line.ended, line.bytes!.at(-1) === 0x0a);
        assert.equal(line.bytes!.subarray(0, -1).includes(0x0a), false);
        offset += line.size;
      }
    }));
  });

  it('keep a carriage return and count a last line without an end', () => {
    assert.deepEqual(split([Buffer.from('a\r\n\nb')]).map((line) => [Buffer.from(line.bytes!).toString(), line.ended]), [['a\r\n', true], ['\n', true], ['b', false]]);
  });

  it('let go the bytes of a line over the limit, and go on with the next at its right place', () => {
    const lines = split([Buffer.from('ab'), Buffer.from('cdef'), Buffer.from('g\nhi\n')], 4);
    assert.deepEqual(lines.map((line) => [line.offset, line.size, line.bytes && Buffer.from(line.bytes).toString()]), [[0, 8, undefined], [8, 3, 'hi\n']]);
  });

  function split(pieces: readonly Uint8Array[], limit?: number): Line[] {
    const splitter = new LineSplitter(limit);
    return [...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.end()];
  }
});
