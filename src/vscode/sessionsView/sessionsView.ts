/**
 * The tree of sessions. It draws what the overview knows: loading and failures have nodes of their own, and what has no
 * rows at all is told by the welcome texts in package.json.
 */
import * as vscode from 'vscode';
import { ConvoSyncError } from '../../core/common/errors.ts';
import { t } from '../../l10n/language.ts';
import { explainError } from '../../wording/errors.ts';
import { count } from '../../wording/quantities.ts';
import { describeFreshness } from '../../wording/status.ts';
import { commandLink, type SessionReference, sessionsViewId } from '../contributions.ts';
import { Disposable } from '../disposable.ts';
import type { Overview, OverviewState } from '../overview.ts';
import type { PersistentState } from '../persistentState.ts';
import type { Grouping } from './grouping.ts';
import { type Notice, type SessionsNode, tooltip, treeItem, type WayOut } from './nodes.ts';
import { SessionsTree } from './tree.ts';

export class SessionsView extends Disposable implements vscode.TreeDataProvider<SessionsNode> {
  readonly #overview: Overview;
  readonly #state: PersistentState;
  readonly #onDidChangeTreeData = this._register(new vscode.EventEmitter<SessionsNode[] | undefined>());
  readonly onDidChangeTreeData = this.#onDidChangeTreeData.event;
  readonly #treeView: vscode.TreeView<SessionsNode>;
  readonly #tree = new SessionsTree();
  /** What is drawn beside the tree: another state, or what is the matter. */
  #drawn = '';
  #filter = '';

  constructor(overview: Overview, state: PersistentState) {
    super();
    this.#overview = overview;
    this.#state = state;
    this.#treeView = this._register(vscode.window.createTreeView<SessionsNode>(sessionsViewId, { treeDataProvider: this, canSelectMany: true, showCollapseAll: true }));
    this._register(overview.onDidChange(() => this.#update()));
  }

  get grouping(): Grouping {
    return this.#state.sessionsGrouping;
  }

  /** The words that all have to be found in a session; empty while all sessions are shown. */
  get filter(): string {
    return this.#filter;
  }

  /** The sessions that are selected in the tree, each once. */
  get selection(): readonly SessionReference[] {
    return this.#treeView.selection.filter((node) => node.kind === 'session');
  }

  /** Says in the activity bar that there is something to see. */
  set badge(badge: vscode.ViewBadge | undefined) {
    this.#treeView.badge = badge;
  }

  getTreeItem(node: SessionsNode): vscode.TreeItem {
    return treeItem(node, new Date());
  }

  resolveTreeItem(item: vscode.TreeItem, node: SessionsNode): vscode.TreeItem {
    const text = tooltip(node, new Date());
    if (text) {
      item.tooltip = text;
    }
    return item;
  }

  async getChildren(node?: SessionsNode): Promise<SessionsNode[]> {
    if (!node) {
      // VS Code shows its own progress bar above the tree while this waits.
      await this.#overview.firstLook();
      return this.#roots();
    }
    return node.kind === 'wayOut' ? [] : node.kind === 'notice' ? [...node.waysOut] : this.#tree.children(node);
  }

  showMore(list: string): void {
    const node = this.#tree.showMore(list);
    this.#onDidChangeTreeData.fire(node && [node]);
  }

  async groupBy(grouping: Grouping): Promise<void> {
    await this.#state.setSessionsGrouping(grouping);
    this.#update();
  }

  setFilter(words: string): void {
    this.#filter = words.trim();
    this.#update();
  }

  /** Draws everything again, because ages have passed. */
  redraw(): void {
    this.#onDidChangeTreeData.fire(undefined);
  }

  #roots(): SessionsNode[] {
    const { state } = this.#overview;
    if (state.kind === 'failed') {
      // Locked: the welcome text says so, with a button.
      return ConvoSyncError.is(state.error, 'vault-locked') ? [] : [failureNode(state.error)];
    }
    if (state.kind !== 'ready') {
      return [];
    }
    const { listing } = state.status;
    const failure = state.error !== undefined ? failureNode(state.error) : listing.problem && staleNode(listing.problem, listing.refreshed);
    this.#takeIn();
    return [...(failure ? [failure] : []), ...this.#tree.roots()];
  }

  /** What of the tree is to be drawn anew; undefined for all of it. */
  #takeIn(): SessionsNode[] | undefined {
    const { state } = this.#overview;
    if (state.kind !== 'ready') {
      this.#head('', '');
      return undefined;
    }
    const { listing, resumable } = state.status;
    const changed = this.#tree.update({ folder: state.folder, listing, resumable: resumable?.outline.id, grouping: this.grouping, filter: this.#filter });
    const filter = this.#filter;
    this.#head(filter === '' ? '' : t`“${filter}”`, filter === '' ? '' : describeFilter(filter, this.#tree.size, listing.sessions.length));
    return changed;
  }

  #head(description: string, message: string): void {
    if ((this.#treeView.description ?? '') !== description || (this.#treeView.message ?? '') !== message) {
      this.#treeView.description = description;
      this.#treeView.message = message;
    }
  }

  #update(): void {
    const changed = this.#takeIn();
    const before = this.#drawn;
    this.#drawn = besideTheTree(this.#overview.state);
    if (changed === undefined || before !== this.#drawn) {
      this.#onDidChangeTreeData.fire(undefined);
    } else if (changed.length > 0) {
      this.#onDidChangeTreeData.fire(changed);
    }
  }
}

function besideTheTree(state: OverviewState): string {
  const problem = state.kind === 'ready' ? state.status.listing.problem : undefined;
  const error = 'error' in state ? state.error : undefined;
  return [state.kind, 'folder' in state ? state.folder : '', error?.message ?? '', problem?.code ?? '', problem && state.kind === 'ready' ? state.status.listing.refreshed ?? '' : ''].join('\n');
}

function describeFilter(filter: string, shown: number, all: number): string {
  return shown === 0 ? t`No session has “${filter}” in it. Clear the filter to see all ${count(all, 'session')}.` : t`${count(shown, 'session')} of ${all} with “${filter}”`;
}

function failureNode(error: unknown): Notice {
  if (ConvoSyncError.is(error, 'vault-choice')) {
    return { kind: 'notice', label: t`Whose sessions are here?`, tooltip: tooltipOf(error), icon: 'question', waysOut: [{ kind: 'wayOut', command: commandLink('convosync.vault.choose', t`Choose Vault`), icon: 'archive' }] };
  }
  return { kind: 'notice', label: labelOf(error), tooltip: tooltipOf(error), icon: 'warning', waysOut: [tryAgain(), showLog()] };
}

function staleNode(error: ConvoSyncError, refreshed: string | undefined): Notice {
  return {
    kind: 'notice',
    label: labelOf(error),
    tooltip: tooltipOf(error),
    icon: ConvoSyncError.is(error, 'remote-unreachable') ? 'debug-disconnect' : 'warning',
    waysOut: [{ ...tryAgain(), description: describeFreshness(refreshed, new Date()) }, showLog()],
  };
}

const tryAgain = (): WayOut => ({ kind: 'wayOut', command: commandLink('convosync.refresh', t`Try Again`), icon: 'refresh' });
const showLog = (): WayOut => ({ kind: 'wayOut', command: commandLink('convosync.showLog', t`Show Log`), icon: 'output' });

/** A row of a tree is no sentence. */
function labelOf(error: unknown): string {
  return explainError(error).title.replace(/[.。]$/, '');
}

function tooltipOf(error: unknown): string {
  const { title, safe, hint, quote } = explainError(error);
  return [title, safe, hint, quote].filter((part) => part !== undefined).join('\n');
}
