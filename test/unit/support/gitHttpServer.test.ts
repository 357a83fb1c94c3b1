import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { startGitHttpServer } from '../../support/gitHttpServer.ts';
import type { GitHttpServer } from '../../support/gitHttpServer.ts';
import { attempt, run } from '../../support/run.ts';

describe('the Git server of the tests', function () {
  this.timeout(20_000);
  const credentials = { user: 'ada', password: 'engine' };
  let folder: string;
  let server: GitHttpServer;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'convosync-git-http-'));
    await run('git', ['init', '--quiet', '--bare', path.join(folder, 'pizza.git')]);
    await run('git', ['init', '--quiet', '--initial-branch=main', path.join(folder, 'clone')]);
    await git('-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', 'commit', '--quiet', '--allow-empty', '-m', 'Begin');
    server = await startGitHttpServer({ folder, credentials });
  });

  afterEach(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('takes a push and serves it again', async () => {
    const remote = `${server.url.replace('://', '://ada:engine@')}/pizza.git`;
    await git('push', '--quiet', '--atomic', remote, 'HEAD:refs/heads/main', 'HEAD:refs/convosync/a/log');
    const head = (await git('rev-parse', 'HEAD')).trim();
    assert.match(await git('ls-remote', remote), new RegExp(`^${head}\trefs/convosync/a/log$`, 'm'));
    await git('fetch', '--quiet', remote, 'refs/convosync/a/log');
  });

  it('refuses who has no credentials', async () => {
    const refused = await attempt('git', ['ls-remote', `${server.url}/pizza.git`], { env: { ...process.env, GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: '' } });
    assert.notEqual(refused.code, 0);
    assert.match(refused.stderr, /could not read Username/);
  });

  it('can be cut off', async () => {
    server.broken = true;
    assert.notEqual((await attempt('git', ['ls-remote', `${server.url}/pizza.git`])).code, 0);
  });

  function git(...args: string[]): Promise<string> {
    return run('git', args, { cwd: path.join(folder, 'clone') });
  }
});
