import type { WaitingPlan } from '../../core/model/system-state.ts';
import { afterPlan } from '../../core/plan/confirmation.ts';
import { countsFrom } from '../../core/plan/guard.ts';
import { policyDigest } from '../../core/policy/policy.ts';
import { changeState } from '../change.ts';
import { countOf, type Judged, planWaiting } from './announcements.ts';
import type { SettleDeps } from './settle.ts';

/**
 * Remembers a plan that waits for a person, and forgets one that does not any more; and what is left of the word that the
 * plan was judged by. One that was given since is not for this plan to judge.
 */
export async function noteWaiting(
  { policy, ledger, log, now }: Omit<SettleDeps, 'ledgerOf'>,
  plan: Judged,
  judgedBy: WaitingPlan['confirmedId'],
): Promise<void> {
  const isWaiting = plan.revoking === 'waiting';
  const note = (before: WaitingPlan): WaitingPlan => {
    const isJudged = before.confirmedId === judgedBy;
    const state = isJudged ? afterPlan(before, plan.revocations, policyDigest(policy), now()) : before;
    if (!isWaiting) return state.id === null ? state : { ...state, id: null };
    const since = state.id === plan.id ? state.since : now();
    const counted = {
      revocations: countOf(plan),
      tracked: plan.tracked,
      countsFrom: countsFrom(state, now()),
    };
    return { ...state, id: plan.id, since, ...counted };
  };
  await changeState(ledger, 'waitingPlan', note, (before) => planWaiting(plan, before, now()));
  if (!isWaiting) return;
  log.error('Plan waits for confirmation: it would revoke unusually many permissions', {
    signal: 'plan-waiting',
    planId: plan.id,
    revocations: countOf(plan),
    tracked: plan.tracked,
    letGoLately: plan.letGoLately,
  });
}
