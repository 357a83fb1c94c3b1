import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { type Device, World } from '../support/device.ts';
import { assertNoFootprint, everyFile } from '../support/footprint.ts';
import { GitServerRepository } from '../support/gitServerRepository.ts';

describe('a save in a repository with settings of the user', function () {
  this.timeout(30_000);
  const talk = randomUUID();
  let world: World;
  let server: GitServerRepository;
  let desktop: Device;

  beforeEach(() => {
    world = new World();
    server = new GitServerRepository(world, world.remote());
    desktop = world.device('desktop').clone(server.path);
    desktop.say(talk, 'One.');
    desktop.write('orders.js', 'export const orders = [1];\n');
  });
  afterEach(() => {
    assertNoFootprint(desktop);
    world[Symbol.dispose]();
  });

  /** The session and the branch are there and nothing else; another device goes on with them. */
  async function assertSaved(target = server): Promise<string> {
    const others = [...target.refs().keys()].filter((ref) => !ref.startsWith('refs/heads/'));
    const report = await desktop.save('Count');
    assert.equal(report.outcome, 'sent', String(report.problem?.details['stderr']));
    assert.equal(target.branch('main'), report.commit);
    assert.deepEqual(target.vaultRefs(), ['chunks', 'log', 'vault']);
    assert.deepEqual([...target.refs().keys()].filter((ref) => !/^refs\/(heads|convosync)\//.test(ref)), others);
    const laptop = world.device('laptop').clone(target.path);
    const resumed = await laptop.resume();
    assert.deepEqual(resumed.verdict, { inSync: true, differences: [] });
    assert.equal(laptop.readTranscript(talk), desktop.readTranscript(talk));
    return report.commit;
  }

  function hook(name: string, body: string, folder = path.join(desktop.folder, '.git', 'hooks')): void {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, name), `#!/bin/sh\n${body}\n`);
    chmodSync(path.join(folder, name), 0o755);
  }

  describe('pushes what was asked for and no more', () => {
    it('with push.followTags and an annotated tag that is not pushed', async () => {
      desktop.git('config', 'push.followTags', 'true');
      desktop.git('tag', '-a', '-m', 'Mine', 'v1');
      await assertSaved();
    });

    const settings: [string, string][] = [
      ['push.pushOption', 'ci.skip'],
      ['push.gpgSign', 'if-asked'],
      ['push.gpgSign', 'true'],
      ['push.recurseSubmodules', 'on-demand'],
      ['push.default', 'nothing'],
      ['push.negotiate', 'true'],
      ['remote.origin.mirror', 'true'],
      ['remote.origin.push', 'refs/heads/*:refs/heads/backup/*'],
    ];
    for (const [key, value] of settings) {
      it(`with ${key}=${value}`, async () => {
        desktop.git('config', key, value);
        desktop.git('branch', 'private');
        await assertSaved();
      });
    }
  });

  describe('tracks nothing of ours', () => {
    for (const refspec of ['+refs/*:refs/*', '+refs/convosync/*:refs/x/*', '+refs/*:refs/remotes/origin/*']) {
      it(`with the fetch refspec ${refspec}`, async () => {
        desktop.git('config', '--add', 'remote.origin.fetch', refspec);
        const commit = await assertSaved();
        assert.equal(desktop.git('rev-parse', 'refs/remotes/origin/main'), commit);
      });
    }

    it('in a working tree of a mirror', async () => {
      const mirror = path.join(world.folder, 'desktop', 'mirror.git');
      desktop.git('clone', '--quiet', '--mirror', server.path, mirror);
      const folder = path.join(world.folder, 'desktop', 'tree');
      desktop.git('-C', mirror, 'worktree', 'add', '--quiet', folder, 'main');
      desktop.folder = folder;
      desktop.say(talk, 'Two.');
      desktop.write('orders.js', 'export const orders = [2];\n');
      await assertSaved();
    });

    it('when the user prunes refs and tags with every fetch', async () => {
      desktop.git('config', 'fetch.prune', 'true');
      desktop.git('config', 'fetch.pruneTags', 'true');
      desktop.git('tag', 'mine');
      await assertSaved();
      await desktop.convosync.list(desktop.folder);
      assert.equal(desktop.git('tag'), 'mine');
    });
  });

  describe('goes where the user’s pushes go', () => {
    let fork: GitServerRepository;
    beforeEach(() => {
      desktop.git('clone', '--quiet', '--bare', server.path, path.join(world.folder, 'server', 'fork.git'));
      fork = new GitServerRepository(world, path.join(world.folder, 'server', 'fork.git'));
    });

    it('to a pushurl of another repository', async () => {
      desktop.git('remote', 'set-url', '--push', 'origin', fork.path);
      const before = server.refs();
      await assertSaved(fork);
      assert.deepEqual(server.refs(), before);
      assert.equal((await desktop.convosync.list(desktop.folder)).sessions[0]?.queued, false);
    });

    it('to several addresses at once, and lists from the one that is fetched', async () => {
      desktop.git('remote', 'set-url', '--add', '--push', 'origin', server.path);
      desktop.git('remote', 'set-url', '--add', '--push', 'origin', fork.path);
      const commit = await assertSaved();
      assert.equal(fork.branch('main'), commit);
    });

    it('by pushInsteadOf', async () => {
      desktop.git('config', `url.${fork.path}.pushInsteadOf`, server.path);
      await assertSaved(fork);
    });

    it('by insteadOf', async () => {
      desktop.git('remote', 'set-url', 'origin', 'https://git.example/shop.git');
      desktop.git('config', `url.${server.path}.insteadOf`, 'https://git.example/shop.git');
      await assertSaved();
    });

    it('by remote.pushDefault', async () => {
      desktop.git('remote', 'add', 'team/my.fork', fork.path);
      desktop.git('config', 'remote.pushDefault', 'team/my.fork');
      await assertSaved(fork);
    });

    it('by the branch’s own pushRemote', async () => {
      desktop.git('remote', 'add', 'fork', fork.path);
      desktop.git('config', 'branch.main.pushRemote', 'fork');
      await assertSaved(fork);
    });

    it('to an address that has no name', async () => {
      desktop.git('config', 'remote.pushDefault', fork.path);
      await assertSaved(fork);
    });
  });

  describe('listens to hooks', () => {
    it('and pushes nothing when pre-push fails, in the hook’s own words', async () => {
      hook('pre-push', 'echo "Tests are red: connection refused" >&2; exit 1');
      const before = server.branch('main');
      const report = await desktop.save('Red');
      assert.equal(report.outcome, 'queued');
      assert.equal(report.problem?.code, 'push-rejected');
      assert.match(String(report.problem.details['stderr']), /Tests are red/);
      assert.equal(server.branch('main'), before);
      assert.ok(!server.vaultRefs().includes('log'));
      assert.equal(desktop.git('rev-parse', 'origin/main'), before);
      hook('pre-push', 'exit 0');
      assert.equal((await desktop.convosync.sync(desktop.folder)).outcome, 'sent');
      assert.equal(server.branch('main'), report.commit);
    });

    it('and can be cancelled while pre-push is slow, with the session safe', async () => {
      const started = path.join(world.folder, 'started');
      hook('pre-push', `touch '${started}'; sleep 60`);
      const before = server.branch('main');
      const plan = await desktop.convosync.planSave(desktop.folder, { message: 'Slow' });
      const controller = new AbortController();
      const timer = setInterval(() => existsSync(started) && controller.abort(), 20);
      const report = await desktop.convosync.save(plan, { signal: controller.signal }).finally(() => clearInterval(timer));
      assert.equal(report.outcome, 'queued');
      assert.equal(report.problem?.code, 'cancelled');
      assert.equal(server.branch('main'), before);
      assert.equal((await desktop.convosync.list(desktop.folder)).sessions[0]?.queued, true);
    });

    it('and runs pre-push for the branch, told of all that is pushed, and not for a session alone', async () => {
      const calls = path.join(world.folder, 'calls');
      hook('pre-push', `cat >> '${calls}'; echo --- >> '${calls}'`);
      await desktop.save('One');
      world.passMinutes(1);
      desktop.say(talk, 'Two.');
      await desktop.save('Two');
      const said = readFileSync(calls, 'utf8');
      assert.equal(said.match(/---/g)?.length, 1);
      assert.match(said, /refs\/heads\/main/);
    });

    it('of core.hooksPath, and runs none of them in ConvoSync’s own repositories', async () => {
      const hooks = path.join(world.folder, 'hooks');
      const calls = path.join(world.folder, 'calls');
      writeFileSync(calls, '');
      hook('reference-transaction', `echo "$(git rev-parse --absolute-git-dir)" >> '${calls}'`, hooks);
      hook('pre-push', `echo pushed >> '${calls}'`, hooks);
      desktop.git('config', '--global', 'core.hooksPath', hooks);
      await assertSaved();
      const said = readFileSync(calls, 'utf8');
      assert.match(said, /pushed/);
      assert.doesNotMatch(said, /cache\.git/);
    });

    it('and leaves everything as it was when pre-commit fails', async () => {
      hook('pre-commit', 'echo "Lint is red" >&2; exit 1');
      const before = { status: desktop.git('status', '--porcelain'), head: desktop.git('rev-parse', 'HEAD'), refs: server.refs() };
      await assert.rejects(desktop.save('Lint'), (error: { code: string; details: { stderr: string } }) => error.code === 'git-failed' && error.details.stderr.includes('Lint is red'));
      assert.deepEqual({ status: desktop.git('status', '--porcelain'), head: desktop.git('rev-parse', 'HEAD'), refs: server.refs() }, before);
    });

    it('and saves what pre-commit made of the files', async () => {
      hook('pre-commit', 'echo "// formatted" >> orders.js; git add orders.js');
      await assertSaved();
      assert.match(desktop.git('show', 'HEAD:orders.js'), /formatted/);
    });

    it('and says which files pre-commit changed without adding them', async () => {
      hook('pre-commit', 'echo "// later" >> README.md');
      const report = await desktop.save('Format');
      assert.deepEqual(report.notes.filter(({ kind }) => kind === 'hooks-changed-files'), [{ kind: 'hooks-changed-files', paths: ['README.md'] }]);
    });

    it('and leaves everything as it was when a commit cannot be signed', async () => {
      desktop.git('config', 'commit.gpgSign', 'true');
      desktop.git('config', 'gpg.program', 'false');
      const before = desktop.git('rev-parse', 'HEAD');
      await assert.rejects(desktop.save('Sign'), (error: { code: string }) => error.code === 'git-failed');
      assert.equal(desktop.git('rev-parse', 'HEAD'), before);
      assert.equal(desktop.git('status', '--porcelain'), ' M orders.js');
    });
  });

  it('works where git may not discover bare repositories, and refuses a repository of someone else in git’s words', async () => {
    desktop.git('config', '--global', 'safe.bareRepository', 'explicit');
    await assertSaved();
    const stranger = world.device('stranger', { env: { GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' } });
    await assert.rejects(stranger.convosync.planSave(desktop.folder, {}), (error: { code: string; details: { stderr: string } }) => error.code === 'git-failed' && error.details.stderr.includes('dubious ownership'));
  });

  it('leaves no trace by listing: no fetch note, no index, no object, no ref', async () => {
    await desktop.save('One');
    const laptop = world.device('laptop').clone(server.path);
    laptop.write('unstaged.txt', 'mine\n');
    laptop.git('add', 'unstaged.txt');
    const before = everyFile(laptop.folder);
    assert.equal((await laptop.convosync.list(laptop.folder)).sessions.length, 1);
    await laptop.convosync.status(laptop.folder);
    assert.deepEqual(everyFile(laptop.folder), before);
  });
});
