import assert from 'node:assert/strict';

import fc from 'fast-check';

import { fieldExtent } from '../../../../src/core/agents/jsonFields.ts';

describe('the place of a field in a JSON text', () => {
  it('is where its value stands, whatever else the object holds', () => {
    fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), fc.constantFrom(undefined, 1, '\t'), (other, value, indent) => {
      const text = JSON.stringify({ ...other, outer: { before: other, inner: value, after: [value] } }, null, indent);
      const extent = fieldExtent(text, ['outer', 'inner']);
      const margin = typeof indent === 'number' ? ' '.repeat(2 * indent) : (indent ?? '').repeat(2);
      assert.ok(extent);
      assert.equal(text.slice(extent.start, extent.end), JSON.stringify(value, null, indent).replaceAll('\n', `\n${margin}`));
    }));
  });

  it('is that of the last one where a name is there twice, as JSON.parse takes it', () => {
    const text = '{"a":1, "\\u0061" : "two" }';
    const extent = fieldExtent(text, ['a']);
    assert.equal(extent && text.slice(extent.start, extent.end), '"two"');
  });

  it('is nowhere where the field is not, or something else than an object leads to it', () => {
    for (const text of ['{}', '{"b":{"a":1}}', '{"c":["a"]}', '{"c":"\\"a\\":1"}']) {
      assert.equal(fieldExtent(text, ['a']), undefined);
      assert.equal(fieldExtent(text, ['c', 'a']), undefined);
    }
  });
});
