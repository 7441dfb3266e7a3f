import { addTally, NO_TALLY, type Tally, tallyOf } from '../checkpoint/tally.ts';
import type { JobRecord } from '../model/job.ts';
import { addJobs, type JobTally, NO_JOBS } from '../model/job-tally.ts';
import type { CheckpointRecord } from '../model/permission.ts';
import type { ShutdownGroup } from '../shutdown/shutdowns-ahead.ts';
import { addSeen, NOTHING_SEEN, type Seen } from './seen.ts';

/** What a full pass has counted so far. */
export interface Counted {
  readonly tally: Tally;
  readonly jobs: JobTally;
  readonly seen: Seen;
  /** After which checkpoint each page began, and when it was read; ms since the epoch. */
  readonly pages: readonly (readonly [after: string, at: number])[];
}

export const NOTHING_COUNTED: Counted = { tally: NO_TALLY, jobs: NO_JOBS, seen: NOTHING_SEEN, pages: [] };

/** What the last full pass that went page by page has counted, and the sweeps since have added; only to be told. */
export interface CountState {
  readonly version: number;
  /** The beginning of that pass; null = there was none. */
  readonly at: number | null;
  /** What was written before this time is in it. */
  readonly from: number;
  readonly counted: Counted;
  readonly shutdowns: readonly ShutdownGroup[];
}

export const NO_COUNT: CountState = { version: 0, at: null, from: 0, counted: NOTHING_COUNTED, shutdowns: [] };

export function countJobs(before: Counted, jobs: readonly JobRecord[]): Counted {
  return { ...before, jobs: addJobs(before.jobs, jobs) };
}

/** With a page of checkpoints that was read at that time, before anything of it was changed. */
export function countPage(before: Counted, after: string | null, records: readonly CheckpointRecord[], at: number) {
  const pages = [...before.pages, [after ?? '', at] as const];
  return {
    ...before,
    tally: addTally(before.tally, tallyOf(records)),
    seen: addSeen(before.seen, records),
    // Of two pages the earlier time stands for both: what the pass itself has written of either came later.
    pages: pages.length > MOST_PAGES ? pages.filter((_, index) => index % 2 === 0) : pages,
  };
}

const MOST_PAGES = 400;

/** Of a row that was written, when, and what that has changed of what there is. */
interface Written {
  readonly id: string;
  readonly at: number;
  readonly counts?: Tally;
}

/**
 * The count with what was written since, up to a time: a page has in it what was written before it was read. What is stamped and
 * stored at the very time of that may count twice or not at all, until the next full pass counts anew.
 */
export function addChanges(
  state: CountState,
  changes: readonly Written[],
  until = Number.POSITIVE_INFINITY,
): CountState {
  const added = changes.flatMap(({ id, at, counts }) => {
    return counts !== undefined && at >= state.from && at < until && at >= readAt(state, id) ? [counts] : [];
  });
  if (added.length === 0) return state;
  const tally = added.reduce((sum, counts) => addTally(sum, counts), state.counted.tally);
  return { ...state, from: Math.max(state.from, until), counted: { ...state.counted, tally } };
}

function readAt({ counted: { pages } }: CountState, checkpoint: string): number {
  return pages.findLast(([after]) => after < checkpoint)?.[1] ?? 0;
}
