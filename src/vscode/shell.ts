/**
 * The parts of the extension, put together by hand. Nothing in here is loaded before VS Code has finished activating
 * the extension.
 */
import * as vscode from 'vscode';
import { ConvoSyncError } from '../core/common/errors.ts';
import { t } from '../l10n/language.ts';
import { Announcements } from './announcements.ts';
import { AutoSave } from './autoSave.ts';
import { BackgroundLooks } from './backgroundLooks.ts';
import { type Commands, createCommands } from './commands/commands.ts';
import type { CommandParts } from './commands/parts.ts';
import { configuration } from './configuration.ts';
import { type CommandArguments, type CommandId, type ContextKeys, devicesViewId, handoffsViewId, type ToolName } from './contributions.ts';
import { TerminalHistory } from './context/terminalHistory.ts';
import { Disposable } from './disposable.ts';
import { Failures } from './failures.ts';
import { HandoffEditor } from './handoffEditor.ts';
import { LazyCore } from './lazyCore.ts';
import { ListView } from './listViews/listView.ts';
import type { McpServer } from './mcpServer.ts';
import type { OutputLogger } from './output.ts';
import { Overview, type OverviewState } from './overview.ts';
import { PersistentState } from './persistentState.ts';
import { SecretKeychain } from './secretKeychain.ts';
import { SessionPages } from './sessionPage/sessionPages.ts';
import { SessionsView } from './sessionsView/sessionsView.ts';
import { StatusBar } from './statusBar.ts';
import { TranscriptWatch } from './transcriptWatch.ts';
import { Workspace } from './workspace.ts';

/** Changes come in bursts: git writes several files for one commit. */
const settleTime = 1_000;
/** An agent at work adds to its transcript all the time. */
const transcriptPause = 3_000;

export class Shell extends Disposable {
  readonly #commandParts: CommandParts;
  readonly #commands: Commands;
  readonly #parts: { core: LazyCore; workspace: Workspace; keychain: SecretKeychain; extensionUri: vscode.Uri };
  readonly #failures: Failures;
  readonly #overview: Overview;
  readonly #looks: BackgroundLooks;
  readonly #autoSave: AutoSave;
  readonly #statusBar: StatusBar;
  readonly #sessionsView: SessionsView;
  readonly #lists: readonly ListView[];
  #mcpServer: Promise<McpServer> | undefined;
  #settling: ReturnType<typeof setTimeout> | undefined;
  #listening: ReturnType<typeof setTimeout> | undefined;

  constructor(context: vscode.ExtensionContext, logger: OutputLogger) {
    super();
    const keychain = new SecretKeychain(context.secrets);
    const core = this._register(new LazyCore(logger, keychain, context.storageUri && vscode.Uri.joinPath(context.storageUri, '..', '..').fsPath));
    const failures = new Failures(logger);
    const overview = this._register(new Overview(core, logger.child('overview')));
    const state = new PersistentState(context);
    const sessionsView = this._register(new SessionsView(overview, state));
    this.#lists = [
      this._register(new ListView(handoffsViewId, overview, async (known, now) => (await import('./listViews/handoffRows.ts')).handoffRows({ core, logger }, known, now))),
      this._register(new ListView(devicesViewId, overview, async (known, now) => (await import('./listViews/deviceRows.ts')).deviceRows(known, now))),
    ];
    const statusBar = this._register(new StatusBar(overview));
    const workspace = this._register(new Workspace(overview, logger));
    const transcripts = this._register(new TranscriptWatch());
    const pages = this._register(new SessionPages({ extensionUri: context.extensionUri, core, workspace, overview, failures }));
    const handoffEditor = this._register(new HandoffEditor());
    const terminals = this._register(new TerminalHistory());
    const parts: CommandParts = { core, workspace, overview, failures, logger, handoffEditor, pages, sessionsView, terminals, state };
    this._register(new Announcements(parts, state));
    const looks = this._register(new BackgroundLooks({
      overview,
      isEnabled: () => configuration.backgroundRefresh,
      isFocused: () => vscode.window.state.focused,
      now: () => Date.now(),
    }));
    this.#autoSave = this._register(new AutoSave({
      overview,
      choice: () => configuration.autoSave,
      status: async (folder, signal) => (await import('./saveByItself.ts')).statusOf({ logger, core }, folder, signal),
      save: async (folder, signal) => (await import('./saveByItself.ts')).saveByItself({ ...parts, core }, folder, signal),
      tell: (folder, blockers) => void import('./saveByItself.ts').then(({ tellWhatWaits }) => tellWhatWaits(parts, folder, blockers)),
      now: () => Date.now(),
    }));
    this.#commandParts = parts;
    this.#commands = createCommands(parts);
    this.#parts = { core, workspace, keychain, extensionUri: context.extensionUri };
    this.#failures = failures;
    this.#overview = overview;
    this.#looks = looks;
    this.#statusBar = statusBar;
    this.#sessionsView = sessionsView;

    this._register(overview.onDidChange(() => {
      sessionsView.badge = badgeOf(overview);
      transcripts.follow(overview.status?.conversation?.transcript);
      this.#autoSave.shown(overview.state);
      void this.#setContext();
    }));
    this._register(sessionsView.onDidChangeTreeData(() => void this.#setContext()));
    this._register(vscode.window.onDidChangeWindowState(({ focused }) => this.#focusChanged(focused)));
    this._register(vscode.window.onDidEndTerminalShellExecution(() => this.#settle()));
    this._register(vscode.workspace.onDidSaveTextDocument(() => this.#documentSaved()));
    this._register(configuration.onDidChange(() => void looks.consider()));
    this._register(keychain.onDidChange(() => this.#settle()));
    this._register(transcripts.onDidChange(() => this.#transcriptChanged()));
    this._register({
      dispose: () => {
        clearTimeout(this.#settling);
        clearTimeout(this.#listening);
      },
    });
    void this.#setContext();
    void this.#start(workspace, state, logger);
  }

  /** Runs a command; its failure is told to the user, and the promise does not reject. */
  async run<C extends CommandId>(command: C, args: CommandArguments[C]): Promise<void> {
    const action: (...args: CommandArguments[C]) => Promise<void> = this.#commands[command];
    await this.#failures.guard(() => action(...args));
  }

  /** Follows a link from outside the editor; its failure is told to the user. */
  async openLink(uri: vscode.Uri): Promise<void> {
    const { openLink } = await import('./commands/openLink.ts');
    await this.#failures.guard(() => openLink(this.#commandParts, uri));
  }

  /** Answers a language model that calls a tool. What goes wrong is said to the model alone. */
  async answerModel(tool: ToolName, input: unknown, token: vscode.CancellationToken): Promise<vscode.LanguageModelToolResult> {
    const { answerModel } = await import('./modelTools.ts');
    return answerModel(this.#parts, tool, input, token);
  }

  /** Answers a person who speaks to `@convosync`. What goes wrong is said there. */
  async answerChat(request: vscode.ChatRequest, stream: vscode.ChatResponseStream, token: vscode.CancellationToken): Promise<void> {
    const { answerChat } = await import('./chat/answerChat.ts');
    return answerChat(this.#parts, request, stream, token);
  }

  /** Call when VS Code is about to end the extension, which waits a few seconds for it. */
  quit(): Promise<void> {
    return this.#autoSave.quit();
  }

  /** The one for assistants in this window. */
  mcpServer(): Promise<McpServer> {
    return (this.#mcpServer ??= import('./mcpServer.ts').then(({ McpServer }) => this._register(new McpServer(this.#parts))));
  }

  async #start(workspace: Workspace, state: PersistentState, logger: OutputLogger): Promise<void> {
    const repositories = await workspace.repositories();
    if (state.opensAgain) {
      const { openAgain } = await import('./context/openAgain.ts');
      void openAgain(this.#parts.core, state, logger);
    }
    if (repositories && !this.isDisposed) {
      this._register(repositories.onDidChangeState(() => this.#settle()));
      this._register(repositories.onDidChangeCurrent(() => this.#lookAnew()));
    }
    await this.#lookAnew();
  }

  async #lookAnew(): Promise<void> {
    this.#looks.forget();
    await this.#overview.refresh('local');
    await this.#looks.consider();
  }

  /** Something may have changed on this machine: one look when it has come to rest. */
  #settle(): void {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => void this.#overview.refresh('local'), settleTime);
  }

  /** Of a file with changes the Git extension does not tell when it changes once more. Where something is not saved already, that is known. */
  #documentSaved(): void {
    if (this.#overview.status?.unsaved === false) {
      this.#settle();
    }
  }

  /** Looks every few seconds while a conversation goes on in sight; when the window comes to the front it looks anyway. */
  #transcriptChanged(): void {
    this.#autoSave.heard();
    this.#listening ??= setTimeout(() => {
      this.#listening = undefined;
      if (vscode.window.state.focused) {
        void this.#overview.refresh('local');
      }
    }, transcriptPause);
  }

  #focusChanged(focused: boolean): void {
    if (focused) {
      this.#statusBar.redraw();
      this.#sessionsView.redraw();
      this.#lists.forEach((list) => list.redraw());
    }
    if (!focused) {
      this.#autoSave.left();
    }
    void this.#looks.consider();
  }

  async #setContext(): Promise<void> {
    const { state, status } = this.#overview;
    const keys: ContextKeys = {
      'convosync.state': stateKey(state),
      'convosync.isUnlocked': status?.listing.sealing === 'sealed',
      'convosync.isOffline': state.kind === 'ready' && (state.error !== undefined || state.status.listing.problem !== undefined),
      'convosync.canUndoSave': status?.undo.save !== undefined,
      'convosync.canUndoResume': status?.undo.resume !== undefined,
      'convosync.grouping': this.#sessionsView.grouping,
      'convosync.isFiltered': this.#sessionsView.filter !== '',
    };
    // All at once: the palette offers what the views show.
    await Promise.all(Object.entries(keys).map(([key, value]) => vscode.commands.executeCommand('setContext', key, value)));
  }
}

function stateKey(state: OverviewState): ContextKeys['convosync.state'] {
  switch (state.kind) {
    case 'failed':
      return ConvoSyncError.is(state.error, 'vault-locked') ? 'locked' : 'failed';
    case 'ready': {
      const { listing } = state.status;
      return state.error === undefined && listing.problem === undefined && listing.sessions.length + listing.trash.length === 0 ? 'empty' : 'ready';
    }
    default:
      return state.kind;
  }
}

/** Says in the activity bar that another device has something newer. */
function badgeOf({ status }: Overview): vscode.ViewBadge | undefined {
  return status?.resumable && { value: 1, tooltip: t`${status.resumable.device.name} has saved a session` };
}
