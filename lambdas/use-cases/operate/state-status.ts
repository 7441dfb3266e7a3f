import type { AsideRows } from '../../core/model/aside.ts';
import type { ReconcileState, WaitingPlan } from '../../core/model/system-state.ts';
import type { Pause, PauseWord } from '../../core/pause/pause.ts';
import type { PauseStatus, PauseWordStatus } from '../../shared/contract/pause.ts';
import type {
  ReconcileStatus,
  UnwrittenRowStatus,
  UnwrittenStatus,
  WaitingPlanStatus,
} from '../../shared/contract/status.ts';
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
