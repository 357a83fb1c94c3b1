/** Which messages the list is narrowed to: kinds by the chips, words by the search box. */
import type { Block, Row } from '../../src/protocol/session.ts';
import { editsOf } from '../../src/protocol/edits.ts';
import type { Message } from './timeline.ts';

export const kinds = ['people', 'assistant', 'tools', 'files', 'errors'] as const;
export type Kind = (typeof kinds)[number];

export interface Narrowing {
  /** Empty for all. */
  kinds: ReadonlySet<Kind>;
  words: string;
  /** Rows that the host found the words in, in the parts the page does not have. */
  foundByHost: ReadonlySet<number>;
}

export function isNarrowed({ kinds: chosen, words }: Narrowing): boolean {
  return chosen.size > 0 || words !== '';
}

export function narrowed(messages: readonly Message[], narrowing: Narrowing): readonly Message[] {
  if (!isNarrowed(narrowing)) return messages;
  const pattern = patternOf(narrowing.words);
  return messages.filter((message) => {
    const ofKind = narrowing.kinds.size === 0 || [...narrowing.kinds].some((kind) => isOfKind(message, kind));
    return ofKind && (pattern === undefined || hits(message, pattern, narrowing.foundByHost));
  });
}

export function isOfKind({ row, results }: Message, kind: Kind): boolean {
  switch (kind) {
    case 'people':
      return row.author === 'user' && row.sidechain !== true && row.blocks.some((block) => block.type === 'text' || block.type === 'image');
    case 'assistant':
      return row.author === 'assistant' && row.blocks.some((block) => block.type === 'text' || block.type === 'thinking');
    case 'tools':
      return row.blocks.some((block) => block.type === 'toolCall' || block.type === 'toolResult');
    case 'files':
      return (row.files?.length ?? 0) > 0 || row.blocks.some((block) => block.type === 'toolCall' && block.writes.length > 0);
    case 'errors':
      return row.blocks.some((block) =>
        block.type === 'toolCall' ? results.get(block.callId)?.result.failed === true : block.type === 'toolResult' && block.failed);
  }
}

/** Undefined for no words. The case of letters does not matter, everything else is literal. */
export function patternOf(words: string): RegExp | undefined {
  return words === '' ? undefined : new RegExp(words.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&'), 'iu');
}

function hits({ row, results }: Message, pattern: RegExp, foundByHost: ReadonlySet<number>): boolean {
  if (foundByHost.has(row.index) || (row.files ?? []).some((file) => pattern.test(file))) return true;
  return row.blocks.some((block) => {
    if (textOf(block).some((text) => pattern.test(text))) return true;
    const placed = block.type === 'toolCall' ? results.get(block.callId) : undefined;
    return placed !== undefined && (foundByHost.has(placed.row) || pattern.test(placed.result.text));
  });
}

const inputs = new WeakMap<Block, string>();

/** A call's input as it is shown and searched. */
export function inputText(block: Extract<Block, { type: 'toolCall' }>): string {
  const known = inputs.get(block);
  if (known !== undefined) return known;
  const text = editsOf(block.input)?.map((edit) => `${edit.path}\n${edit.before}\n${edit.after}`).join('\n') ?? plainInput(block.input);
  inputs.set(block, text);
  return text;
}

/** One `name: value` a line where the input is a flat object, else indented JSON. */
function plainInput(input: unknown): string {
  if (input === undefined) return '';
  if (typeof input === 'string') return input;
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return JSON.stringify(input, null, 2);
  return Object.entries(input)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value, null, 2)}`)
    .join('\n');
}

export function textOf(block: Block): string[] {
  switch (block.type) {
    case 'toolCall':
      return [block.name, block.summary, inputText(block)];
    case 'image':
      return [];
    default:
      return [block.text];
  }
}

/** What a message says, for the clipboard: its words, not its tools. */
export function plainText(row: Row): string {
  const said = row.blocks.flatMap((block) => (block.type === 'text' ? [block.text] : []));
  return (said.length > 0 ? said : row.blocks.flatMap(textOf)).join('\n\n');
}

/** The surroundings of the first hit on one line; undefined where there is none. */
export function excerptOf(text: string, pattern: RegExp): string | undefined {
  const at = pattern.exec(text);
  if (at === null) return undefined;
  const from = Math.max(0, at.index - 60);
  const to = Math.min(text.length, at.index + at[0].length + 90);
  return `${from > 0 ? '…' : ''}${text.slice(from, to).replace(/\s+/g, ' ')}${to < text.length ? '…' : ''}`;
}
