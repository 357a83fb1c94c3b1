/**
 * The session page with 10,000 messages and some 50 MB of text, in a browser, beside an empty virtual list of the same length and library,
 * in turn: until its head is seen and until the first message is, while one scrolls, and what stays in memory. The rows are made before the clock starts.
 */
import { build } from 'esbuild';
import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { pageOptions } from '../../media/esbuild.page.ts';
import type { Row } from '../../src/protocol/session.ts';
import { manyRows } from '../support/timelineRows.ts';
import { pageBundle } from '../ui/page/support/bundle.ts';
import { launchBrowser } from '../ui/page/support/sessionPage.ts';
import { type Figure, median } from './figures.ts';

const messages = 10_000;
/** Four in five messages are text: together 40 to 50 MB. */
const charactersEach = 6_000;
const origin = 'http://bench.page.invalid';
const frames = 300;
/** Pixels a frame: a reader who looks for something. */
const distance = 400;
const most = 7;

interface Measured {
  firstContent: number;
  firstMessage: number;
  scrolling: number;
  dropped: number;
  heap: number;
  elements: number;
}

export async function page(rounds: number): Promise<Figure[]> {
  const [bundle, host, list] = await Promise.all([pageBundle(), readFile(path.join(import.meta.dirname, 'page/host.mjs')), emptyList()]);
  const [script, style] = ['session.js', 'session.css'].map((name) => Buffer.from(bundle.get(name) ?? ''));
  const files = new Map(Object.entries({ 'session.js': script ?? host, 'session.css': style ?? host, 'host.js': host, 'list.js': list, 'rows.js': Buffer.from(`window.rows = ${JSON.stringify(longRows())};`) }));
  const browser = await launchBrowser();
  try {
    const all: Record<'ours' | 'theirs', Measured[]> = { ours: [], theirs: [] };
    for (let round = 0; round < Math.min(rounds, most); round++) {
      for (const side of round % 2 === 0 ? (['ours', 'theirs'] as const) : (['theirs', 'ours'] as const)) {
        all[side].push(await measure(browser, files, side));
      }
    }
    const of = (side: keyof typeof all, what: keyof Measured): number => median(all[side].map((measured) => measured[what]));
    const figure = (what: string, key: keyof Measured, unit: Figure['unit'], aim?: number): Figure => ({ what, ours: of('ours', key), beside: 'an empty virtual list', theirs: of('theirs', key), unit, ...(aim === undefined ? {} : { aim }) });
    return [
      figure('10,000 messages, 50 MB: first content', 'firstContent', 'ms', 2),
      figure('the same: first message', 'firstMessage', 'ms'),
      figure(`${frames} frames of scrolling`, 'scrolling', 'ms', 1.2),
      figure('frames dropped meanwhile', 'dropped', 'frames'),
      figure('heap afterwards, the 50 MB among it', 'heap', 'MB'),
      figure('elements in the document', 'elements', 'elements'),
    ];
  } finally {
    await browser.close();
  }
}

async function measure(browser: Browser, files: ReadonlyMap<string, Buffer>, side: 'ours' | 'theirs'): Promise<Measured> {
  const context = await browser.newContext({ viewport: { width: 1100, height: 860 } });
  try {
    const tab = await context.newPage();
    tab.setDefaultTimeout(120_000);
    const scripts = side === 'ours' ? ['rows.js', 'host.js', 'session.js'] : ['host.js', 'list.js'];
    const html = `<!DOCTYPE html><link rel="stylesheet" href="/session.css"><body class="vscode-dark"><div id="page"></div>${scripts.map((name) => `<script src="/${name}"></script>`).join('')}`;
    await tab.route('**/*', (route) => {
      const name = new URL(route.request().url()).pathname.slice(1);
      return name === '' ? route.fulfill({ contentType: 'text/html', body: html }) : route.fulfill({ contentType: name.endsWith('css') ? 'text/css' : 'text/javascript', body: files.get(name) ?? '' });
    });
    await tab.goto(origin);
    await tab.waitForFunction('window.firstContent !== undefined && window.firstMessage !== undefined');
    if (side === 'ours') {
      await tab.waitForFunction("document.querySelector('article[aria-setsize=\"8000\"]') !== null");
    }
    const { scrolling, dropped } = await scroll(tab);
    const devTools = await context.newCDPSession(tab);
    await devTools.send('HeapProfiler.collectGarbage');
    const { usedSize } = await devTools.send('Runtime.getHeapUsage');
    return {
      firstContent: await tab.evaluate<number>('window.firstContent'),
      firstMessage: await tab.evaluate<number>('window.firstMessage'),
      scrolling, dropped, heap: usedSize / 1_000_000,
      elements: await tab.evaluate<number>("document.querySelectorAll('*').length"),
    };
  } finally {
    await context.close();
  }
}

/** In the browser, frame by frame; the page's own types are not known here. */
function scroll(tab: Page): Promise<Pick<Measured, 'scrolling' | 'dropped'>> {
  return tab.evaluate<Pick<Measured, 'scrolling' | 'dropped'>>(`(async () => {
    const scroller = document.querySelector('.scroller');
    const next = () => new Promise(requestAnimationFrame);
    await next();
    const times = [];
    let last = await next();
    for (let frame = 0; frame < ${frames}; frame++) {
      scroller.scrollBy(0, ${distance});
      const now = await next();
      times.push(now - last);
      last = now;
    }
    const sum = (numbers) => numbers.reduce((all, one) => all + one, 0);
    return { scrolling: sum(times), dropped: sum(times.map((time) => Math.max(0, Math.round(time / (1000 / 60)) - 1))) };
  })()`);
}

/** Of all kinds, each with as much text. */
function longRows(): Row[] {
  const filler = 'Dough rests overnight, so that the crumb opens and the crust stays thin. '.repeat(70);
  return manyRows(messages).map((row) => ({ ...row, blocks: row.blocks.map((block) => ('text' in block ? { ...block, text: `${block.text} ${filler}`.slice(0, charactersEach) } : block)) }));
}

async function emptyList(): Promise<Buffer> {
  const { outputFiles: [file] } = await build({ ...pageOptions, entryPoints: [path.join(import.meta.dirname, 'page/emptyList.mjs')], plugins: [], outdir: 'out', write: false, minify: true, define: { 'process.env.NODE_ENV': '"production"' } });
  return Buffer.from(file?.contents ?? []);
}
