/** Dates, sizes and names in the words of the page. Times are local to the reader. */
import { inLanguage, t } from '../../src/l10n/language.ts';

const relative = inLanguage((language) => new Intl.RelativeTimeFormat(language, { numeric: 'auto' }));
const dayFormat = inLanguage((language) => new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }));
const timeFormat = inLanguage((language) => new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }));
const fullFormat = inLanguage((language) => new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'long' }));
const numberFormat = inLanguage((language) => new Intl.NumberFormat(language));
const millionFormat = inLanguage((language) => new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 }));

const units: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

function parsed(at: string | undefined): Date | undefined {
  const date = new Date(at ?? '');
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** How long ago, such as `2 hours ago`; the text itself when it is not a date. */
export function age(at: string, now: number): string {
  const date = parsed(at);
  if (date === undefined) return at;
  const seconds = Math.round((date.getTime() - now) / 1000);
  const unit = units.find(([, length]) => Math.abs(seconds) >= length);
  return unit === undefined ? t`just now` : relative().format(Math.trunc(seconds / unit[1]), unit[0]);
}

/** The local day in words; undefined where the record has no readable date. */
export function dayOf(at: string | undefined): string | undefined {
  const date = parsed(at);
  return date && dayFormat().format(date);
}

export function timeOf(at: string | undefined): string | undefined {
  const date = parsed(at);
  return date && timeFormat().format(date);
}

export function fullTime(at: string): string {
  const date = parsed(at);
  return date === undefined ? at : fullFormat().format(date);
}

export function number(value: number): string {
  return numberFormat().format(value);
}

/** @param noun itself, not a variable: translations are found by what stands in the code, `{0} file` and `{0} files` */
export function counted(value: number, noun: string): string {
  return t(`{0} ${noun}${value === 1 ? '' : 's'}`, number(value));
}

/** Characters as the reader counts them: `812`, `64 K`, `1.2 M`. */
export function length(characters: number): string {
  if (characters < 1000) return t`${characters} characters`;
  if (characters < 999_500) return t`${Math.round(characters / 1000)} K characters`;
  return t`${millionFormat().format(characters / 1_000_000)} M characters`;
}

export function shortCommit(commit: string): string {
  return commit.slice(0, 7);
}
