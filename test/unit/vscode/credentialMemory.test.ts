import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { credentialMemory } from '../../../src/vscode/git/credentialMemory.ts';

describe('what is typed into VS Code’s input box for git', () => {
  let folder: string;
  let env: Record<string, string>;
  beforeEach(function () {
    if (process.platform === 'win32') {
      this.skip();
    }
    folder = mkdtempSync(path.join(tmpdir(), 'convosync-memory-'));
    env = { PATH: process.env['PATH'] ?? '', HOME: folder, GIT_CONFIG_GLOBAL: path.join(folder, '.gitconfig'), GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0' };
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const credential = (variables: Record<string, string>, action: 'approve' | 'fill', ...lines: string[]): string =>
    execFileSync('git', ['credential', action], { cwd: folder, env: { ...env, ...variables }, input: `protocol=https\nhost=example.org\n${lines.join('\n')}\n\n`, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] });

  for (const [name, home] of [['', 'home'], [', also below a folder with quotes, spaces and a line break in its name', 'Ada’s “own” \'home\'\nfolder']] as const) {
    it(`is remembered by git itself for some minutes${name}`, async () => {
      const own = path.join(folder, home);
      mkdirSync(own);
      const variables = await credentialMemory('git', env, own);
      try {
        assert.throws(() => credential(variables, 'fill'), 'nobody knows it yet');
        credential(variables, 'approve', 'username=ada', 'password=two halves');
        assert.match(credential(variables, 'fill'), /^password=two halves$/m);
        assert.throws(() => credential({}, 'fill'), 'without the variables nothing is known');
      } finally {
        const helper = variables['GIT_CONFIG_VALUE_0'] ?? '';
        execFileSync('sh', ['-c', `git credential-${helper} exit`], { env, cwd: folder });
      }
    });
  }

  it('is left to the credential helper that the user has, for one host alone too', async () => {
    for (const section of ['[credential]', '[credential "https://example.org"]']) {
      writeFileSync(path.join(folder, '.gitconfig'), `${section}\n\thelper = store\n`);
      assert.deepEqual(await credentialMemory('git', env, folder), {});
    }
  });

  it('adds to what the environment already tells git', async () => {
    const given = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'user.name', GIT_CONFIG_VALUE_0: 'Ada' };
    const variables = await credentialMemory('git', { ...env, ...given }, folder);
    assert.deepEqual(Object.keys(variables).sort(), ['GIT_CONFIG_COUNT', 'GIT_CONFIG_KEY_1', 'GIT_CONFIG_VALUE_1']);
    const listed = execFileSync('git', ['config', '--get-regexp', '^(user.name|credential.helper)$'], { cwd: folder, env: { ...env, ...given, ...variables }, encoding: 'utf8' });
    assert.match(listed, /^user.name Ada\ncredential.helper cache --timeout=\d+ /);
  });
});
