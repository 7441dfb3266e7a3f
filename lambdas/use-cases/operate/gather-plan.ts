import { type HeldAbsences, heldAbsences } from '../../core/checkpoint/absence.ts';
import type { JobFacts } from '../../core/model/job.ts';
import type { RefusedProject } from '../../core/model/permission.ts';
import { type ComparedRule, compareRules } from '../../core/plan/compare-rules.ts';
import { type LedgerPlan, planLedger, unmatchedRules } from '../../core/plan/ledger-plan.ts';
import { planId } from '../../core/plan/plan-id.ts';
import { type Policy, policyDigest, sourcesOf } from '../../core/policy/policy.ts';
import type { Plan } from '../../shared/contract/plan.ts';
import { readState } from '../change.ts';
import { everyItem } from '../pages.ts';
import { ANSWER_BYTES, asManyAsFit, sizeOf, toIso } from './answer.ts';
import type { OperateDeps } from './deps.ts';
import { describePlan } from './describe-plan.ts';
import { forecastCalls } from './forecast-calls.ts';

/**
 * The plan that the ledger as it is now asks for, and how it is told to a person; `plan` and `apply` see the same. With
 * another policy: the plan that there would be if it were deployed now.
 */
export async function gatherPlan(
  deps: OperateDeps,
  other: Policy | null = null,
): Promise<{
  readonly ledgerPlan: LedgerPlan;
  readonly plan: Plan;
  /** What has vanished at OpenAI and waits for a person's word; null where nothing does. */
  readonly absences: HeldAbsences | null;
}> {
  const { ledger } = deps;
  const policy = other ?? deps.policy;
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
  const compared = other === null ? null : describeRules(compareRules(deps.policy, other, jobs));
  // What was learned of OpenAI's pace goes before any policy's guess.
  const pacerRules = { ...deps.pacerRules, ...(other && { limit: other.openai.adminRequestsPerMinute }) };
  return {
    ledgerPlan,
    absences: heldAbsences(records),
    plan: {
      id: planId(digest, ledgerPlan),
      at: toIso(now),
      policyDigest: digest,
      policy: { deployed: other === null, digest, newSources: other === null ? [] : sourcesWithout(jobs, other) },
      rules: compared?.rules ?? null,
      rulesLeftOut: compared?.leftOut ?? 0,
      ...describePlan(ledgerPlan, records, policy, now, ANSWER_BYTES - sizeOf(compared)),
      calls: await forecastCalls({ ...deps, pacerRules }, ledgerPlan, records, byProject(refused), now),
      unmatchedRules: [...unmatched].map(([rule, permissions]) => ({ rule, permissions })),
    },
  };
}

/** The sources of a policy of which there are no jobs, by alias. */
export function sourcesWithout(jobs: readonly Pick<JobFacts, 'source'>[], policy: Policy): readonly string[] {
  const known = new Set(jobs.map(({ source }) => source));
  return sourcesOf(policy).flatMap(({ alias }) => (known.has(alias) ? [] : [alias]));
}

/** Of an answer, for the rules; the changes have the rest. */
const RULES_BYTES = 2_000_000;
/** Ids of jobs that are told of one rule in each list, and of all of them together. */
const MOST_JOBS = 100;
const MOST_JOBS_IN_ALL = 10_000;

function describeRules(all: readonly ComparedRule[]) {
  const most = Math.min(MOST_JOBS, Math.ceil(MOST_JOBS_IN_ALL / Math.max(1, all.length)));
  const rules = asManyAsFit(
    all.map(({ newly, noLonger, ...rest }) => ({
      ...rest,
      newly: newly.slice(0, most),
      newlyCount: newly.length,
      noLonger: noLonger.slice(0, most),
      noLongerCount: noLonger.length,
    })),
    RULES_BYTES,
  );
  return { rules, leftOut: all.length - rules.length };
}

function byProject(refused: readonly RefusedProject[]): ReadonlyMap<string, RefusedProject> {
  return new Map(refused.map((project) => [project.projectId, project]));
}
