/**
 * A process that is killed at each single thing that it does to a file, in the middle of each write, and at each program that
 * it starts. Repository and conversations are compared byte by byte with what they were before and after.
 */
import { splitChanges } from '../support/changes.ts';
import { assertKept, assertSavedOnceOrNot, everyDeath, goOnAfterResume, pizza, readyToJoin, readyToRestore, readyToResume, sameCommits } from '../support/deaths.ts';
import { type DeviceOptions, World } from '../support/device.ts';

const stashing = { choices: { 'uncommitted-changes': 'stash' }, switchBranch: true } as const;

describe('a process that is killed at any touch of a file', function () {
  this.timeout(3_600_000);
  let world: World;
  let remote: string;
  beforeEach(() => {
    world = new World();
    remote = world.remote();
  });
  afterEach(() => world[Symbol.dispose]());

  const options: DeviceOptions = { user: 'ada', handoffFile: 'device', env: sameCommits };
  const everyTouch = true;

  for (const [name, request, leavesAllAsItIs] of [['a commit', { branch: 'feature/orders' }, false], ['a snapshot', { snapshot: true, push: false }, true]] as const) {
    it(`leaves a save with ${name} done or undone`, async () => {
      const desktop = world.device('desktop', options).clone(remote);
      splitChanges(desktop);
      desktop.say(pizza, 'My favorite pizza is Margherita.');
      await everyDeath(desktop, options, { kind: 'save', request: { message: 'Take an order', ...request } }, { alsoHolds: assertSavedOnceOrNot, leavesAllAsItIs, everyTouch });
    });
  }

  it('completes undoing a save', async () => {
    const desktop = world.device('desktop', options).clone(remote);
    splitChanges(desktop);
    desktop.say(pizza, 'My favorite pizza is Margherita.');
    await desktop.save('Take an order', { branch: 'feature/orders', push: false });
    await everyDeath(desktop, options, { kind: 'undo', of: 'save' }, { everyTouch });
  });

  it('takes a resume back as a whole, or finds it done', async () => {
    const { laptop, ...ready } = await readyToResume(world, remote);
    await everyDeath(laptop, ready.options, { kind: 'resume', request: stashing }, { everyTouch });
  });

  it('completes undoing a resume', async () => {
    const { laptop, ...ready } = await readyToResume(world, remote);
    await laptop.resume(stashing);
    await everyDeath(laptop, ready.options, { kind: 'undo', of: 'resume' }, { everyTouch });
  });

  it('has kept what was newer as a session before it undoes a resume', async () => {
    const { laptop, ...ready } = await readyToResume(world, remote);
    await goOnAfterResume(laptop);
    await everyDeath(laptop, ready.options, { kind: 'undo', of: 'resume' }, { alsoHolds: assertKept, everyTouch });
  });

  it('joins two continuations of a conversation, or leaves both', async () => {
    const { laptop, ...ready } = await readyToJoin(world, remote);
    await everyDeath(laptop, ready.options, { kind: 'resume', request: {} }, { everyTouch });
  });

  it('separates what it had joined, or leaves it', async () => {
    const { laptop, ...ready } = await readyToJoin(world, remote);
    await laptop.resume();
    await everyDeath(laptop, ready.options, { kind: 'undo', of: 'resume' }, { everyTouch });
  });

  it('restores a snapshot as a whole or not at all', async () => {
    const { laptop, ...ready } = await readyToRestore(world, remote);
    await everyDeath(laptop, ready.options, { kind: 'resume', request: {} }, { everyTouch });
  });

  it('takes a snapshot out again as a whole', async () => {
    const { laptop, ...ready } = await readyToRestore(world, remote);
    await laptop.resume();
    await everyDeath(laptop, ready.options, { kind: 'undo', of: 'resume' }, { everyTouch });
  });
});
