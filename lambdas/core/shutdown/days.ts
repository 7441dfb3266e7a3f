const DAY_MS = 86_400_000;

/** So many days before a shutdown it is warned of; 0 = once it has come. */
export const THRESHOLDS = [90, 30, 7, 0] as const;
export type Threshold = (typeof THRESHOLDS)[number];

/** Whether this is a day of the calendar, written `YYYY-MM-DD`. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = beginningOf(text);
  return Number.isFinite(at) && new Date(at).toISOString().startsWith(text);
}

/**
 * Days until a date, a day that has begun counting as whole; 0 or less once it has come. OpenAI names no hour and no time
 * zone: the date comes at 00:00 UTC, the earliest that UTC allows. `now` in milliseconds since the epoch.
 */
export function daysUntil(date: string, now: number): number {
  // Without the sum, the first hours of the day itself would be -0.
  return Math.ceil((beginningOf(date) - now) / DAY_MS) + 0;
}

/** The threshold that was crossed since the one that was last announced, the nearest if several were; else null. */
export function newThreshold(daysLeft: number, announced: number | undefined): Threshold | null {
  const reached = THRESHOLDS.findLast((threshold) => daysLeft <= threshold);
  return reached === undefined || (announced !== undefined && announced <= reached) ? null : reached;
}

function beginningOf(date: string): number {
  return Date.parse(`${date}T00:00:00Z`);
}
