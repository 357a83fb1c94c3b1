/**
 * As much of Markdown's block structure as a handoff depends on: which lines are headings, and which only look like
 * headings because they stand in fenced code. People leave fences open; an opening fence that nothing closes is read as
 * plain text, so that it cannot swallow the sections after it.
 */

export interface Line {
  text: string;
  /** Inside a closed fence, or one of its two fence lines. */
  code: boolean;
}

export interface Heading {
  /** 1 for `#` up to 6. */
  level: number;
  title: string;
}

// A fence may stand in a list item, behind its marker or indented below it.
const openingFence = /^[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(`{3,}(?=[^`]*$)|~{3,})/;
const closingFence = /^[ \t]*(`{3,}|~{3,})[ \t]*$/;

export function readLines(markdown: string): Line[] {
  const lines = markdown.split(/\r\n|\r|\n/).map((text) => ({ text, code: false }));
  const neverClosed = new Map<string, number>();
  for (let start = 0; start < lines.length; start++) {
    const fence = fenceOf(lines[start], openingFence);
    if (fence === undefined || fence.length >= (neverClosed.get(fence.charAt(0)) ?? Infinity)) {
      continue;
    }
    let end = start + 1;
    while (end < lines.length && !fenceOf(lines[end], closingFence)?.startsWith(fence)) {
      end++;
    }
    if (end === lines.length) {
      neverClosed.set(fence.charAt(0), fence.length);
      continue;
    }
    for (const line of lines.slice(start, end + 1)) {
      line.code = true;
    }
    start = end;
  }
  return lines;
}

/** The fence that would close the first one left open in `lines`; undefined when all are closed. */
export function missingFence(lines: readonly Line[]): string | undefined {
  return lines.filter((line) => !line.code).map((line) => fenceOf(line, openingFence)).find((fence) => fence !== undefined);
}

/** The line as a heading; undefined for code, for plain text and for a heading without a title. */
export function headingOf(line: Line): Heading | undefined {
  const match = line.code ? null : /^ {0,3}(#{1,6})[ \t]+(.*)$/s.exec(line.text);
  const title = titleText(match?.[2] ?? '');
  return match?.[1] === undefined || title === '' ? undefined : { level: match[1].length, title };
}

/** One line, without the closing `#`s that Markdown takes for decoration. */
export function titleText(text: string): string {
  return text.replace(/\s+/gu, ' ').trim().replace(/(?:(?:^| )#+)+$/, '');
}

export function withoutBlankEnds(lines: readonly string[]): string[] {
  const isText = (line: string): boolean => !/^[ \t]*$/.test(line);
  const first = lines.findIndex(isText);
  return first === -1 ? [] : lines.slice(first, lines.findLastIndex(isText) + 1);
}

function fenceOf(line: Line | undefined, pattern: RegExp): string | undefined {
  return line === undefined ? undefined : pattern.exec(line.text)?.[1];
}
