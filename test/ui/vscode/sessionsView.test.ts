/** What the tree of sessions shows when there is nothing to list, and when the list could not be brought up to date. */
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { saveProject } from '../../playground/core.ts';
import { goOffline, goOnline } from '../../playground/make.ts';
import type { Playground } from '../../playground/make.ts';
import { credentials, startLighttpd } from '../../support/webdavServers.ts';
import { stagePerSuite } from './stage.ts';
import type { Workbench } from './workbench.ts';

/** Milliseconds after which the extension has looked at what the Git extension reported. */
const lookAfterChange = 3_000;

describe('the tree of sessions', function () {
  this.timeout(60_000);
  let playground: Playground;
  let desktop: Workbench;
  const stage = stagePerSuite({ as: 'tree' });

  before(async () => {
    playground = await stage.makePlayground();
    const { home } = playground.desktop;
    await mkdir(path.join(home, 'notes'));
    desktop = await stage.open(playground.desktop, { folder: path.join(home, 'notes') });
    await desktop.openContainer('ConvoSync');
  });

  it('leads to a repository where the folder has none', async () => {
    await desktop.welcome('There is no git repository in this folder').waitFor();
    await desktop.welcome().getByRole('button', { name: 'Initialise Repository' }).waitFor();
    await desktop.welcome().getByRole('button', { name: 'Clone Repository' }).waitFor();
  });

  it('leads there from what a command says, too, and makes its first commit', async () => {
    assert.equal(await desktop.statusItem('status').isVisible(), false);
    await desktop.command('ConvoSync: Save…');
    await desktop.answerToast('This folder is not in a git repository', 'Initialise Repository');
    await desktop.pick('notes');
    await desktop.statusItem('status').filter({ hasText: 'Nothing saved yet' }).waitFor();
    await desktop.command('ConvoSync: Save…');
    await desktop.answerModal('The repository has no commit yet.', 'Initialise Repository');
    await desktop.quickInput.filter({ hasText: 'title of the session' }).waitFor();
    await desktop.dismiss();
  });

  it('does not say that there are no sessions when the remote has not answered', async () => {
    await goOffline(playground);
    await desktop.show(playground.desktop.project);
    await desktop.openContainer('ConvoSync');
    await desktop.treeItem('Sessions', 'There is no git repository at').waitFor();
    await desktop.treeItem('Sessions', 'Try Again').filter({ hasText: 'not looked up yet' }).waitFor();
    await desktop.treeItem('Sessions', 'Show Log').waitFor();
    assert.equal(await desktop.welcome().isVisible(), false);
  });

  it('still does not say it after something has changed on this device', async () => {
    await writeFile(path.join(playground.desktop.project, 'menu.md'), 'Margherita\n');
    await desktop.statusText('main*').first().waitFor();
    await delay(lookAfterChange);
    await desktop.treeItem('Sessions', 'There is no git repository at').waitFor();
    await desktop.statusItem('status').filter({ hasText: 'Offline' }).waitFor();
    assert.equal(await desktop.welcome().isVisible(), false);
  });

  it('tries again when asked, and offers to save where nothing was saved yet', async () => {
    await goOnline(playground);
    await desktop.treeItem('Sessions', 'Try Again').click();
    await desktop.welcome('No session has been saved for this repository yet').waitFor();
    await desktop.welcome().getByRole('button', { name: 'Save' }).waitFor();
    await desktop.welcome().getByRole('button', { name: 'Refresh' }).waitFor();
  });

  it('keeps listing what it knew when the remote fails, and says how old that is', async () => {
    await saveProject(playground.laptop, 'Pizzas of two halves');
    await desktop.welcome().getByRole('button', { name: 'Refresh' }).click();
    await desktop.treeItem('Sessions', 'Pizzas of two halves').waitFor();
    await goOffline(playground);
    await desktop.command('ConvoSync: Refresh');
    await desktop.treeItem('Sessions', 'There is no git repository at').waitFor();
    await desktop.treeItem('Sessions', 'Try Again').filter({ hasText: /(?<!not )looked up/ }).waitFor();
    await desktop.treeItem('Sessions', 'Pizzas of two halves').waitFor();
  });

  it('forgets the failure when the remote answers again', async () => {
    await goOnline(playground);
    await desktop.treeItem('Sessions', 'Try Again').click();
    await desktop.treeItem('Sessions', 'There is no git repository at').waitFor({ state: 'detached' });
    await desktop.treeItem('Sessions', 'Pizzas of two halves').waitFor();
  });

  it('shows a session’s page again when the window is loaded anew', async () => {
    await desktop.treeItem('Sessions', 'Pizzas of two halves').click();
    await desktop.webview.getByText('We want to sell pizzas of two halves.').first().waitFor();
    await desktop.reload();
    await desktop.webview.getByText('We want to sell pizzas of two halves.').first().waitFor();
    await desktop.treeItem('Sessions', 'Pizzas of two halves').waitFor();
  });

  it('keeps the sessions where the user says instead, whose password is told to nobody, and takes along what is saved', async () => {
    const served = path.join(path.dirname(playground.remote), 'served');
    await mkdir(served);
    const server = await startLighttpd(served);
    try {
      await desktop.command('ConvoSync: Choose Where Sessions Are Kept…');
      await desktop.picks.filter({ hasText: 'Whatever rclone Knows' }).waitFor();
      await desktop.screenshot('places');
      await desktop.pick('A WebDAV Server');
      await desktop.answer('The address of a folder there', `http://127.0.0.1:${server.port}/sessions`);
      await desktop.answer('The name that you sign in with', credentials.user);
      await desktop.pick('Copy What Is Saved There');
      await desktop.answer('Its password', 'guessed');
      await desktop.quickInput.filter({ hasText: 'does not let you in. Its password, once more' }).waitFor();
      await desktop.screenshot('place-denied');
      await desktop.enter(credentials.password);
      await desktop.toast('Everything that is saved is at').waitFor();
      await desktop.treeItem('Sessions', 'Pizzas of two halves').waitFor();
      await goOffline(playground);
      await desktop.command('ConvoSync: Status');
      await desktop.picks.filter({ hasText: `Kept at http://127.0.0.1:${server.port}/sessions` }).waitFor();
      await desktop.screenshot('place-in-status');
      await desktop.dismiss();
      await goOnline(playground);
      const files = (await readdir(playground.desktop.home, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
      for (const file of files.filter((one) => /\.(json|jsonl|log|ini|md)$/.test(one))) {
        assert.ok(!(await readFile(file, 'latin1')).includes(credentials.password), file);
      }
    } finally {
      await server.stop();
    }
  });

  it('leads to what a device without ConvoSync has left in the repository', async () => {
    await mkdir(path.join(playground.desktop.project, '.convosync'), { recursive: true });
    await writeFile(path.join(playground.desktop.project, '.convosync', 'session-handoff.md'), '# ConvoSync Session Handoffs\n\n---\n## Handoff from phone\n\n### Current Task\nAsk for figs\n');
    await desktop.command('ConvoSync: Handoff History');
    await desktop.pick('phone');
    await desktop.editorTab('Handoff.md').waitFor();
    await desktop.page.locator('.editor-instance .view-lines').filter({ hasText: 'Ask for figs' }).waitFor();
  });
});
