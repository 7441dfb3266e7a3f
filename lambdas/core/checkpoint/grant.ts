import type { ActualPermission, CheckpointRecord, PermissionRecord, Want } from '../model/permission.ts';
import { idsOf, newPermission, withPermission } from './record.ts';

/** A permission stands under the id that OpenAI has given it: active, or orphaned if nobody wants it (any more). */
export function granted(
  current: PermissionRecord | undefined,
  want: Want | null,
  { projectId, permissionId, createdAt }: ActualPermission,
): PermissionRecord {
  const { parked: _, lastWant: __, letGoAt: ___, ...base } = current ?? newPermission(projectId, 'active');
  return {
    ...base,
    state: want === null ? 'orphaned' : 'active',
    want,
    permissionId,
    duplicateIds: base.duplicateIds.filter((id) => id !== permissionId),
    reason: want === null ? 'granted after it was wanted no more' : null,
    notBefore: null,
    attempts: 0,
    failing: null,
    doubt: null,
    sharedAt: createdAt,
  };
}

/** The row of a permission that is at OpenAI and that nobody here has asked for. */
export function foreign({ projectId, permissionId, createdAt }: ActualPermission, reason: string): PermissionRecord {
  return { ...newPermission(projectId, 'foreign'), permissionId, reason, sharedAt: createdAt };
}

/**
 * Records a permission that a creating call was answered with: ours if the call asked for its project or somebody
 * wants it there, otherwise only seen. The row may be in any state by now, and no id may be lost.
 */
export function recordGrant(
  record: CheckpointRecord,
  call: { readonly projectIds: readonly string[]; readonly startedAt: number },
  actual: ActualPermission,
): CheckpointRecord {
  const current = record.permissions[actual.projectId];
  const asked = call.projectIds.includes(actual.projectId);
  // A list has told of it before the answer did, and a person has had it forgotten since.
  if (record.holds?.[actual.projectId]?.kind === 'forgotten') return record;
  if (!asked && (current?.want ?? null) === null) {
    return current === undefined ? withPermission(record, foreign(actual, 'at OpenAI, and not ours')) : record;
  }
  const next = withGrant(current, actual);
  if (next === current) return record;
  return withPermission(record, {
    ...next,
    askedAt: asked ? Math.max(next.askedAt ?? 0, call.startedAt) : next.askedAt,
  });
}

function withGrant(current: PermissionRecord | undefined, actual: ActualPermission): PermissionRecord {
  if (current === undefined) return granted(undefined, null, actual);
  const isKnown = idsOf(current).includes(actual.permissionId);
  switch (current.state) {
    case 'active':
    case 'orphaned':
    case 'revoking':
      return isKnown ? current : { ...current, duplicateIds: [...current.duplicateIds, actual.permissionId] };
    case 'revoked':
      return isKnown ? current : granted(current, null, actual);
    case 'unknown':
    case 'rejected':
      // An id that it already has is that of a permission of which nobody can tell whether it is still there.
      return granted({ ...current, duplicateIds: idsOf(current) }, current.want, actual);
    default:
      return granted({ ...current, duplicateIds: [] }, current.want, actual);
  }
}
