/** Two processes at one repository: a window and a terminal, say. The second waits for the first, however that ends. */
import assert from 'node:assert/strict';
import { splitChanges } from '../support/changes.ts';
import { crash, isInJournal, type Operation, snapshot } from '../support/crashing.ts';
import { pizza, sameCommits } from '../support/deaths.ts';
import { type Device, type DeviceOptions, World } from '../support/device.ts';

const options: DeviceOptions = { user: 'ada', env: sameCommits };

describe('two processes at one repository', function () {
  this.timeout(60_000);
  let world: World;
  let desktop: Device;
  beforeEach(async () => {
    world = new World();
    desktop = world.device('desktop', options).clone(world.remote());
    desktop.say(pizza, 'My favorite pizza is Margherita.');
    await desktop.save('Begin');
    splitChanges(desktop);
  });
  afterEach(() => world[Symbol.dispose]());

  const save = (message: string, snapshotted: boolean): Operation => ({ kind: 'save', request: { message, snapshot: snapshotted, push: false } });
  const saved = async (): Promise<string[]> => (await desktop.convosync.list(desktop.folder)).sessions.map(({ summary }) => summary.message).sort();

  it('save two snapshots at once, one after the other, and leave the working tree alone', async () => {
    const before = snapshot(desktop);
    await Promise.all(['One', 'Two'].map((message) => crash(desktop, options, save(message, true), {})));
    assert.deepEqual(snapshot(desktop), before);
    assert.deepEqual(await saved(), ['Begin', 'One', 'Two']);
    for (const { summary } of (await desktop.convosync.list(desktop.folder)).sessions.slice(0, 2)) {
      assert.deepEqual((await desktop.convosync.open(desktop.folder, summary.id)).verdict, { inSync: true, differences: [] });
    }
  });

  it('do not run a plan that the other one has made old', async () => {
    const plans = await Promise.all(['One', 'Two'].map((message) => desktop.convosync.planSave(desktop.folder, { message, push: false })));
    const ends = await Promise.allSettled(plans.map((plan) => desktop.convosync.save(plan)));
    assert.deepEqual(ends.map((end) => (end.status === 'rejected' ? [(end.reason as { code: string }).code] : [])).flat(), ['busy']);
    assert.equal((await saved()).length, 2);
    assert.equal(desktop.git('rev-list', '--count', 'HEAD'), '2');
  });

  it('take over from one that is killed, complete or take back what it did, and say so', async () => {
    await crash(desktop, options, save('One', false), { atStep: 8 });
    assert.ok(isInJournal(desktop));
    const { notes } = await desktop.save('Two', { snapshot: true, push: false });
    assert.equal(notes[0]?.kind, 'recovered');
    assert.equal(isInJournal(desktop), false);
    assert.ok((await saved()).includes('Two'));
  });
});
