/** What views, status bar, notifications and pages say when there is nothing to show, or something is the matter. */
import assert from 'node:assert/strict';
import { appendFile, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { projectFolderName } from '../../../src/core/agents/claudeCode/projectFolder.ts';
import { favoriteTold } from '../../playground/conversations.ts';
import { saveNotes } from '../../playground/core.ts';
import { goOffline, goOnline } from '../../playground/make.ts';
import type { Playground } from '../../playground/make.ts';
import { run } from '../../support/run.ts';
import { stagePerSuite } from './stage.ts';
import type { Workbench } from './workbench.ts';

describe('a window', function () {
  this.timeout(60_000);
  let playground: Playground;
  let desktop: Workbench;
  const stage = stagePerSuite({ as: 'state', notifications: true });

  before(async () => {
    playground = await stage.makePlayground();
    desktop = await stage.open(playground.desktop, { folder: undefined, trusted: false, settings: { 'security.workspace.trust.startupPrompt': 'never', 'security.workspace.trust.banner': 'never' } });
    await desktop.openContainer('ConvoSync');
  });

  it('without a folder leads to one, in every view', async () => {
    await desktop.welcome('Sessions belong to a repository').getByRole('button', { name: 'Clone Repository' }).waitFor();
    await desktop.showView('Handoffs');
    await desktop.welcomeOf('Handoffs', 'Handoffs are part of the sessions of a repository. Open one.').getByRole('button', { name: 'Open Folder' }).waitFor();
    await desktop.showView('Devices');
    await desktop.welcomeOf('Devices', 'Your devices are those that save in the same repository. Open one.').getByRole('button', { name: 'Open Folder' }).waitFor();
    await desktop.command('ConvoSync: Save…');
    await desktop.toast('There is no git repository, since no folder is open.').waitFor();
  });

  it('without a folder opens one from what a command says', async () => {
    await desktop.command('ConvoSync: Save…');
    const opened = desktop.page.waitForEvent('load');
    await desktop.answerToast('There is no git repository, since no folder is open.', 'Open Folder');
    await desktop.chooseFile('Open Folder', playground.desktop.project);
    await opened;
    assert.equal(new URL(desktop.page.url()).searchParams.get('folder'), playground.desktop.project);
  });

  it('on a folder that is not trusted starts no git, and leads to trust', async () => {
    await desktop.show(playground.desktop.project);
    await desktop.openContainer('ConvoSync');
    await desktop.welcomeOf('Sessions', 'This workspace is not trusted').getByRole('button', { name: 'Manage Workspace Trust' }).waitFor();
    for (const view of ['Handoffs', 'Devices']) {
      await desktop.showView(view);
      await desktop.welcomeOf(view, 'This workspace is not trusted').getByRole('button', { name: 'Manage Workspace Trust' }).waitFor();
    }
    assert.equal(await desktop.statusItem('status').isVisible(), false);
    await desktop.command('ConvoSync: Save…');
    await desktop.answerModal('ConvoSync starts no git process in a workspace that is not trusted.', 'Manage Workspace Trust');
    await desktop.trustFolder();
    await desktop.welcomeOf('Sessions', 'No session has been saved for this repository yet').waitFor();
    await desktop.welcomeOf('Handoffs', 'No other device has left a handoff here yet.').getByRole('button', { name: 'Look Again' }).waitFor();
  });

  it('says what waits to be sent while there is no connection, and sends it when asked', async () => {
    await saveNotes(playground.desktop, 'Wash the oven');
    await goOffline(playground);
    await assert.rejects(saveNotes(playground.desktop, 'Sweep the floor'), /queued/);
    await desktop.command('ConvoSync: Refresh');
    await desktop.statusItem('status').filter({ hasText: '1 session waiting to be sent' }).waitFor();
    await desktop.treeItem('Sessions', 'Sweep the floor').filter({ hasText: 'not sent yet' }).waitFor();
    await desktop.welcomeOf('Handoffs', 'No handoff of another device is known here.').getByRole('button', { name: 'Try Again' }).waitFor();
    await goOnline(playground);
    await desktop.statusItem('status').click();
    await desktop.pick('Send Now');
    await desktop.toast('The session that waited has been sent.').waitFor();
    await desktop.treeItem('Sessions', 'Sweep the floor').filter({ hasNotText: 'not sent yet' }).waitFor();
    await desktop.statusItem('status').filter({ hasText: 'Synced' }).waitFor();
  });

  it('sees what changes in the folder by itself, also since it is trusted', async () => {
    await writeFile(path.join(playground.desktop.project, 'menu.md'), 'Margherita\n');
    await desktop.statusItem('status').filter({ hasText: 'Changes not saved' }).waitFor();
  });

  it('is silent about a session in quiet hours, tells of it after them, and leads to it', async () => {
    await desktop.set({ 'convosync.notifications.quietHours': '00:00-23:59' });
    await saveNotes(playground.laptop, 'Bake for the night');
    await desktop.command('ConvoSync: Refresh');
    await desktop.statusItem('status').filter({ hasText: 'Ada’s laptop saved' }).waitFor();
    await desktop.treeItem('Sessions', 'Bake for the night').waitFor();
    assert.equal(await desktop.toast('Bake for the night').count(), 0);
    await desktop.set({});
    await desktop.answerToast('Bake for the night', 'Look');
    await desktop.editorTab('Bake for the night').waitFor();
    await desktop.webview.getByText('We want to sell pizzas of two halves.').first().waitFor();
  });

  it('marks a session whose conversation cannot be read whole', async () => {
    await appendFile(path.join(playground.laptop.home, '.claude/projects', projectFolderName(playground.laptop.project), `${favoriteTold}.jsonl`), '{"type":"user","mess\n');
    await saveNotes(playground.laptop, 'Torn');
    await desktop.command('ConvoSync: Refresh');
    await desktop.treeItem('Sessions', 'Torn').filter({ hasText: 'damaged' }).waitFor();
    await desktop.answerToast('Torn', 'Later');
  });

  it('shows why a session cannot be read, in its page, and reads it when asked once more', async () => {
    await desktop.command('View: Close All Editors');
    await goOffline(playground);
    await desktop.treeItem('Sessions', 'Torn').click();
    await desktop.webview.getByText('The session could not be shown').waitFor();
    await desktop.webview.getByRole('button', { name: 'Show Log' }).waitFor();
    await desktop.screenshot('page-failed');
    await goOnline(playground);
    await desktop.webview.getByRole('button', { name: 'Try Again' }).click();
    await desktop.webview.getByText('We want to sell pizzas of two halves.').first().waitFor();
  });

  it('believes no remote that shows less than it did', async () => {
    const before = await refs();
    await saveNotes(playground.laptop, 'Bake for the morning');
    await desktop.command('ConvoSync: Refresh');
    await desktop.treeItem('Sessions', 'Bake for the morning').waitFor();
    await desktop.answerToast('Bake for the morning', 'Resume');
    await desktop.answerModal('The session is on feature/half-and-half', 'Cancel');
    for (const [name = '', commit = ''] of before) {
      await run('git', ['update-ref', name, commit], { cwd: playground.remote });
    }
    await desktop.command('ConvoSync: Refresh');
    await desktop.statusItem('status').filter({ hasText: 'The vault cannot be trusted' }).waitFor();
    await desktop.treeItem('Sessions', 'Bake for the morning').waitFor();
  });

  async function refs(): Promise<string[][]> {
    return (await run('git', ['for-each-ref', '--format=%(refname) %(objectname)', 'refs/convosync'], { cwd: playground.remote })).trim().split('\n').map((line) => line.split(' '));
  }
});
