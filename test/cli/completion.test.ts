/** Completion in the shells themselves. */
import * as assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { World } from '../support/device.ts';
import type { Device } from '../support/device.ts';
import { convosync, convosyncJson, placeOf, program } from './commandLine.ts';

const conversation = '11111111-2222-4333-8444-555555555555';

/** Asks a shell what it offers for the words, the last of which is being typed; the words in the form of that shell. */
const ask = {
  bash: (words: readonly string[]) => `source <(convosync completion bash)
source <(convosync completion bash)
COMP_WORDS=(convosync ${words.map(quoted).join(' ')}); COMP_CWORD=${words.length}
_convosync; printf '%s\\n' "\${COMPREPLY[@]}"`,
  // What zsh shows is drawn by its editor alone: the last step is played.
  zsh: (words: readonly string[]) => `compdef() { :; }; _files() { print -l -- *; }
_describe() { print -l -- "\${(@)\${(@)candidates}%%:*}"; }
source <(convosync completion zsh)
words=(convosync ${words.map(quoted).join(' ')}); CURRENT=$#words
_convosync`,
  fish: (words: readonly string[]) => `convosync completion fish | source
complete -C ${quoted(`convosync ${words.join(' ')}`)} | string replace -r '\\t.*' ''`,
};

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

for (const shell of ['bash', 'zsh', 'fish'] as const) {
  describe(`completion in ${shell}`, function () {
    this.timeout(60_000);
    let world: World | undefined;
    let desktop: Device;
    let trap: string;
    let tools: string;

    before(async function () {
      if (spawnSync(shell, ['-c', 'true']).status !== 0) {
        console.log(`      SKIPPED: there is no ${shell} here`);
        this.skip();
      }
      const made = (world = new World());
      desktop = made.device('desktop').clone(made.remote());
      trap = path.join(made.folder, 'trap');
      tools = path.join(made.folder, 'tools');
      mkdirSync(tools);
      writeFileSync(path.join(tools, 'convosync'), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`, { mode: 0o755 });
      desktop.say(conversation, 'Bake a pizza');
      await convosync(placeOf(desktop), 'devices', 'rename', 'Desk top');
      assert.equal((await convosync(placeOf(desktop), 'save', 'Bake', '-b', 'feature/oven')).code, 0);
    });
    after(() => world?.[Symbol.dispose]());

    function offered(...words: string[]): string[] {
      const place = placeOf(desktop);
      const { stdout, stderr } = spawnSync(shell, ['-c', ask[shell](words)], { cwd: place.folder, encoding: 'utf8', env: { ...place.env, PATH: `${tools}${path.delimiter}${place.env['PATH'] ?? process.env['PATH'] ?? ''}` } });
      assert.equal(stderr, '');
      return stdout.split('\n').filter((line) => line !== '');
    }

    it('offers the verbs, and those that begin as typed', () => {
      assert.ok(offered('').includes('resume'));
      assert.ok(!offered('').includes('complete'));
      assert.deepEqual(offered('st'), ['status']);
      assert.ok(offered('vault', '').includes('unlock'));
    });

    it('offers options, and what they take', () => {
      assert.ok(offered('resume', '--sw').includes('--switch-branch'));
      assert.deepEqual(offered('save', '--handoff-by', '').sort(), ['agent', 'transcript']);
    });

    it('offers sessions by their ids, devices and branches as they are typed', async () => {
      const { document } = await convosyncJson(placeOf(desktop), 'list');
      const [{ id }] = document['sessions'] as [{ id: string }];
      assert.deepEqual(offered('resume', id.slice(0, 2)), [id.slice(0, 8)]);
      assert.deepEqual(offered('list', '--branch', ''), ['feature/oven']);
      assert.match(offered('list', '--device', '')[0] ?? '', /^Desk\\? top$/);
    });

    it('offers files where a file is named', () => {
      writeFileSync(path.join(desktop.folder, 'notes.md'), '');
      assert.ok(offered('export', '3f2a', 'no').includes('notes.md'));
    });

    it('runs nothing of what is typed, and says nothing where nothing fits', () => {
      assert.deepEqual(offered('save', '-m', `$(touch ${trap})`, 'zzz').filter((line) => line !== "''"), []);
      assert.deepEqual(offered('resume', '--env', '`touch trap`').filter((line) => line !== "''"), []);
      assert.ok(!existsSync(trap) && !existsSync(path.join(desktop.folder, 'trap')));
    });
  });
}
