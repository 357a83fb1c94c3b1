import assert from 'node:assert/strict';
import { parseReflog } from '../../../../src/core/git/reflog.ts';

const oid = (digit: string): string => digit.repeat(40);
const log = (...entries: [commit: string, seconds: number, action: string][]): string => entries.map(([commit, seconds, action]) => `${commit}\0HEAD@{${seconds}}\0${action}\0`).join('');
const branches = (current: string | undefined, ...actions: string[]): (string | undefined)[] => parseReflog(log(...actions.map((action): [string, number, string] => [oid('1'), 0, action])), current).map(({ branch }) => branch);

describe('reflog', () => {
  it('tells commit, time in UTC, action and branch', () => {
    assert.deepEqual(parseReflog(log([oid('a'), 1_700_000_000, 'commit: Fix: a thing']), 'main'), [{ commit: oid('a'), at: '2023-11-14T22:13:20.000Z', action: 'commit: Fix: a thing', branch: 'main' }]);
  });

  it('follows the branch back through checkouts', () => {
    assert.deepEqual(branches('main', 'commit: 4', 'checkout: moving from feature/x to main', 'commit: 3', 'checkout: moving from main to feature/x', 'commit (initial): 1'), ['main', 'main', 'feature/x', 'feature/x', 'main']);
  });

  it('has no branch while HEAD was detached, whatever was typed to get there', () => {
    assert.deepEqual(branches('main', `checkout: moving from ${oid('b')} to main`, 'commit: on nothing', 'checkout: moving from main to v1.0', 'commit: 1'), ['main', undefined, undefined, 'main']);
  });

  it('has no branch for a HEAD that is detached now', () => {
    assert.deepEqual(branches(undefined, 'checkout: moving from main to HEAD~3', 'commit: 1'), [undefined, 'main']);
  });

  it('knows the former name of a renamed branch', () => {
    assert.deepEqual(branches('new', 'commit: 2', 'Branch: renamed refs/heads/old to refs/heads/new', 'commit: 1'), ['new', 'new', 'old']);
  });

  it('is empty for no entries', () => {
    assert.deepEqual(parseReflog('', 'main'), []);
  });
});
