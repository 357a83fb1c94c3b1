/** What stands in the way of a save or a resume: each way out of it is a button, and leads to a plan that says what it will do. */
import assert from 'node:assert/strict';
import { appendFile, mkdir, readFile, rename, truncate, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { projectFolderName } from '../../../src/core/agents/claudeCode/projectFolder.ts';
import { favoriteTold } from '../../playground/conversations.ts';
import { saveProject } from '../../playground/core.ts';
import { goOffline, goOnline } from '../../playground/make.ts';
import type { Playground } from '../../playground/make.ts';
import { run } from '../../support/run.ts';
import { stagePerSuite } from './stage.ts';
import type { Workbench } from './workbench.ts';

/** Put together here, so that no scanner of this repository takes it for real. */
const token = ['ghp_', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('');
const feature = 'feature/half-and-half';

describe('what stands in the way', function () {
  this.timeout(60_000);
  let playground: Playground;
  let laptop: Workbench;
  let project: string;
  let transcript: string;
  const stage = stagePerSuite({ as: 'way-out' });
  const git = async (...args: string[]): Promise<string> => (await run('git', args, { cwd: project, env: playground.laptop.environment })).trim();
  const write = (file: string, content: string): Promise<void> => writeFile(path.join(project, file), content);
  const commit = async (file: string, content: string): Promise<void> => {
    await write(file, content);
    await git('add', '--all');
    await git('commit', '--quiet', '--message', `Change ${file}`);
  };

  /** Whatever was begun, changed or committed is gone. */
  const asAtTheRemote = async (): Promise<void> => {
    await git('reset', '--quiet', '--hard');
    await git('switch', '--quiet', feature);
    await git('reset', '--quiet', '--hard', `origin/${feature}`);
    await git('clean', '--quiet', '--force');
  };

  before(async () => {
    playground = await stage.makePlayground();
    ({ project } = playground.laptop);
    transcript = path.join(playground.laptop.home, '.claude/projects', projectFolderName(project), `${favoriteTold}.jsonl`);
    await saveProject(playground.laptop, 'Half and half');
    laptop = await stage.open(playground.laptop, { settings: { 'convosync.save.changes': 'commit' } });
  });

  describe('of a save', () => {
    afterEach(async () => {
      await asAtTheRemote();
    });

    it('no branch: one is created', async () => {
      await git('switch', '--quiet', '--detach');
      await write('notes.md', 'Figs\n');
      await save();
      await laptop.answerModal('You are on no branch', 'Create Branch Here');
      await laptop.answer('Name of the new branch', 'tried');
      await entitle();
      await planned(/Create branch tried/);
    });

    it('uncommitted changes: they are committed or kept in a snapshot, as one likes better', async () => {
      await write('notes.md', 'Figs\n');
      await save();
      await entitle();
      await turned(/Commit 1 file/, 'Save as Snapshot');
      await turned(/Keep 1 uncommitted file/, 'Commit & Continue');
      await planned(/Commit 1 file/);
    });

    it('files that look like secrets: they stay out, or come along when that is said', async () => {
      await write('.env', 'OVEN=hot\n');
      await write('notes.md', 'Figs\n');
      await save();
      await entitle();
      await turned(/Not in the session: \.env/, 'Save These Files Too');
      await planned(/Commit 2 files/);
    });

    it('a merge with conflicts: its files are opened', async () => {
      await git('switch', '--quiet', '--create', 'other', 'main');
      await commit('menu.md', 'Figs\n');
      await git('switch', '--quiet', '--create', 'another', 'main');
      await commit('menu.md', 'Plums\n');
      await assert.rejects(git('merge', 'other'));
      await save();
      await laptop.answerModal('A merge is in progress, with conflicts in menu.md.', 'Open Files');
      await laptop.editorTab('menu.md').waitFor();
    });

    it('a secret in the conversation: it is left out, or saved when that is said', async () => {
      const before = await readFile(transcript);
      await appendFile(transcript, `${JSON.stringify({ type: 'user', uuid: '99999999-8888-4777-8666-555555555555', sessionId: favoriteTold, cwd: project, timestamp: new Date().toISOString(), message: { role: 'user', content: `Push it with ${token}, please.` } })}\n`);
      for (const [way, shown] of [['Redact in the Saved Copy', /1 secret redacted/], ['Save Anyway', /1 secret as it stands/]] as const) {
        await save();
        await laptop.modal.filter({ hasText: 'Nothing has left this device' }).waitFor();
        assert.ok(!(await laptop.modal.innerText()).includes(token));
        await laptop.answerModal('The conversation holds', way);
        await entitle();
        await planned(shown);
      }
      await writeFile(transcript, before);
    });

    it('a remote that does not answer: it is tried again', async () => {
      await goOffline(playground);
      await write('notes.md', 'Figs\n');
      await save();
      await entitle();
      await laptop.modal.filter({ hasText: 'cannot be reached' }).waitFor();
      await goOnline(playground);
      await laptop.pressInModal('Save “Tried”?', 'Try Again');
      await laptop.modal.filter({ hasNotText: 'cannot be reached' }).filter({ hasText: 'Push' }).waitFor();
      await planned(/Commit 1 file/);
    });

    it('a branch that went on at the remote: both are brought together', async () => {
      await commit('menu.md', 'Figs\n');
      await git('push', '--quiet');
      await git('reset', '--quiet', '--hard', 'HEAD~');
      await commit('notes.md', 'Plums\n');
      await save();
      await laptop.answerModal('have diverged', 'Pull & Merge');
      await entitle();
      await planned(/[Mm]erge/);
      await save();
      await laptop.answerModal('have diverged', 'Pull & Rebase');
      await entitle();
      await laptop.answerModal('Save “Tried”?', 'Save');
      await laptop.toast(/Saved session [0-9a-f]+/).waitFor();
      assert.equal(await git('log', '--format=%s', '-2'), 'Change notes.md\nChange menu.md');
      assert.equal(await git('rev-parse', 'HEAD'), await git('ls-remote', 'origin', feature).then((line) => line.split('\t')[0]));
    });

    async function save(): Promise<void> {
      await laptop.command('ConvoSync: Save…');
    }

    async function entitle(): Promise<void> {
      await laptop.answer('title of the session', 'Tried');
    }

    /** The confirmation says so, and nothing is done. */
    async function planned(text: RegExp): Promise<void> {
      await laptop.modal.filter({ hasText: 'Save “Tried”?' }).filter({ hasText: text }).waitFor();
      await laptop.answerModal('Save “Tried”?', 'Cancel');
    }

    /** The confirmation says so, and comes back with another answer. */
    async function turned(text: RegExp, button: string): Promise<void> {
      await laptop.modal.filter({ hasText: 'Save “Tried”?' }).filter({ hasText: text }).waitFor();
      await laptop.pressInModal('Save “Tried”?', button);
    }
  });

  describe('of a resume', () => {
    const title = 'Half and half';
    let suppliers: string;

    before(async () => {
      const whole = await readFile(transcript);
      await truncate(transcript, whole.subarray(0, whole.length / 2).lastIndexOf('\n') + 1);
      await saveProject(playground.laptop, 'Cut off');
      await writeFile(transcript, whole);
      suppliers = path.join(path.dirname(project), 'suppliers');
      await run('git', ['init', '--quiet', suppliers], { env: playground.laptop.environment });
      await run('git', ['commit', '--quiet', '--allow-empty', '--message', 'Note the prices'], { cwd: suppliers, env: playground.laptop.environment });
      await saveProject(playground.laptop, 'With suppliers', { with: [suppliers] });
    });

    afterEach(async () => {
      await asAtTheRemote();
    });

    it('another branch: one stays on it', async () => {
      await git('switch', '--quiet', 'main');
      await resume(title);
      await laptop.answerModal(`The session is on ${feature}; you are on main.`, 'Stay on This Branch');
      await planned(/Leave the conversation/);
    });

    it('no branch: the exact commit is checked out', async () => {
      await git('switch', '--quiet', '--detach', 'main');
      await resume(title);
      await laptop.answerModal('You are on no branch', 'Check Out the Exact Commit');
      await planned(/Check out commit [0-9a-f]{7}, on no branch/);
    });

    it('changes of one’s own: they are put aside, and come back with the undo', async () => {
      await git('reset', '--quiet', '--hard', 'main');
      await write('README.md', 'Mine\n');
      await resume('With suppliers');
      await laptop.answerModal('There are uncommitted changes in README.md.', 'Stash & Continue');
      await laptop.modal.filter({ hasText: 'Stash 1 changed file' }).waitFor();
      await laptop.answerModal('Resume “With suppliers”?', 'Resume');
      await laptop.answerToast('Code and conversation are in sync', 'Undo');
      await laptop.toast('are as before').waitFor();
      assert.equal(await readFile(path.join(project, 'README.md'), 'utf8'), 'Mine\n');
    });

    it('commits of one’s own: they are merged, left on a branch of theirs, or left behind', async () => {
      await git('reset', '--quiet', '--hard', 'main');
      await write('own.md', 'Mine\n');
      for (const [way, shown] of [['Pull & Merge', /[Mm]erge/], ['Use Session’s State on a New Branch', /on a new branch/], ['Discard Local Commits', /1 local commit behind \(kept for undo\)/]] as const) {
        await resume('With suppliers');
        await laptop.answerModal('There are uncommitted changes in own.md.', 'Commit & Continue');
        await laptop.answerModal('have diverged', way);
        await planned(shown, 'With suppliers');
      }
    });

    it('a conversation that is shorter than it was: the last good session is taken', async () => {
      await resume('Cut off');
      await laptop.pressInModal('Resume “Cut off”?', 'Resume the Last Good One');
      await planned(/21 messages/, 'Tried');
    });

    it('another repository that is not there: one goes on without it, or says where it is', async () => {
      const moved = path.join(playground.laptop.home, 'moved');
      await mkdir(moved);
      await rename(suppliers, path.join(moved, 'suppliers'));
      await resume('With suppliers');
      await laptop.answerModal('This repository belongs to the session and is not at', 'Go On Without It');
      await planned(/Leave the conversation/, 'With suppliers');
      await resume('With suppliers');
      await laptop.answerModal('This repository belongs to the session and is not at', 'Choose Its Folder');
      await laptop.chooseFile('Where is suppliers?', path.join(moved, 'suppliers'));
      await planned(/Leave suppliers as it is/, 'With suppliers');
    });

    async function resume(session: string): Promise<void> {
      await laptop.command('ConvoSync: Resume…');
      await laptop.pickTyped(session);
    }

    /** The confirmation says so, and nothing is done. */
    async function planned(text: RegExp, session = title): Promise<void> {
      await laptop.modal.filter({ hasText: `Resume “${session}”?` }).filter({ hasText: text }).waitFor();
      await laptop.answerModal(`Resume “${session}”?`, 'Cancel');
    }
  });
});
