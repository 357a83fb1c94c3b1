/** What takes minutes: a conversation that is larger than a chunk, a slice and a portion many times over. */
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { appendFileSync, closeSync, mkdirSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import * as path from 'node:path';
import { ClaudeCodeAgent } from '../../src/core/agents/claudeCode/claudeCode.ts';
import { sha256File } from '../../src/core/common/hash.ts';
import { contextRuns } from '../../src/core/git/context.ts';
import { Home } from '../../src/core/home/home.ts';
import { type ReadingOptions, readTranscript } from '../../src/core/operations/transcriptReading.ts';
import { type Device, World } from '../support/device.ts';
import { records, writeLongTranscript } from '../support/longTranscript.ts';

describe('a transcript of 100 MB', function () {
  this.timeout(900_000);
  let world: World;
  beforeEach(() => (world = new World()));
  afterEach(() => world[Symbol.dispose]());

  it('goes to another device and back byte for byte, and a save of what is new stores that alone', async () => {
    const remote = world.remote();
    const [desktop, laptop] = [world.device('desktop').clone(remote), world.device('laptop').clone(remote)];
    const id = randomUUID();
    const count = await writeLongTranscript(desktop.transcriptPath(id), id, 100_000_000);
    await desktop.save('Long');
    world.passMinutes(1);
    await laptop.resume();
    assert.equal(await sha256File(laptop.transcriptPath(id)), await sha256File(desktop.transcriptPath(id)));
    world.passMinutes(1);
    appendFileSync(laptop.transcriptPath(id), records(id, count, 4));
    const { stored } = await laptop.save('Longer');
    assert.ok(stored < 20_000, `${stored} bytes`);
    world.passMinutes(1);
    await desktop.resume();
    assert.equal(await sha256File(laptop.transcriptPath(id)), await sha256File(desktop.transcriptPath(id)));
  });
});

describe('a file of 100 MB beside a transcript', function () {
  this.timeout(900_000);

  it('goes to another device byte for byte, with memory for a chunk and not for the file', async () => {
    using world = new World();
    const remote = world.remote();
    const [desktop, laptop] = [world.device('desktop').clone(remote), world.device('laptop').clone(remote)];
    const id = randomUUID();
    desktop.say(id, 'Keep the photo of the menu.');
    const sidecarOf = (device: Device): string => path.join(device.transcriptPath(id).replace(/\.jsonl$/, ''), 'tool-results', 'menu.txt');
    writeNoise(sidecarOf(desktop), 100_000_000);
    const growth = await memoryGrowth(() => desktop.save('With the menu'));
    world.passMinutes(1);
    await laptop.resume();
    assert.equal(await sha256File(sidecarOf(laptop)), await sha256File(sidecarOf(desktop)));
    assert.ok(growth < 300_000_000, `${growth} bytes above idle`);
  });
});

/** How far the memory of this process rises above what it was. */
async function memoryGrowth(action: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage.rss();
  let peak = before;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 10);
  try {
    await action();
  } finally {
    clearInterval(watch);
  }
  return peak - before;
}

/** Random bytes, which no codec makes smaller. */
function writeNoise(file: string, bytes: number): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const handle = openSync(file, 'w');
  try {
    for (let written = 0; written < bytes; written += 1_000_000) {
      writeSync(handle, randomBytes(1_000_000));
    }
  } finally {
    closeSync(handle);
  }
}

describe('reading a long transcript', function () {
  this.timeout(120_000);

  it('comes to the same whether it was read on the way or not', async () => {
    using world = new World();
    const file = path.join(world.folder, 'transcript.jsonl');
    const agent = new ClaudeCodeAgent({ userHome: world.folder, env: {}, platform: process.platform });
    const read = (home: string, wanted: ReadingOptions['wanted']) => readTranscript(new Home(path.join(world.folder, home)), { agent, conversation: 'talk', absolute: file, size: statSync(file).size },
      { wanted, contextOf: (messages) => Promise.resolve(contextRuns(messages, [], '/home/ada/pizza')) });
    let count = await writeLongTranscript(file, 'talk', 6_000_000);
    for (let step = 0; step < 4; step++) {
      const [often, once] = [await read('often', 'context'), await read(`once-${step}`, 'context')];
      assert.deepEqual(often.counted, { messages: count, issues: 0, damaged: 0 });
      assert.deepEqual(often, once);
      assert.deepEqual((await read('often', 'counts')).counted, often.counted);
      const [lately, anew] = [await read('often', 'messages'), await read(`anew-${step}`, 'messages')];
      assert.deepEqual(lately.messages, anew.messages);
      assert.deepEqual(lately.counted, often.counted);
      assert.equal(lately.messages.at(-1)?.index, count - 1);
      appendFileSync(file, records('talk', count, 1500));
      count += 1500;
    }
    rmSync(file);
    const fewer = await writeLongTranscript(file, 'other', 9_000_000);
    assert.equal((await read('often', 'counts')).counted.messages, fewer);
  });
});
