import { type Due, dueOf } from '../../core/checkpoint/due.ts';
import { type Tally, tallyOf } from '../../core/checkpoint/tally.ts';
import { addJobs, type JobTally, NO_JOBS } from '../../core/model/job-tally.ts';
import { type CheckpointRecord, LANES, type Lane, PERMISSION_STATES } from '../../core/model/permission.ts';
import type { PassState } from '../../core/model/system-state.ts';
import { addChanges, type CountState } from '../../core/plan/ledger-count.ts';
import { medianOf } from '../../core/plan/seen.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import { type ShutdownAhead, shutdownsAhead, tellGroups } from '../../core/shutdown/shutdowns-ahead.ts';
import type { DueStatus, Status } from '../../shared/contract/operator.ts';
import { readState } from '../change.ts';
import { everyItem } from '../pages.ts';
import { MOST_MARKS } from '../reconcile/look-at-changes.ts';
import { toIsoOrNull } from './answer.ts';
import { gatherVerifiable, type Verifiable } from './source-status.ts';

/** What there is in the ledger, in numbers. */
export interface Count {
  /** When it was counted row by row; what has changed since is in it. Null = just now. */
  readonly countedAt: number | null;
  readonly tally: Tally;
  readonly due: Status['due'];
  readonly jobs: JobTally;
  readonly verifiable: Verifiable;
  readonly shutdowns: readonly ShutdownAhead[];
  /** Among them, all of those with an absence. */
  readonly records: readonly CheckpointRecord[];
}

type CountLedger = Pick<
  Ledger,
  'listCheckpoints' | 'listModels' | 'listJobs' | 'getState' | 'changesSince' | 'dueCheckpoints' | 'getCheckpoints'
>;

/**
 * Counts what there is: row by row, or, where a full pass has gone through a ledger that is large, by what that has counted and what
 * has changed since.
 */
export async function countLedger(ledger: CountLedger, policy: Policy, now: number): Promise<Count> {
  const pass = await readState(ledger, 'pass');
  const count = await readState(ledger, 'count');
  // A pass that had all in memory at once has counted nothing.
  return count.at !== null && count.at === pass.at
    ? tellCount(ledger, pass, count, now)
    : countRows(ledger, policy, now);
}

async function countRows(ledger: CountLedger, policy: Policy, now: number): Promise<Count> {
  const [records, models, jobs] = await Promise.all([
    Array.fromAsync(everyItem(ledger.listCheckpoints)),
    Array.fromAsync(everyItem(ledger.listModels)),
    countJobs(ledger),
  ]);
  return {
    countedAt: null,
    tally: tallyOf(records),
    due: countDue(records, now),
    jobs,
    verifiable: gatherVerifiable(records),
    shutdowns: shutdownsAhead(policy, records, models, now),
    records,
  };
}

async function countJobs(ledger: CountLedger): Promise<JobTally> {
  let tally = NO_JOBS;
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<Ledger['listJobs']>> = await ledger.listJobs(cursor);
    tally = addJobs(tally, page.items);
    cursor = page.cursor;
  } while (cursor !== null);
  return tally;
}

/** So many rows that are due are counted in each lane. */
const MOST_DUE = 5_000;
/** As far ahead as the index goes; ms since the epoch. */
const EVER = 10 ** 15 - 1;

async function tellCount(ledger: CountLedger, pass: PassState, count: CountState, now: number): Promise<Count> {
  const waiting = pass.again.flatMap(({ checkpoint, at }) => (at === 0 ? [checkpoint] : []));
  const [changes, records, ...lanes] = await Promise.all([
    ledger.changesSince(count.from, MOST_MARKS + 1),
    ledger.getCheckpoints(waiting),
    ...LANES.map((lane) => ledger.dueCheckpoints(lane, EVER, MOST_DUE)),
  ]);
  // Where there are more, the next sweep counts anew.
  const { counted, shutdowns } = changes.length > MOST_MARKS ? count : addChanges(count, changes);
  const due = LANES.map((lane, index) => [lane, dueStatus(lanes[index] ?? [], now)] as const);
  return {
    countedAt: count.at,
    tally: counted.tally,
    due: Object.fromEntries(due) as Record<Lane, DueStatus>,
    jobs: counted.jobs,
    verifiable: { ...medianOf(counted.seen), oldestAt: counted.seen.oldestAt, calls: counted.seen.calls },
    shutdowns: tellGroups(shutdowns, now),
    records,
  };
}

/** So many of the rows that are due in a lane are looked at. */
const MOST_AWAITED = 500;
/** The index of due work lags by less. */
const LAG_MS = 5 * 60_000;

/** Checkpoints that somebody may wait for: of a large ledger those that are due, as many as tell that it is so, or have just changed. */
export async function readAwaited(ledger: CountLedger, { countedAt, records }: Count, now: number) {
  if (countedAt === null) return records;
  const changed = await ledger.changesSince(now - LAG_MS, MOST_AWAITED);
  const due = await Promise.all(LANES.map((lane) => ledger.dueCheckpoints(lane, EVER, MOST_AWAITED)));
  const names = [
    ...changed.flatMap(({ kind, id }) => (kind === 'checkpoint' ? [id] : [])),
    ...due.flat().map(({ checkpoint }) => checkpoint),
  ];
  return ledger.getCheckpoints([...new Set(names)]);
}

/** Work by lane, from the records: the index of due work may lag behind them. */
function countDue(records: readonly CheckpointRecord[], now: number): Status['due'] {
  const due = records.map(dueOf).filter((each) => each !== null);
  const lanes = LANES.map(
    (lane) =>
      [
        lane,
        dueStatus(
          due.filter((item) => item.lane === lane),
          now,
        ),
      ] as const,
  );
  return Object.fromEntries(lanes) as Record<Lane, DueStatus>;
}

function dueStatus(due: readonly Pick<Due, 'at'>[], now: number): DueStatus {
  const ready = due.filter(({ at }) => at <= now);
  const later = due.filter(({ at }) => at > now);
  return {
    now: ready.length,
    oldestAt: toIsoOrNull(earliest(ready)),
    later: later.length,
    nextAt: toIsoOrNull(earliest(later)),
  };
}

function earliest(due: readonly Pick<Due, 'at'>[]): number | null {
  return due.reduce<number | null>((first, { at }) => (first === null || at < first ? at : first), null);
}

/** Every state, also those of which there are none. */
export function permissionCounts({ permissions }: Tally): Status['permissions'] {
  const counts = PERMISSION_STATES.map((state) => [state, permissions[state] ?? 0] as const);
  return Object.fromEntries(counts) as Status['permissions'];
}
