import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { contextRuns } from '../../../../src/core/git/context.ts';
import type { ReflogEntry } from '../../../../src/core/git/reflog.ts';
import type { Message } from '../../../../src/core/session/message.ts';

const oid = (digit: string): string => digit.repeat(40);
const time = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 12, minute)).toISOString();

interface Said {
  at?: number;
  branch?: string;
  cwd?: string;
  writes?: string[];
}

const talk = (...said: Said[]): Message[] =>
  said.map(({ at, branch, cwd, writes }, index) => ({
    index,
    author: 'assistant',
    blocks: writes ? [{ type: 'toolCall', callId: 'c', name: 'Write', summary: '', input: {}, writes }] : [],
    ...(at === undefined ? {} : { at: time(at) }),
    ...(branch === undefined ? {} : { branch }),
    ...(cwd === undefined ? {} : { workingDirectory: cwd }),
  }));

const entry = (minute: number, commit: string, branch?: string): ReflogEntry => ({ commit: oid(commit), at: time(minute), action: 'commit: x', ...(branch === undefined ? {} : { branch }) });

/** Newest first, as git tells it: main at 10 and 20, then feature at 30 and 40. */
const history = [entry(40, '4', 'feature'), entry(30, '2', 'feature'), entry(20, '2', 'main'), entry(10, '1', 'main')];

const brief = (messages: Message[], reflog: ReflogEntry[] = history): [number, number, string | undefined, string | undefined][] => contextRuns(messages, reflog, '/repo').map(({ from, to, branch, commit }) => [from, to, branch, commit?.[0]]);
const filesOf = (top: string, ...said: Said[]): string[] => contextRuns(talk(...said), [], top).flatMap(({ files }) => files);

describe('git context of messages', () => {
  it('is the branch that the transcript names and the commit that the reflog has for it then', () => {
    assert.deepEqual(brief(talk({ at: 11, branch: 'main' }, { at: 12, branch: 'main' }, { at: 25, branch: 'main' }, { at: 31, branch: 'feature' }, { at: 45, branch: 'feature' })), [
      [0, 1, 'main', '1'],
      [2, 2, 'main', '2'],
      [3, 3, 'feature', '2'],
      [4, 4, 'feature', '4'],
    ]);
  });

  it('comes from the reflog alone where the agent names no branch', () => {
    assert.deepEqual(brief(talk({ at: 15 }, { at: 25 }, { at: 35 })), [
      [0, 0, 'main', '1'],
      [1, 1, 'main', '2'],
      [2, 2, 'feature', '2'],
    ]);
  });

  it('has no commit before the reflog begins, nor for a branch that it does not know', () => {
    assert.deepEqual(brief(talk({ at: 5, branch: 'main' }, { at: 50, branch: 'elsewhere' })), [
      [0, 0, 'main', undefined],
      [1, 1, 'elsewhere', undefined],
    ]);
  });

  it('counts an action of the very same moment', () => {
    assert.deepEqual(brief(talk({ at: 20, branch: 'main' })), [[0, 0, 'main', '2']]);
  });

  it('stays what it was while a clock runs backwards or a time is missing', () => {
    assert.deepEqual(brief(talk({ at: 25, branch: 'main' }, { at: 11, branch: 'main' }, { branch: 'main' })), [[0, 2, 'main', '2']]);
  });

  it('keeps the branch over messages that name none', () => {
    assert.deepEqual(brief(talk({ at: 11, branch: 'main' }, { at: 12 }, { at: 13, branch: '' }, { at: 14, branch: 'main' })), [[0, 3, 'main', '1']]);
  });

  it('has a commit and no branch while HEAD is detached', () => {
    const reflog = [entry(40, '4', 'main'), entry(30, '3'), entry(10, '1', 'main')];
    assert.deepEqual(brief(talk({ at: 11, branch: 'main' }, { at: 31, branch: 'HEAD' }, { at: 41, branch: 'main' }), reflog), [
      [0, 0, 'main', '1'],
      [1, 1, undefined, '3'],
      [2, 2, 'main', '4'],
    ]);
  });

  it('returns to a run of its own when the branch returns', () => {
    assert.equal(brief(talk({ at: 41, branch: 'main' }, { at: 42, branch: 'feature' }, { at: 43, branch: 'main' })).length, 3);
  });

  it('is nothing for no messages, and one empty run without any facts', () => {
    assert.deepEqual(contextRuns([], history, '/repo'), []);
    assert.deepEqual(contextRuns(talk({}, {}), [], '/repo'), [{ from: 0, to: 1, files: [] }]);
  });

  it('covers every message exactly once and in order, with neighbours that differ', () => {
    const said = fc.record({ at: fc.integer({ min: 0, max: 59 }), branch: fc.constantFrom('main', 'feature', 'HEAD', ''), writes: fc.array(fc.constantFrom('/repo/a', '/repo/b', '/else')) }, { requiredKeys: [] });
    fc.assert(
      fc.property(fc.array(said), (talked) => {
        const messages = talk(...talked);
        const runs = contextRuns(messages, history, '/repo');
        assert.deepEqual(runs.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, index) => from + index)), messages.map(({ index }) => index));
        runs.slice(1).forEach((run, index) => assert.notDeepEqual([run.branch, run.commit], [runs[index]?.branch, runs[index]?.commit]));
        for (const { files } of runs) {
          assert.equal(new Set(files).size, files.length);
        }
      }),
    );
  });
});

describe('touched files', () => {
  it('are relative to the repository, each once, in order, within their run', () => {
    assert.deepEqual(filesOf('/repo', { writes: ['/repo/src/b.ts', '/repo/a.ts'] }, { writes: ['/repo/src/b.ts', '/repo/c.ts'] }), ['src/b.ts', 'a.ts', 'c.ts']);
  });

  it('written on another machine are relative to where its agent ran', () => {
    assert.deepEqual(filesOf('/home/ada/repo', { cwd: '/Users/bob/work/app', writes: ['/Users/bob/work/app/src/a.ts'] }), ['src/a.ts']);
  });

  it('are found from the top although the agent went into a folder, also on another machine', () => {
    assert.deepEqual(filesOf('/repo', { cwd: '/there/app' }, { cwd: '/there/app/packages/x', writes: ['/there/app/README.md', '/there/app/packages/x/a.ts', 'b.ts', '../y/c.ts'] }), ['README.md', 'packages/x/a.ts', 'packages/x/b.ts', 'packages/y/c.ts']);
    assert.deepEqual(filesOf('/repo', { cwd: '/repo/packages', writes: ['/repo/packages/a.ts', 'b.ts'] }), ['packages/a.ts', 'packages/b.ts']);
  });

  it('of Windows are read in either spelling', () => {
    assert.deepEqual(filesOf('/repo', { cwd: 'C:\\work\\app', writes: ['c:\\Work\\app\\src\\a.ts', 'C:/work/app/b.ts', 'sub\\c.ts'] }), ['src/a.ts', 'b.ts', 'sub/c.ts']);
    assert.deepEqual(filesOf('C:\\work\\app', { writes: ['C:\\work\\app\\a.ts'] }), ['a.ts']);
  });

  it('of a conversation that travelled are told by each machine', () => {
    assert.deepEqual(filesOf('/repo', { cwd: '/one/app', writes: ['/one/app/a.ts'] }, { cwd: 'D:\\app', writes: ['D:\\app\\b.ts'] }, { cwd: '/repo', writes: ['/repo/c.ts'] }), ['a.ts', 'b.ts', 'c.ts']);
  });

  it('outside of the repository are none of it', () => {
    assert.deepEqual(filesOf('/repo', { cwd: '/repo', writes: ['/tmp/x', '/repository/x', '../x', '/repo', '/repo/../x', '/repo/a/../../x'] }), []);
    assert.deepEqual(filesOf('/repo', { writes: ['../x', 'a/../../x', '.'] }), []);
  });

  it('never climb out and are never absolute, whatever an agent writes', () => {
    const part = fc.constantFrom('..', '.', 'a', 'b c', '', 'C:', '\\', '/repo', '/');
    const anyPath = fc.array(part, { maxLength: 6 }).map((parts) => parts.join('/'));
    fc.assert(
      fc.property(fc.array(anyPath), fc.option(anyPath, { nil: undefined }), (writes, cwd) => {
        for (const file of filesOf('/repo', { writes, ...(cwd === undefined ? {} : { cwd }) })) {
          assert.ok(file !== '' && !file.startsWith('/') && !file.split('/').includes('..'), file);
        }
      }),
    );
  });
});
