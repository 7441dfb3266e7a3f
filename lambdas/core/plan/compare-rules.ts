import { rulesFor } from '../policy/match.ts';
import { isSameRule, type Policy, type Rule } from '../policy/policy.ts';
import type { KnownJob } from './wanted.ts';

/** A rule of either of two policies, told by its name, with the jobs between which it makes a difference. */
export interface ComparedRule {
  readonly rule: string;
  readonly change: 'new' | 'changed' | 'same' | 'removed';
  /** How many jobs the other policy's rule matches. */
  readonly matches: number;
  /** Ids of the jobs that it matches and the deployed one does not, and the other way round. */
  readonly newly: readonly string[];
  readonly noLonger: readonly string[];
}

/**
 * Holds another policy's rules against the deployed ones, over the jobs that nobody has forgotten: its own in their order,
 * then those that it does not have.
 */
export function compareRules(deployed: Policy, other: Policy, jobs: readonly KnownJob[]): readonly ComparedRule[] {
  const known = jobs.filter(({ forgotten }) => forgotten === undefined);
  const [before, after] = [matchedBy(deployed, known), matchedBy(other, known)];
  return [...new Set([...after.keys(), ...before.keys()])].map((name) => {
    const [old, now] = [before.get(name), after.get(name)];
    const [was, is] = [old?.jobs ?? new Set<string>(), now?.jobs ?? new Set<string>()];
    const isSame = old !== undefined && now !== undefined && isSameRule(deployed, old.rule, other, now.rule);
    const change = old === undefined ? 'new' : now === undefined ? 'removed' : isSame ? 'same' : 'changed';
    return { rule: name, change, matches: is.size, newly: [...is.difference(was)], noLonger: [...was.difference(is)] };
  });
}

type Matched = ReadonlyMap<string, { readonly rule: Rule; readonly jobs: Set<string> }>;

/** Each rule with the ids of the jobs that it matches, by its name. */
function matchedBy(policy: Policy, jobs: readonly KnownJob[]): Matched {
  const matched: Matched = new Map(policy.rules.map((rule) => [rule.name, { rule, jobs: new Set() }]));
  for (const job of jobs) {
    for (const { name } of rulesFor(policy, job)) matched.get(name)?.jobs.add(job.jobId);
  }
  return matched;
}
