import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import * as path from 'node:path';
import type { Browser } from 'playwright-core';
import type { Block, KeptPage, Row, SessionFacts, Verdict } from '../../../src/protocol/session.ts';
import { branchCommit, manyRows, story } from '../../support/timelineRows.ts';
import { eventually, facts, launchBrowser, SessionPage } from './support/sessionPage.ts';
import { themes } from './support/themes.ts';
import type { Theme } from './support/themes.ts';

const root = path.resolve(import.meta.dirname, '../../..');
/** More rows than are ever in view in these windows, overscan included. */
const renderedAtMost = 80;

const says = (index: number, author: Row['author'], text: string): Row => ({ index, author, blocks: [{ type: 'text', text }] });

describe('session page', function () {
  this.timeout(60_000);
  this.slow(5000);
  let browser: Browser;
  let session: SessionPage;
  const open = async (options?: Parameters<typeof SessionPage.open>[1]) => (session = await SessionPage.open(browser, options));

  before(async () => {
    browser = await launchBrowser();
  });
  after(async () => {
    await browser.close();
  });
  afterEach(async () => {
    const { complaints, strayRequests } = session;
    await session.close();
    assert.deepEqual(complaints, [], 'the policy holds and no script fails');
    assert.deepEqual(strayRequests, [], 'nothing is requested from anywhere');
  });

  describe('ten thousand messages', () => {
    it('are rendered only where they are in view, from the first to the last', async () => {
      await open();
      await session.show(manyRows(10_000));
      await session.settled();
      assert.ok((await session.entries.count()) <= renderedAtMost);
      assert.equal(await session.entries.first().getAttribute('aria-setsize'), '8000');

      await session.entries.first().focus();
      await session.page.keyboard.press('End');
      await session.entry('basket').last().waitFor();
      const last = session.page.locator('article[aria-posinset="8000"]');
      await last.waitFor();
      await eventually(() => session.focused(), '8000');
      await session.settled();
      assert.ok((await session.entries.count()) <= renderedAtMost);
    });

    it('stay where they are while the reader scrolls up through rows that were never measured', async () => {
      await open();
      await session.show(manyRows(10_000));
      await session.entries.and(session.page.locator('[aria-setsize="8000"]')).first().focus();
      await session.page.keyboard.press('End');
      await session.page.locator('article[aria-posinset="8000"]').waitFor();
      await session.settled();
      for (let step = 0; step < 30; step++) {
        const before = await session.positions();
        await session.scrollBy(-300);
        const after = await session.positions();
        const moved = [...before].flatMap(([key, top]) => (after.has(key) ? [after.get(key)! - top] : []));
        assert.ok(moved.length > 0);
        for (const distance of moved) assert.ok(Math.abs(distance - 300) <= 2, `scrolling by 300 moved a message by ${distance}`);
      }
    });

    it('never overlap', async () => {
      await open();
      await session.show(manyRows(2000));
      for (let step = 0; step < 20; step++) {
        await session.scrollBy(1500);
        assert.equal(await session.overlaps(), 0);
      }
    });

    it('are shown from the first batch on, and say how many are still missing', async () => {
      await open();
      const rows = manyRows(500);
      await session.show([]);
      await session.send({ type: 'timeline', conversation: 0, from: 0, total: 500, rows: rows.slice(0, 100) });
      await session.entry('Request number 0').waitFor();
      await session.page.getByText('100 of 500 messages are here').waitFor();
      await session.send({ type: 'timeline', conversation: 0, from: 100, total: 500, rows: rows.slice(100) });
      await session.page.getByText('messages are here').waitFor({ state: 'detached' });
    });
  });

  it('shows what was open, as it was then, and runs nothing of it', async () => {
    await open();
    await session.send({
      type: 'session', facts, verdict: { state: 'in-sync', actions: [] }, handoff: '',
      wasOpen: { folder: 'src', files: ['src/a b.ts', 'README.md'], terminals: [{ name: '<b>zsh</b>', folder: 'src', commands: ['npm test (exit code 1)', 'git log'] }], breakpoints: 2, variables: ['NODE_ENV'] },
    });
    const part = session.page.getByRole('region', { name: 'What was open' });
    const heading = part.getByRole('button', { name: 'What was open' });
    assert.equal(await heading.getAttribute('aria-expanded'), 'false');
    await heading.press('Enter');
    assert.match((await part.innerText()).replace(/\s+/g, ' '), /made in src\..*README\.md.*<b>zsh<\/b>.* in src.*, where this had run: npm test \(exit code 1\) git log 2 breakpoints saved along\..* NODE_ENV\./);
    await part.getByRole('button', { name: 'src/a b.ts' }).click();
    await eventually(() => session.posted.filter(({ type }) => type === 'openFile'), [{ type: 'openFile', path: 'src/a b.ts', commit: facts.commit }]);
    assert.deepEqual(await session.violations(), []);
  });

  describe('several conversations', () => {
    const three: SessionFacts = { ...facts, conversations: [
      { title: 'Sign in with OAuth', agent: 'Claude Code', messages: 2, issues: 0 },
      { title: 'Which <b>provider</b>?', agent: 'Gemini CLI', messages: 1, issues: 1 },
      { agent: 'Codex', messages: 400, issues: 0 },
    ] };
    const said = [[says(0, 'user', 'Build it'), says(1, 'assistant', 'Built')], [says(0, 'user', 'Compare providers')], manyRows(400)];

    /** Plays the host: the session, and each timeline that is asked for. */
    async function showThree(): Promise<void> {
      session.respond = (message) => {
        if (message.type === 'show') void session.sendTimeline(message.conversation, said[message.conversation]!);
        return undefined;
      };
      await session.send({ type: 'session', facts: three, verdict: { state: 'in-sync', actions: [] }, handoff: '## Current Task\n\nBuild it', handoffOf: 0 });
      await session.entry('Built').waitFor();
    }
    const tab = (name: string) => session.page.getByRole('tab', { name });

    it('are all there, each by its title, agent and messages, and shown when chosen', async () => {
      await open();
      await showThree();
      assert.deepEqual(await session.page.getByRole('tab').allInnerTexts(), ['Sign in with OAuth\nClaude Code · 2 messages', 'Which <b>provider</b>?\nGemini CLI · 1 message', 'Conversation 3\nCodex · 400 messages']);
      await session.page.getByText('403 messages in 3 conversations').waitFor();
      await tab('provider').click();
      await session.entry('Compare providers').waitFor();
      assert.equal(await session.entry('Built').count(), 0);
      await eventually(() => session.posted.filter(({ type }) => type === 'show'), [{ type: 'show', conversation: 0 }, { type: 'show', conversation: 1 }]);
    });

    it('say which of them the handoff describes', async () => {
      await open();
      await showThree();
      assert.match(await session.page.getByRole('region', { name: 'Handoff' }).innerText(), /Of 3 conversations it describes the one that was active last: Sign in with OAuth\./);
    });

    it('are as they were left when they are chosen again, and are asked for once', async () => {
      await open();
      await showThree();
      await session.searchBox.fill('Built');
      await session.page.getByText('1 of 1').waitFor();
      await tab('Conversation 3').click();
      await session.entry('Request number').first().waitFor();
      await eventually(() => session.searchBox.inputValue(), '');
      await tab('OAuth').click();
      await session.page.getByText('1 of 1').waitFor();
      await eventually(() => session.posted.filter(({ type }) => type === 'show').length, 2);
    });

    it('are gone through with the arrow keys, as tabs are', async () => {
      await open();
      await showThree();
      await tab('OAuth').focus();
      await session.page.keyboard.press('ArrowRight');
      await session.page.keyboard.press('ArrowRight');
      await session.page.locator('[role=tab]:focus', { hasText: 'Conversation 3' }).waitFor();
      await session.page.getByRole('tabpanel', { name: 'Conversation 3' }).waitFor();
      await session.page.keyboard.press('ArrowRight');
      await session.entry('Built').waitFor();
      assert.deepEqual(await session.violations(), []);
      await mkdir(path.join(root, 'out/screenshots'), { recursive: true });
      await session.page.screenshot({ path: path.join(root, 'out/screenshots/conversations.png') });
    });

    it('that cannot be shown are named, and a session without any says so', async () => {
      await open();
      const without = { type: 'session', verdict: { state: 'checking' }, handoff: '' } as const;
      await session.send({ ...without, facts: { ...facts, conversations: [] } });
      await session.page.getByText('This session holds code alone.').waitFor();
      await session.send({ ...without, facts: { ...facts, conversations: [], unknownAgents: ['New Agent'] } });
      await session.page.getByText('1 conversation more cannot be shown by this version of ConvoSync and is saved unchanged: New Agent.').waitFor();
      await session.page.getByText('None of its conversations can be shown.').waitFor();
    });

    it('search and unfold in the one that is shown', async () => {
      await open();
      await showThree();
      await tab('Conversation 3').click();
      await session.entry('Request number').first().waitFor();
      const cut: Row = { index: 0, author: 'assistant', blocks: [{ type: 'text', text: 'Long', omitted: 100 }] };
      await session.sendTimeline(2, [cut]);
      await session.searchBox.fill('lon');
      await session.page.getByText('1 of 1').waitFor();
      await eventually(() => session.posted.filter(({ type }) => type === 'search').map((message) => 'conversation' in message && message.conversation), [2]);
    });
  });

  describe('git context', () => {
    it('marks where branch and commit change', async () => {
      await open({ height: 3000 });
      await session.show(story());
      const marks = async () => (await session.page.getByRole('heading', { level: 3 }).allInnerTexts())
        .map((mark) => mark.replaceAll('\n', ' ')).filter((mark) => !/\d{4}$/.test(mark)).map((mark) => mark.replace(/ ?[0-9a-f]{7}$/, ''));
      await eventually(marks, ['On main', 'Branched to feature/oauth', 'Committed', 'Committed']);
    });

    it('opens the commit, and the file as it was then', async () => {
      await open({ height: 3000 });
      await session.show(story());
      await session.page.getByRole('button', { name: branchCommit.slice(0, 7) }).click();
      await session.entry('Committed').getByRole('button', { name: 'test/auth.test.ts' }).click();
      await eventually(() => session.posted.slice(-2), [
        { type: 'openCommit', commit: branchCommit },
        { type: 'openFile', path: 'test/auth.test.ts', commit: branchCommit },
      ]);
    });

    it('jumps to a commit', async () => {
      await open();
      await session.show(manyRows(10_000));
      await session.page.getByRole('combobox').selectOption({ label: 'Branched to topic/15' });
      await session.entry('Branched to topic/15').waitFor();
      await session.page.locator('.here', { hasText: 'topic/15' }).waitFor();
    });
  });

  describe('what is jumped to', () => {
    const save = { session: 'a1b2c3d4', title: 'Half done <b>', device: 'anna-phone', savedAt: '2026-03-12T10:00:00.000Z', handoff: 'Bake the <i>other</i> half.\nThen rest.' };

    it('are saves of the conversation with what their handoff begins with, which open their session', async () => {
      await open();
      const rows = manyRows(2000).map((row) => (row.index === 1200 ? { ...row, saves: [save] } : row));
      await session.show(rows);
      await session.page.getByRole('combobox').selectOption({ label: 'anna-phone: Half done <b>' });
      const marker = session.page.getByRole('heading', { name: 'Saved on anna-phone' });
      await marker.getByText('Bake the <i>other</i> half.', { exact: true }).waitFor();
      await marker.getByRole('button', { name: 'Half done <b>' }).click();
      await eventually(() => session.posted.at(-1), { type: 'openSession', session: 'a1b2c3d4' });
    });

    it('are failed calls and touched files', async () => {
      await open();
      await session.show(story());
      const groups = session.page.getByRole('combobox').locator('optgroup');
      await eventually(async () => Promise.all((await groups.all()).map((group) => group.getAttribute('label'))), ['Days', 'Branches and commits', 'Errors', 'Files']);
      await session.page.getByRole('combobox').selectOption({ label: 'Bash npm test' });
      await session.page.getByRole('button', { name: 'Bash npm test' }).waitFor();
    });

    it('is a message that the editor asks for, whatever the list is narrowed to', async () => {
      await open();
      await session.show(manyRows(5000));
      await session.searchBox.fill('no such words');
      await session.page.getByText('No message matches.').waitFor();
      await session.send({ type: 'goTo', conversation: 0, row: 3000 });
      await session.entry('Request number 3000').waitFor();
      await eventually(() => session.searchBox.inputValue(), '');
    });

    it('waits until its message has come', async () => {
      await open();
      const rows = manyRows(500);
      await session.show([]);
      await session.send({ type: 'goTo', conversation: 0, row: 400 });
      await session.send({ type: 'timeline', conversation: 0, from: 0, total: 500, rows: rows.slice(0, 100) });
      await session.send({ type: 'timeline', conversation: 0, from: 100, total: 500, rows: rows.slice(100) });
      await session.entry('Request number 400').waitFor();
    });
  });

  describe('a conversation that goes on', () => {
    const running: Verdict = { state: 'running', unsaved: 3, actions: [{ id: 'save', label: 'Save' }] };
    const grow = (from: number, total: number) => session.send({ type: 'timeline', conversation: 0, from, total, rows: manyRows(total).slice(from) });

    it('says how much of it is not saved, and is kept at its end', async () => {
      await open();
      await session.show(manyRows(200), { verdict: running });
      await session.page.getByText('3 messages are not saved yet.').waitFor({ state: 'attached' });
      await session.entry('Answer 196.').waitFor();
      await grow(198, 301);
      await session.entry('Request number 300').waitFor();
      assert.deepEqual(await session.violations(), []);
    });

    it('lets a reader go up, and follows again when asked', async () => {
      await open();
      await session.show(manyRows(200), { verdict: running });
      await session.entry('Answer 196.').waitFor();
      await session.entries.first().hover();
      await session.page.mouse.wheel(0, -3000);
      const follow = session.page.getByRole('button', { name: 'Follow' });
      await eventually(() => follow.getAttribute('aria-pressed'), 'false');
      await session.settled();
      const before = await session.positions();
      await grow(200, 301);
      await session.settled();
      const after = await session.positions();
      assert.ok([...before].filter(([key, top]) => Math.abs((after.get(key) ?? Infinity) - top) <= 2).length > 2, 'what is read stays where it is');
      await follow.click();
      await session.entry('Request number 300').waitFor();
    });
  });

  describe('a window that is loaded anew', () => {
    it('finds the page as it was left', async () => {
      await open();
      await session.show(manyRows(2000));
      await session.page.getByRole('combobox').selectOption({ label: 'Branched to topic/1' });
      await eventually(async () => (await session.kept() as KeptPage).row, 500);
      const kept = await session.kept() as KeptPage;
      assert.deepEqual([kept.session, kept.folder, kept.conversation], [facts.id, facts.folder, 0]);
      await session.close();
      await open({ kept: { ...kept, row: 1500 } });
      await session.show(manyRows(2000));
      await session.entry('Request number 1500').waitFor();
    });

    it('finds it narrowed as it was', async () => {
      await open({ kept: { session: facts.id, folder: facts.folder, conversation: 0, typed: 'request number 99', kinds: ['people', 'no such kind'] } });
      await session.show(manyRows(1000));
      await eventually(() => session.searchBox.inputValue(), 'request number 99');
      await session.page.getByText('1 of ').first().waitFor();
      assert.equal(await session.page.getByRole('button', { name: 'People' }).getAttribute('aria-pressed'), 'true');
    });

    it('is not confused by what another version has kept', async () => {
      await open({ kept: { session: 7 } as unknown as KeptPage });
      await session.show(story());
      await session.entry('Customers keep asking').waitFor();
    });
  });

  describe('hostile text', () => {
    const hostile = [
      '<img src="https://example.com/a.png" onerror="document.title=\'owned\'">',
      '</script><script>document.title="owned"</script>',
      '[click](javascript:document.title="owned") <javascript:document.title="owned">',
      '![pixel](https://example.com/pixel.png) ![](data:image/svg+xml;base64,PHN2Zy8+)',
      '<style>@import "https://example.com/a.css";</style><iframe src="https://example.com"></iframe>',
      '[a]: https://example.com/a "x" onmouseover=alert(1)\n\n[a][a] &lt;b onclick=alert(1)&gt;',
      '\u202Egnp.exe\u202C and \u2066isolated',
      '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
      '[file](file:///etc/passwd) [command](command:workbench.action.quit) [data](data:text/html,x) [relative](../../secret)',
    ];

    it('stays text: nothing runs, nothing is requested, no markup appears', async () => {
      await open({ height: 2400 });
      const rows = hostile.flatMap((text, at): Row[] => [says(at * 2, 'user', text), {
        index: at * 2 + 1,
        author: 'assistant',
        blocks: [{ type: 'text', text }, { type: 'thinking', text }, { type: 'toolCall', callId: `h${at}`, name: text, summary: text, input: { file_path: text, content: text }, writes: [text] }],
        branch: text,
        commit: text,
        files: [text],
      }]);
      await session.show(rows, { handoff: hostile.join('\n\n'), vaultNotice: { sealed: false, text: hostile[0]! }, verdict: { state: 'differs', what: 'code', differences: hostile, actions: [{ id: 'x', label: hostile[0]! }] } });
      await session.unfoldAll();
      assert.equal(await session.page.title(), 'ConvoSync session');
      assert.equal(await session.page.locator('#page :is(img, script, style, iframe, svg, link, object, embed)').count(), 0);
      const links = await session.page.evaluate<string[]>("[...document.querySelectorAll('a')].map((a) => a.getAttribute('href'))");
      assert.ok(links.length > 0);
      for (const link of links) assert.match(link, /^https?:\/\//);
      assert.equal(await session.page.evaluate("[...document.querySelectorAll('#page *')].flatMap((e) => e.getAttributeNames()).filter((name) => name.startsWith('on')).length"), 0);
    });

    it('shows only images that are data of a picture type', async () => {
      await open();
      const picture = story().flatMap((row) => row.blocks).find((block): block is Extract<Block, { type: 'image' }> => block.type === 'image')!;
      await session.show([{ index: 0, author: 'user', blocks: [picture, { ...picture, mediaType: 'image/svg+xml' }, { ...picture, mediaType: 'image/png;base64,x" onerror="' }, { ...picture, data: '"><script>' }] }]);
      await session.page.getByRole('img').first().waitFor();
      const sources = await session.page.evaluate<string[]>("[...document.querySelectorAll('img')].map((image) => image.src)");
      assert.equal(sources.length, 2);
      for (const source of sources) assert.match(source, /^data:image\/png;base64,[A-Za-z0-9+/=]+$/);
    });

    it('shows a line of a megabyte cut, whole when asked, and short again', async () => {
      await open();
      const line = `begin ${'x'.repeat(1_000_000)} end-of-line`;
      await session.show([says(0, 'user', line), says(1, 'assistant', line), says(2, 'user', 'after it')]);
      await session.entry('after it').waitFor();
      const rendered = () => session.page.evaluate<number>("document.querySelector('.rows').textContent.length");
      assert.ok(await rendered() < 20_000);
      for (const author of ['You', 'Claude Code']) {
        const entry = session.entry(author).filter({ hasText: 'begin' });
        const showAll = entry.getByRole('button', { name: 'Show all, 1.0 M characters' });
        const showLess = session.page.getByRole('button', { name: 'Show less' });
        await showAll.click();
        await showLess.first().waitFor();
        assert.ok(await rendered() > 1_000_000);
        // By key: so long a text is laid out piece by piece, and the button moves under the pointer while it is.
        await showLess.first().press('Enter');
        await showAll.waitFor();
        assert.ok(await rendered() < 20_000);
      }
    });
  });

  describe('search', () => {
    it('narrows the list, counts, and steps in both directions and around', async () => {
      await open();
      await session.show(manyRows(10_000));
      await session.page.keyboard.press('Control+f');
      await session.page.keyboard.type('request number 99');
      const found = session.page.locator('.found');
      await session.page.getByText('1 of 22', { exact: true }).waitFor();
      const current = () => session.page.locator('article[aria-current]').getAttribute('aria-posinset');
      await session.page.keyboard.press('Enter');
      await eventually(() => found.innerText(), '2 of 22');
      await eventually(current, '2');
      await session.page.keyboard.press('Shift+Enter');
      await session.page.keyboard.press('Shift+Enter');
      await eventually(() => found.innerText(), '22 of 22');
      await session.entry('Request number 9995').waitFor();
      await session.page.keyboard.press('Escape');
      await found.waitFor({ state: 'detached' });
      await session.page.locator('article[aria-setsize="8000"]').first().waitFor();
      await session.entry('Request number 9995').waitFor();
    });

    it('narrows by kind, and shows why a message matches when the words are folded away', async () => {
      await open({ height: 3000 });
      await session.show(story());
      await session.page.getByRole('button', { name: 'Errors' }).click();
      await session.page.getByText('1 of 1').waitFor();
      await eventually(() => session.entries.count(), 1);
      await session.searchBox.fill('expected 400');
      await session.page.locator('.excerpt', { hasText: 'expected 400, got 500' }).waitFor();
      await session.searchBox.fill('no such words');
      await session.page.getByText('No message matches.').waitFor();
      await session.page.getByRole('button', { name: 'Show all messages' }).click();
      await session.entry('Customers keep asking').waitFor();
    });

    it('finds words in what was not sent, and says so when that cannot be searched', async () => {
      await open();
      session.respond = (message) => {
        if (message.type !== 'search') return undefined;
        return message.words === 'deep' ? { type: 'found', request: message.request, rows: [1] } : { type: 'refused', request: message.request, message: 'The vault is locked.' };
      };
      await session.show([
        says(0, 'user', 'hello'),
        { index: 1, author: 'assistant', blocks: [{ type: 'text', text: 'beginning', omitted: 90_000 }] },
      ]);
      await session.searchBox.fill('deep');
      await session.page.getByText('1 of 1').waitFor();
      await session.page.getByText('The words are in the part that is not shown.').waitFor();
      await session.searchBox.fill('deeper');
      await session.page.getByRole('alert').filter({ hasText: 'The vault is locked.' }).waitFor();
    });
  });

  describe('keyboard', () => {
    it('unfolds a tool call and shows its input and result', async () => {
      await open({ height: 3000 });
      await session.show(story());
      const call = session.page.getByRole('button', { name: 'Bash npm test' });
      await call.focus();
      await session.page.keyboard.press('Enter');
      await eventually(() => call.getAttribute('aria-expanded'), 'true');
      await session.page.getByText('AssertionError: expected 400, got 500').waitFor();
      await session.page.getByText('command: npm test').waitFor();
      await session.page.keyboard.press('Space');
      await eventually(() => call.getAttribute('aria-expanded'), 'false');
    });

    it('moves from message to message, and keeps the focus on one that scrolls out of view', async () => {
      await open();
      await session.show(manyRows(1000));
      await session.entries.first().focus();
      for (let step = 0; step < 5; step++) await session.page.keyboard.press('PageDown');
      await eventually(() => session.focused(), '6');
      await session.scrollBy(20_000);
      assert.equal(await session.focused(), '6');
      await session.page.keyboard.press('PageUp');
      await eventually(() => session.focused(), '5');
      await session.page.locator('article[aria-posinset="5"]').waitFor();
    });

    it('leaves typing in the search box alone', async () => {
      await open();
      await session.show(manyRows(100));
      await session.searchBox.fill('a');
      await session.page.keyboard.press('Home');
      await session.page.keyboard.type('/');
      await eventually(() => session.searchBox.inputValue(), '/a');
    });
  });

  describe('unfolded things', () => {
    it('are still unfolded after they scrolled out of view and back', async () => {
      await open();
      await session.show(manyRows(1000));
      const call = session.page.getByRole('button', { name: 'Bash npm run task-7', exact: true });
      await call.click();
      await session.page.getByRole('button', { name: 'Bash npm run task-12', exact: true }).focus();
      await session.scrollBy(30_000);
      await call.waitFor({ state: 'detached' });
      await session.scrollBy(-30_000);
      assert.equal(await call.getAttribute('aria-expanded'), 'true');
    });

    it('show an edit as what was removed and what was added', async () => {
      await open({ height: 3000 });
      await session.show(story());
      await session.page.getByRole('button', { name: 'Edit src/auth/routes.ts' }).click();
      await eventually(() => session.page.locator('.line.added').allInnerTexts(), ["+  router.get('/auth/:provider/start', startOAuth);\n", "+  router.get('/auth/:provider/callback', finishOAuth);\n"]);
      assert.equal(await session.page.locator('.line.removed').count(), 0);
    });

    it('bring what was not sent, and say why when it does not come', async () => {
      await open();
      let refuse = true;
      session.respond = (message) => {
        if (message.type !== 'expand') return undefined;
        const { request } = message;
        return refuse
          ? { type: 'refused', request, message: 'The object is damaged.' }
          : { type: 'expanded', request, block: { type: 'text', text: 'beginning and the very end' } };
      };
      await session.show([{ index: 0, author: 'assistant', blocks: [{ type: 'text', text: 'beginning', omitted: 17 }] }]);
      await session.page.getByRole('button', { name: 'Show all' }).click();
      await session.page.getByRole('alert').filter({ hasText: 'The object is damaged.' }).waitFor();
      await session.page.getByRole('button', { name: 'Copy message' }).click();
      await session.page.getByText('Not copied. The object is damaged.').waitFor({ state: 'attached' });
      refuse = false;
      await session.page.getByRole('button', { name: 'Try again' }).click();
      await session.page.getByText('beginning and the very end').waitFor();
      await session.page.getByRole('button', { name: /Copy message|Not copied/ }).click();
      await session.page.getByText('Copied.').waitFor({ state: 'attached' });
      await eventually(() => session.posted.at(-1), { type: 'copy', text: 'beginning and the very end' });
    });
  });

  describe('the buttons that copy a message and its link', () => {
    it('offer a link to what is saved, and none to a conversation that goes on', async () => {
      await open();
      await session.show([says(0, 'user', 'First.'), says(1, 'assistant', 'Second.')]);
      await session.page.getByRole('button', { name: 'Copy link to message' }).nth(1).click();
      await eventually(() => session.posted.at(-1), { type: 'copyLink', conversation: 0, row: 1 });
      await session.show([says(0, 'user', 'First.')], { id: '' });
      await eventually(() => session.page.getByRole('button', { name: 'Copy link to message' }).count(), 0);
    });

    for (const width of [1100, 520]) {
      it(`cover nothing of it in a page ${width} pixels wide`, async () => {
        await open({ width });
        const long = 'A line that goes on beyond the end of what fits. '.repeat(10);
        await session.show([says(0, 'user', long), says(1, 'assistant', long), says(2, 'assistant', long)]);
        for (const entry of await session.entries.all()) {
          await entry.hover();
          const body = await entry.locator('.body').boundingBox();
          for (const name of ['Copy message', 'Copy link to message']) {
            const button = await entry.getByRole('button', { name }).boundingBox();
            assert.ok(body && button && (button.x >= body.x + body.width || button.y + button.height <= body.y));
            assert.ok(button.x + button.width <= width);
          }
        }
      });
    }
  });

  describe('verdict', () => {
    it('says what differs, and sends the button back', async () => {
      await open();
      await session.show(story(), { verdict: { state: 'checking' } });
      await session.page.getByText('Comparing with this machine').waitFor();
      await session.send({ type: 'verdict', verdict: { state: 'differs', what: 'code', differences: ['The branch here is 2 commits behind.'], actions: [{ id: 'resume', label: 'Resume' }] } });
      await session.page.getByText('The code differs from this machine').waitFor();
      await session.page.getByRole('button', { name: 'Resume' }).click();
      await eventually(() => session.posted.at(-1), { type: 'action', id: 'resume' });
      await session.send({ type: 'verdict', verdict: { state: 'in-sync', actions: [] } });
      await session.page.getByText('Code and conversation are in sync').waitFor();
    });

    for (const width of [360, 450, 520]) {
      it(`has its buttons below the text in a column ${width} pixels wide`, async () => {
        await open({ width, height: 740 });
        await session.show(story(), { verdict: { state: 'differs', what: 'both', differences: ['The branch here is 2 commits behind.'], actions: [{ id: 'a', label: 'Resume' }, { id: 'b', label: 'Copy Resume Command' }] } });
        const verdict = session.page.getByRole('status', { name: 'Sync' });
        const text = (await verdict.locator('.verdict-text').boundingBox())!;
        assert.ok(text.width >= 200, `the text is ${text.width} pixels wide`);
        for (const button of await verdict.getByRole('button').all()) {
          assert.ok((await button.boundingBox())!.y >= text.y + text.height);
        }
        await mkdir(path.join(root, 'out/screenshots'), { recursive: true });
        await session.page.screenshot({ path: path.join(root, `out/screenshots/verdict-${width}.png`) });
      });
    }

    it('has its buttons beside the text where there is room for both', async () => {
      await open({ width: 900, height: 740 });
      await session.show(story(), { verdict: { state: 'differs', what: 'both', differences: ['The branch here is 2 commits behind.'], actions: [{ id: 'a', label: 'Resume' }, { id: 'b', label: 'Copy Resume Command' }] } });
      const verdict = session.page.getByRole('status', { name: 'Sync' });
      const text = (await verdict.locator('.verdict-text').boundingBox())!;
      assert.ok((await verdict.getByRole('button', { name: 'Resume', exact: true }).boundingBox())!.x >= text.x + text.width);
    });
  });

  describe('a host that does not deliver', () => {
    it('is waited for with words, then said to have failed, and asked again', async () => {
      await open();
      await session.page.getByText('Reading the session…').waitFor();
      await session.send({ type: 'failed', message: 'The repository cannot be reached.', actions: [{ id: 'log', label: 'Show log' }] });
      await session.page.getByText('The repository cannot be reached.').waitFor();
      await session.page.getByRole('button', { name: 'Show log' }).click();
      await session.page.getByRole('button', { name: 'Try again' }).click();
      await session.page.getByText('Reading the session…').waitFor();
      await eventually(() => session.posted, [{ type: 'ready' }, { type: 'action', id: 'log' }, { type: 'retry' }]);
      await session.show(story());
      await session.entry('Customers keep asking').waitFor();
    });

    it('keeps the handoff when only the messages fail', async () => {
      await open();
      await session.show([], { handoff: '## Current Task\nthe task' });
      await session.send({ type: 'failed', message: 'The conversation is damaged.', actions: [] });
      await session.page.getByRole('alert').filter({ hasText: 'The conversation is damaged.' }).waitFor();
      await session.page.getByText('the task').waitFor();
    });

    it('is not believed when it speaks another language', async () => {
      await open();
      await session.sendRaw({ type: 'session', facts: 'none' });
      await session.page.getByText('do not understand each other').waitFor();
    });

    it('is told apart from an empty conversation', async () => {
      await open();
      await session.show([]);
      await session.page.getByText('This conversation has no messages yet.').waitFor();
    });
  });

  describe('accessibility', () => {
    for (const theme of Object.keys(themes) as Theme[]) {
      it(`has no serious violation in ${theme}`, async () => {
        await open({ theme, height: 2600 });
        await session.show(story(), { handoff: '## Current Task\nA [link](https://example.com) and `code`.\n\n## Next Steps\n1. one', vaultNotice: { sealed: false, text: 'Readable.' }, verdict: { state: 'differs', what: 'both', differences: ['a'], actions: [{ id: 'a', label: 'Resume' }, { id: 'b', label: 'Compare' }] } });
        await session.unfoldAll();
        await session.page.getByRole('button', { name: 'Tools' }).click();
        await session.settled();
        await session.page.mouse.move(0, 0);
        assert.deepEqual(await session.violations(), []);
        await mkdir(path.join(root, 'out/screenshots'), { recursive: true });
        await session.page.screenshot({ path: path.join(root, `out/screenshots/session-${theme}.png`), fullPage: true });
      });
    }

    for (const [what, width] of [['a phone beside the side bar', 168], ['a phone', 360], ['a narrow column, or at 200 % zoom', 550]] as const) {
      it(`needs no scrolling sideways in ${what}`, async () => {
        await open({ width, height: 740 });
        await session.show(story(), { handoff: '## Current Task\nA [link](https://example.com) and `code`.', verdict: { state: 'differs', what: 'both', differences: ['The branch here is 2 commits behind.'], actions: [{ id: 'a', label: 'Resume' }, { id: 'b', label: 'Copy Resume Command' }] } });
        await session.entry('Customers keep asking').waitFor();
        await session.unfoldAll();
        assert.equal(await session.page.evaluate("(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector('.scroller'))"), 0);
        assert.deepEqual(await session.violations(), []);
        await session.page.screenshot({ path: path.join(root, `out/screenshots/session-${width}.png`) });
      });
    }
  });
});
