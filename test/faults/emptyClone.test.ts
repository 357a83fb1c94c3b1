/** A resume into a clone without a commit, which has nothing that git could go back to. */
import { mkdirSync } from 'node:fs';
import * as path from 'node:path';
import { everyDeath, pizza, sameCommits } from '../support/deaths.ts';
import { type Device, type DeviceOptions, run, World } from '../support/device.ts';

describe('a process that is killed in an empty clone', function () {
  this.timeout(600_000);
  const options: DeviceOptions = { user: 'lovelace', env: sameCommits };
  let world: World;
  let laptop: Device;

  beforeEach(async () => {
    world = new World();
    const bare = path.join(world.folder, 'server', 'shop.git');
    mkdirSync(bare, { recursive: true });
    const desktop = world.device('desktop', { user: 'ada', env: sameCommits }).create('-b', 'trunk');
    run(bare, desktop.env, 'init', '--quiet', '--bare', '-b', 'main');
    desktop.git('remote', 'add', 'origin', bare);
    desktop.say(pizza, 'Sell drinks, too.');
    desktop.write('README.md', '# Pizza and drinks\n');
    desktop.write('drinks.js', 'export const drinks = ["water"];\n');
    desktop.git('add', 'README.md');
    await desktop.save('Drinks', { snapshot: true, push: false });
    world.passMinutes(5);
    laptop = world.device('laptop', options).clone(bare);
  });
  afterEach(() => world[Symbol.dispose]());

  it('takes a resume back to no commit at all, or finds it done', async () => {
    await everyDeath(laptop, options, { kind: 'resume', request: {} }, { everyStep: true });
  });

  it('completes undoing a resume there', async () => {
    await laptop.resume();
    await everyDeath(laptop, options, { kind: 'undo', of: 'resume' }, { everyStep: true });
  });
});
