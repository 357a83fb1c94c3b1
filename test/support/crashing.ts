/**
 * A process that runs one operation on a device and kills itself at a given step, as a power cut would: `crash` starts
 * it, `snapshot` says what of the user's can have changed.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProgressPhase } from '../../src/core/common/progress.ts';
import type { ConvoSync, RunOptions } from '../../src/core/operations/convosync.ts';
import type { ResumeRequest, SaveRequest } from '../../src/core/operations/plan.ts';
import { type Device, type DeviceOptions, World } from './device.ts';
import { die, watchTouches } from './touching.ts';

export type Operation =
  | { kind: 'save'; request: SaveRequest }
  | { kind: 'resume'; request: ResumeRequest }
  | { kind: 'undo'; of: 'save' | 'resume' };

/** When to kill: at a step or a touch (see `watchTouches`), counted from 1, or after milliseconds; none lets it run to its end. */
export interface Death {
  atStep?: number;
  atTouch?: number;
  afterMs?: number;
}

interface Task {
  world: string;
  now: string;
  device: string;
  options: DeviceOptions;
  folder: string;
  operation: Operation;
  atStep: number;
  atTouch: number;
}

/** What an operation went through that came to its end. */
export interface Course {
  /** The phase of each of its steps. */
  steps: ProgressPhase[];
  touches: number;
}

/** Runs the operation in a process of its own; resolves with its course, or undefined when it was killed. */
export async function crash(device: Device, options: DeviceOptions, operation: Operation, death: Death): Promise<Course | undefined> {
  const task: Task = { world: device.world.folder, now: device.world.now.toISOString(), device: device.name, options, folder: device.folder, operation, atStep: death.atStep ?? 0, atTouch: death.atTouch ?? 0 };
  const child = spawn(process.execPath, [import.meta.filename, JSON.stringify(task)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const ended = once(child, 'close');
  if (death.afterMs !== undefined) {
    // Milliseconds count from when the operation begins, not from the start of the program.
    while (!output.includes('ready') && child.exitCode === null) {
      await delay(5);
    }
    await delay(death.afterMs);
    child.kill('SIGKILL');
  }
  const [code] = (await ended) as [number | null];
  if (code !== 0 && code !== null) {
    throw new Error(`the operation failed: ${output}`);
  }
  return code === null ? undefined : (JSON.parse(output.split('\n')[1] ?? '') as Course);
}

/** Everything of the user's that an operation may change, in a form to compare; ids of stashes and undo points left out. */
export function snapshot(device: Device): object {
  const git = (...args: string[]): string => device.git(...args);
  const stashes = git('stash', 'list', '--format=%H').split('\n').filter(Boolean);
  return {
    head: readFileSync(path.join(device.folder, '.git', 'HEAD'), 'utf8'),
    branches: git('for-each-ref', '--format=%(refname) %(objectname)', 'refs/heads', 'refs/tags'),
    index: git('ls-files', '--stage'),
    status: git('status', '--porcelain=v2', '-z', '--untracked-files=all'),
    stashes: stashes.map((stash) => git('log', '-1', '--format=%T', stash)),
    inProgress: ['MERGE_HEAD', 'rebase-merge', 'rebase-apply', 'index.lock'].filter((name) => existsSync(path.join(device.folder, '.git', name))),
    files: device.snapshot(),
    others: device.others.map((folder) => snapshot(device.at(folder))),
    agent: existsSync(path.join(device.home, '.claude')) ? device.snapshot(path.join(device.home, '.claude')) : {},
  };
}

/** Whether an operation of the device is noted as running, or was when it died. */
export function isInJournal(device: Device): boolean {
  const journal = path.join(device.home, '.local/share/convosync/journal');
  return existsSync(journal) && readdirSync(journal).some((name) => name.endsWith('.json') && !name.endsWith('.process.json'));
}

/** Keeps a copy of a world, to begin from the same state any number of times. */
export class Checkpoint implements Disposable {
  readonly #world: World;
  readonly #copy: string;
  readonly #now: Date;

  constructor(world: World) {
    this.#world = world;
    this.#now = world.now;
    this.#copy = mkdtempSync(path.join(os.tmpdir(), 'convosync-checkpoint-'));
    cpSync(world.folder, this.#copy, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  }

  /** Folders stay the same ones: a home that becomes another folder is taken for a copied machine's. */
  restore(): void {
    for (const entry of readdirSync(this.#world.folder, { recursive: true, withFileTypes: true })) {
      const absolute = path.join(entry.parentPath, entry.name);
      if (!entry.isDirectory() || !existsSync(path.join(this.#copy, path.relative(this.#world.folder, absolute)))) {
        rmSync(absolute, { recursive: true, force: true });
      }
    }
    cpSync(this.#copy, this.#world.folder, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
    this.#world.now = this.#now;
  }

  [Symbol.dispose](): void {
    rmSync(this.#copy, { recursive: true, force: true });
  }
}

async function runTask(task: Task): Promise<void> {
  const world = new World(task.world);
  world.now = new Date(task.now);
  const device = world.device(task.device, task.options);
  device.folder = task.folder;
  const steps: ProgressPhase[] = [];
  const options: RunOptions = {
    onProgress: ({ phase }) => {
      steps.push(phase);
      if (steps.length === task.atStep) {
        die();
      }
    },
  };
  const { convosync } = device;
  const { operation } = task;
  process.stdout.write('ready\n');
  const run = await plan(convosync, device.folder, operation, options);
  // A plan changes nothing of the user's.
  const touches = await watchTouches(task.atTouch);
  await run();
  process.stdout.write(`${JSON.stringify({ steps, touches: touches() } satisfies Course)}\n`);
}

async function plan(convosync: ConvoSync, folder: string, operation: Operation, options: RunOptions): Promise<() => Promise<unknown>> {
  if (operation.kind === 'save') {
    const planned = await convosync.planSave(folder, operation.request, options);
    return () => convosync.save(planned, options);
  }
  if (operation.kind === 'resume') {
    const planned = await convosync.planResume(folder, operation.request, options);
    return () => convosync.resume(planned, options);
  }
  const planned = await convosync.planUndo(folder, operation.of, options);
  return () => convosync.undo(planned, options);
}

if (process.argv[1] === import.meta.filename) {
  await runTask(JSON.parse(process.argv[2] ?? '') as Task);
}
