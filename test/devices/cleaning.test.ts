import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { renameSync } from 'node:fs';
import { type Device, World } from '../support/device.ts';
import { GitServerRepository } from '../support/gitServerRepository.ts';

const [talk, other] = [randomUUID(), randomUUID()];

describe('a vault at a git remote', function () {
  this.timeout(120_000);
  let world: World;
  let remote: string;
  let server: GitServerRepository;
  let desktop: Device;
  let laptop: Device;

  beforeEach(() => {
    world = new World();
    remote = world.remote();
    server = new GitServerRepository(world, remote);
    [desktop, laptop] = [world.device('desktop').clone(remote), world.device('laptop').clone(remote)];
  });
  afterEach(() => world[Symbol.dispose]());

  const saves = async (from: Device, id: string, words: string): Promise<string> => {
    world.passMinutes(1);
    from.say(id, words);
    const { session, outcome } = await from.save(words.slice(0, 10), { push: false });
    assert.equal(outcome, 'sent');
    return session;
  };
  const pass = async (days: number): Promise<void> => {
    world.passMinutes(days * 24 * 60);
    await saves(laptop, other, 'Still here');
  };
  const reachable = (): number => Number(server.git('rev-list', '--objects', '--all', '--disk-usage'));

  it('is smaller once deleted sessions had their time: what they held is in nobody’s reach, and nothing else was sent', async () => {
    const long = await saves(desktop, talk, randomBytes(150_000).toString('hex'));
    await saves(laptop, other, 'Here too');
    const kept = await saves(desktop, other, 'Orders');
    await desktop.convosync.pin(desktop.folder, [kept]);
    await desktop.convosync.delete(desktop.folder, [long], { now: true });
    assert.deepEqual((await desktop.convosync.list(desktop.folder)).trash, []);
    const before = reachable();
    assert.equal((await desktop.convosync.clean(desktop.folder)).condemned, 2);
    await pass(10);
    assert.equal((await desktop.convosync.clean(desktop.folder)).removed, 0);
    await pass(5);
    // A cleaning that was cut off has left what it would have taken away last.
    const [chunks = '', commit = ''] = [...server.refs()].find(([ref]) => ref.endsWith('/chunks')) ?? [];
    server.git('update-ref', chunks.replace(/chunks$/, 'former'), commit);
    const report = await desktop.convosync.clean(desktop.folder);
    assert.deepEqual([report.removed, report.emptied], [2, 1]);
    assert.ok(reachable() < before - 100_000, `${before} → ${reachable()}`);
    assert.ok([...server.refs().keys()].every((ref) => !ref.endsWith('/former')));
    for (const device of [desktop, laptop, world.device('tablet').clone(remote)]) {
      const { sessions } = await device.convosync.list(device.folder);
      assert.ok(sessions.some(({ summary, pinned }) => summary.id === kept && pinned));
      assert.deepEqual((await device.convosync.check(device.folder)).faults, []);
    }
    assert.equal((await laptop.resume({ session: kept })).session.summary.id, kept);
  });

  it('takes a session that waited too long all the same: what it built on is captured once more', async () => {
    const first = await saves(desktop, talk, 'A long beginning of it all');
    await laptop.resume({ session: first });
    renameSync(remote, `${remote}.gone`);
    laptop.say(talk, 'And the laptop goes on');
    assert.equal((await laptop.save('Waiting', { push: false })).outcome, 'queued');
    renameSync(`${remote}.gone`, remote);
    const tablet = world.device('tablet').clone(remote);
    await saves(tablet, other, 'Tablet');
    await desktop.convosync.delete(desktop.folder, [first], { now: true });
    await desktop.convosync.clean(desktop.folder);
    world.passMinutes(15 * 24 * 60);
    await saves(tablet, other, 'Tablet');
    assert.equal((await desktop.convosync.clean(desktop.folder)).emptied, 1);
    assert.equal((await laptop.convosync.sync(laptop.folder)).outcome, 'sent');
    await desktop.resume({ session: (await desktop.convosync.list(desktop.folder)).sessions.find(({ summary }) => summary.message === 'Waiting')?.summary.id ?? '' });
    assert.equal(desktop.readTranscript(talk), laptop.readTranscript(talk));
  });

  it('cleans itself now and then after a save', async () => {
    await saves(desktop, talk, 'One');
    const [old] = [await saves(desktop, talk, 'Two'), await saves(laptop, other, 'Three')];
    await pass(32);
    await saves(desktop, talk, 'Four');
    const { sessions, trash } = await desktop.convosync.list(desktop.folder);
    assert.ok(trash.some(({ summary, trashedBy }) => summary.id === old && trashedBy.who === 'retention'));
    assert.ok(sessions.length >= 2);
  });
});
