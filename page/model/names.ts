/** The parts of a checkpoint's id that tell it from others at a glance. */
export interface Name {
  /** The job's suffix, or its model's id where it had none. */
  readonly title: string;
  readonly base: string;
  /** The base model without the date of its version. */
  readonly family: string;
  /** `final`, or `step 120`. */
  readonly which: string;
}

export function nameCheckpoint(checkpoint: string): Name {
  // ft:<base>:<org>:<suffix>:<id>[:ckpt-step-<n>]
  const [, base = '', , suffix = '', id = checkpoint] = checkpoint.split(':');
  const step = stepOf(checkpoint);
  const which = step === Number.POSITIVE_INFINITY ? 'final' : `step ${step.toLocaleString('en')}`;
  return { title: suffix || id, base, family: base.replace(/-\d{4}-\d{2}-\d{2}$/, ''), which };
}

/** The training step that an intermediate checkpoint's id names; infinite for a final model. */
export function stepOf(checkpoint: string): number {
  const step = /:ckpt-step-(\d+)$/.exec(checkpoint)?.[1];
  return step === undefined ? Number.POSITIVE_INFINITY : Number(step);
}

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** `3 minutes ago`, `in 2 days`; `now` in ms since the epoch. */
export function showAgo(iso: string, now: number): string {
  const ms = Date.parse(iso) - now;
  const [unit, size] = UNITS.find(([, each]) => Math.abs(ms) >= each) ?? (['second', 1_000] as const);
  return RELATIVE.format(Math.trunc(ms / size), unit);
}

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
const DAY_OF_YEAR = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
});

/** `3 Nov`, with the year where it is another one than now. */
export function showDay(iso: string, now: number): string {
  const at = new Date(iso);
  return (at.getUTCFullYear() === new Date(now).getUTCFullYear() ? DAY : DAY_OF_YEAR).format(at);
}

/** `2026-11-03 14:05:09 UTC`. */
export function showTime(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}
