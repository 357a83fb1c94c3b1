/**
 * Whatever operation of a place fails: afterwards every session that is listed can be resumed as a whole, nothing that was
 * acknowledged is lost, and the same thing done again ends well, once. Each fault strikes the same operation at the same
 * state of devices and place, which is brought back between two of them; so every fault has a number that can be looked
 * at alone: `CONVOSYNC_FAULTS_FROM=17 CONVOSYNC_FAULTS_EVERY=1000`.
 */
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { ConvoSyncError } from '../../src/core/common/errors.ts';
import { FaultyPair, type StartFaultyPlace, wasted } from './faultyPair.ts';
import type { Moment } from './faultyPlaces.ts';

interface Operation {
  /** Brings the devices to where the operation is about to begin. */
  prepare?: (pair: FaultyPair) => Promise<void>;
  /** What is done while the place fails, and once more where it failed. */
  run: (pair: FaultyPair) => Promise<unknown>;
  /** What must hold in the end beside everything else. @param stored bytes at the place before the operation */
  end?: (pair: FaultyPair, stored: number) => Promise<void>;
  /** It changes nothing in a place of files. */
  onlyReads?: boolean;
}

/** Add a line for whatever else changes a vault. */
const operations = {
  'a first save': { run: (pair) => pair.save('Open the shop') },
  'a save': { prepare: (pair) => pair.save('Open the shop'), run: (pair) => pair.save('Take orders') },
  'a first resume': { onlyReads: true, prepare: (pair) => pair.save('Open the shop'), run: (pair) => pair.laptop.resume() },
  'a resume': {
    onlyReads: true,
    prepare: async (pair) => {
      await pair.save('Open the shop');
      await pair.laptop.resume();
      await pair.save('Take orders');
    },
    run: (pair) => pair.laptop.resume(),
  },
  // Both phases at once: what was condemned long ago is taken away, and what nobody needs since is condemned.
  'a cleaning': {
    prepare: async (pair) => {
      await pair.save('Open the shop');
      await pair.laptop.resume();
      await pair.waste();
      await pair.save('Take orders');
      await pair.delete('Open the shop');
      await pair.passDays(1);
      assert.ok((await pair.clean()).condemned > 0);
      await pair.waste();
      await pair.passDays(15);
    },
    run: (pair) => pair.clean(),
    end: async (pair, stored) => {
      // What a fault left behind is found and condemned by the next cleaning, and goes a grace later.
      for (let cleanings = 0; cleanings < 3 && (await pair.place.stored()) > stored - 1.9 * wasted; cleanings++) {
        await pair.passDays(15);
        await pair.clean();
      }
      const left = (await pair.place.stored()) - stored;
      assert.ok(left < -1.9 * wasted, `${left} bytes`);
      await pair.assertComplete();
    },
  },
} satisfies Readonly<Record<string, Operation>>;

/** Operations from one fault to the next where no test says otherwise; a quick look takes more. */
const stride = Number(process.env['CONVOSYNC_FAULTS_EVERY'] ?? 1);
const first = Number(process.env['CONVOSYNC_FAULTS_FROM'] ?? 1);

/**
 * @param every 1 leaves no operation out
 * @param of what is done meanwhile; by default everything
 */
export function faultsAtEveryOperation(name: string, start: StartFaultyPlace, { every = stride, of }: { every?: number; of?: readonly (keyof typeof operations)[] } = {}): void {
  describe(`a fault of ${name}`, function () {
    this.timeout(7_200_000);
    for (const [what, operation] of Object.entries<Operation>(operations).filter(([what]) => of?.some((one) => one === what) ?? true)) {
      for (const moment of ['before', 'after'] as const) {
        it(`at ${every === 1 ? 'any operation' : `one in ${every} operations`} of ${what} loses nothing, ${moment === 'before' ? 'before it is done' : 'when its answer is lost'}`, async function () {
          const pair = await FaultyPair.create(start);
          const failures: string[] = [];
          let faults = 0;
          try {
            await operation.prepare?.(pair);
            const stored = await pair.place.stored();
            const restore = await pair.checkpoint();
            for (let n = first, isReached = true; isReached; n += every) {
              const struck = await strike(pair, n, moment, operation, stored);
              isReached = struck.isReached;
              faults += Number(isReached);
              failures.push(...struck.failures);
              await restore();
            }
          } finally {
            await pair.close();
          }
          assert.deepEqual(failures, []);
          assert.ok(faults > 0 || (operation.onlyReads === true && moment === 'after'), 'a fault was reached');
          this.test!.title += ` (${faults} faults)`;
        });
      }
    }
  });
}

/** @param stored bytes at the place before the operation */
async function strike(pair: FaultyPair, n: number, moment: Moment, { run, end }: Operation, stored: number): Promise<{ isReached: boolean; failures: string[] }> {
  const before = pair.acknowledged.length;
  pair.place.strikeAt(n, moment);
  const failure = await run(pair).then(() => undefined, (error: unknown) => error);
  // Once the operation ends before the fault, there is none to come.
  const isReached = await pair.place.calm();
  try {
    assert.ok(failure === undefined || (isReached && ConvoSyncError.is(failure)), inspect(failure));
    await pair.assertSound();
    if (failure !== undefined && pair.acknowledged.length === before) {
      await run(pair);
    }
    await pair.assertComplete();
    await end?.(pair, stored);
  } catch (error) {
    return { isReached, failures: [`after a fault at operation ${n}, ${moment} it was done: ${inspect(error, { depth: 4 })}`] };
  }
  return { isReached, failures: [] };
}
