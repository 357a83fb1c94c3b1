/**
 * Whatever operation of a place fails: afterwards every session that is listed can be resumed as a whole, nothing that was
 * acknowledged is lost, and the same thing done again ends well, once.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { ConvoSyncError } from '../../src/core/common/errors.ts';
import { type Device, World } from './device.ts';
import type { FaultyPlace, Moment } from './faultyPlaces.ts';

/** Two devices that keep their sessions in a place. */
class Pair {
  readonly place: FaultyPlace;
  readonly desktop: Device;
  readonly laptop: Device;
  /** What the desktop saved and was told is sent, or saved here. */
  readonly acknowledged: string[] = [];
  readonly #world: World;
  readonly #talk = randomUUID();
  /** The last that the laptop was proven to be at. */
  #resumed: string | undefined;

  private constructor(world: World, place: FaultyPlace, desktop: Device, laptop: Device) {
    this.#world = world;
    this.place = place;
    this.desktop = desktop;
    this.laptop = laptop;
  }

  static async create(start: StartFaultyPlace): Promise<Pair> {
    const world = new World();
    const place = await start(world);
    const [desktop, laptop] = await Promise.all(['desktop', 'laptop'].map(async (name) => {
      const device = world.device(name, { ...place.device, user: name }).clone(place.remote);
      if (place.origin !== undefined) {
        device.git('remote', 'set-url', 'origin', place.origin);
      }
      if (place.use !== undefined) {
        await device.convosync.usePlace(device.folder, place.use, { from: device.folder, credentials: place.credentials });
      }
      return device;
    })) as [Device, Device];
    return new Pair(world, place, desktop, laptop);
  }

  /** Saves something new; tries again when not even that was possible. */
  async save(message: string): Promise<void> {
    // A service compares clocks: ours keeps to the hour.
    this.#world.passMinutes(1 / 60);
    this.desktop.say(this.#talk, message);
    this.desktop.write('menu.js', `${message}\n`);
    const { outcome } = await this.desktop.save(message);
    assert.ok(outcome === 'sent' || outcome === 'queued', outcome);
    this.acknowledged.push(message);
  }

  /** What the laptop sees is whole, and none that was acknowledged is missing at the desktop. */
  async assertSound(): Promise<void> {
    const [seen = [], own] = await Promise.all([this.laptop, this.desktop].map((device) => this.listed(device)));
    assert.deepEqual(own, [...this.acknowledged].sort(), 'the desktop has what it saved, once');
    assert.ok(seen.every((message) => this.acknowledged.includes(message)), inspect(seen));
    if (seen.length === this.acknowledged.length && seen.length > 0) {
      await this.#assertResumes();
    }
  }

  /** What waited is sent, and the last of it can be resumed at the other device. */
  async assertComplete(): Promise<void> {
    await this.desktop.convosync.sync(this.desktop.folder);
    assert.deepEqual(await this.listed(this.laptop), [...this.acknowledged].sort());
    await this.#assertResumes();
  }

  /** Every session of all is whole. */
  async assertAllWhole(): Promise<void> {
    assert.deepEqual((await this.laptop.convosync.check(this.laptop.folder)).faults, []);
  }

  async #assertResumes(): Promise<void> {
    const last = this.acknowledged.at(-1);
    if (last !== this.#resumed) {
      assert.equal((await this.laptop.resume()).verdict.inSync, true);
      this.#resumed = last;
    }
    assert.equal(this.laptop.readTranscript(this.#talk), this.desktop.readTranscript(this.#talk));
    assert.equal(this.laptop.git('rev-parse', 'HEAD'), this.desktop.git('rev-parse', 'HEAD'));
  }

  async listed(device: Device): Promise<string[]> {
    const { sessions, problem } = await device.convosync.list(device.folder);
    assert.equal(problem, undefined);
    return sessions.map(({ summary }) => summary.message).sort();
  }

  async close(): Promise<void> {
    await this.place.stop();
    this.#world[Symbol.dispose]();
  }
}

export type StartFaultyPlace = (world: World) => Promise<FaultyPlace>;

/** What is done while the place fails, and what must hold afterwards. Add a line for whatever else changes a vault. */
const operations: Readonly<Record<string, { isFirst?: boolean; prepare?: (pair: Pair, n: number) => Promise<void>; run: (pair: Pair, n: number) => Promise<unknown> }>> = {
  'a first save': { isFirst: true, run: (pair, n) => pair.save(`Save ${n}`) },
  'a save': { run: (pair, n) => pair.save(`Save ${n}`) },
  'a resume': { prepare: (pair, n) => pair.save(`Save ${n}`), run: (pair) => pair.laptop.resume() },
};

/** Operations from one fault to the next where no test says otherwise; a quick look takes more. */
const stride = Number(process.env['CONVOSYNC_FAULTS_EVERY'] ?? 1);

/** @param every 1 leaves no operation out */
export function faultsAtEveryOperation(name: string, start: StartFaultyPlace, { every = stride }: { every?: number } = {}): void {
  describe(`a fault of ${name}`, function () {
    this.timeout(1_200_000);
    for (const [what, { isFirst = false, prepare, run }] of Object.entries(operations)) {
      for (const moment of ['before', 'after'] as const) {
        it(`at ${every === 1 ? 'any operation' : `one in ${every} operations`} of ${what} loses nothing, ${moment === 'before' ? 'before it is done' : 'when its answer is lost'}`, async () => {
          let pair: Pair | undefined;
          let faults = 0;
          try {
            for (let n = 1, isReached = true; isReached; n += every) {
              if (isFirst) {
                await pair?.close();
                pair = undefined;
              }
              pair ??= await Pair.create(start);
              await prepare?.(pair, n);
              isReached = await strike(pair, n, moment, run);
              faults += Number(isReached);
            }
            await pair?.assertAllWhole();
          } finally {
            await pair?.close();
          }
          // A resume changes nothing in a folder, so no answer to a change can be lost.
          assert.ok(faults > 0 || (what === 'a resume' && moment === 'after'), 'the fault was reached');
        });
      }
    }
  });
}

/** False once the operation ends before the fault. */
async function strike(pair: Pair, n: number, moment: Moment, run: (pair: Pair, n: number) => Promise<unknown>): Promise<boolean> {
  const before = pair.acknowledged.length;
  pair.place.strikeAt(n, moment);
  const failure = await run(pair, n).then(() => undefined, (error: unknown) => error);
  const isReached = await pair.place.calm();
  try {
    assert.ok(failure === undefined || (isReached && ConvoSyncError.is(failure)), inspect(failure));
    await pair.assertSound();
    if (failure !== undefined && pair.acknowledged.length === before) {
      await run(pair, n);
    }
    await pair.assertComplete();
  } catch (error) {
    throw new Error(`after a fault at operation ${n}, ${moment} it was done: ${inspect(error, { depth: 4 })}`, { cause: error });
  }
  return isReached;
}
