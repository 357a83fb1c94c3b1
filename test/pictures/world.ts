/**
 * The world of the pictures: the playground with a phone beside it, and three days of saved work on all three devices. What the
 * laptop did last is left to be saved.
 */
import assert from 'node:assert/strict';
import { appendFile, chmod, mkdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { silentLogger } from '../../src/core/common/logger.ts';
import type { ConvoSync } from '../../src/core/operations/convosync.ts';
import { createConvoSync } from '../../src/core/operations/createConvoSync.ts';
import { conversationsIn, favoriteTold } from '../playground/conversations.ts';
import { commitAll, gitAt, makeDevice, makePlayground, writeConversation, type Playground, type PlaygroundDevice } from '../playground/make.ts';
import { featureBranch } from '../playground/project.ts';
import { CodexHome } from '../support/codexHome.ts';
import { run } from '../support/run.ts';
import { autumnMenu, deliveryId, freeDelivery, hoursBranch, hoursHistory, openingHours, until } from './talks.ts';

export const passphrase = 'four cheeses and a fig';
const address = 'git@git.example.org:ada/pizza-orders.git';

interface Saved {
  minutesAgo: number;
  message: string;
  conversation: string;
}

/** @param folder an empty or absent folder */
export async function makeWorld(folder: string): Promise<Playground & { phone: PlaygroundDevice }> {
  const now = new Date();
  const minutesAgo = (minutes: number): Date => new Date(now.getTime() - minutes * 60_000);
  const playground = await makePlayground(folder, { now });
  const { laptop, desktop } = playground;
  const phone = await makeDevice(playground.folder, { name: 'phone', home: 'phone/home', project: 'pizza-orders' });
  await run('git', ['clone', '--quiet', playground.remote, phone.project], { env: phone.environment });
  await serve(playground, [laptop, desktop, phone]);

  const atLaptop = gitAt(laptop);
  const [rounding, halves] = conversationsIn(laptop.project, minutesAgo);
  await atLaptop(now, 'stash', '--quiet', '--include-untracked');
  await atLaptop(now, 'switch', '--quiet', 'main');
  await save(laptop, { minutesAgo: 2 * 1440, message: 'Rounding of prices', conversation: rounding!.id });

  const pumpkin = autumnMenu(phone.project, minutesAgo(1730));
  await writeConversation(phone, pumpkin, minutesAgo(1729));
  await coreOf(phone, 1726).unlock(phone.project, passphrase);
  await save(phone, { minutesAgo: 1725, message: 'Autumn menu', conversation: pumpkin.id });

  const codex = await CodexHome.at(desktop.home, desktop.project);
  await codex.record(deliveryId, freeDelivery(desktop.project, minutesAgo(1390)));
  await coreOf(desktop, 1381).unlock(desktop.project, passphrase);
  await save(desktop, { minutesAgo: 1380, message: 'Free delivery', conversation: deliveryId });

  const hours = openingHours(phone.project, minutesAgo(208));
  await gitAt(phone)(minutesAgo(206), 'switch', '--quiet', '--create', hoursBranch);
  await commitAll(phone, hoursHistory, minutesAgo);
  await writeConversation(phone, hours, minutesAgo(204));
  await save(phone, { minutesAgo: 200, message: 'Opening hours', conversation: hours.id });

  await atLaptop(now, 'switch', '--quiet', featureBranch);
  await writeConversation(laptop, until(halves!, minutesAgo(36)), minutesAgo(37));
  await save(laptop, { minutesAgo: 36, message: 'The dearer half', conversation: favoriteTold });
  await writeConversation(laptop, halves!, minutesAgo(20));
  await atLaptop(now, 'stash', 'pop', '--quiet');
  return { ...playground, phone };

  function coreOf({ name, home, environment }: PlaygroundDevice, age: number): ConvoSync {
    return createConvoSync({
      userHome: home, env: environment, platform: process.platform, hostname: name, deviceKind: name,
      now: () => minutesAgo(age), logger: silentLogger, gitEnv: environment, handoffFile: 'none',
    });
  }

  async function save(device: PlaygroundDevice, { minutesAgo: age, message, conversation }: Saved): Promise<void> {
    const core = coreOf(device, age);
    // As somebody has it who was asked once already.
    const plan = await core.planSave(device.project, { message, conversations: [conversation], snapshot: false, remember: true, force: true });
    const { outcome } = await core.save(plan, { newVault: { passphrase } });
    assert.equal(outcome, 'sent');
  }
}

/** Has the devices reach the remote over ssh, as git does; the ssh ends on this machine. */
async function serve({ folder, remote }: Playground, devices: readonly PlaygroundDevice[]): Promise<void> {
  const ssh = path.join(folder, 'remote/ssh-here');
  await mkdir(path.dirname(ssh), { recursive: true });
  await writeFile(ssh, `#!/bin/sh\nfor command; do :; done\nexec "\${command%% *}" '${remote}'\n`);
  await chmod(ssh, 0o755);
  for (const device of devices) {
    await appendFile(path.join(device.home, '.gitconfig'), `[core]\n\tsshCommand = ${ssh}\n[ssh]\n\tvariant = simple\n`);
    await gitAt(device)(new Date(), 'remote', 'set-url', 'origin', address);
  }
}
