/** What a person switches on or off, and what the status bar says meanwhile. */
import assert from 'node:assert/strict';
import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { SessionContext } from '../../../src/core/session/context.ts';
import { coreOf, saveNotes, saveProject } from '../../playground/core.ts';
import type { Playground, PlaygroundDevice } from '../../playground/make.ts';
import { stagePerSuite } from './stage.ts';
import type { Workbench } from './workbench.ts';

const chosen = { 'convosync.save.changes': 'snapshot', 'convosync.context.environment': ['OVEN'], 'convosync.autoSave.onFocusLost': true };

describe('a window, as its person wants it', function () {
  this.timeout(60_000);
  let playground: Playground;
  let desktop: Workbench;
  /** While this file is there, git waits in its hooks. */
  let hold: string;
  const stage = stagePerSuite({ as: 'choices', notifications: true });

  before(async () => {
    playground = await stage.makePlayground();
    hold = path.join(playground.folder, 'hold');
    await addProgram(path.join(playground.desktop.project, '.git/hooks/post-checkout'), waiting());
    await addProgram(path.join(playground.remote, 'hooks/pre-receive'), waiting());
    // A shell that begins puts together its own PATH.
    for (const name of ['.bashrc', '.bash_profile']) {
      await writeFile(path.join(playground.desktop.home, name), 'claude() { echo "started with $OVEN, $TILL."; }\n');
    }
    await saveProject(playground.laptop, 'Bake', { snapshot: true, context: {
      editors: [], terminals: [{ name: 'kitchen', folder: '', commands: [] }], environment: { OVEN: 'stone', TILL: 'four digits' },
    } });
    desktop = await stage.open(playground.desktop, { settings: { ...chosen, 'convosync.notifications.newSession': false }, environment: { ...playground.desktop.environment, OVEN: 'wood', TILL: 'empty' } });
    await desktop.openContainer('ConvoSync');
  });

  afterEach(async () => {
    await rm(hold, { force: true });
  });

  it('sets a variable that is named on both devices, and says which one is not', async () => {
    await desktop.command('ConvoSync: Resume…');
    await desktop.pickTyped('Bake');
    await desktop.answerModal('The session is on feature/half-and-half', 'Switch Branch');
    await desktop.modal.filter({ hasText: 'Opens again: 1 terminal and the variable OVEN.' }).filter({ hasText: 'The session has the variable TILL, too; it is not set here' }).waitFor();
    await desktop.screenshot('choices-variables');
    await writeFile(hold, '');
    await desktop.answerModal('Resume “Bake”?', 'Resume');
    await desktop.statusItem('status').filter({ hasText: 'Resuming…' }).waitFor();
    await rm(hold);
    await desktop.answerToast('Code and conversation are in sync', 'Open in Terminal');
    await desktop.terminalShows('started with stone, empty.');
    await desktop.command('Terminal: Focus Previous Terminal');
    await desktop.typeInTerminal('echo "kitchen with $OVEN, $TILL."');
    await desktop.terminalShows('kitchen with stone, empty.');
  });

  it('takes a variable along that is named, and no other', async () => {
    await appendFile(path.join(playground.desktop.project, 'README.md'), 'Figs go on top.\n');
    await desktop.command('ConvoSync: Save…');
    await desktop.answer('title of the session', 'Figs');
    await desktop.modal.filter({ hasText: 'and the variable OVEN' }).waitFor();
    await writeFile(hold, '');
    await desktop.answerModal('Save “Figs”?', 'Save');
    await desktop.statusItem('status').filter({ hasText: 'Saving…' }).waitFor();
    await rm(hold);
    await desktop.answerToast(/Saved session [0-9a-f]+/, 'Copy Resume Command');
    assert.deepEqual((await contextOf(playground.desktop, 'Figs'))?.environment, { OVEN: 'wood' });
  });

  it('sees that a file with changes was changed once more, saves when it loses the focus, and tells nobody', async () => {
    await desktop.command('Notifications: Clear All Notifications');
    await desktop.openFile('README.md');
    await desktop.goToLine(1);
    await desktop.page.keyboard.type('Cherries go on top.');
    await desktop.page.keyboard.press('ControlOrMeta+s');
    await desktop.statusItem('status').filter({ hasText: 'Changes not saved' }).waitFor();
    const comeBack = await desktop.leaveWindow();
    try {
      await desktop.treeItem('Sessions', 'saved by itself').waitFor();
    } finally {
      await comeBack();
    }
    await desktop.statusItem('status').filter({ hasText: 'Synced' }).waitFor();
    assert.deepEqual(await desktop.toast(/./).allInnerTexts(), []);
  });

  it('says nothing of a session of another device, and shows it all the same', async () => {
    await saveNotes(playground.laptop, 'Silent figs');
    await desktop.command('ConvoSync: Refresh');
    await desktop.statusItem('status').filter({ hasText: 'Ada’s laptop saved' }).waitFor();
    await desktop.treeItem('Sessions', 'Silent figs').waitFor();
    await desktop.activityTab('ConvoSync').and(desktop.page.getByRole('tab', { name: 'Ada’s laptop has saved a session' })).waitFor();
    assert.equal(await desktop.toast('Silent figs').count(), 0);
    // What had been announced would not be announced again.
    await desktop.set(chosen);
    await desktop.answerToast('Silent figs', 'Later');
  });

  it('says that something is the matter and what, also where nothing is known, and goes on when it is mended', async () => {
    const device = path.join(playground.desktop.home, '.local/share/convosync/device.json');
    const status = desktop.statusItem('status');
    const content = await readFile(device);
    await writeFile(device, 'figs');
    await desktop.command('ConvoSync: Refresh');
    await status.filter({ has: desktop.page.locator('.codicon-warning') }).filter({ hasText: 'Ada’s laptop saved' }).waitFor();
    await desktop.reload();
    await status.filter({ has: desktop.page.locator('.codicon-error') }).filter({ hasText: /^\s*ConvoSync\s*$/ }).and(desktop.page.locator('.warning-kind')).waitFor();
    await status.getByRole('button', { name: 'A file of ConvoSync’s own is damaged' }).waitFor();
    await status.click();
    await desktop.toast('A file of ConvoSync’s own is damaged').getByRole('button', { name: 'Show Log' }).waitFor();
    await writeFile(device, content);
    await desktop.command('ConvoSync: Refresh');
    await status.filter({ hasText: 'Ada’s laptop saved' }).waitFor();
  });

  function waiting(): string {
    return `while [ -e '${hold}' ]; do sleep 0.1; done`;
  }

  async function contextOf(device: PlaygroundDevice, message: string): Promise<SessionContext | undefined> {
    const core = coreOf(device);
    const { sessions } = await core.list(device.project);
    const { manifest } = await core.describe(device.project, sessions.find(({ summary }) => summary.message === message)?.outline.id ?? message);
    return manifest.context;
  }
});

async function addProgram(file: string, line: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\n${line}\n`, { mode: 0o755 });
}
