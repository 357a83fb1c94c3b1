/** What a person is offered where a save or a resume cannot go on: each really helps, and costs nothing that was there. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import * as path from 'node:path';
import { ConvoSyncError } from '../../src/core/common/errors.ts';
import type { Finding } from '../../src/core/git/finding.ts';
import { snapshot } from '../support/crashing.ts';
import { type Device, World } from '../support/device.ts';

const pizza: string = randomUUID();

describe('a way out', function () {
  this.timeout(60_000);
  let world: World;
  let remote: string;
  let desktop: Device;
  beforeEach(() => {
    world = new World();
    remote = world.remote();
    desktop = world.device('desktop', { user: 'ada' });
  });
  afterEach(() => world[Symbol.dispose]());

  const refusedFor = async (planning: Promise<unknown>): Promise<Finding[]> => {
    const error = await planning.then(() => assert.fail('It was not refused.'), (reason: unknown) => reason);
    assert.ok(ConvoSyncError.is(error, 'preflight-refused'));
    return error.details['findings'] as Finding[];
  };

  it('makes a folder a repository that can be saved, with files and index as they were, and gives it a remote', async () => {
    mkdirSync(desktop.folder, { recursive: true });
    desktop.write('menu.md', 'Margherita\n');
    const { convosync, folder } = desktop;
    assert.deepEqual((await refusedFor(convosync.planSave(folder, {}))).map(({ code, remedies }) => [code, remedies]), [['not-a-repository', ['initialise']]]);
    desktop.git('init', '--quiet', '-b', 'trunk');
    desktop.write('staged.md', 'Marinara\n');
    desktop.git('add', 'staged.md');
    assert.deepEqual((await refusedFor(convosync.planSave(folder, {}))).map(({ code, remedies }) => [code, remedies]), [['no-commit', ['initialise']]]);

    await convosync.initialise(folder);
    assert.deepEqual([desktop.git('status', '--porcelain'), desktop.git('ls-tree', '-r', 'HEAD'), desktop.git('branch', '--show-current')], ['A  staged.md\n?? menu.md', '', 'trunk']);
    const first = desktop.git('rev-parse', 'HEAD');
    await convosync.initialise(folder);
    assert.equal(desktop.git('rev-parse', 'HEAD'), first, 'one that has commits is left alone');

    const empty = path.join(world.folder, 'empty.git');
    desktop.git('init', '--quiet', '--bare', empty);
    await assert.rejects(convosync.addRemote(folder, '--upload-pack=touch x'), { code: 'usage' });
    await convosync.addRemote(folder, empty);
    const saved = await desktop.save('Menu');
    assert.deepEqual([saved.outcome, saved.branchPushed], ['sent', true]);
  });

  it('resumes in a working tree beside this one, which stays as it is, and goes again when it is of no use', async () => {
    desktop.clone(remote);
    desktop.say(pizza, 'My favorite pizza is Margherita.');
    desktop.write('orders.js', 'export const orders = ["water"];\n');
    const { commit } = await desktop.save('Drinks', { branch: 'feature/drinks' });
    const laptop = world.device('laptop', { user: 'lovelace' }).clone(remote);
    laptop.write('notes.md', 'mine\n');
    const before = snapshot(laptop);
    const { blockers } = await laptop.convosync.planResume(laptop.folder, { choices: { 'other-branch': 'worktree' } });
    assert.deepEqual(blockers.map(({ code, remedies }) => [code, remedies])[0], ['other-branch', ['switch', 'stay', 'worktree']], 'a plan of here does not answer it');

    const unused = await laptop.convosync.addWorktree(laptop.folder, 'feature/drinks');
    await laptop.convosync.removeWorktree(unused);
    assert.equal(existsSync(unused), false);

    const beside = await laptop.convosync.addWorktree(laptop.folder, 'feature/drinks');
    assert.equal(beside, `${realpathSync(laptop.folder)}-feature-drinks`);
    const plan = await laptop.convosync.planResume(beside, { choices: { 'detached-head': 'switch' } });
    const report = await laptop.convosync.resume(plan);
    assert.deepEqual([report.verdict.differences, report.folder], [[], beside]);
    const here = laptop.folder;
    laptop.folder = beside;
    assert.deepEqual([laptop.git('rev-parse', 'HEAD'), laptop.git('branch', '--show-current')], [commit, 'feature/drinks']);
    laptop.folder = here;
    assert.deepEqual([laptop.git('branch', '--show-current'), laptop.git('status', '--porcelain'), laptop.read('orders.js')], ['main', '?? notes.md', 'export const orders = [];\n']);

    const taken = await laptop.convosync.planResume(here, { switchBranch: true });
    assert.deepEqual(taken.blockers[0]?.details['folders'], [beside], 'the branch is in the other working tree');
    const apart = await laptop.convosync.planResume(here, { choices: { 'other-branch': 'new-branch', 'uncommitted-changes': 'stash' } });
    assert.deepEqual([apart.blockers, apart.steps.map(({ kind }) => kind)], [[], ['protect', 'stash', 'new-branch', 'install']]);

    laptop.folder = beside;
    await laptop.undo('resume');
    laptop.folder = here;
    await laptop.convosync.removeWorktree(beside);
    assert.deepEqual(snapshot(laptop), before);
  });

  it('names the right checkout, and where it can be cloned from, for a session of another repository in the same place', async () => {
    desktop.clone(remote);
    const other = path.join(world.folder, 'server', 'bakery.git');
    const bakery = world.device('desktop', { user: 'ada' }).create('-b', 'main');
    bakery.git('commit', '--quiet', '--amend', '-m', 'Open the bakery');
    bakery.git('init', '--quiet', '--bare', '-b', 'main', other);
    bakery.git('remote', 'add', 'origin', other);
    bakery.git('push', '--quiet', 'origin', 'main');
    const place = path.join(world.folder, 'shared');
    mkdirSync(place);
    for (const device of [desktop, bakery]) {
      await device.convosync.usePlace(device.folder, place, { from: device.folder });
    }
    bakery.write('bread.md', 'Rye\n');
    const { session } = await bakery.save('Bread');
    await desktop.save('Pizza');
    assert.deepEqual((await desktop.convosync.list(desktop.folder)).sessions.map(({ summary }) => summary.message), ['Pizza']);
    const { blockers: [finding] } = await desktop.convosync.planResume(desktop.folder, { session });
    assert.deepEqual([finding?.code, finding?.remedies], ['other-repository', ['open-other', 'clone']]);
    assert.deepEqual([finding?.details['folders'], finding?.details['url']], [[realpathSync(bakery.folder)], realpathSync(path.join(world.folder, 'server')) + '/bakery']);
    const clone = await desktop.convosync.clone(other, { into: 'new/bakery', from: world.folder });
    assert.equal(clone, path.join(world.folder, 'new/bakery'));
    assert.ok(existsSync(path.join(clone, 'README.md')));
  });
});
