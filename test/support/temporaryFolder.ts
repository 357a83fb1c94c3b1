import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

/** A folder of its own for every test of the suite that calls this, removed afterwards; links in its path resolved. */
export function temporaryFolderPerTest(): { readonly path: string } {
  const folder = { path: '' };
  beforeEach(async () => {
    folder.path = await realpath(await mkdtemp(path.join(tmpdir(), 'convosync-')));
  });
  afterEach(async () => {
    await rm(folder.path, { recursive: true, force: true });
  });
  return folder;
}
