import type { Ours } from '../../core/identity/federation.ts';
import type { ConnectedIdentity } from '../../core/identity/ports.ts';
import type { FederationRule } from '../../core/identity-ports.ts';
import type { ServiceAccount } from '../../core/keys/ports.ts';
import { findSource, type Source, type WorkloadIdentity } from '../../core/policy/policy.ts';
import { nameAtOpenAI } from '../source-identity.ts';
import { calling, everyPage, type KeysCommandDeps } from './deps.ts';

/** One for all stacks of an AWS account: it is found by its issuer. */
export const PROVIDER_NAME = 'Checkpoint Sharing on AWS';

/** A source without a stored key, and what is known of it. */
export interface Keyless {
  readonly source: string;
  readonly projectId: string;
  readonly given: WorkloadIdentity['given'];
  readonly known: ConnectedIdentity | undefined;
}

/** Undefined for a source that has a key. */
export async function keylessOf(deps: KeysCommandDeps, source: string): Promise<Keyless | undefined> {
  const { id: projectId, source: { workloadIdentity } = {} } =
    findSource(deps.policy, source) ?? ({} as Partial<Source>);
  if (workloadIdentity === undefined || projectId === undefined) return undefined;
  const { given } = workloadIdentity;
  return { source, projectId, given, known: await deps.identity.connected.get(source) };
}

/** One that has a key by now, or is none any more, and was never disconnected as what it was; undefined for all others. */
export async function formerlyKeyless(deps: KeysCommandDeps, source: string): Promise<Keyless | undefined> {
  const known = await deps.identity.connected.get(source);
  return known && { source, projectId: known.projectId, given: null, known };
}

/** In the names of our rules the function comes after the prefix. */
export function oursOf({ stackName, stackArn, identity }: KeysCommandDeps, { projectId, known }: Keyless): Ours {
  const prefix = `${nameAtOpenAI(stackName)} `;
  return { projectId, prefix, stackArn, roles: [...identity.roles.values()], known: Object.values(known?.rules ?? {}) };
}

/**
 * The rules by which somebody may act as one of these accounts. All that a provider has would be more pages than there are
 * slots: it has those of every source.
 */
export async function rulesAt(
  deps: KeysCommandDeps,
  providerId: string,
  accountIds: ReadonlySet<string>,
): Promise<readonly FederationRule[]> {
  const found = new Map<string, FederationRule>();
  for (const serviceAccountId of accountIds) {
    const rules = await everyPage(deps, (after) =>
      calling(deps, 'federation-rules.list', () => deps.rules.page(providerId, { serviceAccountId, after })),
    );
    for (const rule of rules) found.set(rule.id, rule);
  }
  return [...found.values()];
}

/** Ids of the accounts that our rules may be for, of those listed and those that are known. */
export function accountIdsOf(
  { stackName }: KeysCommandDeps,
  { given, known }: Keyless,
  listed: readonly ServiceAccount[],
): ReadonlySet<string> {
  const ours = listed.filter(({ name }) => name === nameAtOpenAI(stackName)).map(({ id }) => id);
  return new Set([known, given].flatMap((as) => as?.serviceAccountId ?? []).concat(ours));
}

/** What one request tells of at the same time is told apart by this. */
export function apart(deps: KeysCommandDeps): KeysCommandDeps {
  return { ...deps, requestId: `${deps.requestId}-identity` };
}

export function accountsOf(deps: KeysCommandDeps, projectId: string): Promise<readonly ServiceAccount[]> {
  return everyPage(deps, (after) =>
    calling(deps, 'service-accounts.list', ({ listServiceAccounts }) => listServiceAccounts(projectId, after)),
  );
}
