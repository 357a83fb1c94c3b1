import assert from 'node:assert/strict';
import type { SavedSession } from '../../../src/core/vault/state.ts';
import { leftHandoffs } from '../../../src/vscode/listViews/leftHandoffs.ts';
import { desktop, laptop, listing, saved } from './facts.ts';

describe('the handoffs that other devices left', () => {
  const phone = { ...desktop, id: 'ffffffff', name: 'phone' };

  it('are the newest of each device and conversation', () => {
    const sessions = [of(saved('s5', desktop), 'c1'), of(saved('s4', phone), 'c1'), of(saved('s3', desktop), 'c1'), of(saved('s2', desktop), 'c1', 'c2'), of(saved('s1', desktop), 'c2')];
    assert.deepEqual(leftHandoffs(listing(sessions)).map(({ outline }) => outline.id), ['s5', 's4', 's2']);
  });

  it('are none of this device’s own, and none that say nothing', () => {
    const sessions = [of(saved('s3', laptop), 'c1'), withExcerpt(of(saved('s2', desktop), 'c1'), ''), of(saved('s1', desktop), 'c1')];
    assert.deepEqual(leftHandoffs(listing(sessions)).map(({ outline }) => outline.id), ['s1']);
  });

  it('read of ten thousand sessions of one conversation only the newest', () => {
    let read = 0;
    const sessions = Array.from({ length: 10_000 }, (_, index) => {
      const session = of(saved(`s${index}`, desktop), 'c1');
      return Object.defineProperty({ ...session }, 'summary', { get: () => { read++; return session.summary; } });
    });
    assert.equal(leftHandoffs(listing(sessions)).length, 1);
    assert.equal(read, 1);
  });
});

function of(session: SavedSession, ...ids: string[]): SavedSession {
  const conversations = ids.map((id) => ({ agent: 'claude-code', id, messages: 1 }));
  return withExcerpt({ ...session, outline: { ...session.outline, conversations } }, 'Halve a pizza');
}

function withExcerpt(session: SavedSession, excerpt: string): SavedSession {
  return { ...session, summary: { ...session.summary, excerpt } };
}
