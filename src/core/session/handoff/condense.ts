/**
 * A conversation within a model's window. What fits is told as it is. Of a longer one the end is told as it is, and before it
 * everything that the user said, as far as there is room for it; what lies between is summarised by the model itself,
 * piece by piece. Preferences, decisions, failing commands and to-dos do not depend on that: they are among the facts that
 * the model is told besides.
 */
import type { Excerpt } from './excerpts.ts';
import { shorter, sizeOf } from './excerpts.ts';

/** The shares of the room that the end, the user's words before it, and the summaries have. */
const shares = { end: 0.45, user: 0.3, summaries: 0.25 } as const;
/** Characters of the words between the parts. */
const labels = 160;
/** A model is asked so many times at most; more than fits in so many pieces is cut evenly. */
const mostPieces = 6;

/** Summarises one piece in at most so many characters. */
export type Summarise = (piece: string, length: number) => Promise<string>;

/** @param room characters of the result at most */
export async function condense(excerpts: readonly Excerpt[], room: number, summarise: Summarise): Promise<string> {
  if (sizeOf(excerpts) <= room) {
    return joined(excerpts);
  }
  const shared = room - labels;
  const end = lastThatFit(excerpts, shared * shares.end);
  const before = excerpts.slice(0, excerpts.length - end.length);
  const said = wordsThatFit(before.filter(({ fromUser }) => fromUser), shared * shares.user);
  const done = before.filter(({ fromUser }) => !fromUser);
  const pieces = inPieces(done, room);
  const length = Math.floor((shared * shares.summaries) / Math.max(pieces.length, 1)) - 2;
  const summaries: string[] = [];
  for (const piece of pieces) {
    summaries.push((await summarise(joined(piece), length)).slice(0, length));
  }
  return [
    ...(said.length === 0 ? [] : [`What the user said before, in order:\n\n${joined(said)}`]),
    ...(summaries.length === 0 ? [] : [`What was done meanwhile, summarised:\n\n${summaries.join('\n\n')}`]),
    `The end, as it was said:\n\n${joined(end)}`,
  ].join('\n\n');
}

/** One at least, however long. */
function lastThatFit(excerpts: readonly Excerpt[], room: number): Excerpt[] {
  let left = room;
  const first = excerpts.findLastIndex(({ text }) => (left -= text.length + 2) < 0) + 1;
  const fitting = excerpts.slice(first);
  return fitting.length > 0 ? fitting : excerpts.slice(-1).map((last) => shorter(last, room));
}

/** All of them, each as long as there is room for; where even that is too much, the first and the latest. */
function wordsThatFit(words: readonly Excerpt[], room: number): Excerpt[] {
  for (const length of [6000, 2000, 800, 300]) {
    const each = words.map((one) => shorter(one, length));
    if (sizeOf(each) <= room) {
      return each;
    }
  }
  const [first, ...later] = words.map((one) => shorter(one, 300));
  return first ? [first, ...lastThatFit(later, room - sizeOf([first]))] : [];
}

function inPieces(excerpts: readonly Excerpt[], room: number): Excerpt[][] {
  const excess = sizeOf(excerpts) / (room * mostPieces * 0.9);
  const told = (excess <= 1 ? excerpts : thinned(excerpts, excess)).map((one) => shorter(one, room - 2));
  const pieces: Excerpt[][] = [];
  let left = 0;
  for (const one of told) {
    if (pieces.length === 0 || (left -= one.text.length + 2) < 0) {
      pieces.push([]);
      left = room - one.text.length - 2;
    }
    pieces.at(-1)?.push(one);
  }
  return pieces.slice(-mostPieces);
}

/** Each shorter by the factor; of what would become too short to say anything every so many are left out. */
function thinned(excerpts: readonly Excerpt[], factor: number): Excerpt[] {
  const readable = 80;
  const average = sizeOf(excerpts) / excerpts.length;
  const step = Math.max(1, Math.ceil((readable * factor) / Math.max(average, readable)));
  const kept = excerpts.filter((_, index) => index % step === 0);
  const length = Math.floor((sizeOf(excerpts) / factor / kept.length) * 0.9);
  return kept.map((one) => shorter(one, length));
}

function joined(excerpts: readonly Excerpt[]): string {
  return excerpts.map(({ text }) => text).join('\n\n');
}
