/**
 * A save of four records onto a transcript of 300 MB beside the same onto 3 MB, and the memory that the saves of the large
 * one take above what the process had before. Each in a process of its own, as a command is. The one pass of hashing over
 * what is stored already is measured by itself: nothing less would prove that it has not changed. Times of a file can be set
 * back, its inode stays when bytes are written in place, and samples miss what lies between them.
 *
 * What a first save takes is in the end the C library's: brotli needs some 60 MB at work, and of what it gives back each of
 * the four threads that take turns keeps a share. Nine chunks alone peak at 73 to 95 MB, and at 66 MB where the library
 * is told to keep nothing (`MALLOC_TRIM_THRESHOLD_=1000000`).
 */
import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { appendFileSync, createReadStream } from 'node:fs';
import * as path from 'node:path';
import { records, writeLongTranscript } from '../support/longTranscript.ts';
import { type Device, World } from '../support/device.ts';
import { type Figure, median } from './figures.ts';
import type { MeasuredSave } from './largeSave.ts';

const megabyte = 1_000_000;
const largest = Number(process.env['BENCH_LARGE'] ?? 300) * megabyte;
const usual = 3 * megabyte;
const memoryAbove = 150;

export async function large(rounds: number): Promise<Figure[]> {
  const saves = Math.min(rounds, 3);
  const small = await grown(usual, saves);
  const big = await grown(largest, saves);
  const name = `${largest / megabyte} MB`;
  const peak = (measured: readonly MeasuredSave[]): number => Math.max(...measured.map(({ above }) => above)) / megabyte;
  return [
    { what: `4 records onto ${name}, without hashing`, ours: median(big.later.map(({ ms }) => ms)) - big.hashing, beside: 'onto 3 MB', theirs: median(small.later.map(({ ms }) => ms)), unit: 'ms', aim: 2 },
    { what: `4 records onto ${name}, with it`, ours: median(big.later.map(({ ms }) => ms)), beside: 'sha256 of it', theirs: big.hashing, unit: 'ms' },
    { what: `memory of a save onto ${name}, above idle`, ours: peak(big.later), beside: 'limit', theirs: memoryAbove, unit: 'MB', aim: 1 },
    { what: `memory of the first save of ${name}, above idle`, ours: peak([big.first]), beside: 'limit', theirs: memoryAbove, unit: 'MB', aim: 1 },
    { what: `first save of ${name}, time`, ours: big.first.ms, beside: 'first save of 3 MB', theirs: small.first.ms, unit: 'ms' },
  ];
}

/** The first save of a transcript, and as many of four records more. */
async function grown(bytes: number, saves: number): Promise<{ first: MeasuredSave; later: MeasuredSave[]; hashing: number }> {
  using world = new World();
  const device = world.device('desktop').clone(world.remote());
  const id = randomUUID();
  const file = device.transcriptPath(id);
  let count = await writeLongTranscript(file, id, bytes);
  const first = measuredSave(device);
  const later: MeasuredSave[] = [];
  for (let save = 0; save < saves; save++) {
    appendFileSync(file, records(id, count, 4));
    count += 4;
    later.push(measuredSave(device));
  }
  const start = performance.now();
  const hash = createHash('sha256');
  for await (const piece of createReadStream(file, { highWaterMark: megabyte })) {
    hash.update(piece as Buffer);
  }
  return { first, later, hashing: performance.now() - start };
}

function measuredSave({ world, name, folder }: Device): MeasuredSave {
  const output = execFileSync(process.execPath, [path.join(import.meta.dirname, 'largeSave.ts'), world.folder, name, folder], { encoding: 'utf8', maxBuffer: megabyte });
  return JSON.parse(output) as MeasuredSave;
}
