import * as vscode from 'vscode';
import { Disposable } from './disposable.ts';
import type { Overview } from './overview.ts';
import { statusBarContent } from './statusBarContent.ts';

export class StatusBar extends Disposable {
  readonly #overview: Overview;
  readonly #item = this._register(vscode.window.createStatusBarItem('status', vscode.StatusBarAlignment.Left, 0));

  constructor(overview: Overview) {
    super();
    this.#overview = overview;
    this.#item.name = 'ConvoSync';
    this._register(overview.onDidChange(() => this.redraw()));
    this.redraw();
  }

  /** Also called when nothing but time has passed. */
  redraw(): void {
    const content = statusBarContent(this.#overview.state, this.#overview.activity, new Date());
    if (content === undefined) {
      this.#item.hide();
      return;
    }
    this.#item.text = content.text;
    this.#item.tooltip = content.tooltip;
    this.#item.command = content.command;
    this.#item.backgroundColor = content.severity && new vscode.ThemeColor('statusBarItem.warningBackground');
    this.#item.show();
  }
}
