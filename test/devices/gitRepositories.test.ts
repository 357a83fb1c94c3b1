import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { createConvoSync } from '../../src/core/operations/createConvoSync.ts';
import { type Device, type DeviceOptions, run, World } from '../support/device.ts';
import { assertNoFootprint, vaultCaches } from '../support/footprint.ts';
import { type GitHttpServer, startGitHttpServer } from '../support/gitHttpServer.ts';
import { GitServerRepository } from '../support/gitServerRepository.ts';
import { withReadableVault } from '../support/readableVault.ts';
import { roundTrip, work } from '../support/roundTrip.ts';

const talk = randomUUID();

describe('a save and a resume', function () {
  this.timeout(30_000);
  let world: World;
  let server: GitServerRepository;

  beforeEach(() => {
    world = new World();
    server = new GitServerRepository(world, world.remote());
  });
  afterEach(() => world[Symbol.dispose]());

  function cloned(name: string, ...options: string[]): Device {
    const device = world.device(name);
    device.folder = path.join(world.folder, name, 'shop');
    run(world.folder, device.env, 'clone', '--quiet', ...options, device.folder);
    return device;
  }

  describe('go through', () => {
    it('a partial clone', async () => {
      server.set('uploadpack.allowFilter', 'true');
      await roundTrip(cloned('desktop', '--filter=blob:none', `file://${server.path}`), cloned('laptop', '--filter=blob:none', `file://${server.path}`));
    });

    it('a shallow clone, whose depth stays as it is', async () => {
      server.pushFromElsewhere('main', 'a.txt');
      server.pushFromElsewhere('main', 'b.txt');
      const desktop = cloned('desktop', '--depth=1', `file://${server.path}`);
      const shallow = readFileSync(path.join(desktop.folder, '.git', 'shallow'), 'utf8');
      await roundTrip(desktop, cloned('laptop', `file://${server.path}`));
      assert.equal(readFileSync(path.join(desktop.folder, '.git', 'shallow'), 'utf8'), shallow);
    });

    it('a clone that borrows its objects', async () => {
      const source = cloned('source', server.path);
      await roundTrip(cloned('desktop', '--shared', server.path), cloned('laptop', '--reference', source.folder, `file://${server.path}`));
    });

    it('a second working tree', async () => {
      const desktop = cloned('desktop', server.path);
      const tree = path.join(world.folder, 'desktop', 'tree');
      desktop.git('worktree', 'add', '--quiet', '-b', 'feature', tree);
      desktop.folder = tree;
      const laptop = cloned('laptop', server.path);
      laptop.git('switch', '--quiet', '-c', 'feature');
      await roundTrip(desktop, laptop);
    });

    it('a repository of SHA-256', async () => {
      rmSync(server.path, { recursive: true });
      mkdirSync(server.path);
      server.git('init', '--quiet', '--bare', '--object-format=sha256', '-b', 'main');
      const desktop = world.device('desktop').create('--object-format=sha256');
      desktop.git('remote', 'add', 'origin', server.path);
      desktop.git('push', '--quiet', '--set-upstream', 'origin', 'main');
      await roundTrip(desktop, cloned('laptop', server.path));
    });

    it('folders whose names no one would choose, also for ConvoSync’s home', async () => {
      const odd = 'a b: "quoted" größer\n続く';
      const device = (name: string): Device => {
        const made = world.device(name);
        made.folder = path.join(world.folder, name, odd);
        run(world.folder, made.env, 'clone', '--quiet', server.path, made.folder);
        const machine = { ...made.machine, env: { CONVOSYNC_HOME: path.join(world.folder, name, `home ${odd}`) } };
        return Object.assign(made, { machine, convosync: withReadableVault(createConvoSync(machine)) });
      };
      await roundTrip(device('desktop'), device('laptop'));
    });

    it('branches with odd names, and a remote with a slash and a dot in its name', async () => {
      const branch = 'feature/größe=x.y#1\'"$(id)`;@';
      const desktop = cloned('desktop', '--origin', 'team/my.remote', server.path);
      const laptop = cloned('laptop', server.path);
      desktop.git('switch', '--quiet', '-c', branch);
      laptop.git('switch', '--quiet', '-c', branch);
      await roundTrip(desktop, laptop);
      assert.equal(desktop.git('rev-parse', '--abbrev-ref', '@{upstream}'), `team/my.remote/${branch}`);
      assert.deepEqual([...server.refs().keys()].filter((ref) => ref.startsWith('refs/heads/')), [`refs/heads/${branch}`, 'refs/heads/main'].sort());
    });

    it('a remote without a single branch', async () => {
      rmSync(server.path, { recursive: true });
      mkdirSync(server.path);
      server.git('init', '--quiet', '--bare', '-b', 'main');
      const desktop = cloned('desktop', server.path);
      desktop.write('README.md', '# Shop\n');
      desktop.git('add', '.');
      desktop.git('commit', '--quiet', '-m', 'Open');
      work(desktop, 'first');
      const report = await desktop.save('First ever');
      assert.equal(report.outcome, 'sent');
      assert.equal(server.branch('main'), report.commit);
      await roundTrip(desktop, cloned('laptop', `file://${server.path}`));
    });

    it('a cache that was thrown away', async () => {
      const [desktop, laptop] = [cloned('desktop', server.path), cloned('laptop', server.path)];
      await roundTrip(desktop, laptop);
      for (const cache of [...vaultCaches(desktop), ...vaultCaches(laptop)]) {
        rmSync(cache, { recursive: true });
      }
      await roundTrip(desktop, laptop);
    });
  });

  it('of a branch without an upstream give it the one that git would', async () => {
    const [ours, gits] = [cloned('desktop', server.path), cloned('laptop', server.path)];
    for (const device of [ours, gits]) {
      device.git('switch', '--quiet', '-c', `feature-of-${device.name}`);
      device.git('config', 'branch.autoSetupRebase', 'always');
    }
    work(ours, 'feature');
    assert.equal((await ours.save('Feature')).outcome, 'sent');
    gits.git('push', '--quiet', '-u', 'origin', 'HEAD');
    const settings = (device: Device): string => device.git('config', '--get-regexp', `branch\\.feature-of-${device.name}\\.`).replaceAll(device.name, 'x');
    assert.equal(settings(ours), settings(gits));
  });

  it('say that changes inside a submodule stay out, and blame no hook for them', async () => {
    const desktop = cloned('desktop', server.path);
    desktop.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', server.path, 'lib');
    desktop.git('commit', '--quiet', '-m', 'Add the library');
    work(desktop, 'first');
    desktop.write('lib/README.md', '# Changed inside\n');
    const { notes } = await desktop.save('First');
    assert.deepEqual(notes.filter(({ kind }) => kind === 'not-saved' || kind === 'hooks-changed-files'), [{ kind: 'not-saved', what: 'insideSubmodules', paths: ['lib'] }]);
  });

  it('say that new files inside a submodule stay out of a snapshot, too', async () => {
    const desktop = cloned('desktop', server.path);
    desktop.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', server.path, 'lib');
    desktop.git('commit', '--quiet', '-m', 'Add the library');
    work(desktop, 'first');
    desktop.write('lib/new.md', 'new\n');
    const plan = await desktop.convosync.planSave(desktop.folder, { message: 'First', snapshot: true });
    assert.deepEqual(plan.findings.find(({ code }) => code === 'left-out')?.details, { insideSubmodules: ['lib'] });
    assert.deepEqual((await desktop.convosync.save(plan)).notes.filter(({ kind }) => kind === 'not-saved'), [{ kind: 'not-saved', what: 'insideSubmodules', paths: ['lib'] }]);
  });

  it('of a detached HEAD carry its commits inside the session and move no branch', async () => {
    const [desktop, laptop] = [cloned('desktop', server.path), cloned('laptop', server.path)];
    const heads = server.branch('main');
    desktop.git('switch', '--quiet', '--detach');
    work(desktop, 'detached');
    const report = await desktop.save('Detached', { choices: { 'detached-head': 'save-unpushed' } });
    assert.equal(report.outcome, 'sent');
    assert.equal(server.branch('main'), heads);
    await laptop.resume();
    assert.equal(laptop.git('rev-parse', 'HEAD'), report.commit);
  });

  it('of a clean tree whose branch is at the remote push no code and run no hook', async () => {
    const [desktop, laptop] = [cloned('desktop', server.path), cloned('laptop', server.path)];
    server.pushFromElsewhere('main');
    const tip = server.branch('main');
    world.passMinutes(1);
    desktop.say(talk, 'Only words.');
    writeFileSync(path.join(desktop.folder, '.git', 'hooks', 'pre-push'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const report = await desktop.save('Words');
    assert.equal(report.outcome, 'sent');
    assert.equal(report.branchPushed, false);
    assert.equal(server.branch('main'), tip);
    await laptop.resume({ exact: true });
    assert.equal(laptop.git('rev-parse', 'HEAD'), report.commit);
  });

  describe('of a remote that is away', () => {
    it('wait here and go with their branch once it is back', async () => {
      const [desktop, laptop] = [cloned('desktop', server.path), cloned('laptop', server.path)];
      work(desktop, 'one');
      await desktop.save('One');
      renameSync(server.path, `${server.path}.away`);
      desktop.git('switch', '--quiet', '-c', 'feature');
      work(desktop, 'two');
      const report = await desktop.save('Two');
      assert.equal(report.outcome, 'queued');
      assert.equal(report.problem?.code, 'remote-unreachable');
      const listing = await laptop.convosync.list(laptop.folder);
      assert.equal(listing.problem?.code, 'remote-unreachable');

      renameSync(`${server.path}.away`, server.path);
      assert.deepEqual(await desktop.convosync.sync(desktop.folder), { outcome: 'sent', sessions: 1, arrived: [], notes: [] });
      assert.equal(server.branch('feature'), report.commit);
      assert.equal(desktop.git('rev-parse', '--abbrev-ref', '@{upstream}'), 'origin/feature');
      assert.deepEqual((await laptop.resume({ switchBranch: true })).verdict, { inSync: true, differences: [] });
      assert.equal(laptop.git('rev-parse', 'HEAD'), report.commit);
      assertNoFootprint(desktop);
    });

    it('happen in no half way when it is the first save: nothing was committed', async () => {
      const desktop = cloned('desktop', server.path);
      renameSync(server.path, `${server.path}.away`);
      work(desktop, 'one');
      const before = desktop.git('rev-parse', 'HEAD');
      await assert.rejects(desktop.save('One'), (error: { code: string }) => error.code === 'remote-unreachable');
      assert.equal(desktop.git('rev-parse', 'HEAD'), before);
      assert.equal(desktop.git('status', '--porcelain'), ' M orders.js');
    });
  });
});

describe('over http', function () {
  this.timeout(30_000);
  let world: World;
  let server: GitServerRepository;
  let http: GitHttpServer;

  async function start(credentials?: { user: string; password: string }): Promise<void> {
    world = new World();
    server = new GitServerRepository(world, world.remote());
    http = await startGitHttpServer({ folder: path.dirname(server.path), ...(credentials ? { credentials } : {}) });
  }
  afterEach(async () => {
    await http.stop();
    world[Symbol.dispose]();
  });

  function device(name: string, options: DeviceOptions & { password?: string } = {}): Device {
    const made = world.device(name, options);
    if (options.password !== undefined) {
      const stored = path.join(made.home, '.git-credentials');
      writeFileSync(stored, `${http.url.replace('//', `//ada:${options.password}@`)}\n`);
      run(world.folder, made.env, 'config', '--global', 'credential.helper', `store --file '${stored}'`);
    }
    made.folder = path.join(world.folder, name, 'shop');
    run(world.folder, made.env, 'clone', '--quiet', server.path, made.folder);
    made.git('remote', 'set-url', 'origin', `${http.url}/project.git`);
    return made;
  }

  it('a session travels with its branch, and a lost connection leaves it in the queue once', async () => {
    await start();
    const [desktop, laptop] = [device('desktop'), device('laptop')];
    desktop.say(talk, 'One.');
    desktop.write('orders.js', 'export const orders = [1];\n');
    assert.equal((await desktop.save('One')).outcome, 'sent');
    world.passMinutes(1);
    desktop.say(talk, 'Two.');
    desktop.write('orders.js', 'export const orders = [2];\n');
    const plan = await desktop.convosync.planSave(desktop.folder, { message: 'Two' });
    http.broken = true;
    const report = await desktop.convosync.save(plan);
    assert.equal(report.outcome, 'queued');
    assert.equal(report.problem?.code, 'remote-unreachable');
    http.broken = false;
    assert.deepEqual(await desktop.convosync.sync(desktop.folder), { outcome: 'sent', sessions: 1, arrived: [], notes: [] });
    assert.deepEqual(await desktop.convosync.sync(desktop.folder), { outcome: 'nothing-to-send', sessions: 0, arrived: [], notes: [] });
    assert.deepEqual((await laptop.resume()).verdict, { inSync: true, differences: [] });
    assert.equal((await laptop.convosync.list(laptop.folder)).sessions.length, 2);
    assertNoFootprint(desktop);
  });

  it('a push whose answer got lost is found at the remote, and makes no second copy and no second writer', async () => {
    await start();
    const [desktop, laptop] = [device('desktop'), device('laptop')];
    desktop.say(talk, 'One.');
    assert.equal((await desktop.save('One')).outcome, 'sent');
    world.passMinutes(1);
    desktop.say(talk, 'Two.');
    desktop.write('orders.js', 'export const orders = [2];\n');
    // The server goes away in the instant in which all has arrived.
    const gone = path.join(world.folder, 'arrived');
    server.hook('post-receive', `touch '${gone}'; sleep 1`);
    const plan = await desktop.convosync.planSave(desktop.folder, { message: 'Two' });
    const watch = setInterval(() => (http.broken ||= existsSync(gone)) && http.dropConnections(), 10);
    const report = await desktop.convosync.save(plan).finally(() => clearInterval(watch));
    assert.equal(report.outcome, 'queued');
    assert.equal(server.branch('main'), report.commit);

    http.broken = false;
    rmSync(path.join(server.path, 'hooks', 'post-receive'));
    await desktop.convosync.sync(desktop.folder);
    const { sessions, notes } = await laptop.convosync.list(laptop.folder);
    assert.deepEqual(sessions.map(({ summary }) => summary.message), ['Two', 'One']);
    assert.deepEqual(notes.filter(({ kind }) => kind === 'copied-device'), []);
    assert.deepEqual(server.vaultRefs(), ['chunks', 'log', 'vault']);
    assert.deepEqual((await laptop.resume()).verdict, { inSync: true, differences: [] });
  });

  it('credentials of the user’s own helper open the remote, and appear nowhere', async () => {
    await start({ user: 'ada', password: 's3cret' });
    const [desktop, laptop] = [device('desktop', { password: 's3cret' }), device('laptop', { password: 's3cret' })];
    desktop.say(talk, 'One.');
    desktop.write('orders.js', 'export const orders = [1];\n');
    const report = await desktop.save('One');
    assert.equal(report.outcome, 'sent');
    assert.deepEqual((await laptop.resume()).verdict, { inSync: true, differences: [] });
    assert.doesNotMatch(JSON.stringify(report), /s3cret/);
  });

  it('without credentials a save waits, no prompt does, and a list says why it is not from now', async () => {
    await start({ user: 'ada', password: 's3cret' });
    const desktop = device('desktop', { password: 's3cret' });
    desktop.say(talk, 'One.');
    assert.equal((await desktop.save('One')).outcome, 'sent');
    run(world.folder, desktop.env, 'config', '--global', '--unset', 'credential.helper');
    world.passMinutes(1);
    desktop.say(talk, 'Two.');
    const report = await desktop.save('Two');
    assert.equal(report.outcome, 'queued');
    assert.equal(report.problem?.code, 'git-credentials');
    const listing = await desktop.convosync.list(desktop.folder);
    assert.equal(listing.problem?.code, 'git-credentials');
    assert.equal(listing.sessions.length, 2);
  });
});
