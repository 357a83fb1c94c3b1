/** The views of a person with many sessions, from two devices: what they are grouped by, filtered by, and what is done with several. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { coreOf, saveNotes } from '../../playground/core.ts';
import type { Playground } from '../../playground/make.ts';
import { stagePerSuite } from './stage.ts';
import type { Workbench } from './workbench.ts';

describe('the views', function () {
  this.timeout(60_000);
  let playground: Playground;
  let desktop: Workbench;
  const stage = stagePerSuite({ as: 'views' });

  before(async () => {
    playground = await stage.makePlayground();
    await saveNotes(playground.laptop, 'Pizzas of two halves');
    await saveNotes(playground.laptop, 'A menu of figs');
    await saveNotes(playground.laptop, 'A menu of plums');
    await saveNotes(playground.desktop, 'Wash the oven');
    desktop = await stage.open(playground.desktop);
    await desktop.openContainer('ConvoSync');
    await desktop.treeItem('Sessions', 'A menu of plums').waitFor();
  });

  it('name devices and sessions to a screen reader with what is known of them', async () => {
    await desktop.namedItem('Sessions', /^Ada’s laptop, saved .*, 3 sessions of this repository/).waitFor();
    await desktop.namedItem('Sessions', /^Ada’s desktop, this device · saved .*, 1 session of this repository/).waitFor();
    await desktop.namedItem('Sessions', /^A menu of figs, feature\/half-and-half @ /).waitFor();
  });

  it('group sessions by branch, each with the device that it is from', async () => {
    await desktop.command('ConvoSync: Group Sessions by Branch');
    await desktop.treeItem('Sessions', 'feature/half-and-half').waitFor();
    await desktop.treeItem('Sessions', 'A menu of figs').filter({ hasText: 'Ada’s laptop' }).waitFor();
    await desktop.treeItem('Sessions', /^main/).waitFor();
  });

  it('group sessions by conversation, with code alone by itself', async () => {
    await desktop.command('ConvoSync: Group Sessions by Conversation');
    await desktop.treeItem('Sessions', 'Code Only').waitFor();
    await desktop.treeItem('Sessions', 'Wash the oven').waitFor();
    await desktop.command('ConvoSync: Group Sessions by Device');
    await desktop.treeItem('Sessions', /^Ada’s laptop/).waitFor();
  });

  it('show only the sessions with certain words, say so, and show all again', async () => {
    await desktop.command('ConvoSync: Filter Sessions');
    await desktop.answer('Words that are in a session', 'FIGS laptop');
    await desktop.viewMessage('1 session of 4 with “FIGS laptop”').waitFor();
    await desktop.treeItem('Sessions', 'Pizzas of two halves').waitFor({ state: 'detached' });
    await desktop.screenshot('views-filtered');
    await desktop.command('ConvoSync: Filter Sessions');
    await desktop.answer('Words that are in a session', 'anchovies');
    await desktop.viewMessage('No session has “anchovies” in it').waitFor();
    await desktop.command('ConvoSync: Clear Filter');
    await desktop.treeItem('Sessions', 'Pizzas of two halves').waitFor();
    await desktop.viewMessage('anchovies').waitFor({ state: 'detached' });
  });

  it('search what was said on every device while somebody types, and open the session that it was said in', async () => {
    await desktop.command('ConvoSync: Search Sessions');
    await desktop.quickInput.locator('input.input').fill('halves');
    await desktop.picks.filter({ hasText: 'Pizzas of two halves' }).filter({ hasText: 'Ada’s laptop · feature/half-and-half' }).first().waitFor();
    await desktop.screenshot('views-searched');
    await desktop.quickInput.locator('input.input').fill('halves nowhere');
    await desktop.picks.filter({ hasText: 'Nothing holds all of these words.' }).waitFor();
    await desktop.quickInput.locator('input.input').fill('"of two halves" sell');
    await desktop.pick('You: We want to sell pizzas of two halves.');
    await desktop.editorTab('Pizzas of two halves').waitFor();
  });

  it('compare two sessions: their files in the diff view of the editor, and what was said in only one of them', async () => {
    const compare = async (): Promise<void> => {
      await desktop.command('ConvoSync: Compare Sessions');
      await desktop.quickInput.getByPlaceholder('Which session is to be compared?').waitFor();
      await desktop.pick('A menu of figs');
      await desktop.quickInput.getByPlaceholder('With which other one?').waitFor();
      await desktop.pick('A menu of plums');
      await desktop.picks.filter({ hasText: 'notes.md' }).filter({ hasText: '+1 −1' }).waitFor();
    };
    await compare();
    await desktop.screenshot('views-compared');
    await desktop.pick('notes.md');
    await desktop.editorTab('notes.md').waitFor();
    await desktop.page.locator('.editor.original .view-lines').filter({ hasText: /A\smenu\sof\sfigs/ }).waitFor();
    await desktop.page.locator('.editor.modified .view-lines').filter({ hasText: /A\smenu\sof\splums/ }).waitFor();
    await compare();
    await desktop.pick('the same, 21 messages');
    await desktop.editorTab('Messages.txt').waitFor();
  });

  it('show what was said until a commit came to be, and offer its code', async () => {
    const { sessions } = await coreOf(playground.laptop).list(playground.laptop.project);
    await desktop.command('ConvoSync: Replay at Commit');
    await desktop.answer('The commit: what git takes for one', sessions.find(({ summary }) => summary.message === 'A menu of figs')?.summary.commit.slice(0, 8) ?? '');
    await desktop.editorTab('Conversation.md').waitFor();
    await desktop.page.locator('.editor-instance .view-lines').filter({ hasText: /Saved\son\sAda’s\slaptop/ }).waitFor();
    await desktop.toast(/up to commit [0-9a-f]{7}: /).waitFor();
    await desktop.screenshot('views-replayed', { notifications: true });
  });

  it('delete what is selected with one key and one question, and bring it back', async () => {
    await desktop.selectItems('Sessions', 'A menu of figs', 'A menu of plums');
    await desktop.page.keyboard.press('Delete');
    await desktop.answerModal('Delete 2 sessions?', 'Delete');
    await desktop.treeItem('Sessions', 'A menu of plums').waitFor({ state: 'detached' });
    await desktop.answerToast('The sessions are in the trash', 'Restore');
    await desktop.treeItem('Sessions', 'A menu of plums').waitFor();
  });

  it('tell once of a session that another device has saved', async () => {
    await saveNotes(playground.laptop, 'Bake for the night');
    await desktop.command('ConvoSync: Refresh');
    await desktop.toast(/Ada’s laptop saved .*: “Bake for the night”/).waitFor();
    await desktop.screenshot('views-announced', { notifications: true });
    await desktop.answerToast('Bake for the night', 'Later');
    await desktop.command('ConvoSync: Refresh');
    await desktop.treeItem('Sessions', 'Bake for the night').waitFor();
    assert.equal(await desktop.toast('Bake for the night').count(), 0);
  });

  it('copy a link to a session, which says what it will do before it does it', async () => {
    await desktop.command('ConvoSync: Copy Link');
    await desktop.pick('A menu of figs');
    await desktop.toast('Copied: ').waitFor();
    const link = await desktop.page.evaluate<string>('navigator.clipboard.readText()');
    assert.match(link, /^[\w-]+:\/\/convosync\.convosync\/session\?id=[0-9a-f]+&repository=pizza-orders$/);
    await desktop.openLink(link.replace('/session?', '/resume?'));
    await desktop.modal.filter({ hasText: 'A link asks for it. Saved on Ada’s laptop' }).waitFor();
    await desktop.screenshot('views-link');
    await desktop.answerModal('Resume “A menu of figs” of pizza-orders?', 'Look');
    await desktop.editorTab('A menu of figs').waitFor();
  });

  it('refuse a link that says more than a link of ours does', async () => {
    await desktop.openLink('vscode://convosync.convosync/resume?id=0123456789abcdef&force=true');
    await desktop.toast('This link was not followed: it says more than a link of ConvoSync does. Nothing was done.').waitFor();
    await desktop.openLink('vscode://convosync.convosync/resume?id=0123456789abcdef&repository=toppings');
    await desktop.answerModal('A link leads to session 01234567 of “toppings”, which is not known on this device.', 'Look It Up');
    await desktop.toast('No repository of this window has session 01234567').waitFor();
  });

  it('list what the other device left last, once for each conversation, and open it as a document', async () => {
    await desktop.showView('Handoffs');
    await desktop.namedItem('Handoffs', /^Handoff “Bake for the night”, Ada’s laptop · /).waitFor();
    assert.equal(await desktop.tree('Handoffs').getByRole('treeitem').count(), 1);
    await writeFile(path.join(playground.desktop.project, 'menu.md'), 'Margherita\n');
    await mkdir(path.join(playground.desktop.project, '.convosync'), { recursive: true });
    await writeFile(path.join(playground.desktop.project, '.convosync', 'session-handoff.md'), '# ConvoSync Session Handoffs\n\n---\n## Handoff from phone\n\n### Current Task\nAsk for figs\n');
    await desktop.command('ConvoSync: Refresh');
    await desktop.treeItem('Handoffs', 'phone').click();
    await desktop.page.locator('.editor-instance .view-lines').filter({ hasText: 'Ask for figs' }).waitFor();
    await desktop.treeItem('Handoffs', 'Bake for the night').click();
    await desktop.page.locator('.editor-instance .view-lines').filter({ hasText: 'Handoff', hasNotText: 'Handoff from phone' }).waitFor();
  });

  it('list the devices with their kind, their sessions and when they were last seen, this one first', async () => {
    await desktop.showView('Devices');
    await desktop.namedItem('Devices', /^Ada’s desktop, this device · .*1 session$/).waitFor();
    await desktop.namedItem('Devices', /^Ada’s laptop, last seen .*laptop · 4 sessions$/).waitFor();
    await desktop.itemAction(desktop.treeItem('Devices', 'Ada’s desktop'), 'Name This Device…');
    await desktop.answer('Your other devices show sessions under this name', 'Attic');
    await desktop.namedItem('Devices', /^Attic, this device/).waitFor();
  });

  it('say what they are for where there is nothing in them', async () => {
    const empty = path.join(playground.desktop.home, 'empty');
    await mkdir(empty);
    await desktop.show(empty);
    await desktop.openContainer('ConvoSync');
    await desktop.showView('Handoffs');
    await desktop.welcome('Handoffs are part of the sessions of a repository').waitFor();
  });

  it('explain themselves in a walkthrough with pictures', async () => {
    await desktop.command('Welcome: Open Walkthrough...');
    await desktop.pick('Take your work along');
    await desktop.command('View: Toggle Primary Side Bar Visibility');
    await desktop.page.getByText('Save where you stop').first().waitFor();
    for (const step of ['Resume where you go on', 'Look back', 'Save where you stop']) {
      await desktop.page.getByRole('button', { name: step }).first().click();
      await desktop.screenshot(`views-walkthrough-${step.split(' ')[0] ?? ''}`);
    }
  });
});
