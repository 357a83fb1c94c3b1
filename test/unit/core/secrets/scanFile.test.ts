import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import * as fc from 'fast-check';
import { valuesIn } from '../../../../src/core/secrets/excludedValues.ts';
import { type KnownValue, scanFile } from '../../../../src/core/secrets/scanFile.ts';
import { temporaryFolderPerTest } from '../../../support/temporaryFolder.ts';

/** Put together here, so that no scanner of this repository takes one for real. */
const made = (...parts: string[]): string => parts.join('');

const token = made('ghp_', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8');
const key = ['-----BEGIN RSA PRIVATE KEY-----', ...Array.from({ length: 12 }, () => 'MIIEowIBAAKCAQEA0Z3VS5JJcds3xfn/ygWyF8PbnGy0AHB7MhgHcTz6sE2I2yPB'), '-----END RSA PRIVATE KEY-----'].join('\n');

describe('secrets of a transcript', () => {
  const folder = temporaryFolderPerTest();

  async function scan(content: string | Uint8Array, { from = 0, known = [], isJson = true }: { from?: number; known?: KnownValue[]; isJson?: boolean } = {}): ReturnType<typeof scanFile> {
    const absolute = path.join(folder.path, 'transcript.jsonl');
    writeFileSync(absolute, content);
    return scanFile({ absolute, size: Buffer.byteLength(content), isJson }, from, known);
  }

  /** The lines as JSON once more, with all that was found replaced. */
  function redacted(content: string, found: Awaited<ReturnType<typeof scanFile>>): unknown[] {
    let bytes = Buffer.from(content);
    for (const { from, length } of found.toReversed()) {
      bytes = Buffer.concat([bytes.subarray(0, from), Buffer.from('…'), bytes.subarray(from + length)]);
    }
    return bytes.toString('utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line) as unknown);
  }

  it('are found behind escapes, in strings within strings, with their lines and exact places', async () => {
    const content = [{ a: `first\n${token}\n` }, { b: JSON.stringify({ c: `é🍕\t"${token}"` }) }, { c: `\n${key}\nend` }].map((each) => `${JSON.stringify(each)}\n`).join('');
    const found = await scan(content);
    assert.deepEqual(found.map(({ kind, line }) => [kind, line]), [['github', 1], ['github', 2], ['privatekey', 3]]);
    for (const { from, length, text } of found) {
      assert.equal(Buffer.from(content).toString('latin1', from, from + length), text);
    }
    assert.deepEqual(redacted(content, found), [{ a: 'first\n…\n' }, { b: JSON.stringify({ c: 'é🍕\t"…"' }) }, { c: '\n…\nend' }]);
  });

  it('are looked for from a byte on, and counted in lines of the whole file', async () => {
    const first = `${JSON.stringify(token)}\n`;
    const found = await scan(first + first, { from: first.length });
    assert.deepEqual(found.map(({ from, line }) => [from, line]), [[first.length + 1, 2]]);
  });

  it('never take more than the string in which they begin: what is left is JSON', async () => {
    const torn = [{ a: '-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA0Z3VS5JJcds3xfn', b: `and later ${key}` }];
    const content = torn.map((each) => `${JSON.stringify(each)}\n`).join('');
    assert.equal(redacted(content, await scan(content)).length, 1);
  });

  it('leave JSON that can be read, whatever stands around them', async () => {
    const word = fc.oneof(fc.constantFrom(token, key, 'password: "Tr0ub4dor&3-x9Zq', '\\', '"', '\n', '\u0007', 'hunter2hunter2'), fc.string({ unit: 'binary' }));
    await fc.assert(fc.asyncProperty(fc.array(fc.array(word, { maxLength: 6 }), { maxLength: 4 }), async (lines) => {
      const content = lines.map((words) => `${JSON.stringify({ text: words.join(''), nested: JSON.stringify(words) })}\n`).join('');
      const found = await scan(content, { known: [{ value: 'hunter2hunter2', file: '.env' }] });
      assert.equal(redacted(content, found).length, lines.length);
      assert.ok(found.every(({ line }) => line <= lines.length));
    }), { numRuns: 60 });
  });

  it('are the values of files that stay here, too', async () => {
    const found = await scan(`{"text":"it says hunter2hunter2"}\n`, { known: [{ value: 'hunter2hunter2', file: 'config/.env' }] });
    assert.deepEqual(found.map(({ kind, text }) => [kind, text]), [['file:config/.env', 'hunter2hunter2']]);
  });

  it('are found over several lines of what is no JSON, and in bytes of no encoding', async () => {
    assert.deepEqual((await scan(`x\n${key}\n`, { isJson: false })).map(({ kind, text }) => [kind, text]), [['privatekey', key]]);
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe, 0]), Buffer.from(`{"a":"${token}"}\n`)]);
    assert.deepEqual((await scan(bytes)).map(({ from }) => from), [9]);
    assert.ok(readFileSync(path.join(folder.path, 'transcript.jsonl')).equals(bytes));
  });
});

describe('values of files that stay here', () => {
  it('are those that no ordinary word would be', () => {
    const text = 'API_KEY="abc12345xyz"\nPORT=3000\nNODE_ENV=production\nURL=https://example.org/\nexport TOKEN=s3cr3tvalue # for the shop\nID=a8F3k2L9m4Q7w1x5\nNAME=ada lovelace\nPASSWORD=${OTHER_PASSWORD}\n';
    assert.deepEqual(valuesIn(text), ['abc12345xyz', 's3cr3tvalue', 'a8F3k2L9m4Q7w1x5']);
  });

  it('come from JSON and from keys as well', () => {
    assert.deepEqual(valuesIn('{"private_key_id": "0a9f8b7c", "type": "service_account"}'), ['0a9f8b7c']);
    const line = 'MIIEowIBAAKCAQEA0Z3VS5JJcds3xfn/ygWyF8PbnGy0AHB7MhgHcTz6sE2I2yPB';
    assert.deepEqual(valuesIn(`-----BEGIN KEY-----\n${line}\n-----END KEY-----\n`), [line]);
  });
});
