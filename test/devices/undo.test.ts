/**
 * What an operation changed is brought back exactly: HEAD, branches, index byte for byte, working tree, stashes, settings
 * and conversations. What is newer is never lost by it.
 */
import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import type { ResumeRequest, ResumeStep, UndoPlan } from '../../src/core/operations/plan.ts';
import type { UndoReport } from '../../src/core/operations/report.ts';
import { splitChanges } from '../support/changes.ts';
import { Checkpoint, snapshot } from '../support/crashing.ts';
import { type Device, World } from '../support/device.ts';

const talk = randomUUID();

function exactState(device: Device): object {
  const index = createHash('sha256').update(readFileSync(path.join(device.folder, '.git', 'index'))).digest('hex');
  return { index, config: device.git('config', '--local', '--list'), ...snapshot(device) };
}

function commit(device: Device, file: string, content = `${file}\n`): string {
  device.write(file, content);
  device.git('add', '--', file);
  device.git('commit', '--quiet', '-m', `Add ${file}`);
  return device.git('rev-parse', 'HEAD');
}

const isNothingLeft = { code: 'nothing-to-undo' };

describe('undoing a resume', function () {
  this.timeout(60_000);
  let world: World;
  let desktop: Device;
  let laptop: Device;
  let checkpoint: Checkpoint;
  let saved: string;

  before(async () => {
    world = new World();
    const remote = world.remote();
    desktop = world.device('desktop', { user: 'ada' }).clone(remote);
    laptop = world.device('laptop', { user: 'lovelace' }).clone(remote, 'Code/shop');
    desktop.say(talk, 'My favorite pizza is Margherita.');
    commit(desktop, 'menu.md');
    await desktop.save('Write the menu');
    world.passMinutes(5);
    await laptop.resume();

    desktop.say(talk, 'And to drink?', 'Water.');
    const sidecar = path.join(path.dirname(desktop.transcriptPath(talk)), talk, 'subagents', 'agent-1.jsonl');
    mkdirSync(path.dirname(sidecar), { recursive: true });
    writeFileSync(sidecar, readFileSync(desktop.transcriptPath(talk)));
    desktop.git('switch', '--quiet', '--create', 'feature/drinks');
    desktop.write('orders.js', 'export const orders = ["water"];\n');
    commit(desktop, 'drinks.js');
    world.passMinutes(5);
    saved = (await desktop.save('Serve drinks')).commit;
    laptop.git('fetch', '--quiet');
    world.passMinutes(5);
    checkpoint = new Checkpoint(world);
  });
  afterEach(() => checkpoint.restore());
  after(() => {
    checkpoint[Symbol.dispose]();
    world[Symbol.dispose]();
  });

  const behind = (): void => void laptop.git('switch', '--quiet', '--no-track', '--create', 'feature/drinks', 'main');
  const diverged = (): void => {
    behind();
    commit(laptop, 'own.js');
  };
  const cases: [name: string, prepare: () => void, request: ResumeRequest, steps: ResumeStep['kind'][]][] = [
    ['that made the session’s branch', () => undefined, { switchBranch: true }, ['switch']],
    ['that switched to it and moved it forward', () => (behind(), laptop.git('switch', '--quiet', 'main')), { switchBranch: true }, ['switch', 'fast-forward']],
    ['that moved the branch forward', behind, {}, ['fast-forward']],
    ['of the very commit', () => undefined, { exact: true }, ['detach']],
    ['from a detached HEAD', () => laptop.git('switch', '--quiet', '--detach'), { switchBranch: true }, ['switch']],
    ['that stayed on its branch, with changes there', () => splitChanges(laptop), { stayOnBranch: true }, []],
    ['that put the session on a branch beside', diverged, { choices: { diverged: 'new-branch' } }, ['new-branch']],
    ['that merged', diverged, { choices: { diverged: 'pull-merge' } }, ['pull']],
    ['that left own commits out', diverged, { choices: { diverged: 'discard-local' } }, ['discard-local']],
    ['that stashed changes', () => splitChanges(laptop), { switchBranch: true, choices: { 'uncommitted-changes': 'stash' } }, ['stash', 'switch']],
    ['that committed changes and switched', () => splitChanges(laptop), { switchBranch: true, choices: { 'uncommitted-changes': 'commit' } }, ['commit-changes', 'switch']],
    ['that committed changes and merged', () => (behind(), laptop.write('notes.md', 'mine\n')), { choices: { 'uncommitted-changes': 'commit', diverged: 'pull-merge' } }, ['commit-changes', 'pull']],
    ['that stashed a file only intended to be added', () => (laptop.write('staged.js', '1\n'), laptop.git('add', '--intent-to-add', 'staged.js'), laptop.git('rm', '--quiet', 'README.md')), { exact: true, choices: { 'uncommitted-changes': 'stash' } }, ['stash', 'detach']],
  ];
  for (const [name, prepare, request, steps] of cases) {
    it(`${name} brings everything back`, async () => {
      prepare();
      laptop.git('status');
      const before = exactState(laptop);
      const report = await laptop.resume(request);
      assert.deepEqual(report.steps.map(({ kind }) => kind), ['protect', ...steps, 'install']);
      assert.equal(laptop.readTranscript(talk), desktop.readTranscript(talk));
      if (!['pull', ''].includes(steps.at(-1) ?? '')) {
        assert.equal(laptop.git('rev-parse', 'HEAD'), saved);
        assert.deepEqual(report.verdict.differences.filter(({ kind }) => kind !== 'other-branch'), []);
      }
      const undone = await laptop.undo('resume');
      assert.deepEqual(exactState(laptop), before);
      assert.deepEqual([undone.restored.conversations, undone.remains, undone.kept], [1, [], { sessions: [], branches: [], stashed: false, files: [] }]);
    });
  }

  it('goes back resume by resume, and then says that nothing is left', async () => {
    const before = exactState(laptop);
    await laptop.resume({ switchBranch: true });
    await laptop.undo('resume');
    assert.deepEqual(exactState(laptop), before);
    await laptop.undo('resume');
    assert.equal(laptop.git('rev-parse', 'HEAD'), laptop.git('rev-list', '--max-parents=0', 'HEAD'));
    assert.throws(() => laptop.readTranscript(talk), { code: 'ENOENT' });
    await assert.rejects(laptop.undo('resume'), isNothingLeft);
    await assert.rejects(desktop.undo('resume'), isNothingLeft);
  });

  it('that is named is undone alone: never an earlier one in its place', async () => {
    await laptop.resume({ switchBranch: true });
    const { undo } = await laptop.resume({ exact: true });
    const planNamed = (): Promise<UndoPlan> => laptop.convosync.planUndo(laptop.folder, 'resume', { expected: undo });
    await laptop.convosync.undo(await planNamed());
    await assert.rejects(planNamed(), { code: 'nothing-to-undo', details: { folder: laptop.folder, operation: 'resume', reason: 'undone' } });
    assert.equal(laptop.git('branch', '--show-current'), 'feature/drinks');
    const first = await laptop.resume({ exact: true });
    await laptop.resume({ switchBranch: true });
    await assert.rejects(laptop.convosync.planUndo(laptop.folder, 'resume', { expected: first.undo }), { code: 'nothing-to-undo', details: { folder: laptop.folder, operation: 'resume', reason: 'not-last' } });
  });

  it('can be resumed again, and undone again', async () => {
    const before = exactState(laptop);
    for (let time = 1; time <= 2; time++) {
      const report = await laptop.resume({ switchBranch: true });
      assert.deepEqual(report.verdict, { inSync: true, differences: [] });
      await laptop.undo('resume');
      assert.deepEqual(exactState(laptop), before);
    }
  });

  /** What was kept as a session brings everything back that was newer. */
  async function assertResumable(device: Device, { kept }: Pick<UndoReport, 'kept'>): Promise<void> {
    assert.deepEqual([kept.sessions.length, kept.branches, kept.stashed, kept.files], [1, [], false, []]);
    world.passMinutes(5);
    const { verdict } = await device.resume({ ...(kept.sessions[0] === undefined ? {} : { session: kept.sessions[0] }), switchBranch: true, force: true });
    assert.deepEqual(verdict, { inSync: true, differences: [] });
  }

  it('keeps newer commits, changes and messages as a session that any device resumes, and leaves no trace of them in the repository', async () => {
    const before = exactState(laptop);
    await laptop.resume({ switchBranch: true });
    const newer = commit(laptop, 'newer.js');
    laptop.write('drinks.js', 'staged\n');
    laptop.git('add', 'drinks.js');
    laptop.write('drinks.js', 'newer\n');
    laptop.write('notes/untracked.md', 'newer too\n');
    laptop.say(talk, 'And for dessert?', 'Tiramisu.');
    const transcript = laptop.readTranscript(talk);
    const plan = await laptop.convosync.planUndo(laptop.folder, 'resume');
    assert.deepEqual([plan.newer, plan.steps.map(({ kind }) => kind)], ['newer-commits', ['keep-newer', 'restore-code', 'restore-branch', 'restore-conversation']]);
    const [keeping] = plan.steps;
    assert.deepEqual(keeping?.kind === 'keep-newer' && [keeping.commits, keeping.steps.map(({ kind }) => kind)], [1, ['snapshot', 'capture', 'bundle', 'publish']]);
    const undone = await laptop.convosync.undo(plan);
    assert.deepEqual(exactState(laptop), before);
    assert.equal(laptop.git('rev-parse', 'main'), laptop.git('rev-parse', 'origin/main'));
    assert.equal((await laptop.convosync.status(laptop.folder)).resumable?.summary.message, 'Serve drinks', 'what was undone is on offer again');

    await assertResumable(laptop, undone);
    assert.deepEqual([laptop.git('rev-parse', 'HEAD'), laptop.git('status', '--porcelain'), laptop.readTranscript(talk)], [newer, 'MM drinks.js\n?? notes/', transcript]);
    desktop.git('switch', '--quiet', 'main');
    await assertResumable(desktop, undone);
    assert.deepEqual([desktop.git('rev-parse', 'HEAD'), desktop.git('show', ':drinks.js'), desktop.read('drinks.js'), desktop.read('notes/untracked.md')], [newer, 'staged', 'newer\n', 'newer too\n']);
    assert.match(desktop.readTranscript(talk), /Tiramisu/);
  });

  it('days and commits later goes back as exactly, and the branch that was pushed stays where others see it', async () => {
    const before = exactState(laptop);
    await laptop.resume({ switchBranch: true });
    world.passMinutes(3 * 24 * 60);
    for (const file of ['one.js', 'two.js', 'three.js']) {
      commit(laptop, file);
    }
    laptop.git('push', '--quiet');
    laptop.git('switch', '--quiet', '--create', 'feature/elsewhere');
    const elsewhere = commit(laptop, 'elsewhere.js');
    await assertKeptApart(await laptop.undo('resume', 'newer-commits'), elsewhere);
    const { branches, ...rest } = exactState(laptop) as { branches: string };
    const { branches: branchesBefore, ...restBefore } = before as { branches: string };
    assert.deepEqual(rest, restBefore);
    assert.equal(branches.split('\n').filter((line) => !line.includes('elsewhere')).join('\n'), branchesBefore);
  });

  async function assertKeptApart({ kept }: UndoReport, tip: string): Promise<void> {
    const session = (await laptop.convosync.list(laptop.folder)).sessions.find(({ summary }) => summary.id === kept.sessions[0]);
    assert.deepEqual([session?.summary.commit, session?.summary.branch, kept.branches], [tip, 'feature/elsewhere', []]);
  }

  it('keeps what is newer also while the remote does not answer, and sends it later', async () => {
    const before = exactState(laptop);
    await laptop.resume({ switchBranch: true });
    const newer = commit(laptop, 'newer.js');
    const server = path.join(world.folder, 'server');
    renameSync(server, `${server}.gone`);
    const { kept } = await laptop.undo('resume', 'newer-commits');
    assert.deepEqual(exactState(laptop), before);
    renameSync(`${server}.gone`, server);
    await laptop.convosync.sync(laptop.folder);
    assert.equal((await desktop.convosync.open(desktop.folder, kept.sessions[0] ?? '')).manifest.code.commit, newer);
  });

  it('puts what a session does not take aside: secrets by their names stay on this device', async () => {
    await laptop.resume({ switchBranch: true });
    laptop.write('drinks.js', 'newer\n');
    laptop.write('.env', 'TOKEN=mine\n');
    const plan = await laptop.convosync.planUndo(laptop.folder, 'resume');
    assert.deepEqual(plan.steps.slice(1, 2), [{ kind: 'set-aside', commits: 0, changes: 1, ignored: [], conversations: 0 }]);
    const { kept } = await laptop.convosync.undo(plan);
    assert.deepEqual([kept.sessions.length, kept.stashed, laptop.git('status', '--porcelain')], [1, true, '']);
    assert.equal(laptop.git('show', 'stash@{0}^3:.env'), 'TOKEN=mine');
    const { manifest } = await laptop.convosync.open(laptop.folder, kept.sessions[0] ?? '');
    assert.equal(manifest.code.snapshot?.files, 1);
  });

  it('is not run once something was done since it was planned', async () => {
    await laptop.resume({ switchBranch: true });
    const plan = await laptop.convosync.planUndo(laptop.folder, 'resume');
    const newer = commit(laptop, 'newer.js');
    await assert.rejects(laptop.convosync.undo(plan), { code: 'busy' });
    assert.equal(laptop.git('rev-parse', 'HEAD'), newer);
  });

  it('asks before it leaves another branch, and keeps nothing where nothing is newer', async () => {
    await laptop.resume({ switchBranch: true });
    laptop.git('switch', '--quiet', '--create', 'feature/elsewhere', 'main');
    const { kept } = await laptop.undo('resume', 'moved');
    assert.deepEqual([kept.sessions, laptop.git('branch', '--show-current')], [[], 'main']);
  });

  it('of code that replaced ignored files brings those back, too', async () => {
    const ignored = (...lines: string[]): void => writeFileSync(path.join(laptop.folder, '.git', 'info', 'exclude'), `${lines.join('\n')}\n`);
    ignored('drinks.js', 'out');
    laptop.write('drinks.js', 'mine alone\n');
    const plan = await laptop.convosync.planResume(laptop.folder, { switchBranch: true });
    assert.deepEqual(plan.steps[0], { kind: 'protect', ignored: ['drinks.js'] });
    await laptop.convosync.resume(plan);
    assert.equal(laptop.read('drinks.js'), 'drinks.js\n');
    await laptop.undo('resume');
    assert.equal(laptop.read('drinks.js'), 'mine alone\n');
    ignored();
  });

  it('puts ignored files aside that it would replace', async () => {
    desktop.git('rm', '--quiet', 'README.md');
    desktop.write('.gitignore', 'README.md\n');
    world.passMinutes(5);
    await desktop.save('Go without a README');
    await laptop.resume({ switchBranch: true });
    laptop.write('README.md', 'Notes of my own\n');
    const { kept } = await laptop.undo('resume', 'uncommitted-changes');
    assert.deepEqual(kept.files.map((file) => readFileSync(file, 'utf8')), ['Notes of my own\n']);
    assert.equal(laptop.read('README.md'), '# Pizza shop\n');
  });

  it('never offers the session that it kept as the last save, which may be its only copy', async () => {
    await laptop.resume({ switchBranch: true });
    laptop.write('own.md', 'mine\n');
    const { session } = await laptop.save('Mine', { snapshot: true });
    laptop.say(talk, 'And for dessert?', 'Tiramisu.');
    const { kept } = await laptop.undo('resume', 'uncommitted-changes');
    assert.equal(kept.sessions.length, 1);
    assert.equal((await laptop.convosync.status(laptop.folder)).undo.save, session);
    assert.equal((await laptop.undo('save')).session, session);
    await assert.rejects(laptop.undo('save'), isNothingLeft);
    await assertResumable(laptop, { kept });
  });

  it('keeps newer messages as a session', async () => {
    const before = laptop.readTranscript(talk);
    await laptop.resume({ switchBranch: true });
    laptop.say(talk, 'And for dessert?', 'Tiramisu.');
    const newer = laptop.readTranscript(talk);
    const undone = await laptop.undo('resume', 'newer-messages');
    assert.equal(laptop.readTranscript(talk), before);
    await assertResumable(laptop, undone);
    assert.equal(laptop.readTranscript(talk), newer);
  });
});

describe('undoing a save', function () {
  this.timeout(60_000);
  let world: World;
  let remote: string;
  let desktop: Device;
  let laptop: Device;
  let checkpoint: Checkpoint;

  before(async () => {
    world = new World();
    remote = world.remote();
    desktop = world.device('desktop', { user: 'ada', handoffFile: 'device' }).clone(remote);
    laptop = world.device('laptop', { user: 'lovelace' }).clone(remote, 'Code/shop');
    desktop.say(talk, 'My favorite pizza is Margherita.');
    await desktop.save('Begin');
    world.passMinutes(5);
    splitChanges(desktop);
    desktop.say(talk, 'And to drink?');
    desktop.git('status');
    checkpoint = new Checkpoint(world);
  });
  afterEach(() => checkpoint.restore());
  after(() => {
    checkpoint[Symbol.dispose]();
    world[Symbol.dispose]();
  });

  const messagesSeenBy = async (device: Device): Promise<{ sessions: string[]; trash: string[] }> => {
    const { sessions, trash } = await device.convosync.list(device.folder);
    return { sessions: sessions.map(({ summary }) => summary.message), trash: trash.map(({ summary }) => summary.message) };
  };

  it('takes a commit back that only this device has, and the session that was sent goes to the trash everywhere', async () => {
    const before = exactState(desktop);
    const report = await desktop.save('Oops', { push: false });
    assert.equal(report.outcome, 'sent');
    const undone = await desktop.undo('save');
    assert.deepEqual([undone.session, undone.restored.code, undone.restored.index, undone.remains], [report.session, true, true, []]);
    assert.deepEqual(exactState(desktop), before);
    for (const device of [desktop, laptop]) {
      assert.deepEqual(await messagesSeenBy(device), { sessions: ['Begin'], trash: ['Oops'] });
    }
  });

  it('stages again what was staged also when git has collected its garbage since', async () => {
    const before = exactState(desktop);
    const staged = desktop.git('rev-parse', ':orders.js');
    await desktop.save('Oops', { push: false });
    desktop.git('reflog', 'expire', '--expire=now', '--all');
    desktop.git('gc', '--quiet', '--prune=now');
    assert.throws(() => desktop.git('cat-file', '-e', staged));
    await desktop.undo('save');
    assert.deepEqual(exactState(desktop), before);
    assert.equal(desktop.git('show', ':orders.js'), 'export const orders = ["staged"];');
    desktop.git('fsck', '--strict');
  });

  it('takes a new branch back', async () => {
    const before = exactState(desktop);
    await desktop.save('Oops', { push: false, branch: 'feature/oops' });
    assert.equal(desktop.git('branch', '--show-current'), 'feature/oops');
    await desktop.undo('save');
    assert.deepEqual(exactState(desktop), before);
  });

  it('says that a pushed commit stays, and touches nothing in the repository', async () => {
    const report = await desktop.save('Oops');
    const after = exactState(desktop);
    const undone = await desktop.undo('save');
    assert.deepEqual([undone.restored.code, undone.remains], [false, ['pushed-commit']]);
    assert.deepEqual(exactState(desktop), after);
    assert.equal(desktop.git('ls-remote', 'origin', 'refs/heads/main').split('\t')[0], report.commit);
    assert.deepEqual(await messagesSeenBy(laptop), { sessions: ['Begin'], trash: ['Oops'] });
  });

  it('takes a commit back that waited to be sent: it never goes, and its session goes to the trash', async () => {
    const before = exactState(desktop);
    const tip = desktop.git('ls-remote', 'origin', 'refs/heads/main');
    renameSync(remote, `${remote}.gone`);
    assert.equal((await desktop.save('Oops')).outcome, 'queued');
    const undone = await desktop.undo('save');
    assert.deepEqual(undone.remains, []);
    assert.deepEqual(exactState(desktop), before);
    renameSync(`${remote}.gone`, remote);
    await desktop.convosync.sync(desktop.folder);
    assert.equal(desktop.git('ls-remote', 'origin', 'refs/heads/main'), tip);
    assert.deepEqual(await messagesSeenBy(laptop), { sessions: ['Begin'], trash: ['Oops'] });
  });

  it('says that others still see the session while they cannot be told', async () => {
    await desktop.save('Oops', { push: false });
    renameSync(remote, `${remote}.gone`);
    assert.deepEqual((await desktop.undo('save')).remains, ['pushed-session']);
    renameSync(`${remote}.gone`, remote);
    assert.deepEqual((await messagesSeenBy(laptop)).sessions, ['Oops', 'Begin']);
    await desktop.convosync.sync(desktop.folder);
    assert.deepEqual(await messagesSeenBy(laptop), { sessions: ['Begin'], trash: ['Oops'] });
  });

  it('keeps messages and unstaged changes of later', async () => {
    await desktop.save('Oops', { push: false });
    desktop.say(talk, 'Newer.');
    const transcript = desktop.readTranscript(talk);
    await desktop.undo('save');
    assert.equal(desktop.readTranscript(talk), transcript);
  });

  it('takes back the session alone where newer work lies on top', async () => {
    await desktop.save('Oops', { push: false });
    desktop.write('later.js', 'staged later\n');
    desktop.git('add', 'later.js');
    assert.equal((await desktop.convosync.planUndo(desktop.folder, 'save')).newer, 'staged-changes');
    const newer = commit(desktop, 'newer.js');
    const undone = await desktop.undo('save', 'newer-commits');
    assert.equal(undone.restored.code, false);
    assert.equal(desktop.git('rev-parse', 'HEAD'), newer);
    assert.deepEqual(await messagesSeenBy(desktop), { sessions: ['Begin'], trash: ['Oops'] });
  });

  it('gives the space of old ones back, and never that of the last', async () => {
    const folder = path.join(desktop.home, '.local/share/convosync/undo');
    const checkout = path.join(folder, readdirSync(folder)[0] ?? '');
    mkdirSync(path.join(checkout, 'begun-and-killed'));
    await desktop.save('Oops', { push: false });
    assert.equal(readdirSync(checkout).length, 2);
    world.passMinutes(40 * 24 * 60);
    desktop.say(talk, 'Still there?');
    await desktop.save('Later', { push: false });
    const [left] = readdirSync(checkout);
    assert.deepEqual([readdirSync(checkout).length, left], [1, (await desktop.convosync.planUndo(desktop.folder, 'save')).session]);
    world.passMinutes(40 * 24 * 60);
    await desktop.convosync.clean(desktop.folder);
    assert.deepEqual(readdirSync(checkout), [left]);
  });

  it('that is named is undone alone: never an earlier one in its place', async () => {
    const { session } = await desktop.save('Oops', { push: false });
    const planNamed = (): Promise<UndoPlan> => desktop.convosync.planUndo(desktop.folder, 'save', { expected: session });
    await desktop.convosync.undo(await planNamed());
    await assert.rejects(planNamed(), { code: 'nothing-to-undo', details: { folder: desktop.folder, operation: 'save', reason: 'undone' } });
    assert.deepEqual((await messagesSeenBy(desktop)).sessions, ['Begin']);
  });

  it('goes back save by save, and then says that nothing is left', async () => {
    await desktop.save('Oops', { push: false });
    await desktop.undo('save');
    await desktop.undo('save');
    assert.deepEqual(await messagesSeenBy(desktop), { sessions: [], trash: ['Oops', 'Begin'] });
    await assert.rejects(desktop.undo('save'), isNothingLeft);
    await assert.rejects(laptop.undo('save'), isNothingLeft);
  });
});
