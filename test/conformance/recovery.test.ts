/** What the README promises to those who no longer have ConvoSync: its own script, run with the stock age program. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { World } from '../support/device.ts';
import { GitServerRepository } from '../support/gitServerRepository.ts';

const talk = randomUUID();
const passphrase = 'four cheeses and a fig';

describe('without ConvoSync', function () {
  this.timeout(120_000);
  let world: World;
  beforeEach(() => (world = new World()));
  afterEach(() => world[Symbol.dispose]());

  it('the recovery key, git, age and the script of the README bring back every byte of every conversation, and the commits', async () => {
    const remote = world.remote();
    const desktop = world.device('desktop').clone(remote);
    const versions: string[] = [];
    let recoveryKey = '';
    for (const words of ['My favorite pizza is Margherita.', 'With extra basil.', `And ${'olives, '.repeat(20_000)}`]) {
      world.passMinutes(1);
      desktop.say(talk, words);
      desktop.write('menu.js', words.slice(0, 40));
      const plan = await desktop.convosync.planSave(desktop.folder, { message: words.slice(0, 20), push: false });
      recoveryKey = (await desktop.convosync.save(plan, { newVault: { passphrase, workFactor: 10 } })).recoveryKey ?? recoveryKey;
      versions.push(desktop.readTranscript(talk));
    }

    const out = path.join(world.folder, 'recovered');
    const server = new GitServerRepository(world, remote);
    const slots = [...server.refs().keys()].find((ref) => ref.endsWith('/vault')) ?? '';
    const slot = server.files(slots).find((file) => file.startsWith('keys/recovery-')) ?? '';
    const [recovery, key, script] = ['recovery.txt', 'key.txt', 'recover.mjs'].map((name) => path.join(world.folder, name)) as [string, string, string];
    writeFileSync(recovery, recoveryKey);
    const keys = execFileSync('age', ['--decrypt', '--identity', recovery], { input: server.content(slots, slot), encoding: 'utf8' });
    writeFileSync(key, keys.match(/AGE-SECRET-KEY-1[0-9A-Z]*/g)?.join('\n') ?? '');
    writeFileSync(script, scriptOfReadme());
    execFileSync(process.execPath, [script, remote, key, out], { stdio: ['ignore', 'inherit', 'inherit'] });

    const { sessions } = await desktop.convosync.list(desktop.folder);
    assert.equal(sessions.length, 3);
    for (const [index, { summary }] of sessions.toReversed().entries()) {
      const folder = path.join(out, summary.id);
      const { conversations: [conversation] } = (await desktop.convosync.open(desktop.folder, summary.id)).manifest;
      assert.equal(readFileSync(path.join(folder, 'claude-code', talk, conversation?.files[0]?.path ?? ''), 'utf8'), versions[index]);
      assert.match(execFileSync('git', ['bundle', 'list-heads', path.join(folder, `${summary.commit}.bundle`)], { encoding: 'utf8' }), new RegExp(summary.commit));
    }
  });
});

function scriptOfReadme(): string {
  const readme = readFileSync(path.resolve(import.meta.dirname, '../../README.md'), 'utf8');
  return /```js\n(\/\/ recover\.mjs\n[\s\S]*?)```/.exec(readme)?.[1] ?? assert.fail('the README has no script');
}
