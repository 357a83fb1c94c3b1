/**
 * The host of one session page. Nothing of the session is in the page's HTML: the page says `ready`, and everything
 * comes by message after that. What the page sends is parsed, and every request gets its answer.
 */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { ConvoSyncError } from '../../core/common/errors.ts';
import { isDeepStrictEqual } from 'node:util';
import type { Message } from '../../core/session/message.ts';
import { t } from '../../l10n/language.ts';
import { type HostMessage, KeptPage, PageMessage } from '../../protocol/session.ts';
import { sessionDocument } from '../../protocol/sessionDocument.ts';
import { explainError } from '../../wording/errors.ts';
import { type MessageReference, type SessionReference, sessionPageType } from '../contributions.ts';
import { Disposable } from '../disposable.ts';
import type { Failures } from '../failures.ts';
import type { Workspace } from '../workspace.ts';
import { openCommit, openFile } from './links.ts';
import type { PageLanguage } from './pageLanguage.ts';
import type { PageContents, PageSource, PageSourceParts } from './pageSource.ts';
import { batchesOf, findInCutParts, firstDifference } from './rows.ts';

export interface SessionPageParts extends PageSourceParts {
  extensionUri: vscode.Uri;
  workspace: Workspace;
  failures: Failures;
  language: PageLanguage;
}

export class SessionPage extends Disposable {
  readonly #parts: SessionPageParts;
  readonly #source: PageSource;
  readonly #panel: vscode.WebviewPanel;
  readonly #onDidDispose = this._register(new vscode.EventEmitter<void>());
  readonly onDidDispose = this.#onDidDispose.event;
  #contents: PageContents | undefined;
  /** The page has been told what is shown. */
  #isShown = false;
  /** By conversation, what the page has of it. */
  readonly #sent = new Map<number, readonly Message[]>();
  #loading = new AbortController();
  #updating: Promise<void> | undefined;
  /** What is to be shown once the page has the session. */
  #at: MessageReference | undefined;

  /**
   * @param source is disposed of with the page
   * @param panel of a window that was loaded anew; a new one without it
   */
  constructor(parts: SessionPageParts, source: PageSource, panel?: vscode.WebviewPanel) {
    super();
    this.#parts = parts;
    this.#source = this._register(source);
    const media = vscode.Uri.joinPath(parts.extensionUri, 'dist', 'media');
    // The timeline of a long session would have to be sent again whenever its tab comes to the front.
    this.#panel = this._register(panel ?? vscode.window.createWebviewPanel(sessionPageType, t`Session`, vscode.ViewColumn.Active, { retainContextWhenHidden: true }));
    this.#panel.webview.options = { enableScripts: true, localResourceRoots: [media] };
    this.#panel.iconPath = { light: iconFor(parts, 'light'), dark: iconFor(parts, 'dark') };
    const { webview } = this.#panel;
    this._register(webview.onDidReceiveMessage((message) => void this.#parts.failures.guard(() => this.#receive(message))));
    this._register(this.#panel.onDidDispose(() => this.dispose()));
    this._register(source.onDidChange(() => this.#changed()));
    webview.html = sessionDocument({
      script: webview.asWebviewUri(vscode.Uri.joinPath(media, 'session.js')).toString(),
      style: webview.asWebviewUri(vscode.Uri.joinPath(media, 'session.css')).toString(),
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('hex'),
      ...parts.language,
    });
  }

  /** Top of the repository that the session belongs to. */
  get folder(): string {
    return this.#source.folder;
  }

  reveal(): void {
    this.#panel.reveal();
  }

  /** Shows a message, now or as soon as the session is there; nothing where the session has no such conversation. */
  goTo(at: MessageReference): void {
    this.#at = at;
    void this.#arrive();
  }

  async #arrive(): Promise<void> {
    const at = this.#at;
    if (at && this.#isShown) {
      this.#at = undefined;
      const conversation = this.#contents?.conversations.findIndex(({ agent, id }) => agent === at.agent && id === at.conversation) ?? -1;
      if (conversation !== -1) {
        await this.#post({ type: 'goTo', conversation, row: at.message });
      }
    }
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.#loading.abort();
      this.#onDidDispose.fire();
      super.dispose();
    }
  }

  async #receive(incoming: unknown): Promise<void> {
    const parsed = PageMessage.safeParse(incoming);
    if (!parsed.success) {
      return;
    }
    const message = parsed.data;
    switch (message.type) {
      case 'ready':
      case 'retry':
        return this.#load();
      case 'action':
        return this.#act(message.id);
      case 'copy':
        return vscode.env.clipboard.writeText(message.text);
      case 'copyLink':
        return this.#copyLink(message);
      case 'openFile':
        return openFile(this.#parts.workspace, this.folder, message.path, message.commit);
      case 'openCommit':
        return openCommit(this.#parts.workspace, this.folder, message.commit);
      case 'openSession':
        await vscode.commands.executeCommand('convosync.session.open', { folder: this.folder, session: message.session } satisfies SessionReference);
        return;
      case 'show':
        return this.#sendTimeline(message.conversation);
      case 'expand':
        return this.#post(this.#expanded(message));
      case 'search':
        return this.#post({ type: 'found', request: message.request, rows: findInCutParts(this.#contents?.conversations[message.conversation]?.messages ?? [], message.words) });
    }
  }

  async #load(): Promise<void> {
    this.#loading.abort();
    this.#isShown = false;
    const loading = new AbortController();
    this.#loading = loading;
    const { signal } = loading;
    try {
      await this.#begin(await this.#source.load({ refresh: true, signal }));
      this.#isShown = true;
      await this.#arrive();
    } catch (error) {
      if (!signal.aborted) {
        const { title, safe, hint } = explainError(error);
        const help = ConvoSyncError.is(error, 'vault-locked') ? { id: 'unlock', label: t`Unlock Vault` } : { id: 'showLog', label: t`Show Log` };
        await this.#post({ type: 'failed', message: [title, safe, hint].filter((part) => part !== undefined).join(' '), actions: [help] });
      }
    }
  }

  async #begin(contents: PageContents): Promise<void> {
    this.#contents = contents;
    this.#sent.clear();
    this.#panel.title = contents.head.facts.title;
    await this.#post(contents.head);
  }

  /** @param start the first row that the page has not, or has otherwise */
  async #sendTimeline(conversation: number, start = 0): Promise<void> {
    const { signal } = this.#loading;
    const shown = this.#contents?.conversations[conversation] ?? { messages: [], context: [] };
    this.#sent.set(conversation, shown.messages);
    for (const { from, rows } of batchesOf(shown, start)) {
      if (signal.aborted) {
        return;
      }
      await this.#post({ type: 'timeline', conversation, from, total: shown.messages.length, rows });
    }
  }

  /** One look at a time; what changes meanwhile has its own. */
  #changed(): void {
    if (this.#isShown) {
      this.#updating = (this.#updating ?? Promise.resolve()).then(() => this.#update());
    }
  }

  async #update(): Promise<void> {
    const { signal } = this.#loading;
    try {
      const contents = await this.#source.load({ refresh: false, signal });
      if (signal.aborted) {
        return;
      }
      if (!isDeepStrictEqual(idsOf(contents), this.#contents && idsOf(this.#contents))) {
        return await this.#begin(contents);
      }
      this.#contents = contents;
      await this.#post({ type: 'verdict', verdict: contents.head.verdict });
      for (const [conversation, before] of [...this.#sent]) {
        const { messages = [] } = contents.conversations[conversation] ?? {};
        const start = firstDifference(before, messages);
        if (start !== undefined) {
          await this.#sendTimeline(conversation, start);
        }
      }
    } catch (error) {
      if (!signal.aborted) {
        await this.#post({ type: 'verdict', verdict: { state: 'unknown', reason: explainError(error).title, actions: [] } });
      }
    }
  }

  async #copyLink({ conversation, row }: Extract<PageMessage, { type: 'copyLink' }>): Promise<void> {
    const of = this.#contents?.conversations[conversation];
    if (of) {
      const { folder, session } = this.#source;
      await vscode.commands.executeCommand('convosync.session.copyLink', { folder, session } satisfies SessionReference, { agent: of.agent, conversation: of.id, message: row } satisfies MessageReference);
    }
  }

  #expanded({ request, conversation, row, block }: Extract<PageMessage, { type: 'expand' }>): HostMessage {
    const whole = this.#contents?.conversations[conversation]?.messages[row]?.blocks[block];
    return whole ? { type: 'expanded', request, block: whole } : { type: 'refused', request, message: t`The session has no such part.` };
  }

  async #act(action: string): Promise<void> {
    const { folder, session } = this.#source;
    const reference: SessionReference = { folder, session };
    switch (action) {
      case 'save':
        await vscode.commands.executeCommand('convosync.save', reference);
        return;
      case 'resume':
        await vscode.commands.executeCommand('convosync.session.resume', reference);
        return;
      case 'copyCliCommand':
        await vscode.commands.executeCommand('convosync.session.copyCliCommand', reference);
        return;
      case 'unlock':
        await vscode.commands.executeCommand('convosync.vault.unlock');
        return this.#load();
      case 'showLog':
        await vscode.commands.executeCommand('convosync.showLog');
        return;
    }
  }

  async #post(message: HostMessage): Promise<void> {
    if (!this.isDisposed) {
      await this.#panel.webview.postMessage(message);
    }
  }
}

/** Of a page that VS Code has kept something of; undefined where that is not to be understood. */
export function shownBefore(kept: unknown): SessionReference | undefined {
  const { data } = KeptPage.safeParse(kept);
  return data && { folder: data.folder, session: data.session };
}

function idsOf({ conversations }: PageContents): string[] {
  return conversations.map(({ agent, id }) => `${agent} ${id}`);
}

function iconFor({ extensionUri }: SessionPageParts, theme: 'light' | 'dark'): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'media', 'icons', `session-${theme}.svg`);
}
