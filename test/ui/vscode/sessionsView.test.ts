/** What the tree of sessions shows when there is nothing to list, and when the list could not be brought up to date. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { silentLogger } from '../../../src/core/common/logger.ts';
import { createConvoSync } from '../../../src/core/operations/createConvoSync.ts';
import { makePlayground } from '../../playground/make.ts';
import type { Playground } from '../../playground/make.ts';
import { withReadableVault } from '../../support/readableVault.ts';
import { Workbench } from './workbench.ts';

/** Milliseconds after which the extension has looked at what the Git extension reported. */
const lookAfterChange = 3_000;

describe('the tree of sessions', function () {
  this.timeout(60_000);
  let playground: Playground;
  let desktop: Workbench;
  const resources = new AsyncDisposableStack();

  before(async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'convosync-ui-'));
    resources.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
    playground = await makePlayground(folder);
    const { home } = playground.desktop;
    await mkdir(path.join(home, 'notes'));
    desktop = await Workbench.open({ ...playground.desktop, folder: path.join(home, 'notes') });
    resources.defer(() => desktop.close());
    await desktop.openContainer('ConvoSync');
  });

  after(async () => {
    await resources.disposeAsync();
  });

  afterEach(async function () {
    await desktop.screenshot(`${this.currentTest?.isFailed() === true ? 'failed' : 'tree'}-${this.currentTest?.title.replaceAll(/\W+/g, '-') ?? ''}`);
  });

  it('leads to a repository where the folder has none', async () => {
    await desktop.welcome('There is no git repository in this folder').waitFor();
    await desktop.welcome().getByRole('button', { name: 'Initialise Repository' }).waitFor();
    await desktop.welcome().getByRole('button', { name: 'Clone Repository' }).waitFor();
  });

  it('does not say that there are no sessions when the remote has not answered', async () => {
    await goOffline();
    await desktop.show(playground.desktop.project);
    await desktop.openContainer('ConvoSync');
    await desktop.treeItem('Sessions', 'cannot be reached').waitFor();
    await desktop.treeItem('Sessions', 'Try Again').filter({ hasText: 'not looked up yet' }).waitFor();
    await desktop.treeItem('Sessions', 'Show Log').waitFor();
    assert.equal(await desktop.welcome().isVisible(), false);
  });

  it('still does not say it after something has changed on this device', async () => {
    await writeFile(path.join(playground.desktop.project, 'menu.md'), 'Margherita\n');
    await desktop.statusText('main*').first().waitFor();
    await delay(lookAfterChange);
    await desktop.treeItem('Sessions', 'cannot be reached').waitFor();
    await desktop.statusItem('status').filter({ hasText: 'Offline' }).waitFor();
    assert.equal(await desktop.welcome().isVisible(), false);
  });

  it('tries again when asked, and offers to save where nothing was saved yet', async () => {
    await goOnline();
    await desktop.treeItem('Sessions', 'Try Again').click();
    await desktop.welcome('No session has been saved for this repository yet').waitFor();
    await desktop.welcome().getByRole('button', { name: 'Save' }).waitFor();
    await desktop.welcome().getByRole('button', { name: 'Refresh' }).waitFor();
  });

  it('keeps listing what it knew when the remote fails, and says how old that is', async () => {
    await saveOnLaptop('Pizzas of two halves');
    await desktop.welcome().getByRole('button', { name: 'Refresh' }).click();
    await desktop.treeItem('Sessions', 'Pizzas of two halves').waitFor();
    await goOffline();
    await desktop.command('ConvoSync: Refresh');
    await desktop.treeItem('Sessions', 'cannot be reached').waitFor();
    await desktop.treeItem('Sessions', 'Try Again').filter({ hasText: /(?<!not )looked up/ }).waitFor();
    await desktop.treeItem('Sessions', 'Pizzas of two halves').waitFor();
  });

  it('forgets the failure when the remote answers again', async () => {
    await goOnline();
    await desktop.treeItem('Sessions', 'Try Again').click();
    await desktop.treeItem('Sessions', 'cannot be reached').waitFor({ state: 'detached' });
    await desktop.treeItem('Sessions', 'Pizzas of two halves').waitFor();
  });

  async function goOffline(): Promise<void> {
    await rename(playground.remote, `${playground.remote}.away`);
  }

  async function goOnline(): Promise<void> {
    await rename(`${playground.remote}.away`, playground.remote);
  }

  async function saveOnLaptop(message: string): Promise<void> {
    const { home, environment, project } = playground.laptop;
    const laptop = withReadableVault(createConvoSync({
      userHome: home, env: environment, platform: process.platform, hostname: 'laptop', deviceKind: 'laptop',
      now: () => new Date(), logger: silentLogger, gitEnv: environment, handoffFile: 'none',
    }));
    const { outcome } = await laptop.save(await laptop.planSave(project, { message }));
    assert.equal(outcome, 'sent');
  }
});
