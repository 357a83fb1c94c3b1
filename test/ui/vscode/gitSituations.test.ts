/** A window with two repositories, whose remotes want to know who is there. */
import assert from 'node:assert/strict';
import { rm, symlink, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { Playground } from '../../playground/make.ts';
import { type GitHttpServer, startGitHttpServer } from '../../support/gitHttpServer.ts';
import { run } from '../../support/run.ts';
import { stagePerSuite } from './stage.ts';
import type { Workbench } from './workbench.ts';

const credentials = { user: 'ada', password: 'two halves' };

describe('a window with two repositories at remotes with a password', function () {
  this.timeout(120_000);
  let playground: Playground;
  let server: GitHttpServer;
  let laptop: Workbench;
  let suppliers: string;
  const stage = stagePerSuite({ as: 'git' });
  const git = async (folder: string, ...args: string[]): Promise<string> => run('git', ['-C', folder, ...args], { env: playground.laptop.environment });

  before(async () => {
    playground = await stage.makePlayground();
    server = await startGitHttpServer({ folder: path.dirname(playground.remote), credentials });
    stage.defer(() => server.stop());
    const { home, project } = playground.laptop;
    await git(project, 'remote', 'set-url', 'origin', `${server.url}/${path.basename(playground.remote)}`);

    suppliers = path.join(path.dirname(project), 'suppliers');
    await git(home, 'init', '--quiet', '--bare', path.join(path.dirname(playground.remote), 'suppliers.git'));
    await git(home, 'init', '--quiet', suppliers);
    await writeFile(path.join(suppliers, 'prices.csv'), 'tomatoes,2\n');
    await git(suppliers, 'add', '--all');
    await git(suppliers, 'commit', '--quiet', '-m', 'Note the prices');
    await git(suppliers, 'remote', 'add', 'origin', `${server.url}/suppliers.git`);
    await writeFile(path.join(suppliers, 'prices.csv'), 'tomatoes,3\n');

    const workspace = path.join(home, 'kitchen.code-workspace');
    await writeFile(workspace, JSON.stringify({ folders: [{ path: project }, { path: suppliers }] }));
    laptop = await stage.open(playground.laptop, { folder: workspace });
  });

  it('looks for sessions without asking for a password behind the user’s back', async () => {
    await laptop.statusItem('status').filter({ hasText: 'Sign-in needed' }).waitFor();
    assert.ok(server.requests.length > 0, 'the remote was asked');
    assert.equal(await laptop.quickInput.isVisible(), false);
  });

  it('asks in VS Code’s own input box once the user saves, and no more than once', async () => {
    await laptop.typeCommand('ConvoSync: Save');
    await laptop.pick('pizza-orders');
    await laptop.answer(server.url, credentials.user);
    await laptop.quickInput.locator('input[placeholder="Password"]').waitFor();
    await laptop.screenshot('git-password');
    await laptop.enter(credentials.password);
    await laptop.pick('As a Commit');
    await laptop.answer('title of the session', 'Pizzas of two halves');
    await laptop.pick('Whoever Can Read the Repository');
  });

  it('takes the window’s other repositories along when the user says so, and shows what that means', async () => {
    await laptop.pressInModal('Save “Pizzas of two halves”?', 'Other Repositories…');
    await laptop.pickSeveral('suppliers');
    await laptop.modal.filter({ hasText: 'Keep suppliers, on main, inside the session, with 1 commit and 1 uncommitted file' }).waitFor();
    await laptop.screenshot('git-other-repositories');
    await laptop.answerModal('Save “Pizzas of two halves”?', 'Save');
    await laptop.toast(/Saved session [0-9a-f]+\. It can be resumed on any of your devices/).waitFor();
    assert.equal(await git(playground.laptop.project, 'rev-parse', 'HEAD'), await git(playground.remote, 'rev-parse', 'feature/half-and-half'));
    assert.match(await git(suppliers, 'status', '--porcelain'), /^ ?M prices\.csv/);
    assert.equal(await git(path.join(path.dirname(playground.remote), 'suppliers.git'), 'for-each-ref'), '', 'nothing of it is pushed');
    await laptop.statusItem('status').filter({ hasText: 'Synced' }).waitFor();
  });

  it('offers ways around what has rejected a push, and sends the session without the branch', async () => {
    const hook = path.join(playground.remote, 'hooks/update');
    await writeFile(hook, '#!/bin/sh\ncase "$1" in refs/heads/*) echo protected; exit 1;; esac\n', { mode: 0o755 });
    await writeFile(path.join(playground.laptop.project, 'notes.md'), 'Ask for the prices of figs.\n');
    await laptop.typeCommand('ConvoSync: Save');
    await laptop.pick('pizza-orders');
    await laptop.answer('title of the session', 'Notes');
    await laptop.answerModal('Save “Notes”?', 'Save');
    const rejected = laptop.toast(/declined the push/);
    await rejected.getByRole('button', { name: 'Try Again' }).waitFor();
    await laptop.screenshot('git-rejected-push', { notifications: true });
    await laptop.answerToast(/declined the push/, 'Save Without Pushing the Branch');
    await laptop.toast('The session that waited has been sent.').waitFor();
    assert.notEqual(await git(playground.laptop.project, 'rev-parse', 'HEAD'), await git(playground.remote, 'rev-parse', 'feature/half-and-half'));
    await rm(hook);
  });

  it('opens a session in a working tree beside the one on screen, which stays as it is', async () => {
    const { project } = playground.laptop;
    await git(project, 'switch', '--quiet', 'main');
    await laptop.typeCommand('ConvoSync: Resume');
    await laptop.pick('pizza-orders');
    await laptop.pick('Notes');
    await laptop.modal.filter({ hasText: 'The session is on feature/half-and-half; you are on main.' }).waitFor();
    await laptop.screenshot('git-other-branch');
    await laptop.answerModal('The session is on feature/half-and-half', 'Open in a Worktree');
    await laptop.answerModal('Resume “Notes”?', 'Resume');
    await laptop.toast('Open Window').waitFor();
    await laptop.screenshot('git-worktree', { notifications: true });
    assert.equal(await git(project, 'branch', '--show-current'), 'main\n');
    assert.equal(await git(`${project}-feature-half-and-half`, 'branch', '--show-current'), 'feature/half-and-half\n');
  });

  describe('in a repository without a commit', () => {
    let empty: string;
    before(async () => {
      empty = path.join(path.dirname(playground.laptop.project), 'empty');
      await git(playground.laptop.home, 'init', '--quiet', empty);
      // Under another name nothing tells that it is the session's own repository.
      const renamed = path.join(path.dirname(playground.remote), 'renamed.git');
      await symlink(playground.remote, renamed);
      await git(empty, 'remote', 'add', 'origin', `${server.url}/${path.basename(renamed)}`);
      await laptop.show(empty);
      await laptop.statusItem('status').waitFor();
    });

    it('leads to the right one, which this device knows', async () => {
      await laptop.typeCommand('ConvoSync: Resume');
      await laptop.pick('Notes');
      const refused = laptop.modal.filter({ hasText: 'The repository has no commit yet.' });
      await refused.getByRole('button', { name: 'Clone Session’s Repository' }).waitFor();
      await laptop.screenshot('git-right-one');
      const opened = laptop.page.waitForEvent('popup');
      await laptop.answerModal('The repository has no commit yet.', 'Open the Right One');
      await laptop.pick(/pizza-orders(?!-)/);
      const other = await opened;
      assert.equal(new URL(other.url()).searchParams.get('folder'), playground.laptop.project);
      await other.close();
    });

    it('leads to a clone of it, in VS Code’s own way', async () => {
      await laptop.typeCommand('ConvoSync: Resume');
      await laptop.pick('Notes');
      await laptop.answerModal('The repository has no commit yet.', 'Clone Session’s Repository');
      await laptop.quickInput.filter({ hasText: /Choose a folder to clone/ }).waitFor();
      await laptop.dismiss();
    });

    it('makes the first commit, and goes on with the save', async () => {
      await git(empty, 'remote', 'remove', 'origin');
      await laptop.typeCommand('ConvoSync: Save');
      await laptop.answerModal('The repository has no commit yet.', 'Initialise Repository');
      await laptop.answer('title of the session', 'Empty');
      assert.equal(await git(empty, 'log', '--format=%s'), 'Initial commit\n');
    });

    it('says that no other device will see it, and adds a remote', async () => {
      await laptop.pick('Whoever Can Read the Repository');
      await laptop.modal.filter({ hasText: 'No other device sees the session until there is one.' }).waitFor();
      await laptop.screenshot('git-no-remote');
      await laptop.pressInModal('Save “Empty”?', 'Add Remote');
      const bare = path.join(path.dirname(playground.remote), 'empty.git');
      await git(empty, 'init', '--quiet', '--bare', bare);
      await laptop.quickInput.getByPlaceholder(/Provide repository URL/).fill(bare);
      await laptop.pick(bare);
      await laptop.quickInput.getByPlaceholder(/Remote name/).waitFor();
      await laptop.enter('upstream');
      await laptop.modal.filter({ hasText: 'Save “Empty”?' }).filter({ hasNotText: 'No other device sees' }).waitFor();
      await laptop.answerModal('Save “Empty”?', 'Cancel');
      assert.equal((await git(empty, 'remote', 'get-url', 'upstream')).trim(), bare);
    });
  });
});
