import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as fc from 'fast-check';
import * as z from 'zod';
import { ConvoSyncError, type ErrorCode } from '../../../../src/core/common/errors.ts';
import { silentLogger } from '../../../../src/core/common/logger.ts';
import { Home } from '../../../../src/core/home/home.ts';
import { keys } from '../../../../src/core/storage/backend.ts';
import { type RawLog, readLogs } from '../../../../src/core/vault/log.ts';
import { LogIndex } from '../../../../src/core/vault/logIndex.ts';
import { mergeLogs } from '../../../../src/core/vault/mergedLogs.ts';
import { type LogRecord, RecordBody, recordReading } from '../../../../src/core/vault/record.ts';
import { sealWith } from '../../../../src/core/vault/seal.ts';
import { readStoredLogs } from '../../../../src/core/vault/storedLogs.ts';
import { MemoryBackend, MemoryStore } from '../../../support/memoryBackend.ts';
import { now, SignedLog, vault } from '../../../support/signedLog.ts';

const { id } = vault.description;
const chain = 'the end of a chain';
const reading = { seal: sealWith([]), ends: new Map<string, string>() };

/** A store with the logs of some writers, and a device that looks at it. */
class Scene {
  readonly home = new Home(mkdtempSync(path.join(tmpdir(), 'log-index-')));
  readonly folder = path.join(this.home.vaultsFolder, id);
  readonly file = path.join(this.folder, 'index.sqlite');
  readonly store: MemoryStore;
  readonly backend: MemoryBackend;
  readonly logs = ['aaaaaaaa', 'bbbbbbbb', 'cccccccc'].map((writer) => new SignedLog(writer));

  constructor({ tells = true } = {}) {
    this.store = new MemoryStore({ tells });
    this.backend = new MemoryBackend(this.store);
    this.logs.forEach((log) => this.put(log));
  }

  /** Brings the store to where the log is. */
  put({ writer, records }: SignedLog): void {
    const wanted = new Map([...records].map(([name, bytes]) => [keys.record(writer, name), bytes]));
    for (const key of this.store.objects.keys()) {
      if (key.startsWith(keys.log(writer)) && !wanted.has(key)) {
        this.store.delete(key);
      }
    }
    for (const [key, bytes] of wanted) {
      if (!this.store.objects.has(key)) {
        this.store.put(key, bytes);
      }
    }
  }

  load(of = id): Promise<LogIndex> {
    return LogIndex.load({ home: this.home, vault: of, logger: silentLogger });
  }

  async look(loaded?: LogIndex): Promise<Map<string, LogRecord[]>> {
    const index = loaded ?? (await this.load());
    await this.backend.refresh();
    this.backend.asked.fetched.length = 0;
    this.backend.asked.listed.length = 0;
    const stored = await readStoredLogs(this.backend, { ...reading, known: index.logs });
    const logs = read(stored);
    const gone = [...index.logs.keys()].filter((writer) => !logs.has(writer)).map((writer) => ({ writer, version: undefined, records: [], lines: new Map<string, Uint8Array>() }));
    await index.keep([...gone, ...stored.map(({ writer, version, records }) => ({ writer, version, records: logs.get(writer) ?? [], lines: records }))], { chain, merged: mergeLogs(logs, now) });
    return logs;
  }

  /** What a device sees that keeps nothing. */
  async lookAnew(): Promise<Map<string, LogRecord[]>> {
    const backend = new MemoryBackend(this.store);
    await backend.refresh();
    return read(await readStoredLogs(backend, { ...reading, known: new Map() }));
  }

  get asked(): [listed: number, fetched: number] {
    return [this.backend.asked.listed.length, this.backend.asked.fetched.length];
  }

  [Symbol.dispose](): void {
    rmSync(this.home.root, { recursive: true });
  }
}

function read(stored: readonly RawLog[]): Map<string, LogRecord[]> {
  const { logs, problems } = readLogs(vault.description, stored, {});
  for (const problem of problems.values()) {
    throw problem;
  }
  return logs;
}

describe('the logs that were proven before', () => {
  let scene: Scene;
  beforeEach(() => {
    scene = new Scene();
  });
  afterEach(() => scene[Symbol.dispose]());

  it('are not asked for again, and of what went on only the new records are', async () => {
    const first = await scene.look();
    assert.deepEqual(scene.asked, [3, 3]);
    assert.deepEqual(await scene.look(), first);
    assert.deepEqual(scene.asked, [0, 0]);
    const [one] = scene.logs as [SignedLog];
    one.delete();
    one.delete();
    scene.put(one);
    assert.deepEqual(await scene.look(), await scene.lookAnew());
    assert.deepEqual(scene.asked, [1, 2]);
  });

  it('are listed and not fetched where the store cannot tell whether they have changed', async () => {
    using vague = new Scene({ tells: false });
    await vague.look();
    await vague.look();
    assert.deepEqual(vague.asked, [3, 0]);
  });

  it('are read anew where one was replaced, and gave way to it', async () => {
    const [one] = scene.logs as [SignedLog];
    [1, 2, 3].forEach(() => one.delete());
    scene.put(one);
    await scene.look();
    one.cut(2);
    one.delete();
    scene.put(one);
    assert.deepEqual(await scene.look(), await scene.lookAnew());
    assert.deepEqual(scene.asked, [1, 3]);
    await scene.look();
    assert.deepEqual(scene.asked, [0, 0]);
  });

  it('are read anew once where the store says that one has changed and nothing has', async () => {
    await scene.look();
    const [{ writer, head = '', records }] = scene.logs as [SignedLog];
    scene.store.put(keys.record(writer, head), records.get(head) ?? new Uint8Array());
    await scene.look();
    assert.deepEqual(scene.asked, [1, 1]);
    await scene.look();
    assert.deepEqual(scene.asked, [0, 0]);
  });

  it('do not mix when two processes saw different ends of a log', async () => {
    const [log] = scene.logs as [SignedLog];
    log.delete();
    scene.put(log);
    await scene.look();
    const other = await scene.load();
    const added = log.delete();
    const longer = new Map(log.records);
    log.cut(2);
    log.delete('cd'.repeat(5));
    log.delete('cd'.repeat(5));
    scene.put(log);
    await scene.look();
    scene.put(Object.assign(Object.create(log) as SignedLog, { records: longer }));
    assert.equal((await scene.look(other)).get(log.writer)?.at(-1)?.name, added);
    assert.deepEqual(await scene.look(), await scene.lookAnew());
  });

  const refusals: [what: string, code: ErrorCode, tamper: (log: SignedLog, store: MemoryStore) => void][] = [
    ['a record was altered', 'vault-damaged', ({ writer, head = '', records }, store) => store.put(keys.record(writer, head), Buffer.from(Buffer.from(records.get(head) ?? '').toString().replace('abab', 'acac')))],
    ['a record was taken out of the middle', 'vault-damaged', ({ writer, records }, store) => store.delete(keys.record(writer, [...records.keys()][1] ?? ''))],
    ['the beginning is gone', 'vault-damaged', ({ writer, records }, store) => store.delete(keys.record(writer, [...records.keys()][0] ?? ''))],
    ['it goes on with what another writer signed', 'vault-forged', (log, store) => {
      const name = log.write({ type: 'deleted', session: 'ef'.repeat(5) }, { key: new SignedLog('dddddddd').key });
      store.put(keys.record(log.writer, name), log.records.get(name) ?? new Uint8Array());
    }],
    ['it goes on with a gap', 'vault-damaged', (log, store) => {
      log.delete();
      const name = log.delete();
      store.put(keys.record(log.writer, name), log.records.get(name) ?? new Uint8Array());
    }],
    ['it ends before what another log has seen', 'vault-rolled-back', (log, store) => store.delete(keys.record(log.writer, log.head ?? ''))],
  ];
  for (const [what, code, tamper] of refusals) {
    it(`do not hide that ${what}, and are not touched by it`, async () => {
      const [one, two] = scene.logs as [SignedLog, SignedLog];
      one.delete();
      two.heads = { [one.writer]: one.delete() };
      two.delete();
      scene.put(one);
      scene.put(two);
      await scene.look();
      const kept = recordsOf(await scene.load());
      tamper(one, scene.store);
      for (const attempt of [() => scene.look(), () => scene.lookAnew()]) {
        await assert.rejects(attempt, (error) => ConvoSyncError.is(error, code));
      }
      assert.deepEqual(recordsOf(await scene.load()), kept);
    });
  }

  it('are for the user’s eyes alone', async () => {
    await scene.look();
    assert.equal(statSync(scene.file).mode & 0o777, 0o600);
  });

  it('are nothing where a folder lies in their place, or they are those of another vault', async () => {
    await scene.look();
    const other = 'f'.repeat(32);
    mkdirSync(path.join(scene.home.vaultsFolder, other));
    copyFileSync(scene.file, path.join(scene.home.vaultsFolder, other, 'index.sqlite'));
    assert.equal((await scene.load(other)).logs.size, 0);
    rmSync(scene.file);
    mkdirSync(scene.file);
    assert.deepEqual(await scene.look(), await scene.lookAnew());
  });

  it('are read anew where the file is damaged, wherever that is, and kept again', async () => {
    const [one] = scene.logs as [SignedLog];
    for (let look = 0; look < 3; look++) {
      await scene.look();
      one.delete();
      scene.put(one);
    }
    const sound = readFileSync(scene.file);
    const expected = await scene.lookAnew();
    for (let at = 0; at < sound.length; at += 4_099) {
      const damaged = Buffer.from(sound);
      damaged.fill(0x5a, at, at + 40);
      for (const content of [damaged, sound.subarray(0, at), Buffer.concat([sound.subarray(0, at), Buffer.from('\n'), sound.subarray(at)])]) {
        writeFileSync(scene.file, content);
        assert.deepEqual(await scene.look(), expected, `at ${at}`);
        // Some damage is found only in writing.
        await scene.look();
        await scene.look();
        assert.deepEqual(scene.asked, [0, 0], `kept again after damage at ${at}`);
      }
    }
  }).timeout(20_000);

  it('are begun anew in place of what another version of the program has written', async () => {
    await scene.look();
    withDatabase(scene.file, (database) => database.exec("CREATE TABLE news (what TEXT); INSERT INTO news VALUES ('x'); PRAGMA user_version = 999999"));
    assert.equal((await scene.load()).logs.size, 0);
    const anew = await scene.look();
    assert.deepEqual(recordsOf(await scene.load()), [...anew].map(([writer, records]) => [writer, records]));
  });

  it('stay as they were when a process is killed in the middle of writing them', async () => {
    const before = await scene.look();
    const killed = spawnSync(process.execPath, ['--no-warnings', '-e', `
      const { DatabaseSync } = require('node:sqlite');
      const database = new DatabaseSync(${JSON.stringify(scene.file)});
      database.exec("BEGIN IMMEDIATE; PRAGMA cache_size = 0; DELETE FROM pieces; UPDATE logs SET version = 'other'");
      process.kill(process.pid, 'SIGKILL');`]);
    assert.equal(killed.signal, 'SIGKILL');
    assert.deepEqual(await scene.look(), before);
    assert.deepEqual(scene.asked, [0, 0]);
  });

  it('stop nothing while another process writes them for long', async () => {
    await scene.look();
    const [one] = scene.logs as [SignedLog];
    one.delete();
    scene.put(one);
    const other = new DatabaseSync(scene.file);
    other.exec('BEGIN IMMEDIATE');
    assert.deepEqual(await scene.look(), await scene.lookAnew());
    other.close();
    await scene.look();
    assert.deepEqual(scene.asked, [1, 1], 'they could not be kept');
    await scene.look();
    assert.deepEqual(scene.asked, [0, 0]);
  });

  for (const isRead of [false, true]) {
    it(`can be forgotten, and leave nothing in any file${isRead ? ', also while another process reads them' : ''}`, async () => {
      const secret = 'five cheeses and a plum';
      const [one] = scene.logs as [SignedLog];
      one.write({ type: 'device', device: { id: 'd'.repeat(20), name: secret, kind: 'desktop' } });
      scene.put(one);
      await scene.look();
      const holders = (): string[] => readdirSync(scene.folder).filter((name) => readFileSync(path.join(scene.folder, name)).includes(secret));
      assert.deepEqual(holders(), ['index.sqlite']);
      const reader = isRead ? new DatabaseSync(scene.file) : undefined;
      reader?.exec('BEGIN; SELECT * FROM logs');
      const index = await scene.load();
      await index.forget();
      assert.deepEqual([holders(), index.logs.size, (await scene.load()).logs.size], [[], 0, 0]);
      reader?.close();
      const anew = await scene.look();
      assert.deepEqual(await scene.look(), anew);
      assert.deepEqual(scene.asked, [0, 0]);
    });
  }

  it('give the same as reading everything, whatever happens to logs and cache and however many processes look', async () => {
    const writer = fc.nat(2);
    const step = fc.oneof(
      fc.record({ do: fc.constant('append' as const), writer, count: fc.integer({ min: 1, max: 3 }), seen: fc.boolean() }),
      fc.record({ do: fc.constant('replace' as const), writer, cut: fc.nat(3), count: fc.nat(3) }),
      fc.record({ do: fc.constant('remove' as const), writer }),
      fc.record({ do: fc.constant('look' as const), process: fc.nat(1), again: fc.boolean() }),
      fc.record({ do: fc.constant('spoil' as const), how: fc.constantFrom('delete' as const, 'cut' as const, 'garbage' as const, 'flip' as const), at: fc.nat(5_000) }),
    );
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.boolean(), async (steps, tells) => {
      using one = new Scene({ tells });
      const processes: (LogIndex | undefined)[] = [];
      /** By writer and version, the records that the store then held. */
      const history = new Map<string, string[]>();
      for (const each of [...steps, { do: 'look' as const, process: 0, again: true }, { do: 'look' as const, process: 1, again: true }]) {
        if (each.do === 'look') {
          const process = (each.again ? processes[each.process] : undefined) ?? (processes[each.process] = await one.load());
          const [seen, expected] = await Promise.all([outcome(one.look(process)), outcome(one.lookAnew())]);
          assert.deepEqual(seen, expected);
          if (seen instanceof Map) {
            seen.forEach((records, name) => history.set(`${name} ${one.store.versions.get(name)}`, records.map((record) => record.name)));
          }
          const kept = await one.load();
          for (const [name, { version, records }] of tells ? kept.logs : []) {
            assert.deepEqual(records.map((record) => record.name), history.get(`${name} ${version?.slice('version '.length)}`));
          }
          const together = kept.together(chain);
          assert.deepEqual(together?.state(new Set()), together && mergeLogs(new Map([...kept.logs].map(([writer, { records }]) => [writer, records])), now).state(new Set()));
        } else if (each.do === 'spoil') {
          spoil(one.file, each.how, each.at);
        } else {
          change(one, each);
        }
      }
    }), { numRuns: 40 });
  }).timeout(20_000);

  it('are read anew once records are read in another way', () => {
    // Whoever changes how records are read raises the number, and notes the new schemas here.
    const schemas = createHash('sha256').update(JSON.stringify(z.toJSONSchema(RecordBody))).digest('hex').slice(0, 16);
    assert.deepEqual([recordReading, schemas], [7, '2be6d7911198483b']);
  });
});

function recordsOf({ logs }: LogIndex): unknown {
  return [...logs].map(([writer, { records }]) => [writer, records.map((record) => ({ ...record }))]);
}

function withDatabase(file: string, action: (database: DatabaseSync) => void): void {
  const database = new DatabaseSync(file);
  action(database);
  database.close();
}

type Change = { do: 'append'; writer: number; count: number; seen: boolean } | { do: 'replace'; writer: number; cut: number; count: number } | { do: 'remove'; writer: number };

function change(scene: Scene, step: Change): void {
  const log = scene.logs[step.writer] ?? assert.fail();
  if (step.do === 'remove') {
    scene.put(Object.assign(Object.create(log) as SignedLog, { records: new Map() }));
    return;
  }
  if (step.do === 'replace') {
    log.cut(Math.min(step.cut, log.records.size - 1));
  }
  log.heads = step.do === 'append' && step.seen ? Object.fromEntries(scene.logs.flatMap(({ writer, head }) => (head === undefined || writer === log.writer ? [] : [[writer, head]]))) : {};
  for (let count = 0; count < step.count; count++) {
    log.write(count % 2 === 0 ? { type: 'deleted', session: 'ab'.repeat(5) } : { type: 'device', device: { id: 'd'.repeat(20), name: 'Büro 🍕', kind: 'desktop' } });
  }
  scene.put(log);
}

function spoil(file: string, how: 'delete' | 'cut' | 'garbage' | 'flip', at: number): void {
  if (!existsSync(file) || how === 'delete') {
    rmSync(file, { force: true });
  } else if (how === 'cut') {
    truncateSync(file, at % (statSync(file).size + 1));
  } else if (how === 'garbage') {
    appendFileSync(file, 'x'.repeat(at % 90));
  } else {
    const bytes = readFileSync(file);
    bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ 1;
    writeFileSync(file, bytes);
  }
}

/** The logs, or the code of the error and the object that it names. */
async function outcome(looking: Promise<Map<string, LogRecord[]>>): Promise<Map<string, LogRecord[]> | string> {
  try {
    return await looking;
  } catch (error) {
    assert.ok(ConvoSyncError.is(error), String(error));
    return `${error.code} ${String(error.details['object'])}`;
  }
}
