import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as fc from 'fast-check';
import { ConvoSyncError } from '../../../../src/core/common/errors.ts';
import { type Adaptation, adapted } from '../../../../src/core/session/adaptation.ts';
import type { StoredFile } from '../../../../src/core/session/session.ts';
import { captureFile, encodeAgain, type ObjectStore, readStoredFile } from '../../../../src/core/vault/fileStore.ts';
import { chunkSize, fullSize, maxLoose } from '../../../../src/core/vault/folding.ts';
import type { ObjectPlace } from '../../../../src/core/vault/object.ts';
import type { Extent } from '../../../../src/core/vault/storedForm.ts';

class MemoryStore implements ObjectStore {
  readonly objects = new Map<string, Uint8Array>();
  put(name: string, bytes: Uint8Array): Promise<void> {
    this.objects.set(name, bytes);
    return Promise.resolve();
  }
  get(places: readonly ObjectPlace[]): Promise<Map<string, Uint8Array>> {
    return Promise.resolve(new Map(places.map(({ name }) => [name, this.objects.get(name) ?? new Uint8Array()])));
  }
  get size(): number {
    return [...this.objects.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
  }
}

describe('a stored file', () => {
  const nameKeys = [Buffer.alloc(32, 1)] as const;
  let folder: string;
  let file: string;
  let store: MemoryStore;

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'convosync-files-'));
    file = path.join(folder, 'transcript.jsonl');
    store = new MemoryStore();
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const capture = (content: Uint8Array, base?: StoredFile, { writer = 'aaaaaaaa', redactions = [], ...source }: { writer?: string; redactions?: Extent[]; adaptations?: Adaptation[]; upTo?: number } = {}): Promise<StoredFile> => {
    writeFileSync(file, content);
    return captureFile({ absolute: file, size: content.byteLength, path: 'transcript.jsonl', redactions: () => Promise.resolve(redactions), ...source }, base, store, { writer, nameKeys });
  };
  const read = async (stored: StoredFile): Promise<Buffer> => Buffer.concat(await Array.fromAsync(readStoredFile(stored, store, nameKeys, [])));

  it('comes back byte for byte in every version after any history of appends, rewrites and cuts', async () => {
    const change = fc.oneof(
      { weight: 6, arbitrary: fc.record({ kind: fc.constant('append' as const), bytes: fc.uint8Array({ maxLength: 400 }) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('cut' as const), at: fc.nat(400) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('rewrite' as const), bytes: fc.uint8Array({ maxLength: 400 }) }) },
    );
    await fc.assert(fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 * maxLoose }), async (history) => {
      const versions: { content: Buffer; stored: StoredFile }[] = [];
      for (const step of history) {
        const { content = Buffer.alloc(0), stored } = versions.at(-1) ?? {};
        const next = step.kind === 'append' ? Buffer.concat([content, step.bytes]) : step.kind === 'cut' ? content.subarray(0, step.at) : Buffer.from(step.bytes);
        versions.push({ content: next, stored: await capture(next, stored) });
      }
      for (const { content, stored } of versions) {
        assert.ok(stored.chunks.length <= maxLoose);
        assert.deepEqual(await read(stored), content);
      }
    }), { numRuns: 40 });
  });

  it('stores only the tail of what was appended, under the writer that appended it', async () => {
    const beginning = randomBytes(200_000);
    const first = await capture(beginning);
    const before = store.size;
    const second = await capture(Buffer.concat([beginning, Buffer.from('one more line\n')]), first, { writer: 'bbbbbbbb' });
    assert.ok(store.size - before < 500, `${store.size - before} bytes more`);
    assert.deepEqual(second.chunks.map(({ writer, size }) => ({ writer, size })), [{ writer: 'aaaaaaaa', size: 200_000 }, { writer: 'bbbbbbbb', size: 14 }]);
    assert.deepEqual(second.chunks[0], first.chunks[0]);
  });

  it('adds nothing when the file has not changed', async () => {
    const first = await capture(Buffer.from('the same'));
    const objects = store.objects.size;
    assert.deepEqual(await capture(Buffer.from('the same'), first), first);
    assert.equal(store.objects.size, objects);
  });

  it('is stored in chunks that never exceed their limit', async () => {
    const content = Buffer.alloc(chunkSize * 2 + 5, 'long transcript ');
    const stored = await capture(content);
    assert.deepEqual(stored.chunks.map(({ size }) => size), [chunkSize, chunkSize, 5]);
    assert.deepEqual(await read(stored), content);
  });

  it('is folded whoever wrote it', async () => {
    let content = '';
    let stored: StoredFile | undefined;
    for (let save = 0; save <= maxLoose; save++) {
      content += `message ${save}\n`;
      stored = await capture(Buffer.from(content), stored, { writer: save % 2 === 0 ? 'aaaaaaaa' : 'bbbbbbbb' });
    }
    assert.deepEqual(stored?.chunks.map(({ size, writer }) => ({ size, writer })), [{ size: content.length, writer: maxLoose % 2 === 0 ? 'aaaaaaaa' : 'bbbbbbbb' }]);
    assert.equal((await read(stored)).toString(), content);
  });

  it('takes small chunks along into one that is full', async () => {
    let content = Buffer.alloc(0);
    let stored: StoredFile | undefined;
    for (const more of [randomBytes(100), randomBytes(200), randomBytes(fullSize)]) {
      content = Buffer.concat([content, more]);
      stored = await capture(content, stored);
    }
    assert.deepEqual(stored?.chunks.map(({ size }) => size), [300 + fullSize]);
  });

  it('is made of again, object by object, from a file that still holds the same text, and from no other', async () => {
    const text = Buffer.concat([randomBytes(chunkSize), Buffer.from('a full chunk before it')]);
    let stored = await capture(text, undefined, { redactions: [{ from: chunkSize + 2, length: 4, replacement: '…' }] });
    const grown = Buffer.concat([text, Buffer.from('and what was added')]);
    stored = await capture(grown, stored);
    const source = { absolute: file, size: grown.byteLength + 5, path: 'transcript.jsonl' };
    writeFileSync(file, Buffer.concat([grown, Buffer.from('since')]));
    assert.equal(stored.chunks.length, 3);
    for (const { name } of stored.chunks) {
      const object = await encodeAgain(stored, name, source, [nameKeys[0], Buffer.alloc(32, 2)]);
      assert.deepEqual(object, { name, bytes: Buffer.from(store.objects.get(name) ?? []) });
    }
    writeFileSync(file, Buffer.concat([Buffer.from([~(grown[0] ?? 0) & 255]), grown.subarray(1)]));
    const again = await Promise.all(stored.chunks.map(({ name }) => encodeAgain(stored, name, { ...source, size: grown.byteLength }, nameKeys)));
    assert.deepEqual(again.map((object) => object !== undefined), [false, true, true]);
    assert.equal(await encodeAgain(stored, stored.chunks.at(-1)?.name ?? '', { ...source, size: grown.byteLength - 1 }, nameKeys), undefined);
  });

  it('may be empty', async () => {
    const stored = await capture(Buffer.alloc(0));
    assert.deepEqual(stored.chunks, []);
    assert.deepEqual(await read(stored), Buffer.alloc(0));
  });

  it('is refused when its chunks were reordered or one is missing', async () => {
    const stored = await capture(Buffer.alloc(chunkSize + 100, 'x'));
    const reordered: StoredFile = { ...stored, chunks: stored.chunks.toReversed() };
    const shortened: StoredFile = { ...stored, chunks: stored.chunks.slice(0, 1) };
    await assert.rejects(read(reordered), (error) => ConvoSyncError.is(error, 'vault-damaged'));
    await assert.rejects(read(shortened), (error) => ConvoSyncError.is(error, 'vault-damaged'));
  });

  describe('that stands otherwise on this machine', () => {
    const adaptations: Adaptation[] = [{ from: 7, stored: '"/home/ada"', here: '"/Users/grace"' }, { from: 26, stored: '', here: '"ordinal":1,' }];
    const stored = '{"cwd":"/home/ada"}\n{"a":"{"type":"x"}\n';
    const here = '{"cwd":"/Users/grace"}\n{"a":""ordinal":1,{"type":"x"}\n';

    it('is stored as it was at home, and goes on from there', async () => {
      const home = await capture(Buffer.from(stored));
      const away = await capture(Buffer.from(`${here}more\n`), home, { adaptations, writer: 'bbbbbbbb' });
      assert.equal((await read(away)).toString(), `${stored}more\n`);
      assert.deepEqual(away, await capture(Buffer.from(`${stored}more\n`), home, { writer: 'bbbbbbbb' }));
    });

    it('is stored as it is where it stands as it was stored, or as something else', async () => {
      for (const content of [stored, here.replace('/Users/grace', '/root/grace'), 'rewritten by its agent']) {
        const captured = await capture(Buffer.from(content), undefined, { adaptations: adaptations.slice(0, 1) });
        assert.equal((await read(captured)).toString(), content);
      }
    });

    it('is written and read back the same for any adaptations and pieces', async () => {
      const words = fc.string({ unit: 'grapheme', maxLength: 6 });
      const changes = fc.array(fc.record({ before: words, stored: words, here: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }) }), { maxLength: 6 });
      await fc.assert(fc.asyncProperty(changes, words, fc.integer({ min: 1, max: 7 }), async (each, end, size) => {
        const original = Buffer.from(`${each.map((one) => `${one.before}<${one.stored}>`).join('')}${end}`);
        let at = 0;
        const changed = each.map((one): Adaptation => {
          const from = at + Buffer.byteLength(one.before);
          at = from + Buffer.byteLength(one.stored) + 2;
          return { from, stored: `<${one.stored}>`, here: `[${one.here}]` };
        });
        const pieces = async function* (): AsyncGenerator<Uint8Array> {
          for (let from = 0; from < original.byteLength; from += size) {
            yield await Promise.resolve(original.subarray(from, from + size));
          }
        };
        const local = Buffer.concat(await Array.fromAsync(adapted(pieces(), changed)));
        assert.equal(local.toString(), `${each.map((one) => `${one.before}[${one.here}]`).join('')}${end}`);
        assert.deepEqual(await read(await capture(local, undefined, { adaptations: changed })), original);
      }), { numRuns: 60 });
    });

    it('is captured no further than it is asked for, in its stored form', async () => {
      const part = await capture(Buffer.from(here), undefined, { adaptations, upTo: 20 });
      assert.equal((await read(part)).toString(), stored.slice(0, 20));
    });
  });

  describe('with redactions', () => {
    const secret = 'hunter2-hunter2';
    const replacement = '[left out]';
    const extentsOf = (content: Buffer): Extent[] => {
      const found: Extent[] = [];
      for (let from = content.indexOf(secret); from !== -1; from = content.indexOf(secret, from + secret.length)) {
        found.push({ from, length: secret.length, replacement });
      }
      return found;
    };
    const asStored = (content: Buffer): Buffer => Buffer.from(content.toString().replaceAll(secret, replacement));

    it('holds what stands in their place, says where and how much is left out, and leaves the file alone', async () => {
      const content = Buffer.from(`the password is ${secret}, and again ${secret}.`);
      const stored = await capture(content, undefined, { redactions: extentsOf(content) });
      assert.equal((await read(stored)).toString(), `the password is ${replacement}, and again ${replacement}.`);
      assert.deepEqual(stored.redactions, [{ from: 16, length: 15, replacement }, { from: 38, length: 15, replacement }]);
      assert.equal(readFileSync(file, 'utf8'), content.toString());
      assert.ok([...store.objects.values()].every((bytes) => !Buffer.from(bytes).includes(secret)));
    });

    it('goes on from what is stored, on the device that wrote it and on one where it was installed, without naming them again', async () => {
      const words = fc.array(fc.constantFrom('pizza ', `${secret} `, 'basil\n'), { minLength: 1, maxLength: 6 }).map((parts) => Buffer.from(parts.join('')));
      await fc.assert(fc.asyncProperty(fc.array(fc.record({ more: words, installed: fc.boolean() }), { minLength: 1, maxLength: 8 }), async (saves) => {
        let content = Buffer.alloc(0);
        let stored: StoredFile | undefined;
        for (const { more, installed } of saves) {
          const begins = installed ? asStored(content) : content;
          content = Buffer.concat([begins, more]);
          const kept = stored?.chunks ?? [];
          stored = await capture(content, stored, { redactions: extentsOf(content).filter(({ from }) => from >= begins.byteLength) });
          assert.deepEqual(await read(stored), asStored(content));
          assert.deepEqual(stored.chunks.slice(0, kept.length), kept);
          for (const { from } of stored.redactions ?? []) {
            assert.equal(asStored(content).toString('utf8', from, from + replacement.length), replacement);
          }
        }
      }), { numRuns: 40 });
    });

    it('leaves out what was left out before, though none of the chunks of before is of use any more', async () => {
      const content = Buffer.from(`the password is ${secret}.`);
      const before = await capture(content, undefined, { redactions: extentsOf(content) });
      const grown = Buffer.concat([content, Buffer.from(' And on.')]);
      const stored = await capture(grown, { ...before, chunks: [] });
      assert.deepEqual(await read(stored), asStored(grown));
      assert.ok(stored.chunks.every(({ name }) => before.chunks.every((chunk) => chunk.name !== name)));
    });

    it('is stored anew where something is left out that was stored before', async () => {
      const content = Buffer.from(`first ${secret}\n`);
      const careless = await capture(content);
      const careful = await capture(content, careless, { redactions: extentsOf(content) });
      assert.notDeepEqual(careful.chunks, careless.chunks);
      assert.equal((await read(careful)).toString(), `first ${replacement}\n`);
    });

    it('is exact after the file was rewritten: nothing is replaced where a redaction once was', async () => {
      const content = Buffer.from(`first ${secret} last\n`);
      const stored = await capture(content, undefined, { redactions: extentsOf(content) });
      const rewritten = await capture(Buffer.from('something else altogether, and longer\n'), stored);
      assert.equal(rewritten.redactions, undefined);
      assert.equal((await read(rewritten)).toString(), 'something else altogether, and longer\n');
    });
  });
});
