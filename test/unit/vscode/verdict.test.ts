import assert from 'node:assert/strict';
import type { Difference } from '../../../src/core/operations/report.ts';
import { pageVerdict } from '../../../src/vscode/sessionPage/verdict.ts';
import { desktop, saved } from './facts.ts';

const agent = 'claude-code';
const conversation = 'c1';
const { conversations } = saved('s1', desktop).summary;

/** What the page offers for these differences, the main action first. */
function offered(differences: Difference[], { allSaved = false } = {}): string[] {
  const verdict = pageVerdict({ inSync: differences.length === 0, differences }, { conversations, allSaved });
  return 'actions' in verdict ? verdict.actions.map(({ label }) => label) : [];
}

const commit = { kind: 'other-commit', here: 'b', session: 'a' } as const;
const changed: Difference = { kind: 'working-tree-changed', files: 2 };
const longer: Difference = { kind: 'conversation-longer', agent, conversation, messages: 3 };
const missing: Difference = { kind: 'conversation-missing', agent, conversation };

describe('the verdict on the session page', () => {
  it('offers to resume first when all is in sync', () => {
    assert.deepEqual(offered([]), ['Resume', 'Copy Resume Command']);
  });

  it('offers to save first when the work only went on here', () => {
    for (const differences of [[longer], [changed], [{ ...commit, ahead: 1, behind: 0 }], [longer, changed, { ...commit, ahead: 2, behind: 0 }], [changed, { kind: 'session-unclean' }]] satisfies Difference[][]) {
      assert.deepEqual(offered(differences), ['Save', 'Resume', 'Copy Resume Command'], JSON.stringify(differences));
    }
  });

  it('offers to resume first when the session holds something that is not here', () => {
    for (const differences of [[missing, changed], [{ ...commit, ahead: 1, behind: 1 }], [commit], [{ kind: 'commit-missing', session: 'a' }, longer], [{ kind: 'conversation-shorter', agent, conversation }], [{ kind: 'session-unclean' }], [{ ...commit, ahead: 1, behind: 0 }, { kind: 'other-branch' }]] satisfies Difference[][]) {
      assert.deepEqual(offered(differences), ['Resume', 'Copy Resume Command'], JSON.stringify(differences));
    }
  });

  it('does not offer to save what a later session holds already', () => {
    assert.deepEqual(offered([longer], { allSaved: true }), ['Resume', 'Copy Resume Command']);
  });

  it('says what differs, and calls the conversation by its title', () => {
    const verdict = pageVerdict({ inSync: false, differences: [missing] }, { conversations: [{ agent, id: conversation, title: 'Pizzas of two halves', messages: 1, issues: 0, bytes: 1 }], allSaved: false });
    assert.ok(verdict.state === 'differs');
    assert.equal(verdict.what, 'conversation');
    assert.deepEqual(verdict.differences, ['Conversation “Pizzas of two halves” is not on this device.']);
  });
});
