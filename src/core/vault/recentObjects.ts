/** Bytes kept in memory at most. */
const capacity = 16 * 1024 * 1024;

/** Objects read a moment ago: one resume compares, writes and verifies the same ones. */
export class RecentObjects {
  readonly #objects = new Map<string, Uint8Array>();
  #size = 0;

  get(name: string): Uint8Array | undefined {
    return this.#objects.get(name);
  }

  forget(name: string): void {
    this.#size -= this.#objects.get(name)?.byteLength ?? 0;
    this.#objects.delete(name);
  }

  /** What was put first goes first; what is larger than all the room is not kept. */
  put(name: string, bytes: Uint8Array): void {
    if (this.#objects.has(name) || bytes.byteLength > capacity) {
      return;
    }
    this.#objects.set(name, bytes);
    this.#size += bytes.byteLength;
    for (const [oldest, { byteLength }] of this.#objects) {
      if (this.#size <= capacity) {
        return;
      }
      this.#objects.delete(oldest);
      this.#size -= byteLength;
    }
  }
}
