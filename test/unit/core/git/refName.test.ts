import assert from 'node:assert/strict';
import { isBranchName, trackingRef } from '../../../../src/core/git/refName.ts';
import { GitSandbox } from '../../../support/gitRepo.ts';

describe('names of refs', () => {
  it('accepts exactly the branch names that git accepts', () => {
    using sandbox = new GitSandbox();
    const names = [
      'main', 'feature/oauth', 'müde/ü', 'a.b', 'a-b', 'a@b', 'a{b', 'x/@', '1', 'fix#1', "it's",
      '', '-x', 'HEAD', '/a', 'a/', 'a//b', '.a', 'a/.b', 'a..b', 'a.', 'a.lock', 'a.lock/b', 'a b', 'a~b', 'a^b', 'a:b', 'a?b', 'a*b', 'a[b', 'a\\b', 'a@{b', 'a\nb', 'a\x7fb',
    ];
    const accepted = names.filter((name) => {
      try {
        return sandbox.run(sandbox.folder, 'check-ref-format', '--branch', name) === name;
      } catch {
        return false;
      }
    });
    assert.deepEqual(names.filter(isBranchName), accepted);
  });

  it('refuses @, which git takes for HEAD', () => {
    assert.equal(isBranchName('@'), false);
  });

  for (const [specs, ref, expected] of [
    [['+refs/heads/*:refs/remotes/origin/*'], 'refs/heads/a/b', 'refs/remotes/origin/a/b'],
    [['+refs/heads/*:refs/remotes/origin/*'], 'refs/convosync/x', undefined],
    [['+refs/*:refs/*'], 'refs/convosync/x/log', 'refs/convosync/x/log'],
    [['+refs/heads/main:refs/remotes/origin/main'], 'refs/heads/other', undefined],
    [['refs/heads/main:refs/remotes/origin/trunk'], 'refs/heads/main', 'refs/remotes/origin/trunk'],
    [['refs/heads/main'], 'refs/heads/main', undefined],
    [['+refs/*:refs/*', '^refs/convosync/*'], 'refs/convosync/x', undefined],
    [['+refs/heads/*-x:refs/remotes/o/*-y'], 'refs/heads/a$&-x', 'refs/remotes/o/a$&-y'],
    [['+refs/heads/ab*ba:refs/x/*'], 'refs/heads/aba', undefined],
    [[], 'refs/heads/main', undefined],
  ] as const) {
    it(`maps ${ref} with ${specs.join(' ') || 'no refspec'} to ${expected ?? 'nothing'}`, () => {
      assert.equal(trackingRef(specs, ref), expected);
    });
  }
});
