import type { ListedPermission } from '../../lambdas/shared/contract/operator.ts';

/** A permission as the operator function lists it, with whatever else is said of it. */
export function aListed(parts: Partial<ListedPermission> = {}): ListedPermission {
  return {
    checkpoint: 'ft:gpt:org::A',
    projectId: 'proj_EU',
    project: 'prod-eu',
    permissionId: 'cp_1',
    state: 'active',
    reason: null,
    jobId: 'ftjob-1',
    source: 'research',
    rule: 'support',
    origin: 'policy',
    sharedAt: '2026-11-20T12:00:00.000Z',
    verifiedAt: null,
    expiresAt: null,
    ...parts,
  };
}
