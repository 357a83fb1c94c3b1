/**
 * Whatever the moment at which ConvoSync's process is killed: what comes next completes or takes back what was begun,
 * says so, and leaves the repository and the conversations in one of the two states that make sense.
 */
import { splitChanges } from '../support/changes.ts';
import { assertKept, assertSavedOnceOrNot, everyDeath, goOnAfterResume, pizza, readyToJoin, readyToResume, sameCommits } from '../support/deaths.ts';
import { type DeviceOptions, World } from '../support/device.ts';

describe('a killed process', function () {
  this.timeout(240_000);
  let world: World;
  let remote: string;
  beforeEach(() => {
    world = new World();
    remote = world.remote();
  });
  afterEach(() => world[Symbol.dispose]());

  it('leaves a first save on a new branch done or undone, whichever step it died at', async () => {
    const options: DeviceOptions = { user: 'ada', handoffFile: 'device', env: sameCommits };
    const desktop = world.device('desktop', options).clone(remote);
    splitChanges(desktop);
    desktop.say(pizza, 'My favorite pizza is Margherita.');
    await everyDeath(desktop, options, { kind: 'save', request: { message: 'Take an order', branch: 'feature/orders' } }, { alsoHolds: assertSavedOnceOrNot });
  });

  it('leaves a save that merges what others pushed done or undone', async () => {
    const options: DeviceOptions = { user: 'ada', env: sameCommits };
    const desktop = world.device('desktop', options).clone(remote);
    desktop.say(pizza, 'My favorite pizza is Margherita.');
    await desktop.save('Begin');
    const other = world.device('other', { user: 'bob', env: sameCommits }).clone(remote);
    other.write('menu.md', 'Margherita\n');
    other.git('add', '--all');
    other.git('commit', '--quiet', '-m', 'Write the menu');
    other.git('push', '--quiet');
    splitChanges(desktop);
    desktop.say(pizza, 'And to drink?');
    world.passMinutes(5);
    await everyDeath(desktop, options, { kind: 'save', request: { message: 'Take an order', choices: { diverged: 'pull-merge' } } }, { alsoHolds: assertSavedOnceOrNot, phases: ['commit', 'fetch'] });
  });

  it('takes a resume back as a whole, or finds it done', async () => {
    const { laptop, options } = await readyToResume(world, remote);
    await everyDeath(laptop, options, { kind: 'resume', request: { switchBranch: true, choices: { 'uncommitted-changes': 'stash' } } });
  });

  it('completes undoing a resume', async () => {
    const { laptop, options } = await readyToResume(world, remote);
    await laptop.resume({ switchBranch: true, choices: { 'uncommitted-changes': 'stash' } });
    await everyDeath(laptop, options, { kind: 'undo', of: 'resume' });
  });

  it('completes undoing a resume that had committed what lay in the working tree', async () => {
    const { laptop, options } = await readyToResume(world, remote);
    await laptop.resume({ switchBranch: true, choices: { 'uncommitted-changes': 'commit' } });
    await everyDeath(laptop, options, { kind: 'undo', of: 'resume' });
  });

  it('has kept what was newer as a session before it undoes a resume', async () => {
    const { laptop, options } = await readyToResume(world, remote);
    await goOnAfterResume(laptop);
    await everyDeath(laptop, options, { kind: 'undo', of: 'resume' }, { alsoHolds: assertKept, phases: ['protect', 'code', 'conversation'] });
  });

  it('joins two continuations of a conversation, or leaves both', async () => {
    const { laptop, options } = await readyToJoin(world, remote);
    await everyDeath(laptop, options, { kind: 'resume', request: {} }, { phases: ['conversation'] });
  });

  it('leaves a snapshot saved once or not at all, and the working tree alone', async () => {
    const options: DeviceOptions = { user: 'ada', env: sameCommits };
    const desktop = world.device('desktop', options).clone(remote);
    splitChanges(desktop);
    desktop.say(pizza, 'My favorite pizza is Margherita.');
    await everyDeath(desktop, options, { kind: 'save', request: { message: 'Take an order', snapshot: true, push: false } }, { alsoHolds: assertSavedOnceOrNot, leavesAllAsItIs: true, phases: ['commit', 'seal'] });
  });

  it('completes undoing a save', async () => {
    const options: DeviceOptions = { user: 'ada', handoffFile: 'device', env: sameCommits };
    const desktop = world.device('desktop', options).clone(remote);
    splitChanges(desktop);
    desktop.say(pizza, 'My favorite pizza is Margherita.');
    await desktop.save('Take an order', { branch: 'feature/orders', push: false });
    await everyDeath(desktop, options, { kind: 'undo', of: 'save' });
  });
});
