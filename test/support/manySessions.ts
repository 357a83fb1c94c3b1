/** A vault of many devices with many sessions, as it lies in a folder once each writer has packed its log. */
import { mkdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { silentLogger } from '../../src/core/common/logger.ts';
import { Home } from '../../src/core/home/home.ts';
import { keys } from '../../src/core/storage/backend.ts';
import { FolderStore } from '../../src/core/storage/folder/folderStore.ts';
import type { Store } from '../../src/core/storage/store.ts';
import { StoreBackend } from '../../src/core/storage/storeBackend.ts';
import { openSlot } from '../../src/core/vault/keySlots.ts';
import { logObject, type LogObject, objectsBeyond, pack, packsDue } from '../../src/core/vault/logObjects.ts';
import { Vault } from '../../src/core/vault/vault.ts';
import { now, SignedLog, vault as founded, vaultKeys } from './signedLog.ts';

const { description, bytes, keys: document } = founded;
const documents = new Map([[keys.vault, bytes], [openSlot, document]]);

export class ManySessions {
  readonly logs: SignedLog[];
  readonly #folder: string;
  #count = 0;

  /** @param folder an existing one, for places and homes */
  constructor(folder: string, { devices, sessionsEach }: { devices: number; sessionsEach: number }) {
    this.#folder = folder;
    this.logs = Array.from({ length: devices }, (_, device) => new SignedLog((device + 1).toString(16).padStart(8, '0')));
    for (const log of this.logs) {
      for (let count = 0; count < sessionsEach; count++) {
        saves(log, this.#count++);
      }
    }
  }

  get count(): number {
    return this.#count;
  }

  /** Writes it all into a folder. @param packed or one file a record */
  async place(name: string, { packed }: { packed: boolean }): Promise<string> {
    const place = path.join(this.#folder, name);
    await new FolderStore(place).create();
    documents.forEach((content, key) => put(place, key, content));
    for (const log of this.logs) {
      for (const [object, content] of packed ? await packedLog(log) : log.records) {
        put(place, keys.record(log.writer, object), content);
      }
    }
    return place;
  }

  /** The first device saves once more. */
  saveOnce(place: string): void {
    const [log] = this.logs as [SignedLog];
    saves(log, this.#count++);
    put(place, keys.record(log.writer, log.head ?? ''), log.records.get(log.head ?? '') ?? new Uint8Array());
  }

  /** As a device has it that is none of them. @param home name of its home: a new one looks for the first time */
  async open(home: string, store: Store): Promise<Vault> {
    const opened = new Home(path.join(this.#folder, home));
    await opened.prepare();
    const backend = new StoreBackend({ store, vault: description.id, pause: () => Promise.resolve(), random: Math.random, logger: silentLogger });
    return Vault.open({ home: opened, description, keys: vaultKeys, documents, backend, device: { id: 'd'.repeat(20), name: 'desktop', kind: 'desktop' }, fingerprint: home, now: () => now, logger: silentLogger });
  }
}

function put(place: string, key: string, content: Uint8Array): void {
  const file = path.join(place, description.id, key);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
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
async function packedLog(log: SignedLog): Promise<Map<string, Uint8Array>> {
  const stored = new Map(log.records);
  const objects = (): LogObject[] => [...stored.keys()].flatMap((name) => logObject(name) ?? []);
  for (const parts of packsDue(objects())) {
    const { name, bytes } = await pack(new Map([...log.records].filter(([each]) => parts.some((part) => part.name === each))));
    stored.set(name, bytes);
  }
  const current = new Set(objectsBeyond(objects(), 0).map(({ name }) => name));
  return new Map([...stored].filter(([name]) => current.has(name)));
}
