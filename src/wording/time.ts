import { inLanguage, t } from '../l10n/language.ts';

const steps: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number])[] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];
const relative = inLanguage((language) => new Intl.RelativeTimeFormat(language, { numeric: 'auto' }));
const numeric = inLanguage((language) => new Intl.RelativeTimeFormat(language));

/**
 * `just now`, `3 minutes ago`, `yesterday`; `in 2 hours` for the time of a device whose clock runs ahead.
 *
 * @param iso ISO 8601; what is not a date is given back as it is
 */
export function age(iso: string, now: Date): string {
  const seconds = (Date.parse(iso) - now.getTime()) / 1000;
  if (Number.isNaN(seconds)) {
    return iso;
  }
  const [unit, size] = steps.find(([, length]) => Math.abs(seconds) >= length) ?? [];
  if (unit === undefined || size === undefined) {
    return t`just now`;
  }
  const amount = Math.trunc(seconds / size);
  return (unit === 'day' ? relative() : numeric()).format(amount, unit);
}
