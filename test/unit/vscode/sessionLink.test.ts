import assert from 'node:assert/strict';
import { ConvoSyncError } from '../../../src/core/common/errors.ts';
import { explainError } from '../../../src/wording/errors.ts';
import { formatSessionLink, readSessionLink } from '../../../src/vscode/sessionLink.ts';

const session = '0123456789abcdef0123';

describe('links to sessions', () => {
  it('are read as they were written, with names of repositories in any language', () => {
    for (const link of [{ verb: 'session', session }, { verb: 'resume', session, repository: 'pizza-orders' }, { verb: 'resume', session, repository: 'piñata & Söhne' }, { verb: 'session', session, repository: 'ピザ 2.0' }] as const) {
      const { pathname, search } = new URL(formatSessionLink('vscode', link));
      const { repository, ...rest } = readSessionLink({ path: pathname, query: search.slice(1) });
      const named = 'repository' in link && !link.repository.includes('&') ? link.repository : undefined;
      assert.deepEqual({ ...rest, repository }, { verb: link.verb, session, repository: named });
    }
  });

  it('lead to a message of a session, whatever its agent calls conversations', () => {
    for (const at of [{ agent: 'claude-code', conversation: '3f0c9f6e-1b2a-4c5d-8e9f-000000000001', message: 0 }, { agent: 'opencode', conversation: 'ses_01:AbC', message: 12_345 }]) {
      const { pathname, search } = new URL(formatSessionLink('vscode', { verb: 'session', session, at }));
      assert.deepEqual(readSessionLink({ path: pathname, query: search.slice(1) }), { verb: 'session', session, at });
    }
  });

  it('carry what the editor adds, to say in which window they open', () => {
    assert.equal(readSessionLink({ path: '/resume', query: `id=${session}&windowId=_blank` }).session, session);
  });

  const hostile: [what: string, path: string, query: string, reason: RegExp][] = [
    ['another command', '/delete', `id=${session}`, /neither to a session nor to a resume/],
    ['a path that climbs', '/resume/../delete', `id=${session}`, /neither to a session/],
    ['no id', '/resume', '', /names no session/],
    ['an id that is too short', '/resume', 'id=0123456', /names no session/],
    ['an option in place of an id', '/resume', 'id=--force', /names no session/],
    ['an id with an end of line', '/resume', `id=${session}%0Arm`, /names no session/],
    ['an id twice', '/resume', `id=${session}&id=ffffffff`, /says something twice/],
    ['a choice that only a person makes', '/resume', `id=${session}&force=true`, /says more than/],
    ['a folder', '/resume', `id=${session}&folder=%2Fetc`, /says more than/],
    ['a message without its conversation', '/session', `id=${session}&agent=codex&message=3`, /names no message/],
    ['a message that is a path', '/session', `id=${session}&agent=codex&conversation=..%2Fx&message=3`, /names no message/],
    ['a message before the first', '/session', `id=${session}&agent=codex&conversation=x&message=-1`, /names no message/],
    ['a message to resume at', '/resume', `id=${session}&agent=codex&conversation=x&message=3`, /says more than/],
    ['a repository that is a sentence to click on', '/resume', `id=${session}&repository=${encodeURIComponent('[x](command:y)')}`, /names no repository/],
    ['a repository that runs from right to left', '/resume', `id=${session}&repository=${encodeURIComponent('a\u202eb')}`, /names no repository/],
  ];
  for (const [what, path, query, reason] of hostile) {
    it(`are refused with a sentence for ${what}`, () => {
      assert.throws(() => readSessionLink({ path, query }), (error) => ConvoSyncError.is(error, 'usage') && reason.test(explainError(error).title) && explainError(error).title.endsWith('Nothing was done.'));
    });
  }
});
