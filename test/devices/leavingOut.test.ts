/** Files that do not leave a device unless the person wants them to, whether changes are committed or kept in a snapshot. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import * as path from 'node:path';
import type { Finding } from '../../src/core/git/finding.ts';
import { snapshot } from '../support/crashing.ts';
import { type Device, World } from '../support/device.ts';

const pizza: string = randomUUID();

describe('files that are left out', function () {
  this.timeout(60_000);
  let world: World;
  let remote: string;
  let desktop: Device;
  beforeEach(() => {
    world = new World();
    remote = world.remote();
    desktop = world.device('desktop', { user: 'ada', leaveOut: { patterns: ['*.dump'], largest: 1000 } }).clone(remote);
    desktop.say(pizza, 'My favorite pizza is Margherita.');
  });
  afterEach(() => world[Symbol.dispose]());

  const found = (findings: readonly Finding[], code: Finding['code']): Finding['details'] | undefined => findings.find((finding) => finding.code === code)?.details;
  const inCommit = (): string[] => desktop.git('show', '--name-only', '--format=', 'HEAD').split('\n');

  it('are named before a commit and after it, stay as they are, staged or not, and go along when they are wanted', async () => {
    desktop.write('menu.md', 'Margherita\n');
    desktop.write('.env', 'TOKEN=1\n');
    desktop.write('config/orders.dump', 'x\n');
    desktop.write('config/video.mp4', 'x'.repeat(1001));
    desktop.git('add', '.env');
    const plan = await desktop.convosync.planSave(desktop.folder, { message: 'Menu' });
    const leftOut = { secrets: ['.env', 'config/orders.dump'], large: ['config/video.mp4'] };
    assert.deepEqual([found(plan.findings, 'left-out'), plan.steps[0]], [leftOut, { kind: 'commit', message: 'Menu [ConvoSync]', files: 1 }]);

    const report = await desktop.convosync.save(plan);
    assert.deepEqual(inCommit(), ['menu.md']);
    assert.equal(desktop.git('status', '--porcelain', '--untracked-files=all'), 'A  .env\n?? config/orders.dump\n?? config/video.mp4');
    assert.deepEqual(report.notes.filter(({ kind }) => kind === 'not-saved' || kind === 'hooks-changed-files'), [
      { kind: 'not-saved', what: 'secrets', paths: leftOut.secrets },
      { kind: 'not-saved', what: 'large', paths: leftOut.large },
    ]);

    const laptop = world.device('laptop', { user: 'lovelace' }).clone(remote);
    const resumed = await laptop.convosync.planResume(laptop.folder, {});
    assert.deepEqual(found(resumed.findings, 'left-out'), leftOut);
    const { verdict } = await laptop.convosync.resume(resumed);
    assert.deepEqual(verdict.differences, [{ kind: 'session-unclean', files: [...leftOut.secrets, ...leftOut.large] }]);

    const wanted = await desktop.save('All of it', { choices: { 'left-out': 'everything' } });
    assert.deepEqual(inCommit(), ['.env', 'config/orders.dump', 'config/video.mp4']);
    assert.deepEqual([wanted.notes.some(({ kind }) => kind === 'not-saved'), desktop.git('status', '--porcelain')], [false, '']);
  });

  it('are as before after an undo of the save, also when they were staged', async () => {
    desktop.write('menu.md', 'Margherita\n');
    desktop.write('.env', 'TOKEN=1\n');
    desktop.git('add', '.env');
    desktop.write('.env', 'TOKEN=2\n');
    const before = snapshot(desktop);
    await desktop.save('Menu', { push: false });
    assert.equal(desktop.git('show', ':.env'), 'TOKEN=1');
    await desktop.undo('save');
    assert.deepEqual(snapshot(desktop), before);
  });

  it('keep no save from going on when there is nothing else, and nobody is asked about them', async () => {
    desktop.write('.env', 'TOKEN=1\n');
    for (const request of [{}, { snapshot: true }]) {
      const plan = await desktop.convosync.planSave(desktop.folder, request);
      assert.deepEqual([plan.undecided, found(plan.findings, 'uncommitted-changes'), found(plan.findings, 'left-out')], [undefined, undefined, { secrets: ['.env'] }]);
      assert.ok(plan.steps.every(({ kind }) => kind !== 'commit' && kind !== 'snapshot'));
    }
  });

  it('are ignored ones too that the conversation has written, of which git says nothing', async () => {
    desktop.write('.git/info/exclude', 'local.json\n*.log\n');
    desktop.write('local.json', '{}\n');
    desktop.write('trace.log', 'x\n');
    const input = { file_path: path.join(desktop.folder, 'local.json'), content: '{}\n' };
    const record = { parentUuid: null, isSidechain: false, userType: 'external', cwd: desktop.folder, sessionId: pizza, version: '2.1.0', gitBranch: 'main', type: 'assistant', uuid: randomUUID(), timestamp: world.now.toISOString(), message: { id: 'msg-w', type: 'message', role: 'assistant', model: 'model', content: [{ type: 'tool_use', id: 'toolu_1', name: 'Write', input }] } };
    appendFileSync(desktop.transcriptPath(pizza), `${JSON.stringify(record)}\n`);
    const plan = await desktop.convosync.planSave(desktop.folder, {});
    assert.deepEqual(found(plan.findings, 'left-out'), { ignored: ['local.json'] });
    const { session, notes } = await desktop.convosync.save(plan);
    assert.deepEqual(notes.filter(({ kind }) => kind === 'not-saved'), [{ kind: 'not-saved', what: 'ignored', paths: ['local.json'] }]);
    const { manifest, verdict } = await desktop.convosync.open(desktop.folder, session);
    assert.deepEqual([manifest.code.leftOut, verdict.inSync], [{ ignored: ['local.json'] }, true]);
  });

  it('are contents under Git LFS of which only the pointers are committed or staged, until the branch is pushed', async () => {
    // What git-lfs leaves for git; its own upload is a hook of a push.
    desktop.git('config', 'filter.lfs.clean', `printf 'version https://git-lfs.github.com/spec/v1\\noid sha256:%s\\nsize 9\\n' "$(sha256sum | cut -c1-64)"`);
    desktop.git('config', 'filter.lfs.smudge', 'cat');
    desktop.write('.gitattributes', '*.bin filter=lfs -text\n');
    desktop.write('models/odd é\n.bin', 'committed\n');
    const lfs = ['models/odd é\n.bin'];
    const plan = await desktop.convosync.planSave(desktop.folder, { push: false });
    assert.deepEqual(found(plan.findings, 'left-out'), { lfs });
    const { notes, session } = await desktop.convosync.save(plan);
    assert.deepEqual(notes.filter(({ kind }) => kind === 'not-saved'), [{ kind: 'not-saved', what: 'lfs', paths: lfs }]);

    desktop.write('staged.bin', 'staged\n');
    desktop.git('add', 'staged.bin');
    desktop.write('new.bin', 'untracked\n');
    await desktop.save('As it is', { snapshot: true });
    const laptop = world.device('laptop', { user: 'lovelace' }).clone(remote);
    const resumed = await laptop.convosync.planResume(laptop.folder, {});
    assert.deepEqual(found(resumed.findings, 'left-out'), { lfs: [...lfs, 'staged.bin'] });
    await laptop.convosync.resume(resumed);
    assert.equal(laptop.read('new.bin'), 'untracked\n');
    assert.deepEqual((await laptop.convosync.open(laptop.folder, session)).verdict.differences.at(-1), { kind: 'session-unclean', files: lfs });

    const pushed = await desktop.convosync.planSave(desktop.folder, {});
    assert.equal(found(pushed.findings, 'left-out'), undefined);
    assert.ok((await desktop.convosync.save(pushed)).notes.every(({ kind }) => kind !== 'not-saved'));
  });

  it('are tracked files at times, which go along with a commit and are named', async () => {
    desktop.write('.env.example', 'TOKEN=\n');
    desktop.git('add', '--all');
    desktop.git('commit', '--quiet', '-m', 'Say what to set');
    desktop.write('.env.example', 'TOKEN=\nNAME=\n');
    const plan = await desktop.convosync.planSave(desktop.folder, {});
    assert.deepEqual([found(plan.findings, 'left-out'), found(plan.findings, 'tracked-secrets')], [undefined, { count: 1, files: ['.env.example'] }]);
    await desktop.convosync.save(plan);
    assert.deepEqual(inCommit(), ['.env.example']);
  });

  it('are in no commit that a resume makes of changes, but in git’s stash, and back after an undo', async () => {
    const laptop = world.device('laptop', { user: 'lovelace' }).clone(remote);
    desktop.write('orders.js', 'export const orders = ["water"];\n');
    await desktop.save('Drinks', { branch: 'feature/drinks' });
    laptop.write('notes.md', 'mine\n');
    laptop.write('.env', 'TOKEN=1\n');
    laptop.git('add', '.env');
    const before = snapshot(laptop);
    const report = await laptop.resume({ switchBranch: true, choices: { 'uncommitted-changes': 'commit' } });
    assert.deepEqual(report.steps.map(({ kind }) => kind), ['protect', 'commit-changes', 'stash', 'switch', 'install']);
    assert.equal(laptop.git('show', '--name-only', '--format=', 'main'), 'notes.md');
    assert.equal(laptop.git('show', 'stash@{0}^3:.env'), 'TOKEN=1');
    await laptop.undo('resume');
    assert.deepEqual(snapshot(laptop), before);
  });
});
