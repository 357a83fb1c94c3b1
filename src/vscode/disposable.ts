/** Lifetimes. Whoever listens or owns something that must end extends `Disposable` and registers it. */

/** Whatever ends: a `vscode.Disposable`, or an object of ours. */
export interface Owned {
  dispose(): unknown;
}

export abstract class Disposable {
  readonly #owned: Owned[] = [];
  #disposed = false;

  protected get isDisposed(): boolean {
    return this.#disposed;
  }

  /** Ends together with this object; at once when this object has already ended. */
  protected _register<T extends Owned>(owned: T): T {
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
export class MutableDisposable<T extends Owned> {
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
