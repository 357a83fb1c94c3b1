/** Neat columns: as wide as what stands in them, and where that is too much, the widest that may shrink give way. */
import { fit, padEnd, padStart, widthOf } from './width.ts';

export interface Column {
  heading: string;
  align?: 'right';
  /** The width below which it is not cut; a column without it is never cut. */
  atLeast?: number;
  paint?: (text: string) => string;
}

const gap = 2;

/** One line a row, the headings first; no line ends in spaces. Cells of rows may hold any text. */
export function renderColumns(columns: readonly Column[], rows: readonly (readonly string[])[], width: number, paintHeading: (text: string) => string): string[] {
  const cells = rows.map((row) => columns.map((_, index) => fit(row[index] ?? '', Infinity)));
  const widths = shrink(columns, columns.map((column, index) => Math.max(widthOf(column.heading), ...cells.map((row) => widthOf(row[index] ?? '')))), width);
  const line = (row: readonly string[], paints: readonly ((text: string) => string)[]): string =>
    columns
      .map((column, index) => {
        const cell = fit(row[index] ?? '', widths[index] ?? 0);
        const last = index === columns.length - 1 && column.align !== 'right';
        const padded = last ? cell : column.align === 'right' ? padStart(cell, widths[index] ?? 0) : padEnd(cell, widths[index] ?? 0);
        return (paints[index] ?? ((text) => text))(padded);
      })
      .join(' '.repeat(gap))
      .trimEnd();
  return [
    line(columns.map(({ heading }) => heading), columns.map(() => paintHeading)),
    ...cells.map((row) => line(row, columns.map(({ paint }) => paint ?? ((text) => text)))),
  ];
}

function shrink(columns: readonly Column[], natural: readonly number[], width: number): number[] {
  const widths = [...natural];
  let surplus = widths.reduce((sum, one) => sum + one, 0) + gap * (columns.length - 1) - width;
  while (surplus > 0) {
    const widest = columns
      .map(({ atLeast }, index) => ({ index, spare: atLeast === undefined ? 0 : (widths[index] ?? 0) - atLeast, width: widths[index] ?? 0 }))
      .filter(({ spare }) => spare > 0)
      .sort((a, b) => b.width - a.width)[0];
    if (widest === undefined) {
      break;
    }
    widths[widest.index] = widest.width - 1;
    surplus--;
  }
  return widths;
}
