import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { ConvoSyncError } from '../../../../src/core/common/errors.ts';
import type { ErrorCode } from '../../../../src/core/common/errors.ts';
import { applyBundle, createBundle, missingCommits, readBundleHeader } from '../../../../src/core/git/bundle.ts';
import { commitsBetween, hasCommit } from '../../../../src/core/git/history.ts';
import { Repository } from '../../../../src/core/git/repository.ts';
import { GitSandbox } from '../../../support/gitRepo.ts';
import type { TestRepo } from '../../../support/gitRepo.ts';

const withCode = (code: ErrorCode) => (error: unknown) => ConvoSyncError.is(error, code);

/** Every file below a folder with its content, to prove that nothing was left behind. */
const contents = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => [path.join(entry.parentPath, entry.name), readFileSync(path.join(entry.parentPath, entry.name), 'latin1')]),
  );

describe('bundles', () => {
  let sandbox: GitSandbox;
  beforeEach(() => {
    sandbox = new GitSandbox();
  });
  afterEach(() => sandbox[Symbol.dispose]());

  async function open(repo: TestRepo): Promise<Repository> {
    const repository = await Repository.open(sandbox.git(), repo.folder);
    assert.ok(repository);
    return repository;
  }

  for (const format of ['sha1', 'sha256']) {
    it(`carry commits with all they hold to another repository (${format})`, async () => {
      const a = sandbox.init('a', `--object-format=${format}`);
      const base = a.commit('one');
      const b = sandbox.clone(a.folder, 'b');
      a.commit('two', 'dir/ü.txt', 'text');
      a.write('run.sh', '#!/bin/sh\n', 0o755);
      const tip = a.commit('three', 'file.txt', 'one\nmore\n');
      const file = sandbox.path('code.bundle');
      assert.deepEqual(await createBundle(await open(a), { tip, excluding: [base] }, file), { prerequisites: [base] });
      assert.equal(await applyBundle(await open(b), file), tip);
      b.git('checkout', '--quiet', tip);
      assert.equal(b.git('rev-list', 'HEAD'), a.git('rev-list', 'HEAD'));
      assert.equal(b.git('status', '--porcelain'), '');
      assert.equal(b.git('fsck', '--full', '--strict', '--no-dangling'), '');
    });

    it(`are read by git itself (${format})`, async () => {
      const a = sandbox.init('a', `--object-format=${format}`);
      const tip = a.commit('one');
      const whole = sandbox.path('whole.bundle');
      assert.deepEqual(await createBundle(await open(a), { tip, excluding: [] }, whole), { prerequisites: [] });
      const clone = sandbox.clone(whole, 'clone');
      assert.equal(clone.git('rev-parse', 'HEAD'), tip);
      const next = a.commit('two');
      const file = sandbox.path('next.bundle');
      await createBundle(await open(a), { tip: next, excluding: [tip] }, file);
      clone.git('bundle', 'verify', '--quiet', file);
      clone.git('fetch', '--quiet', file, 'HEAD');
      assert.equal(clone.git('rev-parse', 'FETCH_HEAD'), next);
    });
  }

  it('leave nothing in the repository they are cut from, and only objects where they are applied', async () => {
    const a = sandbox.init('a');
    const base = a.commit('one');
    const b = sandbox.clone(a.folder, 'b');
    const tip = a.commit('two');
    a.git('checkout', '--quiet', '--detach', base);
    a.git('branch', '--quiet', '--force', 'main', base);
    const before = contents(`${a.folder}/.git`);
    const file = sandbox.path('code.bundle');
    await createBundle(await open(a), { tip, excluding: [base] }, file);
    assert.deepEqual(contents(`${a.folder}/.git`), before);

    const outside = (repo: TestRepo): [string, string][] => Object.entries(contents(`${repo.folder}/.git`)).filter(([name]) => !name.includes('/objects/'));
    const refs = outside(b);
    await applyBundle(await open(b), file);
    assert.deepEqual(outside(b), refs);
    const packed = contents(`${b.folder}/.git`);
    await applyBundle(await open(b), file);
    assert.deepEqual(contents(`${b.folder}/.git`), packed);
  });

  it('are not made when there is nothing new', async () => {
    const a = sandbox.init('a');
    const one = a.commit('one');
    const tip = a.commit('two');
    const file = sandbox.path('none.bundle');
    assert.equal(await createBundle(await open(a), { tip, excluding: [tip] }, file), undefined);
    assert.equal(await createBundle(await open(a), { tip: one, excluding: [tip] }, file), undefined);
    assert.equal(existsSync(file), false);
  });

  it('pass over excluded commits that are not here', async () => {
    const a = sandbox.init('a');
    const base = a.commit('one');
    const tip = a.commit('two');
    const file = sandbox.path('code.bundle');
    assert.deepEqual(await createBundle(await open(a), { tip, excluding: ['f'.repeat(40), base] }, file), { prerequisites: [base] });
    assert.deepEqual(await createBundle(await open(a), { tip, excluding: ['f'.repeat(40)] }, file), { prerequisites: [] });
  });

  it('build upon one another, although no ref ever names what they bring, and although a commit was amended in between', async () => {
    const a = sandbox.init('a');
    const base = a.commit('one');
    const b = sandbox.clone(a.folder, 'b');
    const inner = a.commit('two');
    const first = a.commit('three');
    await createBundle(await open(a), { tip: first, excluding: [base] }, sandbox.path('1'));
    a.git('commit', '--quiet', '--amend', '-m', 'three, better');
    const second = a.commit('four');
    assert.deepEqual(await createBundle(await open(a), { tip: second, excluding: [base, first] }, sandbox.path('2')), { prerequisites: [inner] });
    const repository = await open(b);
    await assert.rejects(applyBundle(repository, sandbox.path('2')), (error: unknown) => {
      assert.ok(ConvoSyncError.is(error, 'commit-missing'));
      assert.deepEqual(error.details['commits'], [inner]);
      return true;
    });
    await applyBundle(repository, sandbox.path('1'));
    await applyBundle(repository, sandbox.path('2'));
    b.git('checkout', '--quiet', second);
    assert.equal(b.git('log', '--format=%s'), 'four\nthree, better\ntwo\none');
  });

  it('hold a merge with the default branch without what is on that branch', async () => {
    const a = sandbox.init('a');
    a.commit('one');
    a.git('checkout', '--quiet', '-b', 'feature');
    const fork = a.commit('feature', 'feature.txt');
    a.git('checkout', '--quiet', 'main');
    const main = a.commit('two');
    const b = sandbox.clone(a.folder, 'b');
    a.git('checkout', '--quiet', 'feature');
    a.git('merge', '--quiet', '--no-edit', 'main');
    const tip = a.commit('more', 'feature.txt');
    const file = sandbox.path('code.bundle');
    const made = await createBundle(await open(a), { tip, excluding: [main] }, file);
    assert.equal(made?.prerequisites.includes(main), true);
    await applyBundle(await open(b), file);
    b.git('checkout', '--quiet', tip);
    assert.ok(b.git('rev-list', 'HEAD').includes(fork));
    b.git('fsck', '--full');
  });

  it('carry the commits as they are, whatever replace refs show', async () => {
    const a = sandbox.init('a');
    const base = a.commit('one');
    const b = sandbox.clone(a.folder, 'b');
    const tip = a.commit('two');
    a.commit('shown instead', 'other.txt');
    a.git('replace', tip, 'HEAD');
    const file = sandbox.path('code.bundle');
    assert.deepEqual(await createBundle(await open(a), { tip, excluding: [base] }, file), { prerequisites: [base] });
    await applyBundle(await open(b), file);
    assert.equal(b.git('log', '--format=%s', tip), 'two\none');
  });

  it('of a shallow clone name the parents that were cut off', async () => {
    const origin = sandbox.init('origin');
    origin.commit('one');
    const cut = origin.commit('two');
    const parent = origin.commit('three', 'file.txt');
    const shallow = sandbox.clone(`file://${origin.folder}`, 'shallow', '--depth', '1');
    const tip = shallow.commit('four');
    const file = sandbox.path('code.bundle');
    assert.deepEqual(await createBundle(await open(shallow), { tip, excluding: [] }, file), { prerequisites: [cut] });
    assert.deepEqual(await createBundle(await open(shallow), { tip, excluding: [parent] }, sandbox.path('usual.bundle')), { prerequisites: [parent] });
    const full = await open(origin);
    await applyBundle(full, file);
    assert.equal(await commitsBetween(full, cut, tip), 2);
    await assert.rejects(applyBundle(await open(sandbox.init('empty')), file), withCode('commit-missing'));
  });

  it('are refused when cut short, changed, or no bundle, and nothing comes of them', async () => {
    const a = sandbox.init('a');
    const base = a.commit('one');
    const b = sandbox.clone(a.folder, 'b');
    const tip = a.commit('two');
    const file = sandbox.path('code.bundle');
    await createBundle(await open(a), { tip, excluding: [base] }, file);
    const bytes = readFileSync(file);
    const { length } = await readBundleHeader(file);
    const repository = await open(b);
    const changed = Buffer.from(bytes);
    changed[length + 20] = (changed[length + 20] ?? 0) ^ 0xff;
    for (const wrong of [bytes.subarray(0, -5), bytes.subarray(0, length), bytes.subarray(0, 10), changed, Buffer.from('hello'), Buffer.alloc(0), Buffer.from('# v2 git bundle\n\n'), Buffer.from('# v9 git bundle\n@new\n\nPACK')]) {
      writeFileSync(sandbox.path('wrong'), wrong);
      await assert.rejects(applyBundle(repository, sandbox.path('wrong')), withCode('git-failed'));
    }
    assert.equal(await hasCommit(repository, tip), false);
  });

  it('are refused when they do not hold what they name', async () => {
    const a = sandbox.init('a');
    const base = a.commit('one');
    const b = sandbox.clone(a.folder, 'b');
    const tip = a.commit('two');
    const file = sandbox.path('code.bundle');
    await createBundle(await open(a), { tip, excluding: [base] }, file);
    writeFileSync(file, readFileSync(file, 'latin1').replace(tip, 'e'.repeat(40)), 'latin1');
    await assert.rejects(applyBundle(await open(b), file), withCode('git-failed'));
  });

  it('are not written, and not applied, once the signal has fired', async () => {
    const a = sandbox.init('a');
    const base = a.commit('one');
    const b = sandbox.clone(a.folder, 'b');
    const tip = a.commit('two');
    const file = sandbox.path('code.bundle');
    await assert.rejects(createBundle(await open(a), { tip, excluding: [base] }, file, AbortSignal.abort()), withCode('cancelled'));
    assert.equal(existsSync(file), false);
    await createBundle(await open(a), { tip, excluding: [base] }, file);
    await assert.rejects(applyBundle(await open(b), file, AbortSignal.abort()), withCode('cancelled'));
    assert.equal(await hasCommit((await open(b)), tip), false);
  });

  it('cannot be cut from a commit that is not here', async () => {
    const a = sandbox.init('a');
    a.commit('one');
    const file = sandbox.path('code.bundle');
    await assert.rejects(createBundle(await open(a), { tip: 'f'.repeat(40), excluding: [] }, file), withCode('commit-missing'));
    assert.equal(existsSync(file), false);
  });

  it('tell which commits are missing, and that a tree is no commit', async () => {
    const a = sandbox.init('a');
    const one = a.commit('one');
    const tree = a.git('rev-parse', 'HEAD^{tree}');
    const none = 'f'.repeat(40);
    assert.deepEqual(await missingCommits(await open(a), [one, none, tree, one]), [none, tree]);
    assert.deepEqual(await missingCommits(await open(a), []), []);
  });
});
