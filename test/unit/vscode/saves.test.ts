import assert from 'node:assert/strict';
import type { Message } from '../../../src/core/session/message.ts';
import type { SavedSession } from '../../../src/core/vault/state.ts';
import { savesOf } from '../../../src/vscode/sessionPage/saves.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 2, 4, 12, minute)).toISOString();
const messages = Array.from({ length: 10 }, (_, index): Message => ({ index, author: 'user', at: at(index), blocks: [] }));
const conversation = { agent: 'claude-code', id: 'talk', messages };

function saved(id: string, count: number, minute: number, about = 'talk'): SavedSession {
  const conversations = [{ agent: 'claude-code', id: about, messages: count, issues: 0, bytes: 1 }];
  const summary = { id, savedAt: at(minute), message: `save ${id}`, repository: { roots: [], name: 'shop' }, commit: 'a'.repeat(40), subject: '', conversations, excerpt: '', stored: 0, manifest: 'b'.repeat(64) };
  return { outline: { id, repository: summary.repository, stored: 0, conversations }, summary, device: { id: 'd', name: 'Laptop', kind: 'laptop' }, writer: 'w', seq: 1, pinned: false, queued: false } as unknown as SavedSession;
}

const found = (sessions: SavedSession[], of: typeof conversation = conversation) =>
  [...savesOf(of, sessions, 'shown')].map(([count, saves]) => [count, saves.map(({ session }) => session)]);

describe('saves of a conversation', () => {
  it('lie after as many messages as it had then, oldest first', () => {
    assert.deepEqual(found([saved('late', 6, 5.5), saved('again', 3, 2.9), saved('early', 3, 2.5)]), [[3, ['early', 'again']], [6, ['late']]]);
  });

  it('say what their handoff begins with', () => {
    const session = saved('early', 3, 2.5);
    const told = { ...session, summary: { ...session.summary, excerpt: 'Bake.' } };
    assert.deepEqual([...savesOf(conversation, [told], 'shown').values()].flat().map(({ handoff }) => handoff), ['Bake.']);
  });

  it('are not those of other conversations, of the session that is shown, nor of what is not shown yet', () => {
    assert.deepEqual(found([saved('other', 3, 2.5, 'another'), saved('shown', 3, 2.5), saved('whole', 10, 20), saved('longer', 12, 30), saved('empty', 0, 0)]), []);
  });

  it('are left out where their time says that other messages were counted', () => {
    assert.deepEqual(found([saved('before its message', 3, 1), saved('after the next one', 3, 8)]), []);
  });

  it('are believed where messages say no time', () => {
    assert.deepEqual(found([saved('early', 3, 500)], { ...conversation, messages: messages.map(({ index, author, blocks }): Message => ({ index, author, blocks })) }), [[3, ['early']]]);
  });
});
