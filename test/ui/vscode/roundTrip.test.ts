/** The main job as a person does it: two windows of VS Code on two devices, the mouse, the keyboard, and the real Claude Code. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { ModelStub } from '../../agents/modelStub.ts';
import { makePlayground } from '../../playground/make.ts';
import type { Playground } from '../../playground/make.ts';
import { withPrograms } from '../../playground/programs.ts';
import { run } from '../../support/run.ts';
import { Workbench } from './workbench.ts';

const question = 'What is my favorite pizza?';

describe('from one device to another', function () {
  this.timeout(120_000);
  let folder: string;
  let model: ModelStub;
  let playground: Playground;
  let laptop: Workbench;
  let desktop: Workbench;
  const resources = new AsyncDisposableStack();

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'convosync-ui-'));
    resources.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
    model = await ModelStub.start();
    resources.defer(() => model.stop());
    playground = await makePlayground(folder);
    playground.laptop = await withPrograms(playground.laptop, model.url);
    playground.desktop = await withPrograms(playground.desktop, model.url);
    laptop = await Workbench.open({ ...playground.laptop, folder: playground.laptop.project });
    resources.defer(() => laptop.close());
    desktop = await Workbench.open({ ...playground.desktop, folder: playground.desktop.project });
    resources.defer(() => desktop.close());
  });

  after(async () => {
    await resources.disposeAsync();
  });

  afterEach(async function () {
    if (this.currentTest?.isFailed() === true) {
      await laptop.screenshot('failed-laptop');
      await desktop.screenshot('failed-desktop');
    }
  });

  it('says in the status bar that the conversation was never saved', async () => {
    await laptop.statusItem('status').filter({ hasText: 'Nothing saved yet' }).waitFor();
  });

  it('saves code and conversation under a message, after showing what will be done', async () => {
    await laptop.command('ConvoSync: Save…');
    await laptop.enter('Pizzas of two halves');
    await laptop.modal.filter({ hasText: 'Save “Pizzas of two halves”?' }).waitFor();
    await laptop.screenshot('save');
    await laptop.answerModal('Save “Pizzas of two halves”?', 'Save');
    await laptop.toast(/Saved session [0-9a-f]+\. It can be resumed on any of your devices/).waitFor();
    assert.equal(await git(playground.laptop.project, 'status', '--porcelain'), '');
    assert.equal(await git(playground.laptop.project, 'rev-parse', 'HEAD'), await git(playground.remote, 'rev-parse', 'feature/half-and-half'));
  });

  it('shows the session on the other device, by the device that saved it', async () => {
    await desktop.openContainer('ConvoSync');
    await desktop.command('ConvoSync: Refresh');
    await desktop.treeItem('Sessions', 'Pizzas of two halves').waitFor();
    await desktop.treeItem('Sessions', 'Ada’s laptop').waitFor();
    await desktop.screenshot('sessions');
  });

  it('opens its timeline', async () => {
    await desktop.treeItem('Sessions', 'Pizzas of two halves').click();
    await desktop.webview.getByText('We want to sell pizzas of two halves.').first().waitFor();
    await desktop.screenshot('timeline');
  });

  it('resumes it: the same branch, commit and conversation', async () => {
    await desktop.command('ConvoSync: Resume…');
    await desktop.pick('Pizzas of two halves');
    await desktop.answerModal('The session is on feature/half-and-half; you are on main.', 'Switch Branch');
    await desktop.modal.filter({ hasText: 'Resume “Pizzas of two halves”?' }).waitFor();
    await desktop.screenshot('resume');
    await desktop.answerModal('Resume “Pizzas of two halves”?', 'Resume');
    await desktop.toast('Code and conversation are in sync').waitFor();
    await desktop.screenshot('resumed');
    assert.equal(await git(playground.desktop.project, 'rev-parse', 'HEAD'), await git(playground.laptop.project, 'rev-parse', 'HEAD'));
  });

  it('goes on in Claude Code, which knows what was said on the first device', async () => {
    await desktop.answerToast('Code and conversation are in sync', 'Open in Terminal');
    await desktop.terminalShows(/All three tests pass/);
    await desktop.typeInTerminal(question);
    await desktop.terminalShows(/Your favorite pizza is Margherita/);
    await desktop.screenshot('continued');
    assert.match(model.lastConversation().join('\n'), /my favorite pizza is Margherita/);
  });

  it('takes the resume back, and asks first because the conversation has gone on', async () => {
    await desktop.command('ConvoSync: Undo Last Resume');
    await desktop.answerModal('The conversation has gone on since.', 'Undo Anyway');
    await desktop.toast('are as before').waitFor();
    assert.equal(await git(playground.desktop.project, 'branch', '--show-current'), 'main');
  });

  async function git(place: string, ...args: string[]): Promise<string> {
    return (await run('git', args, { cwd: place })).trim();
  }
});
