import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import * as path from 'node:path';
import type { ComparedSessions } from '../../src/core/operations/report.ts';
import { type Device, World } from '../support/device.ts';
import { convosync, convosyncJson, placeOf } from '../cli/commandLine.ts';

const talk = randomUUID();

describe('comparing two sessions', function () {
  this.timeout(120_000);
  let world: World;
  let desktop: Device;
  let laptop: Device;

  beforeEach(() => {
    world = new World();
    const remote = world.remote();
    [desktop, laptop] = [world.device('desktop').clone(remote), world.device('laptop').clone(remote)];
  });
  afterEach(() => world[Symbol.dispose]());

  const saves = async (from: Device, message: string, request: Parameters<Device['save']>[1] = {}): Promise<string> => {
    world.passMinutes(1);
    return (await from.save(message, { push: false, ...request })).session;
  };
  const files = ({ code }: ComparedSessions): unknown[] => (code ?? []).map(({ path: file, was, change, lines }) => [change, was === undefined ? file : `${was} → ${file}`, lines ? `+${lines.added} −${lines.removed}` : 'not text']);

  it('shows files by what changed in them, commits that are only bundled and files that git does not know among them', async () => {
    desktop.say(talk, 'Hello');
    desktop.write('menu.md', 'margherita\nmarinara\n');
    desktop.write('tables.md', 'one\ntwo\nthree\nfour\nfive\n');
    const from = await saves(desktop, 'One');
    desktop.write('menu.md', 'margherita\nfunghi\nfour cheeses\n');
    desktop.git('mv', 'tables.md', 'seats.md');
    desktop.write('logo.bin', 'a\0b');
    rmSync(path.join(desktop.folder, 'orders.js'));
    const to = await saves(desktop, 'Two', { snapshot: true });
    await laptop.convosync.list(laptop.folder);
    const before = [laptop.git('status', '--porcelain'), laptop.git('for-each-ref'), laptop.git('rev-parse', 'HEAD')];
    const compared = await laptop.convosync.compare(laptop.folder, from.slice(0, 8), to);
    assert.deepEqual(files(compared), [['added', 'logo.bin', 'not text'], ['changed', 'menu.md', '+2 −1'], ['removed', 'orders.js', '+0 −1'], ['moved', 'tables.md → seats.md', '+0 −0']]);
    assert.equal(laptop.git('show', `${compared.code?.[0]?.to ?? ''}:logo.bin`), 'a\0b');
    assert.equal(laptop.git('show', `${compared.code?.[1]?.from ?? ''}:menu.md`), 'margherita\nmarinara');
    assert.deepEqual([laptop.git('status', '--porcelain'), laptop.git('for-each-ref'), laptop.git('rev-parse', 'HEAD')], before);
    assert.deepEqual(files(await laptop.convosync.compare(laptop.folder, from, from)), []);
  });

  it('says what two continuations of one conversation have in common, and what only one of them holds', async () => {
    desktop.say(talk, 'Hello');
    const begin = await saves(desktop, 'Begin');
    await laptop.resume();
    desktop.say(talk, 'On the desktop');
    desktop.say(talk, 'And once more');
    laptop.say(talk, 'On the laptop');
    const here = await saves(desktop, 'Desktop');
    const there = await saves(laptop, 'Laptop');
    const { conversations: [one] } = await laptop.convosync.compare(laptop.folder, here, there);
    assert.deepEqual([one?.heldBy, one?.common, one?.onlyOlder.length, one?.onlyNewer.length], ['both', 2, 4, 2]);
    const { conversations: [gone] } = await laptop.convosync.compare(laptop.folder, begin, here);
    assert.deepEqual([gone?.common, gone?.onlyOlder.length, gone?.onlyNewer.length], [2, 0, 4]);
    const { conversations: [same], handoff } = await laptop.convosync.compare(laptop.folder, here, here);
    assert.deepEqual([same?.common, same?.onlyOlder, same?.onlyNewer, handoff.filter(({ change }) => change !== 'same')], [6, [], [], []]);
  });

  it('is shown in a terminal without what could steer it, and printed as one document', async () => {
    desktop.say(talk, 'Hello');
    const from = await saves(desktop, 'One');
    desktop.say(talk, 'Bake\u001b[31m a \u202epizza');
    desktop.say(randomUUID(), 'Another');
    desktop.write('menu.md', 'margherita\n');
    const to = await saves(desktop, 'Two', { conversations: 'all' });
    const { code, stdout } = await convosync(placeOf(laptop), 'diff', from, to);
    assert.equal(code, 0);
    assert.match(stdout, /^- [0-9a-f]{8} from desktop, .*\n\+ [0-9a-f]{8} from desktop, .*\n\nCode: 1 file, \+1 −0\n {2}A menu\.md {2}\+1 −0\n/);
    assert.match(stdout, /Hello \(Claude Code\): the first 2 messages in common, then 2 more in the second\n {2}\+ You: Bake a pizza\n {2}\+ Assistant: Noted\.\n/);
    assert.match(stdout, /Another \(Claude Code\): 2 messages, in the second session alone/);
    assert.doesNotMatch(stdout, /[\u001b\u202e]/u);
    const { document } = await convosyncJson(placeOf(laptop), 'diff', from, to);
    const { code: changed, conversations } = document as { code: unknown[]; conversations: { heldBy: string; onlyTo: { text: string }[] }[] };
    assert.deepEqual(changed, [{ path: 'menu.md', change: 'added', lines: { added: 1, removed: 0 } }]);
    assert.deepEqual(conversations.map(({ heldBy, onlyTo }) => [heldBy, onlyTo.length]), [['both', 2], ['to', 2]]);
  });
});
