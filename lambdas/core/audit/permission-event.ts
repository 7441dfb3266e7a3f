import { foreign, recordGrant } from '../checkpoint/grant.ts';
import { changePermissions, idsOf, putUp, withPermission } from '../checkpoint/record.ts';
import { SETTLE_MS } from '../checkpoint/retries.ts';
import type { CheckpointRecord, PermissionRecord, Priority } from '../model/permission.ts';
import { type PermissionCreated, type PermissionDeleted, tellOf } from './event.ts';

/** A deletion, with the project that the ledger knows the permission for. */
export type FoundDeletion = PermissionDeleted & { readonly projectId: string };

/**
 * Brings the record to what an event of its checkpoint tells. Most are our own doing and change nothing: the very record
 * comes back. So it does where an event is told twice.
 */
export function takeInEvent(
  record: CheckpointRecord,
  event: PermissionCreated | FoundDeletion,
  now: number,
): CheckpointRecord {
  // A list that began after the event has told already, and may have told what came after it.
  if (record.listedAt !== null && record.listedAt >= event.at + SETTLE_MS) return record;
  return event.kind === 'permission-created' ? takeInCreated(record, event, now) : takeInDeleted(record, event, now);
}

function takeInCreated(record: CheckpointRecord, event: PermissionCreated, now: number): CheckpointRecord {
  const { projectId, permissionId, at } = event;
  if (record.holds?.[projectId]?.kind === 'forgotten') return record;
  const current = record.permissions[projectId];
  if (current !== undefined && idsOf(current).includes(permissionId)) return record;
  const actual = { projectId, permissionId, createdAt: at };
  switch (current?.state) {
    case undefined:
    case 'revoked':
      return withPermission(record, foreign(actual, `${tellOf('granted', event)}, and not ours`));
    case 'unknown':
      return isAnswer(current, event) ? recordGrant(record, NO_CALL, actual) : record;
    case 'pending':
    case 'rejected':
    case 'drifted':
      return recordGrant(record, NO_CALL, actual);
    case 'active':
    case 'orphaned':
      // A second permission beside ours: a list tells which of them there are.
      return putUpForList(record, 'verify', now);
    case 'foreign':
      return withPermission(record, { ...current, duplicateIds: [...current.duplicateIds, permissionId] });
    case 'revoking':
      return record;
  }
}

/** It is not the answer to a call of ours that grants what the log tells of: somebody wants it, or it is not ours. */
const NO_CALL = { projectIds: [], startedAt: 0 };

/**
 * Whether it may be what a call in doubt has made: not older than the call, and there is no other permission that may be
 * there or not, as of what was forgotten there may be. What is left in doubt is listed anyway.
 */
function isAnswer(permission: PermissionRecord, { at }: PermissionCreated): boolean {
  if (permission.doubt === 'forgotten') return false;
  return idsOf(permission).length === 0 && at >= (permission.askedAt ?? 0) - 1_000;
}

function takeInDeleted(record: CheckpointRecord, event: FoundDeletion, now: number): CheckpointRecord {
  const { projectId, permissionId } = event;
  const current = record.permissions[projectId];
  if (current === undefined || !idsOf(current).includes(permissionId)) return record;
  const told: PermissionRecord = { ...current, toldDeleted: true };
  switch (current.state) {
    case 'foreign':
      return changePermissions(record, [projectId], (permission) => without(permission, permissionId));
    case 'active':
      return putUpForList(withPermission(record, { ...told, reason: tellOf('deleted', event) }), 'repair', now);
    case 'orphaned':
      return putUpForList(withPermission(record, told), 'repair', now);
    default:
      // Ours to delete, or deleted by us, or known to be gone, or listed anyway.
      return record;
  }
}

/** Undefined where nothing is left. */
function without(permission: PermissionRecord, deletedId: string): PermissionRecord | undefined {
  const [permissionId, ...duplicateIds] = idsOf(permission).filter((id) => id !== deletedId);
  return permissionId === undefined ? undefined : { ...permission, permissionId, duplicateIds };
}

function putUpForList(record: CheckpointRecord, priority: Priority, now: number): CheckpointRecord {
  const { verifyAt, verifyPriority } = record;
  const isDue = verifyAt !== null && verifyAt <= now;
  if (isDue && (verifyPriority !== 'verify' || priority === 'verify')) return record;
  return putUp(record, priority, now);
}
