/** What scripts rely on: exit codes and the fields of JSON documents. */
import * as assert from 'node:assert/strict';
import { ConvoSyncError } from '../../../src/core/common/errors.ts';
import type { ErrorCode } from '../../../src/core/common/errors.ts';
import { errorDocument, listDocument, saveDocument, statusDocument } from '../../../src/cli/documents.ts';
import { exitCodeOf, exitMeanings } from '../../../src/cli/exitCodes.ts';
import { deviceKind, readLeaveOut, readRetention, readUndoRetention } from '../../../src/cli/machine.ts';
import { readChoice, readVault } from '../../../src/cli/options.ts';
import { desktop, laptop, listing, session, status } from './samples.ts';

describe('exit codes', () => {
  const cases: [error: unknown, code: number][] = [
    [new ConvoSyncError('cancelled', ''), 130],
    [new DOMException('', 'AbortError'), 130],
    [new TypeError('x'), 1],
    ['thrown text', 1],
    ...([['usage', 2], ['preflight-refused', 3], ['needs-choice', 3], ['vault-choice', 3], ['session-not-found', 4], ['nothing-to-undo', 4], ['busy', 6], ['remote-unreachable', 7], ['git-credentials', 7], ['push-rejected', 7], ['vault-damaged', 8], ['vault-forged', 8], ['vault-rolled-back', 8]] satisfies [ErrorCode, number][])
      .map(([code, exit]): [unknown, number] => [new ConvoSyncError(code, ''), exit]),
  ];
  for (const [error, code] of cases) {
    it(`${code} for ${ConvoSyncError.is(error) ? error.code : String(error)}`, () => assert.equal(exitCodeOf(error), code));
  }

  it('all have a meaning in --help', () => {
    assert.deepEqual(Object.keys(exitMeanings), ['0', '1', '2', '3', '4', '5', '6', '7', '8', '130']);
  });
});

describe('JSON documents', () => {
  it('of errors carry code, words and what to type', () => {
    const error = new ConvoSyncError('needs-choice', 'x', { details: { findings: [{ code: 'diverged', severity: 'question', details: { branch: 'main', remote: 'origin', ahead: 1, behind: 1 }, remedies: ['pull-merge'] }] } });
    assert.deepEqual(parsed(errorDocument(error, 'save')), {
      error: {
        code: 'needs-choice',
        message: 'This needs a decision of yours first.',
        safe: 'Nothing was changed on this device.',
        findings: [{
          code: 'diverged', severity: 'question',
          message: 'Branch main and the one at “origin” have diverged: 1 commit only here, 1 commit only there.',
          detail: 'A push would be rejected until the two are brought together.',
          safe: 'Whichever way you choose, your commits are kept.',
          details: { branch: 'main', remote: 'origin', ahead: 1, behind: 1 },
          remedies: [{ remedy: 'pull-merge', type: '--on diverged=pull-merge' }],
        }],
      },
    });
    assert.deepEqual(parsed(errorDocument(new TypeError('secret'), 'save')), {
      error: { code: 'unexpected', message: 'Sorry, something went wrong that ConvoSync did not expect.', safe: 'What is saved stays saved, and whatever was being changed can be undone.' },
    });
  });

  it('of a list say which device is this one, and how fresh they are', () => {
    const document = parsed(listDocument(listing([]), [session('3f2a9b0c11', { device: desktop }), session('91c0ffee22', { device: laptop })])) as { sessions: { id: string; device: object }[] };
    assert.deepEqual(document.sessions.map(({ id, device }) => ({ id, device })), [
      { id: '3f2a9b0c11', device: { ...desktop, here: false } },
      { id: '91c0ffee22', device: { ...laptop, here: true } },
    ]);
    assert.deepEqual({ ...document, sessions: [] }, { sessions: [], here: laptop, place: 'host/ada/shop', refreshed: '2026-03-02T11:59:50Z', sealing: 'readable', notes: [] });
  });

  it('of a save that is queued say why', () => {
    const problem = new ConvoSyncError('remote-unreachable', 'x', { details: { remote: 'origin', stderr: 'fatal: no route' } });
    const document = parsed(saveDocument({ session: '3f2a', message: 'Menu', steps: [], commit: 'c0', outcome: 'queued', problem, branchPushed: false, stored: 1, messages: 2, issues: 0, sealing: 'readable', notes: [] })) as { outcome: string; problem: object };
    assert.equal(document.outcome, 'queued');
    assert.deepEqual(document.problem, { code: 'remote-unreachable', message: '“origin” cannot be reached.', hint: 'Try again when there is a connection.', gitSays: 'fatal: no route' });
  });

  it('of a status hold sessions in the same form as a list', () => {
    const one = session('91c0ffee22');
    const document = parsed(statusDocument(status({ listing: listing([one]), resumable: one }))) as { resumable: object; sessions: number };
    const inList = parsed(listDocument(listing([one]), [one])) as { sessions: object[] };
    assert.deepEqual(document.resumable, inList.sessions[0]);
    assert.equal(document.sessions, 1);
  });
});

describe('options', () => {
  it('answer questions of preflight, each by its name', () => {
    assert.deepEqual(readChoice('other-branch=stay', readChoice('diverged=pull-rebase', undefined)), { diverged: 'pull-rebase', 'other-branch': 'stay' });
    const wrong: [text: string, sentence: RegExp][] = [
      ['', /<finding>=<remedy>/], ['diverged', /<finding>=<remedy>/], ['diverged=stay=stay', /<finding>=<remedy>/],
      ['diverged=', /“” is no answer\. There are, [^]*pull-rebase/], ['diverged=fly', /“fly” is no answer/],
      ['=stay', /There are: [^]*other-branch/], ['fog=stay', /There are: /], ['__proto__=stay', /There are: /],
    ];
    for (const [text, sentence] of wrong) {
      assert.throws(() => readChoice(text, undefined), sentence, text);
    }
  });

  it('name a vault or ask for a new one', () => {
    assert.equal(readVault('new'), 'new');
    assert.deepEqual(readVault('AABB'), { join: 'aabb' });
  });
});

describe('what is not saved', () => {
  it('is read from the environment as patterns and megabytes, with 0 for any size', () => {
    assert.deepEqual(readLeaveOut({ CONVOSYNC_EXCLUDE: '*.sqlite, private/\n\n*.dump', CONVOSYNC_LARGEST_FILE: '2' }), { patterns: ['*.sqlite', 'private/', '*.dump'], largest: 2 * 1024 * 1024 });
    assert.deepEqual(readLeaveOut({ CONVOSYNC_LARGEST_FILE: '0' }), { patterns: [], largest: Infinity });
    assert.deepEqual(readLeaveOut({}), { patterns: [] });
    assert.throws(() => readLeaveOut({ CONVOSYNC_LARGEST_FILE: '2 MB' }), /CONVOSYNC_LARGEST_FILE has to be a whole number/);
  });
});

describe('how long sessions stay', () => {
  it('is read from the environment, with 0 for ever', () => {
    assert.deepEqual(readRetention({ CONVOSYNC_RETENTION_DAYS: '0', CONVOSYNC_RETENTION_SESSIONS: '7', CONVOSYNC_TRASH_DAYS: '' }), { days: undefined, sessions: 7 });
    assert.deepEqual(readRetention({}), {});
    assert.deepEqual(readUndoRetention({ CONVOSYNC_UNDO_DAYS: '0', CONVOSYNC_UNDO_POINTS: '3' }), { days: undefined, points: 3 });
  });

  it('is refused by name when it is no number, instead of being ignored', () => {
    for (const wrong of ['abc', '-1', '1.5', ' ']) {
      assert.throws(() => readRetention({ CONVOSYNC_TRASH_DAYS: wrong }), /CONVOSYNC_TRASH_DAYS has to be a whole number/, wrong);
    }
  });
});

describe('deviceKind', () => {
  const cases: [env: Record<string, string>, paths: string[], chassis: string | undefined, kind: string][] = [
    [{ TERMUX_VERSION: '0.118' }, [], undefined, 'phone'],
    [{}, ['/.dockerenv'], '10', 'container'],
    [{}, ['/run/.containerenv'], undefined, 'container'],
    [{ SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' }, [], '3', 'remote'],
    [{}, [], '10', 'laptop'],
    [{}, [], '3', 'desktop'],
    [{}, [], '1', 'unknown'],
    [{}, [], undefined, 'unknown'],
  ];
  for (const [env, paths, chassis, kind] of cases) {
    it(`is ${kind} for ${JSON.stringify({ ...env, paths, chassis })}`, () => {
      assert.equal(deviceKind(env, { exists: (path) => paths.includes(path), chassis }), kind);
    });
  }
});

/** As a script sees it: fields that are undefined are not there. */
function parsed(document: unknown): unknown {
  return JSON.parse(JSON.stringify(document));
}
