import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { describePrivacy, privacyAfter } from '../../../src/wording/privacy.ts';
import { bytes, count, names } from '../../../src/wording/quantities.ts';
import { shortCommit, shortId } from '../../../src/wording/short.ts';
import { describeFreshness, describeSync } from '../../../src/wording/status.ts';
import { age } from '../../../src/wording/time.ts';

const now = new Date('2026-03-02T12:00:00Z');

describe('age', () => {
  const cases: [iso: string, said: string][] = [
    ['2026-03-02T12:00:00Z', 'just now'],
    ['2026-03-02T11:59:01Z', 'just now'],
    ['2026-03-02T11:57:00Z', '3 minutes ago'],
    ['2026-03-02T10:00:00Z', '2 hours ago'],
    ['2026-03-01T11:00:00Z', 'yesterday'],
    ['2026-02-26T12:00:00Z', '4 days ago'],
    ['2026-02-16T12:00:00Z', '2 weeks ago'],
    ['2025-12-01T12:00:00Z', '2 months ago'],
    ['2024-01-01T12:00:00Z', '2 years ago'],
    ['2026-03-02T14:00:00Z', 'in 2 hours'],
    ['not a date', 'not a date'],
  ];
  for (const [iso, said] of cases) {
    it(`of ${iso} is “${said}”`, () => assert.equal(age(iso, now), said));
  }

  it('has words for any time', () => {
    fc.assert(fc.property(fc.date({ noInvalidDate: true }), (date) => {
      assert.doesNotMatch(age(date.toISOString(), now), /NaN|undefined|^$/);
    }));
  });
});

describe('quantities', () => {
  it('are counted in the singular and in the plural', () => {
    assert.deepEqual([0, 1, 2, 12_345].map((n) => count(n, 'message')), ['0 messages', '1 message', '2 messages', '12,345 messages']);
    assert.equal(count(2, 'branch', 'branches'), '2 branches');
  });

  it('of bytes keep their magnitude', () => {
    const cases: [number, string][] = [[0, '0 bytes'], [1, '1 byte'], [999, '999 bytes'], [1000, '1 KB'], [1449, '1.4 KB'], [999_949, '999.9 KB'], [999_950, '1 MB'], [2_300_000, '2.3 MB'], [5e12, '5 TB'], [5e15, '5,000 TB']];
    assert.deepEqual(cases.map(([n]) => bytes(n)), cases.map(([, said]) => said));
  });

  it('of names stay readable', () => {
    assert.deepEqual([['a'], ['a', 'b'], ['a', 'b', 'c'], ['a', 'b', 'c', 'd', 'e']].map((all) => names(all)), ['a', 'a and b', 'a, b and c', 'a, b, c and 2 more']);
    assert.equal(names(['a', 'b'], 5), 'a, b and 3 more');
    assert.equal(names(['new\nline.txt', 'tab\there']), 'new\\nline.txt and tab\\there');
  });
});

describe('ids', () => {
  it('are shown short', () => {
    assert.equal(shortId('3f2a9b0c1122'), '3f2a9b0c');
    assert.equal(shortCommit('0123456789abcdef'), '0123456');
  });
});

describe('where a repository stands', () => {
  const listing = {};
  const preview = { agent: 'claude-code', agentName: 'Claude Code', id: '1', modified: now.toISOString(), running: false, chosen: true, transcript: '', messages: 9, issues: 0 };

  it('is one line for every state', () => {
    assert.equal(describeSync({ sync: 'synced', queued: 0, listing }, now), 'Synced');
    assert.equal(describeSync({ sync: 'unsaved', queued: 0, listing, conversation: { ...preview, unsaved: 4 } }, now), '4 messages not saved');
    assert.equal(describeSync({ sync: 'unsaved', queued: 0, listing, conversation: { ...preview, unsaved: 0 } }, now), 'Changes not saved');
    assert.equal(describeSync({ sync: 'queued', queued: 2, listing }, now), '2 sessions waiting to be sent');
    assert.equal(describeSync({ sync: 'never-saved', queued: 0, listing }, now), 'Nothing saved yet');
    assert.equal(describeSync({ sync: 'offline', queued: 1, listing }, now), 'Offline, 1 session waiting to be sent');
    assert.equal(describeSync({ sync: 'resume-available', queued: 0, listing }, now), 'A session can be resumed');
  });

  it('never calls old what was never read', () => {
    assert.equal(describeFreshness(undefined, now), 'not looked up yet');
    assert.equal(describeFreshness('2026-03-02T11:00:00Z', now), 'looked up 1 hour ago');
  });

  it('says plainly who can read an open vault', () => {
    assert.match(describePrivacy({ sealing: 'readable' }), /^Not sealed: whoever can read the place where it is kept can read/);
    assert.match(describePrivacy({ sealing: 'sealed' }), /^Sealed: only your own devices/);
    assert.match(describePrivacy({ sealing: 'not-chosen' }), /the first save asks/);
  });

  it('does not call sealed what was saved before the vault was', () => {
    assert.match(describePrivacy({ sealing: 'sealed', wasReadable: true, readableSessions: 2 }), /^Sealed: only your own devices.*except 2 sessions from before it was sealed\.$/);
    assert.match(describePrivacy({ sealing: 'sealed', wasReadable: true }), /^Sealed: only your own devices.*Copies from before it was sealed may still be around\.$/);
  });

  it('says of a save that is told how its vault is to be what it will be, and of any other what it is', () => {
    assert.deepEqual(privacyAfter({ sealing: 'not-chosen' }, 'readable'), { sealing: 'readable' });
    assert.deepEqual(privacyAfter({ sealing: 'not-chosen' }, { passphrase: 'five cheeses' }), { sealing: 'sealed' });
    assert.deepEqual(privacyAfter({ sealing: 'not-chosen' }, undefined), { sealing: 'not-chosen' });
    assert.deepEqual(privacyAfter({ sealing: 'sealed', wasReadable: true }, 'readable'), { sealing: 'sealed', wasReadable: true });
  });
});
