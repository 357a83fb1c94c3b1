/**
 * The host of one session page. Nothing of the session is in the page's HTML: the page says `ready`, and everything
 * comes by message after that. What the page sends is parsed, and every request gets its answer.
 */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { ConvoSyncError } from '../../core/common/errors.ts';
import type { OpenedSession } from '../../core/operations/report.ts';
import { isInside, type SessionContext } from '../../core/session/context.ts';
import { countRedactions, type SessionManifest } from '../../core/session/session.ts';
import { type ConversationFacts, type HostMessage, KeptPage, PageMessage, type Verdict, type WasOpen } from '../../protocol/session.ts';
import { sessionDocument } from '../../protocol/sessionDocument.ts';
import { describeRun } from '../../wording/context.ts';
import { explainError } from '../../wording/errors.ts';
import { describePrivacy } from '../../wording/privacy.ts';
import { type MessageReference, type SessionReference, sessionPageType } from '../contributions.ts';
import { Disposable } from '../disposable.ts';
import type { Failures } from '../failures.ts';
import type { LazyCore } from '../lazyCore.ts';
import type { Overview } from '../overview.ts';
import { agentName } from '../sessionText.ts';
import type { Workspace } from '../workspace.ts';
import { openCommit, openFile } from './links.ts';
import { batchesOf, findInCutParts } from './rows.ts';
import { savesOf } from './saves.ts';
import { pageVerdict } from './verdict.ts';

export interface SessionPageParts {
  extensionUri: vscode.Uri;
  core: Pick<LazyCore, 'forUser'>;
  workspace: Workspace;
  overview: Overview;
  failures: Failures;
}

export class SessionPage extends Disposable {
  readonly #parts: SessionPageParts;
  readonly #reference: SessionReference;
  readonly #panel: vscode.WebviewPanel;
  readonly #onDidDispose = this._register(new vscode.EventEmitter<void>());
  readonly onDidDispose = this.#onDidDispose.event;
  #opened: OpenedSession | undefined;
  /** The page has been told what the session is. */
  #isShown = false;
  #loading = new AbortController();
  /** What the verdict that is shown was about. */
  #judged = '';

  /** What is to be shown once the page has the session. */
  #at: MessageReference | undefined;

  /** @param panel of a window that was loaded anew; a new one without it */
  constructor(parts: SessionPageParts, reference: SessionReference, panel?: vscode.WebviewPanel) {
    super();
    this.#parts = parts;
    this.#reference = reference;
    const media = vscode.Uri.joinPath(parts.extensionUri, 'dist', 'media');
    // The timeline of a long session would have to be sent again whenever its tab comes to the front.
    this.#panel = this._register(panel ?? vscode.window.createWebviewPanel(sessionPageType, 'Session', vscode.ViewColumn.Active, { retainContextWhenHidden: true }));
    this.#panel.webview.options = { enableScripts: true, localResourceRoots: [media] };
    this.#panel.iconPath = { light: iconFor(parts, 'light'), dark: iconFor(parts, 'dark') };
    const { webview } = this.#panel;
    this._register(webview.onDidReceiveMessage((message) => void this.#parts.failures.guard(() => this.#receive(message))));
    this._register(this.#panel.onDidDispose(() => this.dispose()));
    this._register(parts.overview.onDidChange(() => this.#overviewChanged()));
    webview.html = sessionDocument({
      script: webview.asWebviewUri(vscode.Uri.joinPath(media, 'session.js')).toString(),
      style: webview.asWebviewUri(vscode.Uri.joinPath(media, 'session.css')).toString(),
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('hex'),
    });
  }

  /** Top of the repository that the session belongs to. */
  get folder(): string {
    return this.#reference.folder;
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
      const conversation = this.#opened?.conversations.findIndex(({ agent, id }) => agent === at.agent && id === at.conversation) ?? -1;
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
      case 'openFile':
        return openFile(this.#parts.workspace, this.#reference.folder, message.path, message.commit);
      case 'openCommit':
        return openCommit(this.#parts.workspace, this.#reference.folder, message.commit);
      case 'openSession':
        await vscode.commands.executeCommand('convosync.session.open', { ...this.#reference, session: message.session } satisfies SessionReference);
        return;
      case 'show':
        return this.#sendTimeline(message.conversation);
      case 'expand':
        return this.#post(this.#expanded(message));
      case 'search':
        return this.#post({ type: 'found', request: message.request, rows: findInCutParts(this.#opened?.conversations[message.conversation]?.messages ?? [], message.words) });
    }
  }

  async #load(): Promise<void> {
    this.#loading.abort();
    this.#isShown = false;
    const loading = new AbortController();
    this.#loading = loading;
    const { signal } = loading;
    try {
      const core = await this.#parts.core.forUser();
      const opened = await core.open(this.#reference.folder, this.#reference.session, { signal });
      this.#opened = opened;
      this.#judged = this.#stateHere() ?? '';
      await this.#send(opened);
      this.#isShown = true;
      await this.#arrive();
    } catch (error) {
      if (!signal.aborted) {
        const { title, safe, hint } = explainError(error);
        const help = ConvoSyncError.is(error, 'vault-locked') ? { id: 'unlock', label: 'Unlock Vault' } : { id: 'showLog', label: 'Show Log' };
        await this.#post({ type: 'failed', message: [title, safe, hint].filter((part) => part !== undefined).join(' '), actions: [help] });
      }
    }
  }

  async #send(opened: OpenedSession): Promise<void> {
    const { session: { summary, device }, manifest, conversations } = opened;
    const here = this.#parts.overview.status?.listing;
    const [activeLast] = manifest.conversations;
    const handoffOf = conversations.length > 1 && activeLast ? conversations.findIndex((conversation) => isOf(activeLast, conversation)) : -1;
    this.#panel.title = summary.message;
    await this.#post({
      type: 'session',
      facts: {
        id: summary.id,
        folder: this.#reference.folder,
        title: summary.message,
        device: { name: device.name, kind: device.kind, here: device.id === here?.here.id },
        conversations: conversations.map((conversation) => factsOf(conversation, manifest)),
        unknownAgents: manifest.conversations.filter((stored) => !conversations.some((conversation) => isOf(stored, conversation))).map(({ agent }) => agentName(agent)),
        ...(summary.branch === undefined ? {} : { branch: summary.branch }),
        commit: summary.commit,
        subject: summary.subject,
        savedAt: summary.savedAt,
        redactions: countRedactions(manifest.conversations),
      },
      verdict: this.#verdictOf(opened),
      handoff: manifest.handoff,
      ...(handoffOf === -1 ? {} : { handoffOf }),
      ...(manifest.context ? { wasOpen: toShow(manifest.context) } : {}),
      ...(here ? { vaultNotice: { sealed: here.sealing === 'sealed', text: describePrivacy(here) } } : {}),
    });
  }

  async #sendTimeline(conversation: number): Promise<void> {
    const { signal } = this.#loading;
    const shown = this.#opened?.conversations[conversation];
    const messages = shown?.messages ?? [];
    const { context = [], forkOf } = (shown && this.#opened?.manifest.conversations.find((stored) => isOf(stored, shown))) ?? {};
    const saves = shown && savesOf(shown, this.#parts.overview.status?.listing.sessions ?? [], this.#reference.session);
    for (const { from, rows } of batchesOf({ messages, context, shared: forkOf?.messages, ...(saves ? { saves } : {}) })) {
      if (signal.aborted) {
        return;
      }
      await this.#post({ type: 'timeline', conversation, from, total: messages.length, rows });
    }
  }

  #expanded({ request, conversation, row, block }: Extract<PageMessage, { type: 'expand' }>): HostMessage {
    const whole = this.#opened?.conversations[conversation]?.messages[row]?.blocks[block];
    return whole ? { type: 'expanded', request, block: whole } : { type: 'refused', request, message: 'The session has no such part.' };
  }

  async #act(action: string): Promise<void> {
    switch (action) {
      case 'save':
        await vscode.commands.executeCommand('convosync.save', this.#reference);
        return;
      case 'resume':
        await vscode.commands.executeCommand('convosync.session.resume', this.#reference);
        return;
      case 'copyCliCommand':
        await vscode.commands.executeCommand('convosync.session.copyCliCommand', this.#reference);
        return;
      case 'unlock':
        await vscode.commands.executeCommand('convosync.vault.unlock');
        return this.#load();
      case 'showLog':
        await vscode.commands.executeCommand('convosync.showLog');
        return;
    }
  }

  #verdictOf({ verdict, session }: OpenedSession): Verdict {
    return pageVerdict(verdict, { conversations: session.summary.conversations, allSaved: this.#parts.overview.status?.sync === 'synced' });
  }

  /** After a save, a resume or a change of the code the verdict may be another one. */
  #overviewChanged(): void {
    const judged = this.#stateHere();
    if (this.#opened && judged !== undefined && judged !== this.#judged) {
      this.#judged = judged;
      void this.#refreshVerdict();
    }
  }

  /** Undefined while it is not known, or changing. */
  #stateHere(): string | undefined {
    const { status, activity } = this.#parts.overview;
    return status && activity === undefined
      ? JSON.stringify([status.folder, status.sync, status.commit, status.branch, status.changes.length, status.conversation?.id, status.conversation?.messages])
      : undefined;
  }

  async #refreshVerdict(): Promise<void> {
    try {
      const core = await this.#parts.core.forUser();
      const opened = await core.open(this.#reference.folder, this.#reference.session, { refresh: false, signal: this.#loading.signal });
      await this.#post({ type: 'verdict', verdict: this.#verdictOf(opened) });
    } catch (error) {
      await this.#post({ type: 'verdict', verdict: { state: 'unknown', reason: explainError(error).title, actions: [] } });
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

type OpenedConversation = OpenedSession['conversations'][number];

function factsOf(conversation: OpenedConversation, { conversations }: SessionManifest): ConversationFacts {
  const { title } = conversations.find((stored) => isOf(stored, conversation)) ?? {};
  return {
    ...(title === undefined ? {} : { title }),
    agent: conversation.agentName,
    messages: conversation.messages.length,
    issues: conversation.issues.length,
  };
}

function toShow({ folder, editors, terminals, breakpoints = [], environment = {} }: SessionContext): WasOpen {
  return {
    folder,
    files: [...new Set(editors.map(({ path }) => path).filter(isInside))],
    terminals: terminals.map(({ name, folder: at, commands }) => ({ name, folder: at, commands: commands.map(describeRun) })),
    breakpoints: breakpoints.length,
    variables: Object.keys(environment),
  };
}

function isOf(stored: SessionManifest['conversations'][number], { agent, id }: OpenedConversation): boolean {
  return stored.agent === agent && stored.id === id;
}

function iconFor({ extensionUri }: SessionPageParts, theme: 'light' | 'dark'): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'media', 'icons', `session-${theme}.svg`);
}
