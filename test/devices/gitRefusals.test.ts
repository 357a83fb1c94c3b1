import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type Device, World } from '../support/device.ts';
import { assertNoFootprint } from '../support/footprint.ts';
import { startGitHttpServer } from '../support/gitHttpServer.ts';
import { GitServerRepository } from '../support/gitServerRepository.ts';

describe('a remote that refuses', function () {
  this.timeout(30_000);
  const talk = randomUUID();
  let world: World;
  let server: GitServerRepository;
  let desktop: Device;
  let laptop: Device;

  beforeEach(() => {
    world = new World();
    server = new GitServerRepository(world, world.remote());
    desktop = world.device('desktop').clone(server.path);
    laptop = world.device('laptop').clone(server.path);
    work('one');
  });
  afterEach(() => {
    assertNoFootprint(desktop);
    world[Symbol.dispose]();
  });

  function work(text: string): void {
    world.passMinutes(1);
    desktop.say(talk, text);
    desktop.write('orders.js', `export const orders = ["${text}"];\n`);
  }

  /** Nothing is visible to others, and all of it is safe here. */
  async function assertQueued(report: Awaited<ReturnType<Device['save']>>): Promise<void> {
    assert.equal(report.outcome, 'queued');
    assert.deepEqual((await laptop.convosync.list(laptop.folder)).sessions, []);
    assert.equal((await desktop.convosync.list(desktop.folder)).sessions[0]?.queued, true);
    const { manifest } = await desktop.convosync.open(desktop.folder, report.session);
    assert.equal(manifest.code.bundles.at(-1)?.tip, report.commit);
  }

  async function assertResumes(commit: string): Promise<void> {
    const resumed = await laptop.resume();
    assert.deepEqual(resumed.verdict, { inSync: true, differences: [] });
    assert.equal(laptop.git('rev-parse', 'HEAD'), commit);
    assert.equal(laptop.readTranscript(talk), desktop.readTranscript(talk));
  }

  const transports = {
    'over a file path': async () => Promise.resolve({ url: server.path, stop: () => Promise.resolve() }),
    'over http': async () => {
      const http = await startGitHttpServer({ folder: `${world.folder}/server` });
      return { url: `${http.url}/project.git`, stop: http.stop };
    },
  };
  for (const [transport, connect] of Object.entries(transports)) {
    for (const hidden of transport === 'over http' ? ['receive.hideRefs'] : ['receive.hideRefs', 'uploadpack.hideRefs', 'transfer.hideRefs']) {
      it(`gets no branch whose session it would not show (${hidden}, ${transport}), and both once it does`, async () => {
        const { url, stop } = await connect();
        try {
          desktop.git('remote', 'set-url', 'origin', url);
          laptop.git('remote', 'set-url', 'origin', url);
          const before = server.branch('main');
          server.set(hidden, 'refs/convosync');
          const report = await desktop.save('Hide');
          await assertQueued(report);
          assert.equal(report.problem?.code, 'namespace-refused');
          assert.equal(report.branchPushed, false);
          assert.equal(server.branch('main'), before);
          assert.ok(!server.vaultRefs().includes('log'));

          server.unset(hidden);
          assert.deepEqual(await desktop.convosync.sync(desktop.folder), { outcome: 'sent', sessions: 1, arrived: [], notes: [] });
          assert.equal(server.branch('main'), report.commit);
          assert.deepEqual(server.vaultRefs(), ['chunks', 'log', 'vault']);
          await assertResumes(report.commit);
        } finally {
          await stop();
        }
      });
    }
  }

  it('says in git’s words why it refused a session', async () => {
    server.set('receive.hideRefs', 'refs/convosync');
    assert.match(String((await desktop.save('Hide')).problem?.details['stderr']), /deny updating a hidden ref/);
  });

  it('begins to refuse sessions later: the branch stays, and both go once it takes them again', async () => {
    const first = await desktop.save('One');
    server.set('receive.hideRefs', 'refs/convosync');
    work('two');
    const report = await desktop.save('Two');
    assert.equal(report.outcome, 'queued');
    assert.equal(report.problem?.code, 'namespace-refused');
    assert.equal(server.branch('main'), first.commit);
    assert.equal((await laptop.convosync.list(laptop.folder)).sessions.length, 1);

    server.unset('receive.hideRefs');
    assert.deepEqual(await desktop.convosync.sync(desktop.folder), { outcome: 'sent', sessions: 1, arrived: [], notes: [] });
    await assertResumes(report.commit);
  });

  it('refuses everything in a pre-receive hook: nothing is there, and its words are told', async () => {
    const before = server.refs();
    server.hook('pre-receive', 'echo "Closed on Mondays" >&2; exit 1');
    const report = await desktop.save('Monday');
    await assertQueued(report);
    assert.equal(report.problem?.code, 'push-rejected');
    assert.match(String(report.problem.details['stderr']), /Closed on Mondays/);
    assert.deepEqual(server.refs(), before);
    server.hook('pre-receive', 'exit 0');
    assert.equal((await desktop.convosync.sync(desktop.folder)).outcome, 'sent');
    await assertResumes(report.commit);
  });

  it('refuses our refs alone in an update hook: the branch stays where it is', async () => {
    const before = server.branch('main');
    server.hook('update', 'case "$1" in refs/convosync/*) echo "No such refs here" >&2; exit 1;; esac');
    const report = await desktop.save('Hook');
    await assertQueued(report);
    assert.equal(report.problem?.code, 'namespace-refused');
    assert.match(String(report.problem.details['stderr']), /No such refs here/);
    assert.equal(server.branch('main'), before);
    assert.deepEqual(server.vaultRefs(), []);
  });

  it('refuses the branch alone: no session is visible whose code is not there', async () => {
    const before = server.branch('main');
    server.hook('update', 'case "$1" in refs/heads/main) echo "main is protected" >&2; exit 1;; esac');
    const report = await desktop.save('Protected');
    await assertQueued(report);
    assert.equal(report.problem?.code, 'push-rejected');
    assert.match(String(report.problem.details['stderr']), /main is protected/);
    assert.equal(server.branch('main'), before);
    assert.ok(!server.vaultRefs().includes('log'));

    // The session may go without the branch: its commits are inside.
    assert.deepEqual(await desktop.convosync.sync(desktop.folder, { push: false }), { outcome: 'sent', sessions: 1, arrived: [], notes: [] });
    assert.equal(server.branch('main'), before);
    await assertResumes(report.commit);
  });

  it('has moved on between plan and push: nothing is overwritten, nothing is half there', async () => {
    await desktop.save('First');
    work('two');
    const plan = await desktop.convosync.planSave(desktop.folder, { message: 'Race' });
    const theirs = server.pushFromElsewhere('main');
    const report = await desktop.convosync.save(plan);
    assert.equal(report.outcome, 'queued');
    assert.equal(report.problem?.code, 'push-rejected');
    assert.equal(server.branch('main'), theirs);
    assert.equal((await laptop.convosync.list(laptop.folder)).sessions.length, 1);
  });

  it('has the waiting branch from elsewhere meanwhile: the session follows', async () => {
    server.hook('pre-receive', 'exit 1');
    const report = await desktop.save('Wait');
    server.hook('pre-receive', 'exit 0');
    desktop.git('push', '--quiet', 'origin', 'main');
    const theirs = server.pushFromElsewhere('main');
    assert.equal((await desktop.convosync.sync(desktop.folder)).outcome, 'sent');
    assert.equal(server.branch('main'), theirs);
    await laptop.resume({ exact: true });
    assert.equal(laptop.git('rev-parse', 'HEAD'), report.commit);
  });

  it('allows no ref to be removed: saving needs no removal', async () => {
    server.set('receive.denyDeletes', 'true');
    server.set('receive.denyNonFastForwards', 'true');
    server.hook('update', 'case "$3" in 0000*) echo "Nothing is deleted here" >&2; exit 1;; esac');
    assert.equal((await desktop.save('One')).outcome, 'sent');
    work('two');
    const report = await desktop.save('Two');
    assert.equal(report.outcome, 'sent');
    assert.deepEqual(server.vaultRefs(), ['chunks', 'log', 'vault']);
    await assertResumes(report.commit);
  });

  it('knows no atomic push: the session appears last, and not without its branch', async () => {
    server.set('receive.advertiseAtomic', 'false');
    const report = await desktop.save('One');
    assert.equal(report.outcome, 'sent');
    assert.equal(server.branch('main'), report.commit);
    await assertResumes(report.commit);

    server.hook('update', 'case "$1" in refs/heads/main) exit 1;; esac');
    work('two');
    const log = [...server.refs()].find(([ref]) => ref.endsWith('/log'));
    const refused = await desktop.save('Two');
    assert.equal(refused.outcome, 'queued');
    assert.equal(server.refs().get(log?.[0] ?? ''), log?.[1]);
    assert.equal((await laptop.convosync.list(laptop.folder)).sessions.length, 1);
  });
});
