import type { ReconcileState, WaitingPlan } from '../../core/model/system-state.ts';
import type { Pause, PauseWord } from '../../core/pause/pause.ts';
import type { PauseStatus, PauseWordStatus } from '../../shared/contract/pause.ts';
import type { ReconcileStatus, WaitingPlanStatus } from '../../shared/contract/status.ts';
import { toIso, toIsoOrNull } from './iso-time.ts';

export function reconcileStatus({ startedAt, endedAt, error }: ReconcileState): ReconcileStatus {
  return { startedAt: toIsoOrNull(startedAt === 0 ? null : startedAt), endedAt: toIsoOrNull(endedAt), error };
}

/** Null when no plan waits. */
export function waitingPlanStatus(plan: WaitingPlan): WaitingPlanStatus | null {
  const { id, revocations, tracked, since, confirmedId } = plan;
  return id === null ? null : { id, revocations, tracked, since: toIso(since), confirmed: confirmedId === id };
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
