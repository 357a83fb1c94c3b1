import assert from 'node:assert/strict';
import type { Block, Message } from '../../../src/core/session/message.ts';
import { HostMessage } from '../../../src/protocol/session.ts';
import { batchesOf, cut, findInCutParts, firstDifference } from '../../../src/vscode/sessionPage/rows.ts';

const message = (index: number, blocks: Block[] = [{ type: 'text', text: `message ${index}` }], rest: Partial<Message> = {}): Message => ({ index, author: 'user', blocks, ...rest });
const rowsOf = (messages: Message[], context: Parameters<typeof batchesOf>[0]['context'] = []) => [...batchesOf({ messages, context })].flatMap(({ rows }) => rows);
const long = `${'basil '.repeat(2000)}mozzarella`;

describe('rows of the session page', () => {
  it('hold every message once, in order, in batches without gaps', () => {
    const messages = Array.from({ length: 3000 }, (_, index) => message(index, [{ type: 'text', text: 'x'.repeat(500) }]));
    let next = 0;
    let batches = 0;
    for (const { from, rows } of batchesOf({ messages, context: [] })) {
      assert.equal(from, next);
      next += rows.length;
      batches++;
    }
    assert.equal(next, messages.length);
    assert.ok(batches > 2);
  });

  it('come in a small batch first, so that something is seen at once', () => {
    const messages = Array.from({ length: 3000 }, (_, index) => message(index, [{ type: 'text', text: 'x'.repeat(500) }]));
    const [first, second] = batchesOf({ messages, context: [] });
    assert.ok((first?.rows.length ?? 0) < (second?.rows.length ?? 0));
  });

  it('are one empty batch for a conversation without messages', () => {
    assert.deepEqual([...batchesOf({ messages: [], context: [] })], [{ from: 0, rows: [] }]);
  });

  it('carry the branch and commit in force at their message', () => {
    const context = [
      { from: 0, to: 0, branch: 'main', commit: 'a'.repeat(40), files: [] },
      { from: 1, to: 2, branch: 'oven', files: [] },
    ];
    assert.deepEqual(rowsOf([message(0), message(1), message(2)], context).map(({ branch, commit }) => [branch, commit]), [['main', 'a'.repeat(40)], ['oven', undefined], ['oven', undefined]]);
  });

  it('name touched files relative to the repository, also when the agent ran in a folder of it', () => {
    const edit: Block = { type: 'toolCall', callId: '1', name: 'Edit', summary: '', input: {}, writes: ['/home/ada/pizza/app/src/oven.ts'] };
    const [row] = rowsOf([message(0, [edit], { workingDirectory: '/home/ada/pizza/app' })], [{ from: 0, to: 0, files: ['app/src/oven.ts'] }]);
    assert.deepEqual(row?.files, ['app/src/oven.ts']);
  });

  it('tell a call by the path as the repository knows it, and a command as it was given', () => {
    const call = (name: string, summary: string): Block => ({ type: 'toolCall', callId: '1', name, summary, input: {}, writes: [] });
    const rows = rowsOf([message(0, [call('Read', '/home/ada/pizza/src/oven.ts'), call('Read', '/etc/hosts'), call('Bash', '/home/ada/pizza/run.sh --hot')], { workingDirectory: '/home/ada/pizza' })]);
    assert.deepEqual(rows[0]?.blocks.map((block) => 'summary' in block && block.summary), ['src/oven.ts', '/etc/hosts', '/home/ada/pizza/run.sh --hot']);
  });

  it('are sent from the first that the page has not, or has otherwise', () => {
    const before = [message(0), message(1)];
    const grown = [message(0), message(1, [{ type: 'text', text: 'more of it' }]), message(2)];
    assert.equal(firstDifference(before, [message(0), message(1)]), undefined);
    assert.equal(firstDifference(before, [...before, message(2)]), 2);
    assert.equal(firstDifference(before, grown), 1);
    assert.equal(firstDifference(grown, before), 1);
    assert.deepEqual([...batchesOf({ messages: grown, context: [] }, 1)].map(({ from, rows }) => [from, rows.map(({ index }) => index)]), [[1, [1, 2]]]);
  });

  it('understand themselves: the page accepts every batch', () => {
    const blocks: Block[] = [
      { type: 'text', text: long },
      { type: 'thinking', text: '' },
      { type: 'toolCall', callId: '1', name: 'Write', summary: 'a.ts', input: { content: long }, writes: ['a.ts'] },
      { type: 'toolResult', callId: '1', text: long, failed: true },
      { type: 'image', mediaType: 'image/png', data: 'A'.repeat(20_000) },
      { type: 'notice', text: 'compacted' },
    ];
    for (const { from, rows } of batchesOf({ messages: [message(0, blocks, { sidechain: true, at: '2026-03-04T12:00:00Z' })], context: [] })) {
      HostMessage.parse({ type: 'timeline', conversation: 0, from, total: 1, rows });
    }
  });

  it('leave short bodies whole and say how much of a long one is missing', () => {
    assert.deepEqual(cut({ type: 'text', text: 'short' }), { type: 'text', text: 'short' });
    const sent = cut({ type: 'text', text: long });
    assert.ok(sent.type === 'text' && sent.omitted !== undefined);
    assert.equal(sent.text.length + sent.omitted, long.length);
    assert.ok(long.startsWith(sent.text));
  });

  it('send neither large inputs nor large images unasked', () => {
    const call = cut({ type: 'toolCall', callId: '1', name: 'Write', summary: '', input: { content: long }, writes: [] });
    assert.ok(call.type === 'toolCall' && call.input === undefined && (call.omitted ?? 0) > long.length);
    const image = cut({ type: 'image', mediaType: 'image/png', data: 'A'.repeat(20_000) });
    assert.ok(image.type === 'image' && image.data === '' && image.omitted === 20_000);
  });

  it('never cut a character in two', () => {
    const text = 'x'.repeat(7_999) + '🍕'.repeat(10);
    const sent = cut({ type: 'text', text });
    assert.ok(sent.type === 'text');
    assert.equal(sent.text.isWellFormed(), true);
  });

  it('are found by words in the parts that were not sent, and only there', () => {
    const messages = [message(0, [{ type: 'text', text: 'Mozzarella' }]), message(1, [{ type: 'text', text: long }]), message(2, [{ type: 'toolResult', callId: '1', text: long.toUpperCase(), failed: false }])];
    assert.deepEqual(findInCutParts(messages, 'mozzarella'), [1, 2]);
    assert.deepEqual(findInCutParts(messages, 'pineapple'), []);
    assert.deepEqual(findInCutParts(messages, ''), []);
  });
});
