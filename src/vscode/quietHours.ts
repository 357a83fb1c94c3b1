/** Hours of the day in which nothing is announced. */
const form = /^([01]\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]\d|2[0-3]):([0-5]\d)$/;

/**
 * Whether a time is within them, on this machine's clock; the end no longer is.
 *
 * @param hours `22:00-07:00`, over midnight too; what is no such stretch, or begins where it ends, is never quiet
 */
export function isQuiet(hours: string, time: Date): boolean {
  const [, ...parts] = form.exec(hours.trim()) ?? [];
  if (parts.length === 0) {
    return false;
  }
  const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = parts.map(Number);
  const from = fromHour * 60 + fromMinute;
  const to = toHour * 60 + toMinute;
  const at = time.getHours() * 60 + time.getMinutes();
  return from <= to ? at >= from && at < to : at >= from || at < to;
}
