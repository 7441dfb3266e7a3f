import { type HeldAbsences, heldAbsences } from '../../core/checkpoint/absence.ts';
import type { AsideRows } from '../../core/model/aside.ts';
import type { CheckpointRecord } from '../../core/model/permission.ts';
import type { ReconcileState, WaitingPlan } from '../../core/model/system-state.ts';
import type { Pause, PauseWord } from '../../core/pause/pause.ts';
import { countTracked } from '../../core/plan/guard.ts';
import type {
  AbsentStatus,
  ReconcileStatus,
  UnwrittenRowStatus,
  UnwrittenStatus,
  WaitingAbsenceStatus,
  WaitingPlanStatus,
} from '../../shared/contract/operator.ts';
import type { PauseStatus, PauseWordStatus } from '../../shared/contract/pause.ts';
import { toIso, toIsoOrNull } from './iso-time.ts';

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
