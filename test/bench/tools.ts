/**
 * A growing conversation, kept by ConvoSync in a folder and by the programs that people keep files with: what each save adds to
 * the folder, and how long it takes. Everything counts: manifests, records, indexes, git's own objects. Programs that are
 * not installed are left out, aloud.
 */
import { randomUUID } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { run } from '../support/run.ts';
import { World } from '../support/device.ts';
import { type Figure, median } from './figures.ts';
import { transcripts } from './transcripts.ts';

const firstLines = 700;
const linesAtATime = 4;
const saves = 50;
/** How many times less a small save adds than with those that people would take instead. */
const factor = 50;
const aimedAt = ['restic', 'git commit of the file'];

interface Keeper {
  name: string;
  /** Keeps the file as it is now. */
  save: () => Promise<unknown>;
  folder: string;
}

interface Kept {
  name: string;
  /** Bytes and milliseconds of each save, the first one first. */
  bytes: number[];
  times: number[];
}

export async function tools(): Promise<Figure[]> {
  const [transcript] = transcripts();
  if (!transcript) {
    return [];
  }
  const lines = transcript.text.split('\n');
  const first = Math.min(firstLines, lines.length - saves * linesAtATime);
  const versions = Array.from({ length: saves + 1 }, (_, save) => Buffer.from(lines.slice(0, first + save * linesAtATime).map((line) => `${line}\n`).join(''), 'latin1'));
  const [ours, ...others] = await keepAll(versions);
  if (!ours) {
    return [];
  }
  const what = `${linesAtATime} lines onto ${((versions[0]?.byteLength ?? 0) / 1e6).toFixed(1)} MB`;
  return others.flatMap(({ name, bytes, times }) => [
    { what: `${what}, in a folder`, ours: median(ours.bytes.slice(1)) / 1000, beside: name, theirs: median(bytes.slice(1)) / 1000, unit: 'KB', ...(aimedAt.includes(name) ? { aim: 1 / factor } : {}) } as const,
    { what: 'the same, time', ours: median(ours.times.slice(1)), beside: name, theirs: median(times.slice(1)), unit: 'ms' } as const,
  ]);
}

/** Every version by each keeper in turn, so that all of them meet the same weather. */
async function keepAll(versions: readonly Uint8Array[]): Promise<Kept[]> {
  using world = new World();
  const device = world.device('desktop').clone(world.remote());
  const file = device.transcriptPath(randomUUID());
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, versions[0] ?? '');
  const folder = path.join(world.folder, 'convosync');
  mkdirSync(folder);
  await device.convosync.usePlace(device.folder, folder, { from: device.folder });
  const convosync = {
    name: 'ConvoSync',
    folder,
    save: async () => {
      world.passMinutes(1);
      await device.convosync.save(await device.convosync.planSave(device.folder, { message: 'Grow' }), { newVault: { passphrase: 'four cheeses and a fig', workFactor: 10 } });
    },
  };
  const keepers = [convosync, ...(await programs(path.join(world.folder, 'programs'), file, device.env))];
  const kept = keepers.map(({ name }): Kept => ({ name, bytes: [], times: [] }));
  for (const version of versions) {
    writeFileSync(file, version);
    for (const [index, keeper] of keepers.entries()) {
      const before = sizeOf(keeper.folder);
      const start = performance.now();
      await keeper.save();
      kept[index]?.times.push(performance.now() - start);
      kept[index]?.bytes.push(sizeOf(keeper.folder) - before);
    }
  }
  return kept;
}

/** Each with a repository of its own and nothing of this machine's settings. */
async function programs(root: string, file: string, git: Readonly<Record<string, string>>): Promise<Keeper[]> {
  const folderOf = (name: string): string => {
    const folder = path.join(root, name);
    mkdirSync(folder, { recursive: true });
    return folder;
  };
  const env = { PATH: process.env['PATH'], HOME: folderOf('home'), RESTIC_PASSWORD: 'four cheeses', BORG_PASSPHRASE: 'four cheeses', BORG_BASE_DIR: folderOf('borg-home'), RCLONE_CONFIG: path.join(root, 'rclone.conf') };
  const keepers: Keeper[] = [];
  const add = async (name: string, command: string, make: (folder: string) => Promise<Keeper['save']>): Promise<void> => {
    if (!(process.env['PATH'] ?? '').split(':').some((folder) => existsSync(path.join(folder, command)))) {
      console.log(`  Left out: ${command} is not installed.`);
      return;
    }
    const folder = folderOf(name.replaceAll(' ', '-'));
    keepers.push({ name, folder, save: await make(folder) });
  };
  await add('restic', 'restic', async (folder) => {
    await run('restic', ['init', '--quiet', '--repo', folder], { env });
    return () => run('restic', ['backup', '--quiet', '--repo', folder, file], { env });
  });
  await add('borg', 'borg', async (folder) => {
    await run('borg', ['init', '--encryption', 'repokey-blake2', folder], { env });
    let number = 0;
    return () => run('borg', ['create', '--compression', 'zstd,9', `${folder}::${number++}`, file], { env });
  });
  await add('git commit of the file', 'git', async (folder) => {
    const work = folderOf('git-work');
    await run('git', ['init', '--quiet', '--separate-git-dir', folder, work], { env: git });
    return async () => {
      copyFileSync(file, path.join(work, 'conversation.jsonl'));
      await run('git', ['add', '--all'], { cwd: work, env: git });
      await run('git', ['commit', '--quiet', '-m', 'Grow'], { cwd: work, env: git });
    };
  });
  await add('rclone copy', 'rclone', async (folder) => {
    let number = 0;
    return Promise.resolve(() => run('rclone', ['copyto', '--quiet', file, path.join(folder, String(number++))], { env }));
  });
  return keepers;
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0);
}
