/** Listing ten thousand sessions of five devices that lie in a folder: for the first time, again, and after one more save. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { silentLogger } from '../../src/core/common/logger.ts';
import { Home } from '../../src/core/home/home.ts';
import { keys } from '../../src/core/storage/backend.ts';
import { FolderStore } from '../../src/core/storage/folder/folderStore.ts';
import { StoreBackend } from '../../src/core/storage/storeBackend.ts';
import type { Store } from '../../src/core/storage/store.ts';
import { logObject, type LogObject, objectsBeyond, pack, packsDue } from '../../src/core/vault/logObjects.ts';
import { openSlot } from '../../src/core/vault/keySlots.ts';
import { Vault } from '../../src/core/vault/vault.ts';
import { MeddledStore } from '../support/meddledStore.ts';
import { SignedLog, now, vault as founded, vaultKeys } from '../support/signedLog.ts';
import { type Figure, median } from './figures.ts';

const devices = 5;
const sessionsEach = 2_000;

export async function listing(rounds: number): Promise<Figure[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'convosync-listing-'));
  try {
    const [place, loose] = ['place', 'loose'].map((name) => path.join(folder, name)) as [string, string];
    const { description, bytes, keys: document } = founded;
    const put = (into: string, key: string, content: Uint8Array): void => {
      const file = path.join(into, description.id, key);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, content);
    };
    for (const each of [place, loose]) {
      await new FolderStore(each).create();
      put(each, keys.vault, bytes);
      put(each, openSlot, document);
    }
    const logs = Array.from({ length: devices }, (_, device) => new SignedLog(String(device + 1).repeat(8)));
    for (const [device, log] of logs.entries()) {
      for (let count = 0; count < sessionsEach; count++) {
        saves(log, device * sessionsEach + count);
      }
      for (const [name, content] of await packed(log)) {
        put(place, keys.record(log.writer, name), content);
      }
      for (const [name, content] of log.records) {
        put(loose, keys.record(log.writer, name), content);
      }
    }
    const store = new MeddledStore(new FolderStore(place));
    const open = async (home: string, at: Store): Promise<Vault> => {
      const opened = new Home(path.join(folder, home));
      await opened.prepare();
      const backend = new StoreBackend({ store: at, vault: description.id, pause: () => Promise.resolve(), random: Math.random, logger: silentLogger });
      return Vault.open({
        home: opened, description, keys: vaultKeys, documents: new Map([[keys.vault, bytes], [openSlot, document]]), backend,
        device: { id: 'd'.repeat(20), name: 'desktop', kind: 'desktop' }, fingerprint: home, now: () => now, logger: silentLogger,
      });
    };
    const look = async (home: string, at: Store = store): Promise<number> => {
      const vault = await open(home, at);
      const start = performance.now();
      await vault.refresh();
      const milliseconds = performance.now() - start;
      if (vault.state.sessions.length < devices * sessionsEach) {
        throw new Error(`${vault.state.sessions.length} sessions are listed`);
      }
      return milliseconds;
    };
    const [cold, warm, refreshed]: [number[], number[], number[]] = [[], [], []];
    let reads = 0;
    for (let round = 0; round < rounds; round++) {
      cold.push(await look(`home-${round}`));
      warm.push(await look(`home-${round}`));
      const [log] = logs as [SignedLog];
      saves(log, devices * sessionsEach + round);
      put(place, keys.record(log.writer, log.head ?? ''), log.records.get(log.head ?? '') ?? new Uint8Array());
      const before = store.calls.length;
      refreshed.push(await look(`home-${round}`));
      reads = store.calls.slice(before).filter(({ operation }) => operation === 'get').length;
    }
    const unpacked = await look('home-unpacked', new FolderStore(loose));
    const sessions = `${devices * sessionsEach} sessions of ${devices} devices in a folder`;
    return [
      { what: `${sessions}, seen for the first time`, ours: median(cold), beside: 'the same, one file a record', theirs: unpacked, unit: 'ms' },
      { what: 'seen again', ours: median(warm), beside: 'the aim', theirs: 50, unit: 'ms', aim: 1 },
      { what: 'after one more save', ours: median(refreshed), beside: 'seen for the first time', theirs: median(cold), unit: 'ms' },
      { what: 'the same', ours: reads, beside: 'one a device', theirs: devices, unit: 'reads', aim: 1 },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function saves(log: SignedLog, number: number): void {
  const id = number.toString(16).padStart(16, '0');
  log.write({
    type: 'session',
    summary: {
      id, savedAt: now.toISOString(), message: `Save number ${number}`, repository: { remote: 'example.org/ada/shop', roots: ['a'.repeat(40)], name: 'shop' }, branch: 'main', commit: id.padEnd(40, '0'), subject: 'Open the shop',
      conversations: [{ agent: 'claude-code', id: `11111111-2222-4333-8444-${id.slice(-12)}`, title: 'The menu of the week', messages: 120, issues: 0, bytes: 300_000 }],
      excerpt: 'Where the work stands, in some words. '.repeat(4), stored: 4_000, manifest: id.padEnd(64, 'c'),
    },
  });
}

/** A log as it lies at the store once its writer has packed and tidied it. */
async function packed(log: SignedLog): Promise<Map<string, Uint8Array>> {
  const stored = new Map(log.records);
  const objects = (): LogObject[] => [...stored.keys()].flatMap((name) => logObject(name) ?? []);
  for (const parts of packsDue(objects())) {
    const { name, bytes } = await pack(new Map([...log.records].filter(([each]) => parts.some((part) => part.name === each))));
    stored.set(name, bytes);
  }
  const current = new Set(objectsBeyond(objects(), 0).map(({ name }) => name));
  return new Map([...stored].filter(([name]) => current.has(name)));
}
