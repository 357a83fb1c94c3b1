import assert from 'node:assert/strict';
import { chmodSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import * as path from 'node:path';
import { applyBundle } from '../../../../../src/core/git/bundle.ts';
import { ConvoSyncError } from '../../../../../src/core/common/errors.ts';
import { leaveOutByDefault } from '../../../../../src/core/git/leftOut.ts';
import { capture } from '../../../../../src/core/git/snapshot/capture.ts';
import { Quarantine } from '../../../../../src/core/git/snapshot/quarantine.ts';
import { clearSnapshot, isUnpackedPart, restoreSnapshot } from '../../../../../src/core/git/snapshot/restore.ts';
import { GitSandbox, type TestRepo } from '../../../../support/gitRepo.ts';
import { carry, everything, open, standing, twoClones } from '../../../../support/workingTrees.ts';

describe('snapshot', () => {
  let sandbox: GitSandbox;
  beforeEach(() => {
    sandbox = new GitSandbox();
  });
  afterEach(() => sandbox[Symbol.dispose]());

  it('is known for what it is when half of it was restored, also while a file is gone that comes back untracked', async () => {
    const { a, b } = twoClones(sandbox);
    a.git('rm', '--quiet', '--cached', 'a.txt');
    a.write('new.txt', 'new\n');
    const { captured, bundle } = await carry(a, sandbox.path('out'));
    assert.ok(captured.snapshot && bundle !== undefined);
    const repository = await open(b);
    await applyBundle(repository, bundle);
    b.git('read-tree', '-m', '-u', 'HEAD', captured.snapshot.commit);
    assert.equal(await isUnpackedPart(repository, captured.snapshot.commit), true);
    rmSync(path.join(b.folder, 'b/b.txt'));
    assert.equal(await isUnpackedPart(repository, captured.snapshot.commit), false, 'a file that the snapshot has, and somebody removed');
  });

  it('brings work of every kind to another device as it is, leaves this one as it was, and is taken out again', async () => {
    const { a, b } = twoClones(sandbox, (repo) => ['c', 'd', 'e', 'f'].forEach((name) => repo.write(`${name}.txt`, `${name}\n`)));
    stage(a, 'a.txt', 'staged\n');
    a.write('a.txt', 'and again\n');
    a.git('mv', 'b/b.txt', 'b/B.txt');
    a.git('rm', '--quiet', '--cached', 'c.txt');
    rmSync(path.join(a.folder, 'd.txt'));
    chmodSync(path.join(a.folder, 'e.txt'), 0o755);
    a.git('update-index', '--assume-unchanged', 'f.txt');
    a.write('f.txt', 'mine\n');
    a.write('to be added.txt', 'later\n');
    a.git('add', '--intent-to-add', 'to be added.txt');
    a.write('new folder/ünï\nçødé', 'untracked\n');
    symlinkSync('nowhere', path.join(a.folder, 'link'));
    const before = everything(a);
    const { captured, bundle } = await carry(a, sandbox.path('out'));
    assert.deepEqual(everything(a), before);
    assert.ok(captured.snapshot && bundle !== undefined);
    const repository = await open(b);
    const clean = standing(b);
    await applyBundle(repository, bundle);
    await restoreSnapshot(repository, captured.snapshot, sandbox.path('scratch'));
    assert.deepEqual(standing(b), standing(a));
    assert.equal((await carry(b, sandbox.path('again'))).captured.snapshot?.commit, captured.snapshot.commit);
    await clearSnapshot(repository, captured.snapshot);
    assert.deepEqual(standing(b), clean);
  });

  it('is a stash that git alone can apply', async () => {
    const { a, b } = twoClones(sandbox);
    stage(a, 'a.txt', 'staged\n');
    a.write('a.txt', 'again\n');
    a.write('untracked.txt', 'u\n');
    const { captured, bundle } = await carry(a, sandbox.path('out'));
    b.git('fetch', '--quiet', bundle ?? '', 'HEAD');
    b.git('stash', 'apply', '--quiet', '--index', captured.snapshot?.commit ?? '');
    assert.deepEqual(standing(b), standing(a));
  });

  it('captures nothing where nothing has changed', async () => {
    const { a } = twoClones(sandbox);
    assert.equal((await carry(a, sandbox.path('out'))).captured.snapshot, undefined);
  });

  it('takes files with conflicts as they lie, and leaves the conflicts as they are', async () => {
    const { a } = twoClones(sandbox);
    a.git('checkout', '--quiet', '-b', 'other');
    a.write('b/b.txt', 'other\n');
    a.commit('theirs', 'a.txt', 'theirs\n');
    a.git('checkout', '--quiet', 'main');
    a.commit('mine', 'a.txt', 'mine\n');
    assert.throws(() => a.git('merge', '--quiet', 'other'));
    const before = everything(a);
    const { captured } = await carry(a, sandbox.path('out'));
    assert.equal(captured.snapshot?.files, 2);
    assert.deepEqual(everything(a), before);
  });

  it('leaves nothing in the repository when git fails half-way', async () => {
    const { a } = twoClones(sandbox);
    a.write('a.txt', 'changed\n');
    const before = everything(a);
    await using quarantine = await Quarantine.open(await open(a), sandbox.path('out'));
    await assert.rejects(capture(quarantine, 'f'.repeat(40), leaveOutByDefault), (error) => ConvoSyncError.is(error, 'git-failed'));
    assert.deepEqual(everything(a), before);
  });

  it('does not write over a file that is not of the commit', async () => {
    const { a, b } = twoClones(sandbox);
    a.write('new.txt', 'theirs\n');
    const { captured, bundle } = await carry(a, sandbox.path('out'));
    const repository = await open(b);
    await applyBundle(repository, bundle ?? '');
    b.write('new.txt', 'mine\n');
    await assert.rejects(restoreSnapshot(repository, captured.snapshot!, sandbox.path('scratch')));
    assert.equal(readFileSync(path.join(b.folder, 'new.txt'), 'utf8'), 'mine\n');
  });
});

function stage(repo: TestRepo, file: string, content: string): void {
  repo.write(file, content);
  repo.git('add', '--', file);
}
