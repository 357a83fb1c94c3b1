/**
 * A window of the real VS Code with the packaged extension in it, driven through its interface. Specs speak of
 * commands, picks and notifications; how VS Code draws them is known only here.
 */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { BrowserContextOptions, FrameLocator, Locator, Page } from 'playwright-core';
import { launchBrowser, windowOptions } from '../../host/browser.ts';
import { installHost } from '../../host/host.ts';
import type { HostAge } from '../../host/host.ts';
import { installExtension, startServer, writeSettings } from '../../host/server.ts';
import type { Server } from '../../host/server.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const START_LIMIT_MS = 60_000;
const STEP_LIMIT_MS = 20_000;
const SHORT_MS = 300;
/** How long a row of ours that takes another one's place does nothing. */
const UNREAD_MS = 500;
/** What a failed test has open at once. */
const MOST_OPEN = 10;

/** VS Code's four kinds of theme: what the browser says that the system wants, and the class that a window has then. */
const themes = {
  light: { media: { colorScheme: 'light', forcedColors: 'none' }, shown: 'vs' },
  dark: { media: { colorScheme: 'dark', forcedColors: 'none' }, shown: 'vs-dark' },
  'high-contrast': { media: { colorScheme: 'dark', forcedColors: 'active' }, shown: 'hc-black' },
  'high-contrast-light': { media: { colorScheme: 'light', forcedColors: 'active' }, shown: 'hc-light' },
} as const;
export type Theme = keyof typeof themes;
export const themeNames = Object.keys(themes) as Theme[];

export interface WorkbenchOptions {
  /** The folder that the window opens, or a `.code-workspace` file; none without it. */
  folder: string | undefined;
  /** HOME of everything that runs inside. */
  home: string;
  /** Added to the environment of the extension host and its terminals. */
  environment?: Readonly<Record<string, string>>;
  settings?: Readonly<Record<string, unknown>>;
  /** Of the extension, as `de`; VS Code's own commands and buttons keep their English names. */
  language?: string;
  age?: HostAge;
  /** False leaves ConvoSync out: what a window is without it. */
  extension?: boolean;
  /** By default the folder is trusted from the start. */
  trusted?: boolean;
  /** Folders of more extensions, which may use what is only proposed for VS Code's API. */
  developed?: readonly string[];
  /** Where the browser's window is to be other than usual: its size, sharpness, or that it is touched. */
  window?: BrowserContextOptions;
}

export class Workbench {
  readonly page: Page;
  readonly #server: Server;
  readonly #developed: readonly string[];
  /** The tab of the activity bar that a window has once it is ready. */
  readonly #sign: string;
  readonly #resources: AsyncDisposableStack;
  /** Writes settings in place of those of the start. */
  readonly #write: (settings: Readonly<Record<string, unknown>>) => Promise<void>;

  private constructor(page: Page, { server, developed, sign, write }: { server: Server; developed: readonly string[]; sign: string; write: Workbench['set'] }, resources: AsyncDisposableStack) {
    this.page = page;
    this.#server = server;
    this.#developed = developed;
    this.#sign = sign;
    this.#write = write;
    this.#resources = resources;
  }

  /** Starts a VS Code of its own, installs the packaged extension, and opens the folder. */
  static async open({ folder, home, environment = {}, settings = {}, language, age = 'newest', extension = true, trusted = true, developed = [], window = {} }: WorkbenchOptions): Promise<Workbench> {
    await using resources = new AsyncDisposableStack();
    const state = await mkdtemp(path.join(tmpdir(), 'convosync-workbench-'));
    resources.defer(() => rm(state, { recursive: true, force: true, maxRetries: 5 }));
    // A built VS Code runs an extension under development only with this driver switched on.
    const args = [...(trusted ? ['--disable-workspace-trust'] : []), ...(developed.length > 0 ? ['--enable-smoke-test-driver'] : [])];
    const options = { host: await installHost(age), folder: state, home, environment, settings, ...(language === undefined ? {} : { language }), args };
    if (extension) {
      await installExtension(options, process.env['CONVOSYNC_VSIX'] ?? path.join(root, 'convosync.vsix'));
    }
    const server = await startServer(options);
    resources.defer(server.stop);
    const browser = await launchBrowser();
    resources.defer(() => browser.close());
    const page = await browser.newPage({ ...windowOptions, ...window });
    page.setDefaultTimeout(STEP_LIMIT_MS);
    const workbench = new Workbench(page, { server, developed, sign: extension ? 'ConvoSync' : 'Explorer', write: (changed) => writeSettings(state, changed) }, resources.move());
    try {
      await workbench.show(folder);
      return workbench;
    } catch (error) {
      await workbench.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#resources.disposeAsync();
  }

  /** Opens a folder in the same window, as if nothing had been open; ends when the extension's contributions are there. */
  async show(folder: string | undefined): Promise<void> {
    const place = folder === undefined ? { ew: 'true' } : folder.endsWith('.code-workspace') ? { workspace: folder } : { folder };
    const { url, authority } = this.#server;
    const payload = this.#developed.map((extension) => ['extensionDevelopmentPath', `vscode-remote://${authority}${extension}`]);
    await this.page.goto(`${url}?${new URLSearchParams({ ...place, ...(payload.length > 0 ? { payload: JSON.stringify(payload) } : {}) }).toString()}`);
    await this.activityTab(this.#sign).waitFor({ timeout: START_LIMIT_MS });
  }

  /** Loads the window anew, as a person does, with what is open in it. */
  async reload(): Promise<void> {
    const loaded = this.page.waitForEvent('load', { timeout: START_LIMIT_MS });
    await this.command('Developer: Reload Window');
    await loaded;
    await this.activityTab('ConvoSync').waitFor({ timeout: START_LIMIT_MS });
  }

  /** Changes the settings to these, beside the quiet ones, and loads the window anew. */
  async set(settings: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#write(settings);
    await this.reload();
  }

  /** Leaves the window for another page of the browser; what this resolves to comes back. */
  async leaveWindow(): Promise<() => Promise<void>> {
    const [other] = await Promise.all([this.page.waitForEvent('popup'), this.page.evaluate("void window.open('about:blank')")]);
    await this.page.bringToFront();
    // Playwright has every page believe that it has the focus.
    const browser = await this.page.context().newCDPSession(this.page);
    await browser.send('Emulation.setFocusEmulationEnabled', { enabled: false });
    await other.bringToFront();
    return async () => {
      await this.page.bringToFront();
      await browser.send('Emulation.setFocusEmulationEnabled', { enabled: true });
      await other.close();
    };
  }

  /** Has the system want this kind of theme, which a window with `window.autoDetectColorScheme` follows, with what is open in it. */
  async wear(theme: Theme): Promise<void> {
    const { media, shown } = themes[theme];
    await this.page.emulateMedia(media);
    await this.page.locator(`.monaco-workbench.${shown}`).waitFor();
    if (await this.page.locator('iframe.webview.ready').filter({ visible: true }).count() > 0) {
      const page = this.webview.locator(':root');
      await page.locator(`body.vscode-${theme}`).waitFor();
      // In the colours of the theme, as on a desktop: in a browser the system's stand in place of them.
      await page.evaluate((root: { style: { forcedColorAdjust: string } }) => void (root.style.forcedColorAdjust = 'none'));
    }
  }

  /** The palette, or any pick or input box that a command shows. */
  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible');
  }

  /** The rows of the pick on screen. */
  get picks(): Locator {
    return this.quickInput.locator('.monaco-list-row');
  }

  /** Runs a command by its title in the palette, as `ConvoSync: Save`. */
  async command(title: string): Promise<void> {
    await this.searchPalette(title);
    await this.picks.filter({ hasText: title }).first().click();
  }

  /** Types into the palette, and leaves it open. */
  async searchPalette(search: string): Promise<void> {
    await this.quickInput.waitFor({ state: 'hidden' });
    await this.page.keyboard.press('F1');
    await this.quickInput.locator('input.input').fill(`>${search}`);
    await this.picks.first().waitFor();
  }

  /** Opens a file of the folder by its name, as *Go to File* does. */
  async openFile(name: string): Promise<void> {
    await this.quickInput.waitFor({ state: 'hidden' });
    await this.page.keyboard.press('F1');
    await this.quickInput.locator('input.input').fill(name);
    await this.pick(name);
    await this.editorTab(name).first().waitFor();
  }

  /** Types into the palette and presses Enter: runs what comes first, which has to begin with what was typed. */
  async typeCommand(text: string): Promise<void> {
    await this.searchPalette(text);
    await this.picks.first().filter({ hasText: text }).waitFor();
    await this.page.keyboard.press('Enter');
  }

  /** Puts the cursor at the beginning of a line of the editor. */
  async goToLine(line: number): Promise<void> {
    await this.quickInput.waitFor({ state: 'hidden' });
    await this.page.keyboard.press('F1');
    await this.quickInput.locator('input.input').fill(`:${line}`);
    await this.picks.filter({ hasText: `line ${line}` }).first().waitFor();
    await this.page.keyboard.press('Enter');
    await this.statusText(`Ln ${line}, Col 1`).waitFor();
  }

  /** The titles that the palette offers for a search. */
  async commandTitles(search: string): Promise<string[]> {
    await this.searchPalette(search);
    const labels = await this.picks.locator('.monaco-icon-label .label-name').allInnerTexts();
    await this.dismiss();
    return labels.map((label) => label.trim());
  }

  /** Types what a row says and takes it, once the list is complete. */
  async pickTyped(text: string): Promise<void> {
    await this.quickInput.locator('input.input').fill(text);
    await this.quickInput.locator('.monaco-progress-container.active').waitFor({ state: 'detached' });
    await this.picks.and(this.page.locator('.focused')).filter({ hasText: text }).waitFor();
    await this.page.keyboard.press('Enter');
  }

  /** Takes the row of the pick that holds `text`. In the status again where it did nothing: a row does not that has just moved. */
  async pick(text: string | RegExp): Promise<void> {
    const row = this.picks.filter({ hasText: text }).first();
    await row.waitFor();
    await this.quickInput.locator('.monaco-progress-container.active').waitFor({ state: 'detached' });
    const status = this.quickInput.filter({ hasText: 'ConvoSync: Status' });
    const isStatus = await status.count() > 0;
    await row.click();
    while (isStatus && !(await status.waitFor({ state: 'hidden', timeout: 2 * UNREAD_MS }).then(() => true, () => false))) {
      await row.click();
    }
  }

  /** Ticks the rows of a pick of several, and accepts. */
  async pickSeveral(...texts: string[]): Promise<void> {
    for (const text of texts) {
      await this.picks.filter({ hasText: text }).first().click();
    }
    await this.quickInput.getByRole('button', { name: 'OK' }).click();
  }

  /** Types into the input box on screen and accepts it. */
  async enter(text: string): Promise<void> {
    await this.quickInput.locator('input.input').fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** Waits for an input box that asks this, or says it of the last answer, and answers it. */
  async answer(question: string | RegExp, text: string): Promise<void> {
    await this.quickInput.filter({ hasText: question }).waitFor();
    await this.enter(text);
  }

  /** Types an absolute path into VS Code's own dialog for files, and accepts it. */
  async chooseFile(title: string, file: string): Promise<void> {
    const dialog = this.quickInput.filter({ hasText: title });
    const input = dialog.locator('input.input');
    // It looks into its first folder and fills itself in, and takes no answer while it looks into another.
    await dialog.locator('.monaco-list-row').first().waitFor();
    do {
      await input.fill(file);
      await delay(SHORT_MS);
    } while ((await input.inputValue()) !== file);
    while (await dialog.isVisible()) {
      await this.page.keyboard.press('Enter');
      await delay(SHORT_MS);
    }
  }

  /** Closes what a test that failed has left open, so that it does not stand in the way of the next one. */
  async leave(): Promise<void> {
    // Some dialogs come back.
    for (let presses = 0; presses < MOST_OPEN && await this.quickInput.or(this.modal).first().isVisible(); presses++) {
      await this.page.keyboard.press('Escape');
      await delay(SHORT_MS);
    }
  }

  /** Escape: closes a pick, an input box or a menu. */
  async dismiss(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.quickInput.waitFor({ state: 'hidden' });
  }

  /** A notification that holds `text`. */
  toast(text: string | RegExp): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item').filter({ hasText: text });
  }

  /** Waits for a notification and presses one of its buttons. */
  async answerToast(text: string | RegExp, button: string): Promise<void> {
    const toast = this.toast(text).first();
    await toast.hover();
    await toast.getByRole('button', { name: button, exact: true }).click();
  }

  /** The same in the list of all, which is open. */
  listedNotification(text: string | RegExp): Locator {
    return this.page.locator('.notifications-center .notification-list-item').filter({ hasText: text });
  }

  /** Presses a button of a notification in the list of all, which stays open: extensions under development get no toasts. */
  async answerNotification(text: string | RegExp, button: string): Promise<void> {
    await this.command('Notifications: Show Notifications');
    const notification = this.listedNotification(text).first();
    await notification.hover();
    await notification.getByRole('button', { name: button, exact: true }).click();
  }

  /** The dialog that blocks the window. */
  get modal(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  async answerModal(text: string | RegExp, button: string): Promise<void> {
    await this.pressInModal(text, button);
    await this.modal.filter({ hasText: text }).waitFor({ state: 'hidden' });
  }

  /** Presses a button of a dialog that comes back after it. */
  async pressInModal(text: string | RegExp, button: string): Promise<void> {
    await this.modal.filter({ hasText: text }).getByRole('button', { name: button, exact: true }).click();
  }

  /** Follows a link to the extension, as another program would have it followed, and has VS Code open it. */
  async openLink(link: string): Promise<void> {
    await this.command('Developer: Open URL');
    await this.answer('URL to open', link);
    await this.answerModal('extension to open this URI', 'Open');
  }

  /** An item of the status bar, by the id that the extension gave it. */
  statusItem(id: string): Locator {
    return this.page.locator(`[id="convosync.convosync.${id}"]`);
  }

  /** Any item of the status bar that holds `text`, as that of the Git extension with the branch. */
  statusText(text: string | RegExp): Locator {
    return this.page.locator('.statusbar-item').filter({ hasText: text });
  }

  get sideBar(): Locator {
    return this.page.locator('.part.sidebar');
  }

  /** Brings the container of views to the front, by its name in the activity bar. */
  async openContainer(name: string): Promise<void> {
    const tab = this.activityTab(name);
    if ((await tab.getAttribute('aria-selected')) !== 'true') {
      // Its badge may lie over the icon.
      await tab.click();
    }
    await this.sideBar.locator('.composite.title').filter({ hasText: name }).waitFor();
  }

  /** Unfolds a view of the extension, and brings it to the front. */
  async showView(name: string): Promise<void> {
    await this.command(`ConvoSync: Focus on ${name} View`);
    await this.#pane(name).and(this.page.locator('.expanded')).waitFor();
  }

  /** The line that names a view, unfolded or not. */
  viewTitle(name: string): Locator {
    return this.page.locator('.pane-header').filter({ hasText: name });
  }

  /** The tree of a view on screen, by the view's name. */
  tree(view: string): Locator {
    return this.page.getByRole('tree', { name: view });
  }

  /** The icons before items of all views on screen. */
  get itemIcons(): Locator {
    return this.sideBar.locator('.custom-view-tree-node-item-icon');
  }

  treeItem(view: string, text: string | RegExp): Locator {
    return this.tree(view).getByRole('treeitem').filter({ hasText: text }).first();
  }

  /** An item by what a screen reader says of it. */
  namedItem(view: string, name: RegExp): Locator {
    return this.tree(view).getByRole('treeitem', { name });
  }

  /** Selects several items, and opens none of them. */
  async selectItems(view: string, ...texts: string[]): Promise<void> {
    for (const text of texts) {
      await this.treeItem(view, text).click({ modifiers: ['ControlOrMeta'] });
    }
    await this.tree(view).locator('.monaco-list-row.selected').nth(texts.length - 1).waitFor();
  }

  /** Opens the menu of what is selected in a tree with the focus, by its key, and takes one of its entries. */
  async contextMenu(entry: string): Promise<void> {
    await this.page.keyboard.press('Shift+F10');
    const menu = this.page.locator('.monaco-menu');
    const wanted = menu.locator('.action-item').filter({ hasText: entry });
    await wanted.waitFor();
    const focused = wanted.and(this.page.locator('.focused'));
    while (!(await focused.isVisible())) {
      await this.page.keyboard.press('ArrowDown');
    }
    await this.page.keyboard.press('Enter');
    await menu.waitFor({ state: 'detached' });
  }

  /** What a view says above its tree. */
  viewMessage(text: string | RegExp): Locator {
    return this.page.locator('.tree-explorer-viewlet-tree-view .message:visible').filter({ hasText: text });
  }

  /** What one of the views says, where several have nothing to show. */
  welcomeOf(view: string, text: string | RegExp): Locator {
    return this.#pane(view).locator('.welcome-view').filter({ hasText: text });
  }

  /** What a view says in place of a tree that has nothing to show. */
  welcome(text: string | RegExp = ''): Locator {
    return this.page.locator('.welcome-view:visible').filter({ hasText: text });
  }

  /** Shows the children of an item. */
  async expand(item: Locator): Promise<void> {
    if ((await item.getAttribute('aria-expanded')) === 'false') {
      await item.locator('.monaco-tl-twistie').click();
    }
    assert.equal(await item.getAttribute('aria-expanded'), 'true');
  }

  async collapse(item: Locator): Promise<void> {
    if ((await item.getAttribute('aria-expanded')) === 'true') {
      await item.locator('.monaco-tl-twistie').click();
    }
    assert.equal(await item.getAttribute('aria-expanded'), 'false');
  }

  /** Drags the edge beside a part of the window: to the right, or up. */
  async dragSash(edge: 'side bar' | 'panel', pixels: number): Promise<void> {
    const part = await (edge === 'side bar' ? this.sideBar : this.page.locator('.part.panel')).boundingBox();
    assert.ok(part);
    const [x, y] = edge === 'side bar' ? [part.x + part.width + 1, part.y + part.height / 2] : [part.x + part.width / 2, part.y - 1];
    await this.page.mouse.move(x, y);
    await this.page.mouse.down();
    await this.page.mouse.move(...(edge === 'side bar' ? [x + pixels, y] as const : [x, y - pixels] as const), { steps: 5 });
    await this.page.mouse.up();
  }

  /** Presses one of the icons at the end of an item's row. */
  async itemAction(item: Locator, title: string): Promise<void> {
    await item.hover();
    await item.getByRole('button', { name: title }).click();
  }

  /** Asks in the chat beside the editors, and waits for the answer to end. */
  async ask(question: string): Promise<Locator> {
    const input = this.chat.locator('.interactive-input-part .monaco-editor').first();
    if (!(await input.isVisible())) {
      await this.command('Chat: Open Chat');
    }
    await input.click();
    await this.page.keyboard.type(question);
    // A list of what begins like this may be open, and would take the first Enter.
    await this.page.keyboard.press('Escape');
    await this.page.keyboard.press('Enter');
    await this.chat.locator('.interactive-request').filter({ hasText: question.split(' ').at(-1) ?? '' }).last().waitFor();
    const answer = this.chat.locator('.interactive-response.chat-most-recent-response');
    await answer.and(this.page.locator(':not(.chat-response-loading)')).waitFor();
    return answer;
  }

  get chat(): Locator {
    return this.page.locator('.interactive-session');
  }

  /** The page inside the webview on screen: VS Code's own frame, and the extension's page in it. */
  get webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }

  /** The tab of an editor, by what is written on it. */
  editorTab(title: string | RegExp): Locator {
    return this.page.locator('.tabs-container .tab').filter({ hasText: title });
  }

  /** The columns and rows that editors are in, in order. */
  get editorGroups(): Locator {
    return this.page.locator('.editor-group-container');
  }

  /** Trusts the folder in VS Code's own editor for that, which is open. */
  async trustFolder(): Promise<void> {
    await this.page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click();
    await this.page.locator('.workspace-trust-editor').filter({ hasText: 'You trust this folder' }).waitFor();
    await this.command('View: Close All Editors');
  }

  /** The text in front of people in the editor: the lines in view, as they are drawn. */
  async editorText(): Promise<string> {
    const lines = await this.page.locator('.editor-instance .view-line').allInnerTexts();
    return lines.map((line) => line.replaceAll('\u00a0', ' ')).join('\n');
  }

  /** The Markdown of "Developer: Startup Performance", VS Code's own measurement of this window's start. */
  async startupPerformance(): Promise<string> {
    await this.command('Developer: Startup Performance');
    await this.editorTab('Startup Performance').waitFor();
    const lines = this.page.locator('.editor-instance .view-lines');
    // It is filled in when everything has started.
    await lines.filter({ hasText: 'System Info' }).click();
    await this.page.keyboard.press('ControlOrMeta+a');
    await this.page.keyboard.press('ControlOrMeta+c');
    return this.page.evaluate<string>('navigator.clipboard.readText()');
  }

  /** Waits until the terminal on screen shows this text within a line. */
  async terminalShows(text: string | RegExp): Promise<void> {
    await this.page.locator('.terminal-wrapper.active .xterm-rows').filter({ hasText: text }).waitFor();
  }

  /** Types a line into the terminal on screen. Enter waits for the echo: programs take what comes in one burst for pasted. */
  async typeInTerminal(line: string): Promise<void> {
    await this.page.locator('.terminal-wrapper.active .xterm-helper-textarea').focus();
    await this.page.keyboard.type(line);
    await this.terminalShows(line);
    await this.page.keyboard.press('Enter');
  }

  /** `out/screenshots/<name>.png`, of the whole window, made `height` pixels high for it; with its notifications where they matter. */
  async screenshot(name: string, { height, notifications = false }: { height?: number; notifications?: boolean } = {}): Promise<void> {
    const file = path.join(root, 'out/screenshots', `${name}.png`);
    const size = this.page.viewportSize() ?? windowOptions.viewport;
    await mkdir(path.dirname(file), { recursive: true });
    await this.page.setViewportSize({ ...size, height: height ?? size.height });
    await this.page.mouse.move(0, 0);
    await this.page.screenshot({ path: file, ...(notifications ? {} : { style: '.notifications-toasts { visibility: hidden !important; }' }) });
    await this.page.setViewportSize(size);
  }

  /** A view with its title. */
  #pane(name: string): Locator {
    return this.page.locator('.pane.vertical').filter({ has: this.page.locator('.pane-header').filter({ hasText: name }) });
  }

  /** The icon of a container of views in the activity bar. */
  activityTab(name: string): Locator {
    // Keys and the number on its badge may follow.
    return this.page.locator('.activitybar').getByRole('tab', { name: new RegExp(`^${name}( [(-]|$)`) });
  }
}
