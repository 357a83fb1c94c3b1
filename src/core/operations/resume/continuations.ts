/** Two continuations of one transcript: where they part, and how they go together if their agent can tell. */
import type { Agent, Joined } from '../../agents/agent.ts';
import type { StoredForm } from '../../vault/storedForm.ts';

/** What goes on for longer is not held in memory twice to be joined. */
const longest = 32 * 1024 * 1024;

/**
 * Undefined where they do not go together, or nobody can tell.
 *
 * @param local which is no beginning of `stored`, nor the other way round
 */
export async function joinWith(agent: Agent, local: StoredForm, stored: AsyncIterable<Uint8Array>): Promise<Joined | undefined> {
  if (!agent.join) {
    return undefined;
  }
  const { start, rest } = await part(local, stored);
  return rest && local.size - start <= longest ? agent.join(await local.read(start, local.size - start), rest) : undefined;
}

/** How many bytes of whole lines both begin with. */
export async function sharedLength(local: StoredForm, stored: AsyncIterable<Uint8Array>): Promise<number> {
  return (await part(local, stored)).start;
}

/** Where the first line begins that is not the same, and the stored bytes from there on; none where they are too many. */
async function part(local: StoredForm, stored: AsyncIterable<Uint8Array>): Promise<{ start: number; rest?: Buffer }> {
  let start = 0;
  let at = 0;
  /** Stored bytes since `start`. */
  let rest: Uint8Array[] = [];
  let size = 0;
  let differs = false;
  for await (const piece of stored) {
    if (!differs) {
      const here = await local.read(at, Math.min(piece.byteLength, local.size - at));
      const same = commonLength(here, piece);
      const line = piece.subarray(0, same).lastIndexOf(newline) + 1;
      if (line > 0) {
        start = at + line;
        rest = [];
        size = 0;
      }
      rest.push(piece.subarray(line));
      size += piece.byteLength - line;
      differs = same < piece.byteLength;
    } else {
      rest.push(piece);
      size += piece.byteLength;
    }
    at += piece.byteLength;
    if (size > longest) {
      return { start };
    }
  }
  return { start, rest: Buffer.concat(rest) };
}

const newline = 10;

function commonLength(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.byteLength, b.byteLength);
  if (Buffer.compare(a.subarray(0, length), b.subarray(0, length)) === 0) {
    return length;
  }
  let same = 0;
  while (a[same] === b[same]) {
    same++;
  }
  return same;
}
