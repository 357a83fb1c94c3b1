import { encode } from 'uqr';
import type { Look } from '../terminal/style.ts';

/** Modules of white around it, as readers need them. */
const quietZone = 4;

/**
 * A QR code in half blocks, two rows of modules a line, black on white whatever the terminal's colours are. Empty where it does
 * not fit, or where the answer goes to no terminal.
 */
export function renderQr(text: string, { columns, style }: Look): string[] {
  const { data, size } = encode(text, { ecc: 'M', border: quietZone });
  if (!Number.isFinite(columns) || columns < size) {
    return [];
  }
  const isDark = (row: number, column: number): boolean => data[row]?.[column] === true;
  return Array.from({ length: Math.ceil(size / 2) }, (_, line) => style.paper(
    Array.from({ length: size }, (__, column) => blocks[(isDark(2 * line, column) ? 2 : 0) + (isDark(2 * line + 1, column) ? 1 : 0)]).join('')));
}

/** Neither, the lower, the upper, both. */
const blocks = [' ', '▄', '▀', '█'] as const;
