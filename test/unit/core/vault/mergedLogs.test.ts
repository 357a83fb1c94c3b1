import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { SessionSummary } from '../../../../src/core/session/session.ts';
import { Clock, compareTimestamps, maxAhead } from '../../../../src/core/vault/clock.ts';
import { readUnion, writeUnion } from '../../../../src/core/vault/keptUnion.ts';
import { MergedLogs, mergeLogs } from '../../../../src/core/vault/mergedLogs.ts';
import type { KnownBody, LogRecord } from '../../../../src/core/vault/record.ts';
import type { SavedSession, VaultState } from '../../../../src/core/vault/state.ts';

const now = new Date('2026-03-02T09:00:00Z');
const sessionId = (number: number): string => `${number}`.padStart(20, '0');

function summary(id: string): SessionSummary {
  return { id, savedAt: now.toISOString(), message: 'm', repository: { roots: [], name: 'r' }, commit: 'a'.repeat(40), subject: 's', conversations: [], excerpt: '', stored: 0, manifest: 'b'.repeat(64) };
}

function logOf(writer: string, device: string, bodies: { body: KnownBody; wall: number }[]): LogRecord[] {
  const introduced: KnownBody = { type: 'introduced', certificate: { writer, publicKey: '', epoch: 1, signature: '' }, device: { id: device, name: device, kind: 'unknown' } };
  return [{ body: introduced, wall: 0 }, ...bodies].map(({ body, wall }, index) => ({ name: `${String(index + 1).padStart(8, '0')}-${writer.repeat(4)}`, writer, seq: index + 1, prev: null, heads: {}, at: { wall, count: index }, saves: body.type === 'session' ? body.summary.id : undefined, body }));
}

const writers = ['aaaaaaaa', 'bbbbbbbb', 'cccccccc'];

function bodyOf(type: string, session: string, own: string): KnownBody {
  switch (type) {
    case 'session':
      return { type, summary: summary(own) };
    case 'thinned':
      return { type, sessions: [session] };
    case 'collected':
      return { type, condemned: [], spared: {}, sessions: [`00000002-${'aaaaaaaa'.repeat(4)}`] };
    case 'deleted for good':
      return { type: 'deleted', session, now: true };
    case 'pinned':
    case 'unpinned':
    case 'restored':
      return { type, session };
    case 'device':
      return { type, device: { id: `device ${own.slice(-1)}`, name: own.slice(-3), kind: 'laptop' }, recipient: `age1${own.slice(-1)}` };
    default:
      return { type: 'deleted', session };
  }
}

/** What is shown, with every summary read. */
function shown({ sessions, trash, leaving, devices, clocksAhead }: VaultState): unknown {
  const plain = (session: SavedSession): unknown => ({ ...session, outline: session.outline, summary: session.summary, writer: session.writer, seq: session.seq });
  return { sessions: sessions.map(plain), trash: trash.map(plain), leaving: leaving.map(plain), devices: [...devices], clocksAhead };
}

const merge = (logs: ReadonlyMap<string, readonly LogRecord[]>): VaultState => mergeLogs(logs, now).state(new Set());

const action = fc.record({ writer: fc.nat(2), type: fc.constantFrom('session', 'device', 'deleted', 'deleted for good', 'restored', 'pinned', 'unpinned', 'thinned', 'collected'), number: fc.nat(3), wall: fc.nat(5) });
const anyLogs = fc.array(action, { maxLength: 25 }).map((actions) => new Map(writers.map((writer, index) => [writer, logOf(writer, `device ${index % 2}`, actions.filter((each) => each.writer === index).map(({ type, number, wall }) => ({
  wall, body: bodyOf(type, `0${sessionId(number)}`, `${number % 2 === 0 ? index : 0}${sessionId(number)}`),
})))])));

describe('the state of a vault', () => {
  it('does not depend on the order in which logs arrive', () => {
    fc.assert(fc.property(anyLogs, fc.shuffledSubarray(writers, { minLength: 3 }), (logs, order) => {
      assert.deepEqual(shown(merge(new Map(order.map((writer) => [writer, logs.get(writer)!])))), shown(merge(logs)));
    }));
  });

  it('is the same when records come one by one, are kept and gone on from in between, or some still wait to be sent', () => {
    fc.assert(fc.property(anyLogs, fc.infiniteStream(fc.nat(3)), (logs, choices) => {
      const left = new Map([...logs].map(([writer, records]) => [writer, [...records]]));
      const at = ({ writer, seq }: { writer: string; seq: number }): LogRecord => logs.get(writer)![seq - 1]!;
      const waiting = new Set<string>();
      let merged = MergedLogs.empty;
      for (let pending = [...left.values()].filter(({ length }) => length > 0); pending.length > 0; pending = pending.filter(({ length }) => length > 0)) {
        const [which = 0, count = 0, how = 0] = choices.take(3);
        const added = pending[which % pending.length]!.splice(0, count + 1);
        const before = shown(merged.state(new Set()));
        const next = merged.with(added, now);
        assert.deepEqual(shown(merged.state(new Set())), before, 'what was merged before stays as it is');
        merged = how > 1 ? readUnion(writeUnion(next.union), at) : next;
        added.filter(() => how === 3).forEach(({ name }) => waiting.add(name));
      }
      assert.deepEqual(shown(merged.state(waiting)), shown(mergeLogs(logs, now).state(waiting)));
      assert.deepEqual(merged.latest, mergeLogs(logs, now).latest);
    }));
  });

  it('has to be merged anew while a clock is ahead, and once the clock here is set back', () => {
    const records = logOf(writers[0] ?? '', 'desktop', [{ wall: now.getTime() + 2 * maxAhead, body: { type: 'session', summary: summary(sessionId(1)) } }]);
    const logs = new Map([[writers[0] ?? '', records]]);
    const later = new Date(now.getTime() + maxAhead);
    assert.ok(!mergeLogs(logs, now).holdsAt(now));
    assert.ok(!mergeLogs(logs, now).holdsAt(later));
    assert.ok(mergeLogs(logs, later).holdsAt(later));
    assert.ok(!mergeLogs(logs, later).holdsAt(now));
  });

  const one = writers[0] ?? '';
  const id = sessionId(1);
  type Said = [type: string, wall: number];
  /** What one device saved, and another said of it. */
  const fateAfter = (...said: Said[]): 'kept' | 'pinned' | 'trash' | 'leaving' => {
    const state = merge(new Map([
      [one, logOf(one, 'desktop', [{ wall: 1, body: { type: 'session', summary: summary(id) } }])],
      ['bbbbbbbb', logOf('bbbbbbbb', 'laptop', said.map(([type, wall]) => ({ wall, body: bodyOf(type, id, id) })))],
    ]));
    return state.trash.length > 0 ? 'trash' : state.leaving.length > 0 ? 'leaving' : state.sessions[0]?.pinned === true ? 'pinned' : 'kept';
  };

  const fates: [why: string, fate: ReturnType<typeof fateAfter>, ...said: Said[]][] = [
    ['retention puts into the trash what nobody pinned', 'trash', ['thinned', 5]],
    ['a pin beats retention, also one that came later', 'pinned', ['pinned', 9], ['thinned', 5]],
    ['a pin beats retention, also one that came before', 'pinned', ['pinned', 2], ['thinned', 5]],
    ['what is not pinned any more is retention’s again', 'trash', ['pinned', 2], ['unpinned', 3], ['thinned', 5]],
    ['a pin does not beat the person who deletes', 'trash', ['pinned', 9], ['deleted', 5]],
    ['what was restored after retention stays', 'kept', ['thinned', 5], ['restored', 9]],
    ['what was restored before is retention’s', 'trash', ['deleted', 2], ['restored', 3], ['thinned', 5]],
    ['deleted for good is past the trash', 'leaving', ['deleted for good', 5]],
    ['restored in time it is kept all the same', 'kept', ['deleted for good', 5], ['restored', 9]],
  ];
  for (const [why, fate, ...said] of fates) {
    it(`says of a session: ${why}`, () => assert.equal(fateAfter(...said), fate));
  }

  it('forgets a session that was collected, unless it was stored once more, and keeps it in its place then', () => {
    const saves = (wall: number): { body: KnownBody; wall: number } => ({ wall, body: { type: 'session', summary: summary(id) } });
    const later = { wall: 3, body: { type: 'session', summary: summary(sessionId(2)) } as const };
    const first = logOf(one, 'desktop', [saves(1), later]);
    const collected: KnownBody = { type: 'collected', condemned: [], spared: {}, sessions: [first[1]?.name ?? ''] };
    const logs = (...more: { body: KnownBody; wall: number }[]): Map<string, LogRecord[]> => new Map([[one, first], ['bbbbbbbb', logOf('bbbbbbbb', 'laptop', [{ wall: 7, body: collected }, ...more])]]);
    assert.deepEqual(merge(logs()).sessions.map(({ summary: { id: each } }) => each), [sessionId(2)]);
    const stored = merge(logs(saves(9)));
    assert.deepEqual(stored.sessions.map(({ summary: { id: each }, writer }) => [each, writer]), [[sessionId(2), one], [id, 'bbbbbbbb']]);
  });

  it('lets the later word on a session stand, whoever said it', () => {
    const [one, two] = writers as [string, string];
    const logs = (deleted: number, restored: number): Map<string, LogRecord[]> => new Map([
      [one, logOf(one, 'desktop', [{ wall: 1, body: { type: 'session', summary: summary(sessionId(1)) } }, { wall: deleted, body: { type: 'deleted', session: sessionId(1) } }])],
      [two, logOf(two, 'laptop', [{ wall: restored, body: { type: 'restored', session: sessionId(1) } }])],
    ]);
    assert.equal(merge(logs(5, 9)).sessions.length, 1);
    const gone = merge(logs(9, 5));
    assert.deepEqual([gone.sessions.length, gone.trash.length], [0, 1]);
  });

  it('names the device of a session as it is called now', () => {
    const [one] = writers as [string];
    const renamed = logOf(one, 'desktop', [{ wall: 1, body: { type: 'session', summary: summary(sessionId(1)) } }, { wall: 2, body: { type: 'device', device: { id: 'desktop', name: 'tower', kind: 'desktop' } } }]);
    assert.equal(merge(new Map([[one, renamed]])).sessions[0]?.device.name, 'tower');
  });

  it('believes no clock that runs more than a day ahead, and says whose it is', () => {
    const [one, two] = writers as [string, string];
    const wrong = now.getTime() + 400 * maxAhead;
    const state = merge(new Map([
      [one, logOf(one, 'desktop', [{ wall: wrong, body: { type: 'session', summary: summary(sessionId(1)) } }])],
      [two, logOf(two, 'laptop', [{ wall: now.getTime(), body: { type: 'session', summary: summary(sessionId(2)) } }])],
    ]));
    assert.deepEqual(state.clocksAhead, [one]);
    assert.ok(Date.parse(state.devices.get('desktop')!.lastSeen) <= now.getTime() + maxAhead);
  });
});

describe('the clock of a vault', () => {
  it('never gives the same or an earlier time, whatever the wall clock does', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 2 }), (walls) => {
      let index = 0;
      const clock = new Clock(() => new Date(walls[index] ?? 0));
      let last = clock.tick();
      for (index = 1; index < walls.length; index++) {
        const next = clock.tick();
        assert.ok(compareTimestamps(next, last) > 0);
        last = next;
      }
    }));
  });

  it('goes on after what it has seen, unless that lies too far ahead', () => {
    const clock = new Clock(() => now);
    assert.ok(clock.observe({ wall: now.getTime() + 1000, count: 3 }));
    assert.deepEqual(clock.tick(), { wall: now.getTime() + 1000, count: 4 });
    assert.ok(!clock.observe({ wall: now.getTime() + maxAhead + 1, count: 0 }));
    assert.deepEqual(clock.tick(), { wall: now.getTime() + 1000, count: 5 });
  });
});
