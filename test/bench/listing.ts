/**
 * Listing ten thousand sessions of five devices that lie in a folder: for the first time, again, and after one more save. restic
 * starts a process and derives a key each time, which is no part of a list: what it takes for a single snapshot is left out too. It
 * has a quarter as many, since making as many takes longer than everything else here: what a thousand take is compared.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { FolderStore } from '../../src/core/storage/folder/folderStore.ts';
import type { Store } from '../../src/core/storage/store.ts';
import { ManySessions } from '../support/manySessions.ts';
import { MeddledStore } from '../support/meddledStore.ts';
import { type Figure, median } from './figures.ts';
import { ResticSnapshots } from './resticSnapshots.ts';

const devices = 5;
const sessionsEach = 2_000;
const inRestic = (devices * sessionsEach) / 4;

export async function listing(rounds: number): Promise<Figure[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'convosync-listing-'));
  try {
    const many = new ManySessions(folder, { devices, sessionsEach });
    const place = await many.place('place', { packed: true });
    const loose = await many.place('loose', { packed: false });
    const store = new MeddledStore(new FolderStore(place));
    const look = async (home: string, at: Store = store): Promise<number> => {
      const vault = await many.open(home, at);
      const start = performance.now();
      await vault.refresh();
      const milliseconds = performance.now() - start;
      if (vault.state.sessions.length < devices * sessionsEach) {
        throw new Error(`${vault.state.sessions.length} sessions are listed`);
      }
      return milliseconds;
    };
    const recall = async (home: string): Promise<number> => {
      const vault = await many.open(home, store);
      const start = performance.now();
      await vault.readCached();
      if (vault.state.sessions.length < devices * sessionsEach) {
        throw new Error(`${vault.state.sessions.length} sessions are shown`);
      }
      return performance.now() - start;
    };
    const restic = await ResticSnapshots.make(path.join(folder, 'restic'), inRestic);
    const [cold, warm, known, refreshed, snapshots, oneSnapshot]: [number[], number[], number[], number[], number[], number[]] = [[], [], [], [], [], []];
    let reads = 0;
    for (let round = 0; round < rounds; round++) {
      cold.push(await look(`home-${round}`));
      if (restic) {
        snapshots.push(await restic.list());
        oneSnapshot.push(await restic.listOne());
      }
      warm.push(await look(`home-${round}`));
      known.push(await recall(`home-${round}`));
      many.saveOnce(place);
      const before = store.calls.length;
      refreshed.push(await look(`home-${round}`));
      reads = store.calls.slice(before).filter(({ operation }) => operation === 'get').length;
    }
    const unpacked = await look('home-unpacked', new FolderStore(loose));
    const sessions = `${devices * sessionsEach} sessions of ${devices} devices in a folder`;
    return [
      { what: `${sessions}, seen for the first time`, ours: median(cold), beside: 'the same, one file a record', theirs: unpacked, unit: 'ms' },
      ...(restic ? [
        { what: 'the same, cold', ours: median(cold), beside: `restic snapshots of ${inRestic}, without its cache`, theirs: median(snapshots), unit: 'ms' } as const,
        { what: 'a thousand of them', ours: median(cold) / (devices * sessionsEach / 1000), beside: 'that, but for what a single one takes', theirs: (median(snapshots) - median(oneSnapshot)) / (inRestic / 1000), unit: 'ms', aim: 0.1 } as const,
      ] : []),
      { what: 'shown again, from what is kept', ours: median(known), beside: 'the aim', theirs: 50, unit: 'ms', aim: 1 },
      { what: 'looked for again', ours: median(warm), beside: 'seen for the first time', theirs: median(cold), unit: 'ms' },
      { what: 'after one more save', ours: median(refreshed), beside: 'seen for the first time', theirs: median(cold), unit: 'ms' },
      { what: 'the same', ours: reads, beside: 'one a device', theirs: devices, unit: 'reads', aim: 1 },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
