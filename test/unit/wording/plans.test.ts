import * as assert from 'node:assert/strict';
import { describeDone, describeResume, describeResumed, describeStep } from '../../../src/wording/plans.ts';
import type { Step } from '../../../src/wording/plans.ts';

const commit = '0123456789abcdef0123456789abcdef01234567';
const id = '11111111-2222-4333-8444-555555555555';
const install = { kind: 'install', agent: 'claude-code', conversation: id, as: id, title: 'Menu', messages: 12 } as const;
const capture = { kind: 'capture', agent: 'claude-code', conversation: id, messages: 12, issues: 0, running: false } as const;
const companion = { kind: 'companion' as const, name: 'api', folder: '/home/ada/api', commit, everything: false, changes: [] };
const push = { kind: 'push', remote: 'origin', branch: 'main', commits: 2, setUpstream: false, place: 'host/shop' } as const;

/** Every kind of step: what it will do, and what it did. A new kind does not compile until it is here. */
const steps: Record<Step['kind'], (readonly [step: Step, future: string, past: string])[]> = {
  'create-branch': [[{ kind: 'create-branch', branch: 'feature/menu' }, 'Create branch feature/menu', 'Created branch feature/menu']],
  pull: [
    [{ kind: 'pull', how: 'merge', remote: 'origin', branch: 'main' }, 'Merge origin/main into your branch', 'Merged origin/main into your branch'],
    [{ kind: 'pull', how: 'rebase', commit }, 'Put your commits on top of 0123456', 'Put your commits on top of 0123456'],
  ],
  'write-handoff': [[{ kind: 'write-handoff', path: '.convosync/handoffs/desktop.md' }, 'Write the handoff to .convosync/handoffs/desktop.md', 'Wrote the handoff to .convosync/handoffs/desktop.md'], [{ kind: 'write-handoff', path: 'h.md', restores: ['phone', 'desk'] }, 'Write the handoff to h.md, and what a merge had lost there of phone and desk', 'Wrote the handoff to h.md, and what a merge had lost there of phone and desk']],
  commit: [[{ kind: 'commit', message: 'Add the menu [ConvoSync]', files: 3 }, 'Commit 3 files as “Add the menu [ConvoSync]”', 'Committed 3 files as “Add the menu [ConvoSync]”']],
  capture: [
    [{ ...capture, title: 'Menu' }, 'Save the conversation “Menu” (12 messages)', 'Saved the conversation “Menu” (12 messages)'],
    [
      { ...capture, messages: 1, issues: 2, running: true },
      'Save the conversation 11111111 (1 message, 2 unreadable lines kept as they are, still running)',
      'Saved the conversation 11111111 (1 message, 2 unreadable lines kept as they are, still running)',
    ],
    [
      { ...capture, title: 'Menu', secrets: { decision: 'redact', fingerprints: ['a', 'b'] } },
      'Save the conversation “Menu” (12 messages, 2 secrets redacted)', 'Saved the conversation “Menu” (12 messages, 2 secrets redacted)',
    ],
  ],
  snapshot: [
    [{ kind: 'snapshot', files: 1, everything: false }, 'Keep 1 uncommitted file as it is inside the session', 'Kept 1 uncommitted file as it is inside the session'],
    [{ kind: 'snapshot', files: 2, everything: true }, 'Keep 2 uncommitted files as they are inside the session', 'Kept 2 uncommitted files as they are inside the session'],
  ],
  'restore-snapshot': [
    [{ kind: 'restore-snapshot', commit, files: 1 }, 'Restore 1 uncommitted file, staged as it was', 'Restored 1 uncommitted file, staged as it was'],
    [{ kind: 'restore-snapshot', commit, files: 2 }, 'Restore 2 uncommitted files, staged as they were', 'Restored 2 uncommitted files, staged as they were'],
  ],
  context: [[
    { kind: 'context', context: { folder: 'src', editors: [{ path: 'a.ts', group: 1 }, { path: 'b.ts', group: 1 }], terminals: [{ name: 'zsh', commands: [] }] } },
    'Save the context: the working directory src, 2 editors and 1 terminal', 'Saved the context: the working directory src, 2 editors and 1 terminal',
  ], [
    { kind: 'context', context: { folder: '', editors: [], terminals: [{ name: 'zsh', commands: [] }] }, secrets: { decision: 'keep', fingerprints: ['a'] } },
    'Save the context: 1 terminal, 1 secret as it stands', 'Saved the context: 1 terminal, 1 secret as it stands',
  ]],
  companion: [
    [{ ...companion, branch: 'main', commits: 2, files: 1 }, 'Keep api, on main, inside the session, with 2 commits and 1 uncommitted file', 'Kept api, on main, inside the session, with 2 commits and 1 uncommitted file'],
    [{ ...companion, commits: 0, files: 0 }, 'Keep api, at 0123456, inside the session', 'Kept api, at 0123456, inside the session'],
  ],
  bundle: [[{ kind: 'bundle', commits: 1 }, 'Keep 1 commit inside the session', 'Kept 1 commit inside the session']],
  push: [
    [push, 'Push 2 commits to origin/main together with the session', 'Pushed 2 commits to origin/main together with the session'],
    [{ ...push, commits: 0, setUpstream: true }, 'Push branch main to origin together with the session; the branch is tracked from then on', 'Pushed branch main to origin together with the session; the branch is tracked from now on'],
  ],
  publish: [[{ kind: 'publish', place: 'host/shop' }, 'Send the session to host/shop; no branch moves and no hooks run', 'Sent the session to host/shop']],
  keep: [[{ kind: 'keep' }, 'Keep the session on this device, as there is no remote', 'Kept the session on this device, as there is no remote']],
  protect: [[{ kind: 'protect' }, 'Keep what is here, so that it can be undone', 'Kept what was here, so that it can be undone']],
  stash: [[{ kind: 'stash', files: 1 }, 'Stash 1 changed file', 'Stashed 1 changed file']],
  'commit-changes': [[{ kind: 'commit-changes', files: 2, message: 'Work' }, 'Commit your changes in 2 files as “Work”', 'Committed your changes in 2 files as “Work”']],
  switch: [
    [{ kind: 'switch', branch: 'feature/menu', create: false }, 'Switch to branch feature/menu', 'Switched to branch feature/menu'],
    [{ kind: 'switch', branch: 'feature/menu', create: true, commit }, 'Create and switch to branch feature/menu at 0123456', 'Created and switched to branch feature/menu at 0123456'],
  ],
  'fast-forward': [[{ kind: 'fast-forward', branch: 'main', commit }, 'Move main forward to 0123456', 'Moved main forward to 0123456']],
  'new-branch': [[{ kind: 'new-branch', branch: 'main-laptop', commit }, 'Put the session’s code on a new branch main-laptop at 0123456', 'Put the session’s code on a new branch main-laptop at 0123456']],
  'discard-local': [[{ kind: 'discard-local', branch: 'main', commits: 1, commit }, 'Move main to 0123456, leaving 1 local commit behind (kept for undo)', 'Moved main to 0123456; 1 local commit kept for undo']],
  detach: [[{ kind: 'detach', commit }, 'Check out commit 0123456, on no branch', 'Checked out commit 0123456, on no branch']],
  'keep-newer': [[
    { kind: 'keep-newer', session: commit, message: 'Newer work', commits: 1, steps: [{ kind: 'snapshot', files: 2, everything: false }, { kind: 'publish', place: 'host/shop' }] },
    'First save what is newer as session 01234567, “Newer work”, 1 newer commit among it: keep 2 uncommitted files as they are inside the session; send the session to host/shop; no branch moves and no hooks run',
    'Saved what was newer as session 01234567, “Newer work”, 1 newer commit among it: kept 2 uncommitted files as they are inside the session; sent the session to host/shop',
  ]],
  'set-aside': [[
    { kind: 'set-aside', commits: 2, changes: 1, ignored: ['notes.md'], conversations: 1 },
    'Put aside what is newer: 2 commits on a branch of their own, 1 changed file in git’s stash, copies of notes.md, copies of 1 conversation',
    'Put aside what is newer: 2 commits on a branch of their own, 1 changed file in git’s stash, copies of notes.md, copies of 1 conversation',
  ]],
  'restore-code': [
    [{ kind: 'restore-code', branch: 'main', commit, files: true }, 'Bring the code back: main at 0123456, with files and what was staged as they were', 'Brought the code back: main at 0123456, with files and what was staged as they were'],
    [{ kind: 'restore-code', commit, files: false }, 'Take the commit back: no branch at 0123456, with its files as they are and what was staged as it was', 'Took the commit back: no branch at 0123456, with its files as they are and what was staged as it was'],
  ],
  'restore-branch': [
    [{ kind: 'restore-branch', branch: 'feature/menu' }, 'Remove branch feature/menu, which was made by it', 'Removed branch feature/menu, which was made by it'],
    [{ kind: 'restore-branch', branch: 'feature/menu', commit }, 'Move feature/menu back to 0123456', 'Moved feature/menu back to 0123456'],
  ],
  'restore-conversation': [
    [{ kind: 'restore-conversation', agent: 'claude-code', conversation: id, title: 'Menu', outcome: 'as-before' }, 'Bring the conversation “Menu” back as it was before', 'Brought the conversation “Menu” back as it was before'],
    [{ kind: 'restore-conversation', agent: 'claude-code', conversation: id, outcome: 'removed' }, 'Take the conversation 11111111 away, which was not here before', 'Took the conversation 11111111 away, which was not here before'],
  ],
  'take-back-session': [[{ kind: 'take-back-session' }, 'Take the session back; what others may have seen goes to the trash, on all of your devices', 'Took the session back; what others may have seen goes to the trash, on all of your devices']],
  leave: [
    [{ kind: 'leave', what: 'pushed-commit', commit }, 'Leave commit 0123456 where it is: it is at the remote, where others may already have it', 'Left commit 0123456 where it is: it is at the remote, where others may already have it'],
    [{ kind: 'leave', what: 'newer-work', commit }, 'Leave commit 0123456 where it is, because of what is newer', 'Left commit 0123456 where it is, because of what is newer'],
  ],
  install: [
    [{ ...install, outcome: 'shown' }, 'Show the conversation “Menu” (12 messages): its own store takes nothing from outside', 'The conversation “Menu” (12 messages) can be read with the session: its own store takes nothing from outside'],
    [
      { ...install, outcome: 'shown', uprooted: true },
      'Show the conversation “Menu” (12 messages): it goes on from one that went on otherwise here',
      'The conversation “Menu” (12 messages) can be read with the session, and is not continued here: it goes on from one that went on otherwise here',
    ],
    [{ ...install, outcome: 'new' }, 'Restore the conversation “Menu” (12 messages)', 'Restored the conversation “Menu” (12 messages)'],
    [{ ...install, outcome: 'longer' }, 'Continue the conversation “Menu” with what was added elsewhere (12 messages in all)', 'Continued the conversation “Menu” with what was added elsewhere (12 messages in all)'],
    [{ ...install, outcome: 'same' }, 'Leave the conversation “Menu” as it is: it is already here', 'The conversation “Menu” was already here'],
    [{ ...install, outcome: 'adapted' }, 'Adapt the conversation “Menu”, which is already here, to how its agent is set up now', 'Adapted the conversation “Menu”, which is already here, to how its agent is set up now'],
    [{ ...install, outcome: 'local-longer' }, 'Leave the conversation “Menu” as it is: it went on here', 'The conversation “Menu” went on here and was left as it is'],
    [{ ...install, outcome: 'joined' }, 'Add what was said elsewhere to the conversation “Menu”, since both went on: what is here comes first', 'Added what was said elsewhere to the conversation “Menu”, since both went on: what is here comes first'],
    [{ ...install, as: '99999999-0000', outcome: 'fork', shared: 4 }, 'Put the conversation “Menu” beside the one here, since both went on after 4 messages (as 99999999)', 'Put the conversation “Menu” beside the one here, since both went on after 4 messages (as 99999999)'],
    [{ ...install, as: '99999999-0000', outcome: 'fork' }, 'Put the conversation “Menu” beside the one here, since both went on (as 99999999)', 'Put the conversation “Menu” beside the one here, since both went on (as 99999999)'],
  ],
};

describe('steps of a plan', () => {
  for (const [step, future, past] of Object.values(steps).flat()) {
    it(`are said before and after: ${future}`, () => {
      assert.equal(describeStep(step), future);
      assert.equal(describeDone(step), past);
    });
  }
});

describe('a resume of several repositories', () => {
  const protect = { kind: 'protect' } as const;
  const planned = {
    steps: [protect, { kind: 'switch', branch: 'main', create: false } as const, { ...install, outcome: 'new' } as const],
    companions: [
      { name: 'api', folder: '/home/ada/api', head: {}, steps: [protect, { kind: 'fast-forward', branch: 'main', commit } as const] },
      { name: 'docs', folder: '/home/ada/docs', head: {}, steps: [protect] },
    ],
  };

  it('is told in the order in which it is done, each step with its repository', () => {
    assert.deepEqual(describeResume(planned), [
      'Keep what is here, so that it can be undone',
      'In api: move main forward to 0123456',
      'Leave docs as it is: it is at the session’s state',
      'Switch to branch main',
      'Restore the conversation “Menu” (12 messages)',
    ]);
    assert.deepEqual(describeResumed(planned).slice(1, 3), ['In api: moved main forward to 0123456', 'Left docs as it is: it was at the session’s state']);
  });
});
