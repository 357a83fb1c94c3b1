/** An exported HTML file in a real browser: it is read, in light and dark, and printed, and nothing in it becomes more than text. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import axeCore from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { OpenedSession } from '../../../src/core/operations/report.ts';
import type { Block, Message } from '../../../src/core/session/message.ts';
import { sessionHtml } from '../../../src/wording/sessionHtml.ts';
import { pagesOf, pdfText } from '../../support/pdfText.ts';
import { story } from '../../support/timelineRows.ts';
import { session } from '../../unit/cli/samples.ts';
import { eventually, launchBrowser } from './support/sessionPage.ts';

const commit = '0123456789abcdef0123456789abcdef01234567';
const screenshots = path.join(import.meta.dirname, '../../../out/screenshots');

type Content = Omit<OpenedSession, 'verdict'>;

function opened(messages: readonly Message[], fields: { title?: string; handoff?: string; message?: string; context?: Content['manifest']['conversations'][number]['context'] } = {}): Content {
  const { title = 'Sign in with OAuth', handoff = '# Handoff\n\n## Current Task\n\nSign in with **OAuth**.\n\n## Next Steps\n\n- Look at `state`\n- Then [the guide](https://guide.example/oauth)\n', message = title, context = [] } = fields;
  return {
    session: session('3f2a9b0c11', { message }),
    manifest: {
      v: 1, session: '3f2a9b0c11', handoff, body: 'Half of it is done.\nThe rest waits.',
      code: { repository: { roots: [], name: 'shop' }, commit, subject: 'Add the identity table', clean: true, pushed: true, bundles: [] },
      conversations: [{ agent: 'claude-code', id: '11111111-2222', title, messages: messages.length, issues: 0, folder: '', files: [{ path: 'transcript.jsonl', size: 0, sha256: '0'.repeat(64), chunks: [] }], context }],
    },
    conversations: [{ agent: 'claude-code', agentName: 'Claude Code', id: '11111111-2222', issues: [], messages: [...messages] }],
  };
}

function storyOpened(): Content {
  const rows = story();
  const context = rows.map(({ index, branch, commit: at }) => ({ from: index, to: index, files: [], ...(branch === undefined ? {} : { branch }), ...(at === undefined ? {} : { commit: at }) }));
  return opened(rows.map(({ index, author, at, blocks }) => ({ index, author, ...(at === undefined ? {} : { at }), blocks })), { context });
}

function saying(...blocks: Block[]): Message[] {
  return blocks.map((block, index) => ({ index, author: index % 2 === 0 ? 'assistant' : 'user', at: '2026-01-01T00:00:00Z', blocks: [block] }));
}

async function unfold(page: Page, isOpen = true): Promise<void> {
  await page.evaluate(`document.querySelectorAll('details').forEach((each) => { each.open = ${isOpen}; })`);
}

describe('an exported HTML file', function () {
  this.timeout(60_000);
  let browser: Browser;
  let folder: string;
  /** Whatever is asked for beyond the file itself, and what the browser complains of. */
  let stray: string[];

  before(async () => {
    browser = await launchBrowser();
    folder = await mkdtemp(path.join(tmpdir(), 'convosync-html-'));
    await mkdir(screenshots, { recursive: true });
  });
  after(async () => {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function show(content: Content, options: BrowserContextOptions = {}): Promise<Page> {
    const file = path.join(folder, 'session.html');
    await writeFile(file, sessionHtml(content));
    stray = [];
    const page = await (await browser.newContext({ viewport: { width: 1000, height: 900 }, ...options })).newPage();
    page.on('request', (request) => {
      if (request.url() !== pathToFileURL(file).href && !request.url().startsWith('data:image/')) {
        stray.push(request.url());
      }
    });
    page.on('console', (message) => stray.push(message.text()));
    page.on('dialog', (dialog) => stray.push(dialog.message()));
    await page.goto(pathToFileURL(file).href);
    return page;
  }

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`can be read by everybody, ${colorScheme}, and asks nothing of anybody`, async () => {
      const page = await show(storyOpened(), { colorScheme });
      await page.screenshot({ path: path.join(screenshots, `exported-${colorScheme}.png`), fullPage: true });
      await page.evaluate(axeCore.source);
      for (const isOpen of [false, true]) {
        await unfold(page, isOpen);
        const { violations } = await page.evaluate<AxeResults>('axe.run()');
        assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' ')}`), []);
      }
      assert.deepEqual(stray, []);
      await page.emulateMedia({ media: 'print' });
      await page.screenshot({ path: path.join(screenshots, `exported-print-${colorScheme}.png`), fullPage: true });
      await page.context().close();
    });
  }

  it('runs no script of its own, and is whole where scripts are off', async () => {
    const page = await show(storyOpened(), { javaScriptEnabled: false });
    assert.ok(await page.getByRole('heading', { name: 'Handoff' }).isVisible());
    assert.equal(await page.locator('script').count(), 0);
    await page.locator('summary').first().click();
    assert.ok(await page.locator('details[open]').first().isVisible());
    await page.context().close();
  });

  it('leads from its contents to what was asked', async () => {
    const page = await show(opened([...saying({ type: 'text', text: 'Hello' }, { type: 'text', text: 'How do we sign in?' })]));
    await page.getByRole('navigation').getByRole('link', { name: 'How do we sign in?' }).click();
    assert.ok(await page.locator('article:target').getByText('How do we sign in?').isVisible());
    await page.context().close();
  });

  it('leads to the end of a long conversation, and names the first of what was asked', async () => {
    const page = await show(opened(Array.from({ length: 600 }, (_, index) => ({ index, author: 'user', blocks: [{ type: 'text', text: `Request ${index + 1}` }] }))));
    assert.equal(await page.getByRole('navigation').getByRole('link').count(), 2 + 200);
    await page.getByText('and 400 more requests').waitFor();
    const last = page.locator('article').last();
    await page.goto(`${page.url()}#${await last.getAttribute('id') ?? ''}`);
    await last.getByText('Request 600').waitFor();
    await eventually(() => page.evaluate<boolean>("document.querySelector('article:target').getBoundingClientRect().top < innerHeight"), true);
    await page.context().close();
  });

  it('lets hostile text be text, wherever it stands', async () => {
    const attacks = ['<script>alert(1)</script>', '<img src=x onerror=alert(2)>', '"><svg onload=alert(3)>', '</title></style></pre></details><iframe src="https://evil.example"></iframe>', "' autofocus onfocus=alert(4) '", '<base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=https://evil.example">', '<style>*{background:url(https://evil.example)}</style>'];
    for (const text of attacks) {
      const markdown = `${text}\n\n[a](javascript:alert(5)) ![b](https://evil.example/pixel.png) [c](data:text/html,<script>alert(6)</script>)\n\n<div onclick="alert(7)">\n\n\`\`\`${text}\n${text}\n\`\`\`\n\n| ${text} |\n|:-:|\n| x |\n\n[d]: https://evil.example "${text}"\n\n[d]`;
      const page = await show(opened([
        ...saying(
          { type: 'text', text: markdown }, { type: 'text', text: markdown }, { type: 'thinking', text: markdown }, { type: 'notice', text: markdown },
          { type: 'toolCall', callId: 'c', name: text, summary: text, input: { [text]: text, file_path: text, old_string: text, new_string: `${text}2` }, writes: [] },
          { type: 'toolResult', callId: 'c', text, failed: true }, { type: 'toolCall', callId: text, name: text, summary: text, input: { [text]: text }, writes: [] },
          { type: 'image', mediaType: 'image/svg+xml', data: Buffer.from('<svg onload="alert(8)"/>').toString('base64') }, { type: 'image', mediaType: 'image/png', data: `"><script>alert(9)</script>` }, { type: 'image', mediaType: text, data: '' },
        ),
        { index: 10, author: 'user', at: text, blocks: [{ type: 'text', text }] },
      ], { title: text, message: text, handoff: `# Handoff\n\n## ${text}\n\n${markdown}\n`, context: [{ from: 0, to: 99, branch: text, commit, files: [] }] }));
      await unfold(page);
      assert.deepEqual(stray, [], text);
      assert.equal(await page.locator('script, iframe, svg, base, object, embed, form, [onclick], [onerror], [onload], [onfocus], [style], img:not([src^="data:image/png;base64,"])').count(), 0, text);
      assert.equal(await page.locator('a:not([href^="#"], [href="https://evil.example"], [href="https://evil.example/"])').count(), 0, text);
      assert.equal(await page.title(), text.replace(/\s+/g, ' '));
      await page.context().close();
    }
  });

  it('shows what is written from right to left from right to left', async () => {
    const page = await show(opened(saying({ type: 'text', text: 'שלום, זה `code` פה' }, { type: 'text', text: 'مرحبا بالعالم' })));
    for (const text of ['שלום', 'مرحبا']) {
      await page.locator('article p:dir(rtl)').filter({ hasText: text }).waitFor();
    }
    await page.context().close();
  });

  it('has nothing that must be scrolled sideways, on a screen of any width', async () => {
    for (const width of [360, 1400]) {
      const page = await show(opened(saying({ type: 'text', text: `${'x'.repeat(3000)}\n\n    ${'y '.repeat(900)}\n\n|a|b|\n|-|-|\n|${'z'.repeat(900)}|2|` }, { type: 'toolCall', callId: 'c', name: 'Edit', summary: 'a', input: { file_path: 'a', old_string: 'q'.repeat(500), new_string: 'w'.repeat(500) }, writes: [] })), { viewport: { width, height: 800 } });
      await unfold(page);
      assert.ok(await page.evaluate<boolean>('document.documentElement.scrollWidth <= document.documentElement.clientWidth'), String(width));
      await page.context().close();
    }
  });

  it('prints all of it, what is folded on a screen too, on white', async () => {
    const line = 'the-very-last-line-of-a-long-output';
    const page = await show(opened(saying(
      { type: 'toolCall', callId: 'c', name: 'Bash', summary: 'npm test', input: { command: 'npm-test-with-a-flag' }, writes: [] },
      { type: 'toolResult', callId: 'c', text: `${Array.from({ length: 200 }, (_, index) => `line ${index} ${'.'.repeat(300)}`).join('\n')}\n${line}`, failed: false },
      { type: 'thinking', text: 'Thought-of-quietly.' },
      { type: 'toolCall', callId: 'e', name: 'Edit', summary: 'a.ts', input: { file_path: 'a.ts', old_string: 'const-before', new_string: 'const-after' }, writes: [] },
    )), { colorScheme: 'dark' });
    const pdf = await page.pdf({ format: 'A4' });
    const text = pdfText(pdf);
    for (const words of ['SigninwithOAuth', 'npm-test-with-a-flag', line, 'Thought-of-quietly.', 'const-before', 'const-after', 'Halfofitisdone.', 'Contents']) {
      assert.ok(text.includes(words), words);
    }
    assert.equal(text.match(/\./g)?.length, 200 * 300 + (text.replace(/\.{300}/g, '').match(/\./g)?.length ?? 0));
    assert.ok(pagesOf(pdf) > 5);
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.evaluate<string>('getComputedStyle(document.body).backgroundColor'), 'rgb(255, 255, 255)');
    await page.context().close();
  });
});
