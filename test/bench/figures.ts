/** What a measurement comes to: one line that sets ConvoSync beside something that people know. */

export interface Figure {
  what: string;
  ours: number;
  /** What ours is set beside: a measurement of the same run, or a limit. */
  beside: string;
  theirs: number;
  unit: 'ms' | 'KB' | 'MB' | 'reads' | 'starts' | 'frames' | 'elements';
  /** Ours divided by theirs should be at most this. */
  aim?: number;
}

/** Its header and its rows, as text. */
export function table(figures: readonly Figure[]): string[][] {
  return [
    ['', 'ConvoSync', 'beside', '', 'ratio', 'aim'],
    ...figures.map(({ what, ours, beside, theirs, unit, aim }) => {
      const ratio = ours / theirs;
      const shown = Number.isFinite(ratio) ? ratio.toFixed(ratio < 0.1 ? 3 : 2) : '';
      const met = aim === undefined ? '' : `${ratio <= aim ? '✔' : '✘'} ≤ ${aim}`;
      return [what, quantity(ours, unit), beside, quantity(theirs, unit), shown, met];
    }),
  ];
}

export function printTable(figures: readonly Figure[]): void {
  const rows = table(figures);
  const isNumber = [false, true, false, true, true, false];
  const widths = isNumber.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) {
    console.log(row.map((cell, column) => (isNumber[column] === true ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join('  ').trimEnd());
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

function quantity(value: number, unit: Figure['unit']): string {
  return `${value.toFixed(unit === 'KB' ? 1 : 0)} ${unit}`;
}
