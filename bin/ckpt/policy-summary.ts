import { aliasOf, type Policy, type Rule, sourcesOf } from '../../lambdas/core/policy/policy.ts';

/** A project as a policy names it. */
export interface NamedProject {
  /** Null where the policy has no alias for it. */
  readonly project: string | null;
  readonly projectId: string;
}

/** What a policy file amounts to, with its defaults filled in. */
export interface PolicySummary {
  readonly sources: readonly NamedProject[];
  /** That a rule or a pin names, each once. */
  readonly targets: readonly NamedProject[];
  readonly rules: readonly (Omit<Rule, 'to'> & { readonly to: readonly NamedProject[] })[];
  readonly pins: readonly { readonly checkpoint: string; readonly to: readonly NamedProject[] }[];
  readonly prune: boolean;
  readonly reconcile: Policy['reconcile'];
}

export function summarizePolicy(policy: Policy): PolicySummary {
  const named = (projectIds: readonly string[]): readonly NamedProject[] =>
    projectIds.map((projectId) => ({ project: aliasOf(policy, projectId), projectId }));
  const targets = new Set([...policy.rules, ...policy.permissions].flatMap(({ to }) => to));
  return {
    sources: sourcesOf(policy).map(({ alias, id }) => ({ project: alias, projectId: id })),
    targets: named([...targets]),
    rules: policy.rules.map((rule) => ({ ...rule, to: named(rule.to) })),
    pins: policy.permissions.map(({ checkpoint, to }) => ({ checkpoint, to: named(to) })),
    prune: policy.prune,
    reconcile: policy.reconcile,
  };
}
