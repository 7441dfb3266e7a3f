import { type HeldAbsences, heldAbsences } from '../../core/checkpoint/absence.ts';
import type { RefusedProject } from '../../core/model/permission.ts';
import { type LedgerPlan, planLedger } from '../../core/plan/ledger-plan.ts';
import { planId } from '../../core/plan/plan-id.ts';
import { unmatchedRules } from '../../core/plan/unmatched-rules.ts';
import { policyDigest } from '../../core/policy/policy.ts';
import type { Plan } from '../../shared/contract/plan.ts';
import { readState } from '../change.ts';
import { everyItem } from '../pages.ts';
import { toIso } from './answer.ts';
import type { OperateDeps } from './deps.ts';
import { describePlan } from './describe-plan.ts';
import { forecastCalls } from './forecast-calls.ts';

/** The plan that the ledger as it is now asks for, and how it is told to a person; `plan` and `apply` see the same. */
export async function gatherPlan(deps: OperateDeps): Promise<{
  readonly ledgerPlan: LedgerPlan;
  readonly plan: Plan;
  /** What has vanished at OpenAI and waits for a person's word; null where nothing does. */
  readonly absences: HeldAbsences | null;
}> {
  const { policy, ledger } = deps;
  const now = deps.now();
  const [records, jobs, waiting, pause, refused] = await Promise.all([
    Array.fromAsync(everyItem(ledger.listCheckpoints)),
    Array.fromAsync(everyItem(ledger.listJobs)),
    readState(ledger, 'waitingPlan'),
    readState(ledger, 'pause'),
    ledger.refusedProjects(),
  ]);
  const ledgerPlan = planLedger({ policy, jobs, records, waiting, pause, now });
  const digest = policyDigest(policy);
  const unmatched = policy.prune ? unmatchedRules(policy, jobs, records, ledgerPlan.wanted) : [];
  return {
    ledgerPlan,
    absences: heldAbsences(records),
    plan: {
      id: planId(digest, ledgerPlan),
      at: toIso(now),
      policyDigest: digest,
      ...describePlan(ledgerPlan, records, policy, now),
      calls: await forecastCalls(deps, ledgerPlan, records, byProject(refused), now),
      unmatchedRules: [...unmatched].map(([rule, permissions]) => ({ rule, permissions })),
    },
  };
}

function byProject(refused: readonly RefusedProject[]): ReadonlyMap<string, RefusedProject> {
  return new Map(refused.map((project) => [project.projectId, project]));
}
