import type { FederationRuleOrder } from '../core/identity-ports.ts';
import type { IdentityFunction } from '../shared/contract/names.ts';

/**
 * What each function does with the token of a source. OpenAI documents no list of scopes: these are what its refusals name for
 * jobs and models, as the dashboard sets them. The operator reads webhook endpoints, too, whose scope nobody knows: it gets
 * the documented one for reading, and nothing else. Null, whatever the service account may: these two make webhook endpoints
 * and have their secrets rotated, and the first has the admin key, with which it can make keys of any scope. In the order in
 * which they are made.
 */
const SCOPES: Readonly<Record<IdentityFunction, readonly string[] | null>> = {
  keys: null,
  'rotate-webhook-secret': null,
  operator: ['api.all.read'],
  reconcile: ['api.fine_tuning.jobs.read', 'api.model.read', 'model.read'],
  observe: ['api.fine_tuning.jobs.read'],
};

/** The name of the service account of a stack, and what the names of its rules begin with. */
export function nameAtOpenAI(stackName: string): string {
  return `Checkpoint Sharing ${stackName}`;
}

/** By function, the rules that let exactly these act for a source; `roles`: function → ARN of its role. */
export function rulesFor(
  roles: ReadonlyMap<string, string>,
  { projectId, serviceAccountId, prefix }: { projectId: string; serviceAccountId: string; prefix: string },
): ReadonlyMap<string, FederationRuleOrder> {
  const orders = Object.entries(SCOPES).flatMap(([fn, scopes]) => {
    const sub = roles.get(fn);
    return sub === undefined
      ? []
      : [[fn, { projectId, serviceAccountId, name: `${prefix}${fn}`, matchers: { sub }, scopes }] as const];
  });
  return new Map(orders);
}
