/**
 * A view that is a plain list beside the tree of sessions. Its rows are made when it is on screen, by code that is read then;
 * what stands there without rows are the welcome texts in package.json.
 */
import * as vscode from 'vscode';
import { Disposable } from '../disposable.ts';
import type { Overview, OverviewState } from '../overview.ts';

export type ReadyState = Extract<OverviewState, { kind: 'ready' }>;

export class ListView extends Disposable implements vscode.TreeDataProvider<vscode.TreeItem> {
  readonly #overview: Overview;
  readonly #rows: (state: ReadyState, now: Date) => Promise<vscode.TreeItem[]>;
  readonly #onDidChangeTreeData = this._register(new vscode.EventEmitter<void>());
  readonly onDidChangeTreeData = this.#onDidChangeTreeData.event;
  #shown = '';

  constructor(id: string, overview: Overview, rows: (state: ReadyState, now: Date) => Promise<vscode.TreeItem[]>) {
    super();
    this.#overview = overview;
    this.#rows = rows;
    this._register(vscode.window.createTreeView(id, { treeDataProvider: this }));
    this._register(overview.onDidChange(() => this.#update()));
  }

  getTreeItem(row: vscode.TreeItem): vscode.TreeItem {
    return row;
  }

  async getChildren(row?: vscode.TreeItem): Promise<vscode.TreeItem[]> {
    await this.#overview.firstLook();
    const { state } = this.#overview;
    return row === undefined && state.kind === 'ready' ? this.#rows(state, new Date()) : [];
  }

  /** Draws everything again, because ages have passed. */
  redraw(): void {
    this.#onDidChangeTreeData.fire();
  }

  #update(): void {
    const known = whatIsKnown(this.#overview.state);
    if (known !== this.#shown) {
      this.#shown = known;
      this.redraw();
    }
  }
}

/** Says something else when there may be other rows. */
function whatIsKnown(state: OverviewState): string {
  if (state.kind !== 'ready') {
    return state.kind;
  }
  const { folder, status: { listing, devices } } = state;
  return JSON.stringify([folder, listing.here, listing.sessions.length, listing.sessions[0]?.outline.id, listing.refreshed, devices]);
}
