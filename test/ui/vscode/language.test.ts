/** A person whose VS Code speaks German: whatever ConvoSync says there, from its views to a session's page, is German. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { silentLogger } from '../../../src/core/common/logger.ts';
import { createConvoSync } from '../../../src/core/operations/createConvoSync.ts';
import { makePlayground } from '../../playground/make.ts';
import type { Playground } from '../../playground/make.ts';
import { withReadableVault } from '../../support/readableVault.ts';
import { Workbench } from './workbench.ts';

describe('in German', function () {
  this.timeout(60_000);
  let playground: Playground;
  let desktop: Workbench;
  const resources = new AsyncDisposableStack();

  before(async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'convosync-ui-'));
    resources.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
    playground = await makePlayground(folder);
    desktop = await Workbench.open({ ...playground.desktop, folder: playground.desktop.project, language: 'de' });
    resources.defer(() => desktop.close());
    await desktop.openContainer('ConvoSync');
  });

  after(async () => {
    await resources.disposeAsync();
  });

  afterEach(async function () {
    await desktop.screenshot(`${this.currentTest?.isFailed() === true ? 'failed' : 'german'}-${this.currentTest?.title.replaceAll(/\W+/g, '-') ?? ''}`);
  });

  it('the views say what they are and what to do, and the palette has the commands', async () => {
    await desktop.welcome('Für dieses Repository wurde noch keine Sitzung gesichert.').waitFor();
    await desktop.welcome().getByRole('button', { name: 'Sichern' }).waitFor();
    for (const name of ['Sitzungen', 'Übergaben', 'Geräte']) {
      await desktop.viewTitle(name).waitFor();
    }
    assert.ok((await desktop.commandTitles('ConvoSync: Sichern')).includes('ConvoSync: Sichern…'));
  });

  it('the status bar and what it opens say where things stand', async () => {
    const status = desktop.statusItem('status').filter({ hasText: 'Noch nichts gesichert' });
    await status.waitFor();
    await status.click();
    await desktop.quickInput.getByPlaceholder('Wie es steht; eine Zeile tut, was sie sagt').waitFor();
    await desktop.picks.filter({ hasText: 'Dieses Repository' }).waitFor();
    await desktop.dismiss();
  });

  it('a session is listed, and its page speaks', async () => {
    await saveOnLaptop('Pizzas of two halves');
    await desktop.welcome().getByRole('button', { name: 'Aktualisieren' }).click();
    await desktop.namedItem('Sitzungen', /^Ada’s laptop, gesichert .*, 1 Sitzung dieses Repositorys/).waitFor();
    await desktop.treeItem('Sitzungen', 'Pizzas of two halves').click();
    await desktop.webview.getByRole('heading', { name: 'Zeitachse' }).waitFor();
    await desktop.webview.getByPlaceholder('Nachrichten durchsuchen').waitFor();
    await desktop.webview.getByRole('button', { name: 'Fortsetzen', exact: true }).waitFor();
    assert.equal(await desktop.webview.locator('html').getAttribute('lang'), 'de');
  });

  async function saveOnLaptop(message: string): Promise<void> {
    const { name, home, environment, project } = playground.laptop;
    await writeFile(path.join(project, 'notes.md'), `${message}\n`);
    const core = withReadableVault(createConvoSync({
      userHome: home, env: environment, platform: process.platform, hostname: name, deviceKind: name,
      now: () => new Date(), logger: silentLogger, gitEnv: environment, handoffFile: 'none',
    }));
    const { outcome } = await core.save(await core.planSave(project, { message, snapshot: true, force: true }));
    assert.equal(outcome, 'sent');
  }
});
