/**
 * One session of several repositories: all of them go from one device to another with the conversation, or none; nothing of
 * the others is committed or pushed.
 */
import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import * as path from 'node:path';
import { splitChanges } from '../support/changes.ts';
import { snapshot } from '../support/crashing.ts';
import { assertSavedOnceOrNot, everyDeath, pizza, sameCommits } from '../support/deaths.ts';
import { type Device, World } from '../support/device.ts';

const inSync = { inSync: true, differences: [] };

describe('a session of several repositories', function () {
  this.timeout(240_000);
  let world: World;
  let desktop: Device;
  let laptop: Device;
  let api: Device;
  let laptopApi: Device;
  beforeEach(() => {
    world = new World();
    const [shop, other] = [world.remote('shop.git'), world.remote('api.git')];
    desktop = world.device('desktop', { user: 'ada', env: sameCommits }).clone(other, 'work/api').clone(shop, 'work/shop');
    laptop = world.device('laptop', { user: 'lovelace', env: sameCommits }).clone(other, 'Code/api').clone(shop, 'Code/shop');
    desktop.others = [path.join(desktop.folder, '../api')];
    laptop.others = [path.join(laptop.folder, '../api')];
    api = desktop.at(desktop.others[0] ?? '');
    laptopApi = laptop.at(laptop.others[0] ?? '');
    desktop.say(pizza, 'My favorite pizza is Margherita.');
  });
  afterEach(() => world[Symbol.dispose]());

  const work = (device: Device): object => ({ index: device.git('ls-files', '--stage'), status: device.git('status', '--porcelain=v2', '-z', '--untracked-files=all'), files: device.snapshot(), head: device.git('rev-parse', 'HEAD'), branch: device.git('branch', '--show-current') });
  const writeRoute = (device: Device, name: string): void => {
    device.write(`${name}.js`, `export const ${name} = [];\n`);
    device.git('add', '--all');
    device.git('commit', '--quiet', '-m', `Serve ${name}`);
  };

  it('brings all of them to another device as they were, adds nothing to the others, and is taken back as one', async () => {
    api.git('switch', '--quiet', '--create', 'feature/routes');
    writeRoute(api, 'routes');
    splitChanges(api);
    desktop.write('menu.md', 'Margherita\n');
    const before = { ...snapshot(api), remote: api.git('ls-remote', 'origin') };
    const plan = await desktop.convosync.planSave(desktop.folder, { message: 'Serve the menu', with: desktop.others });
    assert.deepEqual(plan.steps.map(({ kind }) => kind), ['commit', 'capture', 'companion', 'push']);
    const report = await desktop.convosync.save(plan);
    assert.deepEqual(report.steps, plan.steps);
    assert.deepEqual({ ...snapshot(api), remote: api.git('ls-remote', 'origin') }, before);
    assert.deepEqual((await desktop.convosync.open(desktop.folder, report.session)).verdict, inSync);

    world.passMinutes(5);
    const there = snapshot(laptop);
    const [listed] = (await laptop.convosync.list(laptop.folder)).sessions;
    assert.deepEqual(listed?.summary.companions, [{ name: 'api', branch: 'feature/routes', commit: api.git('rev-parse', 'HEAD') }]);
    const resumePlan = await laptop.convosync.planResume(laptop.folder, { switchBranch: true });
    assert.deepEqual(resumePlan.companions.map(({ name, steps }) => [name, steps.map(({ kind }) => kind)]), [['api', ['protect', 'switch', 'restore-snapshot']]]);
    const resumed = await laptop.convosync.resume(resumePlan);
    assert.deepEqual(resumed.verdict, inSync);
    assert.deepEqual([work(laptop), work(laptopApi)], [work(desktop), work(api)]);

    await assert.rejects(laptopApi.undo('resume'), { code: 'undo-blocked', details: { reason: 'part-of-session', folder: laptop.folder } });
    const undone = await laptop.undo('resume');
    assert.deepEqual(undone.companions, ['api']);
    assert.deepEqual(snapshot(laptop), there);
    assert.deepEqual((await desktop.convosync.check(desktop.folder)).faults, []);
  });

  it('keeps what is newer in all of them as one session when the resume is undone', async () => {
    writeRoute(api, 'routes');
    await desktop.save('One', { with: desktop.others });
    world.passMinutes(5);
    const before = snapshot(laptop);
    await laptop.resume();
    writeRoute(laptopApi, 'drinks');
    splitChanges(laptopApi);
    laptop.say(pizza, 'And to drink?', 'Water.');
    const after = [work(laptop), work(laptopApi), laptop.readTranscript(pizza)];
    const plan = await laptop.convosync.planUndo(laptop.folder, 'resume');
    assert.deepEqual([plan.newer, plan.steps.map(({ kind }) => kind), plan.companions.map(({ name, steps }) => [name, steps.map(({ kind }) => kind)])], ['newer-commits', ['keep-newer', 'restore-conversation'], [['api', ['restore-code']]]]);
    const { kept } = await laptop.convosync.undo(plan);
    assert.deepEqual(kept, { sessions: kept.sessions.slice(0, 1), branches: [], stashed: false, files: [] });
    assert.deepEqual(snapshot(laptop), before);
    world.passMinutes(5);
    assert.deepEqual((await laptop.resume({ session: kept.sessions[0] ?? '' })).verdict, inSync);
    assert.deepEqual([work(laptop), work(laptopApi), laptop.readTranscript(pizza)], after);
  });

  it('takes along by itself what went with the last one, there and back', async () => {
    writeRoute(api, 'routes');
    const first = await desktop.save('One', { with: desktop.others });
    world.passMinutes(5);
    await laptop.resume();
    writeRoute(laptopApi, 'drinks');
    laptopApi.write('notes.md', 'Water.\n');
    laptop.say(pizza, 'And to drink?', 'Water.');
    world.passMinutes(5);
    const second = await laptop.save('Two');
    assert.deepEqual(second.steps.flatMap((step) => (step.kind === 'companion' ? [[step.name, step.commits, step.files]] : [])), [['api', 2, 1]]);
    world.passMinutes(5);
    const back = await desktop.resume();
    assert.deepEqual(back.verdict, inSync);
    assert.deepEqual(work(api), work(laptopApi));
    assert.equal((await desktop.save('Three', { with: [] })).steps.some(({ kind }) => kind === 'companion'), false);
    assert.equal((await desktop.save('Four')).steps.some(({ kind }) => kind === 'companion'), false, 'that is remembered, too');
    assert.deepEqual((await desktop.convosync.open(desktop.folder, first.session)).verdict.differences.map(({ kind, repository }) => [kind, repository]), [['other-commit', 'api'], ['working-tree-changed', 'api'], ['conversation-longer', undefined]]);
  });

  it('asks about changes in another repository, names it, and touches nothing before', async () => {
    writeRoute(api, 'routes');
    await desktop.save('One', { with: desktop.others });
    laptopApi.write('orders.js', 'export const orders = ["mine"];\n');
    const before = snapshot(laptop);
    const plan = await laptop.convosync.planResume(laptop.folder, {});
    assert.deepEqual(plan.blockers.map(({ code, repository, remedies }) => [code, repository, remedies]), [['uncommitted-changes', 'api', ['stash', 'commit']]]);
    await assert.rejects(laptop.convosync.resume(plan), { code: 'preflight-refused' });
    assert.deepEqual(snapshot(laptop), before);
    const { steps } = await laptop.resume({ choices: { 'uncommitted-changes': 'stash' } });
    assert.ok(!steps.some(({ kind }) => kind === 'stash'), 'nothing lay in the session’s own repository');
    assert.equal(laptopApi.git('stash', 'list').split('\n').length, 1);
    await laptop.undo('resume');
    assert.deepEqual(snapshot(laptop), before);
  });

  it('finds another repository where it is said to be, and goes on without it only when that is chosen', async () => {
    writeRoute(api, 'routes');
    await desktop.save('One', { with: desktop.others });
    const elsewhere = world.device('tablet', { user: 'grace' }).clone(path.join(world.folder, 'server/api.git'), 'elsewhere').clone(path.join(world.folder, 'server/shop.git'), 'shop');
    const plan = await elsewhere.convosync.planResume(elsewhere.folder, {});
    assert.deepEqual(plan.blockers.map(({ code, repository, remedies }) => [code, repository, remedies]), [['companion-missing', 'api', ['locate', 'without']]]);
    const without = await elsewhere.resume({ choices: { 'companion-missing': 'without' } });
    assert.deepEqual([without.companions, without.verdict.differences.map(({ kind, repository }) => [kind, repository])], [[], [['companion-missing', 'api']]]);
    const found = await elsewhere.resume({ with: [path.join(elsewhere.folder, '../elsewhere')] });
    assert.deepEqual(found.verdict, inSync);
    await assert.rejects(elsewhere.save('Two', { with: [elsewhere.folder] }), { code: 'usage' });
    const gone = await elsewhere.convosync.planSave(elsewhere.folder, { with: [path.join(world.folder, 'nowhere')] });
    assert.deepEqual(gone.blockers.map(({ code }) => code), ['companion-missing']);
  });

  it('refuses while another repository is in the middle of a merge, and when it changes after the plan', async () => {
    const plan = await desktop.convosync.planSave(desktop.folder, { with: desktop.others });
    api.write('late.md', 'later\n');
    await assert.rejects(desktop.convosync.save(plan), { code: 'busy', details: { reason: 'changed', folder: api.folder } });
    api.git('switch', '--quiet', '--create', 'other');
    api.write('orders.js', 'export const orders = [2];\n');
    api.git('commit', '--quiet', '--all', '-m', 'Two orders');
    api.git('switch', '--quiet', 'main');
    api.write('orders.js', 'export const orders = [1];\n');
    api.git('commit', '--quiet', '--all', '-m', 'One order');
    assert.throws(() => api.git('merge', 'other'));
    assert.deepEqual((await desktop.convosync.planSave(desktop.folder, { with: desktop.others })).blockers.map(({ code, repository }) => [code, repository]), [['operation-in-progress', 'api']]);
  });

  it('goes from one device to another and back whatever the folder of one of them is called', async () => {
    const folder = path.join(world.folder, 'desktop/work/le menü\n“du jour” 🍕');
    renameSync(api.folder, folder);
    const odd = desktop.at(folder);
    splitChanges(odd);
    const { session } = await desktop.save('One', { with: [folder] });
    assert.deepEqual((await desktop.convosync.open(desktop.folder, session)).verdict, inSync);
    world.passMinutes(5);
    assert.deepEqual((await laptop.resume({ with: laptop.others })).verdict, inSync);
    assert.deepEqual(work(laptopApi), work(odd));
    laptop.say(pizza, 'And to drink?');
    world.passMinutes(5);
    await laptop.save('Two');
    world.passMinutes(5);
    assert.deepEqual((await desktop.resume({ with: [folder], choices: { 'uncommitted-changes': 'stash' } })).verdict, inSync);
    assert.deepEqual(work(odd), work(laptopApi));
  });

  it('is saved with all of them or not at all, whichever step of it the process dies at', async () => {
    writeRoute(api, 'routes');
    splitChanges(api);
    await everyDeath(desktop, { user: 'ada', env: sameCommits }, { kind: 'save', request: { message: 'Take an order', with: desktop.others, snapshot: true } }, {
      phases: ['seal'], leavesAllAsItIs: true, alsoHolds: assertSavedOnceOrNot,
    });
  });

  describe('that is killed at any step', () => {
    const options = { user: 'lovelace', env: sameCommits };
    const request = { choices: { 'uncommitted-changes': 'stash' }, switchBranch: true } as const;
    beforeEach(async () => {
      api.git('switch', '--quiet', '--create', 'feature/routes');
      writeRoute(api, 'routes');
      splitChanges(api);
      await desktop.save('Take an order', { with: desktop.others });
      world.passMinutes(5);
      splitChanges(laptopApi);
    });

    it('is resumed in all repositories or in none', async () => {
      await everyDeath(laptop, options, { kind: 'resume', request }, { phases: ['code'] });
    });

    it('is taken back in all of them', async () => {
      await laptop.resume(request);
      await everyDeath(laptop, options, { kind: 'undo', of: 'resume' }, { phases: ['code'] });
    });
  });
});
