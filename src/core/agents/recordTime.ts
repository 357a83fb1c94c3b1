/** A time of a record in UTC; undefined for one that does not name its zone, which would mean something else on every machine. */
export function utcTime(timestamp: string | undefined): string | undefined {
  if (timestamp === undefined || !/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:?\d\d)$/.test(timestamp)) {
    return undefined;
  }
  const time = new Date(timestamp);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}
