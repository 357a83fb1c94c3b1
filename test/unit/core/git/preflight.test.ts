import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Finding, Remedy } from '../../../../src/core/git/finding.ts';
import { preflightResume, preflightSave } from '../../../../src/core/git/preflight.ts';
import type { ResumeFacts, SaveFacts } from '../../../../src/core/git/preflightFacts.ts';
import type { Change } from '../../../../src/core/git/status.ts';

const here = 'a'.repeat(40);
const there = 'b'.repeat(40);
const modified: Change = { path: 'a.txt', kind: 'modified', staged: false, unstaged: true };
const unmerged: Change = { path: 'b.txt', kind: 'unmerged', staged: false, unstaged: true };

type Saved = NonNullable<SaveFacts['repository']>;
type Resumed = NonNullable<ResumeFacts['repository']>;

const state = { branch: 'main', commit: here, upstream: 'origin/main', ahead: 0, behind: 0, changes: [] };
const save = (repository: Partial<Saved> = {}, chosen: Remedy[] = []): Finding[] => preflightSave({ folder: '/repo', repository: { state, remote: 'origin', divergence: { ahead: 0, behind: 0 }, ...repository } }, chosen);

const identity = { remote: 'h/x', roots: [here], name: 'x' };
const session = { repository: identity, branch: 'main', commit: there, bundles: [] };
const resume = (repository: Partial<Resumed> = {}, chosen: Remedy[] = [], of: Partial<ResumeFacts['session']> = {}): Finding[] =>
  preflightResume({ folder: '/repo', session: { ...session, ...of }, repository: { state, identity, match: 'same', commit: 'here', divergence: { ahead: 0, behind: 1 }, ...repository } }, chosen);

const brief = (findings: Finding[]): string[] => findings.map(({ code, severity, remedies }) => [severity, code, ...remedies].join(' '));

describe('preflight of a save', () => {
  it('finds nothing in a clean branch that its remote has', () => {
    assert.deepEqual(save(), []);
  });

  it('refuses outside of a repository and before the first commit', () => {
    assert.deepEqual(brief(preflightSave({ folder: '/x' })), ['refusal not-a-repository initialise']);
    assert.deepEqual(brief(save({ state: { branch: 'main', changes: [modified] } })), ['refusal no-commit initialise']);
  });

  it('shows what will be committed, by name up to a hundred', () => {
    const [found] = save({ state: { ...state, changes: Array.from({ length: 250 }, (_, index) => ({ ...modified, path: `${index}` })) } });
    assert.equal(found?.severity, 'info');
    assert.equal(found.details['count'], 250);
    assert.equal((found.details['files'] as string[]).length, 100);
  });

  it('only informs where there is no remote', () => {
    const { remote, ...without } = { remote: undefined, state: { branch: 'main', commit: here, changes: [] } };
    assert.equal(remote, undefined);
    assert.deepEqual(brief(preflightSave({ folder: '/repo', repository: without })), ['info no-remote add-remote']);
  });

  it('asks about a detached HEAD until told', () => {
    const detached = { state: { commit: here, changes: [] } };
    assert.deepEqual(brief(save(detached)), ['question detached-head create-branch save-unpushed']);
    assert.deepEqual(brief(save(detached, ['save-unpushed'])), ['info detached-head save-unpushed']);
  });

  it('refuses in the middle of an operation and names the conflicts', () => {
    const [found] = save({ operation: 'rebase', state: { ...state, changes: [unmerged, modified] } });
    assert.deepEqual(brief(found ? [found] : []), ['refusal operation-in-progress open-files']);
    assert.deepEqual(found?.details, { operation: 'rebase', count: 1, files: ['b.txt'] });
  });

  it('refuses conflicts that an operation left behind', () => {
    assert.ok(brief(save({ state: { ...state, changes: [unmerged] } })).includes('refusal unresolved-conflicts open-files'));
  });

  it('mentions a branch without upstream, or whose upstream is gone', () => {
    assert.deepEqual(brief(save({ state: { branch: 'main', commit: here, changes: [] } })), ['info no-upstream']);
    assert.deepEqual(brief(save({ state: { branch: 'main', commit: here, upstream: 'origin/main', changes: [] } })), ['info no-upstream']);
  });

  it('only mentions that a branch is behind while there is nothing of its own to send', () => {
    assert.deepEqual(brief(save({ divergence: { ahead: 0, behind: 2 } })), ['info behind']);
    assert.deepEqual(brief(save({ divergence: { ahead: 3, behind: 0 } })), []);
  });

  it('asks nothing of a branch that is left for a new one', () => {
    assert.deepEqual(brief(save({ divergence: { ahead: 1, behind: 2 } }, ['create-branch'])), []);
  });

  it('asks when the branch has diverged, or would by the commit to come', () => {
    const ways = 'question diverged pull-merge pull-rebase save-unpushed';
    assert.deepEqual(brief(save({ divergence: { ahead: 1, behind: 2 } })), [ways]);
    assert.deepEqual(brief(save({ divergence: { ahead: 0, behind: 2 }, state: { ...state, changes: [modified] } })), ['info uncommitted-changes snapshot', 'question diverged pull-merge pull-rebase snapshot save-unpushed']);
    assert.deepEqual(brief(save({ divergence: { ahead: 0, behind: 2 }, state: { ...state, changes: [modified] } }, ['snapshot'])), ['info uncommitted-changes commit', 'info behind']);
    assert.deepEqual(brief(save({ divergence: { ahead: 1, behind: 2 } }, ['pull-rebase'])), ['info diverged pull-rebase']);
  });

  it('goes on without a remote that does not answer, and says why', () => {
    for (const [kind, code] of [['unreachable', 'remote-unreachable'], ['credentials', 'credentials-refused']] as const) {
      const [found] = save({ remoteProblem: { kind, remote: 'origin', reason: 'words' } });
      assert.deepEqual(found, { code, severity: 'info', details: { remote: 'origin', reason: 'words' }, remedies: ['retry'] });
    }
  });
});

describe('preflight of a resume', () => {
  it('mentions how far the branch will move, and nothing when it is there', () => {
    assert.deepEqual(brief(resume()), ['info behind']);
    assert.deepEqual(resume({ divergence: { ahead: 0, behind: 0 } }), []);
    assert.deepEqual(resume({ divergence: { ahead: 2, behind: 0 } }), []);
  });

  it('refuses outside of a repository, before the first commit and in another repository', () => {
    assert.deepEqual(brief(preflightResume({ folder: '/x', session })), ['refusal not-a-repository clone']);
    assert.deepEqual(brief(resume({ state: { branch: 'main', changes: [] }, match: 'other' })), ['refusal no-commit clone']);
    const [found] = resume({ match: 'other', commit: 'missing', identity: { roots: [], name: 'mine' } });
    assert.deepEqual(found, { code: 'other-repository', severity: 'refusal', details: { here: 'mine', session: 'h/x' }, remedies: ['clone'] });
  });

  it('asks nothing of an empty clone but what becomes of files that lie in it', () => {
    const { divergence, ...unborn } = { divergence: undefined, identity, match: 'same' as const, commit: 'here' as const };
    assert.equal(divergence, undefined);
    const empty = (changes: Change[], chosen: Remedy[] = []): string[] => brief(preflightResume({ folder: '/repo', session, repository: { ...unborn, state: { branch: 'trunk', changes } } }, chosen));
    assert.deepEqual(empty([]), []);
    assert.deepEqual(empty([], ['stay']), []);
    assert.deepEqual(empty([modified]), ['question uncommitted-changes stash']);
  });

  it('accepts the same history by another address, and says so', () => {
    assert.deepEqual(brief(resume({ match: 'related', divergence: { ahead: 0, behind: 0 } })), ['info other-repository']);
  });

  it('refuses in the middle of an operation', () => {
    assert.ok(brief(resume({ operation: 'merge' })).includes('refusal operation-in-progress open-files'));
  });

  it('refuses a commit that neither the remote nor a bundle has, and only that', () => {
    assert.deepEqual(brief(resume({ commit: 'missing', remoteProblem: { kind: 'unreachable', remote: 'origin', reason: '' } })), ['info remote-unreachable retry', 'refusal commit-missing retry']);
    assert.ok(!brief(resume({ commit: 'bundled' })).some((line) => line.includes('commit-missing')));
  });

  it('asks before it leaves a branch or a detached HEAD', () => {
    const other = { state: { ...state, branch: 'other' }, divergence: { ahead: 0, behind: 0 } };
    assert.deepEqual(brief(resume(other)), ['question other-branch switch stay worktree']);
    assert.deepEqual(brief(resume(other, ['switch'])), ['info other-branch switch']);
    const detached = { state: { commit: here, changes: [] }, divergence: { ahead: 0, behind: 0 } };
    assert.deepEqual(brief(resume(detached)), ['question detached-head switch exact stay']);
  });

  it('asks nothing about branches when the very commit is wanted, or the session had no branch', () => {
    const other = { state: { ...state, branch: 'other' }, divergence: { ahead: 1, behind: 1 } };
    assert.deepEqual(resume(other, ['exact']), []);
    const { branch: none, ...withoutBranch } = session;
    assert.equal(none, 'main');
    assert.deepEqual(preflightResume({ folder: '/repo', session: withoutBranch, repository: { ...other, identity, match: 'same', commit: 'here' } }), []);
  });

  it('asks when the local branch has commits of its own', () => {
    assert.deepEqual(brief(resume({ divergence: { ahead: 1, behind: 1 } })), ['question diverged pull-merge new-branch discard-local']);
    assert.deepEqual(brief(resume({ divergence: { ahead: 1, behind: 1 } }, ['stay'])), []);
  });

  it('offers no switch to a branch that another worktree has, and names that folder', () => {
    const taken = (chosen: Remedy[] = []): Finding[] => resume({ takenBy: '/beside' }, chosen, { branch: 'feature' });
    assert.deepEqual(brief(taken(['switch'])).slice(0, 1), ['question other-branch exact new-branch stay open-other']);
    assert.deepEqual(taken()[0]?.details['folders'], ['/beside']);
    assert.deepEqual(brief(taken(['new-branch'])), ['info other-branch new-branch']);
  });

  it('says that uncommitted files of the session stay in it where the branch does', () => {
    const held = { branch: 'feature', snapshot: { files: 2 } };
    const [asked, told] = resume({ snapshot: 'to-restore' }, ['stay'], held);
    assert.equal(asked?.code, 'other-branch');
    assert.deepEqual(told, { code: 'snapshot-stays', severity: 'info', details: { branch: 'feature', count: 2 }, remedies: [] });
    assert.ok(!brief(resume({ snapshot: 'to-restore' }, ['switch'], held)).includes('info snapshot-stays'));
  });

  it('asks about uncommitted changes where code will move, and only shows them where it will not', () => {
    const dirty = { state: { ...state, changes: [modified] } };
    assert.ok(brief(resume(dirty)).includes('question uncommitted-changes stash commit'));
    assert.ok(brief(resume(dirty, ['stash'])).includes('info uncommitted-changes stash'));
    assert.deepEqual(brief(resume({ ...dirty, divergence: { ahead: 0, behind: 0 } }, [], { commit: here })), ['info uncommitted-changes']);
    assert.ok(brief(resume({ state: { ...dirty.state, branch: 'other' } }, ['stay'])).includes('info uncommitted-changes'));
  });

  it('foresees that committing local changes makes the branch diverge', () => {
    assert.ok(brief(resume({ state: { ...state, changes: [modified] } }, ['commit'])).includes('question diverged pull-merge new-branch discard-local'));
  });

  it('never leaves a question open whose remedy was chosen, and never turns a refusal into less', () => {
    const remedy = fc.constantFrom<Remedy>('switch', 'stay', 'stash', 'commit', 'exact', 'pull-merge', 'new-branch', 'discard-local', 'clone', 'retry', 'open-files');
    const facts = fc.record({
      state: fc.record({ branch: fc.constantFrom('main', 'other'), commit: fc.constantFrom(here, there), changes: fc.subarray([modified, unmerged]) }),
      match: fc.constantFrom('same' as const, 'related' as const, 'other' as const),
      commit: fc.constantFrom('here' as const, 'bundled' as const, 'missing' as const),
      divergence: fc.record({ ahead: fc.nat(2), behind: fc.nat(2) }),
    });
    fc.assert(
      fc.property(facts, fc.array(remedy), (repository, chosen) => {
        const findings = resume(repository, chosen);
        for (const { severity, remedies } of findings) {
          assert.ok(severity !== 'question' || (remedies.length > 0 && !remedies.some((one) => chosen.includes(one))));
        }
        const refused = (found: Finding[]): string[] => found.filter(({ severity }) => severity === 'refusal').map(({ code }) => code);
        assert.deepEqual(refused(findings), refused(resume(repository)));
        assert.equal(new Set(findings.map(({ code }) => code)).size, findings.length);
      }),
    );
  });
});
