/**
 * Searching 500 MB of conversation, or as many as BENCH_SEARCH says: what an answer takes in a search that is open, as it is
 * while somebody types, for what stands in every message and for what stands in one; and what it takes to read it all for the
 * first time, and after one more save. What it is read from was saved without being searched for secrets.
 */
import { randomUUID } from 'node:crypto';
import { appendFileSync, readdirSync, readFileSync, statSync } from 'node:fs';
import * as path from 'node:path';
import { SecretScanner } from '../../src/core/operations/secrets.ts';
import { type Device, World } from '../support/device.ts';
import { records, writeLongTranscript } from '../support/longTranscript.ts';
import { type Figure, median } from './figures.ts';

const megabyte = 1_000_000;
const size = Number(process.env['BENCH_SEARCH'] ?? 500);
const sizeEach = Math.min(10, size);
const aim = 100;

export async function search(rounds: number): Promise<Figure[]> {
  using world = new World();
  const device = world.device('desktop').clone(world.remote());
  const conversations = Array.from({ length: Math.ceil(size / sizeEach) }, () => randomUUID());
  let count = 0;
  for (const id of conversations) {
    count = await writeLongTranscript(device.transcriptPath(id), id, sizeEach * megabyte);
  }
  await saveUnsearched(device);
  const first = await timed(() => prepared(device));
  const [last = ''] = conversations;
  appendFileSync(device.transcriptPath(last), records(last, count, 4));
  await saveUnsearched(device, [last]);
  const again = await timed(() => prepared(device));
  const rare = /"text":"[^"]*?\b(\w*\d\w*)\b/.exec(readFileSync(device.transcriptPath(last), 'utf8'))?.[1] ?? '';
  const queries: [what: string, typed: string][] = [
    ['a word that stands in every message', '"pizza"'], ['four such words, the last half typed', 'pizza oven basil kitch'], ['the beginning of a word, three letters', 'piz'],
    ['two letters', 'pi'], ['a phrase', '"pizza oven"'], ['words that stand in few messages', `${rare} customer`], ['nothing that there is', 'zzzzzz'],
  ];
  const figures: Figure[] = [];
  const open = await device.convosync.openSearch(device.folder);
  for (const [what, typed] of queries) {
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      times.push(await timed(() => open.find(typed)));
    }
    figures.push({ what: `${what}, in ${size} MB`, ours: median(times), beside: 'the aim', theirs: aim, unit: 'ms', aim: 1 });
  }
  return [
    ...figures,
    { what: `${size} MB read for the first time`, ours: first, beside: 'a minute', theirs: 60_000, unit: 'ms' },
    { what: `4 records onto ${sizeEach} of them`, ours: again, beside: 'read for the first time', theirs: first, unit: 'ms' },
    { what: 'the index', ours: statSync(indexOf(device)).size / megabyte, beside: 'what was said', theirs: size, unit: 'MB' },
  ];
}

async function prepared(device: Device): Promise<void> {
  await (await device.convosync.openSearch(device.folder)).prepare();
}

async function saveUnsearched(device: Device, conversations: 'all' | string[] = 'all'): Promise<void> {
  const scan = Object.getOwnPropertyDescriptor(SecretScanner.prototype, 'scan');
  SecretScanner.prototype.scan = () => Promise.resolve([]);
  try {
    device.world.passMinutes(1);
    await device.save('Grow', { conversations, force: true, push: false });
  } finally {
    Object.defineProperty(SecretScanner.prototype, 'scan', scan ?? {});
  }
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

function indexOf({ home }: Device): string {
  const vaults = path.join(home, '.local', 'share', 'convosync', 'vaults');
  return path.join(vaults, readdirSync(vaults)[0] ?? '', 'search.sqlite');
}
