import type { IsoTime } from '../../../lambdas/shared/contract/operator.ts';

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;

/** `2026-11-20 12:00:00Z`; null stays null. */
export function showTime(time: IsoTime | null): string | null {
  return time === null ? null : time.replace('T', ' ').replace(/\.\d+Z$/, 'Z');
}

/** The same with how far it is from `now`: `2026-11-20 12:00:00Z (3 min ago)`. */
export function showTimeAndAge(time: IsoTime | null, now: IsoTime): string | null {
  return time === null ? null : `${showTime(time)} (${distance(time, now)})`;
}

/** `3 min ago`, `in 12 s`, `now`. */
export function distance(time: IsoTime, now: IsoTime): string {
  const seconds = Math.round((Date.parse(time) - Date.parse(now)) / 1000);
  const [unit, size] = UNITS.find(([, each]) => Math.abs(seconds) >= each) ?? ['s', 1];
  const count = Math.floor(Math.abs(seconds) / size);
  if (count === 0) return 'now';
  return seconds < 0 ? `${count} ${unit} ago` : `in ${count} ${unit}`;
}

/** `12 s`, `4 min`, `3 h 5 min`. */
export function showDuration(seconds: number): string {
  const whole = Math.round(seconds);
  const index = UNITS.findIndex(([, size]) => whole >= size);
  const [unit, size] = UNITS[index] ?? ['s', 1];
  const next = index < 0 ? undefined : UNITS[index + 1];
  const rest = next === undefined ? 0 : Math.floor((whole % size) / next[1]);
  const head = `${Math.floor(whole / size)} ${unit}`;
  return rest === 0 || next === undefined ? head : `${head} ${rest} ${next[0]}`;
}
