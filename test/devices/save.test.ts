/** What a save takes, in whatever state the repository is, and that a save which cannot be leaves everything as it was. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { handoffPath } from '../../src/core/session/handoff/inRepository.ts';
import { Checkpoint, crash, snapshot } from '../support/crashing.ts';
import { ConvoSyncError } from '../../src/core/common/errors.ts';
import { type Device, World } from '../support/device.ts';
import { GitServerRepository } from '../support/gitServerRepository.ts';

const talk: string = randomUUID();

describe('a save', function () {
  this.timeout(60_000);
  let world: World;
  let server: GitServerRepository;
  let desktop: Device;
  let laptop: Device;
  let checkpoint: Checkpoint;

  before(async () => {
    world = new World();
    server = new GitServerRepository(world, world.remote());
    desktop = world.device('desktop', { user: 'ada' }).clone(server.path);
    laptop = world.device('laptop', { user: 'lovelace' }).clone(server.path, 'Code/shop');
    desktop.say(talk, 'My favorite pizza is Margherita.');
    await desktop.save('Begin');
    world.passMinutes(5);
    checkpoint = new Checkpoint(world);
  });
  afterEach(() => checkpoint.restore());
  after(() => {
    checkpoint[Symbol.dispose]();
    world[Symbol.dispose]();
  });

  async function assertResumes(commit: string): Promise<void> {
    world.passMinutes(5);
    const report = await laptop.resume({ switchBranch: true });
    assert.deepEqual(report.verdict, { inSync: true, differences: [] });
    assert.equal(laptop.git('rev-parse', 'HEAD'), commit);
    assert.equal(laptop.readTranscript(talk), desktop.readTranscript(talk));
  }

  it('of a clean tree commits nothing', async () => {
    const head = desktop.git('rev-parse', 'HEAD');
    desktop.say(talk, 'And to drink?');
    const { outcome, steps, commit, messages } = await desktop.save('Talk');
    assert.deepEqual([outcome, steps.map(({ kind }) => kind), commit, messages], ['sent', ['capture', 'publish'], head, 4]);
    await assertResumes(head);
  });

  it('takes everything from a sub-folder, its own conversation included, under a message marked as its own', async () => {
    const top = desktop.folder;
    desktop.write('src/kitchen/oven.js', 'hot\n');
    desktop.write('orders.js', 'export const orders = ["Margherita"];\n');
    desktop.folder = path.join(top, 'src/kitchen');
    const other = randomUUID();
    desktop.say(other, 'How hot is the oven?');
    try {
      const plan = await desktop.convosync.planSave(desktop.folder, { message: 'Heat the oven\n\nmore\n  and more\n', conversations: [other] });
      assert.deepEqual([plan.folder, plan.message, plan.body, plan.blockers], [top, 'Heat the oven', 'more\n  and more', []]);
      await desktop.convosync.save(plan);
      const { manifest } = await desktop.convosync.open(top, plan.session);
      assert.deepEqual(manifest.conversations.map(({ id, folder }) => [id, folder]), [[other, 'src/kitchen']]);
      assert.equal(manifest.body, 'more\n  and more');
    } finally {
      desktop.folder = top;
    }
    assert.equal(desktop.git('log', '-1', '--format=%B'), 'Heat the oven [ConvoSync]\n\nmore\n  and more');
    assert.equal(desktop.git('status', '--porcelain'), '');
    assert.match(desktop.git('show', '--stat', 'HEAD'), /orders\.js[^]*src\/kitchen\/oven\.js/);
  });

  it('takes several conversations along, or all, each to be resumed', async () => {
    const [oven, drinks] = [randomUUID(), randomUUID()];
    desktop.say(oven, 'How hot is the oven?');
    world.passMinutes(1);
    desktop.say(drinks, 'What is there to drink?');
    const some = await desktop.save('Some', { conversations: [talk, oven] });
    const held = async (session: string): Promise<string[]> => (await desktop.convosync.open(desktop.folder, session)).manifest.conversations.map(({ id }) => id).sort();
    assert.deepEqual([some.messages, await held(some.session)], [4, [talk, oven].sort()]);
    const all = await desktop.save('All', { conversations: 'all' });
    assert.deepEqual([all.messages, await held(all.session)], [6, [talk, oven, drinks].sort()]);
    await assert.rejects(desktop.save('None', { conversations: [talk, 'unknown'] }), (error) => ConvoSyncError.is(error, 'conversation-not-found'));

    const { commands, verdict } = await laptop.resume();
    assert.deepEqual([commands.map(({ conversation }) => conversation).sort(), verdict.inSync], [[talk, oven, drinks].sort(), true]);
    for (const id of [talk, oven, drinks]) {
      assert.equal(laptop.readTranscript(id), desktop.readTranscript(id));
    }
  });

  it('asks once for a repository how changes are saved, a snapshot first on the default branch, and does as answered from then on', async () => {
    const { convosync, folder } = desktop;
    assert.equal((await convosync.planSave(folder, {})).undecided, undefined, 'a clean tree asks nothing');
    desktop.write('menu.md', 'Margherita\n');
    assert.deepEqual((await convosync.planSave(folder, {})).undecided, { recommended: 'snapshot' });
    desktop.git('switch', '--quiet', '--create', 'feature/menu');
    const asked = await convosync.planSave(folder, {});
    assert.deepEqual([asked.undecided, asked.steps[0]?.kind], [{ recommended: 'commit' }, 'commit'], 'without a person it is a commit');
    await convosync.planSave(folder, { snapshot: true, remember: true });
    assert.deepEqual((await convosync.planSave(folder, {})).undecided, { recommended: 'commit' }, 'nothing is remembered of a save that was left');
    await desktop.save('Menu', { snapshot: true, remember: true });
    const again = await convosync.planSave(folder, {});
    assert.deepEqual([again.undecided, again.steps[0]?.kind], [undefined, 'snapshot']);
    const { commit } = await desktop.save('Menu', { snapshot: false });
    assert.equal(commit, desktop.git('rev-parse', 'HEAD'));
    assert.equal(server.branch('feature/menu'), commit);
    desktop.git('commit', '--quiet', '--allow-empty', '-m', 'More');
    const clean = await convosync.planSave(folder, {});
    assert.ok(clean.steps.some(({ kind }) => kind === 'push'), 'with nothing to keep, the branch is pushed as ever');
    desktop.write('menu.md', 'Marinara\n');
    assert.equal((await convosync.planSave(folder, {})).steps[0]?.kind, 'snapshot', 'an exception is not remembered');
  });

  it('says when the conversation is shorter than what was saved of it here, which stays', async () => {
    const other: string = randomUUID();
    const transcript = desktop.transcriptPath(other);
    desktop.say(other, 'Heat the oven.');
    const short = readFileSync(transcript);
    desktop.say(other, 'And bake.');
    const { session } = await desktop.save('Whole', { conversations: [other] });
    writeFileSync(transcript, short);
    const plan = await desktop.convosync.planSave(desktop.folder, { conversations: [other] });
    assert.deepEqual(plan.findings.find(({ code }) => code === 'conversation-shorter')?.details, { messages: 2, saved: 4 });
    await desktop.convosync.save(plan);
    const { conversations: [kept] } = await desktop.convosync.open(desktop.folder, session);
    assert.equal(kept?.messages.length, 4);
  });

  it('says how many lines of the conversation cannot be read, and saves them as they are', async () => {
    const other: string = randomUUID();
    desktop.say(other, 'Heat the oven.');
    const whole = await desktop.save('Whole', { conversations: [other] });
    appendFileSync(desktop.transcriptPath(other), '{"type":"user","mess\nnot a rec\u0000rd\n');
    const damaged = readFileSync(desktop.transcriptPath(other), 'utf8');
    const plan = await desktop.convosync.planSave(desktop.folder, { conversations: [other] });
    assert.deepEqual(plan.findings.find(({ code }) => code === 'conversation-damaged')?.details, { lines: 2, sessions: 1 });
    const { session } = await desktop.convosync.save(plan);
    rmSync(desktop.transcriptPath(other));
    await desktop.resume({ session, choices: {} });
    assert.equal(desktop.readTranscript(other), damaged);
    const earlier = await desktop.convosync.planResume(desktop.folder, { session, choices: { 'conversation-damaged': 'last-good' } });
    assert.equal(earlier.session.summary.id, whole.session);
  });

  it('without a message takes the conversation’s title', async () => {
    desktop.write('menu.md', 'Margherita\n');
    const plan = await desktop.convosync.planSave(desktop.folder, {});
    assert.equal(plan.message, 'My favorite pizza is Margherita.');
  });

  it('stores no handoff for a conversation that says nothing', async () => {
    const plan = await desktop.convosync.planSave(desktop.folder, { conversations: 'none' });
    assert.equal(plan.handoff, '');
    const { session } = await desktop.convosync.save(plan);
    assert.equal((await desktop.convosync.open(desktop.folder, session)).manifest.handoff, '');
  });

  describe('on a detached HEAD', () => {
    beforeEach(() => {
      desktop.git('switch', '--quiet', '--detach');
      desktop.write('menu.md', 'Margherita\n');
    });

    it('asks, and then commits there without a branch', async () => {
      const { blockers } = await desktop.convosync.planSave(desktop.folder, {});
      assert.deepEqual(blockers.map(({ code, remedies }) => [code, remedies]), [['detached-head', ['create-branch', 'snapshot', 'save-unpushed']]]);
      const { commit, outcome, branchPushed, branch } = await desktop.save('Detached', { choices: { 'detached-head': 'save-unpushed' } });
      assert.deepEqual([outcome, branchPushed, branch], ['sent', false, undefined]);
      assert.equal(desktop.git('branch', '--show-current'), '');
      await assertResumes(commit);
    });

    it('makes the branch that it is told', async () => {
      const { commit, branch } = await desktop.save('Detached', { branch: 'feature/menu' });
      assert.deepEqual([branch, server.branch('feature/menu')], ['feature/menu', commit]);
      await assertResumes(commit);
    });
  });

  describe('behind the remote', () => {
    let theirs: string;
    beforeEach(() => {
      theirs = server.pushFromElsewhere('main');
      desktop.write('menu.md', 'Margherita\n');
    });

    it('asks nothing when a new branch is made, which cannot have diverged', async () => {
      const { commit, branch } = await desktop.save('Menu', { branch: 'feature/menu' });
      assert.deepEqual([branch, server.branch('feature/menu'), server.branch('main')], ['feature/menu', commit, theirs]);
    });

    for (const how of ['pull-merge', 'pull-rebase'] as const) {
      it(`brings what others pushed in, with ${how}`, async () => {
        const { blockers } = await desktop.convosync.planSave(desktop.folder, {});
        assert.deepEqual(blockers.map(({ code, remedies }) => [code, remedies]), [['diverged', ['pull-merge', 'pull-rebase', 'snapshot', 'save-unpushed']]]);
        const { commit } = await desktop.save('Menu', { choices: { diverged: how } });
        assert.deepEqual([server.branch('main'), desktop.git('rev-parse', how === 'pull-merge' ? 'HEAD^2' : 'HEAD^')], [commit, theirs]);
        await assertResumes(commit);
      });

      it(`leaves everything as it was when ${how} meets a conflict, and names the files`, async () => {
        theirs = server.pushFromElsewhere('main', 'orders.js');
        desktop.write('orders.js', 'export const orders = ["mine"];\n');
        const before = snapshot(desktop);
        await assert.rejects(desktop.save('Menu', { choices: { diverged: how } }), (error: { code: string; details: { conflicts: string[] } }) => error.code === 'git-failed' && error.details.conflicts.join() === 'orders.js');
        assert.deepEqual(snapshot(desktop), before);
        assert.equal((await desktop.convosync.list(desktop.folder)).sessions.length, 1);
        assert.equal(server.branch('main'), theirs);
      });
    }

    it('keeps to itself when told, and loses nothing by it', async () => {
      const { commit, branchPushed } = await desktop.save('Menu', { choices: { diverged: 'save-unpushed' } });
      assert.deepEqual([branchPushed, server.branch('main')], [false, theirs]);
      await assertResumes(commit);
    });
  });

  it('that does not push has its commits in the session, on the default branch too', async () => {
    desktop.write('menu.md', 'Margherita\n');
    const { commit, steps } = await desktop.save('Menu', { push: false });
    assert.deepEqual(steps.map(({ kind }) => kind), ['commit', 'capture', 'bundle', 'publish']);
    assert.notEqual(server.branch('main'), commit);
    await assertResumes(commit);
  });

  it('takes a choice as the answer to its finding alone', async () => {
    desktop.write('menu.md', 'Margherita\n');
    const { commit } = await desktop.save('Menu', { choices: { 'detached-head': 'save-unpushed', diverged: 'pull-merge' } });
    assert.equal(server.branch('main'), commit);
  });

  it('keeps a branch’s code through a rebase and a deletion at the remote', async () => {
    desktop.git('switch', '--quiet', '--create', 'feature/menu');
    desktop.write('menu.md', 'Margherita\n');
    const first = await desktop.save('One');
    world.passMinutes(5);
    desktop.git('commit', '--quiet', '--amend', '-m', 'Rewritten');
    desktop.git('push', '--quiet', '--force', 'origin', 'feature/menu');
    desktop.write('menu.md', 'Marinara\n');
    desktop.say(talk, 'Marinara.');
    const second = await desktop.save('Two');
    server.git('update-ref', '-d', 'refs/heads/feature/menu');
    server.git('gc', '--quiet', '--prune=now');
    await assertResumes(second.commit);
    await laptop.resume({ session: first.session, exact: true });
    assert.equal(laptop.git('show', 'HEAD:menu.md'), 'Margherita');
  });

  it('leaves everything as it was when pre-commit fails', async () => {
    const hook = path.join(desktop.folder, '.git/hooks/pre-commit');
    writeFileSync(hook, '#!/bin/sh\necho "Lint is red" >&2; exit 1\n');
    chmodSync(hook, 0o755);
    desktop.write('menu.md', 'Margherita\n');
    desktop.write('staged.md', 'staged\n');
    desktop.git('add', 'staged.md');
    const before = snapshot(desktop);
    await assert.rejects(desktop.save('Menu', { branch: 'feature/menu' }), ({ code, details }: ConvoSyncError) => {
      assert.deepEqual([code, details['hooks'], details['stderr']], ['git-failed', ['pre-commit'], 'Lint is red']);
      return true;
    });
    assert.deepEqual(snapshot(desktop), before);
    assert.equal((await desktop.convosync.list(desktop.folder)).sessions.length, 1);
  });

  it('waits for another process that saves, and then refuses to run on what that changed', async () => {
    desktop.write('menu.md', 'Margherita\n');
    const plan = await desktop.convosync.planSave(desktop.folder, { message: 'Second' });
    const hook = path.join(desktop.folder, '.git/hooks/pre-commit');
    const started = path.join(world.folder, 'started');
    writeFileSync(hook, `#!/bin/sh\ntouch '${started}'; sleep 1\n`);
    chmodSync(hook, 0o755);
    const first = crash(desktop, { user: 'ada' }, { kind: 'save', request: { message: 'First' } }, {});
    while (!existsSync(started)) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await assert.rejects(desktop.convosync.save(plan), { code: 'busy' });
    assert.ok(await first, 'the first one has ended by itself');
    const { sessions } = await desktop.convosync.list(desktop.folder);
    assert.deepEqual(sessions.map(({ summary }) => summary.message), ['First', 'Begin']);
    assert.equal(desktop.git('log', '-1', '--format=%s'), 'First [ConvoSync]');
  });

  describe('with a handoff in the repository', () => {
    const handoffOf = (device: Device, file: string): string => readFileSync(path.join(device.folder, file), 'utf8');

    it('keeps one file a device', async () => {
      const writing = world.device('desktop', { user: 'ada', handoffFile: 'device' });
      writing.folder = desktop.folder;
      desktop.say(talk, 'Please bake a Margherita.');
      const report = await writing.save('Bake');
      const file = handoffPath((await writing.convosync.list(writing.folder)).here, []);
      assert.deepEqual(report.steps.map((step) => (step.kind === 'write-handoff' ? step.path : step.kind)), [file, 'commit', 'capture', 'push']);
      assert.match(handoffOf(desktop, file), /bake a Margherita/);
      assert.equal(handoffOf(desktop, file), (await writing.convosync.open(writing.folder, report.session)).manifest.handoff);
      assert.equal(desktop.git('status', '--porcelain'), '');
    });

    it('adds to the plugin’s single file and leaves what others wrote', async () => {
      const theirs = '# ConvoSync Session Handoffs\n\n---\n## Handoff from phone\n\n### Current Task\n\nEat.\n';
      const file = '.convosync/session-handoff.md';
      desktop.write(file, theirs);
      const writing = world.device('desktop', { user: 'ada', handoffFile: 'plugin' });
      writing.folder = desktop.folder;
      desktop.say(talk, 'Please bake a Margherita.');
      await writing.save('Bake');
      assert.ok(handoffOf(desktop, file).startsWith(theirs));
      assert.match(handoffOf(desktop, file), /## Handoff from desktop[^]*bake a Margherita/);
      assert.equal(desktop.git('status', '--porcelain'), '');
    });

    it('writes none when there is nothing to hand off, or none is wanted', async () => {
      desktop.say(talk, 'Please bake a Margherita.');
      await desktop.save('Bake');
      const writing = world.device('desktop', { user: 'ada', handoffFile: 'device' });
      writing.folder = desktop.folder;
      await writing.save('Nothing', { conversations: 'none' });
      assert.equal(existsSync(path.join(desktop.folder, '.convosync')), false);
    });
  });

  it('stays here without a remote, and goes to one that comes later', async () => {
    const lonely = world.device('lonely').create();
    lonely.say(talk, 'Is anybody there?');
    lonely.write('menu.md', 'Margherita\n');
    const report = await lonely.save('Alone');
    assert.equal(report.outcome, 'kept');
    assert.deepEqual((await lonely.convosync.list(lonely.folder)).sessions.map(({ queued }) => queued), [true]);
    const bare = path.join(world.folder, 'server', 'later.git');
    mkdirSync(bare);
    lonely.git('init', '--quiet', '--bare', '-b', 'main', bare);
    lonely.git('remote', 'add', 'origin', bare);
    assert.equal((await lonely.convosync.sync(lonely.folder)).outcome, 'sent');
    lonely.git('push', '--quiet', 'origin', 'HEAD~:refs/heads/main');
    const friend = world.device('friend').clone(bare);
    const resumed = await friend.resume({ force: true });
    assert.equal(resumed.verdict.inSync, true);
    assert.equal(friend.git('rev-parse', 'HEAD'), report.commit);
    assert.equal(friend.readTranscript(talk), lonely.readTranscript(talk));
  });

  it('on a first try without the remote says so and changes nothing', async () => {
    renameSync(server.path, `${server.path}.away`);
    laptop.write('menu.md', 'Marinara\n');
    laptop.say(randomUUID(), 'Hello?');
    const fresh = world.device('fresh').clone(`${server.path}.away`);
    fresh.git('remote', 'set-url', 'origin', server.path);
    fresh.write('menu.md', 'Marinara\n');
    const before = snapshot(fresh);
    await assert.rejects(fresh.save('Offline'), { code: 'remote-unreachable' });
    assert.deepEqual(snapshot(fresh), before);
  });
});
