/** Reads a `Date` header as milliseconds since the epoch; null for anything but an HTTP date. */
export function readServerTime(header: string | string[] | undefined): number | null {
  // Date.parse alone takes nearly anything for a date, "-5" among it.
  if (typeof header !== 'string' || !header.endsWith(' GMT')) return null;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : at;
}
