/** A person whose VS Code speaks German: whatever ConvoSync says there, from its views to a session's page, is German. */
import assert from 'node:assert/strict';
import { saveNotes } from '../../playground/core.ts';
import type { Playground } from '../../playground/make.ts';
import { stagePerSuite } from './stage.ts';
import type { Workbench } from './workbench.ts';

describe('in German', function () {
  this.timeout(60_000);
  let playground: Playground;
  let desktop: Workbench;
  const stage = stagePerSuite({ as: 'german' });

  before(async () => {
    playground = await stage.makePlayground();
    desktop = await stage.open(playground.desktop, { language: 'de' });
    await desktop.openContainer('ConvoSync');
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
    await saveNotes(playground.laptop, 'Pizzas of two halves');
    await desktop.welcome().getByRole('button', { name: 'Aktualisieren' }).click();
    await desktop.namedItem('Sitzungen', /^Ada’s laptop, gesichert .*, 1 Sitzung dieses Repositorys/).waitFor();
    await desktop.treeItem('Sitzungen', 'Pizzas of two halves').click();
    await desktop.webview.getByRole('heading', { name: 'Zeitachse' }).waitFor();
    await desktop.webview.getByPlaceholder('Nachrichten durchsuchen').waitFor();
    await desktop.webview.getByRole('button', { name: 'Fortsetzen', exact: true }).waitFor();
    assert.equal(await desktop.webview.locator('html').getAttribute('lang'), 'de');
  });
});
