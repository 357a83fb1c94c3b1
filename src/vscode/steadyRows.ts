/**
 * The rows of a pick that is on screen while they are looked up. When they change, another one may come to lie where somebody is about
 * to click, such as *Undo* in place of *Send*: for a moment a row does nothing that was not there before.
 */
import type * as vscode from 'vscode';

/** Milliseconds within which nobody can have read the row that they click. */
const moment = 500;

export class SteadyRows<T extends vscode.QuickPickItem> {
  readonly #pick: Pick<vscode.QuickPick<T>, 'items'>;
  readonly #now: () => number;
  #before: readonly T[] = [];
  #changed = -Infinity;

  constructor(pick: Pick<vscode.QuickPick<T>, 'items'>, now: () => number = Date.now) {
    this.#pick = pick;
    this.#now = now;
  }

  replace(items: readonly T[]): void {
    this.#before = this.#pick.items;
    this.#changed = this.#now();
    this.#pick.items = items;
  }

  /** Whether the row was in the same place long enough to have been read. */
  isMeant(item: T): boolean {
    return this.#now() - this.#changed >= moment || this.#before.length === 0 || this.#before[this.#pick.items.indexOf(item)]?.label === item.label;
  }
}
