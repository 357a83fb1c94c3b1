/**
 * The search for secrets in a first save of 10 MB of conversation: with it and without it in turn, each save in a process of its
 * own, as a command is. On a machine that does other things as well, the time of processors tells more. Made transcripts are
 * prose; real ones, where there is a corpus, hold code, results of tools and escapes.
 *
 * Beside the search itself, a save reads the rules (60 ms from source) and leaves out what
 * they found: made transcripts have nothing of it, real ones some.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { scanFile } from '../../src/core/secrets/scanFile.ts';
import { corpusOf } from '../support/corpus.ts';
import { type Device, World } from '../support/device.ts';
import { writeLongTranscript } from '../support/longTranscript.ts';
import { type Figure, median } from './figures.ts';
import type { MeasuredSave } from './largeSave.ts';

const megabyte = 1_000_000;
const size = 10 * megabyte;
/** Milliseconds that the search may take beside the save. */
const limit = 500;
const most = 5;

export async function secrets(rounds: number): Promise<Figure[]> {
  const real = realTranscripts();
  return [
    ...(await figures('made', rounds, (device) => writeLongTranscript(transcriptOf(device), randomUUID(), size))),
    ...(real.length === 0 ? [] : await figures('real', rounds, (device) => {
      real.forEach((text) => writeFileSync(transcriptOf(device), text.replace(/"cwd":"[^"]*"/g, `"cwd":${JSON.stringify(device.folder)}`), 'latin1'));
      return Promise.resolve();
    })),
  ];
}

/** Of files that are there, beside nothing else. */
async function searchAlone(rounds: number, files: readonly string[]): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const { user, system } = process.cpuUsage();
    for (const absolute of files) {
      await scanFile({ absolute, size: statSync(absolute).size, isJson: true }, 0, []);
    }
    const after = process.cpuUsage();
    times.push((after.user + after.system - user - system) / 1000);
  }
  return median(times);
}

async function figures(kind: string, rounds: number, write: (device: Device) => Promise<unknown>): Promise<Figure[]> {
  const saves: Record<'with' | 'without', MeasuredSave[]> = { with: [], without: [] };
  using place = new World();
  const writer = place.device('writer').create();
  await write(writer);
  const alone = await searchAlone(rounds, transcriptsOf(writer));
  for (let round = 0; round < Math.min(rounds, most); round++) {
    for (const search of round % 2 === 0 ? (['with', 'without'] as const) : (['without', 'with'] as const)) {
      using world = new World();
      const device = world.device('desktop').clone(world.remote());
      await write(device);
      const output = execFileSync(process.execPath, [path.join(import.meta.dirname, 'largeSave.ts'), world.folder, device.name, device.folder, search], { encoding: 'utf8', maxBuffer: megabyte });
      const saved = JSON.parse(output) as MeasuredSave;
      assert.ok(saved.messages > 0);
      saves[search].push(saved);
    }
  }
  const medianOf = (search: keyof typeof saves, what: 'ms' | 'processor'): number => median(saves[search].map((save) => save[what]));
  return [
    { what: `search of 10 MB, ${kind}, time of processors`, ours: alone, beside: 'limit', theirs: limit, unit: 'ms', aim: 1 },
    { what: `first save of 10 MB, ${kind}, searched for secrets`, ours: medianOf('with', 'ms'), beside: 'the same, not searched', theirs: medianOf('without', 'ms'), unit: 'ms' },
    { what: 'the same, time of processors', ours: medianOf('with', 'processor'), beside: 'not searched', theirs: medianOf('without', 'processor'), unit: 'ms' },
    { what: 'what searching adds to it, with what is left out', ours: medianOf('with', 'processor') - medianOf('without', 'processor'), beside: 'limit', theirs: limit, unit: 'ms', aim: 1 },
  ];
}

function transcriptsOf(device: Device): string[] {
  const folder = path.dirname(device.transcriptPath(randomUUID()));
  return readdirSync(folder).map((name) => path.join(folder, name));
}

function transcriptOf(device: Device): string {
  const file = device.transcriptPath(randomUUID());
  mkdirSync(path.dirname(file), { recursive: true });
  return file;
}

/** Of the corpus, as bytes: 10 MB of them, the largest first, none more than half of that. */
function realTranscripts(): string[] {
  const files = (corpusOf('claude') ?? []).filter(({ path: file, bytes }) => file.endsWith('.jsonl') && bytes < size / 2).sort((a, b) => b.bytes - a.bytes);
  let sum = 0;
  return files.flatMap(({ path: file, bytes }) => {
    if (sum + bytes > size * 1.02) {
      return [];
    }
    sum += bytes;
    return [readFileSync(file, 'latin1')];
  });
}
