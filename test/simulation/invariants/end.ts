import { idsOf, permissionsOf } from '../../../lambdas/core/checkpoint/record.ts';
import type { CheckpointRecord, PermissionRecord } from '../../../lambdas/core/model/permission.ts';
import { decideWants } from '../../../lambdas/core/policy/match.ts';
import type { Policy } from '../../../lambdas/core/policy/policy.ts';
import { describeCheckpoint } from '../engine/describe.ts';
import type { Judge } from '../engine/judge.ts';
import { factsOf } from '../openai/jobs.ts';
import type { Organization } from '../openai/organization.ts';
import type { Capabilities } from '../scenario/capabilities.ts';
import { pairOf, type Watch } from './watch.ts';

const CONVERGES = 'it converges to what the policy wants';

/** What has to hold once all is quiet and a day has gone by. */
export function checkEnd(parts: {
  readonly policy: Policy;
  readonly organization: Organization;
  readonly watch: Watch;
  readonly judge: Judge;
  readonly capabilities: Capabilities;
}): void {
  const { policy, organization, watch, judge, capabilities } = parts;
  for (const { checkpoint, wants } of organization.jobs.flatMap((job) => decideWants(policy, factsOf(job)).wants)) {
    for (const { projectId } of wants) {
      if (watch.wished.has(pairOf(checkpoint, projectId))) continue;
      const row = watch.records.get(checkpoint)?.permissions[projectId];
      if (row?.want?.origin === 'policy') continue;
      judge.violated(CONVERGES, `${checkpoint} with ${projectId} is not in the ledger as wanted`);
    }
  }
  for (const record of watch.records.values()) {
    for (const row of permissionsOf(record)) checkRow(record, row);
  }
  for (const permission of organization.permissions) {
    const { checkpoint, projectId, permissionId, maker, deleted } = permission;
    if (deleted !== null) continue;
    const row = watch.records.get(checkpoint)?.permissions[projectId];
    const mustBeKnown = maker === 'us' || (capabilities.findsDrift && row !== undefined && row.want !== null);
    if (!mustBeKnown || (row !== undefined && idsOf(row).includes(permissionId))) continue;
    judge.violated('every id that OpenAI has is tracked', `${permissionId} of ${projectId} on ${checkpoint}`);
  }

  function checkRow(record: CheckpointRecord, row: PermissionRecord): void {
    const problem = problemWith(record, row);
    if (problem !== null) judge.violated(CONVERGES, `${problem}: ${row.projectId} of ${describeCheckpoint(record)}`);
  }

  function problemWith({ checkpoint }: CheckpointRecord, row: PermissionRecord): string | null {
    const { state, projectId, want, permissionId } = row;
    const permission = permissionId === null ? undefined : organization.find(permissionId);
    // Whoever deletes behind our back has to be found first.
    const isTaken = permission?.deleted?.by === 'people' || permission?.deleted?.by === 'model';
    const isThere = permission !== undefined && permission.deleted === null;
    switch (state) {
      case 'pending':
      case 'unknown':
      case 'revoking':
        return 'left undone';
      case 'active':
        return isThere || (isTaken && !capabilities.findsDrift) ? null : 'the ledger has what OpenAI has not';
      case 'revoked':
        return isThere ? 'the ledger says revoked, and OpenAI has it' : null;
      case 'drifted':
        return want?.onDrift === 'report' ? null : 'not repaired';
      case 'rejected': {
        const mayBe = organization.models.has(checkpoint) && organization.projects.get(projectId) === 'active';
        const isOwner = organization.models.get(checkpoint) === projectId;
        return mayBe && !isOwner ? 'rejected, and OpenAI would take it' : null;
      }
      default:
        return want === null ? null : `wanted, and ${state}`;
    }
  }
}
