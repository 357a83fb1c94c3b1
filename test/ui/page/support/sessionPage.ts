/**
 * The session page alone in a real browser, with a host that the test plays. Nothing of it comes from a network:
 * the document and its files are served from memory under an address that does not exist, and every other request
 * is stopped and remembered.
 */
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { HostMessage, PageMessage } from '../../../../src/protocol/session.ts';
import type { KeptPage, Row, SessionFacts, VaultNotice, Verdict } from '../../../../src/protocol/session.ts';
import { sessionDocument } from '../../../../src/protocol/sessionDocument.ts';
import { lastCommit } from '../../../support/timelineRows.ts';
import { pageBundle } from './bundle.ts';
import { violationsIn } from '../../axe.ts';
import { themes } from './themes.ts';
import type { Theme } from './themes.ts';

const origin = 'http://session.page.invalid';
const types: Record<string, string> = { js: 'text/javascript', css: 'text/css', ttf: 'font/ttf' };
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

export async function launchBrowser(): Promise<Browser> {
  if (!existsSync(executablePath)) {
    throw new Error(`Chromium is needed at ${executablePath}: install it with "apt-get install -y chromium fonts-dejavu-core fonts-noto-core", or set CHROMIUM to where it is.`);
  }
  return chromium.launch({
    executablePath,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}

/** A page answers a click or a key a moment later, and so does what it posts: waits until what is read is as expected. */
export async function eventually<T>(read: () => T | Promise<T>, expected: T): Promise<void> {
  const end = Date.now() + 15_000;
  while (!isDeepStrictEqual(await read(), expected) && Date.now() < end) {
    await setTimeout(20);
  }
  assert.deepEqual(await read(), expected);
}

export const facts: SessionFacts = {
  id: '7c9e6679f1b24e0c',
  folder: '/home/anna/shop',
  title: 'Sign in with OAuth',
  device: { name: 'anna-laptop', kind: 'laptop', here: false },
  conversations: [{ title: 'Sign in with OAuth', agent: 'Claude Code', messages: 24, issues: 0 }],
  unknownAgents: [],
  branch: 'feature/oauth',
  commit: lastCommit,
  subject: 'Add the identity table',
  savedAt: '2026-03-13T01:12:00.000Z',
  redactions: 0,
};

/** See `inPage.mjs`. */
interface InPage {
  inPage: { send(message: unknown): void };
}

interface OpenOptions {
  /** What VS Code kept of the page before its window was loaded anew. */
  kept?: KeptPage;
  theme?: Theme;
  width?: number;
  height?: number;
  /** Of `src/l10n`; English without it. */
  language?: string;
}

interface ShowOptions {
  verdict?: Verdict;
  handoff?: string;
  vaultNotice?: VaultNotice;
  /** Empty for the conversation that goes on here. */
  id?: string;
}

type Responder = (message: PageMessage) => HostMessage | undefined;

export class SessionPage {
  readonly page: Page;
  /** What the page posted, in order. */
  readonly posted: PageMessage[] = [];
  /** Addresses that the page asked for beyond its own files. */
  readonly strayRequests: string[] = [];
  /** Violations of the policy, script errors and console errors. */
  readonly complaints: string[] = [];
  /** Plays the host for one message; undefined for no answer. */
  respond: Responder = () => undefined;

  private constructor(page: Page) {
    this.page = page;
  }

  static async open(browser: Browser, { kept, theme = 'dark', width = 1100, height = 860, language = 'en' }: OpenOptions = {}): Promise<SessionPage> {
    const context = await browser.newContext({
      viewport: { width, height },
      timezoneId: 'UTC',
      locale: 'en-GB',
    });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    const session = new SessionPage(page);
    await session.#serve(theme, language);
    await session.#connect(theme);
    if (kept) await page.addInitScript((state) => Object.assign(globalThis, { kept: state }), kept);
    await page.clock.setFixedTime(new Date('2026-03-13T03:20:00.000Z'));
    await page.goto(`${origin}/`);
    await page.waitForFunction('window.isReady');
    return session;
  }

  async #serve(theme: Theme, language: string): Promise<void> {
    const files = await pageBundle();
    const translations = language === 'en' ? undefined : JSON.parse(await readFile(join(import.meta.dirname, '../../../../src/l10n', language, 'page.json'), 'utf8')) as Record<string, string>;
    const variables = Object.entries(themes[theme]).map(([name, value]) => `--vscode-${name}: ${value};`).join('\n');
    const style = `html { ${variables} }`;
    const html = sessionDocument({ script: `${origin}/session.js`, style: `${origin}/session.css`, cspSource: origin, nonce: 'n0nce', language, translations })
      .replace('</head>', `<link rel="stylesheet" href="${origin}/theme.css"></head>`)
      .replace('<body>', `<body class="vscode-${theme}${theme === 'high-contrast-light' ? ' vscode-high-contrast' : ''}">`);
    await this.page.route('**/*', async (route) => {
      const url = route.request().url();
      const name = new URL(url).pathname.slice(1);
      const body = url.startsWith(`${origin}/`) ? files.get(name) : undefined;
      if (url === `${origin}/`) await route.fulfill({ contentType: 'text/html', body: html });
      else if (url === `${origin}/theme.css`) await route.fulfill({ contentType: 'text/css', body: style });
      else if (body !== undefined) await route.fulfill({ contentType: types[name.split('.').at(-1) ?? ''] ?? '', body: Buffer.from(body) });
      else {
        this.strayRequests.push(url);
        await route.abort();
      }
    });
  }

  async #connect(theme: Theme): Promise<void> {
    this.page.on('pageerror', (error) => this.complaints.push(`${theme}: ${error.message}`));
    this.page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
    await this.page.exposeFunction('postToTest', async (message: unknown) => {
      const parsed = PageMessage.parse(message);
      this.posted.push(parsed);
      const answer = this.respond(parsed);
      if (answer !== undefined) await this.send(answer);
    });
    await this.page.exposeFunction('complainToTest', (complaint: string) => this.complaints.push(complaint));
    await this.page.addInitScript({ path: join(import.meta.dirname, 'inPage.mjs') });
  }

  async send(message: HostMessage): Promise<void> {
    await this.sendRaw(HostMessage.parse(message));
  }

  async sendRaw(message: unknown): Promise<void> {
    await this.page.evaluate((sent) => (globalThis as unknown as InPage).inPage.send(sent), message);
  }

  /** The header, then the rows in batches as a host sends them. */
  async show(rows: readonly Row[], { verdict = { state: 'in-sync', actions: [] }, handoff = '', vaultNotice, id = facts.id }: ShowOptions = {}): Promise<void> {
    const conversations = facts.conversations.map((conversation) => ({ ...conversation, messages: rows.length }));
    await this.send({ type: 'session', facts: { ...facts, id, conversations }, verdict, handoff, vaultNotice });
    await this.sendTimeline(0, rows);
    await this.page.locator('.rows').waitFor({ state: 'attached' });
  }

  async sendTimeline(conversation: number, rows: readonly Row[]): Promise<void> {
    for (let from = 0, size = 100; from === 0 || from < rows.length; from += size, size = 1000) {
      await this.send({ type: 'timeline', conversation, from, total: rows.length, rows: rows.slice(from, from + size) });
    }
  }

  get entries() {
    return this.page.getByRole('article');
  }

  get searchBox() {
    return this.page.getByRole('textbox', { name: 'Search messages' });
  }

  entry(text: string) {
    return this.entries.filter({ hasText: text });
  }

  async scrollBy(distance: number): Promise<void> {
    await this.page.evaluate(`document.querySelector('.scroller').scrollBy(0, ${distance})`);
    await this.settled();
  }

  /** Waits until nothing new is laid out. */
  async settled(): Promise<void> {
    await this.page.evaluate('inPage.settled()');
  }

  /** Tops of the messages in view, by position. */
  async positions(): Promise<Map<string, number>> {
    return new Map(await this.page.evaluate<[string, number][]>('inPage.positions()'));
  }

  /** Position of the message that has the keyboard focus. */
  async focused(): Promise<string | null> {
    return this.page.evaluate<string | null>("document.activeElement.getAttribute('aria-posinset')");
  }

  /** Unfolds all that is folded in what is rendered. */
  async unfoldAll(): Promise<void> {
    await this.page.evaluate('inPage.unfoldAll()');
  }

  /** What VS Code would keep of the page now. */
  async kept(): Promise<unknown> {
    return this.page.evaluate('window.kept');
  }

  /** How many neighbours in the list lie over each other. */
  async overlaps(): Promise<number> {
    return this.page.evaluate<number>('inPage.overlaps()');
  }

  /**
   * What stands above the timeline, in its rail and over its messages, and what a screen reader hears of them, in the page's own words: what it
   * only repeats, such as names and titles, it marks as text of any direction or as code.
   */
  async words(): Promise<string[]> {
    return this.page.evaluate<string[]>('inPage.words()');
  }

  /** What axe finds serious or critical, as `rule: element`. */
  async violations(): Promise<string[]> {
    return violationsIn(this.page.locator(':root'));
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}
