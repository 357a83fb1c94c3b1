// Writes objects into a folder, as one of several processes: node writeObjects.ts <folder> <name>
import { FolderStore } from '../../src/core/storage/folder/folderStore.ts';

const [folder = '', name = ''] = process.argv.slice(2);
const store = new FolderStore(folder);
for (let count = 0; count < 20; count++) {
  await store.put(`shared/${count}`, Buffer.alloc(300_000, count));
  await store.put(`own/${name}/${count}`, Buffer.from(`${count}`));
}
