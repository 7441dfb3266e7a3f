import type { JobFacts } from '../model/job.ts';
import { type Condition, conditionsOf } from './conditions.ts';
import { applyRule, type Outcome } from './match.ts';
import { findSource, type Policy, type Rule } from './policy.ts';
import { type Judged, judgeCheckpoints } from './select.ts';

/** What one rule makes of a job, and why. */
export interface RuleExplanation {
  readonly rule: Rule;
  readonly conditions: readonly Condition[];
  /** Whether all of them hold. */
  readonly matches: boolean;
  /** What comes of it; null where it does not match, or where the policy does not name the job's source. */
  readonly outcome: (Outcome & { readonly judged: readonly Judged[] }) | null;
}

/** Each rule of a policy held against a job, by what `decideWants` decides with. `now`: ms since the epoch. */
export function explainRules(policy: Policy, job: JobFacts, now: number): readonly RuleExplanation[] {
  const owner = findSource(policy, job.source);
  return policy.rules.map((rule) => {
    const conditions = [...conditionsOf(rule, job)];
    const matches = conditions.every(({ holds }) => holds);
    if (!matches || owner === undefined) return { rule, conditions, matches, outcome: null };
    const judged = judgeCheckpoints(rule.checkpoints, job.checkpoints);
    return { rule, conditions, matches, outcome: { ...applyRule(rule, owner, job, now), judged } };
  });
}
