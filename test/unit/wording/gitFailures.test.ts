import * as assert from 'node:assert/strict';
import { ConvoSyncError } from '../../../src/core/common/errors.ts';
import { explainError, type Explanation } from '../../../src/wording/errors.ts';

const explained = (details: Record<string, unknown>): Explanation => explainError(new ConvoSyncError('git-failed', 'x', { details: { command: 'commit', exitCode: 1, ...details } }));

describe('what stopped git', () => {
  it('is the hook that a repository has, with its words as a quote', () => {
    const { title, hint, quote } = explained({ hooks: ['pre-commit'], stderr: 'Lint is red' });
    assert.equal(title, 'The pre-commit hook of this repository stopped the commit.');
    assert.match(hint ?? '', /--stash/);
    assert.equal(quote, 'Lint is red');
    assert.equal(explained({ hooks: ['pre-commit', 'commit-msg'] }).title, 'A hook of this repository stopped the commit (pre-commit or commit-msg).');
  });

  it('is a change that git was told to overlook, by the names of the files', () => {
    const listed = 'error: Your local changes to the following files would be overwritten by checkout:\n\ta.ts\n\tb c.ts\nPlease commit your changes or stash them before you switch branches.\nAborting';
    assert.equal(explained({ stderr: listed }).title, 'Changes in a.ts and b c.ts are in the way, and git was told to overlook them.');
    const kept = "error: Entry 'a.ts' not uptodate. Cannot merge.\nfatal: Could not reset index file to revision 'x'.";
    assert.equal(explained({ stderr: kept }).title, 'Changes in a.ts are in the way, and git was told to overlook them.');
    assert.match(explained({ stderr: kept }).hint ?? '', /--no-skip-worktree a\.ts/);
  });

  it('is left to git’s own words otherwise', () => {
    assert.equal(explained({ stderr: 'fatal: unable to auto-detect email address' }).title, 'Git could not do it.');
  });
});
