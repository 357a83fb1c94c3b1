/** What `test/devices/crash.test.ts` holds for a readable vault at the remote, for sealed vaults and other places. */
import { mkdirSync } from 'node:fs';
import * as path from 'node:path';
import type { NewVaultChoice } from '../../src/core/vault/openVault.ts';
import { splitChanges } from '../support/changes.ts';
import { assertSavedOnceOrNot, everyDeath, pizza, readyToResume, sameCommits } from '../support/deaths.ts';
import { type Device, type DeviceOptions, World } from '../support/device.ts';

const passphrase = 'four cheeses and a fig';
const sealed: NewVaultChoice = { passphrase, workFactor: 10 };

const places: { name: string; newVault: NewVaultChoice; inFolder: boolean }[] = [
  { name: 'a sealed vault at the remote', newVault: sealed, inFolder: false },
  { name: 'a sealed vault in a folder', newVault: sealed, inFolder: true },
  { name: 'a readable vault in a folder', newVault: 'readable', inFolder: true },
];

for (const { name, newVault, inFolder } of places) {
  describe(`a process that is killed over ${name}`, function () {
    this.timeout(600_000);
    let world: World;
    let remote: string;
    beforeEach(() => {
      world = new World();
      remote = world.remote();
    });
    afterEach(() => world[Symbol.dispose]());

    /** What a device needs before it can save or resume; the second one finds the vault of the first. */
    const prepare = async (device: Device): Promise<void> => {
      const folder = path.join(world.folder, 'store');
      if (inFolder) {
        mkdirSync(folder, { recursive: true });
        await device.convosync.usePlace(device.folder, folder, { from: device.folder });
      }
      if (newVault !== 'readable' && device.name === 'laptop') {
        await device.convosync.unlock(device.folder, passphrase);
      }
    };

    it('leaves a first save on a new branch done or undone, whichever step it died at', async () => {
      const options: DeviceOptions = { user: 'ada', newVault, env: sameCommits };
      const desktop = world.device('desktop', options).clone(remote);
      await prepare(desktop);
      splitChanges(desktop);
      desktop.say(pizza, 'My favorite pizza is Margherita.');
      await everyDeath(desktop, options, { kind: 'save', request: { message: 'Take an order', branch: 'feature/orders' } }, { alsoHolds: assertSavedOnceOrNot, everyStep: true });
    });

    it('takes a resume back as a whole, or finds it done', async () => {
      const { laptop, options } = await readyToResume(world, remote, { prepare, newVault });
      await everyDeath(laptop, options, { kind: 'resume', request: { switchBranch: true, choices: { 'uncommitted-changes': 'stash' } } }, { everyStep: true });
    });

    it('completes undoing a save', async () => {
      const options: DeviceOptions = { user: 'ada', newVault, env: sameCommits };
      const desktop = world.device('desktop', options).clone(remote);
      await prepare(desktop);
      splitChanges(desktop);
      desktop.say(pizza, 'My favorite pizza is Margherita.');
      await desktop.save('Take an order', { branch: 'feature/orders', push: false });
      await everyDeath(desktop, options, { kind: 'undo', of: 'save' }, { everyStep: true });
    });
  });
}
