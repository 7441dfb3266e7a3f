import type { Want } from '../../core/model/permission.ts';
import { isExpired } from '../../core/plan/plan-checkpoint.ts';
import { readWanted } from '../../core/plan/wanted.ts';
import { aliasOf, type Policy } from '../../core/policy/policy.ts';
import type { WantedBy } from '../../shared/contract/operator.ts';
import type { OperateDeps } from './deps.ts';
import { toIsoOrNull } from './iso-time.ts';

/** What the policy as it is deployed wants of one checkpoint, by project id. */
export async function policyWants(
  { policy, ledger, now }: Pick<OperateDeps, 'policy' | 'ledger' | 'now'>,
  checkpoint: string,
  jobId: string | null,
): Promise<ReadonlyMap<string, Want>> {
  const job = jobId === null ? undefined : await ledger.getJob(jobId);
  const { wants } = readWanted(policy, job === undefined ? [] : [job], now());
  const living = (wants.get(checkpoint) ?? []).filter((want) => !isExpired(want, now()));
  return new Map(living.map((want) => [want.projectId, want]));
}

export function describeWant(policy: Policy, want: Want): WantedBy {
  const { projectId, rule, origin, onDrift, expiresAt } = want;
  return { projectId, project: aliasOf(policy, projectId), rule, origin, onDrift, expiresAt: toIsoOrNull(expiresAt) };
}
