/** What the README promises to those who no longer have ConvoSync: its own script, run with the stock age program. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { World } from '../support/device.ts';
import { MemoryStore } from '../support/memoryBackend.ts';
import { GitServerRepository } from '../support/gitServerRepository.ts';
import { idOf, VaultDevice } from '../support/vaultDevice.ts';

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

  it('the last recovery key opens what every epoch has left: packed records, chunks that lean on others, redactions, what was stored again and what still lies readable', async () => {
    const store = new MemoryStore({ tells: true });
    const desktop = await new VaultDevice('desktop', store).founds('readable');
    const texts: Record<string, string> = {};
    let text = Array.from({ length: 3_000 }, (_, line) => `${line}: ${(line * 7919).toString(36)}\n`).join('');
    const talks = async (session: string, hidden?: string): Promise<void> => {
      text += `${session} ${hidden ?? ''}\n`;
      await desktop.talks(session, text, hidden === undefined ? [] : [{ from: text.indexOf(hidden), length: hidden.length, replacement: '[left out]' }]);
      texts[idOf(session)] = text.replace('hunter2', '[left out]');
    };
    const says = (count: number): Promise<void> => desktop.says(...Array.from({ length: count }, () => ({ type: 'unpinned', session: idOf('readable') } as const)));
    await talks('readable');
    await talks('hides', 'hunter2');
    for (let batch = 0; batch < 8; batch++) {
      await says(24);
    }
    const packs = (): number => [...store.objects.keys()].filter((name) => /\/log\/\d+-\d+-/.test(name)).length;
    assert.equal(packs(), 1);
    await desktop.sealsVault();
    await talks('sealed');
    await desktop.cleans({ sealsAgain: true });
    const laptop = await new VaultDevice('laptop', store).joins(desktop.vaultId);
    await laptop.talks('lost', 'in between\n'.repeat(50));
    texts[idOf('lost')] = 'in between\n'.repeat(50);
    const recoveryKey = await desktop.takesOut(laptop);
    await talks('after');
    await talks('last');

    const [vault, recovery, key, script, out] = ['vault', 'recovery.txt', 'key.txt', 'recover.mjs', 'recovered'].map((name) => path.join(world.folder, name)) as [string, string, string, string, string];
    for (const [name, bytes] of store.objects) {
      mkdirSync(path.dirname(path.join(vault, name)), { recursive: true });
      writeFileSync(path.join(vault, name), bytes);
    }
    const names = [...store.objects.keys()];
    assert.ok(packs() > 1 && names.includes('keys/epoch-3'), 'a readable pack, and a sealed one');
    writeFileSync(recovery, recoveryKey);
    const keys = execFileSync('age', ['--decrypt', '--identity', recovery, path.join(vault, names.find((name) => name.startsWith('keys/recovery-')) ?? '')], { encoding: 'utf8' });
    writeFileSync(key, keys.match(/AGE-SECRET-KEY-1[0-9A-Z]*/g)?.join('\n') ?? '');
    writeFileSync(script, scriptOfReadme());
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, vault, key, out], { encoding: 'utf8' });
    assert.deepEqual([status, stdout, stderr], [0, `${Object.keys(texts).length} session(s) written, 0 thing(s) left out.\n`, '']);
    assert.deepEqual(Object.fromEntries(readdirSync(out).map((session) => [session, readFileSync(path.join(out, session, 'test', 'menu', 'text'), 'utf8')])), texts);
  });

  it('one session whose objects are gone, one that is damaged and a record that no key opens keep none of the others back, in a folder', async () => {
    const place = path.join(world.folder, 'sessions');
    const desktop = world.device('desktop').clone(world.remote());
    await desktop.convosync.usePlace(desktop.folder, place, { from: desktop.folder });
    for (const words of ['Kept', 'Deleted', 'Damaged', 'Kept, too']) {
      world.passMinutes(1);
      desktop.say(talk, words);
      await desktop.save(words);
    }
    const [last, damaged, deleted, first] = (await desktop.convosync.list(desktop.folder)).sessions.map(({ summary }) => summary);
    assert.ok(last && damaged && deleted && first);
    const [name = ''] = readdirSync(place).filter((one) => /^[0-9a-f]{32}$/.test(one));
    const vault = path.join(place, name);
    const fileOf = (end: string): string => path.join(vault, readdirSync(vault, { recursive: true, encoding: 'utf8' }).find((file) => file.endsWith(end)) ?? assert.fail(`there is no ${end}`));
    rmSync(fileOf(deleted.manifest));
    writeFileSync(fileOf(damaged.manifest), readFileSync(fileOf(damaged.manifest)).subarray(0, 200));
    writeFileSync(path.join(fileOf(`${path.sep}log`), `00000099-${'a'.repeat(64)}`), 'age-encryption.org/v1\n-> X25519 of another key\n');

    const [script, key, out] = ['recover.mjs', 'key.txt', 'recovered'].map((one) => path.join(world.folder, one)) as [string, string, string];
    writeFileSync(script, scriptOfReadme());
    writeFileSync(key, '');
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, vault, key, out], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    assert.equal(stdout, '2 session(s) written, 3 thing(s) left out.\n');
    for (const left of [`session ${deleted.id} (Deleted): object ${deleted.manifest} is not there`, `session ${damaged.id} (Damaged): `, 'record 00000099-']) {
      assert.ok(stderr.includes(`Left out: ${left}`), stderr);
    }
    assert.deepEqual(readdirSync(out).sort(), [last.id, first.id].sort());
    const { conversations: [conversation] } = (await desktop.convosync.open(desktop.folder, last.id)).manifest;
    assert.equal(readFileSync(path.join(out, last.id, 'claude-code', talk, conversation?.files[0]?.path ?? ''), 'utf8'), desktop.readTranscript(talk));
    rmSync(path.join(vault, 'writers'), { recursive: true });
    assert.equal(spawnSync(process.execPath, [script, vault, key, out]).status, 1);
  });
});

function scriptOfReadme(): string {
  const readme = readFileSync(path.resolve(import.meta.dirname, '../../README.md'), 'utf8');
  return /```js\n(\/\/ recover\.mjs\n[\s\S]*?)```/.exec(readme)?.[1] ?? assert.fail('the README has no script');
}
