import { RowRefusedError } from './errors.ts';
import { shortened } from './model/bytes.ts';

/** A row that could not be written. */
export interface UnwrittenRow {
  /** Its name in the ledger: mostly a checkpoint. */
  readonly row: string;
  /** Why, for a person to read. */
  readonly reason: string;
  /** Whether another try may well succeed. */
  readonly passing: boolean;
}

/** DynamoDB has more to do than it can just now. */
const THROTTLED: readonly string[] = [
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
];
/** Somebody else is at the same row, or DynamoDB was busy for long. */
const CONTENDED: readonly string[] = [
  'ContentionError',
  'TransactionCanceledException',
  'TransactionInProgressException',
];

/** By name: errors of the database come as they are, and the core knows no client of it. */
export function isThrottling(error: unknown): boolean {
  return error instanceof Error && THROTTLED.includes(error.name);
}

/**
 * What kept one row from being written, where that says nothing of any other; undefined for whatever concerns them all (no
 * access, no table, no network) or was not foreseen: that must not pass for the trouble of one row.
 */
export function unwrittenRow(row: string, error: unknown): UnwrittenRow | undefined {
  if (error instanceof RowRefusedError) return { row, reason: error.problem, passing: false };
  if (!(error instanceof Error)) return undefined;
  const { name, message } = error;
  // A refusal for another reason than a size may have nothing to do with the row.
  if (name === 'ValidationException') return { row, reason: message, passing: !/\bsize\b/i.test(message) };
  return CONTENDED.includes(name) || isThrottling(error) ? { row, reason: message, passing: true } : undefined;
}

/** How many rows are told of by name. */
const MOST_TOLD = 20;

/** Rows that could not be written, as the ledger remembers them: all are counted, the first are named. */
export interface UnwrittenRows {
  readonly count: number;
  readonly rows: readonly Pick<UnwrittenRow, 'row' | 'reason'>[];
}

/** Each row once, with the last that was said of it. */
export function unwrittenRows(unwritten: readonly UnwrittenRow[]): UnwrittenRows {
  const reasons = new Map(unwritten.map(({ row, reason }) => [row, shortened(reason, MOST_REASON)]));
  const rows = [...reasons].slice(0, MOST_TOLD).map(([row, reason]) => ({ row: shortened(row, MOST_REASON), reason }));
  return { count: reasons.size, rows };
}

/** Bytes of a reason, or of a name, that are kept. */
const MOST_REASON = 400;
