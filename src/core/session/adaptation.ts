/**
 * What an agent needs to be otherwise in a file on this machine, such as the folder that it names: stretches that stand here
 * as something else than they are stored. The install map notes them and the stored form is read through them, so that what
 * comes home is recognised as what left. Only structured fields are adapted, never what anybody said.
 */
import * as z from 'zod';

export const Adaptation = z.object({
  /** First byte, in the file as it is stored. */
  from: z.int().nonnegative(),
  /** What is stored there; empty for what is only here. */
  stored: z.string(),
  /** What stands there on this machine. */
  here: z.string(),
});
export type Adaptation = z.infer<typeof Adaptation>;

/**
 * The bytes of a file as they are to stand on this machine.
 *
 * @param adaptations in the order of the file, none overlapping with another
 */
export async function* adapted(stored: AsyncIterable<Uint8Array>, adaptations: readonly Adaptation[]): AsyncGenerator<Uint8Array> {
  const waiting = [...adaptations];
  /** Bytes of the stored form that are passed over, or were given. */
  let passed = 0;
  let at = 0;
  for await (const piece of stored) {
    const end = at + piece.byteLength;
    for (let next = waiting[0]; next && next.from < end; next = waiting[0]) {
      yield* between(piece, passed - at, next.from - at);
      yield Buffer.from(next.here, 'utf8');
      passed = next.from + Buffer.byteLength(next.stored);
      waiting.shift();
    }
    yield* between(piece, passed - at, piece.byteLength);
    passed = Math.max(passed, end);
    at = end;
  }
  for (const { here } of waiting.filter(({ from }) => from === at)) {
    yield Buffer.from(here, 'utf8');
  }
}

function* between(piece: Uint8Array, from: number, to: number): Generator<Uint8Array> {
  const start = Math.max(from, 0);
  if (start < to) {
    yield piece.subarray(start, to);
  }
}
