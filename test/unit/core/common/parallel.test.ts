import assert from 'node:assert/strict';
import { inParallel } from '../../../../src/core/common/parallel.ts';
import { pause } from '../../../../src/core/common/pause.ts';
import { coded } from '../../../conformance/storeSuite.ts';

describe('inParallel', () => {
  it('keeps the order of the items, and runs no more at once than it may', async () => {
    let running = 0;
    let most = 0;
    const results = await inParallel([5, 1, 4, 2, 3, 0], 3, async (item) => {
      most = Math.max(most, ++running);
      await pause(item);
      running--;
      return item * 10;
    });
    assert.deepEqual([results, most], [[50, 10, 40, 20, 30, 0], 3]);
    assert.deepEqual(await inParallel([], 3, async (item) => item), []);
  });

  it('begins nothing after a failure, and has nothing running any more when it throws', async () => {
    const begun: number[] = [];
    let running = 0;
    await assert.rejects(inParallel([1, 2, 3, 4], 2, async (item) => {
      begun.push(item);
      running++;
      await pause(item === 1 ? 1 : 8);
      running--;
      if (item === 1) {
        throw new Error('no');
      }
    }), /no/);
    assert.deepEqual([begun, running], [[1, 2], 0]);
  });
});

describe('a pause', () => {
  it('ends as soon as it is cancelled', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 1);
    await assert.rejects(pause(60_000, controller.signal), coded('cancelled'));
    await assert.rejects(pause(0, AbortSignal.abort()), coded('cancelled'));
  });
});
