import type { CheckpointRecord } from '../model/permission.ts';
import { listPages } from './needed-calls.ts';
import { isVerifiable, seenAt } from './verification.ts';

const HOUR_MS = 60 * 60_000;

/** What verification has to look at, and how old what is known of it is. */
export interface Seen {
  /** Checkpoints, by the hour (since the epoch) in which they were last seen at OpenAI. */
  readonly hours: Readonly<Record<string, number>>;
  /** When the one was seen that was not for the longest time; ms since the epoch, null where there is none. */
  readonly oldestAt: number | null;
  /** LIST calls that it takes to list every one of them once. */
  readonly calls: number;
}

export const NOTHING_SEEN: Seen = { hours: {}, oldestAt: null, calls: 0 };

export function addSeen(before: Seen, records: readonly CheckpointRecord[]): Seen {
  const verifiable = records.filter(isVerifiable);
  const times = verifiable.map(seenAt);
  const hours: Record<string, number> = { ...before.hours };
  for (const at of times) hours[Math.floor(at / HOUR_MS)] = (hours[Math.floor(at / HOUR_MS)] ?? 0) + 1;
  const oldest = Math.min(before.oldestAt ?? Number.POSITIVE_INFINITY, ...times);
  return {
    hours,
    oldestAt: Number.isFinite(oldest) ? oldest : null,
    calls: before.calls + verifiable.reduce((sum, record) => sum + listPages(record), 0),
  };
}

/** How many there are, and the hour in which half of them were seen, or later. */
export function medianOf({ hours }: Seen): { readonly checkpoints: number; readonly medianAt: number | null } {
  const sorted = Object.entries(hours)
    .map(([hour, count]) => ({ hour: Number(hour), count }))
    .sort((a, b) => a.hour - b.hour);
  const checkpoints = sorted.reduce((sum, { count }) => sum + count, 0);
  let before = 0;
  const median = sorted.find(({ count }) => {
    before += count;
    return before > Math.floor((checkpoints - 1) / 2);
  });
  return { checkpoints, medianAt: median === undefined ? null : median.hour * HOUR_MS };
}
