import type { UnwrittenRow } from '../row-failure.ts';
import { shortened } from './bytes.ts';

/** Rows that the share function could not write, and so leaves alone for a while. Times are milliseconds since the epoch. */
export interface AsideRows {
  readonly version: number;
  readonly rows: readonly AsideRow[];
}

export interface AsideRow {
  readonly row: string;
  readonly reason: string;
  /** Failures in a row. */
  readonly failures: number;
  /** The last of them. */
  readonly at: number;
  /** Nothing is called for before this time. */
  readonly until: number;
}

export const NOTHING_ASIDE: AsideRows = { version: 0, rows: [] };

const MINUTE_MS = 60_000;
const LONGEST_MS = 60 * MINUTE_MS;
/** One that has not failed for so long may be due no more. */
const REMEMBERED_MS = 24 * LONGEST_MS;
/** More than this is no trouble of single rows; and the document has to fit its own row. */
const MOST = 200;
const MOST_REASON = 400;

/** The rows to be left alone now. */
export function asideNow({ rows }: AsideRows, now: number): ReadonlySet<string> {
  return new Set(rows.filter(({ until }) => until > now).map(({ row }) => row));
}

/**
 * The rows after some more failures, each of which doubles the wait (1 minute to 1 hour), and without those that were
 * written since. The very document where nothing changes.
 */
export function withFailures(
  aside: AsideRows,
  failed: readonly UnwrittenRow[],
  written: ReadonlySet<string>,
  now: number,
): AsideRows {
  const before = new Map(aside.rows.map((each) => [each.row, each]));
  if (failed.length === 0 && ![...before.keys()].some((row) => written.has(row))) return aside;
  const fresh = failed.map(({ row, reason }): AsideRow => {
    const failures = (before.get(row)?.failures ?? 0) + 1;
    const until = now + Math.min(LONGEST_MS, MINUTE_MS * 2 ** (failures - 1));
    return { row, reason: shortened(reason, MOST_REASON), failures, at: now, until };
  });
  const isFailed = new Set(failed.map(({ row }) => row));
  const kept = aside.rows.filter(({ row, at }) => !isFailed.has(row) && !written.has(row) && at > now - REMEMBERED_MS);
  return { ...aside, rows: [...fresh, ...kept].slice(0, MOST) };
}
