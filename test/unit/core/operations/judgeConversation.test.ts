import assert from 'node:assert/strict';
import { judgeConversation } from '../../../../src/core/operations/save/judgeConversation.ts';

function codes(conversation: { messages?: number; damaged?: number; sizes?: number[]; saved?: number[] }): string[] {
  const { messages = 4, damaged = 0, sizes = [1000], saved = [] } = conversation;
  const files = sizes.map((size, index) => ({ path: `${index}`, absolute: `/${index}`, size }));
  const findings = judgeConversation({ files, transcript: { messages: [], counted: { messages, issues: damaged, damaged }, context: [] } }, saved);
  assert.ok(findings.every(({ severity }) => severity === 'info'), 'none of them stops a save');
  return findings.map(({ code }) => code);
}

describe('before a save, of the conversation', () => {
  it('is said nothing that is as usual', () => {
    assert.deepEqual(codes({ saved: [2, 4] }), []);
  });

  it('is said that it is very large, its sidecars included', () => {
    assert.deepEqual(codes({ sizes: [100_000_000] }), []);
    assert.deepEqual(codes({ sizes: [60_000_000, 40_000_001] }), ['conversation-large']);
  });

  it('is said that lines of it cannot be read', () => {
    assert.deepEqual(codes({ damaged: 1 }), ['conversation-damaged']);
  });

  it('is said that it is shorter than the longest that this device has saved of it', () => {
    assert.deepEqual(codes({ messages: 3, saved: [2, 4, 1] }), ['conversation-shorter']);
  });
});
