import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { FolderStore } from '../../src/core/storage/folder/folderStore.ts';
import { ManySessions } from '../support/manySessions.ts';
import { MeddledStore } from '../support/meddledStore.ts';

describe('a vault of fifty devices with ten thousand sessions', function () {
  this.timeout(300_000);
  let folder: string;
  let many: ManySessions;
  let store: MeddledStore;
  let place: string;

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'many-'));
    many = new ManySessions(folder, { devices: 50, sessionsEach: 200 });
    place = await many.place('place', { packed: true });
    store = new MeddledStore(new FolderStore(place));
  });
  after(() => rmSync(folder, { recursive: true }));

  const reads = (): number => store.calls.filter(({ operation }) => operation === 'get').length;

  it('is listed whole by a device that looks for the first time, with far fewer reads than sessions', async () => {
    const vault = await many.open('first', store);
    await vault.refresh();
    assert.equal(vault.state.sessions.length, many.count);
    assert.equal(new Set(vault.state.sessions.map(({ summary }) => summary.id)).size, many.count);
    assert.equal(vault.distrusted.size, 0);
    assert.ok(reads() < many.count / 2, `${reads()} reads`);
  });

  it('costs one read more when one of them has saved, and grows by what this device saves', async () => {
    const vault = await many.open('first', store);
    many.saveOnce(place);
    const before = reads();
    await vault.refresh();
    assert.equal(reads() - before, 1);
    await vault.takeUp();
    await vault.append({ type: 'pinned', session: vault.state.sessions[0]?.summary.id ?? '' });
    assert.equal(await vault.send({ pushCode: () => Promise.resolve() }), 'sent');
    const other = await many.open('second', store);
    await other.refresh();
    assert.equal(other.state.sessions.length, many.count);
    assert.equal(other.state.sessions.filter(({ pinned }) => pinned).length, 1);
  });
});
