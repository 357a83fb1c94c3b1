/** What is done with a session that is saved already: every command on one, and what only a selection of several has. */
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { coreOf, saveNotes, saveProject } from '../../playground/core.ts';
import type { Playground } from '../../playground/make.ts';
import { run } from '../../support/run.ts';
import { stagePerSuite } from './stage.ts';
import type { Workbench } from './workbench.ts';

describe('a session that was saved', function () {
  this.timeout(60_000);
  let playground: Playground;
  let desktop: Workbench;
  /** Id of the session about figs. */
  let figs: string;
  const stage = stagePerSuite({ as: 'session' });

  before(async () => {
    playground = await stage.makePlayground();
    await saveProject(playground.laptop, 'Half and half');
    figs = await saveNotes(playground.laptop, 'A menu of figs');
    await saveNotes(playground.laptop, 'A menu of plums');
    desktop = await stage.open(playground.desktop);
    await desktop.openContainer('ConvoSync');
    await desktop.treeItem('Sessions', 'A menu of plums').waitFor();
  });

  it('opens by its icon in the tree, and by a command that asks which', async () => {
    await desktop.itemAction(desktop.treeItem('Sessions', 'A menu of plums'), 'Open Timeline');
    await desktop.editorTab('A menu of plums').waitFor();
    await desktop.command('ConvoSync: Open Timeline');
    await desktop.pick('A menu of figs');
    await desktop.editorTab('A menu of figs').waitFor();
  });

  it('has an id to copy', async () => {
    await desktop.command('ConvoSync: Copy Session Id');
    await desktop.pick('A menu of figs');
    await desktop.toast(`Copied: ${figs}`).waitFor();
    assert.equal(await desktop.page.evaluate<string>('navigator.clipboard.readText()'), figs);
  });

  it('is pinned and unpinned, and says so in the tree', async () => {
    await desktop.command('ConvoSync: Pin');
    await desktop.pick('A menu of figs');
    await desktop.treeItem('Sessions', 'A menu of figs').filter({ hasText: 'pinned' }).waitFor();
    await desktop.command('ConvoSync: Unpin');
    await desktop.picks.filter({ hasText: 'A menu of figs' }).waitFor();
    assert.equal(await desktop.picks.filter({ hasText: 'A menu of plums' }).count(), 0, 'only what is pinned can be unpinned');
    await desktop.pick('A menu of figs');
    await desktop.treeItem('Sessions', 'A menu of figs').filter({ hasNotText: 'pinned' }).waitFor();
  });

  it('goes to the trash after a question, and comes back from there', async () => {
    await desktop.command('ConvoSync: Delete…');
    await desktop.pick('A menu of figs');
    await desktop.answerModal('Delete “A menu of figs”?', 'Delete');
    await desktop.treeItem('Sessions', 'Trash').filter({ hasText: '1 session' }).waitFor();
    await desktop.command('ConvoSync: Restore from Trash');
    await desktop.pick('A menu of figs');
    await desktop.toast('The session is back').waitFor();
    await desktop.treeItem('Sessions', 'Trash').waitFor({ state: 'detached' });
    await desktop.treeItem('Sessions', 'A menu of figs').waitFor();
  });

  it('has a handoff to set beside another one', async () => {
    await desktop.command('ConvoSync: Compare Handoffs…');
    await desktop.pick('A menu of figs');
    await desktop.quickInput.getByPlaceholder('With which other one?').waitFor();
    await desktop.pick('A menu of plums');
    await desktop.editorTab(`Handoff ${figs.slice(0, 8)} ↔`).waitFor();
    await desktop.page.locator('.editor.modified .view-lines').filter({ hasText: 'Handoff' }).waitFor();
  });

  it('is exported with others that are selected: a file each, into one folder', async () => {
    const target = path.join(playground.desktop.home, 'exported');
    await mkdir(target);
    await desktop.selectItems('Sessions', 'A menu of figs', 'A menu of plums');
    await desktop.contextMenu('Export Session…');
    await desktop.pick('Markdown');
    await desktop.chooseFile('Export 2 Sessions', target);
    await desktop.toast('2 sessions are in exported.').waitFor();
    const files = (await readdir(target)).toSorted();
    assert.deepEqual(files.map((file) => file.replace(/-[0-9a-f]{8}\./, '-id.')), ['A-menu-of-figs-id.md', 'A-menu-of-plums-id.md']);
    assert.match(await readFile(path.join(target, files[0] ?? ''), 'utf8'), /^# A menu of figs\n[^]*We want to sell pizzas of two halves\./);
  });

  it('is exported to be resumed without a vault, and imported again, which can be undone', async () => {
    const file = path.join(playground.desktop.home, 'halves.convosync.zip');
    const { project } = playground.desktop;
    const before = await git('rev-parse', 'HEAD');
    await desktop.command('ConvoSync: Export Session…');
    await desktop.pick('Half and half');
    await desktop.pick('Portable Session');
    await desktop.answerModal('Export a file that is not sealed?', 'Export');
    await desktop.chooseFile('Export Session', file);
    await desktop.toast('The session is in halves.convosync.zip').waitFor();

    await desktop.command('ConvoSync: Import Session…');
    await desktop.chooseFile('Import Session', file);
    await desktop.answerModal('The session is on feature/half-and-half; you are on main.', 'Switch Branch');
    await desktop.modal.filter({ hasText: 'The file is not signed' }).waitFor();
    await desktop.answerModal('Resume “Half and half”?', 'Resume');
    await desktop.toast('Code and conversation are in sync').waitFor();
    assert.equal(await git('branch', '--show-current'), 'feature/half-and-half');
    await desktop.command('ConvoSync: Undo Last Resume');
    await desktop.answerToast(/are as before/, 'Show Status');
    await desktop.quickInput.getByText('What to do').waitFor();
    await desktop.dismiss();
    assert.equal(await git('rev-parse', 'HEAD'), before);
    await desktop.command('ConvoSync: Undo Last Resume');
    const nothing = desktop.toast('There is nothing to undo here.');
    await nothing.waitFor();
    assert.equal(await nothing.getByRole('button', { name: 'Show Log' }).count(), 0);
    assert.equal((await coreOf(playground.desktop).list(project)).sessions.length, 3);
    await desktop.answerNotification('Code and conversation are in sync', 'Undo');
    await desktop.listedNotification('This resume has been undone already.').waitFor();
  });

  it('is taken back while nobody else has seen it, with the commit that it made', async () => {
    const before = await git('rev-parse', 'HEAD');
    await saveNotes(playground.desktop, 'Wash the oven');
    await desktop.command('ConvoSync: Refresh');
    await desktop.treeItem('Sessions', 'Wash the oven').waitFor();
    await desktop.command('ConvoSync: Undo Last Save');
    await desktop.treeItem('Sessions', /^Wash the oven/).waitFor({ state: 'detached' });
    assert.equal(await git('rev-parse', 'HEAD'), before);
  });

  it('is spoken of in a log, which a command shows', async () => {
    await desktop.command('ConvoSync: Show Log');
    await desktop.page.waitForFunction("[...document.querySelectorAll('.panel select')].some(({ selectedOptions: [shown] }) => shown?.text === 'ConvoSync')");
  });

  async function git(...args: string[]): Promise<string> {
    return (await run('git', args, { cwd: playground.desktop.project })).trim();
  }
});
