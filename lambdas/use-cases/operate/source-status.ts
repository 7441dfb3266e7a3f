import { type HeldAbsences, heldAbsences } from '../../core/checkpoint/absence.ts';
import { concernsOf } from '../../core/keys/key-concerns.ts';
import type { KeyWatch } from '../../core/keys/key-watch.ts';
import type { AsideRows } from '../../core/model/aside.ts';
import type { CheckpointRecord } from '../../core/model/permission.ts';
import type { SourceRecord } from '../../core/model/source.ts';
import type { SweepRecord } from '../../core/model/sweep.ts';
import type { AuditState, PassState, ReconcileState, WaitingPlan } from '../../core/model/system-state.ts';
import type { PacerRules } from '../../core/pacing/window.ts';
import type { Pause, PauseWord } from '../../core/pause/pause.ts';
import { countTracked } from '../../core/plan/guard.ts';
import { listPages } from '../../core/plan/needed-calls.ts';
import { isVerifiable, seenAt } from '../../core/plan/verification.ts';
import { fullPassSeconds, isAudited, listsPerDay } from '../../core/plan/verification-budget.ts';
import { type Policy, sourcesOf } from '../../core/policy/policy.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type {
  AbsentStatus,
  ReconcileStatus,
  SourceStatus,
  SweepStatus,
  UnwrittenRowStatus,
  UnwrittenStatus,
  WaitingAbsenceStatus,
  WaitingPlanStatus,
} from '../../shared/contract/operator.ts';
import type { PauseStatus, PauseWordStatus } from '../../shared/contract/pause.ts';
import type {
  AuditLogStatus,
  FullPassStatus,
  KeyWatchStatus,
  VerificationStatus,
} from '../../shared/contract/status.ts';
import { toIso, toIsoOrNull } from './answer.ts';

/** The sweeps of the policy's sources, those that there have been. */
export async function readSweeps(ledger: Pick<Ledger, 'getSweep'>, policy: Policy): Promise<readonly SweepRecord[]> {
  const sweeps = await Promise.all(sourcesOf(policy).map(({ alias }) => ledger.getSweep(alias)));
  return sweeps.filter((sweep) => sweep !== undefined);
}

/** The sources as the ledger has them; one is told of no job as unknown that has come since. */
export async function readSources(ledger: Pick<Ledger, 'getSources' | 'getJob'>): Promise<readonly SourceRecord[]> {
  const sources = await ledger.getSources();
  return Promise.all(
    sources.map(async ({ lastUnknownJobId, lastUnknownJobAt, ...source }) => {
      if (lastUnknownJobId === undefined || lastUnknownJobAt === undefined) return source;
      const hasCome = (await ledger.getJob(lastUnknownJobId))?.source === source.alias;
      return hasCome ? source : { ...source, lastUnknownJobId, lastUnknownJobAt };
    }),
  );
}

/** The sources of the policy in its order, then those that the ledger still knows from before. */
export function sourceStatus(
  policy: Policy,
  recorded: readonly SourceRecord[],
  jobs: Readonly<Record<string, number>>,
  sweeps: readonly SweepRecord[],
  endpoints: ReadonlyMap<string, string>,
): readonly SourceStatus[] {
  const named = sourcesOf(policy).map(({ alias, id }) => ({ alias, projectId: id }));
  const aliases = new Set(named.map(({ alias }) => alias));
  const former = [...new Set([...recorded.map(({ alias }) => alias), ...Object.keys(jobs)])]
    .filter((alias) => !aliases.has(alias))
    .sort()
    .map((alias) => ({ alias, projectId: null }));
  return [...named, ...former].map(({ alias, projectId }) => {
    const seen = recorded.find((record) => record.alias === alias);
    return {
      alias,
      projectId,
      lastWebhookAt: toIsoOrNull(seen?.lastWebhookAt ?? null),
      lastJobId: seen?.lastJobId ?? null,
      lastJobAt: toIsoOrNull(seen?.lastJobAt ?? null),
      lastUnknownJob: unknownJob(seen),
      webhookEndpoint: endpoints.get(alias) ?? null,
      jobs: jobs[alias] ?? 0,
      sweep: sweepStatus(sweeps.find(({ source }) => source === alias)),
    };
  });
}

function sweepStatus(sweep: SweepRecord | undefined): SweepStatus | null {
  if (sweep === undefined) return null;
  const { sweptAt, walk, open, odd = [], error } = sweep;
  return {
    sweptAt: toIsoOrNull(sweptAt),
    backfill: walk && { jobs: walk.jobs },
    openJobs: open.length,
    oddJobs: odd.map(({ id, problem }) => ({ jobId: id, problem })),
    error,
  };
}

function unknownJob(seen: SourceRecord | undefined): SourceStatus['lastUnknownJob'] {
  const { lastUnknownJobId: jobId, lastUnknownJobAt: at } = seen ?? {};
  return jobId === undefined || at === undefined ? null : { jobId, at: toIso(at) };
}

/** The last one that started; `error` is of the last that ended. */
export function reconcileStatus(state: ReconcileState): ReconcileStatus {
  const { startedAt, endedAt, error } = state;
  const begunAt = lastBegunAt(state);
  return {
    startedAt: toIsoOrNull(begunAt === 0 ? null : begunAt),
    endedAt: toIsoOrNull(begunAt === startedAt ? endedAt : null),
    error,
  };
}

/** Of the last full pass that came to its end, and of one that is under way. */
export function fullPassStatus({ at, nextAt, checkpoints, walk }: PassState): FullPassStatus {
  return {
    at: toIsoOrNull(at === 0 ? null : at),
    nextAt: toIsoOrNull(at === 0 ? null : nextAt),
    underWay: walk && {
      startedAt: toIso(walk.begunAt),
      part: walk.part,
      jobs: walk.jobs,
      checkpoints: walk.checkpoints,
      ofCheckpoints: checkpoints === 0 ? null : checkpoints,
    },
  };
}

/** When the last reconcile started, ms since the epoch; 0 before the first. */
export function lastBegunAt({ startedAt, begunAt = 0 }: ReconcileState): number {
  return Math.max(begunAt, startedAt);
}

/** Null when no plan waits. */
export function waitingPlanStatus(plan: WaitingPlan): WaitingPlanStatus | null {
  const { id, revocations, tracked, since, confirmedId } = plan;
  return id === null ? null : { id, revocations, tracked, since: toIso(since), confirmed: confirmedId === id };
}

/** What either function could not write when it last tried. */
export function unwrittenStatus({ startedAt, unwritten }: ReconcileState, aside: AsideRows): UnwrittenStatus {
  const byReconcile = (unwritten?.rows ?? []).map(({ row, reason }): UnwrittenRowStatus => {
    return { row, by: 'reconcile', reason, at: toIso(startedAt), retryAt: null };
  });
  const byShare = aside.rows.map(({ row, reason, at, until }): UnwrittenRowStatus => {
    return { row, by: 'share', reason, at: toIso(at), retryAt: toIso(until) };
  });
  return { count: (unwritten?.count ?? 0) + aside.rows.length, rows: [...byReconcile, ...byShare].slice(0, MOST_ROWS) };
}

const MOST_ROWS = 20;

/** Null where nothing is in doubt. */
export function absentStatus(records: readonly CheckpointRecord[]): AbsentStatus | null {
  const absent = records.flatMap((record) => (record.absence ? [record.absence] : []));
  const [oldest] = absent.toSorted((a, b) => a.since - b.since);
  if (oldest === undefined) return null;
  const waiting = heldAbsences(records);
  return {
    checkpoints: absent.length,
    permissions: countTracked(records.filter(({ absence }) => absence !== undefined)),
    since: toIso(oldest.since),
    reason: oldest.reason,
    waiting: waiting && waitingAbsence(waiting),
  };
}

function waitingAbsence({ id, checkpoints, permissions, since }: HeldAbsences): WaitingAbsenceStatus {
  return { id, checkpoints, permissions, since: toIso(since) };
}

export function pauseStatus({ all, rules, sources }: Pause): PauseStatus {
  return {
    all: all && pauseWord(all),
    rules: Object.entries(rules).map(([rule, word]) => ({ rule, ...pauseWord(word) })),
    sources: Object.entries(sources).map(([source, word]) => ({ source, ...pauseWord(word) })),
  };
}

function pauseWord({ at, by, why }: PauseWord): PauseWordStatus {
  return { at: toIso(at), by, why };
}

export function keyWatchStatus(watch: KeyWatch, now: number): KeyWatchStatus {
  const looks = Object.values(watch.looks);
  return {
    lookedAt: looks.length === 0 ? null : toIso(Math.min(...looks.map(({ at }) => at))),
    problems: looks.flatMap(({ problem }) => problem ?? []),
    concerns: concernsOf(watch, now),
  };
}

/** What verification has to look at. */
export interface Verifiable {
  readonly checkpoints: number;
  /** When the one was last seen at OpenAI that was not for the longest time, and when half of them, or later; ms since the epoch. */
  readonly oldestAt: number | null;
  readonly medianAt: number | null;
  /** LIST calls that it takes to list every one of them once. */
  readonly calls: number;
}

export function gatherVerifiable(records: Iterable<CheckpointRecord>): Verifiable {
  const seen: number[] = [];
  let calls = 0;
  for (const record of records) {
    if (!isVerifiable(record)) continue;
    seen.push(seenAt(record));
    calls += listPages(record);
  }
  seen.sort((a, b) => a - b);
  const medianAt = seen[Math.floor((seen.length - 1) / 2)] ?? null;
  return { checkpoints: seen.length, oldestAt: seen[0] ?? null, medianAt, calls };
}

export function verificationStatus(
  { checkpoints, oldestAt, medianAt, calls }: Verifiable,
  { reconcile }: Policy,
  { limit, reserve, windowMs }: PacerRules,
): VerificationStatus {
  const pacedPerMinute = (Math.max(1, limit - reserve) * 60_000) / windowMs;
  return {
    checkpoints,
    oldestAt: toIsoOrNull(oldestAt),
    medianAt: toIsoOrNull(medianAt),
    fullPassSeconds: fullPassSeconds(reconcile, calls, pacedPerMinute),
  };
}

export function auditLogStatus({ calls }: Verifiable, { reconcile }: Policy, audit: AuditState): AuditLogStatus {
  return {
    setting: reconcile.auditLog,
    access: audit.access,
    readAt: toIsoOrNull(audit.readAt),
    refusal: audit.refusal,
    listsPerDay: listsPerDay(reconcile, calls, isAudited(reconcile, audit)),
    listsPerDayWithLog: listsPerDay(reconcile, calls, true),
  };
}
