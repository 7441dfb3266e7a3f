import type { CheckpointRecord, PermissionRecord } from '../model/permission.ts';
import { laneOf } from './due.ts';
import { changePermissions, idsOf, permissionsOf } from './record.ts';
import { backoffMs, countFailure, REFUSED_RETRY_MS, SETTLE_MS } from './retries.ts';

/** How a deleting call ended. A lost answer is simply asked again: nothing can be deleted twice. */
export type DeleteAnswer =
  | { readonly kind: 'deleted' }
  /** OpenAI answers that there is nothing to delete: a LIST has to confirm it. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'not-done'; readonly reason: string; readonly blameless: boolean };

/** The next permission that is to be deleted: only ever one that the ledger owns. */
export function nextToRevoke(
  record: CheckpointRecord,
  now: number,
): { readonly projectId: string; readonly permissionId: string } | undefined {
  for (const permission of permissionsOf(record)) {
    const { projectId, notBefore, parked } = permission;
    if (laneOf(permission) !== 'delete' || parked || notBefore === null || notBefore > now) continue;
    const permissionId = idsOf(permission).at(-1);
    if (permissionId !== undefined) return { projectId, permissionId };
  }
  return undefined;
}

/** Records how the deleting call for one permission id ended. By now somebody may want it again. */
export function endDelete(
  record: CheckpointRecord,
  call: { readonly projectId: string; readonly permissionId: string },
  answer: DeleteAnswer,
  now: number,
): CheckpointRecord {
  return changePermissions(record, [call.projectId], (permission) => {
    if (!idsOf(permission).includes(call.permissionId)) return permission;
    if (answer.kind === 'deleted') return afterDeleted(permission, call.permissionId, now);
    if (answer.kind === 'not-done' && answer.blameless) return { ...permission, reason: answer.reason };
    if (permission.state !== 'revoking') {
      const mayBeGone = answer.kind !== 'refused' && isKept(permission);
      return mayBeGone ? maybeDeleted(permission, now) : permission;
    }
    if (answer.kind === 'absent') return { ...permission, doubt: 'not-there', priority: 'repair', notBefore: now };
    if (answer.kind === 'refused') {
      return { ...permission, reason: answer.reason, priority: 'retry', notBefore: now + REFUSED_RETRY_MS };
    }
    const counted = countFailure(permission, 'unavailable');
    return { ...counted, reason: answer.reason, notBefore: now + backoffMs(counted.attempts) };
  });
}

/** Let go of no more, by somebody who did not know of the call. */
function isKept({ state }: PermissionRecord): boolean {
  return state === 'active' || state === 'orphaned';
}

function afterDeleted(permission: PermissionRecord, deletedId: string, now: number): PermissionRecord {
  const [permissionId, ...duplicateIds] = idsOf(permission).filter((id) => id !== deletedId);
  if (permissionId !== undefined) return { ...permission, permissionId, duplicateIds };
  // Wanted again while the call was on its way: what was deleted has to be shared anew.
  if (permission.want !== null) {
    return {
      ...permission,
      state: 'pending',
      permissionId: null,
      reason: 'wanted again while it was being revoked',
      priority: 'fresh',
      notBefore: now,
      verifiedAt: now,
      attempts: 0,
      failing: null,
      doubt: null,
    };
  }
  return { ...permission, state: 'revoked', notBefore: null, doubt: null, verifiedAt: now };
}

/**
 * Wanted again while it was being deleted: a DELETE is not marked, so one may be on its way, or have had its effect and
 * lost its answer. A LIST tells, once it can be believed.
 */
export function maybeDeleted(
  { parked: _, letGoAt: __, ...permission }: PermissionRecord,
  now: number,
): PermissionRecord {
  return {
    ...permission,
    state: 'unknown',
    reason: 'wanted again while it was being revoked',
    priority: 'repair',
    notBefore: now + SETTLE_MS,
    attempts: 0,
    failing: null,
    askedAt: now,
    doubt: 'no-answer',
  };
}
