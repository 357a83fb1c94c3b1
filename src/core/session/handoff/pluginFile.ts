/**
 * The original plugin's single file, `.convosync/session-handoff.md`: a heading of its own, then one block per handoff.
 * A block starts at a line `---` directly followed by `## Handoff from <device>` and reaches to the next start, so a
 * rule inside a handoff is only a rule. Several machines write it, so it may hold the marks of a git conflict; then
 * both sides are read, each as the file it would have been.
 */
import type { Handoff } from './handoff.ts';
import { titleText } from './markdown.ts';
import { parseHandoff } from './parse.ts';
import { renderHandoff } from './render.ts';

/** Relative to the repository's top, with `/`. */
export const pluginHandoffFile = '.convosync/session-handoff.md';

const newFile = '# ConvoSync Session Handoffs\n\n';
const blockStart = /^---[ \t]*\r?\n(?=## Handoff from )/gm;

/** In the file's order; a handoff that both sides of a conflict hold is read once. Never throws. */
export function readPluginHandoffs(text: string): Handoff[] {
  return readBlocks(text).blocks.map(parseBlock);
}

/**
 * The file with this device's handoff in it: in place of the ones it has there (the plugin appends), else at the end.
 * What other devices wrote is kept byte for byte; conflict marks are gone and both sides' blocks stay.
 *
 * @param text the file as it is; undefined when there is none
 * @param device the name that the block is headed with (see `distinctDeviceName`)
 */
export function writePluginHandoff(text: string | undefined, device: string, handoff: Handoff): string {
  const { preamble, blocks } = readBlocks(text ?? newFile);
  const name = titleText(device);
  const isOwn = (block: string): boolean => parseBlock(block).device?.name === name;
  const lineEnd = text?.includes('\r\n') ? '\r\n' : '\n';
  const written = pluginBlock({ ...handoff, device: { name } }).replaceAll('\n', lineEnd);
  const place = blocks.findIndex(isOwn);
  const before = place === -1 ? blocks : blocks.slice(0, place);
  const after = blocks.slice(before.length).filter((block) => !isOwn(block));
  return [preamble, ...before, written, ...after].reduce((file, part) => file + startOfLine(file, lineEnd) + part);
}

export interface NamedHandoff {
  /** As its block is headed (see `distinctDeviceName`). */
  device: string;
  handoff: Handoff;
}

/** Whether the file has neither this handoff of the device as it would be written, nor a newer one. */
export function lacksHandoff(text: string, { device, handoff }: NamedHandoff): boolean {
  const name = titleText(device);
  const written = pluginBlock({ ...handoff, device: { name } }).trim();
  return !readBlocks(text).blocks.some((block) => {
    const found = parseBlock(block);
    return found.device?.name === name && (block.replaceAll('\r\n', '\n').trim() === written || (found.at ?? '') > (handoff.at ?? ''));
  });
}

/**
 * What looks like the start of a block or of a conflict inside fenced code is set apart. The block ends with a blank
 * line, so that the next one's `---` is a rule and not the underline of a heading.
 */
function pluginBlock(handoff: Handoff): string {
  const rendered = renderHandoff(handoff, 2).replace(blockStart, '$&\n').replace(/^(?=<{7} )/gm, ' ');
  return `---\n${rendered}\n`;
}

function parseBlock(block: string): Handoff {
  return parseHandoff(block.replace(/^---[ \t]*\r?\n/, ''));
}

interface Blocks {
  preamble: string;
  blocks: string[];
}

function readBlocks(text: string): Blocks {
  const sides = conflictSides(text);
  const [ours, theirs] = [splitBlocks(sides[0]), splitBlocks(sides[1])];
  const known = new Set(ours.blocks.map((block) => block.trim()));
  return { preamble: ours.preamble, blocks: [...ours.blocks, ...theirs.blocks.filter((block) => !known.has(block.trim()))] };
}

/** The file before and after the other side's changes; twice the same text without a complete conflict. */
function conflictSides(text: string): [ours: string, theirs: string] {
  let ours = '';
  let theirs = '';
  let side: 'both' | 'ours' | 'base' | 'theirs' = 'both';
  for (const line of text.split(/(?<=\n)/)) {
    if (side === 'both' && /^<{7} /.test(line)) {
      side = 'ours';
    } else if (side === 'ours' && /^\|{7}/.test(line)) {
      side = 'base';
    } else if ((side === 'ours' || side === 'base') && /^={7}\s*$/.test(line)) {
      side = 'theirs';
    } else if (side === 'theirs' && /^>{7} /.test(line)) {
      side = 'both';
    } else {
      ours += side === 'both' || side === 'ours' ? line : '';
      theirs += side === 'both' || side === 'theirs' ? line : '';
    }
  }
  return side === 'both' ? [ours, theirs] : [text, text];
}

function splitBlocks(text: string): Blocks {
  const starts = [...text.matchAll(blockStart)].map((match) => match.index);
  return {
    preamble: text.slice(0, starts[0] ?? text.length),
    blocks: starts.map((start, index) => text.slice(start, starts[index + 1] ?? text.length)),
  };
}

function startOfLine(file: string, lineEnd: string): string {
  return file === '' || file.endsWith('\n') ? '' : `${lineEnd}${lineEnd}`;
}
