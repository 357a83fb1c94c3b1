import * as assert from 'node:assert/strict';
import { ConvoSyncError } from '../../../src/core/common/errors.ts';
import type { Finding } from '../../../src/core/git/finding.ts';
import type { SavePlan } from '../../../src/core/operations/plan.ts';
import type { OpenedSession, ResumeReport, SaveReport } from '../../../src/core/operations/report.ts';
import { renderFailure } from '../../../src/cli/render/renderError.ts';
import { renderFindings } from '../../../src/cli/render/renderFindings.ts';
import { renderList, renderListingProblems } from '../../../src/cli/render/renderList.ts';
import { renderSavePlan } from '../../../src/cli/render/renderPlan.ts';
import { renderResume } from '../../../src/cli/render/renderResume.ts';
import { renderSave } from '../../../src/cli/render/renderSave.ts';
import { renderSession } from '../../../src/cli/render/renderSession.ts';
import { renderStatus } from '../../../src/cli/render/renderStatus.ts';
import { widthOf } from '../../../src/cli/terminal/width.ts';
import { desktop, laptop, listing, look, session, status } from './samples.ts';

const commit = '0123456789abcdef0123456789abcdef01234567';
const conversation = '11111111-2222-4333-8444-555555555555';
const privacy = 'Not sealed: whoever can read the place where it is kept can read what is saved, conversations included.';
const diverged: Finding = { code: 'diverged', severity: 'question', details: { branch: 'main', remote: 'origin', ahead: 1, behind: 2 }, remedies: ['pull-merge', 'pull-rebase', 'save-unpushed'] };

const saved: SaveReport = {
  session: '3f2a9b0c11', message: 'Add the menu', commit, branch: 'main', outcome: 'sent', branchPushed: true, stored: 1234, messages: 12, issues: 0, sealing: 'readable', notes: [], place: 'host/shop',
  steps: [
    { kind: 'commit', message: 'Add the menu [ConvoSync]', files: 3 },
    { kind: 'capture', agent: 'claude-code', conversation, title: 'Menu', messages: 12, issues: 0, running: false },
    { kind: 'push', remote: 'origin', branch: 'main', commits: 1, setUpstream: false, place: 'host/shop' },
  ],
};

const planned: SavePlan = {
  session: '3f2a9b0c11', folder: '/home/ada/shop', repository: { roots: [], name: 'shop' }, head: { branch: 'main', commit }, message: 'Add the menu', findings: [diverged], blockers: [diverged],
  steps: saved.steps, changes: [{ path: 'menu.js', kind: 'modified', staged: false, unstaged: true }, { path: 'b.js', from: 'a.js', kind: 'renamed', staged: true, unstaged: false }], conversations: [{ agent: 'claude-code', agentName: 'Claude Code', id: conversation, modified: '2026-03-02T11:59:00Z', running: false, chosen: true }], handoff: '', sealing: 'readable',
};

describe('a save', () => {
  it('ends with what was done, where it is, who can read it, and how to go on', () => {
    assert.equal(renderSave({ report: saved, findings: [], conversations: undefined }, look()), `\
✓ Committed 3 files as “Add the menu [ConvoSync]”
✓ Saved the conversation “Menu” (12 messages)
✓ Pushed 1 commit to origin/main together with the session

Saved session 3f2a9b0c
  It can be resumed on any of your devices. Branch main is at the remote. Added 1.2 KB.
  ${privacy}

Resume with: convosync resume 3f2a9b0c`);
  });

  it('that could not be sent says so, with git’s own words, and how to send it', () => {
    const problem = new ConvoSyncError('push-rejected', 'x', { details: { remote: 'origin', stderr: 'remote: main is protected\n! [remote rejected] main' } });
    const text = renderSave({ report: { ...saved, steps: [], outcome: 'queued', branchPushed: false, problem }, findings: [], conversations: undefined }, look());
    assert.match(text, /^Saved session 3f2a9b0c on this device$/m);
    assert.match(text, /^ {4}remote: main is protected\n {4}! \[remote rejected\] main$/m);
    assert.match(text, /^ {4}convosync save -b <name> {2}Save on another branch\n {4}convosync sync --no-push {2}Send the session without the branch$/m);
    assert.match(text, /Send it with: convosync sync$/);
    assert.doesNotMatch(text, /Resume with/);
  });

  it('says when no conversation was found, before it is run and after', () => {
    const sentence = /^! No conversation was found for this folder: code alone is saved\.$/m;
    const steps = saved.steps.filter(({ kind }) => kind !== 'capture');
    const after = (conversations: [] | undefined): string => renderSave({ report: { ...saved, steps }, findings: [], conversations }, look());
    assert.match(after([]), sentence);
    assert.match(after([]), /It holds code alone, no conversation\./);
    assert.doesNotMatch(after(undefined), sentence);
    assert.match(renderSavePlan({ ...planned, conversations: [] }, look()), sentence);
    assert.doesNotMatch(renderSavePlan(planned, look()), sentence);
  });

  it('says how a device with a name like any other gets one of its own', () => {
    const text = renderSave({ report: { ...saved, notes: [{ kind: 'generic-device-name', name: 'localhost' }] }, findings: [], conversations: undefined }, look());
    assert.match(text, /^! This device is called “localhost”.*\n {4}convosync devices rename <name>$/m);
  });

  it('lets no name of a file begin a line of the plan', () => {
    const changes = [{ kind: 'untracked', staged: false, unstaged: true, path: 'new\nThis save will\tdo.txt' }, { kind: 'renamed', staged: true, unstaged: false, path: 'b\nc', from: 'a\nb' }] as const;
    assert.match(renderSavePlan({ ...planned, changes: [...changes] }, look()), /^ {2}untracked {4}new\\nThis save will\\tdo\.txt\n {2}renamed {6}a\\nb → b\\nc$/m);
  });

  it('is shown whole before it is run', () => {
    assert.equal(renderSavePlan(planned, look()), `\
✗ Branch main and the one at “origin” have diverged: 1 commit only here, 2 commits only there.
  A push would be rejected until the two are brought together.
  Whichever way you choose, your commits are kept.
    --on diverged=pull-merge   Pull & Merge (merges the remote’s commits into yours)
    --on diverged=pull-rebase  Pull & Rebase (puts your commits on top of the remote’s)
    --no-push                  Save Without Pushing the Branch (your commits travel inside the session)

Changes
  modified     menu.js
  renamed      a.js → b.js

This save will
  · commit 3 files as “Add the menu [ConvoSync]”
  · save the conversation “Menu” (12 messages)
  · push 1 commit to origin/main together with the session

${privacy}`);
  });
});

describe('a resume', () => {
  const report: ResumeReport = {
    session: session('3f2a9b0c11'), undo: 'u1', folder: '/home/ada/shop', handoff: '', notes: [], companions: [],
    steps: [{ kind: 'protect' }, { kind: 'switch', branch: 'main', create: false }, { kind: 'install', agent: 'claude-code', conversation, as: conversation, title: 'Menu', messages: 12, outcome: 'new' }],
    verdict: { inSync: true, differences: [] },
    commands: [{ argv: ['claude', '--resume', conversation], folder: '/home/ada/pizza shop', agent: 'claude-code', agentName: 'Claude Code', conversation }],
  };

  it('ends with the verdict and the command to continue', () => {
    assert.equal(renderResume({ report, findings: [], platform: 'linux', currentFolder: '/home/ada' }, look()), `\
✓ Kept what was here, so that it can be undone
✓ Switched to branch main
✓ Restored the conversation “Menu” (12 messages)

Resumed session 3f2a9b0c from Desktop, saved 3 minutes ago
  “Add the menu” on main at 0123456
✓ Code and conversation are in sync.

Continue in Claude Code:
  cd '/home/ada/pizza shop' && claude --resume ${conversation}
Take it back with: cd /home/ada/shop && convosync resume --undo`);
  });

  it('names every difference when code and conversation are not in sync', () => {
    const text = renderResume({ report: { ...report, verdict: { inSync: false, differences: [{ kind: 'other-branch', here: 'main', session: 'feature/menu' }, { kind: 'working-tree-changed', files: 2 }] } }, findings: [], platform: 'linux', currentFolder: '/' }, look());
    assert.match(text, /^! Code and conversation are not quite those of the session:\n {2}You are on main, the session on feature\/menu\.\n {2}2 files here have uncommitted changes\.$/m);
  });
});

describe('a list', () => {
  const sessions = [session('3f2a9b0c11', { device: laptop, queued: true }), session('91c0ffee22', { device: desktop, savedAt: '2026-03-01T09:00:00Z', message: '你好世界 is the name of a very long pizza with everything on it', branch: 'feature/a-rather-long-branch-name' })];

  it('is neat columns, newest first, with other devices marked', () => {
    assert.equal(renderList({ listing: listing(sessions), sessions, more: 0, trash: false }, look()), `\
ID           SAVED          DEVICE   BRANCH                             COMMIT   MESSAGES  SESSION
3f2a9b0c  ↑  3 minutes ago  Laptop   main                               0123456        12  Add the menu
91c0ffee  ●  yesterday      Desktop  feature/a-rather-long-branch-name  0123456        12  你好世界 is the name of a very long pizza with everything on it

● from another device   ↑ waiting to be sent
${privacy}`);
  });

  it('fits the terminal and cuts titles and not ids', () => {
    for (const columns of [90, 100, 120]) {
      const lines = renderList({ listing: listing(sessions), sessions, more: 0, trash: false }, look(columns)).split('\n').slice(0, 3);
      assert.ok(lines.every((line) => widthOf(line) <= columns), `${columns}: ${lines.join('\n')}`);
      assert.match(lines[2] ?? '', /^91c0ffee .*…/);
    }
  });

  it('says how many it does not show', () => {
    assert.match(renderList({ listing: listing(sessions), sessions, more: 3, trash: false }, look()), /^3 older sessions not shown; see them with --all\.$/m);
  });

  it('has its own words for every kind of empty', () => {
    assert.equal(renderList({ listing: listing([]), sessions: [], more: 0, trash: false }, look()), 'No sessions are saved for this repository yet.');
    assert.equal(renderList({ listing: listing(sessions), sessions: [], more: 0, trash: false }, look()), 'No session fits.');
    assert.equal(renderList({ listing: listing(sessions), sessions: [], more: 0, trash: true }, look()), 'The trash is empty.');
  });

  it('that could not be refreshed says how old it is, or that it was never read', () => {
    const problem = new ConvoSyncError('remote-unreachable', 'x', { details: { remote: 'origin' } });
    assert.match(renderListingProblems(listing([], { problem, refreshed: '2026-03-02T10:00:00Z' }), look()), /^! “origin” cannot be reached\. What follows is from 2 hours ago\./);
    assert.match(renderListingProblems(without(listing([], { problem }), 'refreshed'), look()), /The remote was never read/);
    assert.equal(renderListingProblems(listing([]), look()), '');
  });
});

describe('the status', () => {
  it('says everything one has to know in a few lines', () => {
    const text = renderStatus(status({
      ahead: 1,
      behind: 2,
      sync: 'unsaved',
      stored: 2_300_000,
      changes: [{ path: 'menu.js', kind: 'modified', staged: false, unstaged: true }],
      conversation: { agent: 'claude-code', agentName: 'Claude Code', id: conversation, title: 'Menu', modified: '', running: true, chosen: true, transcript: '', messages: 15, unsaved: 4, issues: 0 },
      listing: listing([session('91c0ffee22')]),
      devices: [{ device: desktop, lastSeen: '2026-03-02T11:00:00Z', here: false, revoked: false }, { device: laptop, lastSeen: '2026-03-02T11:59:00Z', here: true, revoked: false }],
      undo: { save: '3f2a9b0c11' },
    }), look());
    assert.equal(text, `\
Repository    shop (host/ada/shop)
Branch        main, 1 commit ahead, 2 commits behind
Last commit   0123456 Add the menu
Changes       1 file: menu.js
Conversation  “Menu” in Claude Code: 15 messages, 4 messages not saved, running
Sync          4 messages not saved (looked up just now)
Vault         host/ada/shop, 2.3 MB in 1 session
              ${privacy}
Elsewhere     91c0ffee Desktop, 3 minutes ago: Add the menu
Devices       Laptop, this device
              Desktop, last seen 1 hour ago
Undo          convosync save --undo (3f2a9b0c)`);
  });

  it('has words for what is not there', () => {
    const text = renderStatus(without(status({ listing: without(listing([]), 'place') }), 'branch', 'commit', 'subject'), look());
    assert.match(text, /^Branch {8}none \(HEAD is detached\)\nLast commit {3}none yet\nChanges {7}none\nConversation {2}none for this folder$/m);
    assert.match(text, /^Vault {9}on this device only, 0 bytes in 0 sessions$/m);
    assert.match(text, /^Devices {7}Laptop, this device$/m);
  });
});

describe('a session to look at', () => {
  it('shows verdict, handoff and the last messages, with tool calls folded and thinking left out', () => {
    const saved = session('3f2a9b0c11');
    const opened: OpenedSession = {
      session: saved,
      manifest: { v: 1, session: saved.summary.id, code: { repository: saved.summary.repository, commit, subject: '', clean: true, pushed: true, bundles: [] }, conversations: [], handoff: '# Handoff\n\nBake it.\n' },
      verdict: { inSync: true, differences: [] },
      conversations: [{
        agent: 'claude-code', agentName: 'Claude Code', id: conversation, issues: [],
        messages: [
          ...Array.from({ length: 9 }, (_, index) => ({ index, author: 'user' as const, blocks: [{ type: 'text' as const, text: `Line ${index}` }] })),
          { index: 9, author: 'user', at: '2026-03-02T11:00:00Z', blocks: [{ type: 'text', text: 'Bake\nit' }] },
          { index: 10, author: 'assistant', blocks: [{ type: 'thinking', text: 'hm' }, { type: 'toolCall', callId: '1', name: 'Bash', summary: 'npm test', input: {}, writes: [] }, { type: 'toolResult', callId: '1', text: 'long output', failed: true }, { type: 'text', text: 'Done.' }] },
        ],
      }],
    };
    const text = renderSession(opened, look());
    assert.match(text, /^“Add the menu”\n3f2a9b0c from Desktop, 3 minutes ago, on main at 0123456\n✓ Code and conversation are in sync\.\n\n# Handoff\n\nBake it\.\n\nClaude Code, 11 messages, the last 10 \(11111111\)/);
    assert.doesNotMatch(text, /Line 0|hm|long output/);
    assert.match(text, /You 1 hour ago\n {2}Bake\n {2}it\n\nAssistant\n {2}› Bash npm test\n {2}› failed\n {2}Done\.$/);
  });
});

describe('a failure', () => {
  it('of preflight shows each finding and what to type', () => {
    const error = new ConvoSyncError('preflight-refused', 'x', { details: { findings: [{ code: 'other-branch', severity: 'question', details: { branch: 'feature/menu', here: 'main' }, remedies: ['switch', 'stay'] }] } });
    assert.equal(renderFailure({ error, operation: 'resume' }, look()), `\
✗ The session is on feature/menu; you are on main.
  On another branch the conversation speaks of code that is not there.
  Nothing has been changed.
    --switch-branch   Switch Branch (recommended)
    --stay-on-branch  Stay on This Branch (the conversation may not fit the code)`);
  });

  it('is not made of a question that has been answered', () => {
    const answered: Finding = { ...diverged, severity: 'info', remedies: ['pull-rebase'], answered: true };
    assert.match(renderFindings([answered], 'save', look()), /have diverged.*\n {2}→ Pull & Rebase$/);
    const unreachable: Finding = { code: 'remote-unreachable', severity: 'info', details: { remote: 'origin', reason: 'fatal: no route' }, remedies: ['retry'] };
    assert.match(renderFindings([unreachable], 'save', look()), /fatal: no route\n.*will be sent/);
  });

  it('names the option also where nothing stops', () => {
    const leftOut: Finding = { code: 'left-out', severity: 'info', details: { secrets: ['.env'] }, remedies: ['everything'] };
    assert.match(renderFindings([leftOut], 'save', look()), /^! Not in the session: \.env\.\n[^]*\n {4}--on left-out=everything {2}Save These Files Too$/);
    const changes: Finding = { code: 'uncommitted-changes', severity: 'info', details: { count: 1, files: ['a.ts'], as: 'commit' }, remedies: ['snapshot'] };
    assert.match(renderFindings([changes], 'save', look()), /They are committed with the session\.\n {4}--stash {2}Save as Snapshot/);
  });

  it('shows no options to type where a question follows', () => {
    assert.doesNotMatch(renderFindings([diverged], 'save', look(), 'asked'), /--/);
  });

  it('over vaults shows which could be joined', () => {
    const error = new ConvoSyncError('vault-choice', 'x', { details: { vaults: [{ id: 'aabbccddeeff', created: '2026-02-27T12:00:00Z' }] } });
    assert.match(renderFailure({ error, operation: 'save' }, look()), /--vault aabbccdd {2}Join the vault begun 3 days ago\n {2}--vault new {7}Begin a new one$/);
  });

  it('that nobody expected shows no stack and where to look', () => {
    const text = renderFailure({ error: new TypeError('x is not a function'), operation: 'save' }, look());
    assert.doesNotMatch(text, /TypeError|not a function|render\.test/);
    assert.match(text, /--verbose/);
  });

  it('by cancellation is quiet', () => {
    assert.equal(renderFailure({ error: new ConvoSyncError('cancelled', 'x'), operation: 'save' }, look()), 'Cancelled.\n  Nothing is left half done.');
  });
});

function without<T extends object, K extends keyof T>(whole: T, ...keys: K[]): Omit<T, K> {
  return Object.fromEntries(Object.entries(whole).filter(([key]) => !keys.includes(key as K))) as Omit<T, K>;
}
