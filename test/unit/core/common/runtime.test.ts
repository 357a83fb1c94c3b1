import * as assert from 'node:assert/strict';
import * as zlib from 'node:zlib';
import { ConvoSyncError } from '../../../../src/core/common/errors.ts';
import { assertRuntime, proveRuntime } from '../../../../src/core/common/runtime.ts';
import type { Compression } from '../../../../src/core/common/runtime.ts';

const sqlite = (): Promise<typeof import('node:sqlite')> => import('node:sqlite');

describe('assertRuntime', () => {
  it('accepts the Node that the tests run on', async () => {
    await assertRuntime();
  });

  it('refuses a Node that takes the dictionary and silently ignores it', async () => {
    const deaf: Compression = {
      zstdCompressSync: (text) => zlib.zstdCompressSync(text),
      zstdDecompressSync: (bytes) => zlib.zstdDecompressSync(bytes),
    };
    await assert.rejects(proveRuntime(deaf, sqlite), (error) => ConvoSyncError.is(error, 'runtime-too-old') && isDeepEqual(error.details['missing'], ['zstd dictionaries']));
  });

  it('refuses a Node without zstd and without SQLite, and names both', async () => {
    await assert.rejects(proveRuntime({}, () => Promise.reject(new Error('No such built-in module: node:sqlite'))), (error) =>
      ConvoSyncError.is(error, 'runtime-too-old') && isDeepEqual(error.details['missing'], ['zstd dictionaries', 'node:sqlite']) && error.details['version'] === process.versions.node);
  });
});

function isDeepEqual(actual: unknown, expected: unknown): boolean {
  assert.deepEqual(actual, expected);
  return true;
}
