const whole = new Intl.NumberFormat('en');
const rounded = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const units = ['bytes', 'KB', 'MB', 'GB', 'TB'] as const;
const namesListed = 3;

/** `1 file`, `3 files`, `12,000 messages`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${whole.format(n)} ${n === 1 ? one : many}`;
}

/** In units of 1,000 bytes: `812 bytes`, `1.4 KB`. */
export function bytes(n: number): string {
  let value = n;
  let unit = 0;
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return unit === 0 ? count(n, 'byte') : `${rounded.format(value)} ${units[unit] ?? ''}`;
}

/**
 * `a.ts`, `a.ts and b.ts`, `a.ts, b.ts, c.ts and 4 more`.
 *
 * @param total how many there are, where `all` is only the first of them
 */
export function names(all: readonly string[], total = all.length): string {
  const listed = total > namesListed ? [...all.slice(0, namesListed), `${whole.format(total - Math.min(all.length, namesListed))} more`] : all;
  return together(listed);
}

/** All of them: `a, b, c and d`. */
export function together(all: readonly string[]): string {
  return new Intl.ListFormat('en-GB', { type: 'conjunction' }).format(all);
}
