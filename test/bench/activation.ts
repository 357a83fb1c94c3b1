/**
 * How long ConvoSync holds up the start of a window beside VS Code's own Git extension, by VS Code's own measurement
 * (Developer: Startup Performance): loading the code, calling `activate()`, and what that waits for. What an extension
 * does later is in neither figure.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { makePlayground } from '../playground/make.ts';
import { Workbench } from '../ui/vscode/workbench.ts';
import { type Figure, median } from './figures.ts';
import { packageOnce } from './sizes.ts';

const ours = 'convosync.convosync';
const git = 'vscode.git';
const aim = 0.1;
const windows = 5;

export async function activation(): Promise<Figure[]> {
  await packageOnce();
  await using resources = new AsyncDisposableStack();
  const folder = await mkdtemp(path.join(tmpdir(), 'convosync-bench-'));
  resources.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const { laptop } = await makePlayground(folder);
  const workbench = await Workbench.open({ ...laptop, folder: laptop.project });
  resources.defer(() => workbench.close());

  const measured: { ours: number; theirs: number }[] = [];
  // The first window is the one that compiles what later ones have cached.
  for (let window = 0; window <= windows; window++) {
    await workbench.show(laptop.project);
    await workbench.statusItem('status').waitFor();
    const table = await workbench.startupPerformance();
    if (window > 0) {
      measured.push({ ours: activationOf(ours, table), theirs: activationOf(git, table) });
    }
  }
  return [{ what: 'activation', ours: median(measured.map((one) => one.ours)), beside: 'Git extension in the same window', theirs: median(measured.map((one) => one.theirs)), unit: 'ms', aim }];
}

/** Milliseconds: the sum of the columns Load Code, Call Activate and Finish Activate. */
function activationOf(extension: string, markdown: string): number {
  const row = markdown.split('\n').map((line) => line.split('|').map((cell) => cell.trim())).find(([, name]) => name === extension);
  if (!row) {
    throw new Error(`VS Code has measured no activation of ${extension}`);
  }
  return row.slice(3, 6).reduce((sum, cell) => sum + Number(cell), 0);
}
