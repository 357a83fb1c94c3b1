import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { parseIndexed, parseStatus } from '../../../../src/core/git/status.ts';

const oid = 'a'.repeat(40);
const records = (...lines: string[]): string => lines.map((line) => `${line}\0`).join('');

describe('status', () => {
  it('reads branch, commit, upstream and counts', () => {
    assert.deepEqual(parseStatus(records(`# branch.oid ${oid}`, '# branch.head feature/oauth', '# branch.upstream origin/feature/oauth', '# branch.ab +2 -3')), {
      branch: 'feature/oauth',
      commit: oid,
      upstream: 'origin/feature/oauth',
      ahead: 2,
      behind: 3,
      changes: [],
    });
  });

  it('knows a branch without commits and a detached HEAD', () => {
    assert.deepEqual(parseStatus(records('# branch.oid (initial)', '# branch.head main')), { branch: 'main', changes: [] });
    assert.deepEqual(parseStatus(records(`# branch.oid ${oid}`, '# branch.head (detached)')), { commit: oid, changes: [] });
  });

  it('has no counts for an upstream that is gone', () => {
    const state = parseStatus(records(`# branch.oid ${oid}`, '# branch.head x', '# branch.upstream origin/x'));
    assert.equal(state.upstream, 'origin/x');
    assert.equal(state.ahead, undefined);
  });

  const change = (xy: string, sub = 'N...'): string => `1 ${xy} ${sub} 100644 100644 100644 ${oid} ${oid} a b.txt`;
  for (const [record, kind, staged, unstaged] of [
    [change('M.'), 'modified', true, false],
    [change('.M'), 'modified', false, true],
    [change('MM'), 'modified', true, true],
    [change('A.'), 'added', true, false],
    [change('AM'), 'added', true, true],
    [change('AD'), 'deleted', true, true],
    [change('.D'), 'deleted', false, true],
    [change('.T'), 'type-changed', false, true],
    [change('.A'), 'added', false, true],
    ['? a b.txt', 'untracked', false, true],
    [`u UU N... 100644 100644 100644 100644 ${oid} ${oid} ${oid} a b.txt`, 'unmerged', false, true],
  ] as const) {
    it(`reads ${record.slice(0, 4)} as ${kind}${staged ? ', staged' : ''}${unstaged ? ', unstaged' : ''}`, () => {
      assert.deepEqual(parseStatus(records(record)).changes, [{ path: 'a b.txt', kind, staged, unstaged, ...(/^1 .D/.test(record) ? { missing: true } : {}), ...(/^1 .A/.test(record) ? { intendedToAdd: true } : {}) }]);
    });
  }

  it('keeps the former path of a rename, and reads on behind it', () => {
    const { changes } = parseStatus(records(`2 R. N... 100644 100644 100644 ${oid} ${oid} R100 new name`, 'old name', '? other'));
    assert.deepEqual(changes, [
      { path: 'new name', kind: 'renamed', staged: true, unstaged: false, from: 'old name' },
      { path: 'other', kind: 'untracked', staged: false, unstaged: true },
    ]);
  });

  it('tells what the index has of changed files, and nothing of what it has not', () => {
    const other = 'b'.repeat(40);
    const record = (xy: string, mode: string, name: string): string => `1 ${xy} N... 100644 ${mode} 100644 ${oid} ${other} ${name}`;
    const indexed = parseIndexed(records(record('MM', '100755', 'a b.txt'), record('D.', '000000', 'gone'), record('.A', '000000', 'to be added'), '? new', `u UU N... 100644 100644 100644 100644 ${oid} ${oid} ${oid} both`));
    assert.deepEqual([...indexed], [['a b.txt', { mode: '100755', oid: other, path: 'a b.txt' }]]);
  });

  it('marks what only a commit inside a submodule could hold', () => {
    assert.equal(parseStatus(records(change('.M', 'S.M.'))).changes[0]?.insideSubmodule, true);
    assert.equal(parseStatus(records(change('.M', 'S..U'))).changes[0]?.insideSubmodule, true);
    assert.equal(parseStatus(records(change('.M', 'SC..'))).changes[0]?.insideSubmodule, undefined);
    assert.equal(parseStatus(records(change('.M', 'SCM.'))).changes[0]?.insideSubmodule, undefined);
  });

  it('reads any path back as it is', () => {
    const path = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(fc.array(path), (paths) => {
        const changes = parseStatus(records(...paths.flatMap((name, index) => (index % 2 === 0 ? [`? ${name}`] : [`2 R. N... 1 1 1 ${oid} ${oid} R9 ${name}`, `was ${name}`])))).changes;
        assert.deepEqual(changes.map((found) => found.path), paths);
      }),
    );
  });
});
