import assert from 'node:assert/strict';

import fc from 'fast-check';

import { JsonLinesReader, linesOf } from '../../../../src/core/agents/jsonLines.ts';
import { findObjects } from '../../../../src/core/agents/jsonValues.ts';
import { ConvoSyncError } from '../../../../src/core/common/errors.ts';
import type { TranscriptIssue } from '../../../../src/core/session/message.ts';

interface Case {
  name: string;
  text: string | Uint8Array;
  records: string[];
  issues?: TranscriptIssue[];
}

describe('JSON lines', () => {
  const a = '{"id":"a"}';
  const b = '{"id":"b","text":"{\\"}{"}';

  const cases: Case[] = [
    { name: 'an empty file', text: '', records: [] },
    { name: 'blank lines', text: `\n${a}\n  \r\n${b}\n\n`, records: ['a', 'b'] },
    { name: 'CRLF', text: `${a}\r\n${b}\r\n`, records: ['a', 'b'] },
    { name: 'no final newline', text: `${a}\n${b}`, records: ['a', 'b'] },
    { name: 'a byte order mark', text: `\uFEFF${a}\n${b}\n`, records: ['a', 'b'] },
    { name: 'a lone surrogate', text: '{"id":"\\ud800"}\n', records: ['\ud800'] },
    { name: 'two records on one line', text: `${a}${b}\n${a}\n`, records: ['a', 'b', 'a'], issues: [{ kind: 'glued-lines', line: 1 }] },
    { name: 'a torn record with the next one on its line', text: `{"id":"x","text":"half of${a}\n${b}\n`, records: ['a', 'b'], issues: [{ kind: 'bad-line', line: 1 }] },
    { name: 'a record before garbage', text: `${a} garbage\n`, records: ['a'], issues: [{ kind: 'bad-line', line: 1 }] },
    { name: 'a record after NULs', text: `\u0000\u0000${a}\n`, records: ['a'], issues: [{ kind: 'bad-line', line: 1 }] },
    { name: 'a line of NULs', text: `${a}\n\u0000\u0000\n${b}\n`, records: ['a', 'b'], issues: [{ kind: 'bad-line', line: 2 }] },
    { name: 'a torn last line', text: `${a}\n{"id":"b`, records: ['a'], issues: [{ kind: 'truncated-tail', line: 2 }] },
    { name: 'a torn last line that ends like a record', text: `${a}\n{"inner":{"id":"x"}`, records: ['a'], issues: [{ kind: 'truncated-tail', line: 2 }] },
    { name: 'a fragment in the midst of a torn line', text: `{"x":[{"id":"x"},"y\n${a}\n`, records: ['a'], issues: [{ kind: 'bad-line', line: 1 }] },
    { name: 'invalid UTF-8 inside a record', text: Buffer.concat([Buffer.from('{"id":"'), Buffer.from([0xff]), Buffer.from(`"}\n${a}\n`)]), records: ['\ufffd', 'a'], issues: [{ kind: 'invalid-utf8', line: 1 }] },
    { name: 'an unknown record', text: `{"other":1}\n${a}\n`, records: ['a'], issues: [{ kind: 'unknown-record', line: 1 }] },
    { name: 'values that are no objects', text: `null\n1\n[{"id":"x"}]\n"x"\n${a}\n`, records: ['a'], issues: [1, 2, 3, 4].map((line) => ({ kind: 'bad-line', line })) },
    { name: 'one pretty-printed document', text: '{\n  "id": "a",\n  "text": "x"\n}\n', records: ['a'], issues: [{ kind: 'not-line-delimited' }] },
    { name: 'a pretty-printed list', text: '[\n  {\n    "id": "a"\n  },\n  {\n    "id": "b",\n    "in": [\n      { "other": 1 }\n    ]\n  }\n]\n', records: ['a', 'b'], issues: [{ kind: 'not-line-delimited' }] },
    { name: 'a file of another kind', text: 'hello\n{ world\n', records: [], issues: [{ kind: 'bad-line', line: 1 }, { kind: 'bad-line', line: 2 }] },
  ];
  for (const { name, text, records, issues = [] } of cases) {
    it(`survive ${name}`, async () => {
      assert.deepEqual(await read(Buffer.from(text)), { records, issues });
    });
  }

  it('survive a record of several megabytes that comes in small pieces', async () => {
    const text = 'x'.repeat(2_000_000);
    const bytes = Buffer.from(`${a}\n${JSON.stringify({ id: 'big', text })}\n${b}\n`);
    async function* pieces(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < bytes.length; at += 65_536) {
        yield bytes.subarray(at, at + 65_536);
      }
    }
    assert.deepEqual(await read(pieces()), { records: ['a', 'big', 'b'], issues: [] });
  });

  it('survive a record that is nested a hundred thousand times', async () => {
    const deep = `{"id":"deep","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    assert.deepEqual(await read(Buffer.from(`${deep}\n${a}${deep}\n`)), { records: ['deep', 'a', 'deep'], issues: [{ kind: 'glued-lines', line: 2 }] });
  });

  it('stay quick on a line made to be slow', async () => {
    const hostile = ['{', '{"', '{"a":', '{}', '[', '{"\\'].map((unit) => unit.repeat(20_000));
    for (const line of hostile) {
      const { records } = await read(Buffer.from(`${line}\n${a}\n`));
      assert.deepEqual(records, ['a']);
    }
  });

  it('never hide a good record behind garbage lines', async () => {
    const garbage = fc.string({ unit: fc.constantFrom('a', '}', '"', ' ', '\u0000', '\ufeff', '\r', '🍕') }).filter((text) => !/[\n{]/.test(text) && text.trim() !== '' && Number.isNaN(Number(text)));
    const lines = fc.array(fc.oneof(fc.record({ id: fc.string() }), garbage));
    await fc.assert(fc.asyncProperty(lines, async (mixed) => {
      const text = mixed.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
      const { records, issues } = await read(Buffer.from(text));
      assert.deepEqual(records, mixed.flatMap((line) => (typeof line === 'string' ? [] : [line.id])));
      assert.deepEqual(issues.filter(({ kind }) => kind === 'bad-line').map(({ line }) => line), mixed.flatMap((line, i) => (typeof line === 'string' ? [i + 1] : [])));
    }));
  });

  it('find glued records of any content', () => {
    fc.assert(fc.property(fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })), { maxLength: 4 }), (values) => {
      const parsed = values.map((value) => JSON.parse(JSON.stringify(value)) as object);
      const { objects, garbage } = findObjects(parsed.map((value) => JSON.stringify(value)).join(''));
      assert.deepEqual(objects.map(({ value }) => value), parsed);
      assert.equal(garbage, false);
    }), { numRuns: 50 });
  });

  it('stop when they are cancelled', async () => {
    await assert.rejects(linesOf(Buffer.from(a), AbortSignal.abort()).next(), (error) => ConvoSyncError.is(error, 'cancelled'));
  });

  async function read(source: Uint8Array | AsyncIterable<Uint8Array>): Promise<{ records: string[]; issues: TranscriptIssue[] }> {
    const records: string[] = [];
    const reader = new JsonLinesReader((value) => {
      const known = 'id' in value;
      if (known) {
        records.push(String(value.id));
      }
      return known;
    });
    for await (const line of linesOf(source)) {
      reader.read(line);
    }
    return { records, issues: reader.finish() };
  }
});
