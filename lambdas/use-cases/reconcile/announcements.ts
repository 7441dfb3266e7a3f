import type { HeldAbsences } from '../../core/checkpoint/absence.ts';
import { announce } from '../../core/events/checkpoint-event.ts';
import type { Announcement, LedgerEvent } from '../../core/events/event.ts';
import type { AbsenceState, WaitingPlan } from '../../core/model/system-state.ts';
import type { RevocationTally } from '../../core/plan/confirmation.ts';
import type { Revocation } from '../../core/plan/guard.ts';
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

/** A plan that the guard has judged, with its revocations or what is known of them. */
export type Judged = Pick<LedgerPlan, 'id' | 'revoking' | 'tracked' | 'letGoLately'> & {
  readonly revocations: readonly Revocation[] | RevocationTally;
};

export function countOf({ revocations }: Judged): number {
  return 'among' in revocations ? revocations.count : revocations.length;
}

/** Of a plan that has not waited before; it may do so for many sweeps. */
export function planWaiting(plan: Judged, before: WaitingPlan, now: number): LedgerEvent | undefined {
  const { id: planId, tracked } = plan;
  if (plan.revoking !== 'waiting' || planId === null || before.id === planId) return undefined;
  const permissions = countOf(plan);
  const note = `${permissions} of ${tracked} tracked permissions would be revoked, under the id ${planId}`;
  const announcement = { act: 'plan-waiting', planId, about: 'revocations', permissions, tracked } as const;
  return announced(announcement, note, now, `waitingPlan#${before.version}`);
}

/** The same of what has vanished; more of it has another id. */
export async function announceAbsences(
  { ledger, now }: { readonly ledger: Ledger; readonly now: Clock },
  { id: planId, checkpoints, permissions }: HeldAbsences,
  tracked: number,
): Promise<void> {
  const note = `${permissions} of ${tracked} tracked permissions, of ${checkpoints} checkpoints, do not show at OpenAI any more, under the id ${planId}`;
  const announcement = { act: 'plan-waiting', planId, about: 'absences', permissions, tracked } as const;
  const remember = (state: AbsenceState) => (state.announced === planId ? state : { ...state, announced: planId });
  await changeState(ledger, 'absences', remember, ({ version }) =>
    announced(announcement, note, now(), `absences#${version}`),
  );
}
