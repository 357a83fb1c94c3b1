/** The keys of a vault from its beginning to its end: whose it is, sealing it, letting devices in and taking them out, and removing it. */
import assert from 'node:assert/strict';
import type { ConvoSync } from '../../../src/core/operations/convosync.ts';
import { coreOf, saveProject } from '../../playground/core.ts';
import type { Playground } from '../../playground/make.ts';
import { run } from '../../support/run.ts';
import { stagePerSuite } from './stage.ts';
import type { Workbench } from './workbench.ts';

const passphrase = 'four cheeses and a fig';
/** Milliseconds that a passphrase may take on a machine with much to do: it is made to take long. */
const slowly = { timeout: 60_000 };

describe('a vault and its keys', function () {
  this.timeout(120_000);
  let playground: Playground;
  let laptop: Workbench;
  /** On the other device, in a terminal. */
  let desktop: ConvoSync;
  const stage = stagePerSuite({ as: 'vault' });

  before(async () => {
    playground = await stage.makePlayground();
    await saveProject(playground.desktop, 'Wash the oven');
    desktop = coreOf(playground.desktop);
    // The address that a person commits with is what a vault is recognised by.
    await run('git', ['config', 'user.email', 'ada@work.example.org'], { cwd: playground.laptop.project });
    laptop = await stage.open(playground.laptop);
    await laptop.openContainer('ConvoSync');
  });

  it('is not looked into before somebody has said that it is theirs', async () => {
    await laptop.treeItem('Sessions', 'Whose sessions are here?').waitFor();
    await laptop.treeItem('Sessions', 'Choose Vault').waitFor();
    await laptop.statusItem('status').filter({ hasText: 'Choose vault' }).waitFor();
    for (const view of ['Handoffs', 'Devices']) {
      await laptop.showView(view);
      await laptop.welcomeOf(view, 'What your devices saved could not be looked up.').getByRole('button', { name: 'Show Sessions' }).waitFor();
    }
    await laptop.command('ConvoSync: Choose Vault…');
    await laptop.picks.filter({ hasText: 'Begin a New One' }).waitFor();
    await laptop.screenshot('vault-choice');
    await laptop.pick(/Join [0-9a-f]{8}/);
    await laptop.treeItem('Sessions', 'Wash the oven').waitFor();
  });

  it('is sealed later, with what was saved before', async () => {
    await laptop.command('ConvoSync: Seal Vault…');
    await laptop.answerModal('Seal the vault?', 'Seal');
    await laptop.answer('A passphrase of at least 10 characters', passphrase);
    await laptop.answer('The same passphrase once more', passphrase);
    await laptop.modal.filter({ hasText: 'AGE-SECRET-KEY-1' }).waitFor(slowly);
    await laptop.answerModal('1 session that was saved before lies at the place readable as before', 'Done');
    await laptop.answerModal('Store 1 session from before once more, sealed?', 'Store Sealed');
    await laptop.toast('1 session from before was stored once more, sealed.').waitFor(slowly);
    await laptop.command('Notifications: Clear All Notifications');
  });

  it('says in every view when it is locked, and how it is opened', async () => {
    await laptop.command('ConvoSync: Lock Vault');
    await laptop.welcomeOf('Sessions', 'locked on this device').getByRole('button', { name: 'Ask Another Device' }).waitFor();
    for (const view of ['Handoffs', 'Devices']) {
      await laptop.showView(view);
      await laptop.welcomeOf(view, 'The vault of this repository is locked on this device.').getByRole('button', { name: 'Unlock Vault' }).waitFor();
    }
    await laptop.command('ConvoSync: Unlock Vault…');
    await laptop.quickInput.filter({ hasText: 'passphrase, or its recovery key' }).waitFor();
    await laptop.dismiss();
  });

  it('lets this device in by another one, which sees the same code', async () => {
    await desktop.unlock(playground.desktop.project, passphrase);
    await laptop.command('ConvoSync: Ask Another Device to Let This One In…');
    const asking = laptop.toast('Let this device in on one that is in already');
    await asking.waitFor();
    const said = await asking.innerText();
    const [request] = await desktop.accessRequests(playground.desktop.project);
    assert.ok(request && said.includes(request.code), said);
    assert.equal(request.device.name, 'Ada’s laptop');
    await desktop.approveAccess(playground.desktop.project, request.code);
    await laptop.answerToast('This device is in', 'Copy State Code');
    await laptop.treeItem('Sessions', 'Wash the oven').waitFor();
  });

  it('lets another device in once somebody has compared the code', async () => {
    await desktop.lock(playground.desktop.project);
    const { code } = await desktop.requestAccess(playground.desktop.project);
    await laptop.command('ConvoSync: Let a Device In…');
    await laptop.pick(code);
    await laptop.answerModal(`Does “Ada’s desktop” show this very code: ${code}?`, 'Let It In');
    await laptop.toast('“Ada’s desktop” is let in.').waitFor();
    assert.equal(await desktop.join(playground.desktop.project), true);
  });

  it('gets new keys when a device is taken out', async () => {
    await laptop.command('ConvoSync: Take a Device Out…');
    await laptop.pick('Ada’s desktop');
    await laptop.answerModal('Take “Ada’s desktop” out of the vault?', 'Take Out');
    await laptop.answer('The vault’s passphrase, or its recovery key', passphrase);
    await laptop.quickInput.filter({ hasText: 'Keep the Passphrase' }).waitFor(slowly);
    await laptop.pick('Keep the Passphrase');
    await laptop.modal.filter({ hasText: '“Ada’s desktop” is out of the vault' }).waitFor(slowly);
    await laptop.answerModal('Recovery key of your vault', 'Done');
    await laptop.namedItem('Devices', /^Ada’s desktop, .*taken out/).waitFor();
  });

  it('is removed from its place once what it is called was typed', async () => {
    await laptop.command('ConvoSync: Remove Vault…');
    await laptop.answerModal('Remove everything that you saved at', 'Remove…');
    const question = laptop.quickInput.filter({ hasText: 'to remove it' });
    await question.waitFor();
    const [, id = ''] = /Type ([0-9a-f]{8}) to remove it/.exec(await question.innerText()) ?? [];
    await laptop.enter(id.replace(/^./, 'x'));
    await question.waitFor();
    await laptop.enter(id);
    await laptop.toast('Nothing of your vault is left').waitFor();
    await laptop.welcome('No session has been saved for this repository yet').waitFor();
    assert.equal(await run('git', ['for-each-ref', 'refs/convosync'], { cwd: playground.remote }), '');
  });
});
