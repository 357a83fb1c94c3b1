import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { SearchOptions } from '../../src/core/operations/convosync.ts';
import type { SearchAnswer } from '../../src/core/operations/report.ts';
import { type Device, World } from '../support/device.ts';

const talk = randomUUID();
const passphrase = 'four green pizza ovens';

describe('a search', function () {
  this.timeout(120_000);
  let world: World;
  let remote: string;
  let desktop: Device;
  let laptop: Device;

  beforeEach(() => {
    world = new World();
    remote = world.remote();
    [desktop, laptop] = [world.device('desktop').clone(remote), world.device('laptop').clone(remote)];
  });
  afterEach(() => world[Symbol.dispose]());

  const saves = async (from: Device, message: string): Promise<string> => {
    world.passMinutes(1);
    const { outcome, session } = await from.save(message, { push: false });
    assert.equal(outcome, 'sent');
    return session;
  };
  const searches = async (from: Device, typed: string, options: SearchOptions = {}): Promise<SearchAnswer> => {
    const search = await from.convosync.openSearch(from.folder);
    const { unread, missing } = await search.prepare();
    assert.deepEqual([unread, missing], [[], 0]);
    return search.find(typed, options);
  };
  const searchesUnprepared = async (from: Device, typed: string): Promise<SearchAnswer> => (await from.convosync.openSearch(from.folder, { refresh: false })).find(typed);
  /** What a search finds in conversations: by whom, in which session, what. */
  const finds = async (from: Device, typed: string, options: SearchOptions = {}): Promise<string[]> =>
    (await searches(from, typed, options)).hits.filter(({ conversation }) => conversation).map(({ session, said, snippet }) => `${session.summary.message}, ${said}: ${snippet.map(({ text }) => text).join('')}`);
  const indexOf = (one: Device): string => {
    const vaults = path.join(one.home, '.local', 'share', 'convosync', 'vaults');
    return path.join(vaults, readdirSync(vaults)[0] ?? '', 'search.sqlite');
  };
  const counted = (one: Device, table: string): unknown => {
    const database = new DatabaseSync(indexOf(one), { readOnly: true });
    try {
      return database.prepare(`SELECT count(*) AS count FROM ${table}`).get()?.['count'];
    } finally {
      database.close();
    }
  };

  it('finds what was said on every device, in the session where it was first said, the newest first', async () => {
    desktop.say(talk, 'Bake a pizza with anchovies', 'A pizza with anchovies it is.');
    await saves(desktop, 'One');
    await laptop.resume();
    world.passMinutes(1);
    laptop.say(talk, 'No anchovies on the pizza, olives', 'Olives.');
    await saves(laptop, 'Two');
    assert.deepEqual(await finds(desktop, 'pizza anchovies'), [
      'Two, user: No anchovies on the pizza, olives', 'One, assistant: A pizza with anchovies it is.', 'One, user: Bake a pizza with anchovies',
    ]);
    assert.deepEqual(await finds(laptop, 'OLÍV'), ['Two, assistant: Olives.', 'Two, user: No anchovies on the pizza, olives']);
    assert.deepEqual(await finds(laptop, '"anchovies on"'), ['Two, user: No anchovies on the pizza, olives']);
    assert.deepEqual(await finds(laptop, 'pizza', { among: ({ device }) => device.name === 'desktop' }), ['One, assistant: A pizza with anchovies it is.', 'One, user: Bake a pizza with anchovies']);
    const { hits, isMore } = await searches(laptop, 'olives', { limit: 1 });
    assert.deepEqual([hits.length, isMore], [1, true]);
    const { hits: all } = await searches(laptop, '"olives"');
    assert.deepEqual(all.find(({ said }) => said === 'user')?.conversation, { agent: 'claude-code', id: talk, message: 2 });
  });

  it('finds titles and handoffs, of one conversation those of the newest session', async () => {
    desktop.say(talk, 'Bake a pizza');
    await saves(desktop, 'Preheat the oven');
    desktop.say(talk, 'And eat it');
    await saves(desktop, 'Preheat the oven again');
    const { hits } = await searches(laptop, 'preheat oven');
    assert.deepEqual(hits.map(({ session, said }) => [session.summary.message, said]), [['Preheat the oven again', 'title']]);
    assert.ok((await searches(laptop, 'bake')).hits.some(({ said }) => said === 'handoff'));
  });

  it('holds once what many sessions hold, and adds what is new', async () => {
    for (const number of [1, 2, 3, 4, 5]) {
      desktop.say(talk, `Pizza number ${number}`);
      await saves(desktop, `Save ${number}`);
    }
    assert.equal((await finds(laptop, 'pizza number')).length, 5);
    assert.equal(counted(laptop, "entries WHERE said = 'user'"), 5);
    desktop.say(talk, 'Pizza number 6');
    await saves(desktop, 'Save 6');
    assert.equal((await finds(laptop, 'pizza number')).length, 6);
    assert.equal(counted(laptop, "entries WHERE said = 'user'"), 6);
    assert.equal(counted(laptop, "threads WHERE agent <> ''"), 1);
  });

  it('holds once what two devices have in common that went on by themselves', async () => {
    desktop.say(talk, 'Pizza at first');
    await saves(desktop, 'Begin');
    await laptop.resume();
    laptop.say(talk, 'Pizza on the laptop');
    desktop.say(talk, 'Pizza on the desktop');
    await saves(desktop, 'Desktop');
    await saves(laptop, 'Laptop');
    assert.deepEqual((await finds(laptop, 'pizza')).sort(), ['Begin, user: Pizza at first', 'Desktop, user: Pizza on the desktop', 'Laptop, user: Pizza on the laptop']);
    assert.equal(counted(laptop, "entries WHERE said = 'user'"), 3);
  });

  it('does not find what was deleted, nor keeps it, and finds what is brought back', async () => {
    desktop.say(talk, 'Pizza');
    await saves(desktop, 'One');
    desktop.say(talk, 'Calzone');
    const two = await saves(desktop, 'Two');
    assert.deepEqual(await finds(laptop, 'calzone'), ['Two, user: Calzone']);
    await desktop.convosync.delete(desktop.folder, [two]);
    await laptop.convosync.list(laptop.folder);
    assert.deepEqual((await searchesUnprepared(laptop, 'calzone')).hits, []);
    assert.deepEqual(await finds(laptop, 'calzone'), []);
    assert.deepEqual(await finds(laptop, 'pizza'), ['One, user: Pizza']);
    assert.equal(counted(laptop, "entries WHERE text LIKE '%alzone%'"), 0);
    await desktop.convosync.restore(desktop.folder, [two]);
    assert.deepEqual(await finds(laptop, 'calzone'), ['Two, user: Calzone']);
  });

  const ways: [how: string, spoil: (file: string) => void][] = [
    ['deleted', (file) => rmSync(file)],
    ['emptied', (file) => writeFileSync(file, '')],
    ['cut short', (file) => truncateSync(file, 40_000)],
    ['no database', (file) => writeFileSync(file, 'x'.repeat(100_000))],
    ['of another version', (file) => {
      const database = new DatabaseSync(file);
      database.exec('PRAGMA user_version = 999');
      database.close();
    }],
  ];
  for (const [how, spoil] of ways) {
    it(`makes an index anew that is ${how}`, async () => {
      desktop.say(talk, 'Pizza');
      await saves(desktop, 'One');
      assert.deepEqual(await finds(desktop, 'pizza'), ['One, user: Pizza']);
      spoil(indexOf(desktop));
      assert.deepEqual(await finds(desktop, 'pizza'), ['One, user: Pizza']);
    });
  }

  it('says how many sessions it has not searched', async () => {
    desktop.say(talk, 'Pizza');
    await saves(desktop, 'One');
    const { hits, missing } = await searchesUnprepared(desktop, 'pizza');
    assert.deepEqual([hits, missing], [[], 1]);
  });

  it('is answered by two at once', async () => {
    desktop.say(talk, 'Pizza');
    await saves(desktop, 'One');
    const both = await Promise.all([finds(laptop, 'pizza'), finds(laptop, 'pizza')]);
    assert.deepEqual(both, [['One, user: Pizza'], ['One, user: Pizza']]);
  });

  it('leaves what is half read out when it is cancelled, and goes on from there', async () => {
    desktop.say(talk, 'Pizza');
    await saves(desktop, 'One');
    const controller = new AbortController();
    const search = await laptop.convosync.openSearch(laptop.folder);
    await assert.rejects(search.prepare({ signal: controller.signal, onProgress: ({ phase }) => phase === 'index' && controller.abort() }), { code: 'cancelled' });
    assert.deepEqual((await search.find('pizza')).hits, []);
    assert.deepEqual(await finds(laptop, 'pizza'), ['One, user: Pizza']);
  });

  it('keeps nothing of a sealed vault that is locked', async () => {
    const sealed = world.device('tablet', { newVault: { passphrase } }).clone(remote);
    sealed.say(talk, 'Pizza with artichokes');
    await saves(sealed, 'One');
    assert.deepEqual(await finds(sealed, 'artichokes'), ['One, user: Pizza with artichokes']);
    const file = indexOf(sealed);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.match(readFileSync(file, 'latin1'), /artichokes/);
    await sealed.convosync.lock(sealed.folder);
    for (const left of ['', '-wal', '-shm'].map((end) => `${file}${end}`).filter((one) => existsSync(one))) {
      assert.doesNotMatch(readFileSync(left, 'latin1'), /artichokes/);
    }
    await assert.rejects(searchesUnprepared(sealed, 'artichokes'), { code: 'vault-locked' });
    await sealed.convosync.unlock(sealed.folder, passphrase);
    assert.deepEqual(await finds(sealed, 'artichokes'), ['One, user: Pizza with artichokes']);
  });

  it('leaves nothing of a vault that another process locks while it is read', async () => {
    const sealed = world.device('tablet', { newVault: { passphrase } }).clone(remote);
    sealed.say(talk, 'Pizza with artichokes');
    await saves(sealed, 'One');
    const search = await sealed.convosync.openSearch(sealed.folder);
    await sealed.convosync.lock(sealed.folder);
    await assert.rejects(search.prepare(), { code: 'vault-locked' });
    assert.deepEqual((await search.find('artichokes')).hits, []);
    assert.doesNotMatch(readFileSync(indexOf(sealed), 'latin1'), /artichokes/);
  });
});
