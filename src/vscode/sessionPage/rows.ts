/**
 * Core's messages as rows of the page. Bodies that are long are cut: the page asks for the whole when someone unfolds
 * them, and for a search in what it was not sent.
 */
import { isDeepStrictEqual } from 'node:util';
import { TouchedFiles } from '../../core/git/touchedFiles.ts';
import type { Message } from '../../core/session/message.ts';
import type { ContextRun } from '../../core/session/session.ts';
import type { Block, Row, Save } from '../../protocol/session.ts';

/** Characters of a body that are sent unasked. */
const sentCharacters = 8_000;
/** Characters of rows in one batch; the first is small, so that something is seen at once. */
const firstBatchCharacters = 60_000;
const batchCharacters = 600_000;

/** How many of the last messages may have changed when more have come: an agent writes a message in several records. */
const mayHaveChanged = 50;

export interface Conversation {
  messages: readonly Message[];
  context: readonly ContextRun[];
  /** How many messages it begins with that another continuation has, too. */
  shared?: number | undefined;
  /** By how many messages the conversation had then; see `savesOf`. */
  saves?: ReadonlyMap<number, readonly Save[]>;
}

/**
 * Batches of consecutive rows, made one by one as they are taken.
 *
 * @param start the first row to send
 */
export function* batchesOf(conversation: Conversation, start = 0): Generator<{ from: number; rows: Row[] }> {
  let from = start;
  let size = 0;
  let rows: Row[] = [];
  for (const row of rowsOf(conversation)) {
    if (row.index < start) {
      continue;
    }
    rows.push(row);
    size += sizeOf(row);
    if (size >= (from === 0 ? firstBatchCharacters : batchCharacters)) {
      yield { from, rows };
      from += rows.length;
      rows = [];
      size = 0;
    }
  }
  if (rows.length > 0 || from === start) {
    yield { from, rows };
  }
}

function* rowsOf({ messages, context, shared = Infinity, saves }: Conversation): Generator<Row> {
  const touched = new TouchedFiles('', messages);
  let run = 0;
  for (const [index, message] of messages.entries()) {
    while ((context[run]?.to ?? Infinity) < message.index) {
      run++;
    }
    const { branch, commit, files: filesOfRun = [] } = context[run] ?? {};
    const savedBefore = saves?.get(index);
    const files = touched.by(message).map((file) => filesOfRun.find((known) => known === file || known.endsWith(`/${file}`)) ?? file);
    yield {
      index,
      author: message.author,
      ...(message.at === undefined ? {} : { at: message.at }),
      blocks: message.blocks.map((block) => cut(namesPath(block) ? { ...block, summary: touched.named(block.summary, message) } : block)),
      ...(branch === undefined ? {} : { branch }),
      ...(commit === undefined ? {} : { commit }),
      ...(files.length === 0 ? {} : { files }),
      ...(message.index >= shared ? { forked: true } : {}),
      ...(message.sidechain === true ? { sidechain: true } : {}),
      ...(savedBefore ? { saves: [...savedBefore] } : {}),
    };
  }
}

/** True for a call that is told by one path, such as that of the file it reads or writes. */
function namesPath(block: Message['blocks'][number]): block is Extract<Message['blocks'][number], { type: 'toolCall' }> {
  return block.type === 'toolCall' && (block.writes.includes(block.summary) || !/\s/.test(block.summary));
}

/** The block as it is first sent. */
export function cut(block: Message['blocks'][number]): Block {
  switch (block.type) {
    case 'image':
      return block.data.length > sentCharacters ? { ...block, data: '', omitted: block.data.length } : block;
    case 'toolCall': {
      const size = lengthOf(block.input);
      return size > sentCharacters ? { ...block, input: undefined, omitted: size } : block;
    }
    default: {
      const end = endOfBeginning(block.text);
      return end < block.text.length ? { ...block, text: block.text.slice(0, end), omitted: block.text.length - end } : block;
    }
  }
}

/** The first message that is otherwise or new; undefined where all is as it was. */
export function firstDifference(before: readonly Message[], after: readonly Message[]): number | undefined {
  const known = Math.min(before.length, after.length);
  for (let index = Math.max(0, known - mayHaveChanged); index < known; index++) {
    if (!isDeepStrictEqual(before[index], after[index])) {
      return index;
    }
  }
  return after.length === before.length ? undefined : known;
}

/** Rows whose parts that were not sent contain all the words, case aside, in order. */
export function findInCutParts(messages: readonly Message[], words: string): number[] {
  const wanted = words.toLowerCase();
  return wanted === '' ? [] : [...messages.entries()]
    .filter(([, { blocks }]) => blocks.some((block) => unsentText(block).toLowerCase().includes(wanted)))
    .map(([index]) => index);
}

function unsentText(block: Message['blocks'][number]): string {
  switch (block.type) {
    case 'image':
      return '';
    case 'toolCall':
      return lengthOf(block.input) > sentCharacters ? JSON.stringify(block.input) : '';
    default:
      return block.text.slice(endOfBeginning(block.text));
  }
}

/** Never between the two halves of one character. */
function endOfBeginning(text: string): number {
  if (text.length <= sentCharacters) {
    return text.length;
  }
  const code = text.charCodeAt(sentCharacters);
  return code >= 0xdc00 && code <= 0xdfff ? sentCharacters - 1 : sentCharacters;
}

/** Characters of the value as JSON; of the longest that counts here, about right is enough. */
function lengthOf(value: unknown): number {
  return (JSON.stringify(value) as string | undefined)?.length ?? 0;
}

function sizeOf({ blocks }: Row): number {
  return blocks.reduce((sum, block) => sum + 200 + ('text' in block ? block.text.length : block.type === 'image' ? block.data.length : lengthOf(block.input)), 0);
}
