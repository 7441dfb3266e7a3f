import type { OddItem } from './job.ts';

/** How far the sweep of one source's jobs has come. Times are milliseconds since the epoch. */
export interface SweepRecord {
  readonly version: number;
  readonly source: string;
  /** Every job created up to here has been seen by a sweep that came to its end; null = none has yet. */
  readonly seenTo: number | null;
  /** A sweep that has not come to its end: the page to go on with, and the newest job it began with. */
  readonly walk: { readonly after: string | null; readonly newest: number | null; readonly jobs: number } | null;
  /** Jobs to look at again: they had not ended, have not reached the ledger yet, or OpenAI may not have told all of them. */
  readonly open: readonly string[];
  /** Those of them that have ended, and were handed to observe. */
  readonly handedOn: readonly string[];
  /** Jobs that OpenAI lists in a form that cannot be read, at most some; absent in rows of before they were kept. */
  readonly odd?: readonly OddItem[];
  /** Open jobs that OpenAI does not have, with since when; absent where there are none. */
  readonly missing?: Readonly<Record<string, number>>;
  readonly sweptAt: number | null;
  /** Why the last sweep failed; null when it did not. */
  readonly error: string | null;
}

/** A source that was never swept. */
export function newSweep(source: string): SweepRecord {
  return { version: 0, source, seenTo: null, walk: null, open: [], handedOn: [], sweptAt: null, error: null };
}
