import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { joinContinuations } from '../../../../../src/core/agents/claudeCode/join.ts';

interface Link {
  uuid: string;
  parentUuid: string | null;
  text?: string;
  isSidechain?: boolean;
}

const asTail = (...records: object[]): Buffer => Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
const parsed = (tail: Uint8Array): Link[] => Buffer.from(tail).toString('utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line) as Link);

/** Each record says what the one before it is. */
function chain(names: readonly string[], after: string): Link[] {
  return names.map((uuid, index) => ({ parentUuid: names[index - 1] ?? after, uuid, text: `says ${uuid}` }));
}

const begun = 'common';

describe('two continuations of a Claude Code conversation', () => {
  it('become one chain, whose second part changes in one field of one record', () => {
    const joined = joinContinuations(asTail(...chain(['a1', 'a2'], begun)), asTail(...chain(['b1', 'b2'], begun)));
    assert.deepEqual(joined && { ...joined, added: parsed(joined.added) }, { contained: false, added: chain(['b1', 'b2'], 'a2') });
  });

  it('go on from what is here where nothing was said here but state of the program', () => {
    const there = chain(['b1'], begun);
    const joined = joinContinuations(asTail({ type: 'mode', mode: 'plan' }), asTail(...there));
    assert.deepEqual(joined && parsed(joined.added), there);
  });

  it('keep a sub-agent’s records beside the chain', () => {
    const aside = { uuid: 's1', parentUuid: null, isSidechain: true };
    const joined = joinContinuations(asTail(...chain(['a1'], begun)), asTail(...chain(['b1'], begun), aside));
    assert.deepEqual(joined && parsed(joined.added), [...chain(['b1'], 'a1'), aside]);
  });

  it('are one already where all of the one is in the other', () => {
    const [short, long] = [asTail(...chain(['a1'], begun)), asTail(...chain(['b1', 'a1', 'b2'], begun))];
    assert.equal(joinContinuations(short, long)?.contained, true);
    assert.equal(joinContinuations(long, short)?.added.byteLength, 0);
  });

  const apart: Record<string, [Buffer, Buffer]> = {
    'one id says two things': [asTail(...chain(['a1'], begun)), asTail({ ...chain(['a1'], begun)[0], text: 'something else' })],
    'the other one went back before the common end': [asTail(...chain(['a1'], begun)), asTail(...chain(['b1'], 'earlier'))],
    'the other one was compacted': [asTail(...chain(['a1'], begun)), asTail({ uuid: 'b0', parentUuid: null, logicalParentUuid: begun }, ...chain(['b1'], 'b0'))],
    'a line here is torn': [asTail(...chain(['a1'], begun)).subarray(0, -1), asTail(...chain(['b1'], begun))],
    'a line there is no record': [asTail(...chain(['a1'], begun)), Buffer.from('garbage\n')],
    'bytes are no text': [asTail(...chain(['a1'], begun)), Buffer.concat([asTail(...chain(['b1'], begun)), Buffer.from([0x22, 0xff, 0x0a])])],
  };
  for (const [why, [here, there]] of Object.entries(apart)) {
    it(`are not joined where ${why}`, () => assert.equal(joinContinuations(here, there), undefined));
  }

  it('lose no record and repeat none, in whatever order devices meet, and lead through all of both', () => {
    const names = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }), fc.boolean());
    fc.assert(fc.property(names, ([a, b, c, d, secondJoinsToo]) => {
      const named = (who: string, count: number): string[] => Array.from({ length: count }, (_, index) => `${who}${index}`);
      const join = (here: Buffer, there: Buffer): Buffer => {
        const joined = joinContinuations(here, there);
        assert.ok(joined);
        return joined.contained ? there : Buffer.concat([here, joined.added]);
      };
      const goOn = (tail: Buffer, who: string, count: number): Buffer => Buffer.concat([tail, asTail(...chain(named(who, count), parsed(tail).at(-1)?.uuid ?? begun))]);
      const [one, two] = [asTail(...chain(named('a', a), begun)), asTail(...chain(named('b', b), begun))];
      const first = goOn(join(one, two), 'c', c);
      const second = goOn(secondJoinsToo ? join(two, one) : two, 'd', d);
      for (const [here, there] of [[first, second], [second, first]] as const) {
        const end = join(here, there);
        const records = parsed(end);
        assert.deepEqual(records.map(({ uuid }) => uuid).sort(), [...named('a', a), ...named('b', b), ...named('c', c), ...named('d', d)].sort());
        const byId = new Map(records.map((record) => [record.uuid, record]));
        const led = [];
        for (let at = records.at(-1); at && led.length <= records.length; at = byId.get(at.parentUuid ?? '')) {
          led.push(at.uuid);
        }
        assert.equal(led.length, records.length, 'the last record leads to all of them');
        assert.deepEqual(join(end, there), end);
      }
    }));
  });
});
