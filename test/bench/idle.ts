/**
 * What a window does in a minute in which nobody touches it, with the look-ups of other devices switched off: time of processors of its
 * extension host and all that it starts, and how often git is started, beside the same window without ConvoSync. Read off /proc: Linux.
 */
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { makePlayground } from '../playground/make.ts';
import { Workbench } from '../ui/vscode/workbench.ts';
import { type Figure, median } from './figures.ts';
import { packageOnce } from './sizes.ts';

const minute = 60_000;
/** VS Code itself is busy for a while after a start. */
const settling = 30_000;
const windows = 3;
/** Of `utime` and `stime` in /proc: ticks of 10 ms on every Linux that VS Code runs on. */
const tick = 10;

interface Measured {
  processors: number;
  git: number;
}

export async function idle(): Promise<Figure[]> {
  await packageOnce();
  const all: Record<'ours' | 'theirs', Measured[]> = { ours: [], theirs: [] };
  for (let window = 0; window < windows; window++) {
    for (const side of window % 2 === 0 ? (['ours', 'theirs'] as const) : (['theirs', 'ours'] as const)) {
      all[side].push(await measure(side === 'ours'));
    }
  }
  const of = (side: keyof typeof all, what: keyof Measured): number => median(all[side].map((measured) => measured[what]));
  const beside = 'the window without ConvoSync';
  return [
    { what: 'a minute of nothing: time of processors', ours: of('ours', 'processors'), beside, theirs: of('theirs', 'processors'), unit: 'ms' },
    { what: 'a minute of nothing: git started', ours: of('ours', 'git'), beside, theirs: of('theirs', 'git'), unit: 'starts' },
  ];
}

async function measure(extension: boolean): Promise<Measured> {
  await using resources = new AsyncDisposableStack();
  const folder = await mkdtemp(path.join(tmpdir(), 'convosync-bench-'));
  resources.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const { laptop } = await makePlayground(folder);
  const counted = path.join(folder, 'git-starts');
  await countGit(path.join(folder, 'bin'), counted);
  const environment = { ...laptop.environment, PATH: `${path.join(folder, 'bin')}:${laptop.environment['PATH'] ?? ''}` };
  const workbench = await Workbench.open({ ...laptop, environment, folder: laptop.project, extension, settings: { 'convosync.backgroundRefresh': false, 'git.autofetch': false } });
  resources.defer(() => workbench.close());
  if (extension) {
    await workbench.statusItem('status').filter({ hasNotText: /^ConvoSync$/ }).waitFor();
  }
  await delay(settling);
  const before = { processors: await processorsOf(laptop.home), git: await startsIn(counted) };
  await delay(minute);
  return { processors: await processorsOf(laptop.home) - before.processors, git: await startsIn(counted) - before.git };
}

/** Puts a program in the way that notes each start before it becomes the real git. */
async function countGit(bin: string, counted: string): Promise<void> {
  await mkdir(bin, { recursive: true });
  await writeFile(path.join(bin, 'git'), `#!/bin/sh\necho >> '${counted}'\nPATH="\${PATH#*:}" exec git "$@"\n`);
  await chmod(path.join(bin, 'git'), 0o755);
}

async function startsIn(file: string): Promise<number> {
  return (await readFile(file, 'utf8').catch(() => '')).length;
}

/** Milliseconds that the extension host with this HOME has used, and what it started and has ended. */
async function processorsOf(home: string): Promise<number> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const [command, environment] = await Promise.all(['cmdline', 'environ'].map((name) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '')));
    if (command?.includes('extensionHost') && environment?.split('\0').includes(`HOME=${home}`)) {
      const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ').at(-1)?.split(' ') ?? [];
      // utime, stime, and those of children that have ended: fields 14 to 17, counted from 1, of which two lie before the name's end.
      return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * tick;
    }
  }
  throw new Error('The window has no extension host.');
}
