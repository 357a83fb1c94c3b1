/**
 * The tree of sessions. It draws what the overview knows: loading and failures have nodes of their own, and what has no
 * rows at all is told by the welcome texts in package.json.
 */
import * as vscode from 'vscode';
import { ConvoSyncError } from '../../core/common/errors.ts';
import { explainError } from '../../wording/errors.ts';
import { describeFreshness } from '../../wording/status.ts';
import { commandLink, sessionsViewId } from '../contributions.ts';
import { Disposable } from '../disposable.ts';
import type { Overview } from '../overview.ts';
import { changedDevices, type SessionsModel, sessionsModel } from './model.ts';
import { DeviceNode, NoticeNode, type SessionsNode, TrashNode, type WayOut } from './nodes.ts';

/** With more devices than this only the first is unfolded from the start. */
const unfoldedDevices = 4;

export class SessionsView extends Disposable implements vscode.TreeDataProvider<SessionsNode> {
  readonly #overview: Overview;
  readonly #onDidChangeTreeData = this._register(new vscode.EventEmitter<SessionsNode[] | undefined>());
  readonly onDidChangeTreeData = this.#onDidChangeTreeData.event;
  #drawn: SessionsModel | undefined;
  #folder = '';
  #devices = new Map<string, DeviceNode>();

  constructor(overview: Overview) {
    super();
    this.#overview = overview;
    this._register(overview.onDidChange(() => this.#update()));
  }

  getTreeItem(node: SessionsNode): vscode.TreeItem {
    return node.treeItem(new Date());
  }

  resolveTreeItem(item: vscode.TreeItem, node: SessionsNode): vscode.TreeItem {
    const tooltip = node.tooltip?.(new Date());
    if (tooltip) {
      item.tooltip = tooltip;
    }
    return item;
  }

  async getChildren(node?: SessionsNode): Promise<SessionsNode[]> {
    if (node) {
      return [...node.children];
    }
    await this.#firstLook();
    return this.#roots();
  }

  showMore(device: string): void {
    const node = this.#devices.get(device);
    node?.showMore();
    this.#onDidChangeTreeData.fire(node && [node]);
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
    const model = sessionsModel(state.status);
    this.#drawn = model;
    this.#folder = state.folder;
    const expandAll = model.devices.length <= unfoldedDevices;
    this.#devices = new Map(model.devices.map((group, index) =>
      [group.device.id, new DeviceNode(state.folder, group, { resumable: model.resumable, expanded: expandAll || index === 0 })]));
    const failure = state.error === undefined ? staleNode(model) : failureNode(state.error);
    return [
      ...(failure ? [failure] : []),
      ...this.#devices.values(),
      ...(model.trash.length > 0 ? [new TrashNode(state.folder, model.trash)] : []),
    ];
  }

  /** VS Code shows its own progress bar above the tree while this waits. */
  async #firstLook(): Promise<void> {
    if (this.#overview.state.kind === 'loading') {
      await new Promise<void>((resolve) => {
        const listener = this._register(this.#overview.onDidChange(() => {
          if (this.#overview.state.kind !== 'loading') {
            listener.dispose();
            resolve();
          }
        }));
      });
    }
  }

  #update(): void {
    const { state } = this.#overview;
    const before = this.#drawn;
    if (state.kind !== 'ready' || state.error !== undefined || before === undefined || state.folder !== this.#folder) {
      this.#drawn = undefined;
      this.#onDidChangeTreeData.fire(undefined);
      return;
    }
    const after = sessionsModel(state.status);
    const changed = changedDevices(before, after);
    this.#drawn = after;
    if (changed === undefined) {
      this.#onDidChangeTreeData.fire(undefined);
      return;
    }
    for (const group of after.devices) {
      this.#devices.get(group.device.id)?.update(group, after.resumable);
    }
    const nodes = changed.map((id) => this.#devices.get(id)).filter((node) => node !== undefined);
    if (nodes.length > 0) {
      this.#onDidChangeTreeData.fire(nodes);
    }
  }
}

/** Registers the view under its name, so that it shows sessions as long as the returned object lives. */
export function showSessions(view: SessionsView): vscode.TreeView<SessionsNode> {
  return vscode.window.createTreeView(sessionsViewId, { treeDataProvider: view, canSelectMany: true, showCollapseAll: true });
}

function failureNode(error: unknown): NoticeNode {
  if (ConvoSyncError.is(error, 'vault-choice')) {
    const choose = { command: commandLink('convosync.vault.choose', 'Choose Vault'), icon: 'archive' };
    return new NoticeNode({ label: 'Whose sessions are here?', tooltip: tooltipOf(error), icon: 'question', waysOut: [choose] });
  }
  return new NoticeNode({ label: labelOf(error), tooltip: tooltipOf(error), icon: 'warning', waysOut: [tryAgain, showLog] });
}

function staleNode({ stale }: SessionsModel): NoticeNode | undefined {
  return stale && new NoticeNode({
    label: labelOf(stale.error),
    tooltip: tooltipOf(stale.error),
    icon: ConvoSyncError.is(stale.error, 'remote-unreachable') ? 'debug-disconnect' : 'warning',
    waysOut: [{ ...tryAgain, description: describeFreshness(stale.refreshed, new Date()) }, showLog],
  });
}

const tryAgain: WayOut = { command: commandLink('convosync.refresh', 'Try Again'), icon: 'refresh' };
const showLog: WayOut = { command: commandLink('convosync.showLog', 'Show Log'), icon: 'output' };

/** A row of a tree is no sentence. */
function labelOf(error: unknown): string {
  return explainError(error).title.replace(/\.$/, '');
}

function tooltipOf(error: unknown): string {
  const { title, safe, hint, quote } = explainError(error);
  return [title, safe, hint, quote].filter((part) => part !== undefined).join('\n');
}
