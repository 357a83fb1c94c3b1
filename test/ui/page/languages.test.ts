import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import * as path from 'node:path';
import type { Browser } from 'playwright-core';
import type { HostMessage, SessionFacts } from '../../../src/protocol/session.ts';
import { story } from '../../support/timelineRows.ts';
import { facts, launchBrowser, SessionPage } from './support/sessionPage.ts';

const screenshots = path.resolve(import.meta.dirname, '../../../out/screenshots');
const rows = story();

/** A session with everything to be said above its timeline. */
const full: SessionFacts = {
  ...facts, unknownAgents: ['newagent'], redactions: 2,
  conversations: [{ ...facts.conversations[0]!, messages: rows.length, issues: 1 }, { agent: 'Gemini CLI', messages: 3, issues: 0 }],
};
const head: HostMessage = {
  type: 'session', facts: full, handoff: '## Aufgabe', handoffOf: 0, vaultNotice: { sealed: true, text: '…' },
  verdict: { state: 'differs', what: 'both', differences: [], actions: [] },
  wasOpen: { folder: 'src', files: ['src/a.ts'], terminals: [{ name: 'zsh', folder: 'src', commands: ['npm test'] }], breakpoints: 2, variables: ['NODE_ENV'] },
};

/** Of agents, their tools and files, and a title that labels a tab. */
const names = ['Sign in with OAuth', 'Claude Code', 'Gemini CLI', 'Claude Code, Gemini CLI', 'Grep', 'Edit', 'Bash', 'Bash npm test', ...rows.flatMap(({ files = [] }) => files)];
/** German has the same word. */
const alike = new Set([...names, 'in']);

describe('the session page in other languages', function () {
  this.timeout(60_000);
  this.slow(5000);
  let browser: Browser;
  let english: readonly string[];

  before(async () => {
    browser = await launchBrowser();
    const session = await show('en');
    english = await session.words();
    await session.close();
    assert.ok(english.length > 60, `${english.length} texts are more than this`);
  });
  after(async () => {
    await browser.close();
  });

  async function show(language: string, width?: number): Promise<SessionPage> {
    const session = await SessionPage.open(browser, { language, ...(width === undefined ? {} : { width, height: 740 }) });
    await session.send(head);
    await session.sendTimeline(0, rows);
    await session.entry('Customers keep asking').waitFor();
    await session.page.locator('.was-open button').first().click();
    await session.settled();
    return session;
  }

  for (const [language, words] of Object.entries({ de: 'Zeitachse', 'zh-cn': '时间线' })) {
    it(`says everything of its own in ${language}, to eyes and ears`, async () => {
      const session = await show(language);
      assert.equal(await session.page.locator('html').getAttribute('lang'), language);
      await session.page.getByRole('heading', { name: words }).waitFor();
      const said = await session.words();
      assert.deepEqual(said.filter((each) => english.includes(each)).filter((each) => !alike.has(each)), []);
      assert.deepEqual(said.filter((each) => /\{\d\}/.test(each)), []);
      assert.deepEqual(await session.violations(), []);
      await mkdir(screenshots, { recursive: true });
      await session.page.screenshot({ path: path.join(screenshots, `session-${language}.png`) });
      assert.deepEqual(session.complaints, []);
      await session.close();
    });

    it(`needs no scrolling sideways in ${language} on a phone`, async () => {
      const session = await show(language, 360);
      await session.unfoldAll();
      assert.equal(await session.page.evaluate("(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector('.scroller'))"), 0);
      assert.deepEqual(await session.violations(), []);
      await session.page.screenshot({ path: path.join(screenshots, `session-${language}-360.png`) });
      await session.close();
    });
  }
});
