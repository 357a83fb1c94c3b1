/**
 * The story of the pictures: Ada leaves the laptop in the middle of a feature, finds everything at her desk, and goes on there. The animation
 * is made of it, and the views are photographed where the story comes by.
 */
import type { ModelStub } from '../agents/model/modelStub.ts';
import { favoriteTold } from '../playground/conversations.ts';
import type { Workbench } from '../ui/vscode/workbench.ts';
import type { Camera } from './camera.ts';
import type { Film, Scene } from './film.ts';
import { passphrase } from './world.ts';

const title = 'Pizzas of two halves';
const lastWords = /All three tests pass/;
const question = 'Where were we?';
const answer = 'Two halves have their price, and three tests pass. You decided to round after taking the dearer half. Still open: how the receipt shows a pizza of two halves.';

const laptopScene = (caption: string): Scene => ({ device: 'On the laptop', colour: '#54aeff', caption });
const deskScene = (caption: string): Scene => ({ device: 'At the desk', colour: '#4ac26b', caption });

interface Story {
  laptop: Workbench;
  desktop: Workbench;
  atLaptop: Camera;
  atDesktop: Camera;
  model: ModelStub;
  film: Film;
}

export async function playStory({ laptop, desktop, atLaptop, atDesktop, model, film }: Story): Promise<void> {
  for (const window of [laptop, desktop]) {
    await unlock(window);
  }
  await workOnLaptop(laptop);
  await leave(laptop, film, atLaptop);
  await hear(desktop, film, atDesktop);
  await lookAround(desktop, atDesktop);
  await typeCommands(desktop, atDesktop);
  await goOn(desktop, film, atDesktop, model);
}

async function unlock(window: Workbench): Promise<void> {
  await window.openContainer('ConvoSync');
  await window.welcome('locked on this device').getByRole('button', { name: 'Unlock Vault' }).click();
  await window.answer('passphrase, or its recovery key', passphrase);
  await window.toast('The vault is unlocked on this device').waitFor({ timeout: 60_000 });
  await window.command('Notifications: Clear All Notifications');
  await window.treeItem('Sessions', 'The dearer half').waitFor();
}

async function workOnLaptop(window: Workbench): Promise<void> {
  await window.openFile('halfAndHalf.test.js');
  await window.command('Terminal: Create New Terminal');
  await window.dragSash('panel', 70);
  await window.typeInTerminal(`claude --resume ${favoriteTold}`);
  await window.terminalShows(lastWords);
}

async function leave(window: Workbench, film: Film, camera: Camera): Promise<void> {
  await film.shoot(window, laptopScene('Half-way through a feature: code on a branch, and a long talk with Claude Code.'), { milliseconds: 2400 });
  await window.searchPalette('ConvoSync: Save');
  await film.shoot(window, laptopScene('Time to go.'), { milliseconds: 1000 });
  await window.page.keyboard.press('Enter');
  await window.quickInput.filter({ hasText: 'title of the session' }).waitFor();
  await window.quickInput.locator('input.input').fill(title);
  await film.shoot(window, laptopScene('Time to go.'), { milliseconds: 1400 });
  await window.page.keyboard.press('Enter');
  const plan = window.modal.filter({ hasText: `Save “${title}”?` });
  await plan.waitFor();
  await camera.alone('save', window.modal);
  await film.shoot(window, laptopScene('All that a save will do is shown before it is done.'), { press: plan.getByRole('button', { name: 'Save', exact: true }), milliseconds: 2600 });
  await window.answerModal(`Save “${title}”?`, 'Save');
  await window.toast('Saved session').waitFor();
  await window.toast('Saving').waitFor({ state: 'hidden' });
  await window.treeItem('Sessions', title).waitFor();
  await film.shoot(window, laptopScene('Code and conversation are saved as one, and sealed.'), { milliseconds: 1800 });
}

async function hear(window: Workbench, film: Film, camera: Camera): Promise<void> {
  await window.command('ConvoSync: Refresh');
  const news = window.toast(`“${title}”`).first();
  await news.waitFor();
  await news.hover();
  await film.shoot(window, deskScene('Another machine, which hears of it.'), { press: news.getByRole('button', { name: 'Resume' }), milliseconds: 2200 });
  await camera.alone('notification', news);
}

async function lookAround(window: Workbench, camera: Camera): Promise<void> {
  await window.treeItem('Sessions', title).click();
  await window.webview.getByText('We want to sell pizzas of two halves.').first().waitFor();
  await camera.window('session');
  await window.webview.getByRole('heading', { name: 'Timeline' }).hover();
  await window.page.mouse.wheel(0, 10_000);
  await window.webview.getByText(lastWords).first().waitFor();
  await camera.window('timeline');

  await window.statusItem('status').click();
  await window.picks.filter({ hasText: 'State' }).waitFor();
  await camera.alone('status', window.quickInput);
  await window.dismiss();

  await window.command('ConvoSync: Search Sessions');
  await window.quickInput.locator('input.input').fill('delivery');
  await window.picks.filter({ hasText: 'Ada’s phone' }).first().waitFor();
  await camera.alone('search', window.quickInput);
  await window.dismiss();

  await window.command('ConvoSync: Compare Sessions');
  await window.pick('The dearer half');
  await window.quickInput.getByPlaceholder('With which other one?').waitFor();
  await window.pick(title);
  await window.picks.filter({ hasText: 'halfAndHalf.test.js' }).waitFor();
  await camera.alone('compare', window.quickInput);
  await window.dismiss();

  await window.showView('Handoffs');
  await window.treeItem('Handoffs', title).click();
  // Drawn in colours: the headings are bold.
  await window.page.locator('.editor-instance .view-line .mtkb').first().waitFor();
  await window.showView('Devices');
  await window.treeItem('Devices', 'Ada’s phone').waitFor();
  await camera.window('handoffs');
  await window.dragSash('side bar', 70);
  await camera.part('views', window.sideBar);
  await window.dragSash('side bar', -70);
  await window.command('View: Close All Editors');
}

/** The same in a terminal, which is gone afterwards. */
async function typeCommands(window: Workbench, camera: Camera): Promise<void> {
  await window.command('Terminal: Create New Terminal');
  await window.command('View: Toggle Maximized Panel');
  await window.command('View: Toggle Primary Side Bar Visibility');
  await window.terminalShows('$');
  await window.typeInTerminal('convosync list');
  await window.terminalShows(/only your own devices[^]*\$/);
  await window.typeInTerminal('convosync resume');
  await window.terminalShows('Which session?');
  await camera.part('terminal', window.page.locator('.terminal-wrapper.active'), { height: 470 });
  await window.command('View: Toggle Primary Side Bar Visibility');
  await window.command('View: Toggle Maximized Panel');
  await window.dragSash('panel', 130);
  await window.command('Terminal: Kill the Active Terminal Instance');
}

async function goOn(window: Workbench, film: Film, camera: Camera, model: ModelStub): Promise<void> {
  await window.itemAction(window.treeItem('Sessions', title), 'Resume');
  await window.answerModal('The session is on feature/half-and-half; you are on main.', 'Switch Branch');
  const plan = window.modal.filter({ hasText: `Resume “${title}”?` });
  await plan.waitFor();
  await camera.alone('resume', window.modal);
  await film.shoot(window, deskScene('So is all that a resume will do, which can be undone.'), { press: plan.getByRole('button', { name: 'Resume', exact: true }), milliseconds: 2600 });
  await window.answerModal(`Resume “${title}”?`, 'Resume');
  const done = window.toast('Code and conversation are in sync').first();
  await done.waitFor();
  await done.hover();
  await window.statusText('Analyzing').waitFor({ state: 'hidden' });
  await window.page.locator('.monaco-progress-container.active').first().waitFor({ state: 'hidden' });
  await film.shoot(window, deskScene('The same branch, commit and files, and the editor open again.'), { press: done.getByRole('button', { name: 'Open in Terminal' }), milliseconds: 2400 });
  await window.answerToast('Code and conversation are in sync', 'Open in Terminal');
  await window.terminalShows(lastWords);
  model.prepare(answer);
  await window.typeInTerminal(question);
  await window.terminalShows('You decided to round');
  await film.shoot(window, deskScene('And the conversation: Claude Code goes on where you were.'), { milliseconds: 3600 });
}
