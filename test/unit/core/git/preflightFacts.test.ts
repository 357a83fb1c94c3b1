import assert from 'node:assert/strict';
import { ConvoSyncError } from '../../../../src/core/common/errors.ts';
import { createBundle } from '../../../../src/core/git/bundle.ts';
import { listRemoteRefs } from '../../../../src/core/git/fetch.ts';
import { gatherResumeFacts, gatherSaveFacts } from '../../../../src/core/git/preflightFacts.ts';
import type { ResumedCode } from '../../../../src/core/git/preflightFacts.ts';
import { Repository } from '../../../../src/core/git/repository.ts';
import { GitSandbox } from '../../../support/gitRepo.ts';
import type { TestRepo } from '../../../support/gitRepo.ts';

describe('facts for preflight', () => {
  let sandbox: GitSandbox;
  let remote: TestRepo;
  let a: TestRepo;
  let b: TestRepo;
  let root: string;
  beforeEach(() => {
    sandbox = new GitSandbox();
    remote = sandbox.init('remote.git', '--bare');
    a = sandbox.clone(remote.folder, 'a');
    root = a.commit('one');
    a.git('push', '--quiet', '--set-upstream', 'origin', 'main');
    b = sandbox.clone(remote.folder, 'b');
  });
  afterEach(() => sandbox[Symbol.dispose]());

  const open = async (repo: TestRepo): Promise<Repository> => (await Repository.open(sandbox.git(), repo.folder))!;
  const unreachable = new ConvoSyncError('git-timeout', 'Too slow.');
  const saved = (commit: string, more: Partial<ResumedCode> = {}): ResumedCode => ({ repository: { remote: `file:${sandbox.path('remote')}`, roots: [root], name: 'remote' }, branch: 'main', commit, bundles: [], ...more });

  describe('of a save', () => {
    it('are nothing but the folder outside of a repository', async () => {
      assert.deepEqual(await gatherSaveFacts(undefined, '/x', {}), { folder: '/x' });
    });

    it('judge by the last fetch while the remote was not looked at', async () => {
      a.commit('two');
      a.git('push', '--quiet');
      b.commit('mine');
      const { repository } = await gatherSaveFacts(await open(b), b.folder, {});
      assert.equal(repository?.remote, 'origin');
      assert.deepEqual(repository.divergence, { ahead: 1, behind: 0 });
    });

    it('fetch what the look at the remote showed to be new', async () => {
      a.commit('two');
      a.git('push', '--quiet');
      b.commit('mine');
      const opened = await open(b);
      const { repository } = await gatherSaveFacts(opened, b.folder, { look: await listRemoteRefs(opened, 'origin') });
      assert.deepEqual(repository?.divergence, { ahead: 1, behind: 1 });
    });

    it('know that a branch is gone from the remote', async () => {
      remote.git('update-ref', '-d', 'refs/heads/main');
      const opened = await open(b);
      const { repository } = await gatherSaveFacts(opened, b.folder, { look: await listRemoteRefs(opened, 'origin') });
      assert.equal(repository?.divergence, undefined);
    });

    it('compare with where a push goes, not with another upstream', async () => {
      const fork = sandbox.init('fork.git', '--bare');
      b.git('remote', 'add', 'fork', fork.folder);
      b.git('config', 'remote.pushDefault', 'fork');
      b.commit('mine');
      b.git('push', '--quiet', 'fork', 'main');
      const { repository } = await gatherSaveFacts(await open(b), b.folder, {});
      assert.equal(repository?.remote, 'fork');
      assert.equal(repository.state.ahead, 1);
      assert.deepEqual(repository.divergence, { ahead: 0, behind: 0 });
    });

    it('say why the remote did not answer', async () => {
      const { repository } = await gatherSaveFacts(await open(b), b.folder, { look: unreachable });
      assert.deepEqual(repository?.remoteProblem, { kind: 'unreachable', remote: 'origin', reason: '' });
      const refused = new ConvoSyncError('git-credentials', 'No.', { details: { stderr: 'Permission denied' } });
      assert.deepEqual((await gatherSaveFacts(await open(b), b.folder, { look: refused })).repository?.remoteProblem, { kind: 'credentials', remote: 'origin', reason: 'Permission denied' });
    });

    it('do not take a failure of another kind for a silent remote', async () => {
      await assert.rejects(gatherSaveFacts(await open(b), b.folder, { look: new ConvoSyncError('cancelled', 'Cancelled.') }), (error: unknown) => ConvoSyncError.is(error, 'cancelled'));
    });
  });

  describe('of a resume', () => {
    const answered = { refs: new Map<string, string>() };

    it('fetch the branch of the session as the user would', async () => {
      const commit = a.commit('two');
      a.git('push', '--quiet');
      const { repository } = await gatherResumeFacts(await open(b), b.folder, saved(commit), { look: answered });
      assert.equal(repository?.match, 'same');
      assert.equal(repository.commit, 'here');
      assert.deepEqual(repository.divergence, { ahead: 0, behind: 1 });
      assert.equal(b.git('rev-parse', 'origin/main'), commit);
    });

    it('ask no network for a commit that is here, or when the remote was not looked at', async () => {
      b.git('remote', 'set-url', 'origin', sandbox.path('nowhere'));
      assert.equal((await gatherResumeFacts(await open(b), b.folder, saved(root), { look: answered })).repository?.commit, 'here');
      assert.deepEqual((await gatherResumeFacts(await open(b), b.folder, saved('f'.repeat(40)), {})).repository?.remoteProblem, undefined);
    });

    it('find the commit in bundles when the branch is gone from the remote, fetching what they build upon', async () => {
      const base = a.commit('two');
      a.git('push', '--quiet');
      a.git('checkout', '--quiet', '-b', 'feature');
      const tip = a.commit('three');
      const made = await createBundle(await open(a), { tip, excluding: [base] }, sandbox.path('code.bundle'));
      const bundles = [{ tip, prerequisites: made?.prerequisites ?? [] }];
      const offline = await gatherResumeFacts(await open(b), b.folder, saved(tip, { branch: 'feature', bundles }), { look: unreachable });
      assert.equal(offline.repository?.commit, 'missing');
      assert.equal(offline.repository.remoteProblem?.kind, 'unreachable');
      const online = await gatherResumeFacts(await open(b), b.folder, saved(tip, { branch: 'feature', bundles }), { look: answered });
      assert.equal(online.repository?.commit, 'bundled');
    });

    it('miss a commit that nobody has', async () => {
      assert.equal((await gatherResumeFacts(await open(b), b.folder, saved('f'.repeat(40)), { look: answered })).repository?.commit, 'missing');
    });

    it('tell the same repository by another address from another one', async () => {
      const elsewhere = { remote: 'example.org/remote', roots: [root], name: 'remote' };
      assert.equal((await gatherResumeFacts(await open(b), b.folder, saved(root, { repository: elsewhere }), {})).repository?.match, 'related');
      assert.equal((await gatherResumeFacts(await open(b), b.folder, saved(root, { repository: { ...elsewhere, roots: ['f'.repeat(40)] } }), {})).repository?.match, 'other');
    });
  });
});
