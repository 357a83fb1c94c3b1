import * as assert from 'node:assert/strict';
import type { Finding, FindingCode, Remedy, Severity } from '../../../src/core/git/finding.ts';
import { explainFinding, isFindingCode, isRemedy, liesInOwnHands, remedyConsequence, remedyFlag, remedyLabel } from '../../../src/wording/findings.ts';
import type { PreflightOperation } from '../../../src/wording/findings.ts';

const commit = '0123456789abcdef0123456789abcdef01234567';
const several = { count: 120, files: ['a.ts', 'b.ts', 'c.ts', 'd.ts'] };

/** Every finding with the facts that preflight gives on a save and on a resume, and the title they make. */
const findings: Record<FindingCode, Record<PreflightOperation, { details: Finding['details']; title: string }>> = {
  'not-a-repository': {
    save: { details: { folder: '/home/ada/shop' }, title: 'This folder is not in a git repository: /home/ada/shop.' },
    resume: { details: { folder: '/home/ada/shop', repository: 'shop' }, title: 'This folder is not in a git repository: /home/ada/shop.' },
  },
  'no-commit': {
    save: { details: { folder: '/home/ada/shop', branch: 'main' }, title: 'The repository has no commit yet.' },
    resume: { details: { folder: '/home/ada/shop', repository: 'shop' }, title: 'The repository has no commit yet.' },
  },
  'no-remote': {
    save: { details: {}, title: 'The repository has no remote.' },
    resume: { details: {}, title: 'The repository has no remote.' },
  },
  'remote-unreachable': {
    save: { details: { remote: 'origin', reason: 'fatal: no route' }, title: '“origin” cannot be reached.' },
    resume: { details: { reason: 'fatal: no route' }, title: 'The remote cannot be reached.' },
  },
  'credentials-refused': {
    save: { details: { remote: 'origin', reason: '' }, title: '“origin” did not accept your credentials.' },
    resume: { details: { remote: 'origin', reason: '' }, title: '“origin” did not accept your credentials.' },
  },
  'detached-head': {
    save: { details: { commit }, title: 'You are on no branch (HEAD is detached at 0123456).' },
    resume: { details: { commit, branch: 'feature/menu', here: commit.replace('0', 'f') }, title: 'You are on no branch (HEAD is detached at f123456); the session is on feature/menu.' },
  },
  'operation-in-progress': {
    save: { details: { operation: 'rebase', count: 0, files: [] }, title: 'A rebase is in progress.' },
    resume: { details: { operation: 'merge', count: 1, files: ['a.ts'] }, title: 'A merge is in progress, with conflicts in a.ts.' },
  },
  'unresolved-conflicts': {
    save: { details: { count: 2, files: ['a.ts', 'b.ts'] }, title: 'There are unresolved conflicts in a.ts and b.ts.' },
    resume: { details: several, title: 'There are unresolved conflicts in a.ts, b.ts, c.ts and 117 more.' },
  },
  'no-upstream': {
    save: { details: { branch: 'feature/menu', remote: 'origin' }, title: 'Branch feature/menu has no upstream yet.' },
    resume: { details: { branch: 'feature/menu', remote: 'origin' }, title: 'Branch feature/menu has no upstream yet.' },
  },
  behind: {
    save: { details: { branch: 'main', remote: 'origin', ahead: 0, behind: 1 }, title: 'Branch main is 1 commit behind the one at “origin”.' },
    resume: { details: { branch: 'main', commit, ahead: 0, behind: 3 }, title: 'Branch main is 3 commits behind the session.' },
  },
  diverged: {
    save: { details: { branch: 'main', remote: 'origin', ahead: 2, behind: 1 }, title: 'Branch main and the one at “origin” have diverged: 2 commits only here, 1 commit only there.' },
    resume: { details: { branch: 'main', commit, ahead: 1, behind: 3 }, title: 'Branch main and the session have diverged: 1 commit only here, 3 commits only there.' },
  },
  'uncommitted-changes': {
    save: { details: { count: 1, files: ['a.ts'] }, title: 'There are uncommitted changes in a.ts.' },
    resume: { details: several, title: 'There are uncommitted changes in a.ts, b.ts, c.ts and 117 more.' },
  },
  'other-branch': {
    save: { details: { branch: 'feature/menu', here: 'main' }, title: 'The session is on feature/menu; you are on main.' },
    resume: { details: { commit, branch: 'feature/menu', here: 'main' }, title: 'The session is on feature/menu; you are on main.' },
  },
  'left-out': {
    save: { details: { secrets: ['.env'], nestedRepositories: ['vendor/lib/'] }, title: 'Not in the session: .env and vendor/lib/.' },
    resume: { details: { large: ['video.mp4'] }, title: 'Not in the session: video.mp4.' },
  },
  'conversation-shorter': {
    save: { details: { messages: 2, saved: 6 }, title: 'The conversation has 2 messages here, and 6 in a session that you saved here before.' },
    resume: { details: { messages: 1, saved: 6, message: 'Menu' }, title: 'The conversation has 1 message in this session, and 6 in an earlier one of the same device.' },
  },
  'conversation-large': {
    save: { details: { size: 120_000_000 }, title: 'The conversation is large: 120 MB.' },
    resume: { details: { size: 120_000_000 }, title: 'The conversation is large: 120 MB.' },
  },
  'conversation-damaged': {
    save: { details: { lines: 1, sessions: 2 }, title: 'The conversation has 1 line that cannot be read.' },
    resume: { details: { lines: 3, message: 'Menu', saved: 6 }, title: 'The session’s conversation has 3 lines that cannot be read.' },
  },
  'handoff-template': {
    save: { details: { where: '.convosync/handoff-template.md', kind: 'twice', about: 'Next Steps' }, title: 'The handoff follows the built-in template and not .convosync/handoff-template.md.' },
    resume: { details: { where: 'convosync.handoff.template', kind: 'unreadable', about: '' }, title: 'The handoff follows the built-in template and not convosync.handoff.template.' },
  },
  'handoff-without-model': {
    save: { details: { asked: 'editor', whyNot: 'timeout' }, title: 'The handoff is made of the conversation alone, without a language model.' },
    resume: { details: { asked: 'agent', whyNot: 'none' }, title: 'The handoff is made of the conversation alone, without a language model.' },
  },
  'tracked-secrets': {
    save: { details: { count: 1, files: ['.env'] }, title: 'Part of the session, though named like secrets: .env.' },
    resume: { details: { count: 1, files: ['.env'] }, title: 'Part of the session, though named like secrets: .env.' },
  },
  'secrets-found': {
    save: { details: { count: 1, kinds: ['github'], places: ['transcript.jsonl:12'] }, title: 'The conversation holds what looks like a secret: GitHub token.' },
    resume: { details: { count: 3, kinds: ['file:.env', 'jwt'], places: ['transcript.jsonl:12', 'transcript.jsonl:40'] }, title: 'The conversation holds what looks like 3 secrets.' },
  },
  'snapshot-stays': {
    save: { details: { branch: 'feature/menu', count: 2 }, title: 'Not brought here: 2 uncommitted files of the session.' },
    resume: { details: { branch: 'feature/menu', count: 1 }, title: 'Not brought here: 1 uncommitted file of the session.' },
  },
  'commit-missing': {
    save: { details: { commit }, title: 'The session’s commit 0123456 is neither here nor at the remote.' },
    resume: { details: { commit, branch: 'main' }, title: 'The session’s commit 0123456 is neither here nor at the remote.' },
  },
  'other-repository': {
    save: { details: { here: 'host/a', session: 'host/b' }, title: 'The session belongs to host/b; this is host/a.' },
    resume: { details: { here: 'host/a', session: 'host/b' }, title: 'The session belongs to host/b; this is host/a.' },
  },
  'companion-missing': {
    save: { details: { folder: '/home/ada/api' }, title: 'There is no repository at /home/ada/api, which belongs to the session.' },
    resume: { details: { folder: '../api', remote: 'host/api' }, title: 'This repository belongs to the session and is not at ../api.' },
  },
  'agent-missing': {
    save: { details: { agentName: 'OpenCode', conversation: 'Bake it' }, title: 'OpenCode is not found on this device, so its conversation “Bake it” is not resumed.' },
    resume: { details: { agentName: 'OpenCode', conversation: 'Bake it' }, title: 'OpenCode is not found on this device, so its conversation “Bake it” is not resumed.' },
  },
};

const labels: Record<Remedy, string> = {
  initialise: 'Initialise Repository',
  clone: 'Clone Session’s Repository',
  'open-folder': 'Open Folder',
  'add-remote': 'Add Remote',
  'create-branch': 'Create Branch Here',
  'open-files': 'Open Files',
  'pull-merge': 'Pull & Merge',
  'pull-rebase': 'Pull & Rebase',
  'new-branch': 'Use Session’s State on a New Branch',
  'discard-local': 'Discard Local Commits',
  exact: 'Check Out the Exact Commit',
  switch: 'Switch Branch',
  stay: 'Stay on This Branch',
  worktree: 'Open in a Worktree',
  'open-other': 'Open the Right One',
  stash: 'Stash & Continue',
  commit: 'Commit & Continue',
  snapshot: 'Save as Snapshot',
  everything: 'Save These Files Too',
  'save-unpushed': 'Save Without Pushing the Branch',
  locate: 'Choose Its Folder',
  without: 'Go On Without It',
  'last-good': 'Resume the Last Good One',
  redact: 'Redact in the Saved Copy',
  'keep-secrets': 'Save Anyway',
  retry: 'Try Again',
};
const codes = Object.keys(findings) as FindingCode[];
const remedies = Object.keys(labels) as Remedy[];
const operations: PreflightOperation[] = ['save', 'resume'];
const severities: Severity[] = ['info', 'question', 'refusal'];

describe('explainFinding', () => {
  for (const code of codes) {
    for (const operation of operations) {
      const { details, title } = findings[code][operation];
      it(`says what is the matter: ${code} on a ${operation}`, () => {
        assert.equal(explainFinding({ code, severity: 'question', details, remedies: [] }, operation).title, title);
      });
    }

    it(`has whole sentences for ${code}, whatever facts are missing`, () => {
      for (const operation of operations) {
        for (const severity of severities) {
          for (const details of [findings[code][operation].details, {}]) {
            const { title, detail, safe } = explainFinding({ code, severity, details, remedies: [] }, operation);
            for (const sentence of [title, detail, safe]) {
              if (sentence !== undefined) {
                assert.match(sentence, /^[\p{Lu}“].*\.$/u, sentence);
                assert.doesNotMatch(sentence, /undefined|NaN|\.\.$| {2}/, sentence);
              }
            }
          }
        }
      }
    });
  }

  it('says of a branch that is only behind what a commit would make of it', () => {
    const { title } = explainFinding({ code: 'diverged', severity: 'question', details: { branch: 'main', remote: 'origin', ahead: 0, behind: 1 }, remedies: [] }, 'save');
    assert.equal(title, 'Branch main is 1 commit behind the one at “origin”, and what is about to be committed would make the two diverge.');
  });

  it('names the last good session where there is one, and says where there is none', () => {
    const said = (details: Finding['details']): string | undefined => explainFinding({ code: 'conversation-damaged', severity: 'info', details, remedies: [] }, 'resume').detail;
    assert.equal(said({ lines: 1, message: 'Menu', saved: 6 }), 'The last good one is “Menu”, with 6 messages.');
    assert.equal(said({ lines: 1 }), 'No earlier session of it is whole.');
  });

  it('shows git’s own words where a remote did not answer', () => {
    assert.equal(explainFinding({ code: 'remote-unreachable', severity: 'info', details: { reason: 'fatal: no route' }, remedies: [] }, 'save').quote, 'fatal: no route');
  });

  it('says what is safe wherever something could be overwritten', () => {
    for (const code of ['diverged', 'uncommitted-changes', 'other-branch', 'detached-head'] as const) {
      assert.ok(explainFinding({ code, severity: 'question', details: {}, remedies: [] }, 'resume').safe, code);
    }
  });
});

describe('remedies', () => {
  for (const remedy of remedies) {
    it(`has a button for ${remedy}, in Title Case`, () => {
      const label = remedyLabel(remedy);
      assert.equal(label, labels[remedy]);
      for (const word of label.split(' ').filter((one) => !/^(a|as|in|on|the|&)$/.test(one))) {
        assert.match(word, /^\p{Lu}/u, label);
      }
    });
  }

  it('can all be typed', () => {
    const finding: Finding = { code: 'diverged', severity: 'question', details: {}, remedies };
    assert.deepEqual(Object.fromEntries(remedies.map((remedy) => [remedy, remedyFlag(remedy, finding, 'resume')])), {
      initialise: 'git init && git commit --allow-empty -m "Initial commit"',
      clone: 'git clone <address>',
      'add-remote': 'git remote add origin <address>',
      'create-branch': '--branch <name>',
      'open-files': 'git status',
      'pull-merge': '--on diverged=pull-merge',
      'pull-rebase': '--on diverged=pull-rebase',
      'new-branch': '--on diverged=new-branch',
      'discard-local': '--on diverged=discard-local',
      exact: '--exact',
      switch: '--switch-branch',
      stay: '--stay-on-branch',
      worktree: '--worktree',
      'open-folder': '-C <folder>',
      'open-other': '-C <folder>',
      stash: '--on diverged=stash',
      locate: '--with <folder>',
      without: '--on diverged=without',
      'last-good': '--on diverged=last-good',
      redact: '--on diverged=redact',
      'keep-secrets': '--on diverged=keep-secrets',
      commit: '--on diverged=commit',
      snapshot: '--stash',
      everything: '--on diverged=everything',
      'save-unpushed': '--no-push',
      retry: 'convosync resume',
    });
    assert.deepEqual((['commit', 'retry'] as const).map((remedy) => remedyFlag(remedy, finding, 'save')), ['--commit', 'convosync sync']);
  });

  it('that only a person can take are told apart from those that are carried out', () => {
    assert.deepEqual(remedies.filter(liesInOwnHands), ['initialise', 'clone', 'open-folder', 'add-remote', 'open-files', 'open-other', 'locate', 'retry']);
  });

  it('warn where a choice costs something', () => {
    assert.equal(remedyConsequence('discard-local'), 'kept for undo');
    assert.equal(remedyConsequence('stay'), 'the conversation may not fit the code');
  });

  it('and findings are recognised by their names, and nothing else is', () => {
    assert.ok(codes.every(isFindingCode) && remedies.every(isRemedy));
    assert.equal(isFindingCode('toString'), false);
    assert.equal(isRemedy('constructor'), false);
  });
});
