/** Some put the time of the day into it, and to wait for that would be for ever: nobody is asked later than after this. */
const LONGEST_SECONDS = 3_600;

/** Reads a `Retry-After` header, seconds or an HTTP date, as whole seconds from `now` (ms), an hour at most; null for neither. */
export function parseRetryAfter(value: string | null, now: number): number | null {
  const text = value?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Math.min(LONGEST_SECONDS, Math.ceil(Number(text)));
  // Date.parse alone takes nearly anything for a date, "-5" among it.
  const at = text.endsWith(' GMT') ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : Math.min(LONGEST_SECONDS, Math.max(0, Math.ceil((at - now) / 1_000)));
}
