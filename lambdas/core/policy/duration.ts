const UNIT_SECONDS = { minute: 60, hour: 3600, day: 86_400 } as const;

/** `15 minutes`, `1 hour`. */
export const DURATION = /^(\d{1,4}) ?(minute|hour)s?$/;

/** The same, and `60 days`. */
export const LONG_DURATION = /^(\d{1,4}) ?(minute|hour|day)s?$/;

/** Seconds in a duration such as `15 minutes`; NaN for a text of another form. */
export function secondsOf(duration: string): number {
  const [, count, unit] = LONG_DURATION.exec(duration) ?? [];
  return Number(count) * UNIT_SECONDS[unit as keyof typeof UNIT_SECONDS];
}
