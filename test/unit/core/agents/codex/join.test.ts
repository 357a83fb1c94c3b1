import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { joinContinuations } from '../../../../../src/core/agents/codex/join.ts';
import { line } from '../../../../support/claudeHome.ts';
import { rollout, said } from '../../../../support/codexHome.ts';

interface Read {
  ordinal?: number;
  payload: { turn_id?: string };
}

const begun = 7;
const asTail = (records: readonly object[]): Buffer => Buffer.from(records.map(line).join(''));
const parsed = (tail: Uint8Array): Read[] => Buffer.from(tail).toString('utf8').split('\n').filter(Boolean).map((text) => JSON.parse(text) as Read);
const withoutOrdinals = (records: readonly object[]): object[] => records.map((record) => ({ ...record, ordinal: undefined }));

/** The records of a turn, with ordinals from `first` on. */
function turn(id: string, first: number, { end = 'task_complete', words = [said('user', `asks in ${id}`), said('assistant', `answers in ${id}`)] as object[] } = {}): object[] {
  const payloads: [string, object][] = [
    ['event_msg', { type: 'task_started', turn_id: id }],
    ['turn_context', { turn_id: id, cwd: '/somewhere' }],
    ...words.map((word): [string, object] => ['response_item', word]),
    ['event_msg', { type: end, turn_id: id }],
  ];
  return payloads.map(([type, payload], index) => rollout(first + index, type, payload));
}

const size = turn('any', 0).length;

describe('two continuations of a Codex conversation', () => {
  it('follow one another in whole turns, and the ordinals go on', () => {
    const joined = joinContinuations(asTail(turn('a', begun)), asTail(turn('b', begun)));
    const records = parsed(joined?.added ?? Buffer.alloc(0));
    assert.deepEqual(withoutOrdinals(records), withoutOrdinals(turn('b', begun)));
    assert.deepEqual(records.map(({ ordinal }) => ordinal), turn('b', begun).map((_, index) => begun + size + index));
    assert.equal(joined?.contained, false, 'what is here stays, for a fork counts its bytes');
  });

  it('leave records of an older version without ordinals, which they get where they are installed', () => {
    const joined = joinContinuations(asTail(turn('a', begun)), asTail(withoutOrdinals(turn('b', begun))));
    assert.deepEqual(parsed(joined?.added ?? Buffer.alloc(0)).map(({ ordinal }) => ordinal), turn('b', begun).map(() => undefined));
  });

  it('keep what the program noted between turns', () => {
    const named = rollout(begun + size, 'event_msg', { type: 'thread_name_updated', thread_name: 'Pizza' });
    const joined = joinContinuations(asTail(turn('a', begun)), asTail([...turn('b', begun), named]));
    assert.equal(parsed(joined?.added ?? Buffer.alloc(0)).length, size + 1);
    assert.equal(joinContinuations(asTail([...turn('a', begun), { ...named, ordinal: begun + size }]), asTail([...turn('a', begun), named]))?.added.byteLength, 0);
  });

  const one = turn('a', begun);
  const apart: Record<string, [Buffer, Buffer]> = {
    'one turn says two things': [asTail(one), asTail(turn('a', begun, { words: [said('user', 'something else')] }))],
    'a turn here has no end': [asTail(one.slice(0, -1)), asTail(turn('b', begun))],
    'a turn there goes on from before': [asTail(one), asTail(turn('b', begun).slice(1))],
    'a turn ends as another one': [asTail(one), asTail([...turn('b', begun).slice(0, -1), ...turn('c', begun).slice(-1)])],
    'the other one was condensed': [asTail(one), asTail([...turn('b', begun), rollout(begun + size, 'compacted', { message: '', replacement_history: [] })])],
    'the other one went back': [asTail(one), asTail([...turn('b', begun), rollout(begun + size, 'event_msg', { type: 'thread_rolled_back', num_turns: 2 })])],
    'somebody spoke outside of a turn': [asTail(one), asTail([rollout(begun, 'response_item', said('user', 'hello'))])],
    'a line here is torn': [asTail(one).subarray(0, -1), asTail(turn('b', begun))],
    'a line there is no record': [asTail(one), Buffer.from('garbage\n')],
    'bytes are no text': [asTail(one), Buffer.concat([asTail(turn('b', begun)), Buffer.from([0x22, 0xff, 0x0a])])],
    'nobody knows with what ordinal it goes on': [asTail(withoutOrdinals(one)), asTail([...withoutOrdinals(turn('b', begun)), ...turn('c', begun + size)])],
  };
  for (const [why, [here, there]] of Object.entries(apart)) {
    it(`are not joined where ${why}`, () => assert.equal(joinContinuations(here, there), undefined));
  }

  it('lose no turn and repeat none, in whatever order devices meet, with ordinals without a gap', () => {
    const counts = fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 }), fc.boolean());
    fc.assert(fc.property(counts, ([a, b, c, d, secondJoinsToo]) => {
      const goOn = (tail: Buffer, who: string, count: number): Buffer => {
        const first = begun + parsed(tail).length;
        return Buffer.concat([tail, asTail(Array.from({ length: count }, (_, index) => turn(`${who}${index}`, first + index * size)).flat())]);
      };
      const join = (here: Buffer, there: Buffer): Buffer => Buffer.concat([here, joinContinuations(here, there)?.added ?? assert.fail()]);
      const [one, two] = [goOn(Buffer.alloc(0), 'a', a), goOn(Buffer.alloc(0), 'b', b)];
      const first = goOn(join(one, two), 'c', c);
      const second = goOn(secondJoinsToo ? join(two, one) : two, 'd', d);
      for (const [here, there] of [[first, second], [second, first]] as const) {
        const end = join(here, there);
        const records = parsed(end);
        assert.deepEqual(records.map(({ ordinal }) => ordinal), records.map((_, index) => begun + index));
        const turns = records.flatMap(({ payload }) => (payload.turn_id !== undefined && 'cwd' in payload ? [payload.turn_id] : []));
        const all = Object.entries({ a, b, c, d }).flatMap(([who, count]) => Array.from({ length: count }, (_, index) => `${who}${index}`));
        assert.deepEqual(turns.sort(), all.sort());
        assert.deepEqual(join(end, there), end);
      }
    }));
  });
});
