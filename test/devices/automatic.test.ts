/** Saves that nobody asks for: they leave the repository alone, and do not pile up. */
import assert from 'node:assert/strict';
import { splitChanges } from '../support/changes.ts';
import { snapshot } from '../support/crashing.ts';
import { pizza } from '../support/deaths.ts';
import { type Device, World } from '../support/device.ts';

const burger = 'b5a2c9d4-0000-4000-8000-000000000002';

describe('an automatic save', function () {
  this.timeout(120_000);
  let world: World;
  let desktop: Device;
  let laptop: Device;
  beforeEach(async () => {
    world = new World();
    const remote = world.remote();
    desktop = world.device('desktop', { user: 'ada', handoffFile: 'device' }).clone(remote);
    laptop = world.device('laptop', { user: 'lovelace' }).clone(remote, 'Code/shop');
    desktop.say(pizza, 'My favorite pizza is Margherita.');
    await desktop.save('By hand');
    world.passMinutes(5);
  });
  afterEach(() => world[Symbol.dispose]());

  async function automatic(): Promise<string> {
    const { session } = await desktop.save('By itself', { automatic: true });
    world.passMinutes(5);
    return session;
  }
  const titles = async (): Promise<Record<'kept' | 'trash', string[]>> => {
    const { sessions, trash } = await desktop.convosync.list(desktop.folder, { refresh: true });
    return { kept: sessions.map(({ summary }) => summary.message), trash: trash.map(({ summary }) => summary.message) };
  };

  it('changes nothing here or in the branch at the remote, whatever is remembered, and is resumed elsewhere', async () => {
    await desktop.save('Commits from now on', { snapshot: false, remember: true });
    splitChanges(desktop);
    const before = { ...snapshot(desktop), remote: desktop.git('ls-remote', 'origin', 'refs/heads/*') };
    const session = await automatic();
    assert.deepEqual({ ...snapshot(desktop), remote: desktop.git('ls-remote', 'origin', 'refs/heads/*') }, before);
    assert.equal((await desktop.convosync.status(desktop.folder, { refresh: false })).sync, 'synced');
    assert.deepEqual((await laptop.resume({ session })).verdict, { inSync: true, differences: [] });
    assert.equal(laptop.git('status', '--porcelain=v2', '-z'), desktop.git('status', '--porcelain=v2', '-z'));
  });

  it('takes the place of the one before it, which waits in the trash', async () => {
    desktop.write('menu.md', 'Margherita\n');
    const first = await automatic();
    desktop.write('menu.md', 'Marinara\n');
    await automatic();
    assert.deepEqual(await titles(), { kept: ['By itself', 'By hand'], trash: ['By itself'] });

    await desktop.convosync.restore(desktop.folder, [first]);
    await desktop.convosync.pin(desktop.folder, [first]);
    await desktop.save('By hand again', { snapshot: true });
    assert.deepEqual(await titles(), { kept: ['By hand again', 'By itself', 'By hand'], trash: ['By itself'] }, 'what is pinned stays');
  });

  it('leaves alone what is about another conversation, another branch, or of another device', async () => {
    desktop.say(burger, 'And a burger.');
    await automatic();
    desktop.say(pizza, 'With basil.');
    await automatic();
    desktop.git('switch', '--quiet', '--create', 'feature/menu');
    desktop.write('menu.md', 'Margherita\n');
    await automatic();
    laptop.write('own.md', 'mine\n');
    await laptop.save('Elsewhere', { automatic: true });
    assert.deepEqual(await titles(), { kept: ['Elsewhere', 'By itself', 'By itself', 'By itself', 'By hand'], trash: [] });
  });

  it('leaves the undo of what a person saved to that person', async () => {
    desktop.write('menu.md', 'Margherita\n');
    const { session } = await desktop.save('The menu', { snapshot: false });
    world.passMinutes(5);
    desktop.say(pizza, 'With basil.');
    await automatic();
    const plan = await desktop.convosync.planUndo(desktop.folder, 'save');
    assert.equal(plan.session, session);
    await desktop.undo('save');
    assert.deepEqual((await titles()).kept, ['By itself', 'By hand']);
  });

  it('waits for the person where something is to be decided', async () => {
    desktop.git('checkout', '--quiet', '--detach');
    desktop.say(pizza, 'With basil.');
    const plan = await desktop.convosync.planSave(desktop.folder, { automatic: true });
    assert.deepEqual(plan.blockers.map(({ code }) => code), []);
    desktop.say(pizza, `The key is ${['ghp', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('_')}.`);
    const secret = await desktop.convosync.planSave(desktop.folder, { automatic: true });
    assert.deepEqual(secret.blockers.map(({ code }) => code), ['secrets-found']);
  });
});
