import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import type { ConvoSyncError } from '../../src/core/common/errors.ts';
import { type Device, run, World } from '../support/device.ts';
import { GitServerRepository } from '../support/gitServerRepository.ts';
import { roundTrip, work } from '../support/roundTrip.ts';

describe('a repository that is laid out in its own way', function () {
  this.timeout(30_000);
  let world: World;
  let server: GitServerRepository;

  beforeEach(() => {
    world = new World();
    server = new GitServerRepository(world, world.remote());
  });
  afterEach(() => world[Symbol.dispose]());

  function at(name: string, folder = 'shop'): Device {
    const device = world.device(name);
    device.folder = path.join(world.folder, name, folder);
    mkdirSync(path.dirname(device.folder), { recursive: true });
    return device;
  }

  function cloned(name: string, ...options: string[]): Device {
    const device = at(name);
    run(world.folder, device.env, 'clone', '--quiet', ...options, server.path, device.folder);
    return device;
  }

  const layouts: Record<string, (desktop: Device) => void> = {
    'with its git folder elsewhere': (desktop) => {
      run(world.folder, desktop.env, 'clone', '--quiet', `--separate-git-dir=${path.join(world.folder, 'desktop', 'kept apart.git')}`, server.path, desktop.folder);
    },
    'with a symbolic link for its git folder': (desktop) => {
      run(world.folder, desktop.env, 'clone', '--quiet', server.path, desktop.folder);
      const moved = path.join(world.folder, 'desktop', 'moved.git');
      renameSync(path.join(desktop.folder, '.git'), moved);
      symlinkSync(moved, path.join(desktop.folder, '.git'));
    },
    'as working trees around a bare clone': (desktop) => {
      const hub = path.join(world.folder, 'desktop', 'hub');
      run(world.folder, desktop.env, 'clone', '--quiet', '--bare', server.path, path.join(hub, '.bare'));
      writeFileSync(path.join(hub, '.git'), 'gitdir: ./.bare\n');
      desktop.folder = path.join(hub, 'main');
      run(hub, desktop.env, 'worktree', 'add', '--quiet', desktop.folder, 'main');
    },
    'as a submodule of another one': (desktop) => {
      const outer = path.join(world.folder, 'desktop', 'outer');
      mkdirSync(outer, { recursive: true });
      run(outer, desktop.env, 'init', '--quiet');
      run(outer, desktop.env, 'submodule', '--quiet', 'add', server.path, 'lib');
      desktop.folder = path.join(outer, 'lib');
    },
    'reached through a symbolic link': (desktop) => {
      const real = path.join(world.folder, 'desktop', 'real');
      run(world.folder, desktop.env, 'clone', '--quiet', server.path, real);
      symlinkSync(real, desktop.folder);
    },
    'of a single branch': (desktop) => {
      run(world.folder, desktop.env, 'clone', '--quiet', '--single-branch', server.path, desktop.folder);
    },
    'with an index that is split, of version 4, and cached': (desktop) => {
      run(world.folder, desktop.env, 'clone', '--quiet', server.path, desktop.folder);
      desktop.git('update-index', '--split-index', '--index-version', '4', '--untracked-cache');
      desktop.git('config', 'core.splitIndex', 'true');
      desktop.git('config', 'feature.manyFiles', 'true');
    },
    'with line ends of its own': (desktop) => {
      run(world.folder, desktop.env, 'clone', '--quiet', '-c', 'core.autocrlf=true', server.path, desktop.folder);
      assert.match(desktop.read('README.md'), /\r\n/);
    },
  };

  for (const [layout, make] of Object.entries(layouts)) {
    it(`${layout} goes there and back`, async () => {
      const desktop = at('desktop');
      make(desktop);
      await roundTrip(desktop, cloned('laptop'));
      assert.equal(desktop.git('status', '--porcelain'), '');
    });
  }

  it('goes on after its default branch was renamed', async () => {
    const [desktop, laptop] = [cloned('desktop'), cloned('laptop')];
    await roundTrip(desktop, laptop);
    server.git('branch', '--move', 'main', 'trunk');
    server.git('symbolic-ref', 'HEAD', 'refs/heads/trunk');
    desktop.git('branch', '--quiet', '--move', 'main', 'trunk');
    desktop.git('fetch', '--quiet', '--prune');
    desktop.git('branch', '--quiet', '--set-upstream-to=origin/trunk');
    work(desktop, 'renamed');
    const report = await desktop.save('Renamed');
    assert.equal(report.outcome, 'sent');
    assert.deepEqual((await laptop.resume({ switchBranch: true })).verdict, { inSync: true, differences: [] });
    assert.deepEqual([laptop.git('branch', '--show-current'), laptop.git('rev-parse', 'HEAD')], ['trunk', report.commit]);
  });

  describe('with filters for large files', () => {
    /** Clean and smudge as git-lfs does them: the commit holds a pointer, the content lies at a server of its own. */
    function withLargeFiles(device: Device): Device {
      const media = path.join(world.folder, 'server', 'media');
      mkdirSync(media, { recursive: true });
      device.git('config', 'filter.lfs.clean', `f=$(mktemp) && cat > $f && n=$(sha256sum < $f | cut -c1-64) && mv $f '${media}'/$n && echo pointer $n`);
      device.git('config', 'filter.lfs.smudge', `read kind n && cat '${media}'/$n`);
      device.git('config', 'filter.lfs.required', 'true');
      return device;
    }

    it('keeps pointers in its commits and contents in its folders', async () => {
      const [desktop, laptop] = [withLargeFiles(cloned('desktop')), withLargeFiles(cloned('laptop'))];
      desktop.write('.gitattributes', '*.bin filter=lfs -text\n');
      desktop.write('model.bin', 'weights '.repeat(1000));
      await roundTrip(desktop, laptop);
      assert.equal(laptop.read('model.bin'), desktop.read('model.bin'));
      assert.match(laptop.git('cat-file', 'blob', 'HEAD:model.bin'), /^pointer [0-9a-f]{64}$/);
    });

    it('says in git’s words which filter is missing, and changes nothing', async () => {
      const desktop = withLargeFiles(cloned('desktop'));
      desktop.write('.gitattributes', '*.bin filter=lfs -text\n');
      desktop.write('model.bin', 'weights');
      desktop.git('add', '--all');
      desktop.git('commit', '--quiet', '-m', 'Add the model');
      desktop.git('config', 'filter.lfs.clean', 'no-such-filter %f');
      desktop.write('model.bin', 'weightz');
      const before = desktop.git('rev-parse', 'HEAD');
      await assert.rejects(desktop.save('Model'), (error: ConvoSyncError) => error.code === 'git-failed' && String(error.details['stderr']).includes('no-such-filter'));
      assert.equal(desktop.git('rev-parse', 'HEAD'), before);
    });
  });

  it('has its commits signed as the user set it up', async () => {
    const [desktop, laptop] = [cloned('desktop'), cloned('laptop')];
    const key = path.join(desktop.home, 'signing');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'ada', '-f', key]);
    const allowed = path.join(desktop.home, 'allowed');
    writeFileSync(allowed, `ada@example.org ${readFileSync(`${key}.pub`, 'utf8')}`);
    for (const [name, value] of Object.entries({ 'gpg.format': 'ssh', 'user.signingKey': key, 'commit.gpgSign': 'true', 'gpg.ssh.allowedSignersFile': allowed })) {
      desktop.git('config', '--global', name, value);
    }
    await roundTrip(desktop, laptop);
    work(desktop, 'signed');
    const { commit } = await desktop.save('Signed');
    assert.equal(desktop.git('log', '-1', '--format=%G?', commit), 'G');
    await laptop.resume();
    assert.equal(laptop.git('rev-parse', 'HEAD'), commit);
    // Nothing of the vault's is a commit of the user's, so no key of theirs is asked for it.
    desktop.git('config', '--global', 'user.signingKey', path.join(desktop.home, 'gone'));
    world.passMinutes(1);
    const onlyWords = await desktop.save('Only words', { choices: {} });
    assert.equal(onlyWords.outcome, 'sent', onlyWords.problem?.message);
  });

  it('is told from its fork, in which its sessions can still be resumed', async () => {
    const fork = new GitServerRepository(world, path.join(world.folder, 'server', 'fork.git'));
    run(world.folder, cloned('seed').env, 'clone', '--quiet', '--bare', server.path, fork.path);
    const [desktop, laptop] = [cloned('desktop'), cloned('laptop')];
    laptop.git('remote', 'rename', 'origin', 'upstream');
    laptop.git('remote', 'add', 'origin', fork.path);
    laptop.git('fetch', '--quiet', '--all');
    laptop.git('branch', '--quiet', '--set-upstream-to=origin/main');
    work(desktop, 'upstream');
    await desktop.save('Upstream');
    assert.deepEqual((await laptop.convosync.list(laptop.folder)).sessions, [], 'the fork has sessions of its own');
    work(laptop, 'fork');
    const { commit, outcome } = await laptop.save('Fork');
    assert.equal(outcome, 'sent');
    assert.deepEqual([fork.branch('main'), server.branch('main') === commit], [commit, false]);
    laptop.git('config', 'remote.pushDefault', 'upstream');
    const plan = await laptop.convosync.planResume(laptop.folder, { choices: { diverged: 'new-branch' } });
    assert.equal(plan.session.summary.message, 'Upstream');
    assert.deepEqual(plan.blockers, []);
  });

  it('is worked on in one of its folders', async () => {
    const [desktop, laptop] = [cloned('desktop'), cloned('laptop')];
    desktop.write('shop/till.js', '1\n');
    desktop.git('add', '--all');
    const plan = await desktop.convosync.planSave(path.join(desktop.folder, 'shop'), { message: 'From below' });
    const report = await desktop.convosync.save(plan);
    assert.equal(report.outcome, 'sent');
    mkdirSync(path.join(laptop.folder, 'shop'));
    const resumed = await laptop.convosync.resume(await laptop.convosync.planResume(path.join(laptop.folder, 'shop'), {}));
    assert.equal(resumed.verdict.inSync, true);
    assert.deepEqual(readdirSync(path.join(laptop.folder, 'shop')), ['till.js']);
  });

  it('without a working tree is refused, and says so', async () => {
    const desktop = cloned('desktop');
    const bare = path.join(world.folder, 'desktop', 'bare.git');
    run(world.folder, desktop.env, 'clone', '--quiet', '--bare', server.path, bare);
    await assert.rejects(desktop.convosync.planSave(bare, { message: 'Bare' }), (error: ConvoSyncError) => error.code === 'preflight-refused');
  });
});
