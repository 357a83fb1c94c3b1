import assert from 'node:assert/strict';
import { diffOf, editsOf } from '../../../src/protocol/edits.ts';
import { excerptOf, narrowed, patternOf } from '../../../media/session/search.ts';
import { initialState, isWaiting, reduce } from '../../../media/session/state.ts';
import type { PageState } from '../../../media/session/state.ts';
import { entriesOf, messagesOf } from '../../../media/session/timeline.ts';
import type { Row } from '../../../src/protocol/session.ts';
import { manyRows, story } from '../../support/timelineRows.ts';
import { facts } from './support/sessionPage.ts';

const none = new Set<number>();
const entries = (rows: readonly Row[]) => entriesOf(messagesOf(rows), none, true);
const text = (index: number, said: string, context: Partial<Row> = {}): Row => ({ index, author: 'assistant', blocks: [{ type: 'text', text: said }], ...context });

describe('entries of the timeline', () => {
  it('mark every change of day, branch and commit, once and in order', () => {
    const marks = entries(story()).flatMap((entry) => entry.markers.map((marker) => (marker.kind === 'branch' ? marker.branch : marker.kind === 'commit' ? marker.commit.slice(0, 7) : marker.kind)));
    assert.deepEqual(marks, ['day', 'main', 'feature/oauth', 'a81d3e9', 'day', 'c04be77']);
  });

  it('say that a branch is new when it is, and not when the conversation returns to it', () => {
    const rows = ['main', 'topic', 'main'].map((branch, index) => text(index, 'x', { branch, commit: String(index) }));
    const switched = entries(rows).flatMap(({ markers }) => markers.flatMap((marker) => (marker.kind === 'branch' ? [marker.switched] : [])));
    assert.deepEqual(switched, [true, false, true]);
  });

  it('show where a continuation parts from another one, also when its first message is not shown', () => {
    const unseen: Row = { index: 2, author: 'user', blocks: [], forked: true };
    const marked = entries([text(0, 'a'), text(1, 'b'), unseen, text(3, 'c', { forked: true }), text(4, 'd', { forked: true })]).flatMap((entry) => (
      entry.markers.some(({ kind }) => kind === 'fork') && entry.kind === 'message' ? [entry.message.row.index] : []));
    assert.equal(marked.length, 1);
    assert.ok(marked[0] === 2 || marked[0] === 3);
  });

  it('carry the context on where a record does not name it', () => {
    const [, second] = messagesOf([text(0, 'a', { branch: 'main', commit: 'c' }), text(1, 'b')]);
    assert.deepEqual([second?.branch, second?.commit], ['main', 'c']);
  });

  it('hide a message of results only when every call is in the transcript', () => {
    const result: Row = { index: 1, author: 'user', blocks: [{ type: 'toolResult', callId: 'a', text: '', failed: false }] };
    const call: Row = { index: 0, author: 'assistant', blocks: [{ type: 'toolCall', callId: 'a', name: 'n', summary: '', input: {}, writes: [] }] };
    assert.equal(messagesOf([call, result]).length, 1);
    assert.equal(messagesOf([text(0, 'x'), result]).length, 2);
  });

  it('fold the messages of a sub-agent into one, and show each when unfolded or searched', () => {
    const messages = messagesOf(story());
    const side = messages.filter(({ row }) => row.sidechain);
    const folded = entriesOf(messages, none, true);
    assert.equal(folded.length, messages.length - side.length + 1);
    assert.equal(entriesOf(messages, new Set([side[0]!.row.index]), true).length, messages.length + 1);
    assert.equal(entriesOf(messages, none, false).length, messages.length);
  });
});

describe('search in the timeline', () => {
  const find = (rows: readonly Row[], words: string) =>
    narrowed(messagesOf(rows), { kinds: new Set(), words, foundByHost: none }).map(({ row }) => row.index);

  it('takes words literally, case aside', () => {
    const rows = [text(0, 'price (net) is 3.50'), text(1, 'PRICE (NET)'), text(2, 'price net')];
    assert.deepEqual(find(rows, 'price (net)'), [0, 1]);
    assert.deepEqual(find(rows, '3.50'), [0]);
    for (const special of ['.*', '[a-z]', '\\d', '^', '$', '(?:', '{1}', '-']) assert.deepEqual(find([text(0, `x${special}y`), text(1, 'xy')], special), [0]);
  });

  it('finds the call by what came back', () => {
    assert.deepEqual(find(story(), 'got 500'), [12]);
  });

  it('shows the surroundings of a hit on one line', () => {
    assert.equal(excerptOf(`${'a'.repeat(100)}\nneedle\n${'b'.repeat(200)}`, patternOf('needle')!), `…${'a'.repeat(59)} needle ${'b'.repeat(89)}…`);
  });
});

describe('edits', () => {
  it('are recognised by their fields, whole files too', () => {
    assert.deepEqual(editsOf({ file_path: 'a', old_string: 'x', new_string: 'y' }), [{ path: 'a', before: 'x', after: 'y' }]);
    assert.deepEqual(editsOf({ path: 'a', edits: [{ oldString: 'x', newString: '' }] }), [{ path: 'a', before: 'x', after: '' }]);
    assert.deepEqual(editsOf({ file_path: 'a', content: 'y' }), [{ path: 'a', before: '', after: 'y' }]);
    for (const other of [undefined, null, 'a', [], { command: 'ls' }, { file_path: 'a' }, { path: 'a', edits: [{ line: 3 }] }]) assert.equal(editsOf(other), undefined);
  });

  it('show what changed and little of what did not', () => {
    const lines = diffOf({ path: 'a', before: '1\n2\n3\n4\nold\n6\n7\n8\n9\n', after: '1\n2\n3\n4\nnew\nnewer\n6\n7\n8\n9\n' });
    assert.deepEqual(lines.map(({ kind, text: line }) => `${kind[0]!}${line}`), ['s3', 's4', 'rold', 'anew', 'anewer', 's6', 's7']);
  });
});

describe('state of the page', () => {
  const session = { type: 'session', facts, verdict: { state: 'checking' }, handoff: '', vaultNotice: undefined } as const;
  const rows = manyRows(30);
  const batch = (from: number, to: number) => ({ type: 'timeline', conversation: 0, from, total: rows.length, rows: rows.slice(from, to) }) as const;
  const after = (...events: Parameters<typeof reduce>[1][]) => events.reduce(reduce, initialState);
  const timeline = (state: PageState) => (state.phase === 'shown' ? state.session.timelines.get(state.chosen) : undefined);

  it('gathers batches and waits until all are here', () => {
    const half = after(session, batch(0, 10), batch(10, 20));
    assert.equal(isWaiting(half), true);
    const whole = reduce(half, batch(20, 30));
    assert.equal(isWaiting(whole), false);
    assert.deepEqual(timeline(whole), { phase: 'shown', rows, total: 30 });
  });

  it('never shows a timeline with a hole', () => {
    assert.equal(timeline(after(session, batch(0, 10), batch(20, 30)))?.phase, 'failed');
    assert.equal(timeline(after(session, batch(10, 20)))?.phase, 'failed');
  });

  it('begins anew with a batch from 0', () => {
    assert.deepEqual(timeline(after(session, batch(0, 10), batch(0, 30))), { phase: 'shown', rows, total: 30 });
  });

  it('puts what came anew in the place of what was there', () => {
    const other = manyRows(25).map((row) => ({ ...row, author: 'system' as const }));
    const replaced = after(session, batch(0, 30), { ...batch(20, 25), total: 25, rows: other.slice(20) });
    assert.deepEqual(timeline(replaced), { phase: 'shown', rows: [...rows.slice(0, 20), ...other.slice(20)], total: 25 });
  });

  it('keeps what is shown of each conversation, and the choice when it is asked again', () => {
    const both = { ...session, facts: { ...facts, conversations: [...facts.conversations, ...facts.conversations] } };
    const second = after(both, batch(0, 30), { type: 'chosen', conversation: 1 }, { ...batch(0, 10), conversation: 1 });
    assert.equal(isWaiting(second), true);
    assert.deepEqual(timeline(reduce(second, { type: 'chosen', conversation: 0 })), { phase: 'shown', rows, total: 30 });
    assert.equal(reduce(reduce(second, { type: 'retried' }), both).chosen, 1);
    assert.equal(reduce(reduce(second, { type: 'retried' }), session).chosen, 0);
  });

  it('turns silence into a failure while something is awaited, and into nothing when all is here', () => {
    assert.equal(after({ type: 'silence' }).phase, 'failed');
    assert.equal(timeline(after(session, batch(0, 10), { type: 'silence' }))?.phase, 'failed');
    assert.equal(timeline(after(session, batch(0, 30), { type: 'silence' }))?.phase, 'shown');
  });
});
