import type { ListedPermission, ListPage } from '../../lambdas/shared/contract/operator.ts';
import { EMPTY, type Ledger, rowsOfPage, withRows } from '../../page/model/ledger.ts';

export const FINAL = 'ft:gpt-4o-mini-2024-07-18:acme:support:Final';
export const STEP = 'ft:gpt-4o-mini-2024-07-18:acme:support:Mid:ckpt-step-40';

export function aListed(parts: Partial<ListedPermission> = {}): ListedPermission {
  return {
    checkpoint: FINAL,
    projectId: 'proj_EU',
    project: 'prod-eu',
    permissionId: 'cp_1',
    state: 'active',
    reason: null,
    jobId: 'ftjob-1',
    source: 'research',
    rule: 'support models',
    origin: 'policy',
    sharedAt: '2026-11-20T12:00:00.000Z',
    verifiedAt: null,
    expiresAt: null,
    ...parts,
  };
}

/** The ledger as the page has it after reading one page of `list`. */
export function aLedger(
  permissions: readonly ListedPermission[],
  overview: Partial<ListPage['overview']> = {},
): Ledger {
  const page = { permissions, cursor: null, overview: { projects: [], holds: [], due: [], ...overview } };
  return withRows(EMPTY, rowsOfPage(page), page.overview.projects);
}
