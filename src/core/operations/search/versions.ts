/** Reading versions of a conversation for search, each byte once where one version goes on from another. */
import { createHash } from 'node:crypto';
import type { Stretch, Thread } from '../../vault/searchIndex.ts';

/** The hashes of the beginnings of a file, of certain lengths, taken while it is read. */
export class Sums {
  readonly #lengths: number[];
  readonly #hash = createHash('sha256');
  readonly #sums = new Map<number, string>();
  #at = 0;

  constructor(lengths: readonly number[]) {
    this.#lengths = [...new Set(lengths)].sort((a, b) => a - b);
  }

  add(bytes: Uint8Array): void {
    let from = 0;
    for (let next = this.#lengths[0]; next !== undefined && next <= this.#at + bytes.byteLength; next = this.#lengths[0]) {
      this.#hash.update(bytes.subarray(from, next - this.#at));
      from = next - this.#at;
      this.#sums.set(next, this.#hash.copy().digest('hex'));
      this.#lengths.shift();
    }
    this.#hash.update(bytes.subarray(from));
    this.#at += bytes.byteLength;
  }

  /** Whether the file begins with one of this length and hash; undefined before so much of it was read. */
  beginsWith({ size, sha256 }: { size: number; sha256: string }): boolean {
    return this.#sums.get(size) === sha256;
  }

  async *through(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const bytes of source) {
      this.add(bytes);
      yield bytes;
    }
  }
}

/**
 * What follows the settled part of a thread, once the file is proven to go on from it.
 *
 * @returns undefined where it does not; then what was read of the source is lost
 */
export async function following(source: AsyncGenerator<Uint8Array>, sums: Sums, thread: Pick<Thread, 'size' | 'sha256' | 'settled'>): Promise<AsyncGenerator<Uint8Array> | undefined> {
  const held: Uint8Array[] = [];
  for (let at = 0; at < thread.size; ) {
    const next = await source.next();
    if (next.done === true) {
      return undefined;
    }
    held.push(next.value.subarray(Math.max(0, thread.settled - at)));
    at += next.value.byteLength;
  }
  if (!sums.beginsWith(thread)) {
    await source.return(undefined);
    return undefined;
  }
  return (async function* () {
    yield* held;
    yield* source;
  })();
}

/** All that a thread says, as stretches. */
export function whole({ begins, thread, messages }: Pick<Thread, 'begins' | 'thread' | 'messages'>): Stretch[] {
  return [...begins, { thread, upTo: messages }];
}

/** Of stretches those with the messages before one. */
export function before(stretches: readonly Stretch[], message: number): Stretch[] {
  const last = stretches.findIndex(({ upTo }) => upTo >= message);
  return (last === -1 ? stretches : stretches.slice(0, last + 1)).map(({ thread, upTo }) => ({ thread, upTo: Math.min(upTo, message) }));
}
