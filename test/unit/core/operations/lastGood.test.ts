import assert from 'node:assert/strict';
import fc from 'fast-check';
import { followLastGood } from '../../../../src/core/operations/resume/lastGood.ts';
import type { Choices } from '../../../../src/core/operations/plan.ts';
import { outlineOf } from '../../../../src/core/session/session.ts';
import type { SavedSession } from '../../../../src/core/vault/state.ts';

interface Said {
  messages: number;
  damaged?: number;
  on?: string;
  conversation?: string;
}

function saved(order: number, { messages, damaged, on = 'desktop', conversation = 'menu' }: Said): SavedSession {
  const summary = {
    id: `0000000${order}`, savedAt: '', message: `Save ${order}`, repository: { roots: [], name: 'shop' }, commit: 'c', subject: '', excerpt: '', stored: 0, manifest: '',
    conversations: [{ agent: 'claude-code', id: conversation, messages, issues: damaged ?? 0, bytes: 1, ...(damaged === undefined ? {} : { damaged }) }],
  };
  return { outline: outlineOf(summary), summary, device: { id: on, name: on, kind: 'unknown' }, writer: 'w', seq: order, pinned: false, queued: false };
}

/** The newest is meant. */
function follow(newestFirst: Said[], choices?: Choices): { meant: string; found: string[] } {
  const sessions = newestFirst.map((said, index) => saved(newestFirst.length - index, said));
  const [asked] = sessions;
  assert.ok(asked);
  const { session, findings } = followLastGood(sessions, asked, choices);
  return {
    meant: session.summary.message,
    found: findings.map(({ code, details, remedies, answered }) => `${code} ${String(details['message'] ?? 'none')}${remedies.length > 0 ? '' : ', nothing offered'}${answered === true ? ', answered' : ''}`),
  };
}

const goBack: Choices = { 'conversation-damaged': 'last-good', 'conversation-shorter': 'last-good' };

describe('the last good session', () => {
  it('is not looked for where the conversation is whole and went on', () => {
    assert.deepEqual(follow([{ messages: 4 }, { messages: 2, damaged: 1 }]), { meant: 'Save 2', found: [] });
  });

  it('of a damaged conversation is the newest before it in which all can be read, from whichever device', () => {
    const sessions = [{ messages: 8, damaged: 2 }, { messages: 7, damaged: 2 }, { messages: 5, conversation: 'oven' }, { messages: 6, on: 'laptop' }, { messages: 4 }];
    assert.deepEqual(follow(sessions), { meant: 'Save 5', found: ['conversation-damaged Save 2'] });
    assert.deepEqual(follow(sessions, goBack), { meant: 'Save 2', found: ['conversation-damaged Save 2, answered'] });
  });

  it('of one that was cut off is the longest before it from the same device', () => {
    const sessions = [{ messages: 2 }, { messages: 9, on: 'laptop' }, { messages: 2 }, { messages: 6 }, { messages: 8 }];
    assert.deepEqual(follow(sessions), { meant: 'Save 5', found: ['conversation-shorter Save 1'] });
    assert.deepEqual(follow(sessions, goBack), { meant: 'Save 1', found: ['conversation-shorter Save 1, answered'] });
  });

  it('is said to be missing where no earlier one is whole', () => {
    assert.deepEqual(follow([{ messages: 4, damaged: 1 }, { messages: 2, damaged: 1 }], goBack), { meant: 'Save 2', found: ['conversation-damaged none, nothing offered'] });
  });

  it('is the one before, whatever is chosen, or the one that was asked for', () => {
    const said = fc.record({ messages: fc.nat(5), damaged: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }), on: fc.constantFrom('desktop', 'laptop'), conversation: fc.constantFrom('menu', 'oven') });
    const choices = fc.record({ 'conversation-damaged': fc.constant('last-good' as const), 'conversation-shorter': fc.constant('last-good' as const) }, { requiredKeys: [] });
    fc.assert(fc.property(fc.array(said, { minLength: 1, maxLength: 9 }), choices, (all, chosen) => {
      const sessions = all.map(({ damaged, ...rest }, index) => saved(all.length - index, { ...rest, ...(damaged === undefined ? {} : { damaged }) }));
      const [asked] = sessions;
      assert.ok(asked);
      const { session, findings } = followLastGood(sessions, asked, chosen);
      assert.equal(session === asked, !findings.some(({ answered }) => answered === true));
      assert.equal(session.summary.conversations[0]?.id, asked.summary.conversations[0]?.id);
      assert.ok(findings.filter(({ answered }) => answered !== true).every(({ code, remedies }) => remedies.length === 0 || chosen[code as keyof typeof chosen] === undefined));
    }));
  });
});
