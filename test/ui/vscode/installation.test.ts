import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { projectFolderName } from '../../../src/core/agents/claudeCode/projectFolder.ts';
import { makePlayground, type PlaygroundDevice } from '../../playground/make.ts';
import { Workbench } from './workbench.ts';

describe('the packaged extension in a fresh VS Code', function () {
  this.timeout(120_000);
  const resources = new AsyncDisposableStack();
  let workbench: Workbench;
  let laptop: PlaygroundDevice;

  before(async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'convosync-ui-'));
    resources.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
    ({ laptop } = await makePlayground(folder));
    workbench = await Workbench.open({ ...laptop, folder: laptop.project, settings: { 'convosync.newVault': 'readable' } });
    resources.defer(() => workbench.close());
  });

  after(async () => {
    await resources.disposeAsync();
  });

  it('offers its commands in the palette', async () => {
    for (const title of ['ConvoSync: Save', 'ConvoSync: Resume', 'ConvoSync: Status']) {
      const titles = await workbench.commandTitles(title);
      assert.ok(titles.some((one) => one.startsWith(title)), `${title} is not among ${titles.join(', ')}`);
    }
  });

  it('has a place in the activity bar', async () => {
    await workbench.openContainer('ConvoSync');
  });

  it('follows the conversation that goes on, as it grows', async () => {
    await workbench.command('ConvoSync: Follow Running Conversation');
    await workbench.webview.getByText('This conversation goes on here').waitFor();
    await workbench.webview.getByText('All three tests pass').first().waitFor();
    const folder = path.join(laptop.home, '.claude/projects', projectFolderName(laptop.project));
    const [newest] = (await Promise.all((await readdir(folder)).map(async (name) => ({ name, time: (await stat(path.join(folder, name))).mtimeMs })))).sort((a, b) => b.time - a.time);
    const said = { type: 'user', uuid: '99999999-8888-4777-8666-555555555555', sessionId: newest?.name.replace('.jsonl', ''), cwd: laptop.project, timestamp: new Date().toISOString(), message: { role: 'user', content: 'And figs on one half.' } };
    await appendFile(path.join(folder, newest?.name ?? ''), `${JSON.stringify(said)}\n`);
    await workbench.webview.getByText('And figs on one half.').waitFor();
    await workbench.screenshot('following');
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
