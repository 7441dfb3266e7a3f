import { laneOf } from '../../core/checkpoint/due.ts';
import { permissionsOf } from '../../core/checkpoint/record.ts';
import { isUnderWay } from '../../core/checkpoint/under-way.ts';
import type { CheckpointRecord, Lane, PermissionState } from '../../core/model/permission.ts';
import { LANES } from '../../core/model/permission.ts';
import type { SweepRecord } from '../../core/model/sweep.ts';
import type { ReconcileState } from '../../core/model/system-state.ts';
import { ENDPOINT_OF } from '../../core/pacing/endpoints.ts';
import { type Policy, sourcesOf } from '../../core/policy/policy.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import { RECONCILE_TIMEOUT_SECONDS } from '../../shared/contract/names.ts';
import type { EndpointStatus, Progress } from '../../shared/contract/operator.ts';
import type { SourceProgress } from '../../shared/contract/reconcile.ts';
import { readState } from '../change.ts';
import { type Judge, standingOf } from '../reconcile/sweep-record.ts';
import { toIso } from './answer.ts';
import { countLedger, permissionCounts, readAwaited } from './count.ts';
import type { Command } from './deps.ts';
import { wakeShare } from './deps.ts';
import { readPacer } from './endpoint-status.ts';
import { fullPassStatus, lastBegunAt, pauseStatus, waitingPlanStatus } from './source-status.ts';

/** A reconcile that started longer ago, by a clock that may go a minute wrong, does not run any more. */
const LONGEST_RUN_MS = (RECONCILE_TIMEOUT_SECONDS + 60) * 1_000;

/** What is asked, with times in milliseconds since the epoch. */
interface Asked {
  readonly askedAt: number;
  readonly verifyAll: boolean;
  readonly endedAt: number | null;
}

/** `progress`: how far a reconcile has come that was asked for, and all that came of it. */
export const progress: Command<'progress'> = async (deps, request) => {
  const { ledger, policy } = deps;
  const now = deps.now();
  const asked = {
    askedAt: Date.parse(request.askedAt),
    verifyAll: request.verifyAll,
    endedAt: request.endedAt === null ? null : Date.parse(request.endedAt),
  };
  // In the order in which work is handed on, so that nothing can pass by between two reads.
  const reconcile = reconcileProgress(await readState(ledger, 'reconcile'), asked, now);
  const fullPass = fullPassStatus(await readState(ledger, 'pass'));
  // Of a reconcile that fails no more is waited for.
  const isOver = reconcile.state === 'ended' && (fullPass.underWay === null || reconcile.error !== null);
  const sources = await gatherSources(ledger, policy, asked.askedAt);
  const audit = await readState(ledger, 'audit');
  const [count, aside, waitingPlan, pause, pacer] = await Promise.all([
    countLedger(ledger, policy, now),
    readState(ledger, 'aside'),
    readState(ledger, 'waitingPlan'),
    readState(ledger, 'pause'),
    readPacer(deps, now),
  ]);
  const records = await readAwaited(ledger, count, now);
  const { due, tally } = count;
  // What share could not write it leaves alone, perhaps for long: that is not waited for.
  const left = new Set(aside.rows.map(({ row }) => row));
  const awaited = records.filter(({ checkpoint }) => !left.has(checkpoint));
  const underWay = countUnderWay(awaited, now);
  const toVerify = awaited.filter((record) => isAwaited(record, asked, now)).length;
  // Also while a read that failed waits to be tried again: what it would tell is not known yet.
  const auditDue = audit.dueAt !== null;
  const nextCallAt = nextCall(due, pacer);
  // Whoever holds the share function's lease waits for its slot; a free one that nobody takes is worth a wake-up.
  if ((audit.dueAt ?? Number.POSITIVE_INFINITY) <= now || nextCallAt === toIso(now)) await wakeShare(deps);
  // While everything is paused no admin call goes, and nobody knows for how long.
  const isCalled = pause.all === null;
  const callsLeft = toVerify > 0 || auditDue || Object.values(underWay).some((count) => count > 0);
  const settled = isOver && sources.every(isSourceDone) && !(isCalled && callsLeft);
  return {
    at: toIso(now),
    settled,
    reconcile,
    fullPass,
    sources,
    underWay,
    toVerify,
    auditDue,
    due,
    nextCallAt,
    permissions: permissionCounts(tally),
    flapping: tally.flapping,
    waitingPlan: waitingPlanStatus(waitingPlan),
    paused: pauseStatus(pause),
  };
};

/**
 * A tick may have started after the reconcile that was asked for; it is as good, unless all was to be verified. Others that
 * have started since are not waited for, nor is one that was cut off.
 */
function reconcileProgress(state: ReconcileState, { askedAt, verifyAll }: Asked, now: number): Progress['reconcile'] {
  const { startedAt, endedAt, verifiedAllAt, error } = state;
  const isAsGood = startedAt >= askedAt && (!verifyAll || error !== null || (verifiedAllAt ?? 0) >= askedAt);
  if (isAsGood && endedAt !== null) return { state: 'ended', endedAt: toIso(endedAt), error };
  const begunAt = lastBegunAt(state);
  if (begunAt < askedAt) return { state: 'starting', endedAt: null, error: null };
  if (now <= begunAt + LONGEST_RUN_MS) return { state: 'running', endedAt: null, error: null };
  const cutOff = `The reconcile that started at ${toIso(begunAt)} was cut off before it came to its end. The log of the reconcile function says more.`;
  return { state: 'ended', endedAt: null, error: cutOff };
}

function countUnderWay(records: readonly CheckpointRecord[], now: number): Progress['underWay'] {
  const busy = records.flatMap((record) =>
    permissionsOf(record).filter((permission) => isUnderWay(permission, now) && !isUnread(record, laneOf(permission))),
  );
  const count = (state: PermissionState) => busy.filter((permission) => permission.state === state).length;
  return {
    pending: count('pending'),
    unknown: count('unknown'),
    revoking: count('revoking'),
    rejected: count('rejected'),
  };
}

/** A list that nobody can read all of is looked at again in an hour at the soonest: that is not waited for. */
function isUnread({ absence }: CheckpointRecord, lane: Lane | null): boolean {
  return absence?.kind === 'in-part' && lane !== 'delete';
}

/** Later ticks go on putting up what is stale: that is not waited for, or there would be no end of it. */
function isAwaited(record: CheckpointRecord, { askedAt, verifyAll, endedAt }: Asked, now: number) {
  const { verifyAt, verifyPriority, listedAt } = record;
  if (verifyAt === null || (verifyAt > now && isUnread(record, 'list'))) return false;
  if (verifyPriority !== 'verify' || endedAt === null || verifyAt <= endedAt) return true;
  return verifyAll && (listedAt ?? 0) < askedAt;
}

/** When the first call can go for which work is due. */
function nextCall(due: Progress['due'], pacer: readonly EndpointStatus[]): string | null {
  const times = LANES.filter((lane) => due[lane].now > 0).flatMap((lane) =>
    pacer.filter(({ endpoint }) => endpoint === ENDPOINT_OF[lane]).map(({ nextCallAt }) => nextCallAt),
  );
  return times.sort()[0] ?? null;
}

/** So many jobs are read side by side. */
const READERS = 50;

/** How far the sweep of each source of the policy has come, and how many of its jobs observe has still to look at. */
export async function gatherSources(
  ledger: Pick<Ledger, 'getSweep' | 'getJob'>,
  policy: Policy,
  askedAt: number,
): Promise<readonly SourceProgress[]> {
  // What is due later is the next sweep's. A look of the very time at which it was asked for is one that was asked for.
  const judge = { policy, now: askedAt, askedAt: askedAt - 1 };
  return Promise.all(
    sourcesOf(policy).map(async ({ alias }) => {
      const sweep = await ledger.getSweep(alias);
      return {
        alias,
        swept: (sweep?.sweptAt ?? 0) >= askedAt && sweep?.walk === null,
        backfillJobs: sweep?.walk?.jobs ?? null,
        toObserve: sweep === undefined ? 0 : await countToObserve(ledger, sweep, judge),
        error: sweep?.error ?? null,
      };
    }),
  );
}

/** Whether nothing is left to do about a source. What fails is told, and not waited for. */
export function isSourceDone({ error, backfillJobs, toObserve }: SourceProgress): boolean {
  return error !== null || (backfillJobs === null && toObserve === 0);
}

/** The record of the sweep is only brought up to date by the next sweep: the jobs themselves tell. */
async function countToObserve(
  ledger: Pick<Ledger, 'getJob'>,
  { source, handedOn }: SweepRecord,
  judge: Judge,
): Promise<number> {
  const waiting = [...handedOn];
  let count = 0;
  while (waiting.length > 0) {
    const jobs = await Promise.all(waiting.splice(0, READERS).map((jobId) => ledger.getJob(jobId)));
    count += jobs.filter((job) => standingOf(job, source, judge) === 'due').length;
  }
  return count;
}

/** `reconcile`: starts the reconcile function now. */
export const reconcile: Command<'reconcile'> = async ({ reconciler, now }, { verifyAll }) => {
  const askedAt = now();
  await reconciler.start({ verifyAll, askedAt });
  return { askedAt: toIso(askedAt) };
};
