/** A window in each kind of theme: all that ConvoSync shows is pictured, and can be read against what is behind it. */
import assert from 'node:assert/strict';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { Locator } from 'playwright-core';
import { projectFolderName } from '../../../src/core/agents/claudeCode/projectFolder.ts';
import { favoriteTold } from '../../playground/conversations.ts';
import { saveNotes } from '../../playground/core.ts';
import { goOffline } from '../../playground/make.ts';
import type { Playground } from '../../playground/make.ts';
import { contrastsOf, violationsIn } from '../axe.ts';
import { stagePerSuite } from './stage.ts';
import { themeNames, type Workbench } from './workbench.ts';

/** What WCAG wants of an icon's contrast. */
const leastOfIcons = 3;

describe('in light, dark and high contrast', function () {
  this.timeout(60_000);
  let playground: Playground;
  let desktop: Workbench;
  const stage = stagePerSuite();

  before(async () => {
    playground = await stage.makePlayground();
    // Wide enough for a walkthrough to show its pictures beside the side bar.
    desktop = await stage.open(playground.desktop, { settings: { 'window.autoDetectColorScheme': true }, window: { viewport: { width: 1500, height: 800 } } });
    await desktop.openContainer('ConvoSync');
  });

  it('the first steps can be read', async () => {
    await desktop.welcome('No session has been saved for this repository yet').waitFor();
    await desktop.command('Welcome: Open Walkthrough...');
    await desktop.pick('Take your work along');
    await desktop.page.getByText('Save where you stop').first().waitFor();
    await isRead('first-steps', [desktop.sideBar, desktop.statusItem('status')]);
    await desktop.command('View: Close All Editors');
  });

  it('the views, a session’s page and a notification can be read', async () => {
    const { laptop } = playground;
    const transcript = path.join(laptop.home, '.claude/projects', projectFolderName(laptop.project), `${favoriteTold}.jsonl`);
    const whole = await readFile(transcript);
    await appendFile(transcript, '{"type":"user","mess\n');
    await saveNotes(laptop, 'Torn');
    await writeFile(transcript, whole);
    await saveNotes(laptop, 'Half and half');
    await desktop.command('ConvoSync: Refresh');
    await desktop.treeItem('Sessions', 'Torn').click();
    await desktop.webview.getByText('We want to sell pizzas of two halves.').first().waitFor();
    await desktop.showView('Handoffs');
    await desktop.treeItem('Handoffs', 'Half and half').waitFor();
    await desktop.showView('Devices');
    await desktop.treeItem('Devices', 'Ada’s laptop').waitFor();
    await desktop.command('Notifications: Show Notifications');
    await isRead('views', [desktop.sideBar, desktop.statusItem('status'), desktop.webview.locator(':root')], [desktop.itemIcons, desktop.webview.locator('.codicon')]);
    await desktop.command('Notifications: Clear All Notifications');
  });

  it('the status can be read, and what is said where the remote does not answer', async () => {
    await goOffline(playground);
    await assert.rejects(saveNotes(playground.desktop, 'Sweep the floor'), /queued/);
    await desktop.command('ConvoSync: Refresh');
    await desktop.treeItem('Sessions', 'Try Again').waitFor();
    await desktop.statusItem('status').click();
    await desktop.picks.filter({ hasText: 'Send Now' }).waitFor();
    await isRead('status', [desktop.quickInput, desktop.sideBar], [desktop.itemIcons]);
    await desktop.dismiss();
  });

  it('the plan of a save can be read', async () => {
    await desktop.command('ConvoSync: Save…');
    await desktop.pick('As a Commit');
    await desktop.answer('title of the session', 'Clean the kitchen');
    await desktop.modal.filter({ hasText: 'Save “Clean the kitchen”?' }).waitFor();
    await isRead('save', [desktop.modal]);
    await desktop.answerModal('Save “Clean the kitchen”?', 'Cancel');
  });

  /** Pictures the window in each theme, and measures these parts of it: text as WCAG wants it, and as it wants icons. */
  async function isRead(what: string, parts: readonly Locator[], icons: readonly Locator[] = []): Promise<void> {
    for (const theme of themeNames) {
      await desktop.wear(theme);
      await desktop.screenshot(`${theme}-${what}`);
      for (const part of parts) {
        assert.deepEqual(await violationsIn(part, ['color-contrast']), [], theme);
      }
      for (const several of icons) {
        const contrasts = await contrastsOf(several);
        assert.ok(contrasts.length > 0);
        assert.deepEqual(contrasts.filter(({ contrast }) => contrast < leastOfIcons), [], theme);
      }
    }
  }
});
