import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { appendFile, readdir, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { projectFolderName } from '../../../src/core/agents/claudeCode/projectFolder.ts';
import type { PlaygroundDevice } from '../../playground/make.ts';
import { run } from '../../support/run.ts';
import { stagePerSuite } from './stage.ts';
import type { Workbench } from './workbench.ts';

describe('the packaged extension in a fresh VS Code', function () {
  this.timeout(120_000);
  const stage = stagePerSuite();
  let workbench: Workbench;
  let laptop: PlaygroundDevice;

  before(async () => {
    ({ laptop } = await stage.makePlayground());
    workbench = await stage.open(laptop, { settings: { 'convosync.newVault': 'readable', 'convosync.autoSave.afterTurn': true } });
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
    await say('And figs on one half.');
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

  it('saves by itself when the agent rests, and leaves the repository alone', async () => {
    await appendFile(path.join(laptop.project, 'README.md'), 'Cherries go on top.\n');
    const before = await gitState();
    await say('Cherries go on top.');
    await workbench.treeItem('Sessions', 'saved by itself').waitFor();
    await workbench.screenshot('saved-by-itself');
    await workbench.statusItem('status').filter({ hasText: 'Synced' }).waitFor();
    assert.deepEqual(await gitState(), before);
  });

  /** As the agent writes it down. */
  async function say(content: string): Promise<void> {
    const folder = path.join(laptop.home, '.claude/projects', projectFolderName(laptop.project));
    const [newest] = (await Promise.all((await readdir(folder)).map(async (name) => ({ name, time: (await stat(path.join(folder, name))).mtimeMs })))).sort((a, b) => b.time - a.time);
    const said = { type: 'user', uuid: randomUUID(), sessionId: newest?.name.replace('.jsonl', ''), cwd: laptop.project, timestamp: new Date().toISOString(), message: { role: 'user', content } };
    await appendFile(path.join(folder, newest?.name ?? ''), `${JSON.stringify(said)}\n`);
  }

  async function gitState(): Promise<Record<string, string>> {
    const git = (...args: string[]): Promise<string> => run('git', args, { cwd: laptop.project, env: laptop.environment });
    return { head: await git('rev-parse', 'HEAD'), remote: await git('ls-remote', '--heads', 'origin'), status: await git('status', '--porcelain') };
  }
});
