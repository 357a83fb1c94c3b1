import * as assert from 'node:assert/strict';
import { filterSessions, inOrderOfResuming, messagesIn } from '../../../src/cli/sessions.ts';
import type { SessionFilter } from '../../../src/cli/sessions.ts';
import { desktop, laptop, listing, session } from './samples.ts';

const all = [
  session('01', { message: 'Bake', branch: 'main', device: laptop, excerpt: 'Heat the oven' }),
  session('02', { message: 'Serve', branch: 'feature/menu', device: desktop, conversations: [] }),
  session('03', { message: 'Wash up', branch: 'main', device: desktop, conversations: [{ agent: 'codex', id: 'x', messages: 3, issues: 0, bytes: 1 }, { agent: 'claude-code', id: 'y', title: 'Oven too', messages: 4, issues: 0, bytes: 1 }] }),
];

describe('filterSessions', () => {
  const cases: [filter: SessionFilter, ids: string[]][] = [
    [{}, ['01', '02', '03']],
    [{ branch: 'main' }, ['01', '03']],
    [{ branch: 'mai' }, []],
    [{ device: 'LAPTOP' }, ['01']],
    [{ device: 'aaaa' }, ['02', '03']],
    [{ agent: 'codex' }, ['03']],
    [{ search: 'oven' }, ['01', '03']],
    [{ search: 'OVEN  wash' }, ['03']],
    [{ search: 'feature', branch: 'main' }, []],
    [{ search: '  ' }, ['01', '02', '03']],
  ];
  for (const [filter, ids] of cases) {
    it(`keeps ${ids.join(', ') || 'nothing'} for ${JSON.stringify(filter)}`, () => {
      assert.deepEqual(filterSessions(all.map((one) => ({ ...one, summary: { ...one.summary, subject: '' } })), filter).map(({ summary }) => summary.id), ids);
    });
  }
});

describe('inOrderOfResuming', () => {
  it('puts other devices first, each newest first', () => {
    assert.deepEqual(inOrderOfResuming(listing(all)).map(({ summary }) => summary.id), ['02', '03', '01']);
  });
});

describe('messagesIn', () => {
  it('adds up all conversations of a session', () => {
    assert.deepEqual(all.map(messagesIn), [12, 0, 7]);
  });
});
