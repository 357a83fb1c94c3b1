/** What is open around the work: a save takes it along, a resume opens it again as it was, and a page that is moved stays as it was. */
import assert from 'node:assert/strict';
import type { Playground } from '../../playground/make.ts';
import { run } from '../../support/run.ts';
import { stagePerSuite } from './stage.ts';
import type { Workbench } from './workbench.ts';

const title = 'Half and half';

describe('what is open around the work', function () {
  this.timeout(120_000);
  let playground: Playground;
  let laptop: Workbench;
  const stage = stagePerSuite({ as: 'context' });

  before(async () => {
    playground = await stage.makePlayground();
    laptop = await stage.open(playground.laptop, {
      settings: {
        'convosync.newVault': 'readable', 'convosync.save.changes': 'commit',
        'convosync.context.breakpoints': true,
        'debug.allowBreakpointsEverywhere': true,
      },
    });
  });

  it('goes along with a save: editors with pin, selection and place, and breakpoints', async () => {
    await laptop.openFile('menu.js');
    await laptop.command('View: Pin Editor');
    await laptop.openFile('price.js');
    await laptop.goToLine(7);
    await laptop.command('Debug: Toggle Breakpoint');
    await laptop.page.locator('.codicon-debug-breakpoint').first().waitFor();
    await laptop.page.keyboard.press('Shift+ArrowDown');
    await laptop.command('View: Split Editor Right');
    await laptop.openFile('README.md');
    await laptop.command('ConvoSync: Save…');
    await laptop.answer('title of the session', title);
    await laptop.modal.filter({ hasText: 'Save the context: 4 editors' }).waitFor();
    await laptop.screenshot('context-saved');
    await laptop.answerModal(`Save “${title}”?`, 'Save');
    await laptop.toast(/Saved session [0-9a-f]+/).waitFor();
  });

  it('is opened again by a resume as it was', async () => {
    await close();
    await laptop.command('ConvoSync: Resume…');
    await laptop.pickTyped(title);
    await laptop.modal.filter({ hasText: 'Opens again: 4 editors' }).waitFor();
    await laptop.answerModal(`Resume “${title}”?`, 'Resume');
    await laptop.toast('Code and conversation are in sync').waitFor();
    await opened();
  });

  it('is opened again in the window of a working tree beside, too', async () => {
    await close();
    await run('git', ['switch', '--quiet', 'main'], { cwd: playground.laptop.project });
    await laptop.command('ConvoSync: Resume…');
    await laptop.pickTyped(title);
    await laptop.answerModal('The session is on feature/half-and-half; you are on main.', 'Open in a Worktree');
    await laptop.answerModal(`Resume “${title}”?`, 'Resume');
    await laptop.toast('Open Window').waitFor();
    // Leaving the window as a person does has the browser keep what this one leaves for the next.
    await laptop.reload();
    await laptop.show(`${playground.laptop.project}-feature-half-and-half`);
    await opened();
  });

  it('leaves a page where its reader was when it is moved to another column', async () => {
    await laptop.command('ConvoSync: Open Timeline');
    await laptop.pickTyped(title);
    await laptop.webview.getByRole('heading', { name: 'Timeline' }).hover();
    await laptop.page.mouse.wheel(0, 1_200);
    await laptop.webview.locator('article[aria-posinset="8"]').waitFor();
    const before = await topMessage();
    assert.notEqual(before, '1');
    await laptop.command('View: Move Editor into Previous Group');
    await laptop.editorGroups.nth(0).locator('.tab.active').filter({ hasText: title }).waitFor();
    await laptop.webview.locator(`article[aria-posinset="${before}"]`).waitFor();
    assert.equal(await topMessage(), before);
  });

  async function close(): Promise<void> {
    await laptop.openFile('price.js');
    await laptop.goToLine(7);
    await laptop.command('Debug: Toggle Breakpoint');
    await laptop.page.locator('.codicon-debug-breakpoint').first().waitFor({ state: 'detached' });
    await laptop.command('View: Close All Editors');
  }

  async function opened(): Promise<void> {
    await laptop.editorGroups.nth(1).waitFor();
    assert.equal(await laptop.editorGroups.count(), 2);
    const [left, right] = [laptop.editorGroups.nth(0), laptop.editorGroups.nth(1)];
    await left.locator('.tab.sticky').filter({ hasText: 'menu.js' }).waitFor();
    await left.locator('.tab.active').filter({ hasText: 'price.js' }).waitFor();
    await right.locator('.tab.active').filter({ hasText: 'README.md' }).waitFor();
    await right.locator('.tab').filter({ hasText: 'price.js' }).waitFor();
    await left.locator('.codicon-debug-breakpoint').first().waitFor();
    await left.locator('.selected-text').first().waitFor();
  }

  /** Number of the first message that is in view below the bar. */
  async function topMessage(): Promise<string> {
    return String(await laptop.webview.locator('.scroller').evaluate("[...document.querySelectorAll('article')].find((article) => article.getBoundingClientRect().bottom > 150)?.getAttribute('aria-posinset')"));
  }
});
