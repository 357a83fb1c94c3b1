import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { makePlayground } from '../../playground/make.ts';
import { Workbench } from './workbench.ts';

describe('the packaged extension in a fresh VS Code', function () {
  this.timeout(120_000);
  const resources = new AsyncDisposableStack();
  let workbench: Workbench;

  before(async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'convosync-ui-'));
    resources.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
    const { laptop } = await makePlayground(folder);
    workbench = await Workbench.open({ ...laptop, folder: laptop.project, settings: { 'convosync.newVault': 'readable' } });
    resources.defer(() => workbench.close());
  });

  after(async () => {
    await resources.disposeAsync();
  });

  it('offers its commands in the palette', async () => {
    const titles = await workbench.commandTitles('ConvoSync:');
    for (const title of ['ConvoSync: Save', 'ConvoSync: Resume', 'ConvoSync: Status']) {
      assert.ok(titles.some((one) => one.startsWith(title)), `${title} is not among ${titles.join(', ')}`);
    }
  });

  it('has a place in the activity bar', async () => {
    await workbench.openContainer('ConvoSync');
  });

  it('asks nobody who may read a first save where a setting says so', async () => {
    await workbench.typeCommand('ConvoSync: Save');
    await workbench.pick('As a Commit');
    await workbench.answer('title of the session', 'Readable pizzas');
    await workbench.modal.filter({ hasText: 'Not sealed: whoever can read the place' }).waitFor();
    await workbench.answerModal('Save “Readable pizzas”?', 'Save');
    await workbench.toast(/Saved session [0-9a-f]+/).waitFor();
  });
});
