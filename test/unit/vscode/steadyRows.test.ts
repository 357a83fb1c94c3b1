import assert from 'node:assert/strict';
import { SteadyRows } from '../../../src/vscode/steadyRows.ts';

describe('rows that change while somebody reads them', () => {
  let now = 0;
  const [problem, send, undo] = [{ label: 'Offline' }, { label: 'Send Now' }, { label: 'Undo Last Save' }];

  it('do nothing for a moment where they have come to lie in another row’s place', () => {
    const rows = new SteadyRows<{ label: string }>({ items: [] }, () => now);
    rows.replace([problem, send, undo]);
    assert.equal(rows.isMeant(undo), true, 'the first rows take nobody’s place');
    now += 5_000;
    assert.equal(rows.isMeant(undo), true);
    rows.replace([send, undo]);
    assert.equal(rows.isMeant(undo), false, 'Send Now lay there');
    now += 499;
    assert.equal(rows.isMeant(undo), false);
    now += 1;
    assert.equal(rows.isMeant(undo), true);
  });

  it('act at once where they stay in their place', () => {
    const rows = new SteadyRows<{ label: string }>({ items: [] }, () => now);
    rows.replace([send, undo]);
    const [sendAgain, undoAgain] = [{ label: 'Send Now' }, { label: 'Undo Last Save' }];
    rows.replace([sendAgain, undoAgain, problem]);
    assert.deepEqual([sendAgain, undoAgain, problem].map((row) => rows.isMeant(row)), [true, true, false]);
  });
});
