import assert from 'node:assert/strict';
import { describeCleaning } from '../../../src/wording/cleaning.ts';

describe('what is said of a cleaning', () => {
  const nothing = { sealed: 0, unsealed: 0, thinned: 0, emptied: 0, condemned: 0, removed: 0, retired: 0 };
  const until = '2026-03-16T09:00:00.000Z';

  it('names what waits out its time, and until when, also when nothing else is to be done', () => {
    assert.deepEqual(describeCleaning(nothing), ['There is nothing to clean.']);
    assert.match(describeCleaning({ ...nothing, waiting: { objects: 5, sessions: 1, until } }).join(' '), /^5 objects in all and 1 session wait out 14 days, until 2026-03-16/);
  });

  it('does not say twice what only just began to wait', () => {
    const said = describeCleaning({ ...nothing, condemned: 5, waiting: { objects: 5, sessions: 0, until } });
    assert.equal(said.length, 1);
    assert.match(said[0] ?? '', /taken away in 14 days/);
  });
});
