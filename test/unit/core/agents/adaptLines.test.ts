import assert from 'node:assert/strict';

import fc from 'fast-check';

import { adaptDocument, adaptLines, type LineRules } from '../../../../src/core/agents/adaptLines.ts';
import { adapted } from '../../../../src/core/session/adaptation.ts';

const rules: LineRules = {
  wanted: () => [{ field: ['id'], value: 'new' }, { field: ['set', 'id'], value: 'new' }],
  isRecord: (value) => 'id' in value,
};

describe('adapting a transcript line by line', () => {
  it('changes the wanted fields alone, and no byte beside them', async () => {
    assert.equal(
      await here('{ "id" : "é", "said":"{\\"id\\":\\"é\\"}" }\r\nnoise\n{"set":{"x":1,"id":"é"}}\n{"id":"new"}\n', rules),
      '{ "id" : "new", "said":"{\\"id\\":\\"é\\"}" }\r\nnoise\n{"set":{"x":1,"id":"new"}}\n{"id":"new"}\n',
    );
  });

  it('gives a record that follows a torn one, or a whole one, a line of its own', async () => {
    assert.equal(await here('{"id":"a"}{"id":"b"}\n{"id":"c","said":"\u{1f355}{"id":"d"}\n', rules), '{"id":"new"}\n{"id":"new"}\n{"id":"c","said":"\u{1f355}\n{"id":"new"}\n');
  });

  it('finds the place also after a character that was torn', async () => {
    const torn = Buffer.concat([Buffer.from('{"id":"a","said":"'), Buffer.from('\u{1f355}').subarray(0, 2), Buffer.from('{"id":"b"}\n')]);
    const expected = Buffer.concat([torn.subarray(0, -11), Buffer.from('\n{"id":"new"}\n')]);
    assert.deepEqual(await hereBytes(torn, rules), expected);
  });

  it('ends a last line that has no end, whole or torn, where a record needs a line of its own', async () => {
    assert.equal(await here('{"id":"new"}', rules), '{"id":"new"}\n');
    assert.equal(await here('{"id":"new"}\n{"id":"n', rules), '{"id":"new"}\n{"id":"n\n');
    assert.equal(await here('{"id":"new"}', { wanted: rules.wanted }), '{"id":"new"}');
    assert.equal(await here('', rules), '');
  });

  it('changes a document that goes over many lines', async () => {
    assert.equal(await documentHere('{\n  "id": "a",\n  "said": ["id"]\n}\n'), '{\n  "id": "new",\n  "said": ["id"]\n}\n');
    assert.equal(await documentHere('{\n  "id": "a",'), '{\n  "id": "a",');
  });

  it('comes to adaptations in the order of the file that apply to whatever was stored', async () => {
    const piece = fc.oneof(fc.constantFrom('{"id":"a"}', '{"set":{"id":"b"}}', '\n', '{"id":', '"', '{}'), fc.string());
    await fc.assert(fc.asyncProperty(fc.array(piece), async (pieces) => {
      const stored = Buffer.from(pieces.join(''));
      const adaptations = await adaptLines(once(stored), rules);
      let end = 0;
      for (const { from, stored: text } of adaptations) {
        assert.ok(from >= end);
        end = from + Buffer.byteLength(text);
        assert.equal(stored.subarray(from, end).toString('utf8'), text);
      }
      assert.ok(end <= stored.length);
    }));
  });
});

async function here(stored: string, by: LineRules): Promise<string> {
  return (await hereBytes(Buffer.from(stored), by)).toString('utf8');
}

async function hereBytes(stored: Buffer, by: LineRules): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(adapted(once(stored), await adaptLines(once(stored), by))));
}

async function documentHere(stored: string): Promise<string> {
  const bytes = Buffer.from(stored);
  return Buffer.concat(await Array.fromAsync(adapted(once(bytes), await adaptDocument(once(bytes), rules)))).toString('utf8');
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
