import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { FolderStore } from '../../src/core/storage/folder/folderStore.ts';
import { retrying } from '../support/retrying.ts';
import { sharedStore } from '../support/sharedStore.ts';
import { storageBackendSuite } from './storageBackendSuite.ts';
import { type Place, storeSuite } from './storeSuite.ts';

async function folderPlace(): Promise<Place & { folder: string }> {
  const root = mkdtempSync(path.join(tmpdir(), 'convosync-folder-'));
  const folder = path.join(root, 'Dropbox/ConvoSync sessions');
  await new FolderStore(folder).create();
  return {
    folder,
    open: () => new FolderStore(folder),
    elsewhere: () => new FolderStore(path.join(root, 'unplugged')),
    secrets: [],
    close: async () => rmSync(root, { recursive: true, force: true }),
  };
}

storeSuite('a folder', { network: false }, folderPlace);

storeSuite('a folder, tried again', { network: false }, async () => {
  const place = await folderPlace();
  return { ...place, open: () => retrying(place.open()), elsewhere: () => retrying(place.elsewhere()) };
});

storageBackendSuite('a folder', { atomicBatch: false, carriesCode: false }, async () => {
  const place = await folderPlace();
  return sharedStore(place, (reachable) => (reachable ? renameSync(`${place.folder}.gone`, place.folder) : renameSync(place.folder, `${place.folder}.gone`)));
});
