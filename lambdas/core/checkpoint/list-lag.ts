import type { ActualPermission, CheckpointRecord, PermissionRecord } from '../model/permission.ts';
import { idsOf, permissionsOf } from './record.ts';
import { SETTLE_MS } from './retries.ts';

/** A permission that OpenAI itself has just told of, in an answer, its audit log or a later list, may not show in a list yet. */
export function tooFreshToShow(
  record: CheckpointRecord,
  actual: readonly ActualPermission[],
  now: number,
): readonly ActualPermission[] {
  return unshown(record, actual, now, (permission) => isFresh(permission, now));
}

/** What may be among the entries of a list that nobody can read: all that is not known to be gone, and is not shown. */
export function maybeUnread(
  record: CheckpointRecord,
  actual: readonly ActualPermission[],
  now: number,
): readonly ActualPermission[] {
  return unshown(record, actual, now, ({ state }) => state !== 'revoked' && state !== 'drifted');
}

function unshown(
  record: CheckpointRecord,
  actual: readonly ActualPermission[],
  now: number,
  isThere: (permission: PermissionRecord) => boolean,
): readonly ActualPermission[] {
  const shownIds = new Set(actual.map(({ permissionId }) => permissionId));
  return permissionsOf(record)
    .filter(isThere)
    .flatMap((permission) => {
      const { projectId, sharedAt, askedAt } = permission;
      const hidden = idsOf(permission).filter((id) => !shownIds.has(id));
      return hidden.map((permissionId) => ({ projectId, permissionId, createdAt: sharedAt ?? askedAt ?? now }));
    });
}

export function isFresh(permission: PermissionRecord, now: number): boolean {
  const isGranted =
    ['active', 'orphaned', 'foreign'].includes(permission.state) ||
    (permission.state === 'rejected' && idsOf(permission).length > 0);
  return isGranted && now < lastGrantedAt(permission) + SETTLE_MS;
}

/** Asked for by us, or made by whomever. */
export function lastGrantedAt({ askedAt, sharedAt }: PermissionRecord): number {
  return Math.max(askedAt ?? 0, sharedAt ?? 0);
}

/** Whether a list that began at `now` tells something by showing this permission. */
export function isBelievable(record: CheckpointRecord, actual: ActualPermission, now: number): boolean {
  return !isJustDeleted(record, actual, now) && !mayHideAnother(record, actual, now);
}

/** A permission that was deleted a moment ago may still show. Later it is really there: the DELETE did not hold. */
function isJustDeleted(
  record: CheckpointRecord,
  { projectId, permissionId, createdAt }: ActualPermission,
  now: number,
): boolean {
  const permission = record.permissions[projectId];
  const deletedAt = permission?.verifiedAt ?? null;
  if (permission === undefined || deletedAt === null || now >= deletedAt + SETTLE_MS) return false;
  if (permission.state === 'revoked') return idsOf(permission).includes(permissionId);
  // Wanted again since, and not asked for yet: whatever is older is what was deleted.
  return permission.state === 'pending' && createdAt <= deletedAt;
}

/**
 * While a call is in doubt, a permission that is older than it does not end the doubt: the call's own may be still to
 * show, and would be nobody's if the older one were taken for it. OpenAI gives whole seconds.
 */
function mayHideAnother(record: CheckpointRecord, { projectId, createdAt }: ActualPermission, now: number): boolean {
  const permission = record.permissions[projectId];
  if (permission?.state !== 'unknown' || permission.askedAt === null) return false;
  return createdAt < permission.askedAt - 1_000 && now < permission.askedAt + SETTLE_MS;
}
