import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import * as fc from 'fast-check';
import { identify, normaliseRemote, sameRepository } from '../../../../src/core/git/identity.ts';
import { Repository } from '../../../../src/core/git/repository.ts';
import { GitSandbox } from '../../../support/gitRepo.ts';
import type { TestRepo } from '../../../support/gitRepo.ts';

describe('repository identity', () => {
  const sameAddress: [expected: string | undefined, ...urls: string[]][] = [
    [
      'example.org/team/App',
      'https://example.org/team/App.git',
      'https://example.org/team/App',
      'https://EXAMPLE.org/team/App/',
      'https://ada:t0ken@example.org:443/team/App.git',
      'http://example.org:80/team/App.git/',
      'ssh://git@example.org/team/App.git',
      'ssh://git@Example.Org:22/team/App',
      'git+ssh://git@example.org/team/App.git',
      'git@example.org:team/App.git',
      'git@example.org:/team/App.git',
      'example.org:team/App',
      'git@[example.org]:team/App',
      'git://example.org:9418/team/App.git',
      'https://example.org//team/App.git',
    ],
    ['example.org:8443/x', 'https://example.org:8443/x.git', 'https://example.org:8443/x'],
    ['example.org:2222/x', 'ssh://git@example.org:2222/x.git', 'git@[example.org:2222]:x.git'],
    ['example.org/~ada/x', 'ssh://example.org/~ada/x.git', 'example.org:~ada/x.git'],
    ['[::1]/x', 'https://[::1]/x.git', 'ssh://git@[::1]:22/x.git'],
    ['[::1]:8080/x', 'http://[::1]:8080/x'],
    ['example.org/a b', 'https://example.org/a%20b.git'],
    ['example.org/a%zz', 'https://example.org/a%zz'],
    ['file:/srv/git/app', '/srv/git/app.git', '/srv/git/app', '/srv/git/app/', '/srv//git/./app.git', '/srv/git/app/.git', 'file:///srv/git/app.git', 'file://localhost/srv/git/app'],
    ['file:/c:/git/app', 'C:\\git\\app.git', 'c:/git/app', 'file:///C:/git/app.git'],
    ['file:/server/share/app', '\\\\server\\share\\app.git'],
    [undefined, '../app.git', 'app', 'ext::sh -c foo', 'codecommit::eu-west-1://app', '', 'https://', 'https://example.org', 'git@example.org:'],
  ];
  for (const [expected, ...urls] of sameAddress) {
    for (const url of urls) {
      it(`takes ${JSON.stringify(url)} as ${expected ?? 'no address'}`, () => {
        assert.equal(normaliseRemote(url), expected);
      });
    }
  }

  it('keeps apart what is not the same place', () => {
    const places = ['https://example.org/a/b', 'https://example.org/a/B', 'https://example.com/a/b', 'https://example.org/a', '/a/b', 'https://example.org/a/b.github'];
    assert.equal(new Set(places.map(normaliseRemote)).size, places.length);
  });

  it('never throws, never keeps a password, and reads an address of its own making alike in any dress', () => {
    fc.assert(fc.property(fc.string(), (text) => void normaliseRemote(text)));
    const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,8}$/).filter((text) => text.length > 1);
    fc.assert(
      fc.property(name, fc.array(name, { minLength: 1, maxLength: 3 }), name, (host, place, secret) => {
        const path = place.join('/');
        const dresses = [`https://ada:${secret}@${host}/${path}.git`, `ssh://git@${host.toUpperCase()}/${path}`, `git@${host}:${path}.git`, `${host}:${path}/`];
        assert.deepEqual([...new Set(dresses.map(normaliseRemote))], [`${host.toLowerCase()}/${path}`]);
      }),
    );
  });

  const one = 'a'.repeat(40);
  const two = 'b'.repeat(40);
  const who = (remote: string | undefined, ...roots: string[]) => ({ name: 'app', roots, ...(remote === undefined ? {} : { remote }) });
  for (const [what, a, b, verdict] of [
    ['one remote, whatever the history', who('h/x', one), who('h/x', two), 'same'],
    ['one remote and a shallow clone', who('h/x', one), who('h/x'), 'same'],
    ['a fork', who('h/x', one), who('h/fork', one, two), 'related'],
    ['one repository by two addresses', who('file:/srv/x', one), who('h/x', one), 'related'],
    ['one history without a remote here', who(undefined, one), who('h/x', one), 'same'],
    ['one history without any remote', who(undefined, one), who(undefined, one), 'same'],
    ['another project', who('h/x', one), who('h/y', two), 'other'],
    ['nothing to tell by', who(undefined), who(undefined), 'other'],
    ['a shallow clone by another address', who('h/x', one), who('h/y'), 'other'],
  ] as const) {
    it(`calls ${what} ${verdict}, from either side`, () => {
      assert.equal(sameRepository(a, b), verdict);
      assert.equal(sameRepository(b, a), verdict);
    });
  }

  describe('of real repositories', () => {
    let sandbox: GitSandbox;
    beforeEach(() => {
      sandbox = new GitSandbox();
    });
    afterEach(() => sandbox[Symbol.dispose]());

    const of = async (repo: TestRepo) => identify((await Repository.open(sandbox.git(), repo.folder))!);

    it('is the same for two clones of one remote, by a symbolic link, relative or as file address', async () => {
      const origin = sandbox.init('srv/app.git', '--bare');
      symlinkSync(origin.folder, sandbox.path('link.git'));
      const first = sandbox.clone(origin.folder, 'first');
      const root = first.commit('one');
      first.git('push', '--quiet', 'origin', 'main');
      const identity = { remote: `file:${sandbox.path('srv/app')}`, roots: [root], name: 'app' };
      assert.deepEqual(await of(first), identity);
      for (const [name, url] of [['second', sandbox.path('link.git')], ['third', `file://${origin.folder}`]] as const) {
        assert.deepEqual(await of(sandbox.clone(url, name)), identity);
      }
      first.git('remote', 'set-url', 'origin', '../srv/app.git');
      assert.deepEqual(await of(first), identity);
    });

    it('sees through insteadOf', async () => {
      const repo = sandbox.init('x');
      repo.commit('one');
      repo.git('remote', 'add', 'origin', 'gh:team/app');
      repo.git('config', 'url.git@example.org:.insteadOf', 'gh:');
      assert.equal((await of(repo)).remote, 'example.org/team/app');
    });

    it('has no remote, no roots, and the name of its folder, as far as it goes', async () => {
      const repo = sandbox.init('lonely');
      assert.deepEqual(await of(repo), { roots: [], name: 'lonely' });
    });

    it('names all roots of a history that was joined, sorted', async () => {
      const repo = sandbox.init('x');
      const first = repo.commit('one');
      repo.git('checkout', '--quiet', '--orphan', 'other');
      const second = repo.commit('two', 'other.txt');
      repo.git('merge', '--quiet', '--allow-unrelated-histories', '-m', 'join', 'main', '-X', 'ours');
      assert.deepEqual((await of(repo)).roots, [first, second].sort());
    });

    it('does not take the cut of a shallow clone for a root', async () => {
      const repo = sandbox.init('x');
      repo.commit('one');
      repo.commit('two');
      assert.deepEqual((await of(sandbox.clone(`file://${repo.folder}`, 'y', '--depth', '1'))).roots, []);
    });
  });
});
