import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import * as z from 'zod';
import { ConvoSyncError } from '../../../../src/core/common/errors.ts';
import { readDocument, writeDocument } from '../../../../src/core/home/document.ts';
import { useTemporaryHome } from './temporaryHome.ts';

const Note = z.object({ v: z.literal(1), text: z.string() });

describe("a document of ConvoSync's home", () => {
  const home = useTemporaryHome();
  const file = (): string => path.join(home().root, 'note.json');

  it('is read as it was written, by the user alone, and leaves no other file behind', async () => {
    await writeDocument(file(), { v: 1, text: 'one' } satisfies z.infer<typeof Note>);
    await writeDocument(file(), { v: 1, text: 'two' } satisfies z.infer<typeof Note>);
    assert.deepEqual(await readDocument(file(), Note), { v: 1, text: 'two' });
    assert.deepEqual((await readdir(home().root)).filter((name) => name.includes('note')), ['note.json']);
    if (process.platform !== 'win32') {
      assert.equal((await stat(file())).mode & 0o777, 0o600);
    }
  });

  it('is undefined only when there is no such file', async () => {
    assert.equal(await readDocument(file(), Note), undefined);
    assert.equal(await readDocument(path.join(home().root, 'no', 'folder.json'), Note), undefined);
    await mkdir(file());
    await assert.rejects(readDocument(file(), Note), (error) => ConvoSyncError.is(error, 'home-unusable'));
  });

  for (const damaged of ['', '{', 'null', '[]', '{"v":1}', '{"v":0,"text":"old"}', '{"text":"no version"}', '{"v":"2","text":""}']) {
    it(`is an error that names the file, and stays as it is, when it holds ${JSON.stringify(damaged)}`, async () => {
      await writeFile(file(), damaged);
      await assert.rejects(readDocument(file(), Note), (error) => ConvoSyncError.is(error, 'home-unusable') && error.details['file'] === file());
      assert.equal(await readFile(file(), 'utf8'), damaged);
    });
  }

  it('is refused when a newer version wrote it', async () => {
    await writeFile(file(), '{"v":2,"words":["x"]}');
    await assert.rejects(readDocument(file(), Note), (error) => ConvoSyncError.is(error, 'vault-newer-format') && error.details['version'] === 2);
  });

  it('may be one of several kinds, and is refused when a newer version knows one more', async () => {
    const Step = z.discriminatedUnion('kind', [z.object({ v: z.literal(1), kind: z.literal('a') }), z.object({ v: z.literal(1), kind: z.literal('b'), n: z.number() })]);
    await writeDocument(file(), { v: 1, kind: 'b', n: 7 });
    assert.deepEqual(await readDocument(file(), Step), { v: 1, kind: 'b', n: 7 });
    await writeDocument(file(), { v: 2, kind: 'c' });
    await assert.rejects(readDocument(file(), Step), (error) => ConvoSyncError.is(error, 'vault-newer-format'));
    await writeDocument(file(), { v: 1, kind: 'c' });
    await assert.rejects(readDocument(file(), Step), (error) => ConvoSyncError.is(error, 'home-unusable'));
  });

  it('keeps its old content when the new one cannot be written', async () => {
    await writeFile(path.join(home().root, 'plain'), '');
    await assert.rejects(writeDocument(path.join(home().root, 'plain', 'note.json'), { v: 1 }), (error) => ConvoSyncError.is(error, 'home-unusable'));
  });
});
