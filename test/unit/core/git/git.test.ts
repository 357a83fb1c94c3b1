import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConvoSyncError } from '../../../../src/core/common/errors.ts';
import type { ErrorCode } from '../../../../src/core/common/errors.ts';
import { silentLogger } from '../../../../src/core/common/logger.ts';
import { Git } from '../../../../src/core/git/git.ts';
import { GitSandbox } from '../../../support/gitRepo.ts';

const withCode = (code: ErrorCode) => (error: unknown) => ConvoSyncError.is(error, code);

describe('git runner', () => {
  let sandbox: GitSandbox;
  beforeEach(() => {
    sandbox = new GitSandbox();
  });
  afterEach(() => sandbox[Symbol.dispose]());

  it('feeds a process and collects exact bytes', async () => {
    const repo = sandbox.init('a');
    const bytes = Buffer.from([0, 255, 10, 13, 10, 0]);
    const oid = await sandbox.git().text(['hash-object', '-w', '--stdin'], { cwd: repo.folder, input: bytes });
    const { stdout } = await sandbox.git().run(['cat-file', 'blob', oid], { cwd: repo.folder });
    assert.deepEqual(stdout, bytes);
  });

  it('feeds from a stream, and a stream that fails ends the process', async () => {
    const repo = sandbox.init('a');
    async function* pieces(fail: boolean): AsyncGenerator<Uint8Array> {
      yield Buffer.from('one ');
      if (fail) {
        throw new Error('source broke');
      }
      yield Buffer.from('two');
    }
    const hash = (fail: boolean): Promise<string> => sandbox.git().text(['hash-object', '--stdin'], { cwd: repo.folder, input: pieces(fail) });
    assert.equal(await hash(false), await sandbox.git().text(['hash-object', '--stdin'], { cwd: repo.folder, input: 'one two' }));
    await assert.rejects(hash(true), /source broke/);
  });

  it('takes input that git does not read to its end', async () => {
    const repo = sandbox.init('a');
    const { exitCode } = await sandbox.git().run(['version'], { cwd: repo.folder, input: Buffer.alloc(4_000_000) });
    assert.equal(exitCode, 0);
  });

  it('says that git is missing, and tells it from a missing folder', async () => {
    const git = new Git({ env: sandbox.env, logger: silentLogger, binary: 'no-such-git' });
    await assert.rejects(git.run(['version'], { cwd: sandbox.folder }), withCode('git-missing'));
    await assert.rejects(sandbox.git().run(['version'], { cwd: sandbox.path('nowhere') }), withCode('git-failed'));
  });

  it('treats exit codes as answers where asked to', async () => {
    const repo = sandbox.init('a');
    const { exitCode } = await sandbox.git().run(['config', '--get', 'no.such'], { cwd: repo.folder, okExitCodes: [0, 1] });
    assert.equal(exitCode, 1);
    await assert.rejects(sandbox.git().run(['config', '--get', 'no.such'], { cwd: repo.folder }), withCode('git-failed'));
  });

  for (const [what, trap] of [
    ['listens', ''],
    ['does not listen', 'trap "" TERM; '],
  ] as const) {
    it(`ends a slow hook that ${what} with everything it started when the time is up`, async function () {
      this.timeout(10_000);
      const repo = sandbox.init('a');
      repo.hook('pre-commit', `${trap}(sleep 2; touch .git/survived) & wait`);
      const started = performance.now();
      await assert.rejects(sandbox.git().run(['commit', '--allow-empty', '-m', 'x'], { cwd: repo.folder, timeout: 200 }), withCode('git-timeout'));
      await sleep(Math.max(0, 2300 - (performance.now() - started)));
      assert.equal(existsSync(`${repo.folder}/.git/survived`), false);
    });
  }

  it('ends with the signal, and the process has ended when the call returns', async () => {
    const repo = sandbox.init('a');
    repo.hook('pre-commit', 'sleep 0.6; touch .git/survived');
    const controller = new AbortController();
    const run = sandbox.git().run(['commit', '--allow-empty', '-m', 'x'], { cwd: repo.folder, signal: controller.signal, timeout: 0 });
    setTimeout(() => controller.abort(), 150);
    await assert.rejects(run, withCode('cancelled'));
    await sleep(700);
    assert.equal(existsSync(`${repo.folder}/.git/survived`), false);
    assert.throws(() => repo.git('rev-parse', 'HEAD'));
  });

  it('starts nothing once the signal has fired', async () => {
    const repo = sandbox.init('a');
    const controller = new AbortController();
    controller.abort();
    await assert.rejects(sandbox.git().run(['commit', '--allow-empty', '-m', 'x'], { cwd: repo.folder, signal: controller.signal }), withCode('cancelled'));
    assert.throws(() => repo.git('rev-parse', 'HEAD'));
  });

  it('does not wait for what a hook left in the background', async () => {
    const repo = sandbox.init('a');
    repo.hook('post-commit', 'sleep 60 & echo $! > .git/sleeper');
    await sandbox.git().run(['commit', '--quiet', '--allow-empty', '-m', 'x'], { cwd: repo.folder });
    process.kill(Number(readFileSync(`${repo.folder}/.git/sleeper`, 'utf8')), 'SIGKILL');
  }).timeout(30_000);

  it('streams more than a slow reader takes at once', async () => {
    const repo = sandbox.init('a');
    const content = Buffer.alloc(3_000_000, 'line of text\n');
    const oid = await sandbox.git().text(['hash-object', '-w', '--stdin'], { cwd: repo.folder, input: content });
    const pieces: Buffer[] = [];
    for await (const piece of sandbox.git().stream(['cat-file', 'blob', oid], { cwd: repo.folder })) {
      pieces.push(piece);
      await sleep(pieces.length === 3 ? 700 : 0);
    }
    assert.equal(Buffer.compare(Buffer.concat(pieces), content), 0);
  });

  it('throws after the last piece when a streamed command fails', async () => {
    const repo = sandbox.init('a');
    const read = async (): Promise<void> => {
      for await (const piece of sandbox.git().stream(['cat-file', 'blob', 'f'.repeat(40)], { cwd: repo.folder })) {
        assert.fail(`nothing to read, and yet ${piece.length} bytes`);
      }
    };
    await assert.rejects(read(), withCode('git-failed'));
  });

  it('ends a streamed command that is left early', async () => {
    const repo = sandbox.init('a');
    const oid = await sandbox.git().text(['hash-object', '-w', '--stdin'], { cwd: repo.folder, input: Buffer.alloc(3_000_000) });
    for await (const piece of sandbox.git().stream(['cat-file', 'blob', oid], { cwd: repo.folder })) {
      assert.ok(piece.length < 3_000_000);
      break;
    }
  });

  it('ends a stream with the signal', async () => {
    const repo = sandbox.init('a');
    const oid = await sandbox.git().text(['hash-object', '-w', '--stdin'], { cwd: repo.folder, input: Buffer.alloc(3_000_000) });
    const controller = new AbortController();
    let heard = 0;
    const read = async (): Promise<void> => {
      for await (const piece of sandbox.git().stream(['cat-file', 'blob', oid], { cwd: repo.folder, signal: controller.signal })) {
        heard += piece.length;
        controller.abort();
      }
    };
    await assert.rejects(read(), withCode('cancelled'));
    assert.ok(heard > 0 && heard < 3_000_000);
  });

  it('asks for no password: a remote that wants one is refused at once', async () => {
    const repo = sandbox.init('a');
    const askingSsh = '#!/bin/sh\nread answer < /dev/tty && exit 0\necho "Permission denied (publickey)." >&2\nexit 255\n';
    repo.write('bin/ssh', askingSsh, 0o755);
    const git = sandbox.git({ env: { PATH: `${repo.folder}/bin:${sandbox.env['PATH'] ?? ''}` } });
    await assert.rejects(git.run(['ls-remote', 'ssh://git@localhost/x.git'], { cwd: repo.folder, timeout: 5000 }), withCode('git-credentials'));
  });

  for (const [who, env, config, batch] of [
    ['nobody', {}, [], true],
    ['the user by configuration', {}, ['core.sshCommand', 'ssh -F mine'], true],
    ['the user by environment', { GIT_SSH_COMMAND: 'ssh -F mine' }, [], true],
    ['a program of the user’s, which may take other options,', {}, ['core.sshCommand', 'own() { ssh "$@"; }; own'], false],
    ['a lent askpass program', { SSH_ASKPASS: '/bin/false' }, [], false],
  ] as const) {
    it(`${batch ? 'puts ssh into batch mode' : 'leaves ssh as it is'} when ${who} says how it asks`, async () => {
      const repo = sandbox.init('a');
      repo.write('bin/ssh', '#!/bin/sh\necho "$@" > "$HOME/ssh-arguments"\nexit 255\n', 0o755);
      if (config.length > 0) {
        repo.git('config', ...config);
      }
      const git = sandbox.git({ env: { PATH: `${repo.folder}/bin:${sandbox.env['PATH'] ?? ''}`, ...env } });
      await assert.rejects(git.run(['ls-remote', 'ssh://git@localhost/x.git'], { cwd: repo.folder }));
      assert.equal(readFileSync(sandbox.path('home', 'ssh-arguments'), 'utf8').includes('BatchMode=yes'), batch);
    });
  }

  it('works in its own repository when started from a hook of another', async () => {
    const other = sandbox.init('other');
    const repo = sandbox.init('a');
    const git = sandbox.git({ env: { GIT_DIR: `${other.folder}/.git`, GIT_WORK_TREE: other.folder, GIT_INDEX_FILE: `${other.folder}/.git/index` } });
    assert.equal(await git.text(['rev-parse', '--show-toplevel'], { cwd: repo.folder }), repo.folder);
  });

  it('writes neither input nor credentials into the log', async () => {
    const lines: string[] = [];
    const logger = { ...silentLogger, debug: (line: string) => void lines.push(line), child: () => logger };
    const repo = sandbox.init('a');
    await sandbox.git({ logger }).run(['commit', '--allow-empty', '-F', '-'], { cwd: repo.folder, input: 'private words' });
    await assert.rejects(sandbox.git({ logger }).run(['ls-remote', 'http://ada:s3cret@127.0.0.1:1/x'], { cwd: repo.folder }), withCode('remote-unreachable'));
    assert.ok(lines.some((line) => line.includes('commit')));
    assert.doesNotMatch(lines.join('\n'), /private words|s3cret/);
  });

  it('answers in the language it is read in, whatever the locale', async () => {
    const repo = sandbox.init('a');
    const locales = execFileSync('locale', ['-a'], { encoding: 'utf8' });
    const git = sandbox.git({ env: { LC_ALL: locales.includes('de_DE') ? 'de_DE.UTF-8' : 'C.UTF-8', LANGUAGE: 'de' } });
    await assert.rejects(git.run(['log', 'nope'], { cwd: repo.folder }), (error: unknown) => ConvoSyncError.is(error) && String(error.details['stderr']).includes('unknown revision'));
  });
});
