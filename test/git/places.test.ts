import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import * as path from 'node:path';
import { ConvoSyncError, type ErrorCode } from '../../src/core/common/errors.ts';
import { explainError } from '../../src/wording/errors.ts';
import { type Device, World } from '../support/device.ts';
import { assertNoFootprint } from '../support/footprint.ts';
import { GitServerRepository } from '../support/gitServerRepository.ts';

const talk = randomUUID();

describe('sessions in other git places', function () {
  this.timeout(120_000);
  let world: World;
  let server: GitServerRepository;
  let desktop: Device;
  let laptop: Device;

  beforeEach(() => {
    world = new World();
    server = new GitServerRepository(world, world.remote());
    desktop = world.device('desktop').clone(server.path);
    laptop = world.device('laptop', { user: 'other' }).clone(server.path);
  });
  afterEach(() => world[Symbol.dispose]());

  const use = (device: Device, where: string): ReturnType<Device['convosync']['usePlace']> => device.convosync.usePlace(device.folder, where, { from: device.folder });
  const move = (device: Device, where: string): ReturnType<Device['convosync']['moveVault']> => device.convosync.moveVault(device.folder, where, { from: device.folder });
  const saves = (device: Device, message: string): ReturnType<Device['save']> => {
    world.passMinutes(1);
    device.say(talk, message);
    device.write('menu.js', `${message}\n`);
    return device.save(message);
  };
  const messages = async (device: Device): Promise<string[]> => (await device.convosync.list(device.folder)).sessions.map(({ summary }) => summary.message).sort();
  const resumes = async (device: Device, from: Device): Promise<void> => {
    assert.equal((await device.resume()).verdict.inSync, true);
    assert.equal(device.readTranscript(talk), from.readTranscript(talk));
  };

  it('are not lost behind a place that was chosen before anything was moved there: the way back is named', async () => {
    const kept = new GitServerRepository(world, world.remote('sessions.git'));
    await saves(desktop, 'Margherita');
    const used = await use(desktop, `git:${kept.path}`);
    assert.deepEqual([used.vaults, used.left], [0, 'remote']);
    await assert.rejects(move(desktop, `git:${kept.path}`), (error) => ConvoSyncError.is(error, 'vault-not-found') && (explainError(error).hint ?? '').includes('vault use remote, then convosync vault move git:'));
    await use(desktop, 'remote');
    await move(desktop, `git:${kept.path}`);
    assert.deepEqual(await messages(desktop), ['Margherita']);
  });

  it('travel by a repository of their own: the code’s remote gets the branch and nothing else, and several repositories share it', async () => {
    const kept = new GitServerRepository(world, world.remote('sessions.git'));
    for (const device of [desktop, laptop]) {
      await use(device, `git:${kept.path}`);
    }
    const report = await saves(desktop, 'Margherita');
    assert.deepEqual([report.outcome, report.branchPushed], ['sent', true]);
    assert.deepEqual([...server.refs().keys()], ['refs/heads/main']);
    assert.deepEqual(kept.vaultRefs(), ['chunks', 'log', 'vault']);
    assert.equal(server.branch('main'), report.commit);
    await resumes(laptop, desktop);
    await saves(laptop, 'With basil');
    await resumes(desktop, laptop);

    const bar = world.device('desktop');
    bar.clone(world.remote('other.git'), 'work/bar');
    await use(bar, `git:${kept.path}`);
    bar.write('drinks.js', 'water');
    assert.equal((await bar.save('Water', { conversations: 'none' })).outcome, 'sent');
    assert.deepEqual([await messages(desktop), await messages(bar)], [['Margherita', 'With basil'], ['Water']]);
    assert.equal([...kept.refs().keys()].filter((ref) => ref.endsWith('/vault')).length, 1);
    assertNoFootprint(desktop);
  });

  it('are not visible there before the branch that they promise, and wait here while the repository is away', async () => {
    const kept = new GitServerRepository(world, world.remote('sessions.git'));
    await use(desktop, `git:${kept.path}`);
    server.hook('pre-receive', 'exit 1');
    assert.deepEqual((await saves(desktop, 'Rejected')).outcome, 'queued');
    assert.deepEqual(kept.vaultRefs(), []);
    server.hook('pre-receive', 'exit 0');
    kept.hook('pre-receive', 'exit 1');
    const report = await saves(desktop, 'Away');
    assert.deepEqual([report.outcome, report.branchPushed], ['queued', true]);
    kept.hook('pre-receive', 'exit 0');
    assert.equal((await desktop.convosync.sync(desktop.folder)).outcome, 'sent');
    await use(laptop, `git:${kept.path}`);
    await resumes(laptop, desktop);
  });

  it('go among the branches of a remote that takes nothing else, once a person says so, together with what waits; other devices find them there by themselves', async () => {
    server.hook('update', 'case "$1" in refs/heads/*) ;; *) echo "Branches only" >&2; exit 1;; esac');
    const refused = await saves(desktop, 'Refused');
    assert.equal(refused.problem?.code, 'namespace-refused');
    const used = await use(desktop, 'branches');
    assert.deepEqual([used.waiting, used.comingAlong], [0, 1]);
    assert.equal((await desktop.convosync.sync(desktop.folder)).outcome, 'sent');
    assert.equal(server.branch('main'), refused.commit);
    assert.deepEqual([...server.refs().keys()].filter((ref) => ref !== 'refs/heads/main').map((ref) => ref.split('/').slice(0, 3).join('/')), ['refs/heads/convosync', 'refs/heads/convosync', 'refs/heads/convosync']);
    await resumes(laptop, desktop);
    assert.equal((await saves(laptop, 'From the laptop')).outcome, 'sent');
    await resumes(desktop, laptop);
    assert.equal((await saves(desktop, 'And back')).outcome, 'sent');
    assertNoFootprint(desktop);
  });

  it('go to a repository of their own together with what a refusing remote left waiting', async () => {
    const kept = new GitServerRepository(world, world.remote('sessions.git'));
    server.set('receive.hideRefs', 'refs/convosync');
    assert.equal((await saves(desktop, 'Refused')).problem?.code, 'namespace-refused');
    assert.equal((await use(desktop, `git:${kept.path}`)).comingAlong, 1);
    assert.equal((await desktop.convosync.sync(desktop.folder)).outcome, 'sent');
    await use(laptop, `git:${kept.path}`);
    await resumes(laptop, desktop);
  });

  it('among the branches stay out of the way of the user’s own fetches, branches and pushes', async () => {
    await use(desktop, 'branches');
    await saves(desktop, 'Margherita');
    laptop.git('fetch', '--quiet');
    assert.equal(laptop.git('branch', '--list', '--all').split('\n').filter((line) => line.includes('convosync')).length, 3);
    laptop.git('config', '--add', 'remote.origin.fetch', '^refs/heads/convosync/*');
    laptop.git('branch', '--quiet', '--delete', '--remotes', ...laptop.git('branch', '--remotes', '--list', 'origin/convosync/*', '--format=%(refname:short)').split('\n'));
    laptop.git('fetch', '--quiet');
    assert.ok(!laptop.git('branch', '--list', '--all').includes('convosync'));
    await resumes(laptop, desktop);
    laptop.write('own.txt', 'own\n');
    laptop.git('add', '--all');
    laptop.git('commit', '--quiet', '-m', 'Own work');
    laptop.git('push', '--quiet');
    assert.equal((await saves(laptop, 'With basil')).outcome, 'sent');
    await resumes(desktop, laptop);
    const fresh = world.device('tablet').clone(server.path);
    assert.equal(fresh.git('branch', '--show-current'), 'main');
    await resumes(fresh, laptop);
  });

  it('move from place to place and keep every session: refs, branches, a repository of their own, a folder, and home', async () => {
    const kept = world.remote('sessions.git');
    const stick = path.join(world.folder, 'stick');
    await saves(desktop, 'Margherita');
    let saved = ['Margherita'];
    for (const [where, message] of [['branches', 'Among branches'], [`git:${kept}`, 'On its own'], [`branches:${kept}`, 'On its own, among branches'], [stick, 'In a folder'], ['remote', 'At home']] as const) {
      assert.deepEqual((await move(desktop, where)).faults, []);
      await assert.rejects(move(desktop, where), isError('usage'));
      assert.deepEqual(await messages(desktop), saved);
      await saves(desktop, message);
      saved = [...saved, message].sort();
    }
    assert.deepEqual(await messages(laptop), saved);
    await resumes(laptop, desktop);
    assert.deepEqual((await laptop.convosync.check(laptop.folder)).faults, []);
  });

  it('are not sent to what is no repository, and no password is taken along in an address', async () => {
    for (const [where, code] of [
      ['git:https://ada:secret@127.0.0.1:9/x.git', 'usage'], ['git:https://secret@127.0.0.1:9/x.git', 'usage'], ['git:ext::sh -c secret', 'usage'], ['git:-secret', 'usage'],
      [`git:${path.join(world.folder, 'nowhere.git')}`, 'remote-unreachable'], ['git:https://127.0.0.1:9/x.git', 'remote-unreachable'], [`git:${path.join(desktop.folder, 'x.git')}`, 'usage'],
    ] as const) {
      await assert.rejects(use(desktop, where), (error) => isError(code)(error) && !JSON.stringify([error.message, error.details]).includes('secret'), where);
    }
    const alone = world.device('phone').create();
    await assert.rejects(use(alone, 'branches'), isError('usage'));
    await saves(desktop, 'At the remote');
    assert.deepEqual(server.vaultRefs(), ['chunks', 'log', 'vault']);
  });
});

function isError(code: ErrorCode): (error: unknown) => error is ConvoSyncError {
  return (error): error is ConvoSyncError => {
    assert.ok(ConvoSyncError.is(error), error instanceof Error ? error.stack : String(error));
    assert.equal(error.code, code, error.stack);
    return true;
  };
}
