import type { FederationRule, FederationRuleOrder, IdentityProvider } from '../identity-ports.ts';

/** What is to be done so that exactly the wanted identities may act as a service account. */
export interface RuleChanges {
  /** Those that are right as they are, or will be once they are changed. */
  readonly kept: readonly FederationRule[];
  readonly make: readonly FederationRuleOrder[];
  readonly change: readonly { readonly id: string; readonly order: FederationRuleOrder }[];
  /** Of ours: doubles of which the answer was lost, those of another account, and those that nobody wants any more. */
  readonly remove: readonly FederationRule[];
}

/** By what the rules are told that connecting a project has made. */
export interface Ours {
  readonly projectId: string;
  /** What their names begin with. A stack of the same name may be in another region. */
  readonly prefix: string;
  /** The stack's, without an id at its end: what their descriptions are. */
  readonly stackArn: string;
  /** The ARNs of this very stack's roles. */
  readonly roles: readonly string[];
  /** Ids of those that are known: whatever a person or a deploy has made of them. */
  readonly known: readonly string[];
}

/** Compares the rules that are wanted with those that a provider has. What is not ours is left alone. */
export function ruleChanges(
  wanted: readonly FederationRuleOrder[],
  there: readonly FederationRule[],
  ours: Ours,
): RuleChanges {
  const mine = oursIn(there, ours);
  const found = wanted.map((order) => {
    const fitting = mine.filter((rule) => rule.name === order.name && rule.serviceAccountId === order.serviceAccountId);
    const [best] = fitting.sort((a, b) => Number(isAs(b, order)) - Number(isAs(a, order)));
    return { order, best };
  });
  const kept = found.flatMap(({ best }) => best ?? []);
  return {
    kept,
    make: found.flatMap(({ order, best }) => (best === undefined ? [order] : [])),
    change: found.flatMap(({ order, best }) =>
      best === undefined || isAs(best, order) ? [] : [{ id: best.id, order }],
    ),
    remove: mine.filter((rule) => !kept.includes(rule)),
  };
}

/**
 * The rules that connecting a project has made; also for roles of a stack that was destroyed, since another one of its name,
 * region and account cannot be there beside this one.
 */
export function oursIn(
  there: readonly FederationRule[],
  { projectId, prefix, stackArn, roles, known }: Ours,
): readonly FederationRule[] {
  const isOfStack = ({ description, matchers: { sub } }: FederationRule) =>
    roles.includes(String(sub)) || (description === stackArn && accountOf(String(sub)) === accountOf(stackArn));
  const isMade = (rule: FederationRule) => rule.name?.startsWith(prefix) === true && isOfStack(rule);
  return there.filter((rule) => rule.projectId === projectId && (known.includes(rule.id) || isMade(rule)));
}

function accountOf(arn: string): string | undefined {
  return arn.split(':')[4];
}

/** What keeps a rule from letting in whom it is for, and no more; null: nothing. */
export function ruleProblem(
  rule: FederationRule | undefined,
  { matchers, scopes }: Pick<FederationRuleOrder, 'matchers' | 'scopes'>,
): string | null {
  if (rule === undefined) return 'there is no federation rule for it';
  if (!rule.enabled) return `its federation rule ${rule.id} is switched off`;
  if (!isSame(rule.matchers, matchers)) return `its federation rule ${rule.id} is for another role`;
  return isSameScopes(rule.scopes, scopes) ? null : `its federation rule ${rule.id} has other scopes than it needs`;
}

function isAs(rule: FederationRule, order: FederationRuleOrder): boolean {
  return ruleProblem(rule, order) === null && rule.description === (order.description ?? rule.description);
}

function isSame(a: FederationRule['matchers'], b: FederationRule['matchers']): boolean {
  const [these, those] = [Object.entries(a), Object.entries(b)];
  return these.length === those.length && those.every(([claim, value]) => a[claim] === value);
}

/** OpenAI documents no order of scopes. */
function isSameScopes(a: readonly string[] | null, b: readonly string[] | null): boolean {
  return JSON.stringify(a?.toSorted() ?? null) === JSON.stringify(b?.toSorted() ?? null);
}

/** What keeps a provider from vouching for the identities of an issuer, a whole sentence; null: nothing. */
export function providerProblem(
  provider: IdentityProvider,
  wanted: Pick<IdentityProvider, 'issuer' | 'audience'>,
): string | null {
  const { id, issuer, audience, enabled } = provider;
  if (!enabled) return `The workload identity provider ${id} is switched off at OpenAI.`;
  if (issuer !== wanted.issuer) {
    return `The workload identity provider ${id} is of the issuer ${issuer}, and the identities of this AWS account are of ${wanted.issuer}.`;
  }
  if (audience === wanted.audience) return null;
  return `The workload identity provider ${id} is for the audience ${audience}, and identities are minted for ${wanted.audience}.`;
}
