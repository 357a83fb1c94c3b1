/**
 * A process that competes for a lock. `hold`: takes it, says so, and keeps it until it is killed. `count`: adds one to
 * the counter file as often as told, reading and writing with a pause in between, so that two at once would lose counts.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { Home } from '../../../../src/core/home/home.ts';
import { withLock } from '../../../../src/core/home/lock.ts';

const [root = '', task, counter = '', times = '0'] = process.argv.slice(2);
const home = new Home(root);

if (task === 'hold') {
  await withLock(home, 'shared', { purpose: 'holding on', signal: undefined, waitMs: 10_000 }, async () => {
    process.stdout.write('held\n');
    await delay(60_000);
  });
} else {
  for (let done = 0; done < Number(times); done++) {
    await withLock(home, 'shared', { purpose: 'counting', signal: undefined, waitMs: 60_000 }, async () => {
      const count = Number(await readFile(counter, 'utf8'));
      await delay(1);
      await writeFile(counter, String(count + 1));
    });
  }
}
