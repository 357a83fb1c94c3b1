import assert from 'node:assert/strict';
import { ConvoSyncError } from '../../../src/core/common/errors.ts';
import { hasHeard, keepingProblem, stateAfter } from '../../../src/vscode/unheard.ts';
import { listing, minutesAgo, status } from './facts.ts';

describe('a look that asks no network', () => {
  const problem = new ConvoSyncError('remote-unreachable', '');
  const refreshed = minutesAgo(90);
  const offline = status({ sync: 'offline', listing: listing([], { problem, refreshed }) });

  it('does not turn a list that could not be read into an empty one', () => {
    const found = keepingProblem(status({ sync: 'never-saved', listing: listing([], { refreshed }) }), offline);
    assert.equal(found.listing.problem, problem);
    assert.equal(found.sync, 'offline');
  });

  it('says of a session saved meanwhile that it waits', () => {
    const found = keepingProblem(status({ sync: 'queued', queued: 1, listing: listing([], { refreshed }) }), offline);
    assert.equal(found.sync, 'queued');
  });

  it('says offline again when nothing waits any more', () => {
    const queued = status({ sync: 'queued', queued: 1, listing: listing([], { problem, refreshed }) });
    assert.equal(keepingProblem(status({ sync: 'unsaved', listing: listing([], { refreshed }) }), queued).sync, 'offline');
  });

  it('tells when something else has reached the remote in between', () => {
    assert.equal(hasHeard(status({ listing: listing([], { refreshed: minutesAgo(0) }) }), offline), true);
    assert.equal(hasHeard(status({ listing: listing([], { refreshed }) }), offline), false);
    assert.equal(hasHeard(status(), undefined), false);
  });

  it('leaves alone what was never in question', () => {
    const found = status({ sync: 'unsaved' });
    assert.equal(keepingProblem(found, undefined), found);
    assert.equal(keepingProblem(found, status()), found);
  });
});

describe('a vault that is locked', () => {
  const folder = '/pizza';
  const locked = new ConvoSyncError('vault-locked', '');
  const nothingFound = status({ listing: listing([], { sealing: 'not-chosen' }) });

  it('is not taken for a repository without sessions by a look that asks no network', () => {
    assert.deepEqual(stateAfter('local', { folder, found: nothingFound, before: undefined, failure: locked }), { kind: 'failed', folder, error: locked });
  });

  it('is shown as soon as it was unlocked', () => {
    const found = status({ listing: listing([], { sealing: 'sealed', vault: 'v1' }) });
    assert.deepEqual(stateAfter('local', { folder, found, before: undefined, failure: locked }), { kind: 'ready', folder, status: found });
  });

  it('was removed when the remote shows none any more', () => {
    assert.deepEqual(stateAfter('background', { folder, found: nothingFound, before: undefined, failure: locked }), { kind: 'ready', folder, status: nothingFound });
  });

  it('differs from a remote that failed, after which what is known stays on screen', () => {
    const failure = new ConvoSyncError('git-timeout', '');
    assert.deepEqual(stateAfter('local', { folder, found: nothingFound, before: undefined, failure }), { kind: 'ready', folder, status: nothingFound, error: failure });
  });
});
