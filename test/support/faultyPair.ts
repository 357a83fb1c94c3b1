/** Two devices that keep their sessions in a place that can fail, and what has to hold of these whatever happens. */
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { inspect } from 'node:util';
import type { CleanReport } from '../../src/core/vault/cleaning.ts';
import { type Device, World } from './device.ts';
import type { FaultyPlace } from './faultyPlaces.ts';

/** In memory where there is such a disk: what is written here need not outlive the machine, and waiting for it takes most of the time. */
const disk = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export type StartFaultyPlace = (world: World) => Promise<FaultyPlace>;

/** What the laptop has to get by a resume. */
interface Saved {
  session: string;
  transcript: string;
  commit: string;
}

export class FaultyPair {
  readonly place: FaultyPlace;
  desktop: Device;
  laptop: Device;
  /** Messages of what the desktop saved and was told is sent, or saved here, but for what it deleted. */
  #acknowledged: readonly string[] = [];
  #saved: Saved | undefined;
  /** The last session that the laptop was proven to be at. */
  #resumed: string | undefined;
  readonly #world: World;
  readonly #talk = randomUUID();

  private constructor(world: World, place: FaultyPlace) {
    this.#world = world;
    this.place = place;
    [this.desktop, this.laptop] = this.#devices();
  }

  static async create(start: StartFaultyPlace): Promise<FaultyPair> {
    const world = new World(realpathSync(mkdtempSync(path.join(disk, 'convosync-faults-'))));
    const place = await start(world);
    const pair = new FaultyPair(world, place);
    for (const device of [pair.desktop, pair.laptop]) {
      device.clone(place.remote);
      if (place.origin !== undefined) {
        device.git('remote', 'set-url', 'origin', place.origin);
      }
      if (place.use !== undefined) {
        await device.convosync.usePlace(device.folder, place.use, { from: device.folder, credentials: place.credentials });
      }
    }
    return pair;
  }

  get acknowledged(): readonly string[] {
    return this.#acknowledged;
  }

  /** Saves something new of the conversation that goes back and forth, or of another, with no code. */
  async save(message: string, other?: { words: string }): Promise<void> {
    this.#world.passMinutes(1);
    const conversation = other ? randomUUID() : this.#talk;
    this.desktop.say(conversation, other?.words ?? message);
    if (!other) {
      this.desktop.write('menu.js', `${message}\n`);
    }
    const { session, outcome } = await this.desktop.save(message);
    assert.ok(outcome === 'sent' || outcome === 'queued', outcome);
    this.#acknowledged = [...this.#acknowledged, message].sort();
    if (!other) {
      this.#saved = { session, transcript: this.desktop.readTranscript(conversation), commit: this.desktop.git('rev-parse', 'HEAD') };
    }
  }

  /** Deletes sessions for good. */
  async delete(...messages: string[]): Promise<void> {
    const { sessions } = await this.desktop.convosync.list(this.desktop.folder);
    const ids = sessions.flatMap(({ summary }) => (messages.includes(summary.message) ? [summary.id] : []));
    assert.equal((await this.desktop.convosync.delete(this.desktop.folder, ids, { now: true })).sent, true);
    this.#acknowledged = this.#acknowledged.filter((message) => !messages.includes(message));
  }

  /** Saves something large of which nobody needs anything any more. */
  async waste(): Promise<void> {
    const message = `Much ado ${randomBytes(4).toString('hex')}`;
    await this.save(message, { words: randomBytes(wasted).toString('hex') });
    await this.delete(message);
  }

  async clean(): Promise<CleanReport> {
    const report = await this.desktop.convosync.clean(this.desktop.folder);
    assert.equal(report.obstacle, undefined);
    return report;
  }

  /** The other device says something at the end of it: a clock needs a witness. */
  async passDays(days: number): Promise<void> {
    this.#world.passMinutes(days * 24 * 60);
    await this.laptop.convosync.pin(this.laptop.folder, [this.#saved?.session ?? assert.fail('nothing is saved')]);
  }

  /** What the laptop sees is whole, and none that was acknowledged is missing at the desktop. */
  async assertSound(): Promise<void> {
    const [seen, own] = [await this.#listed(this.laptop), await this.#listed(this.desktop)];
    assert.deepEqual(own, this.#acknowledged, 'the desktop has what it saved, once');
    assert.ok(seen.every((message) => this.#acknowledged.includes(message)), inspect(seen));
    if (seen.length > 0 && seen.length === this.#acknowledged.length) {
      await this.#assertResumes();
    }
  }

  /** What waited is sent, every session is whole, and the last of them can be resumed at the other device. */
  async assertComplete(): Promise<void> {
    await this.desktop.convosync.sync(this.desktop.folder);
    const { faults, sessions } = await this.laptop.convosync.check(this.laptop.folder);
    assert.deepEqual([faults, sessions], [[], this.#acknowledged.length]);
    await this.#assertResumes();
  }

  /** What brings all of it back to where it is now, with fresh processes of both devices. */
  async checkpoint(): Promise<() => Promise<void>> {
    const [acknowledged, saved, resumed] = [this.#acknowledged, this.#saved, this.#resumed];
    const [restoreWorld, restorePlace] = [this.#world.checkpoint(), await this.place.checkpoint?.()];
    return async () => {
      restoreWorld();
      await restorePlace?.();
      [this.#acknowledged, this.#saved, this.#resumed] = [acknowledged, saved, resumed];
      [this.desktop, this.laptop] = this.#devices();
    };
  }

  async close(): Promise<void> {
    await this.place.stop();
    this.#world[Symbol.dispose]();
  }

  #devices(): [Device, Device] {
    const device = (name: string): Device => this.#world.device(name, { ...this.place.device, user: name });
    return [device('desktop'), device('laptop')];
  }

  async #assertResumes(): Promise<void> {
    const { session, transcript, commit } = this.#saved ?? assert.fail('nothing is saved');
    if (session !== this.#resumed) {
      assert.equal((await this.laptop.resume({ session })).verdict.inSync, true);
      this.#resumed = session;
    }
    assert.equal(this.laptop.readTranscript(this.#talk), transcript);
    assert.equal(this.laptop.git('rev-parse', 'HEAD'), commit);
  }

  async #listed(device: Device): Promise<string[]> {
    const { sessions, problem } = await device.convosync.list(device.folder);
    assert.equal(problem, undefined);
    return sessions.map(({ summary }) => summary.message).sort();
  }
}

/** Bytes of what `waste` saves that no compression makes smaller. */
export const wasted = 60_000;
