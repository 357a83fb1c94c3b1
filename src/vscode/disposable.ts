/** Lifetimes. Whoever listens or owns something that must end extends `Disposable` and registers it. */
import type * as vscode from 'vscode';

export abstract class Disposable implements vscode.Disposable {
  readonly #owned: vscode.Disposable[] = [];
  #disposed = false;

  protected get isDisposed(): boolean {
    return this.#disposed;
  }

  /** Ends together with this object; at once when this object has already ended. */
  protected _register<T extends vscode.Disposable>(owned: T): T {
    if (this.#disposed) {
      owned.dispose();
    } else {
      this.#owned.push(owned);
    }
    return owned;
  }

  /** The last registered ends first. Safe to call twice. */
  dispose(): void {
    this.#disposed = true;
    for (let owned = this.#owned.pop(); owned !== undefined; owned = this.#owned.pop()) {
      owned.dispose();
    }
  }
}

/** Holds what follows "the current X": a new value ends the former one. */
export class MutableDisposable<T extends vscode.Disposable> implements vscode.Disposable {
  #value: T | undefined;
  #disposed = false;

  get value(): T | undefined {
    return this.#value;
  }

  set value(value: T | undefined) {
    if (this.#disposed) {
      value?.dispose();
      return;
    }
    if (value !== this.#value) {
      this.#value?.dispose();
      this.#value = value;
    }
  }

  dispose(): void {
    this.value = undefined;
    this.#disposed = true;
  }
}
