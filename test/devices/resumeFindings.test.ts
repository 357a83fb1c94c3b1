/** What a resume finds the matter with a repository, each way out, and that what runs is what was shown. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { cpSync, renameSync } from 'node:fs';
import * as path from 'node:path';
import type { Finding } from '../../src/core/git/finding.ts';
import type { ResumeRequest, ResumeStep } from '../../src/core/operations/plan.ts';
import { Checkpoint, snapshot } from '../support/crashing.ts';
import { type Device, run, World } from '../support/device.ts';
import { everyFile } from '../support/footprint.ts';
import { GitServerRepository } from '../support/gitServerRepository.ts';

const talk: string = randomUUID();

type Found = Pick<Finding, 'code' | 'severity' | 'remedies'>;

describe('a resume', function () {
  this.timeout(60_000);
  let world: World;
  let server: GitServerRepository;
  let desktop: Device;
  let laptop: Device;
  let checkpoint: Checkpoint;
  let saved: string;

  before(async () => {
    world = new World();
    server = new GitServerRepository(world, world.remote());
    desktop = world.device('desktop', { user: 'ada' }).clone(server.path);
    laptop = world.device('laptop', { user: 'lovelace' }).clone(server.path, 'Code/shop');
    desktop.git('switch', '--quiet', '--create', 'feature/drinks');
    desktop.say(talk, 'And to drink?');
    desktop.write('orders.js', 'export const orders = ["water"];\n');
    saved = (await desktop.save('Serve drinks')).commit;
    world.passMinutes(5);
    await laptop.convosync.list(laptop.folder);
    checkpoint = new Checkpoint(world);
  });
  afterEach(() => checkpoint.restore());
  after(() => {
    checkpoint[Symbol.dispose]();
    world[Symbol.dispose]();
  });

  function commit(file: string, content = `${file}\n`): void {
    laptop.write(file, content);
    laptop.git('add', '--all');
    laptop.git('commit', '--quiet', '-m', `Add ${file}`);
  }
  const behind = (): void => void laptop.git('switch', '--quiet', '--no-track', '--create', 'feature/drinks', 'main');
  const diverged = (): void => {
    behind();
    commit('own.js');
  };
  const change = (): void => laptop.write('notes.md', 'mine\n');
  /** Another commit of the same file stops a merge or rebase half-way. */
  const halfDone = (how: 'merge' | 'rebase') => (): void => {
    behind();
    commit('orders.js', 'export const orders = ["beer"];\n');
    laptop.git('fetch', '--quiet');
    assert.throws(() => laptop.git(how, 'origin/feature/drinks'));
  };
  const question = (code: Finding['code'], ...remedies: Finding['remedies']): Found => ({ code, severity: 'question', remedies });
  const info = (code: Finding['code'], ...remedies: Finding['remedies']): Found => ({ code, severity: 'info', remedies });
  const refusal = (code: Finding['code'], ...remedies: Finding['remedies']): Found => ({ code, severity: 'refusal', remedies });

  interface Case {
    name: string;
    prepare: () => void;
    request?: ResumeRequest;
    found: Found[];
    /** What it will do; undefined where it is refused. */
    steps?: ResumeStep['kind'][];
  }
  const cases: Case[] = [
    { name: 'asks before it leaves a branch', prepare: () => undefined, found: [question('other-branch', 'switch', 'stay', 'worktree')] },
    { name: 'asks before it leaves a detached HEAD', prepare: () => laptop.git('switch', '--quiet', '--detach'), found: [question('detached-head', 'switch', 'exact', 'stay')] },
    { name: 'moves no code when it stays', prepare: change, request: { stayOnBranch: true }, found: [info('other-branch', 'stay'), info('uncommitted-changes')], steps: ['protect', 'install'] },
    { name: 'takes the very commit on no branch', prepare: diverged, request: { exact: true }, found: [], steps: ['protect', 'detach', 'install'] },
    { name: 'says that a branch is behind, and moves it forward', prepare: behind, found: [info('behind')], steps: ['protect', 'fast-forward', 'install'] },
    { name: 'leaves a branch behind when told not to pull', prepare: behind, request: { pull: false }, found: [info('behind')], steps: ['protect', 'install'] },
    { name: 'asks what becomes of own commits', prepare: diverged, found: [question('diverged', 'pull-merge', 'new-branch', 'discard-local')] },
    { name: 'merges when told to pull', prepare: diverged, request: { pull: true }, found: [info('diverged', 'pull-merge')], steps: ['protect', 'pull', 'install'] },
    { name: 'asks what becomes of changes', prepare: () => (behind(), change()), found: [info('behind'), question('uncommitted-changes', 'stash', 'commit')] },
    { name: 'asks anew when committing changes makes the branch diverge', prepare: () => (behind(), change()), request: { choices: { 'uncommitted-changes': 'commit' } }, found: [question('diverged', 'pull-merge', 'new-branch', 'discard-local'), info('uncommitted-changes', 'commit')] },
    { name: 'takes the recommended ways out with force', prepare: () => (diverged(), change(), laptop.git('switch', '--quiet', 'main')), request: { force: true }, found: [info('other-branch', 'switch'), info('diverged', 'pull-merge'), info('uncommitted-changes', 'stash')], steps: ['protect', 'stash', 'switch', 'pull', 'install'] },
    { name: 'is refused in the middle of a merge', prepare: halfDone('merge'), request: { force: true }, found: [refusal('operation-in-progress', 'open-files'), info('diverged', 'pull-merge'), info('uncommitted-changes', 'stash')] },
    { name: 'is refused in the middle of a rebase', prepare: halfDone('rebase'), request: { exact: true, force: true }, found: [refusal('operation-in-progress', 'open-files'), info('uncommitted-changes')] },
  ];
  for (const { name, prepare, request = {}, found, steps } of cases) {
    it(name, async () => {
      prepare();
      const plan = await laptop.convosync.planResume(laptop.folder, request);
      assert.deepEqual(plan.findings.map(({ code, severity, remedies }) => ({ code, severity, remedies })), found);
      assert.deepEqual(plan.blockers, plan.findings.filter(({ severity }) => severity !== 'info'));
      if (!steps) {
        const before = snapshot(laptop);
        await assert.rejects(laptop.convosync.resume(plan), { code: 'preflight-refused' });
        assert.deepEqual(snapshot(laptop), before);
        return;
      }
      assert.deepEqual(plan.steps.map(({ kind }) => kind), steps);
      const shown = structuredClone(plan.steps);
      assert.deepEqual((await laptop.convosync.resume(plan)).steps, shown);
    });
  }

  const refusedWith = (code: Finding['code']) => (error: { code: string; details: { findings: Finding[] } }): boolean => error.code === 'preflight-refused' && error.details.findings[0]?.code === code;
  const codesOf = (findings: readonly Finding[]): string[] => findings.map(({ code, severity }) => `${severity}: ${code}`);

  it('is refused where there is no repository, or nothing saved', async () => {
    await assert.rejects(laptop.convosync.planResume(world.folder, {}), refusedWith('not-a-repository'));
    laptop.folder = path.join(laptop.home, 'empty');
    run(laptop.home, laptop.env, 'init', '--quiet', laptop.folder);
    try {
      await assert.rejects(laptop.convosync.planResume(laptop.folder, {}), { code: 'session-not-found' });
    } finally {
      laptop.folder = path.join(world.folder, 'laptop', 'Code/shop');
    }
  });

  it('is refused while conflicts are unresolved, and names the files', async () => {
    laptop.write('orders.js', 'export const orders = ["mine"];\n');
    laptop.git('stash');
    commit('orders.js', 'export const orders = ["other"];\n');
    assert.throws(() => laptop.git('stash', 'pop'));
    const { findings } = await laptop.convosync.planResume(laptop.folder, { force: true });
    assert.deepEqual([findings[0]?.code, findings[0]?.severity, findings[0]?.details['files']], ['unresolved-conflicts', 'refusal', ['orders.js']]);
  });

  it('tells another repository from the same one at another address', async () => {
    const mirror = path.join(world.folder, 'server', 'mirror.git');
    cpSync(server.path, mirror, { recursive: true });
    laptop.git('remote', 'set-url', 'origin', mirror);
    const related = await laptop.convosync.planResume(laptop.folder, { switchBranch: true });
    assert.deepEqual(codesOf(related.findings), ['info: other-repository', 'info: other-branch']);
    laptop.git('checkout', '--quiet', '--orphan', 'stranger');
    laptop.git('commit', '--quiet', '-m', 'Another history');
    laptop.git('branch', '--quiet', '-D', 'main');
    const strange = await laptop.convosync.planResume(laptop.folder, { force: true });
    assert.deepEqual(codesOf(strange.findings), ['refusal: other-repository']);
    assert.deepEqual(strange.steps, [{ kind: 'protect' }]);
  });

  const losses: Record<string, () => void> = {
    deleted: () => void server.git('update-ref', '-d', 'refs/heads/feature/drinks'),
    rebased: () => void server.git('update-ref', 'refs/heads/feature/drinks', server.pushFromElsewhere('main')),
  };
  for (const [how, lose] of Object.entries(losses)) {
    it(`finds the code in the session when the branch was ${how} at the remote`, async () => {
      lose();
      server.git('gc', '--quiet', '--prune=now');
      assert.throws(() => server.git('cat-file', '-e', saved));
      assert.deepEqual((await laptop.resume({ switchBranch: true })).verdict, { inSync: true, differences: [] });
      assert.deepEqual([laptop.git('rev-parse', 'HEAD'), laptop.git('branch', '--show-current')], [saved, 'feature/drinks']);
    });
  }

  it('is refused when the commit was on the default branch and is gone from there', async () => {
    desktop.git('switch', '--quiet', 'main');
    desktop.write('menu.md', 'Margherita\n');
    const before = server.branch('main') ?? '';
    await desktop.save('Write the menu');
    server.git('update-ref', 'refs/heads/main', before);
    const plan = await laptop.convosync.planResume(laptop.folder, { force: true });
    assert.deepEqual(codesOf(plan.findings), ['refusal: commit-missing']);
    assert.deepEqual(plan.steps, [{ kind: 'protect' }]);
  });

  it('makes a branch that follows the remote’s, as git would, unless that is set up otherwise', async () => {
    await laptop.resume({ switchBranch: true });
    assert.equal(laptop.git('rev-parse', '--abbrev-ref', '@{upstream}'), 'origin/feature/drinks');
    checkpoint.restore();
    laptop.git('config', 'branch.feature/drinks.description', 'Water and more');
    await laptop.resume({ switchBranch: true });
    assert.equal(laptop.git('config', '--get-regexp', '^branch\\.feature/drinks'), 'branch.feature/drinks.description Water and more');
  });

  it('offers what is here when the remote is away, and says so', async () => {
    await laptop.convosync.planResume(laptop.folder, { switchBranch: true });
    renameSync(server.path, `${server.path}.away`);
    const plan = await laptop.convosync.planResume(laptop.folder, { switchBranch: true });
    assert.deepEqual(codesOf(plan.findings), ['info: remote-unreachable', 'info: other-branch']);
    assert.equal((await laptop.convosync.resume(plan)).verdict.inSync, true);
  });

  it('only looks when asked to: not one file of the repository or the agent changes', async () => {
    laptop.git('status');
    const before = [everyFile(laptop.folder), snapshot(laptop)];
    const { sessions } = await laptop.convosync.list(laptop.folder);
    const { verdict, conversations } = await laptop.convosync.open(laptop.folder, sessions[0]?.summary.id ?? '');
    assert.deepEqual(verdict.differences.map(({ kind }) => kind), ['commit-missing', 'other-branch', 'conversation-missing']);
    assert.equal(conversations[0]?.messages.length, 2);
    assert.deepEqual([everyFile(laptop.folder), snapshot(laptop)], before);
  });

  it('does not run on anything but what it was planned on', async () => {
    const changed = { code: 'busy', details: { reason: 'changed', folder: laptop.folder } };
    const plan = (request: ResumeRequest): ReturnType<typeof laptop.convosync.planResume> => laptop.convosync.planResume(laptop.folder, request);

    const clean = await plan({ switchBranch: true });
    change();
    await assert.rejects(laptop.convosync.resume(clean), changed);
    const moved = await plan({ stayOnBranch: true });
    commit('own.js');
    await assert.rejects(laptop.convosync.resume(moved), changed);
    const renamed = await plan({ stayOnBranch: true });
    laptop.git('switch', '--quiet', '--create', 'other');
    await assert.rejects(laptop.convosync.resume(renamed), changed);

    checkpoint.restore();
    diverged();
    laptop.git('switch', '--quiet', 'main');
    const discarding = await plan({ switchBranch: true, choices: { diverged: 'discard-local' } });
    laptop.git('switch', '--quiet', 'feature/drinks');
    commit('more.js');
    laptop.git('switch', '--quiet', 'main');
    const before = snapshot(laptop);
    await assert.rejects(laptop.convosync.resume(discarding), changed);
    assert.deepEqual(snapshot(laptop), before);
  });

  it('runs once', async () => {
    const plan = await laptop.convosync.planResume(laptop.folder, { switchBranch: true });
    await laptop.convosync.resume(plan);
    await assert.rejects(laptop.convosync.resume(plan), { code: 'usage' });
  });

  it('does not stumble over changes that neither a commit nor a stash can hold', async () => {
    run(laptop.folder, laptop.env, 'init', '--quiet', 'nested');
    run(path.join(laptop.folder, 'nested'), laptop.env, 'commit', '--quiet', '--allow-empty', '-m', 'Nested');
    for (const remedy of ['commit', 'stash'] as const) {
      const before = snapshot(laptop);
      const report = await laptop.resume({ switchBranch: true, choices: { 'uncommitted-changes': remedy } });
      assert.equal(laptop.git('rev-parse', 'HEAD'), saved);
      assert.equal(laptop.git('status', '--porcelain'), '?? nested/');
      assert.deepEqual(report.verdict.differences.map(({ kind }) => kind), ['working-tree-changed']);
      await laptop.undo('resume');
      assert.deepEqual(snapshot(laptop), before);
    }
  });
});
