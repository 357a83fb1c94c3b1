import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { ConvoSyncError } from '../../../../src/core/common/errors.ts';
import type { ErrorCode } from '../../../../src/core/common/errors.ts';
import { detachAt, fastForwardTo, switchTo, updateRef } from '../../../../src/core/git/branches.ts';
import { readConfiguration } from '../../../../src/core/git/configuration.ts';
import { fetchBranch, listRemoteRefs, pullBranch } from '../../../../src/core/git/fetch.ts';
import { aheadBehind, commitAt, commitsBetween, hasCommit, isAncestor, mergeBase, readReflog, resolveCommit, rootsOf } from '../../../../src/core/git/history.ts';
import { fetchRefspecs, fetchUrlOf, listRemotes, notedDefaultBranch, pushRemoteOf, trackedCommit } from '../../../../src/core/git/remotes.ts';
import { Repository } from '../../../../src/core/git/repository.ts';
import { commitStaged, stageAll, stashAll } from '../../../../src/core/git/staging.ts';
import { holdable, nestedRepositories, operationInProgress, readHead, readState } from '../../../../src/core/git/workingTree.ts';
import { GitSandbox } from '../../../support/gitRepo.ts';
import type { TestRepo } from '../../../support/gitRepo.ts';

const withCode = (code: ErrorCode, words?: RegExp) => (error: unknown) => ConvoSyncError.is(error, code) && (words === undefined || words.test(String(error.details['stderr'])));

describe('repository', () => {
  let sandbox: GitSandbox;
  beforeEach(() => {
    sandbox = new GitSandbox();
  });
  afterEach(() => sandbox[Symbol.dispose]());

  async function open(folder: string | TestRepo): Promise<Repository> {
    const repository = await Repository.open(sandbox.git(), typeof folder === 'string' ? folder : folder.folder);
    assert.ok(repository);
    return repository;
  }

  /** A bare remote and two clones of it, one commit in all. */
  function twoClones(): { remote: TestRepo; a: TestRepo; b: TestRepo } {
    const remote = sandbox.init('remote.git', '--bare');
    const a = sandbox.clone(remote.folder, 'a');
    a.commit('one');
    a.git('push', '--quiet', '--set-upstream', 'origin', 'main');
    return { remote, a, b: sandbox.clone(remote.folder, 'b') };
  }

  describe('opening', () => {
    it('finds the top from a sub-folder and through a symbolic link', async () => {
      const repo = sandbox.init('a');
      mkdirSync(`${repo.folder}/deep/er`, { recursive: true });
      symlinkSync(`${repo.folder}/deep`, sandbox.path('link'));
      for (const folder of [repo.folder, `${repo.folder}/deep/er`, sandbox.path('link')]) {
        const { top, gitDir, commonDir } = await open(folder);
        assert.deepEqual({ top, gitDir, commonDir }, { top: repo.folder, gitDir: `${repo.folder}/.git`, commonDir: `${repo.folder}/.git` });
      }
    });

    for (const name of ['with space', 'Grüße', 'line\nbreak', "quote'\"s"]) {
      it(`works in a folder named ${JSON.stringify(name)}`, async () => {
        const repo = sandbox.init(name);
        const commit = repo.commit('one', `${name}.txt`);
        const repository = await open(repo);
        assert.equal(repository.top, repo.folder);
        assert.deepEqual(await readHead(repository), { branch: 'main', commit });
        repo.write(`${name}.txt`, 'changed');
        assert.deepEqual((await readState(repository)).changes.map(({ path }) => path), [`${name}.txt`]);
      });
    }

    it('is undefined outside of any working tree', async () => {
      const bare = sandbox.init('bare.git', '--bare');
      const repo = sandbox.init('a');
      for (const folder of [sandbox.folder, bare.folder, `${repo.folder}/.git`, sandbox.path('nowhere')]) {
        assert.equal(await Repository.open(sandbox.git(), folder), undefined);
      }
    });

    it('says what is wrong with a working tree whose repository is gone, instead of calling it none', async () => {
      const repo = sandbox.init('a');
      repo.commit('one');
      repo.git('worktree', 'add', '--quiet', sandbox.path('tree'));
      rmSync(`${repo.folder}/.git`, { recursive: true });
      await assert.rejects(Repository.open(sandbox.git(), sandbox.path('tree')), withCode('git-failed', /not a git repository/));
    });

    it("hands on git's words about another user's repository", async function () {
      if (process.getuid?.() !== 0) {
        this.skip();
      }
      const repo = sandbox.init('a');
      const { chownSync } = await import('node:fs');
      chownSync(repo.folder, 12345, 12345);
      await assert.rejects(Repository.open(sandbox.git(), repo.folder), withCode('git-failed', /dubious ownership/));
    });

    it('tells a linked working tree from its main one', async () => {
      const repo = sandbox.init('a');
      repo.commit('one');
      repo.git('worktree', 'add', '--quiet', '-b', 'side', sandbox.path('tree'));
      const tree = await open(sandbox.path('tree'));
      assert.equal(tree.gitDir, `${repo.folder}/.git/worktrees/tree`);
      assert.equal(tree.commonDir, `${repo.folder}/.git`);
      assert.equal((await readHead(tree)).branch, 'side');
      assert.ok(existsSync(tree.indexPath));
    });

    it('takes a submodule for the repository it is', async () => {
      const inner = sandbox.init('inner');
      inner.commit('one');
      const outer = sandbox.init('outer');
      outer.git('submodule', '--quiet', 'add', inner.folder, 'sub');
      const sub = await open(`${outer.folder}/sub`);
      assert.equal(sub.top, `${outer.folder}/sub`);
      assert.equal(sub.gitDir, `${outer.folder}/.git/modules/sub`);
    });

    it('works with SHA-256 ids', async () => {
      const repo = sandbox.init('a', '--object-format=sha256');
      const commit = repo.commit('one');
      const repository = await open(repo);
      assert.equal(commit.length, 64);
      assert.deepEqual(await readHead(repository), { branch: 'main', commit });
      assert.equal(await hasCommit(repository, commit), true);
      assert.deepEqual(await rootsOf(repository, commit), [commit]);
      await updateRef(repository, 'refs/test/x', commit, undefined);
      assert.equal((await readReflog(repository, { commit }, 5))[0]?.commit, commit);
    });
  });

  describe('reading', () => {
    it('knows a branch without commits and a detached HEAD', async () => {
      const repo = sandbox.init('a');
      const repository = await open(repo);
      assert.deepEqual(await readHead(repository), { branch: 'main' });
      assert.deepEqual(await readState(repository), { branch: 'main', changes: [] });
      assert.deepEqual(await readReflog(repository, {}, 10), []);
      const commit = repo.commit('one');
      repo.git('checkout', '--quiet', '--detach');
      assert.deepEqual(await readHead(repository), { commit });
    });

    it('sees every kind of change at once', async () => {
      const { a } = twoClones();
      a.commit('two', 'deleted.txt');
      a.commit('three', 'renamed.txt', 'a text long enough to be recognised\n'.repeat(5));
      a.write('file.txt', 'changed');
      a.git('rm', '--quiet', 'deleted.txt');
      a.git('mv', 'renamed.txt', 'new name.txt');
      a.write('fresh/ü.txt', '');
      const state = await readState(await open(a));
      assert.deepEqual({ branch: state.branch, upstream: state.upstream, ahead: state.ahead, behind: state.behind }, { branch: 'main', upstream: 'origin/main', ahead: 2, behind: 0 });
      assert.deepEqual(
        state.changes.map(({ path, kind, staged }) => [path, kind, staged]),
        [
          ['deleted.txt', 'deleted', true],
          ['file.txt', 'modified', false],
          ['new name.txt', 'renamed', true],
          ['fresh/', 'untracked', false],
        ],
      );
    });

    it('shows untracked files to one who hides them from his own status', async () => {
      const repo = sandbox.init('a');
      repo.git('config', 'status.showUntrackedFiles', 'no');
      repo.write('fresh.txt', '');
      assert.equal((await readState(await open(repo))).changes.length, 1);
    });

    it('leaves the index as it was', async () => {
      const repo = sandbox.init('a');
      repo.commit('one');
      repo.write('file.txt', 'one\n');
      const repository = await open(repo);
      const before = readFileSync(repository.indexPath);
      await readState(repository);
      assert.deepEqual(readFileSync(repository.indexPath), before);
    });

    const half: [string, (repo: TestRepo) => void][] = [
      ['merge', (repo) => repo.git('merge', '--quiet', 'side')],
      ['rebase', (repo) => repo.git('rebase', '--quiet', 'side')],
      ['cherry-pick', (repo) => repo.git('cherry-pick', 'side')],
      ['revert', (repo) => repo.git('revert', '--no-edit', 'HEAD~1')],
    ];
    for (const [operation, begin] of half) {
      it(`notices a ${operation} in progress and its conflicts, also in a linked working tree`, async () => {
        const repo = sandbox.init('a');
        repo.commit('one');
        repo.git('checkout', '--quiet', '-b', 'side');
        repo.commit('theirs');
        repo.git('checkout', '--quiet', 'main');
        repo.commit('ours');
        repo.commit('ours again');
        repo.git('worktree', 'add', '--quiet', '-b', 'work', sandbox.path('tree'), 'main');
        const tree = sandbox.path('tree');
        assert.equal(await operationInProgress(await open(tree)), undefined);
        assert.throws(() => begin(Object.assign(Object.create(Object.getPrototypeOf(repo) as object) as TestRepo, { sandbox, folder: tree })));
        assert.equal(await operationInProgress(await open(tree)), operation);
        assert.deepEqual((await readState(await open(tree))).changes.map(({ path, kind }) => [path, kind]), [['file.txt', 'unmerged']]);
        assert.equal(await operationInProgress(await open(repo)), undefined);
      });
    }

    it('notices a bisect, and a series of picks between two of them', async () => {
      const repo = sandbox.init('a');
      repo.commit('one');
      repo.git('bisect', 'start');
      assert.equal(await operationInProgress(await open(repo)), 'bisect');
      repo.git('bisect', 'reset');
      mkdirSync(`${repo.folder}/.git/sequencer`);
      writeFileSync(`${repo.folder}/.git/sequencer/todo`, 'pick 1234567 next\n');
      assert.equal(await operationInProgress(await open(repo)), 'cherry-pick');
    });

    it('answers questions about history', async () => {
      const repo = sandbox.init('a');
      const one = repo.commit('one');
      const two = repo.commit('two: ü');
      repo.git('checkout', '--quiet', '-b', 'side', one);
      const side = repo.commit('side', 'side.txt');
      repo.git('checkout', '--quiet', '--orphan', 'alone');
      const alone = repo.commit('alone');
      const repository = await open(repo);
      const none = 'f'.repeat(40);
      assert.equal(await mergeBase(repository, two, side), one);
      assert.equal(await mergeBase(repository, two, alone), undefined);
      assert.equal(await isAncestor(repository, one, two), true);
      assert.equal(await isAncestor(repository, two, two), true);
      assert.equal(await isAncestor(repository, two, one), false);
      await assert.rejects(isAncestor(repository, none, one), withCode('git-failed'));
      assert.equal(await hasCommit(repository, one), true);
      assert.equal(await hasCommit(repository, none), false);
      assert.equal(await hasCommit(repository, repo.git('rev-parse', `${one}^{tree}`)), false);
      assert.equal(await resolveCommit(repository, none), undefined);
      assert.equal(await resolveCommit(repository, 'refs/heads/side'), side);
      assert.deepEqual(await commitAt(repository, two), { id: two, parents: [one], subject: 'two: ü' });
      assert.equal(await commitsBetween(repository, one, two), 1);
      assert.deepEqual(await aheadBehind(repository, two, side), { ahead: 1, behind: 1 });
      assert.deepEqual(await rootsOf(repository, two), [one]);
    });

    it('derives branches in the reflog that git itself wrote', async () => {
      const repo = sandbox.init('a');
      const one = repo.commit('one');
      repo.git('checkout', '--quiet', '-b', 'feature/x');
      const two = repo.commit('two');
      repo.git('checkout', '--quiet', '--detach', one);
      repo.git('checkout', '--quiet', 'main');
      const entries = await readReflog(await open(repo), { branch: 'main', commit: one }, 100);
      assert.deepEqual(
        entries.map(({ commit, branch }) => [commit, branch]),
        [
          [one, 'main'],
          [one, undefined],
          [two, 'feature/x'],
          [one, 'feature/x'],
          [one, 'main'],
        ],
      );
      assert.equal((await readReflog(await open(repo), { branch: 'main', commit: one }, 2)).length, 2);
    });
  });

  describe('remotes', () => {
    it('tells their addresses as git resolves them, with spaces, insteadOf and own push addresses', async () => {
      const repo = sandbox.init('a');
      repo.git('remote', 'add', 'origin', 'work:team/app.git');
      repo.git('config', 'url.ssh://git@example.org/.insteadOf', 'work:');
      repo.git('remote', 'add', 'usb', '/media/my stick/app.git');
      repo.git('remote', 'set-url', '--push', 'usb', '/elsewhere');
      const repository = await open(repo);
      assert.deepEqual(await listRemotes(repository), [
        { name: 'origin', fetchUrl: 'ssh://git@example.org/team/app.git', pushUrls: ['ssh://git@example.org/team/app.git'] },
        { name: 'usb', fetchUrl: '/media/my stick/app.git', pushUrls: ['/elsewhere'] },
      ]);
      assert.equal(await fetchUrlOf(repository, 'origin'), 'ssh://git@example.org/team/app.git');
      assert.deepEqual(await fetchRefspecs(repository, 'usb'), ['+refs/heads/*:refs/remotes/usb/*']);
      assert.deepEqual(await fetchRefspecs(repository, 'none'), []);
    });

    it('chooses where to push as git would, and else the likely one', async () => {
      const repo = sandbox.init('a');
      const pushRemote = async (branch?: string): Promise<string | undefined> => pushRemoteOf(await open(repo), branch);
      assert.equal(await pushRemote('main'), undefined);
      repo.git('remote', 'add', 'fork', '/fork');
      assert.equal(await pushRemote('main'), 'fork');
      repo.git('remote', 'add', 'upstream', '/upstream');
      assert.equal(await pushRemote('main'), undefined);
      repo.git('remote', 'add', 'origin', '/origin');
      assert.equal(await pushRemote('main'), 'origin');
      repo.git('config', 'branch.main.remote', '.');
      assert.equal(await pushRemote('main'), 'origin');
      repo.git('config', 'branch.main.remote', 'upstream');
      assert.equal(await pushRemote('main'), 'upstream');
      assert.equal(await pushRemote(), 'origin');
      repo.git('config', 'remote.pushDefault', 'fork');
      assert.equal(await pushRemote('main'), 'fork');
      repo.git('config', 'branch.main.pushRemote', 'origin');
      assert.equal(await pushRemote('main'), 'origin');
    });

    it('reads settings with all their values, of every file', async () => {
      const repo = sandbox.init('a');
      sandbox.run(sandbox.folder, 'config', '--global', 'test.both', 'global');
      repo.git('config', '--add', 'test.both', 'two\nlines');
      repo.git('config', '--add', 'test.both', '');
      assert.deepEqual((await readConfiguration(await open(repo))).get('test.both'), ['global', 'two\nlines', '']);
    });

    it('reads the same settings as git does when a container gives them by environment', async () => {
      const repo = sandbox.init('a');
      repo.git('remote', 'add', 'origin', 'https://example.org/x.git');
      const given = { 'url.https://token@example.org/.insteadOf': 'https://example.org/', 'credential.helper': '!true', 'core.sshCommand': 'ssh -v', 'core.fsmonitor': 'false', 'core.pager': 'less' };
      const env: Record<string, string> = { GIT_CONFIG_COUNT: String(Object.keys(given).length), PAGER: 'less', EDITOR: 'vi', SSH_ASKPASS: '/bin/false', GIT_SSH_COMMAND: 'ssh -v', PREFIX: '/usr' };
      Object.entries(given).forEach(([key, value], index) => Object.assign(env, { [`GIT_CONFIG_KEY_${index}`]: key, [`GIT_CONFIG_VALUE_${index}`]: value }));
      const repository = await Repository.open(sandbox.git({ env }), repo.folder);
      assert.equal((await readConfiguration(repository!)).get('core.sshcommand')?.at(-1), 'ssh -v');
      assert.equal((await listRemotes(repository!))[0]?.fetchUrl, 'https://token@example.org/x.git');
    });

    it('lists refs of a remote and what its HEAD names', async () => {
      const { remote, a } = twoClones();
      const commit = a.git('rev-parse', 'HEAD');
      a.git('push', '--quiet', 'origin', `${commit}:refs/other/x`);
      const repository = await open(a);
      assert.deepEqual(await listRemoteRefs(repository, 'origin'), { head: 'main', refs: new Map([['HEAD', commit], ['refs/heads/main', commit], ['refs/other/x', commit]]) });
      assert.deepEqual(await listRemoteRefs(repository, remote.folder, ['refs/other/*']), { refs: new Map([['refs/other/x', commit]]) });
      await assert.rejects(listRemoteRefs(repository, sandbox.path('nowhere')), withCode('remote-unreachable'));
    });

    it('knows the default branch from the clone or by its usual names', async () => {
      const { a, b } = twoClones();
      assert.equal(await notedDefaultBranch(await open(b), 'origin'), 'main');
      assert.equal(await notedDefaultBranch(await open(a), 'origin'), 'main');
      assert.equal(await notedDefaultBranch(await open(sandbox.init('none')), 'origin'), undefined);
    });

    it("fetches one branch as the user's own fetch would", async () => {
      const { a, b } = twoClones();
      const commit = a.commit('two');
      a.git('push', '--quiet');
      const repository = await open(b);
      assert.equal(await fetchBranch(repository, 'origin', 'main'), true);
      assert.equal(await trackedCommit(repository, 'origin', 'main'), commit);
      assert.equal((await readState(repository)).behind, 1);
      assert.equal(await fetchBranch(repository, 'origin', 'no-such'), false);
      await assert.rejects(fetchBranch(repository, 'origin', '--upload-pack=touch x'), withCode('usage'));
      b.git('remote', 'set-url', 'origin', sandbox.path('nowhere'));
      await assert.rejects(fetchBranch(repository, 'origin', 'main'), withCode('remote-unreachable'));
    });
  });

  describe('changing', () => {
    const stageAllNow = async (repository: Repository): Promise<boolean> => stageAll(repository, (await readState(repository)).changes, []);

    it('commits everything from a sub-folder, deletions and odd names too', async () => {
      const repo = sandbox.init('a');
      repo.commit('one', 'gone.txt');
      rmSync(`${repo.folder}/gone.txt`);
      repo.write('top.txt', '');
      repo.write('sub/ü\n.txt', '');
      const repository = await open(`${repo.folder}/sub`);
      assert.equal(await stageAllNow(repository), true);
      await commitStaged(repository, 'Ein Gruß\n\n# keeps this line\n');
      assert.deepEqual((await readState(repository)).changes, []);
      assert.equal(repo.git('log', '-1', '--format=%B'), 'Ein Gruß\n\n# keeps this line\n');
    });

    it('says that there is nothing to commit before it tries', async () => {
      const repo = sandbox.init('a');
      repo.commit('one');
      const repository = await open(repo);
      assert.equal(await stageAllNow(repository), false);
      await assert.rejects(commitStaged(repository, 'nothing'), withCode('git-failed'));
    });

    it('leaves nested repositories out, also one that git could not add', async () => {
      const repo = sandbox.init('a');
      repo.commit('one');
      const nested = sandbox.init('a/deep/ne sted');
      nested.commit('inner');
      sandbox.init('a/empty');
      repo.write('deep/beside.txt', '');
      const repository = await open(repo);
      assert.deepEqual(await nestedRepositories(repository, (await readState(repository)).changes), ['deep/ne sted/', 'empty/']);
      assert.equal(await stageAllNow(repository), true);
      assert.equal(repo.git('diff', '--cached', '--name-only'), 'deep/beside.txt');
    });

    it('counts no folder as a change that holds nothing but nested repositories', async () => {
      const repo = sandbox.init('a');
      repo.commit('one');
      sandbox.init('a/deep/nested').commit('inner');
      repo.write('new/file.txt', '');
      const repository = await open(repo);
      const { changes } = await readState(repository);
      assert.deepEqual(changes.map((change) => change.path), ['deep/', 'new/']);
      assert.deepEqual((await holdable(repository, changes)).map((change) => change.path), ['new/']);
    });

    it("runs the user's hooks, and hands on the words of one that refuses", async () => {
      const repo = sandbox.init('a');
      repo.commit('one');
      repo.hook('pre-commit', 'echo "tests are red" >&2; exit 1');
      repo.write('file.txt', 'two');
      const repository = await open(repo);
      const before = repo.git('rev-parse', 'HEAD');
      await stageAllNow(repository);
      await assert.rejects(commitStaged(repository, 'two'), withCode('git-failed', /tests are red/));
      assert.equal(repo.git('rev-parse', 'HEAD'), before);
    });

    it('signs as the user configured, and says so when that fails', async () => {
      const repo = sandbox.init('a');
      repo.git('config', 'commit.gpgSign', 'true');
      repo.git('config', 'gpg.program', '/bin/false');
      repo.write('file.txt', 'one');
      const repository = await open(repo);
      await stageAllNow(repository);
      await assert.rejects(commitStaged(repository, 'one'), withCode('git-failed', /sign/));
    });

    it('switches, creates and follows branches, and leaves them', async () => {
      const { a, b } = twoClones();
      a.git('checkout', '--quiet', '-b', 'feature');
      const commit = a.commit('two');
      a.git('push', '--quiet', 'origin', 'feature');
      const repository = await open(b);
      await assert.rejects(switchTo(repository, 'feature'), withCode('git-failed'));
      await fetchBranch(repository, 'origin', 'feature');
      await switchTo(repository, 'feature', { create: 'origin/feature', track: true });
      assert.deepEqual({ ...(await readState(repository)), changes: [] }, { branch: 'feature', commit, upstream: 'origin/feature', ahead: 0, behind: 0, changes: [] });
      await switchTo(repository, 'main');
      assert.equal((await readHead(repository)).branch, 'main');
      await switchTo(repository, 'loose', { create: commit });
      assert.equal((await readState(repository)).upstream, undefined);
      await detachAt(repository, commit);
      assert.deepEqual(await readHead(repository), { commit });
      await assert.rejects(switchTo(repository, '--orphan'), withCode('usage'));
    });

    it('does not switch over local changes', async () => {
      const repo = sandbox.init('a');
      repo.commit('one');
      repo.git('checkout', '--quiet', '-b', 'side');
      repo.commit('two');
      repo.write('file.txt', 'mine');
      await assert.rejects(switchTo(await open(repo), 'main'), withCode('git-failed', /would be overwritten/));
      assert.equal(readFileSync(`${repo.folder}/file.txt`, 'utf8'), 'mine');
    });

    it('only ever moves a branch forward', async () => {
      const repo = sandbox.init('a');
      const one = repo.commit('one');
      const two = repo.commit('two');
      repo.git('reset', '--quiet', '--hard', one);
      const repository = await open(repo);
      await fastForwardTo(repository, two);
      assert.equal((await readHead(repository)).commit, two);
      repo.git('reset', '--quiet', '--hard', one);
      repo.commit('other');
      await assert.rejects(fastForwardTo(repository, two), withCode('git-failed'));
    });

    it('stashes all, untracked files too, and knows when there was nothing', async () => {
      const repo = sandbox.init('a');
      repo.commit('one');
      const repository = await open(repo);
      assert.equal(await stashAll(repository, 'nothing'), undefined);
      repo.write('file.txt', 'changed');
      repo.write('fresh.txt', 'fresh');
      const stash = await stashAll(repository, 'before a resume');
      assert.equal(stash, repo.git('rev-parse', 'refs/stash'));
      assert.deepEqual((await readState(repository)).changes, []);
      assert.match(repo.git('stash', 'list'), /before a resume/);
      repo.git('stash', 'pop', '--quiet');
      assert.equal(readFileSync(`${repo.folder}/fresh.txt`, 'utf8'), 'fresh');
    });

    it('moves a ref only from where it is believed to be', async () => {
      const repo = sandbox.init('a');
      const one = repo.commit('one');
      const two = repo.commit('two');
      const repository = await open(repo);
      await updateRef(repository, 'refs/heads/x', one, undefined);
      await assert.rejects(updateRef(repository, 'refs/heads/x', two, undefined), withCode('git-failed'));
      await assert.rejects(updateRef(repository, 'refs/heads/x', two, two), withCode('git-failed'));
      await updateRef(repository, 'refs/heads/x', two, one);
      await assert.rejects(updateRef(repository, 'refs/heads/x', undefined, one), withCode('git-failed'));
      await updateRef(repository, 'refs/heads/x', undefined, two);
      assert.equal(await resolveCommit(repository, 'refs/heads/x'), undefined);
    });

    for (const kind of ['merge', 'rebase'] as const) {
      it(`pulls by ${kind}, whatever the user's own pull does`, async () => {
        const { a, b } = twoClones();
        const theirs = a.commit('theirs', 'theirs.txt');
        a.git('push', '--quiet');
        b.commit('ours', 'ours.txt');
        b.git('config', 'pull.ff', 'only');
        const repository = await open(b);
        await pullBranch(repository, kind, 'origin', 'main');
        assert.equal(await isAncestor(repository, theirs, 'HEAD'), true);
        assert.equal(b.git('rev-list', '--merges', '--count', 'HEAD'), kind === 'merge' ? '1' : '0');
      });

      it(`leaves a conflict of a ${kind} to the user and names the files`, async () => {
        const { a, b } = twoClones();
        a.commit('theirs');
        a.git('push', '--quiet');
        b.commit('ours');
        const repository = await open(b);
        await assert.rejects(pullBranch(repository, kind, 'origin', 'main'), (error: unknown) => {
          assert.ok(ConvoSyncError.is(error, 'git-failed'));
          assert.deepEqual(error.details['conflicts'], ['file.txt']);
          return true;
        });
        assert.equal(await operationInProgress(repository), kind);
      });
    }

    it('begins no change once the signal has fired', async () => {
      const repo = sandbox.init('a');
      repo.commit('one');
      repo.write('file.txt', 'changed');
      const repository = await open(repo);
      const signal = AbortSignal.abort();
      for (const action of [() => stageAll(repository, [], [], signal), () => commitStaged(repository, 'x', signal), () => stashAll(repository, 'x', signal), () => detachAt(repository, 'HEAD', signal)]) {
        await assert.rejects(action(), withCode('cancelled'));
      }
      await assert.rejects(readConfiguration(repository, signal), withCode('cancelled'));
      assert.equal(repo.git('status', '--porcelain'), ' M file.txt');
    });
  });
});
