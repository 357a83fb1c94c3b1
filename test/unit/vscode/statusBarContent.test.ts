import assert from 'node:assert/strict';
import { ConvoSyncError } from '../../../src/core/common/errors.ts';
import type { Status } from '../../../src/core/operations/report.ts';
import type { OverviewState } from '../../../src/vscode/overview.ts';
import { statusBarContent } from '../../../src/vscode/statusBarContent.ts';
import { explainError } from '../../../src/wording/errors.ts';
import { desktop, laptop, listing, now, saved, status } from './facts.ts';

const folder = '/home/ada/pizza';
const ready = (rest: Partial<Status>): OverviewState => ({ kind: 'ready', folder, status: status(rest) });
const textOf = (state: OverviewState): string | undefined => statusBarContent(state, undefined, now)?.text;

describe('the status bar', () => {
  it('is hidden where there is nothing to say', () => {
    assert.equal(statusBarContent({ kind: 'no-repository' }, undefined, now), undefined);
    assert.equal(statusBarContent({ kind: 'untrusted' }, undefined, now), undefined);
  });

  it('says how old the last save is when all is saved', () => {
    assert.equal(textOf(ready({ sync: 'synced', current: saved('s1', laptop, { minutes: 120 }), lastSaved: saved('s0', laptop, { minutes: 1500 }) })), '$(check) Synced, saved 2 hours ago');
  });

  it('counts the messages that no session holds', () => {
    const conversation = { agent: 'claude-code', agentName: 'Claude Code', id: 'c1', modified: '', running: false, chosen: true, transcript: '', messages: 50, unsaved: 8, issues: 0 };
    assert.equal(textOf(ready({ sync: 'unsaved', conversation })), '$(circle-filled) 8 messages not saved');
  });

  it('names the device whose session can be resumed', () => {
    assert.equal(textOf(ready({ sync: 'resume-available', resumable: saved('s2', desktop) })), '$(cloud-download) desktop saved 5 minutes ago');
  });

  it('says what waits on this device', () => {
    assert.equal(textOf(ready({ sync: 'queued', queued: 2 })), '$(cloud-upload) 2 sessions waiting to be sent');
    assert.equal(textOf(ready({ sync: 'offline', queued: 1 })), '$(debug-disconnect) Offline, 1 session waiting to be sent');
  });

  it('says that signing in is needed where the remote answers and wants to know who asks, and asks then', () => {
    const problem = new ConvoSyncError('git-credentials', '', { details: { stderr: 'fatal: could not read Username' } });
    const content = statusBarContent(ready({ sync: 'offline', queued: 1, listing: listing([], { problem }) }), undefined, now);
    assert.deepEqual([content?.text, content?.command], ['$(key) Sign-in needed, 1 session waiting to be sent', 'convosync.refresh']);
    assert.ok(content?.tooltip.includes(explainError(problem).hint ?? '-'));
  });

  it('says what is being done, whatever was known before', () => {
    assert.equal(statusBarContent(ready({ sync: 'synced' }), 'saving', now)?.text, '$(sync~spin) Saving…');
    assert.equal(statusBarContent(ready({ sync: 'synced' }), 'resuming', now)?.text, '$(sync~spin) Resuming…');
  });

  it('keeps what was known when a look fails, and says in the tooltip why it is old', () => {
    const error = new ConvoSyncError('busy', 'busy');
    const content = statusBarContent({ kind: 'ready', folder, status: status({ sync: 'synced' }), error }, undefined, now);
    assert.match(content?.text ?? '', /^\$\(warning\) Synced/);
    assert.ok(content?.tooltip.includes(explainError(error).title));
  });

  it('shows a failed first look as a failure, never as an empty state', () => {
    const content = statusBarContent({ kind: 'failed', folder, error: new ConvoSyncError('git-missing', '') }, undefined, now);
    assert.match(content?.text ?? '', /error/);
    assert.match(content?.tooltip ?? '', /Git was not found/);
    assert.equal(content?.severity, 'warning');
  });

  it('asks for the vault where it is not known whose it is', () => {
    const content = statusBarContent({ kind: 'failed', folder, error: new ConvoSyncError('vault-choice', '') }, undefined, now);
    assert.equal(content?.command, 'convosync.vault.choose');
  });

  it('unlocks the vault where it is locked', () => {
    const content = statusBarContent({ kind: 'failed', folder, error: new ConvoSyncError('vault-locked', '') }, undefined, now);
    assert.equal(content?.text, '$(lock) Vault locked');
    assert.equal(content.command, 'convosync.vault.unlock');
    assert.match(content.tooltip, /passphrase or its recovery key/);
  });

  it('says who can read the vault and how fresh the list is', () => {
    const tooltip = statusBarContent(ready({ sync: 'synced', listing: listing([], { refreshed: new Date(now.getTime() - 3_600_000).toISOString() }) }), undefined, now)?.tooltip ?? '';
    assert.match(tooltip, /Not sealed/);
    assert.match(tooltip, /1 hour ago/);
  });

  it('draws no icon that another device put into its name', () => {
    const text = textOf(ready({ sync: 'resume-available', resumable: saved('s2', { ...desktop, name: '$(trash)' }) })) ?? '';
    assert.equal(text.includes('$(trash)'), false);
  });
});
