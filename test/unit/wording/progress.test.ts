import * as assert from 'node:assert/strict';
import type { ProgressPhase } from '../../../src/core/common/progress.ts';
import { describeProgress } from '../../../src/wording/progress.ts';

describe('describeProgress', () => {
  const phases: Record<ProgressPhase, string> = {
    recover: 'Completing what was interrupted…',
    preflight: 'Looking at the repository…',
    list: 'Looking for sessions…',
    handoff: 'Having the handoff written…',
    protect: 'Keeping what is here for undo…',
    commit: 'Committing…',
    capture: 'Reading the conversation…',
    seal: 'Packing…',
    publish: 'Sending…',
    fetch: 'Fetching…',
    index: 'Reading what was saved, to search it…',
    code: 'Restoring the code…',
    conversation: 'Restoring the conversation…',
    verify: 'Checking what arrived…',
  };

  it('has words for every phase', () => {
    const said = Object.fromEntries((Object.keys(phases) as ProgressPhase[]).map((phase) => [phase, describeProgress({ phase })]));
    assert.deepEqual(said, phases);
  });

  it('never claims more than all, and no share of nothing', () => {
    assert.equal(describeProgress({ phase: 'publish', done: 2, total: 3 }), 'Sending… 66%');
    assert.equal(describeProgress({ phase: 'publish', done: 9, total: 3 }), 'Sending… 100%');
    assert.equal(describeProgress({ phase: 'publish', done: 0, total: 0 }), 'Sending…');
    assert.equal(describeProgress({ phase: 'publish', done: 2 }), 'Sending…');
  });
});
