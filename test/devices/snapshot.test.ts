/**
 * Work that was not committed goes from one device to another as it is: nothing is added to the branch, here or at the
 * remote, and an undo takes it back.
 */
import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import * as path from 'node:path';
import type { ResumePlan, SaveRequest } from '../../src/core/operations/plan.ts';
import { splitChanges } from '../support/changes.ts';
import { snapshot } from '../support/crashing.ts';
import { everyDeath, pizza, sameCommits } from '../support/deaths.ts';
import { type Device, type DeviceOptions, World } from '../support/device.ts';

const asSnapshot: SaveRequest = { snapshot: true };
const snapshotOf = ({ steps }: ResumePlan): string => steps.find((step) => step.kind === 'restore-snapshot')?.commit ?? '';
const inSync = { inSync: true, differences: [] };

describe('a session with a snapshot', function () {
  this.timeout(240_000);
  let world: World;
  let remote: string;
  let desktop: Device;
  let laptop: Device;
  beforeEach(() => {
    world = new World();
    remote = world.remote();
    desktop = world.device('desktop', { user: 'ada', handoffFile: 'device' }).clone(remote);
    laptop = world.device('laptop', { user: 'lovelace' }).clone(remote, 'Code/shop');
  });
  afterEach(() => world[Symbol.dispose]());

  const work = (device: Device): object => ({ index: device.git('ls-files', '--stage'), status: device.git('status', '--porcelain=v2', '-z', '--untracked-files=all'), files: device.snapshot(), head: device.git('rev-parse', 'HEAD'), branch: device.git('branch', '--show-current') });

  it('is resumed elsewhere with everything staged, unstaged and untracked as it was, and taken back', async () => {
    splitChanges(desktop);
    desktop.say(pizza, 'My favorite pizza is Margherita.');
    const before = { ...snapshot(desktop), remote: desktop.git('ls-remote', 'origin', 'refs/heads/*') };
    const plan = await desktop.convosync.planSave(desktop.folder, { message: 'Take an order', ...asSnapshot });
    assert.deepEqual(plan.steps.map(({ kind }) => kind), ['snapshot', 'capture', 'publish']);
    const report = await desktop.convosync.save(plan);
    assert.deepEqual(report.steps, plan.steps);
    assert.deepEqual({ ...snapshot(desktop), remote: desktop.git('ls-remote', 'origin', 'refs/heads/*') }, before);
    assert.deepEqual((await desktop.convosync.open(desktop.folder, report.session)).verdict, inSync);

    world.passMinutes(5);
    const empty = snapshot(laptop);
    const resumed = await laptop.resume();
    assert.deepEqual(resumed.steps.map(({ kind }) => kind), ['protect', 'restore-snapshot', 'install']);
    assert.deepEqual(resumed.verdict, inSync);
    assert.deepEqual(work(laptop), work(desktop));

    assert.deepEqual((await laptop.resume()).steps.map(({ kind }) => kind), ['protect', 'install'], 'what is there is not restored again');
    await laptop.undo('resume');
    await laptop.undo('resume');
    assert.deepEqual(snapshot(laptop), empty);

    laptop.git('switch', '--quiet', '--create', 'own');
    laptop.git('commit', '--quiet', '--allow-empty', '-m', 'Go on elsewhere');
    const stays = await laptop.convosync.planResume(laptop.folder, { stayOnBranch: true });
    assert.ok(stays.findings.some(({ code, details }) => code === 'snapshot-stays' && Number(details['count']) > 0));
    assert.ok((await laptop.convosync.resume(stays)).verdict.differences.some(({ kind }) => kind === 'snapshot-missing'), 'what is left in the session is told');
  });

  it('saves what went on elsewhere, on a branch with commits of its own, and back again', async () => {
    desktop.git('switch', '--quiet', '--create', 'feature/menu');
    desktop.write('menu.md', 'Margherita\n');
    desktop.git('add', '--all');
    desktop.git('commit', '--quiet', '-m', 'Write the menu');
    splitChanges(desktop);
    desktop.say(pizza, 'My favorite pizza is Margherita.');
    await desktop.save('One', asSnapshot);
    world.passMinutes(5);
    const resumed = await laptop.resume({ switchBranch: true });
    assert.deepEqual(resumed.verdict, inSync);
    assert.deepEqual(work(laptop), work(desktop));

    laptop.write('notes/untracked.md', 'went on\n');
    laptop.say(pizza, 'And to drink?', 'Water.');
    world.passMinutes(5);
    await laptop.save('Two', asSnapshot);
    world.passMinutes(5);
    const plan = await desktop.convosync.planResume(desktop.folder, {});
    assert.deepEqual(plan.blockers.map(({ code, remedies }) => [code, remedies]), [['uncommitted-changes', ['stash', 'commit']]]);
    const there = snapshot(desktop);
    const back = await desktop.resume({ choices: { 'uncommitted-changes': 'stash' } });
    assert.deepEqual(back.verdict, inSync);
    assert.deepEqual(work(desktop), work(laptop));
    await desktop.undo('resume');
    assert.deepEqual(snapshot(desktop), there);
  });

  it('keeps what is newer than the resume when that is undone', async () => {
    splitChanges(desktop);
    await desktop.save('Take an order', asSnapshot);
    const before = snapshot(laptop);
    await laptop.resume();
    laptop.write('newer.md', 'newer\n');
    const after = snapshot(laptop);
    const { kept } = await laptop.undo('resume', 'uncommitted-changes');
    assert.deepEqual(snapshot(laptop), before);
    world.passMinutes(5);
    assert.deepEqual((await laptop.resume({ session: kept.sessions[0] ?? '' })).verdict, inSync);
    assert.deepEqual(snapshot(laptop), after);
  });

  it('asks what becomes of commits that are newer here, and of a detached HEAD and a branch that diverged when it is saved', async () => {
    splitChanges(desktop);
    await desktop.save('Take an order', asSnapshot);
    laptop.write('menu.md', 'Margherita\n');
    laptop.git('add', '--all');
    laptop.git('commit', '--quiet', '-m', 'Write the menu');
    const { blockers } = await laptop.convosync.planResume(laptop.folder, {});
    assert.deepEqual(blockers.map(({ code, remedies }) => [code, remedies]), [['diverged', ['new-branch', 'discard-local']]]);
    const resumed = await laptop.resume({ choices: { diverged: 'new-branch' } });
    assert.deepEqual(resumed.steps.map(({ kind }) => kind), ['protect', 'new-branch', 'restore-snapshot']);
    assert.deepEqual(resumed.verdict, inSync);

    laptop.git('push', '--quiet', 'origin', 'main');
    const diverging = await desktop.convosync.planSave(desktop.folder, {});
    assert.ok(diverging.blockers[0]?.remedies.includes('snapshot'));
    assert.deepEqual((await desktop.convosync.planSave(desktop.folder, asSnapshot)).blockers, []);
    desktop.git('switch', '--quiet', '--detach');
    assert.ok((await desktop.convosync.planSave(desktop.folder, {})).blockers[0]?.remedies.includes('snapshot'));
    const saved = await desktop.save('Detached', { choices: { 'detached-head': 'snapshot' } });
    assert.deepEqual([saved.outcome, saved.branchPushed, saved.branch], ['sent', false, undefined]);
  });

  it('holds back what looks like a secret until it is wanted, and puts nothing over an ignored file without keeping it', async () => {
    desktop.write('orders.js', 'changed\n');
    desktop.write('.env', 'TOKEN=1\n');
    desktop.write('notes.log', 'notes\n');
    const plan = await desktop.convosync.planSave(desktop.folder, asSnapshot);
    assert.deepEqual(plan.findings.find(({ code }) => code === 'left-out')?.details, { secrets: ['.env'] });
    assert.deepEqual(plan.steps[0], { kind: 'snapshot', files: 2, everything: false });
    await desktop.convosync.save(plan);
    world.passMinutes(5);
    await desktop.save('With the secret', { ...asSnapshot, choices: { 'left-out': 'everything' } });
    appendFileSync(path.join(laptop.folder, '.git/info/exclude'), '*.log\n');
    laptop.write('notes.log', 'my own\n');
    const resume = await laptop.convosync.planResume(laptop.folder, {});
    assert.deepEqual(resume.steps.slice(0, 2), [{ kind: 'protect', ignored: ['notes.log'] }, { kind: 'restore-snapshot', commit: snapshotOf(resume), files: 3 }]);
    await laptop.convosync.resume(resume);
    assert.deepEqual([laptop.read('.env'), laptop.read('notes.log')], ['TOKEN=1\n', 'notes\n']);
    await laptop.undo('resume');
    assert.equal(laptop.read('notes.log'), 'my own\n');
    assert.equal(laptop.git('status', '--porcelain'), '');
  });

  it('takes a snapshot save back without touching what is staged', async () => {
    splitChanges(desktop);
    const before = snapshot(desktop);
    await desktop.save('Take an order', asSnapshot);
    const undone = await desktop.undo('save');
    assert.equal(undone.restored.code, false);
    assert.deepEqual(snapshot(desktop), before);
    assert.deepEqual((await desktop.convosync.list(desktop.folder)).sessions, []);
  });

  it('is taken back as a whole, or found done, whichever moment a resume dies at', async () => {
    const options: DeviceOptions = { user: 'lovelace', env: sameCommits };
    splitChanges(desktop);
    desktop.say(pizza, 'My favorite pizza is Margherita.');
    await desktop.save('Take an order', asSnapshot);
    const phone = world.device('phone', options).clone(remote);
    phone.write('mine.md', 'mine\n');
    world.passMinutes(5);
    await everyDeath(phone, options, { kind: 'resume', request: { choices: { 'uncommitted-changes': 'stash' } } }, { phases: ['code'] });
  });
});
