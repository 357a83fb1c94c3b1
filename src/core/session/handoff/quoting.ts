/**
 * Foreign text as Markdown: what a user typed or a program printed stays what it says and cannot become structure of
 * the document around it, whatever headings, fences or rules it holds. Every function here takes raw text.
 */
import { stripVTControlCharacters } from 'node:util';

// What would begin a heading, quote, list, rule, fence, table or HTML block.
const blockStart = /^(?=#{1,6}(?:\s|$)|[>|<]|[-+*](?:\s|$)|(?:[-*_]\s*){3,}$|=+$|`{3}|~{3})/;

/** What is shown is cut to hundreds of characters; of a megabyte only this much is cleaned first. */
const mostRead = 10_000;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** At most `length` UTF-16 units, with an ellipsis where something is missing; never half a character. */
export function cut(text: string, length: number): string {
  if (text.length <= length) {
    return text;
  }
  // A grapheme is rarely longer than this; enough to find the boundary without segmenting megabytes.
  const head = text.slice(0, length + 64);
  let end = 0;
  for (const { index, segment } of graphemes.segment(head)) {
    if (index + segment.length > length - 1) {
      break;
    }
    end = index + segment.length;
  }
  return `${text.slice(0, end).trimEnd()}…`;
}

/** Without terminal colours, control characters and broken surrogates; line ends become `\n`, a `\r` alone starts its line anew. */
export function printable(text: string): string {
  return stripVTControlCharacters(text.toWellFormed())
    .replace(/\r\n/g, '\n')
    .replace(/^.*\r(?=.)/gm, '')
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '');
}

/** A block quote of the first lines. */
export function quote(text: string, limits: { lines: number; length: number }): string {
  const lines = printable(text.slice(0, mostRead)).trim().split('\n').map((each) => each.trimEnd());
  const shown = cut(lines.slice(0, limits.lines).join('\n'), limits.length);
  const more = lines.length > limits.lines && !shown.endsWith('…');
  return `${shown}${more ? '\n…' : ''}`.split('\n').map((each) => (each === '' ? '>' : `> ${each}`)).join('\n');
}

/** Text for one line that begins a paragraph or a list item. */
export function line(text: string, length: number): string {
  return cut(printable(text.slice(0, mostRead)).replace(/\s+/gu, ' ').trim(), length)
    .replace(blockStart, '\\')
    .replace(/^(\d+)(?=[.)](?:\s|$))/, '$1\\');
}

export function codeSpan(text: string, length: number): string {
  const code = cut(printable(text.slice(0, mostRead)).replace(/\s+/gu, ' ').trim(), length);
  const fence = '`'.repeat(longestRun(code) + 1);
  const pad = code.startsWith('`') || code.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${code}${pad}${fence}`;
}

/** The last lines of a program's output, fenced. */
export function codeTail(text: string, limits: { lines: number; length: number }): string {
  const lines = printable(text.slice(-mostRead)).trim().split('\n').slice(-limits.lines).map((each) => cut(each.trimEnd(), limits.length));
  while (lines.length > 1 && lines.join('\n').length > limits.length) {
    lines.shift();
  }
  const fence = '`'.repeat(Math.max(3, longestRun(lines.join('\n')) + 1));
  return [fence, ...lines, fence].join('\n');
}

function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0);
}
