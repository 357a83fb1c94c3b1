import { inLanguage, t } from '../l10n/language.ts';
import { lineSafe } from './lineSafe.ts';

const whole = inLanguage((language) => new Intl.NumberFormat(language));
const rounded = inLanguage((language) => new Intl.NumberFormat(language, { maximumFractionDigits: 1 }));
const list = inLanguage((language) => new Intl.ListFormat(language === 'en' ? 'en-GB' : language, { type: 'conjunction' }));
const units = ['bytes', 'KB', 'MB', 'GB', 'TB'] as const;
const namesListed = 3;

/**
 * `1 file`, `3 files`, `12,000 messages`.
 *
 * @param one the noun itself, not a variable: translations are found by what stands in the code, `{0} file` and `{0} files`
 */
export function count(n: number, one: string, many = `${one}s`): string {
  return t(`{0} ${n === 1 ? one : many}`, whole().format(n));
}

/** In units of 1,000 bytes: `812 bytes`, `1.4 KB`. */
export function bytes(n: number): string {
  let value = n;
  let unit = 0;
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return unit === 0 ? count(n, 'byte') : `${rounded().format(value)} ${units[unit] ?? ''}`;
}

/**
 * `a.ts`, `a.ts and b.ts`, `a.ts, b.ts, c.ts and 4 more`, each on one line.
 *
 * @param total how many there are, where `all` is only the first of them
 */
export function names(all: readonly string[], total = all.length): string {
  const safe = all.map(lineSafe);
  return together(total > namesListed ? [...safe.slice(0, namesListed), t`${whole().format(total - Math.min(all.length, namesListed))} more`] : safe);
}

/** All of them: `a, b, c and d`. */
export function together(all: readonly string[]): string {
  return list().format(all);
}

/** All of them, where an “and” would be too much: `a, b, c`. */
export function separated(all: readonly string[]): string {
  return all.length === 0 ? '' : all.reduce((before, one) => t`${before}, ${one}`);
}

/** One after the other, in one paragraph; what is undefined or empty is left out. */
export function sentences(...all: readonly (string | undefined)[]): string {
  const said = all.filter((one): one is string => one !== undefined && one !== '');
  return said.length === 0 ? '' : said.reduce((before, one) => t`${before} ${one}`);
}
