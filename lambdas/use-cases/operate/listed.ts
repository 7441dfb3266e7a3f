import { holdOf } from '../../core/checkpoint/hold.ts';
import { permissionsOf } from '../../core/checkpoint/record.ts';
import type { CheckpointRecord, PermissionRecord } from '../../core/model/permission.ts';
import { aliasOf, type Policy } from '../../core/policy/policy.ts';
import type { ListedPermission } from '../../shared/contract/operator.ts';
import { toIso, toIsoOrNull } from './iso-time.ts';

/**
 * A checkpoint's permissions for a person or a script to read, in the order of the project ids. Where OpenAI has made
 * more than one for the same project each is listed, for each is in force until it is revoked.
 */
export function listedOf(record: CheckpointRecord, policy: Policy): readonly ListedPermission[] {
  return [...permissionsOf(record)]
    .sort((a, b) => (a.projectId < b.projectId ? -1 : 1))
    .flatMap((permission) => {
      const first = describe(record, { ...permission, reason: reasonOf(record, permission) }, policy);
      return [first, ...permission.duplicateIds.map((permissionId) => duplicateOf(first, permissionId))];
    });
}

function describe(
  { checkpoint, jobId, source }: CheckpointRecord,
  { projectId, permissionId, state, reason, want, sharedAt, verifiedAt }: PermissionRecord,
  policy: Policy,
): ListedPermission {
  return {
    checkpoint,
    projectId,
    project: aliasOf(policy, projectId),
    permissionId,
    state,
    reason,
    jobId,
    source,
    rule: want?.rule ?? null,
    origin: want?.origin ?? null,
    sharedAt: toIsoOrNull(sharedAt),
    verifiedAt: toIsoOrNull(verifiedAt),
    expiresAt: toIsoOrNull(want?.expiresAt ?? null),
  };
}

/** What a person has said goes before what the system last thought of it. */
function reasonOf(record: CheckpointRecord, { projectId, parked, reason }: PermissionRecord): string | null {
  const hold = holdOf(record, projectId);
  if (hold?.kind === 'ignored')
    return `ignored by ${hold.by ?? 'a person'} since ${toIso(hold.at)}${reason === null ? '' : `; ${reason}`}`;
  return parked ? 'its rule or source is paused' : reason;
}

function duplicateOf(first: ListedPermission, permissionId: string): ListedPermission {
  const reason = first.reason ?? `OpenAI made it beside ${first.permissionId} for the same project`;
  return { ...first, permissionId, reason, sharedAt: null, verifiedAt: null };
}
