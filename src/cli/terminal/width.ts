/** Widths in terminal cells: wide characters count two, combining ones none, escape sequences of our own colours none. */
import truncatedWidth from 'fast-string-truncated-width';

const ellipsis = '…';
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

export function widthOf(text: string): number {
  return truncatedWidth(text).width;
}

/** One line of at most `columns` cells, cut with `…`; breaks and runs of white space become one space. */
export function fit(text: string, columns: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (widthOf(line) <= columns) {
    return line;
  }
  let kept = '';
  let width = widthOf(ellipsis);
  for (const { segment } of graphemes.segment(line)) {
    width += widthOf(segment);
    if (width > columns) {
      break;
    }
    kept += segment;
  }
  return `${kept}${ellipsis}`;
}

export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - widthOf(text)));
}

export function padStart(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - widthOf(text))) + text;
}
