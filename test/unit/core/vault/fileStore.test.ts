import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as fc from 'fast-check';
import { ConvoSyncError } from '../../../../src/core/common/errors.ts';
import type { StoredFile } from '../../../../src/core/session/session.ts';
import { captureFile, chunkSize, maxDependence, type ObjectPlace, type ObjectStore, readStoredFile } from '../../../../src/core/vault/fileStore.ts';

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
  const nameKey = Buffer.alloc(32, 1);
  let folder: string;
  let file: string;
  let store: MemoryStore;

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'convosync-files-'));
    file = path.join(folder, 'transcript.jsonl');
    store = new MemoryStore();
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const capture = (content: Uint8Array, base?: StoredFile, writer = 'aaaaaaaa'): Promise<StoredFile> => {
    writeFileSync(file, content);
    return captureFile({ absolute: file, size: content.byteLength, path: 'transcript.jsonl' }, base, store, { writer, nameKey });
  };
  const read = async (stored: StoredFile): Promise<Buffer> => Buffer.concat(await Array.fromAsync(readStoredFile(stored, store, nameKey, [])));

  it('comes back byte for byte after any history of appends, rewrites and cuts', async () => {
    const change = fc.oneof(
      fc.record({ kind: fc.constant('append' as const), bytes: fc.uint8Array({ maxLength: 400 }) }),
      fc.record({ kind: fc.constant('cut' as const), at: fc.nat(400) }),
      fc.record({ kind: fc.constant('rewrite' as const), bytes: fc.uint8Array({ maxLength: 400 }) }),
    );
    await fc.assert(fc.asyncProperty(fc.array(change, { maxLength: 8 }), async (history) => {
      let content = Buffer.alloc(0);
      let stored: StoredFile | undefined;
      for (const step of history) {
        content = step.kind === 'append' ? Buffer.concat([content, step.bytes]) : step.kind === 'cut' ? content.subarray(0, step.at) : Buffer.from(step.bytes);
        stored = await capture(content, stored);
        assert.deepEqual(await read(stored), content);
      }
    }), { numRuns: 60 });
  });

  it('stores only the tail of what was appended, as a segment of the device that wrote it', async () => {
    const beginning = randomBytes(200_000);
    const first = await capture(beginning);
    const before = store.size;
    const second = await capture(Buffer.concat([beginning, Buffer.from('one more line\n')]), first, 'bbbbbbbb');
    assert.ok(store.size - before < 500, `${store.size - before} bytes more`);
    assert.deepEqual(second.segments.map(({ writer, size }) => ({ writer, size })), [{ writer: 'aaaaaaaa', size: 200_000 }, { writer: 'bbbbbbbb', size: 14 }]);
    assert.deepEqual(second.segments[0], first.segments[0]);
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
    assert.deepEqual(stored.segments[0]?.chunks.map(({ size }) => size), [chunkSize, chunkSize, 5]);
    assert.deepEqual(await read(stored), content);
  });

  it('stands on its own again after so many chunks that lean on each other', async () => {
    let stored: StoredFile | undefined;
    let content = '';
    for (let save = 0; save < maxDependence + 3; save++) {
      content += `message ${save}\n`;
      stored = await capture(Buffer.from(content), stored);
    }
    const dependence = stored?.segments.flatMap(({ chunks }) => chunks.map((chunk) => chunk.dependence)) ?? [];
    assert.equal(Math.max(...dependence), maxDependence);
    assert.equal(dependence.filter((depth) => depth === 0).length, 2);
    assert.equal((await read(stored!)).toString(), content);
  });

  it('may be empty', async () => {
    const stored = await capture(Buffer.alloc(0));
    assert.deepEqual(stored.segments, []);
    assert.deepEqual(await read(stored), Buffer.alloc(0));
  });

  it('is refused when its chunks were reordered or one is missing', async () => {
    const content = Buffer.alloc(chunkSize + 100, 'x');
    const stored = await capture(content);
    const [segment] = stored.segments;
    const reordered: StoredFile = { ...stored, segments: [{ ...segment!, chunks: segment!.chunks.toReversed() }] };
    const shortened: StoredFile = { ...stored, segments: [{ ...segment!, chunks: segment!.chunks.slice(0, 1) }] };
    await assert.rejects(read(reordered), (error) => ConvoSyncError.is(error, 'vault-damaged'));
    await assert.rejects(read(shortened), (error) => ConvoSyncError.is(error, 'vault-damaged'));
  });
});
