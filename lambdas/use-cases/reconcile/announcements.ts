import type { HeldAbsences } from '../../core/checkpoint/absence.ts';
import { announce } from '../../core/events/checkpoint-event.ts';
import type { Announcement, LedgerEvent } from '../../core/events/event.ts';
import type { CheckpointRecord } from '../../core/model/permission.ts';
import type { AbsenceState, WaitingPlan } from '../../core/model/system-state.ts';
import { countTracked } from '../../core/plan/guard.ts';
import type { LedgerPlan } from '../../core/plan/ledger-plan.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { Clock } from '../../core/ports/runtime.ts';
import { changeState } from '../change.ts';

/**
 * The event by which a sweep announces something, in one write with the document that remembers it: so it is told once.
 * `unique`: that document and its version, which tells it from others of the same millisecond.
 */
export function announced(announcement: Announcement, note: string, now: number, unique: string): LedgerEvent {
  return announce(announcement, note, { actor: 'reconcile', plan: null }, now, unique);
}

/** Of a plan that has not waited before; it may do so for many sweeps. */
export function planWaiting(plan: LedgerPlan, before: WaitingPlan, now: number): LedgerEvent | undefined {
  const { id: planId, tracked } = plan;
  if (plan.revoking !== 'waiting' || planId === null || before.id === planId) return undefined;
  const permissions = plan.revocations.length;
  const note = `${permissions} of ${tracked} tracked permissions would be revoked, under the id ${planId}`;
  const announcement = { act: 'plan-waiting', planId, about: 'revocations', permissions, tracked } as const;
  return announced(announcement, note, now, `waitingPlan#${before.version}`);
}

/** The same of what has vanished; more of it has another id. */
export async function announceAbsences(
  { ledger, now }: { readonly ledger: Ledger; readonly now: Clock },
  { id: planId, checkpoints, permissions }: HeldAbsences,
  records: readonly CheckpointRecord[],
): Promise<void> {
  const tracked = countTracked(records);
  const note = `${permissions} of ${tracked} tracked permissions, of ${checkpoints} checkpoints, do not show at OpenAI any more, under the id ${planId}`;
  const announcement = { act: 'plan-waiting', planId, about: 'absences', permissions, tracked } as const;
  const remember = (state: AbsenceState) => (state.announced === planId ? state : { ...state, announced: planId });
  await changeState(ledger, 'absences', remember, ({ version }) =>
    announced(announcement, note, now(), `absences#${version}`),
  );
}
