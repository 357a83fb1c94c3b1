import assert from 'node:assert/strict';
import { ConvoSyncError } from '../../../../src/core/common/errors.ts';
import { normaliseGitAddress, parseGitAddress } from '../../../../src/core/storage/git/address.ts';
import { isCode, isOfVault, namespaceAmong, vaultsAmong } from '../../../../src/core/storage/git/refs.ts';
import { readStoreAddress } from '../../../../src/core/storage/openStore.ts';

const base = { from: '/home/ada/pizza', userHome: '/home/ada' };
const vault = '0123456789abcdef';

describe('the address of a place', () => {
  for (const [typed, remembered] of [
    ['git:git@github.com:ada/sessions.git', 'git:git@github.com:ada/sessions.git'],
    ['git:https://example.org/ada/sessions', 'git:https://example.org/ada/sessions'],
    ['ssh://git@example.org/sessions', 'git:ssh://git@example.org/sessions'],
    ['git+ssh://git@example.org/sessions', 'git:ssh://git@example.org/sessions'],
    ['git://example.org/sessions', 'git:git://example.org/sessions'],
    ['git:~/sessions.git', 'git:/home/ada/sessions.git'],
    ['git:../sessions.git', 'git:/home/ada/sessions.git'],
    ['git:/srv/a:b.git', 'git:/srv/a:b.git'],
    ['branches', 'branches'],
    ['branches:example.org:sessions.git', 'branches:example.org:sessions.git'],
  ] as const) {
    it(`${typed} is a git repository, remembered so that it means the same from anywhere`, () => {
      assert.equal(normaliseGitAddress(typed, base), remembered);
      assert.equal(normaliseGitAddress(remembered, { from: '/', userHome: '/' }), remembered);
      assert.notEqual(parseGitAddress(remembered), undefined);
    });
  }

  for (const typed of ['remote', '/srv/git:x', 'https://example.org/dav', 's3:https://example.org/bucket', 'gitlab', 'git:', 'branch', '~/branches']) {
    it(`${typed} is no git repository`, () => assert.equal(normaliseGitAddress(typed, base), undefined));
  }

  it('takes no password along', () => {
    for (const typed of ['git:https://ada:secret@example.org/x', 'branches:https://secret@example.org/x', 'ssh://ada:secret@example.org/x']) {
      assert.throws(() => normaliseGitAddress(typed, base), (error) => ConvoSyncError.is(error, 'usage') && !error.message.includes('secret'), typed);
    }
  });

  it('is one line: what holds a line break, or lies below a folder that does, is refused and not read as another', () => {
    for (const typed of ['/srv/a\nb', 'sessions\n', 'https://example.org/a\nb', 's3:https://example.org/bucket/a\tb', 'rclone:drive:a\nb']) {
      assert.throws(() => readStoreAddress(typed, base), (error) => ConvoSyncError.is(error, 'usage') && error.message.includes('line break'), typed);
    }
    for (const typed of ['git:/srv/a\nb', 'git:https://example.org/a\nb', 'ssh://example.org/a\r', 'branches:../a\nb']) {
      assert.throws(() => normaliseGitAddress(typed, base), (error) => ConvoSyncError.is(error, 'usage') && error.message.includes('line break'), typed);
    }
    assert.throws(() => readStoreAddress('sessions', { ...base, from: '/home/ada/a\nb' }), (error) => ConvoSyncError.is(error, 'usage'));
    assert.throws(() => normaliseGitAddress('git:sessions.git', { ...base, from: '/home/ada/a\nb' }), (error) => ConvoSyncError.is(error, 'usage'));
  });

  it('of rclone names a remote and a folder, and describes no remote by itself', () => {
    assert.equal(readStoreAddress('rclone:My Drive:Convo Sync/', base), 'rclone:My Drive:Convo Sync');
    for (const typed of ['rclone:', 'rclone:drive', 'rclone:drive:', 'rclone::local:/x', 'rclone:drive,token=secret:x', 'rclone:--config:x', 'rclone:drive:a\nb']) {
      assert.throws(() => readStoreAddress(typed, base), (error) => ConvoSyncError.is(error, 'usage') && !error.message.includes('secret'), typed);
    }
  });
});

describe('the refs of a vault', () => {
  it('are told from branches of the user’s, whatever those are called', () => {
    for (const ref of [`refs/convosync/${vault}/vault`, `refs/heads/convosync/${vault}/vault`, `refs/heads/convosync/${vault}/abcdef01/log`, `refs/convosync/${vault}/abcdef01/chunks`]) {
      assert.deepEqual([isOfVault(ref), isCode(ref)], [true, false], ref);
    }
    for (const ref of ['refs/heads/main', 'refs/heads/convosync', 'refs/heads/convosync/new-logo', `refs/heads/convosync/${vault}`, `refs/heads/x/convosync/${vault}/vault`]) {
      assert.deepEqual([isOfVault(ref), isCode(ref)], [false, true], ref);
    }
  });

  it('are found in either namespace, and a vault in both goes on in refs of its own', () => {
    const [own, branch] = [`refs/convosync/${vault}/vault`, `refs/heads/convosync/${vault}/vault`];
    assert.deepEqual(vaultsAmong([branch, own, 'refs/heads/main']), [vault]);
    assert.deepEqual([vaultsAmong([own], 'branches'), vaultsAmong([branch], 'branches')], [[], [vault]]);
    assert.deepEqual([[own, branch], [branch], []].map((refs) => namespaceAmong(new Map(refs.map((ref) => [ref, ''])), vault)), ['own', 'branches', undefined]);
  });
});
