/** The main job as a person does it: two windows of VS Code on two devices, the mouse, the keyboard, and the real Claude Code. */
import assert from 'node:assert/strict';
import { appendFile, readdir, readFile, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { ClaudeUser } from '../../agents/claudeCode/claudeUser.ts';
import { ModelStub } from '../../agents/model/modelStub.ts';
import { favoriteTold } from '../../playground/conversations.ts';
import type { Playground } from '../../playground/make.ts';
import { withPrograms } from '../../playground/programs.ts';
import { run } from '../../support/run.ts';
import { stagePerSuite } from './stage.ts';
import type { Workbench } from './workbench.ts';

const question = 'What is my favorite pizza?';
/** Milliseconds that a passphrase may take on a machine with much to do: it is made to take long. */
const slowly = { timeout: 60_000 };
const passphrase = 'four cheeses and a fig';
const addition = '\nA pizza of two halves costs what the dearer half costs.\n';

describe('from one device to another', function () {
  this.timeout(120_000);
  let model: ModelStub;
  let playground: Playground;
  let laptop: Workbench;
  let desktop: Workbench;
  /** Ada at the laptop, in a terminal. */
  let ada: ClaudeUser;
  /** The conversation on the laptop as it was left there. */
  let away: Buffer;
  /** Of the vault, as it was shown once. */
  let recoveryKey: string;
  const stage = stagePerSuite();

  before(async () => {
    model = await ModelStub.start();
    stage.defer(() => model.stop());
    playground = await stage.makePlayground();
    playground.laptop = await withPrograms(playground.laptop, model.url);
    playground.desktop = await withPrograms(playground.desktop, model.url);
    ada = new ClaudeUser({ home: playground.laptop.home, folder: playground.laptop.project, model: model.url });
    laptop = await stage.open(playground.laptop);
    desktop = await stage.open(playground.desktop);
  });

  it('says in the status bar that the conversation was never saved', async () => {
    await laptop.statusItem('status').filter({ hasText: 'Nothing saved yet' }).waitFor();
  });

  it('leaves a file and a terminal open, which the first save takes along', async () => {
    await laptop.openFile('README.md');
    await laptop.command('Terminal: Create New Terminal');
    await laptop.typeInTerminal('git --no-pager log --oneline');
    await laptop.terminalShows(/--oneline.*[0-9a-f]{7} /);
  });

  it('saves nothing when the user leaves the question open who may read it', async () => {
    await laptop.typeCommand('ConvoSync: Save');
    await laptop.pick('As a Commit');
    await laptop.answer('title of the session', 'Pizzas of two halves');
    await laptop.picks.filter({ hasText: 'Only My Devices' }).waitFor();
    await laptop.dismiss();
    assert.equal(await laptop.modal.isVisible(), false);
    assert.equal(await git(playground.remote, 'for-each-ref', 'refs/convosync'), '');
  });

  it('asks before the first save who may read it, and for a passphrase that no slip of a finger can spoil', async () => {
    await laptop.typeCommand('ConvoSync: Save');
    await laptop.picks.filter({ hasText: 'As a Commit' }).and(laptop.page.locator('.focused')).waitFor();
    await laptop.page.keyboard.press('Enter');
    await laptop.answer('title of the session', 'Pizzas of two halves');
    await laptop.picks.filter({ hasText: 'Only My Devices' }).and(laptop.page.locator('.focused')).waitFor();
    await laptop.picks.filter({ hasText: 'Whoever Can Read the Repository' }).waitFor();
    await laptop.screenshot('new-vault');
    await laptop.page.keyboard.press('Enter');
    await laptop.answer('A passphrase of at least 10 characters', 'fig');
    await laptop.answer('At least 10 characters, please', passphrase);
    await laptop.answer('The same passphrase once more', 'four cheeses and a pig');
    await laptop.screenshot('new-passphrase');
    await laptop.answer('The two were not the same', passphrase);
    await laptop.answer('The same passphrase once more', passphrase);
    await laptop.modal.filter({ hasText: 'Sealed: only your own devices can read what is saved.' }).waitFor();
  });

  it('saves code and conversation under a message, after showing what will be done', async () => {
    await laptop.modal.filter({ hasText: 'Save the context: 1 editor and 1 terminal' }).waitFor();
    await laptop.answerModal('Save “Pizzas of two halves”?', 'Save');
    await laptop.modal.filter({ hasText: 'Recovery key of your vault' }).waitFor(slowly);
  });

  it('says that the recovery key could not be written somewhere, and goes on showing it', async () => {
    await saveRecoveryKeyTo('/proc/key.txt');
    await laptop.modal.filter({ hasText: 'AGE-SECRET-KEY-1' }).filter({ hasText: '/proc/key.txt could not be written.' }).waitFor();
  });

  it('shows the recovery key this once, and keeps it where the user says', async () => {
    await laptop.screenshot('recovery-key');
    await laptop.pressInModal(/AGE-SECRET-KEY-1/, 'Copy');
    await laptop.modal.filter({ hasText: 'Copied.' }).waitFor();
    recoveryKey = await laptop.page.evaluate<string>('navigator.clipboard.readText()');
    assert.match(recoveryKey, /^AGE-SECRET-KEY-1[A-Z0-9]{58}$/);

    await saveRecoveryKeyTo(path.join(playground.laptop.project, 'key.txt'));
    await laptop.modal.filter({ hasText: 'Choose a place outside the repository' }).waitFor();
    const file = path.join(playground.laptop.home, 'convosync-recovery-key.txt');
    await saveRecoveryKeyTo(file);
    await laptop.answerModal(`Saved to ${file}`, 'Done');
    assert.equal((await readFile(file, 'utf8')).split('\n')[0], recoveryKey);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
  });

  it('has saved everything, and keeps the keys in VS Code’s own store alone', async () => {
    await laptop.toast(/Saved session [0-9a-f]+\. It can be resumed on any of your devices/).waitFor();
    assert.equal(await git(playground.laptop.project, 'status', '--porcelain'), '');
    assert.equal(await git(playground.laptop.project, 'rev-parse', 'HEAD'), await git(playground.remote, 'rev-parse', 'feature/half-and-half'));
    const files = await readdir(playground.laptop.home, { recursive: true });
    assert.ok(files.some((file) => file.includes('keys/passphrase-')));
    assert.deepEqual(files.filter((file) => path.basename(file) === 'unlocked.json'), []);
  });

  it('copies what to type on the other device, and says what that is', async () => {
    await laptop.answerToast('Saved session', 'Copy Resume Command');
    await laptop.toast(/Copied: convosync resume [0-9a-f]+/).waitFor();
    assert.match(await laptop.page.evaluate<string>('navigator.clipboard.readText()'), /^convosync resume [0-9a-f]{8}$/);
  });

  it('shows nothing of a locked vault on the other device, where unlocking can be put off', async () => {
    await desktop.openContainer('ConvoSync');
    await desktop.command('ConvoSync: Refresh');
    await desktop.quickInput.filter({ hasText: 'passphrase, or its recovery key' }).waitFor();
    await desktop.dismiss();
    await desktop.welcome('locked on this device').getByRole('button', { name: 'Unlock Vault' }).waitFor();
    await desktop.statusItem('status').filter({ hasText: 'Vault locked' }).waitFor();
    assert.equal(await desktop.tree('Sessions').getByText('Pizzas').count(), 0);
    await desktop.screenshot('locked');
  });

  it('unlocks it by a click in the status bar, and says in the box what is wrong with another passphrase', async () => {
    await desktop.statusItem('status').click();
    await desktop.answer('passphrase, or its recovery key', 'five cheeses and a fig');
    await desktop.quickInput.filter({ hasText: 'This passphrase does not open the vault' }).waitFor(slowly);
    await desktop.screenshot('wrong-passphrase');
    await desktop.answer('This passphrase does not open the vault', passphrase);
    const unlocked = desktop.toast('The vault is unlocked on this device');
    await unlocked.waitFor(slowly);
    const code = /State ([0-9A-Z-]+)\./.exec(await unlocked.innerText())?.[1];
    await desktop.screenshot('unlocked', { notifications: true });
    await desktop.answerToast('The vault is unlocked on this device', 'Copy State Code');
    assert.match(code ?? '', /^[0-9A-Z]{4}-/);
    await desktop.page.waitForFunction(`navigator.clipboard.readText().then((text) => text === '${code}')`);
  });

  it('shows the session on the other device, by the device that saved it', async () => {
    await desktop.treeItem('Sessions', 'Pizzas of two halves').waitFor();
    await desktop.treeItem('Sessions', 'Ada’s laptop').waitFor();
  });

  it('opens its timeline', async () => {
    await desktop.treeItem('Sessions', 'Pizzas of two halves').click();
    await desktop.webview.getByText('We want to sell pizzas of two halves.').first().waitFor();
    await desktop.screenshot('session', { height: 1000 });
    await desktop.webview.getByRole('heading', { name: 'Timeline' }).hover();
    await desktop.page.mouse.wheel(0, 10_000);
    await desktop.webview.getByText('All three tests pass').first().waitFor();
    await desktop.screenshot('timeline');
  });

  it('exports it as a document, in the form that is chosen', async () => {
    const contents = { HTML: /^<!DOCTYPE html>[^]*<h1 [^>]*>Pizzas of two halves<\/h1>[^]*We want to sell pizzas of two halves\./, Markdown: /^# Pizzas of two halves\n[^]*\n### You · [^]*We want to sell pizzas of two halves\./ };
    for (const [form, content] of Object.entries(contents)) {
      const name = form === 'HTML' ? 'session.html' : 'session.md';
      const file = path.join(playground.desktop.home, name);
      await desktop.command('ConvoSync: Export Session…');
      await desktop.pick('Pizzas of two halves');
      await desktop.pick(form);
      await desktop.chooseFile('Export Session', file);
      await desktop.toast(`The session is in ${name}`).waitFor();
      assert.match(await readFile(file, 'utf8'), content);
    }
  });

  it('exports it as a file to resume from, and says first who can read that', async () => {
    await desktop.command('ConvoSync: Export Session…');
    await desktop.pick('Pizzas of two halves');
    await desktop.pick('Portable Session');
    await desktop.modal.filter({ hasText: 'Whoever gets this file can read the whole session: it is not sealed.' }).waitFor();
    await desktop.answerModal('Export a file that is not sealed?', 'Export');
    await desktop.chooseFile('Export Session', path.join(playground.desktop.home, 'pizzas.convosync.zip'));
    await desktop.toast('The session is in pizzas.convosync.zip').waitFor();
  });

  it('resumes it by the first words of the command: the same branch, commit and conversation', async () => {
    await desktop.typeCommand('ConvoSync: Resume');
    await desktop.pick('Pizzas of two halves');
    await desktop.answerModal('The session is on feature/half-and-half; you are on main.', 'Switch Branch');
    await desktop.modal.filter({ hasText: 'Opens again: 1 editor and 1 terminal.' }).waitFor();
    await desktop.answerModal('Resume “Pizzas of two halves”?', 'Resume');
    await desktop.toast('Code and conversation are in sync').waitFor();
    assert.equal(await git(playground.desktop.project, 'rev-parse', 'HEAD'), await git(playground.laptop.project, 'rev-parse', 'HEAD'));
  });

  it('opens again what was open, and runs nothing of it', async () => {
    await desktop.editorTab('README.md').waitFor();
    await desktop.command('Terminal: Focus Terminal');
    await desktop.terminalShows(/Saved on Ada’s laptop.* where this had run:/);
    await desktop.terminalShows(/git --no-pager log --oneline/);
    assert.doesNotMatch(await desktop.page.locator('.terminal-wrapper.active .xterm-rows').innerText(), /\n[0-9a-f]{7} /);
    await desktop.screenshot('context');
  });

  it('goes on in Claude Code, which knows what was said on the first device', async () => {
    await desktop.answerToast('Code and conversation are in sync', 'Open in Terminal');
    await desktop.terminalShows(/All three tests pass/);
    await desktop.typeInTerminal(question);
    await desktop.terminalShows(/Your favorite pizza is Margherita/);
    assert.match(model.lastConversation().join('\n'), /my favorite pizza is Margherita/);
  });

  it('says in the status bar that the conversation has gone on since', async () => {
    await desktop.statusItem('status').filter({ hasText: '2 messages not saved' }).waitFor();
  });

  it('saves on the second device what was added there', async () => {
    await appendFile(path.join(playground.desktop.project, 'README.md'), addition);
    await desktop.command('ConvoSync: Save…');
    await desktop.pick('As a Commit');
    await desktop.answer('title of the session', 'Asked about pizza');
    await desktop.modal.filter({ hasText: 'Save “Asked about pizza”?' }).waitFor();
    await desktop.screenshot('save');
    await desktop.answerModal('Save “Asked about pizza”?', 'Save');
    await desktop.toast(/Saved session [0-9a-f]+\. It can be resumed/).waitFor();
  });

  it('brings it home, where Claude Code knows what was said on both devices', async () => {
    away = await readFile(await ada.transcriptFile(favoriteTold));
    await laptop.command('ConvoSync: Resume…');
    await laptop.pick('Asked about pizza');
    await laptop.answerModal('Resume “Asked about pizza”?', 'Resume');
    await laptop.toast('Code and conversation are in sync').waitFor();

    assert.ok((await readFile(path.join(playground.laptop.project, 'README.md'), 'utf8')).endsWith(addition));
    await ada.say('And half of one?', { resume: favoriteTold });
    const said = model.lastConversation();
    assert.deepEqual(said.slice(-3), [question, 'Your favorite pizza is Margherita.', 'And half of one?']);
    assert.match(said.join('\n'), /my favorite pizza is Margherita/);
  });

  it('takes the resume back, and asks first because the conversation has gone on', async () => {
    await laptop.command('ConvoSync: Undo Last Resume');
    await laptop.answerModal('The conversation has gone on since.', 'Undo Anyway');
    await laptop.toast('are as before').waitFor();
    assert.deepEqual(await readFile(await ada.transcriptFile(favoriteTold)), away);
    assert.equal((await readFile(path.join(playground.laptop.project, 'README.md'), 'utf8')).includes(addition), false);
  });

  it('shows nothing any more once the vault is locked again, and opens it by the recovery key', async () => {
    await desktop.treeItem('Sessions', 'Asked about pizza').click();
    await desktop.editorTab('Asked about pizza').waitFor();
    await desktop.command('ConvoSync: Lock Vault');
    await desktop.editorTab('Asked about pizza').waitFor({ state: 'detached' });
    await desktop.welcome('locked on this device').getByRole('button', { name: 'Unlock Vault' }).click();
    await desktop.answer('passphrase, or its recovery key', recoveryKey);
    await desktop.treeItem('Sessions', 'Asked about pizza').waitFor();
  });

  it('has the vault open to a new passphrase and a new recovery key', async () => {
    await desktop.command('ConvoSync: Change Passphrase…');
    await desktop.answer('passphrase until now', recoveryKey);
    await desktop.answer('A passphrase of at least 10 characters', `${passphrase} leaf`);
    await desktop.answer('The same passphrase once more', `${passphrase} leaf`);
    await desktop.toast('The vault opens to the new passphrase from now on').waitFor(slowly);
    await desktop.command('ConvoSync: New Recovery Key…');
    await desktop.answer('passphrase until now', `${passphrase} leaf`);
    await desktop.modal.filter({ hasText: 'The earlier recovery key opens the vault no more.' }).waitFor(slowly);
    await desktop.pressInModal('Recovery key of your vault', 'Copy');
    await desktop.answerModal('Copied.', 'Done');
    const renewed = await desktop.page.evaluate<string>('navigator.clipboard.readText()');
    assert.match(renewed, /^AGE-SECRET-KEY-1/);
    assert.notEqual(renewed, recoveryKey);
  });

  /** Presses the button of the dialog that shows the key, and types a name into VS Code's own dialog for files. */
  async function saveRecoveryKeyTo(file: string): Promise<void> {
    await laptop.pressInModal('Recovery key of your vault', 'Save to File…');
    await laptop.chooseFile('Save Recovery Key', file);
  }

  async function git(place: string, ...args: string[]): Promise<string> {
    return (await run('git', args, { cwd: place })).trim();
  }
});
