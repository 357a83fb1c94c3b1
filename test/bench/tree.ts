/**
 * The view Sessions with 10,000 sessions of five devices, beside the same view with fifty: until a device that is unfolded shows its first
 * session, until all are grouped otherwise, and frames while one scrolls. VS Code shows either list; what it is made of is ours.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { Locator } from 'playwright-core';
import { coreOf } from '../playground/core.ts';
import { makeDevice } from '../playground/make.ts';
import { ManySessions } from '../support/manySessions.ts';
import { run } from '../support/run.ts';
import { Workbench } from '../ui/vscode/workbench.ts';
import { type Figure, median } from './figures.ts';
import { packageOnce } from './sizes.ts';

const devices = 5;
const sides = { ours: 2_000, theirs: 10 } as const;
const most = 5;
const frames = 120;

interface Measured {
  unfolded: number;
  grouped: number;
  scrolling: number;
}

export async function tree(rounds: number): Promise<Figure[]> {
  await packageOnce();
  await using resources = new AsyncDisposableStack();
  const windows = { ours: await open(sides.ours, resources), theirs: await open(sides.theirs, resources) };
  const all: Record<keyof typeof sides, Measured[]> = { ours: [], theirs: [] };
  for (let round = 0; round < Math.min(rounds, most); round++) {
    for (const side of round % 2 === 0 ? (['ours', 'theirs'] as const) : (['theirs', 'ours'] as const)) {
      all[side].push(await measure(windows[side]));
    }
  }
  const figure = (what: string, key: keyof Measured, aim?: number): Figure => ({
    what, ours: median(all.ours.map((measured) => measured[key])), beside: `${devices * sides.theirs} sessions`, theirs: median(all.theirs.map((measured) => measured[key])), unit: 'ms', ...(aim === undefined ? {} : { aim }),
  });
  return [
    figure(`a device of ${devices * sides.ours} sessions is unfolded`, 'unfolded', 2),
    figure('they are grouped by branch, and by device again', 'grouped'),
    figure(`${frames} frames of scrolling`, 'scrolling', 1.2),
  ];
}

async function open(sessionsEach: number, resources: AsyncDisposableStack): Promise<Workbench> {
  const folder = await mkdtemp(path.join(tmpdir(), 'convosync-bench-'));
  resources.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const place = await new ManySessions(folder, { devices, sessionsEach }).place('place', { packed: true });
  const desktop = await makeDevice(folder, { name: 'desktop', home: 'home', project: 'shop' });
  await run('git', ['init', '--quiet', desktop.project], { env: desktop.environment });
  for (const args of [['commit', '--quiet', '--allow-empty', '--message', 'Open the shop'], ['remote', 'add', 'origin', 'https://example.org/ada/shop']]) {
    await run('git', args, { cwd: desktop.project, env: desktop.environment });
  }
  const core = coreOf(desktop);
  await core.usePlace(desktop.project, place, { from: folder });
  assert.equal((await core.list(desktop.project, { refresh: true })).sessions.length, devices * sessionsEach);
  const workbench = await Workbench.open({ ...desktop, folder: desktop.project, settings: { 'convosync.backgroundRefresh': false } });
  resources.defer(() => workbench.close());
  await workbench.openContainer('ConvoSync');
  await deviceOf(workbench).waitFor();
  return workbench;
}

async function measure(workbench: Workbench): Promise<Measured> {
  const device = deviceOf(workbench);
  await workbench.collapse(device);
  const session = workbench.treeItem('Sessions', 'Save number');
  const unfolded = await timed(async () => {
    await workbench.expand(device);
    await session.waitFor();
  });
  const scrolling = await scroll(workbench);
  const grouped = await timed(async () => {
    await workbench.command('ConvoSync: Group Sessions by Branch');
    await workbench.namedItem('Sessions', /^main, .* sessions of this repository/).waitFor();
    await workbench.command('ConvoSync: Group Sessions by Device');
    await device.waitFor();
  });
  return { unfolded, scrolling, grouped };
}

/** Turns the wheel over the view once a frame; the browser's own types are not known here. Milliseconds. */
function scroll({ page }: Workbench): Promise<number> {
  return page.evaluate<number>(`(async () => {
    const next = () => new Promise(requestAnimationFrame);
    const rows = document.querySelector('[role=tree][aria-label^=Sessions] .monaco-scrollable-element');
    const start = await next();
    let now = start;
    for (let frame = 0; frame < ${frames}; frame++) {
      rows.dispatchEvent(new WheelEvent('wheel', { deltaY: 120, bubbles: true, cancelable: true }));
      now = await next();
    }
    return now - start;
  })()`);
}

/** One that has saved, and not the branch: its name is made of its id. */
function deviceOf(workbench: Workbench): Locator {
  return workbench.namedItem('Sessions', /^(?!main).* sessions of this repository/).first();
}

async function timed(action: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}
