import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { UndoPoint } from '../../../../src/core/operations/undo/undoPoint.ts';
import { newestOf, outlived } from '../../../../src/core/operations/undo/undoRetention.ts';

const now = new Date('2026-03-02T09:00:00Z');
const day = 24 * 60 * 60 * 1000;

function point(order: number, { operation = 'resume', age = 0, undone = false, ended = true }: { operation?: 'save' | 'resume'; age?: number; undone?: boolean; ended?: boolean } = {}): UndoPoint {
  const before = { commit: 'c' };
  return {
    v: 1, id: String(order), order, operation, at: new Date(now.getTime() - age * day).toISOString(), session: 's', before, branches: [], pulls: false, files: [], conversations: [],
    ...(undone ? { undone } : {}), ...(ended ? { after: before } : {}),
  };
}

const anyPoints = fc.array(fc.record({ operation: fc.constantFrom('save' as const, 'resume' as const), age: fc.integer({ min: -400, max: 400 }), undone: fc.boolean(), ended: fc.boolean() }), { maxLength: 30 })
  .map((some) => some.map((one, index) => point(some.length - index, one)));
const anyRetention = fc.record({ days: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }), points: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }) });

const gone = (points: readonly UndoPoint[], retention: { days: number | undefined; points: number | undefined }): number[] => outlived(points, retention, now).map(({ order }) => order);

describe('undo points', () => {
  it('go with their age and their number, each operation by itself', () => {
    const resumes = [point(9, { age: 1 }), point(7, { age: 2 }), point(5, { age: 31 })];
    const saves = [point(8, { operation: 'save', age: 40 }), point(6, { operation: 'save', age: 41 })];
    assert.deepEqual(gone([...resumes, ...saves], { days: 30, points: undefined }), [6, 5]);
    assert.deepEqual(gone([...resumes, ...saves], { days: undefined, points: 2 }), [5]);
    assert.deepEqual(gone([...resumes, ...saves], { days: undefined, points: undefined }), []);
  });

  it('never go when they are the last that can be undone, nor while they may be on their way', () => {
    const points = [point(4, { age: 90, ended: false }), point(3, { age: 91, undone: true }), point(2, { age: 92 }), point(1, { age: 93 })];
    assert.deepEqual(gone(points, { days: 30, points: 1 }), [3, 1]);
  });

  it('leave what the next undo takes back, whatever their order, ages and limits', () => {
    fc.assert(fc.property(anyPoints, anyRetention, (points, retention) => {
      const left = points.filter((one) => !outlived(points, retention, now).includes(one));
      for (const operation of ['save', 'resume'] as const) {
        assert.equal(newestOf(operation, left), newestOf(operation, points));
        assert.equal(left.find((one) => one.operation === operation), points.find((one) => one.operation === operation));
        assert.ok(retention.points === undefined || left.filter((one) => one.operation === operation).length <= retention.points + 1);
      }
    }));
  });
});
